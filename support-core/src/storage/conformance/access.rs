//! API keys, counted tries, and who is found among people.

use std::sync::Arc;

use super::{Desk, World, world::TRICKY};
use crate::{
    model::{
        ApiKeyRecord, ChangeSet, Permissions, PersonId, PersonKind, PersonRecord, Role, Status, TicketId, TicketWrite,
        decide,
    },
    storage::{AccountRecord, PersonFilter, StorageError, Tries},
};

async fn key_of(world: &World, desk: &Desk, name: &str) -> (ApiKeyRecord, [u8; 32]) {
    let person = world.person(desk.tenant, PersonKind::Service, Role::Agent, name, name);
    let key = ApiKeyRecord {
        id: person.id,
        tenant: desk.tenant,
        name: name.into(),
        hint: "sk_abc".into(),
        scopes: Permissions::AGENT,
        created_by: desk.agent.id,
        created_at: world.now(),
        expires_at: Some(world.in_seconds(60)),
        last_used_at: None,
        revoked_at: None,
    };
    let hash = world.secret_hash();
    let mut tx = world.write().await;
    tx.upsert_person(&person).await.unwrap();
    tx.insert_api_key(&key, &hash).await.unwrap();
    tx.commit().await.unwrap();
    (key, hash)
}

/// Keys, their uses and their end; another tenant has none of it.
pub async fn api_keys_come_back_as_written(world: Arc<World>) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let (first, first_hash) = key_of(&world, &desk, "first").await;
    let (second, _) = key_of(&world, &desk, TRICKY).await;
    let mut tx = world.read().await;
    assert_eq!(tx.find_api_key(desk.tenant, first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(tx.find_api_key_by_hash(desk.tenant, &first_hash).await.unwrap(), Some(first.clone()));
    assert_eq!(tx.find_api_key_by_hash(desk.tenant, &world.secret_hash()).await.unwrap(), None);
    assert_eq!(tx.list_api_keys(desk.tenant, None, 9).await.unwrap(), [second.clone(), first.clone()], "newest first");
    assert_eq!(tx.list_api_keys(desk.tenant, None, 1).await.unwrap(), std::slice::from_ref(&second));
    assert_eq!(tx.list_api_keys(desk.tenant, Some(second.id), 9).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(tx.find_api_key(other.tenant, first.id).await.unwrap(), None);
    assert_eq!(tx.find_api_key_by_hash(other.tenant, &first_hash).await.unwrap(), None);
    assert_eq!(tx.list_api_keys(other.tenant, None, 9).await.unwrap(), []);
    drop(tx);

    let used = world.now();
    let changed = ApiKeyRecord {
        name: "renamed".into(),
        revoked_at: Some(world.now()),
        last_used_at: Some(used),
        ..first.clone()
    };
    let mut tx = world.write().await;
    tx.update_api_key(&changed).await.unwrap();
    tx.update_api_key(&ApiKeyRecord { tenant: other.tenant, ..second.clone() }).await.unwrap();
    tx.touch_api_key(other.tenant, second.id, used, used).await.unwrap();
    tx.touch_api_key(desk.tenant, first.id, used, used).await.unwrap();
    // One use a minute is enough: the latest is younger than the bound.
    tx.touch_api_key(desk.tenant, first.id, world.now(), used - chrono::Duration::seconds(60)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.read().await;
    assert_eq!(tx.find_api_key(desk.tenant, first.id).await.unwrap(), Some(changed));
    assert_eq!(tx.find_api_key(desk.tenant, second.id).await.unwrap(), Some(second), "another tenant changed it");
}

/// Windows, whose tries are counted, taken back and forgotten.
pub async fn tries_are_counted_in_windows(world: Arc<World>) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let (key, second) = (world.secret_hash(), world.secret_hash());
    let (now, end, later) = (world.now(), world.in_seconds(60), world.in_seconds(90));
    let mut tx = world.write().await;
    assert_eq!(tx.tries(desk.tenant, &key, now).await.unwrap(), None);
    for count in 1..=3 {
        assert_eq!(tx.count_try(desk.tenant, &key, now, end).await.unwrap(), Tries { count, ends_at: end });
    }
    // The window keeps its end, and each tenant and key has its own.
    let again = tx.count_try(desk.tenant, &key, now, world.in_seconds(600)).await.unwrap();
    assert_eq!(again, Tries { count: 4, ends_at: end });
    assert_eq!(tx.count_try(other.tenant, &key, now, end).await.unwrap().count, 1);
    assert_eq!(tx.count_try(desk.tenant, &second, now, end).await.unwrap().count, 1);
    tx.uncount_try(desk.tenant, &key, end).await.unwrap();
    tx.uncount_try(desk.tenant, &key, later).await.unwrap();
    assert_eq!(tx.tries(desk.tenant, &key, now).await.unwrap(), Some(Tries { count: 3, ends_at: end }));
    assert_eq!(tx.tries(desk.tenant, &key, end).await.unwrap(), None, "a window that has ended");
    assert_eq!(tx.count_try(desk.tenant, &key, end, later).await.unwrap(), Tries { count: 1, ends_at: later });
    tx.forget_tries(desk.tenant, &second).await.unwrap();
    assert_eq!(tx.tries(desk.tenant, &second, now).await.unwrap(), None);
    assert_eq!(tx.tries(other.tenant, &key, now).await.unwrap().map(|tries| tries.count), Some(1));
    assert_eq!(tx.purge_tries(later).await.unwrap(), 1, "the other tenant's window has ended");
    assert_eq!(tx.tries(desk.tenant, &key, end).await.unwrap().map(|tries| tries.count), Some(1));
    tx.commit().await.unwrap();
}

/// Of many who try at once each gets a number of its own.
pub async fn of_many_tries_each_is_counted(world: Arc<World>) {
    let desk = world.desk().await;
    let (key, now, end) = (world.secret_hash(), world.now(), world.in_seconds(60));
    let tenant = desk.tenant;
    let mut counts = world
        .many(16, move |world, _| async move {
            let mut tx = world.write().await;
            let tries = tx.count_try(tenant, &key, now, end).await.unwrap();
            tx.commit().await.unwrap();
            tries.count
        })
        .await;
    counts.sort_unstable();
    assert_eq!(counts, (1..=16).collect::<Vec<_>>());
}

/// Each field of the filter, together with pages and the other tenant.
pub async fn people_are_found_by_what_they_are(world: Arc<World>) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let role = world.id();
    let mut people: Vec<PersonRecord> = Vec::new();
    for (number, name) in ["Ann 100%", "Ann_Other", "Bob", "ÉVA", "éva"].iter().enumerate() {
        let mut person = world.person(desk.tenant, PersonKind::Agent, Role::Agent, name, &format!("account:{number}"));
        person.is_active = number != 1;
        person.role = if number == 2 { Role::Admin } else { Role::Agent };
        person.custom_role = (number == 3).then_some(role);
        person.email = (number != 4).then(|| format!("P{number}@Example.com"));
        people.push(person);
    }
    let mut tx = world.write().await;
    for person in &people {
        tx.upsert_person(person).await.unwrap();
        // The host's own upsert leaves the custom role alone.
        tx.update_person(person).await.unwrap();
    }
    tx.commit().await.unwrap();
    let found = async |filter: PersonFilter| {
        let filter = PersonFilter { known_as: Some("account:"), ..filter };
        let mut tx = world.read().await;
        let all = tx.list_people(desk.tenant, &filter, None, 9).await.unwrap();
        // The same by pages of one.
        let (mut paged, mut after): (Vec<PersonRecord>, Option<(String, PersonId)>) = (Vec::new(), None);
        loop {
            let edge = after.as_ref().map(|(name, id)| (name.as_str(), *id));
            let Some(next) = tx.list_people(desk.tenant, &filter, edge, 1).await.unwrap().pop() else { break };
            after = Some((next.name.clone(), next.id));
            paged.push(next);
        }
        assert_eq!(paged, all);
        assert_eq!(tx.list_people(other.tenant, &filter, None, 9).await.unwrap(), []);
        all.into_iter().map(|person| person.name).collect::<Vec<_>>()
    };
    let agents = PersonFilter::of(PersonKind::Agent);
    assert_eq!(found(agents.clone()).await, ["Ann 100%", "Ann_Other", "Bob", "ÉVA", "éva"]);
    assert_eq!(found(PersonFilter::of(PersonKind::Contact)).await, [""; 0]);
    assert_eq!(found(PersonFilter { role: Some(Role::Admin), ..agents.clone() }).await, ["Bob"]);
    assert_eq!(found(PersonFilter { custom_role: Some(role), ..agents.clone() }).await, ["ÉVA"]);
    assert_eq!(found(PersonFilter { is_active: Some(false), ..agents.clone() }).await, ["Ann_Other"]);
    for (text, expected) in [
        ("ann", vec!["Ann 100%", "Ann_Other"]),
        ("%", vec!["Ann 100%"]),
        ("n_o", vec!["Ann_Other"]),
        ("p2@EXAMPLE", vec!["Bob"]),
        ("!", vec![]),
        ("ÉVA", vec!["ÉVA"]),
        ("éva", vec!["éva"]),
    ] {
        let filter = PersonFilter { search: Some(text.into()), ..agents.clone() };
        assert_eq!(found(filter).await, expected, "{text}");
    }
}

/// What an agent has to do: what is not done, the longest untouched first, of their own tenant.
pub async fn an_agents_tickets_are_those_that_are_not_done(world: Arc<World>) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let mut ids: Vec<TicketId> = Vec::new();
    for status in [Status::Open, Status::Resolved, Status::Pending, Status::Snoozed] {
        let ticket = world.open(&desk).await;
        let assigned =
            world.decide(&desk.agent(), |around| decide::assign(around, &ticket, Some((&desk.agent).into()))).unwrap();
        let mut after = assigned.ticket.ticket().clone();
        after.status = status;
        let change =
            ChangeSet { ticket: TicketWrite::Update { before: ticket.clone().into(), ticket: after }, ..assigned };
        let mut tx = world.write().await;
        tx.apply(&change, None).await.unwrap();
        tx.commit().await.unwrap();
        ids.push(ticket.id);
    }
    world.open(&desk).await;
    world.say(&desk.customer(), ids[0], "Touched last").await;
    let mut tx = world.read().await;
    let mine = tx.list_assigned(desk.tenant, desk.agent.id, 9).await.unwrap();
    assert_eq!(mine, [ids[2], ids[3], ids[0]]);
    assert_eq!(tx.list_assigned(desk.tenant, desk.agent.id, 2).await.unwrap(), [ids[2], ids[3]]);
    assert_eq!(tx.list_assigned(desk.tenant, desk.customer.id, 9).await.unwrap(), []);
    assert_eq!(tx.list_assigned(other.tenant, desk.agent.id, 9).await.unwrap(), []);
}

/// An account that is removed leaves its address free, and only its own tenant can remove it.
pub async fn a_removed_account_leaves_its_address_free(world: Arc<World>) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let account = |person: &PersonRecord| AccountRecord {
        person: person.id,
        tenant: person.tenant,
        email_key: "ada@example.com".into(),
        password_hash: None,
        first_name: "Ada".into(),
        last_name: String::new(),
        last_login_at: None,
        created_at: person.created_at,
    };
    let mut tx = world.write().await;
    tx.insert_account(&account(&desk.agent)).await.unwrap();
    tx.insert_account(&account(&other.agent)).await.unwrap();
    tx.delete_account(other.tenant, desk.agent.id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.read().await.find_account_of(desk.tenant, desk.agent.id).await.unwrap().is_some());
    let taken = world.write().await.insert_account(&account(&desk.customer)).await;
    assert!(matches!(taken, Err(StorageError::Conflict)));
    let mut tx = world.write().await;
    tx.delete_account(desk.tenant, desk.agent.id).await.unwrap();
    tx.insert_account(&account(&desk.customer)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.read().await;
    let found = tx.find_account(desk.tenant, "ada@example.com").await.unwrap();
    assert_eq!(found.map(|found| found.person), Some(desk.customer.id));
    assert!(tx.find_account(other.tenant, "ada@example.com").await.unwrap().is_some(), "the other tenant's stays");
}
