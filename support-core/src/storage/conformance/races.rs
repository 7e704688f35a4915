//! Many at once, one winner: what the desk relies on instead of locks of its own.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::{
    World,
    deliveries::{claim, outbox},
    desk::{Posted, posting},
    native,
};
use crate::{
    model::{PersonKind, PersonRecord, Priority, Role, Scope, TicketRecord, decide},
    storage::{AccountRecord, Engaged, MessageRange, SessionKind, SessionRecord, Spent, StorageError},
};

const TASKS: usize = 32;

fn login(world: &World, desk: &super::Desk, kind: SessionKind) -> SessionRecord {
    SessionRecord {
        id: world.id(),
        tenant: desk.tenant,
        kind,
        person: Some(desk.agent.id),
        inbox: None,
        token: None,
        parent: None,
        created_at: world.now(),
        expires_at: world.in_seconds(60),
        revoked_at: None,
    }
}

/// A single-use secret is taken once, and never after its time.
pub async fn of_many_takers_of_a_session_one_wins(world: Arc<World>) {
    let desk = world.desk().await;
    let (record, hash) = (login(&world, &desk, SessionKind::Stream), world.secret_hash());
    let (expired, expired_hash) = (login(&world, &desk, SessionKind::Stream), world.secret_hash());
    let mut tx = world.write().await;
    tx.insert_session(&record, Some(&hash)).await.unwrap();
    tx.insert_session(&SessionRecord { expires_at: world.now(), ..expired }, Some(&expired_hash)).await.unwrap();
    tx.commit().await.unwrap();
    let taken = world
        .many(TASKS, move |world, _| async move {
            let mut tx = world.write().await;
            let now = world.now();
            let taken = tx.consume_session(SessionKind::Stream, &hash, now).await.unwrap();
            tx.commit().await.unwrap();
            taken
        })
        .await;
    let taken: Vec<_> = taken.into_iter().flatten().collect();
    assert_eq!(taken.iter().map(|session| session.id).collect::<Vec<_>>(), [record.id]);
    let mut tx = world.write().await;
    let now = world.now();
    assert_eq!(tx.consume_session(SessionKind::Stream, &expired_hash, now).await.unwrap(), None);
}

/// A refresh token is spent once; everybody else learns that it was.
pub async fn of_many_spenders_of_a_refresh_token_one_wins(world: Arc<World>) {
    let desk = world.desk().await;
    let (record, hash) = (login(&world, &desk, SessionKind::Login), world.secret_hash());
    let mut tx = world.write().await;
    tx.insert_session(&record, None).await.unwrap();
    tx.insert_refresh(record.id, &hash).await.unwrap();
    tx.commit().await.unwrap();
    let spent = world
        .many(TASKS, move |world, _| async move {
            let mut tx = world.write().await;
            let now = world.now();
            let spent = tx.spend_refresh(&hash, now).await.unwrap();
            tx.commit().await.unwrap();
            spent.unwrap()
        })
        .await;
    assert_eq!(spent.iter().filter(|spent| **spent == Spent::Now(record.id)).count(), 1);
    assert_eq!(spent.iter().filter(|spent| **spent == Spent::Before(record.id)).count(), TASKS - 1);
}

/// Workers never share a delivery, get no more than they ask for, and leave none behind.
pub async fn deliveries_go_to_one_worker_each(world: Arc<World>) {
    let now = world.now();
    let (_, ids) = outbox(&world, &[now; 100]).await;
    let (now, lease) = (world.now(), world.in_seconds(60));
    let claimed = world
        .many(TASKS, move |world, _| async move {
            let mut mine = Vec::new();
            // Whoever is second at what both saw goes away empty-handed and looks again.
            while !world.read().await.due_deliveries(now, &Engaged::default(), 1).await.unwrap().is_empty() {
                let claimed = claim(&world, now, lease, 3).await;
                assert!(claimed.len() <= 3);
                mine.extend(claimed.iter().map(|delivery| delivery.id));
            }
            mine
        })
        .await;
    let claimed: Vec<_> = claimed.into_iter().flatten().collect();
    let distinct: BTreeSet<_> = claimed.iter().copied().collect();
    assert_eq!(claimed.len(), distinct.len(), "two workers got the same delivery");
    assert_eq!(distinct, ids.into_iter().collect());
}

/// Decisions on the same version, made without a lock: one is written, the others are conflicts.
pub async fn of_many_changes_of_one_version_one_wins(world: Arc<World>) {
    let desk = world.desk().await;
    let id = world.open(&desk).await.id;
    let ticket = world.ticket(&desk, id).await;
    let agent = desk.agent();
    let loaded = ticket.clone();
    let outcomes = world
        .many(TASKS, move |world, number| {
            let patch = decide::Patch { subject: Some(format!("Subject {number}")), ..decide::Patch::default() };
            let change = world.decide(&agent, |around| decide::change(around, &loaded, patch)).unwrap();
            async move {
                let mut tx = world.write().await;
                match tx.apply(&change, None).await {
                    Ok(()) => {
                        tx.commit().await.unwrap();
                        Some(number)
                    }
                    Err(StorageError::Conflict) => None,
                    Err(error) => panic!("{error}"),
                }
            }
        })
        .await;
    let winners: Vec<_> = outcomes.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    let stored = world.ticket(&desk, id).await;
    assert_eq!((stored.subject, stored.version), (format!("Subject {}", winners[0]), ticket.version + 1));
    let timeline = world.read().await.list_events(desk.tenant, id, false, None, 100).await.unwrap();
    assert_eq!(timeline.len(), 3, "the losers left no event");
}

/// The same, submitted whole.
pub async fn of_many_submitted_changes_of_one_version_one_wins(world: Arc<World>) {
    let desk = world.desk().await;
    let id = world.open(&desk).await.id;
    let ticket = world.ticket(&desk, id).await;
    let (agent, loaded) = (desk.agent(), ticket.clone());
    let outcomes = world
        .many(TASKS, move |world, number| {
            let change =
                world.decide(&agent, |around| decide::post(around, &loaded, posting(&number.to_string(), None), None));
            async move {
                match world.storage.submit(&change, None).await {
                    Ok(()) => Some(number),
                    Err(StorageError::Conflict) => None,
                    Err(error) => panic!("{error}"),
                }
            }
        })
        .await;
    let winners: Vec<_> = outcomes.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(world.ticket(&desk, id).await.version, ticket.version + 1);
    let thread = world.read().await.list_messages(desk.tenant, id, false, MessageRange::Latest, 100).await.unwrap();
    let newest: Vec<_> = thread.iter().skip(1).map(|message| message.body.clone()).collect();
    assert_eq!(newest, [winners[0].to_string()], "the losers left no message");
    let timeline = world.read().await.list_events(desk.tenant, id, false, None, 100).await.unwrap();
    assert_eq!(timeline.len(), 3, "the losers left no event");
}

/// A submitted change whose ticket somebody has locked waits for them; one that comes with it loses nothing.
pub async fn a_submitted_change_waits_for_whoever_holds_its_ticket(world: Arc<World>) {
    let desk = world.desk().await;
    let mut tickets = Vec::new();
    for _ in 0..2 {
        let id = world.open(&desk).await.id;
        tickets.push(world.ticket(&desk, id).await);
    }
    let mut holder = world.write().await;
    holder.load_ticket(desk.tenant, Scope::Desk, tickets[0].id).await.unwrap().unwrap();
    let submissions: Vec<_> = tickets
        .iter()
        .map(|ticket| {
            let change =
                world.decide(&desk.agent(), |around| decide::post(around, ticket, posting("Late", None), None));
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.storage.submit(&change, None).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!submissions[0].is_finished(), "somebody else has the ticket");
    drop(holder);
    for (submission, before) in submissions.into_iter().zip(&tickets) {
        submission.await.unwrap().unwrap();
        assert_eq!(world.ticket(&desk, before.id).await.last_seq, before.last_seq + 1);
    }
}

/// Messages of many people into one ticket: no place twice, none missing, every counter right.
pub async fn messages_of_many_get_one_gapless_sequence(world: Arc<World>) {
    let desk = world.desk().await;
    let id = world.open(&desk).await.id;
    let places = world
        .many(TASKS, {
            let desk = desk.clone();
            move |world, number| {
                let actor = if number % 2 == 0 { desk.customer() } else { desk.agent() };
                async move { world.say(&actor, id, &number.to_string()).await }
            }
        })
        .await;
    let mut places: Vec<_> = places
        .into_iter()
        .map(|posted| match posted {
            Posted::Now(_, seq) => seq,
            Posted::Before(_) => panic!("a message without a client id was met before"),
        })
        .collect();
    places.sort_unstable();
    assert_eq!(places, (2..=33).collect::<Vec<_>>());
    let ticket = world.ticket(&desk, id).await;
    assert_eq!((ticket.last_seq, ticket.last_public_seq, ticket.version), (33, 33, 33));
    assert_eq!((ticket.unread_by_agent, ticket.unread_by_customer), (17, 16));
    let all = world.read().await.list_messages(desk.tenant, id, false, MessageRange::Latest, 100).await.unwrap();
    assert_eq!(all.iter().map(|message| message.seq).collect::<Vec<_>>(), (1..=33).collect::<Vec<_>>());
}

/// The same message sent many times at once is kept once; who tries again learns which one it was.
pub async fn of_many_messages_with_one_client_id_one_is_kept(world: Arc<World>) {
    let desk = world.desk().await;
    let id = world.open(&desk).await.id;
    let customer = desk.customer();
    let outcomes = world
        .many(TASKS, move |world, _| {
            let customer = customer.clone();
            async move { world.try_say(&customer, id, posting("Only once", Some("c-1"))).await }
        })
        .await;
    let (mut kept, mut met) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome.unwrap() {
            Posted::Now(message, _) => kept.push(message),
            Posted::Before(message) => met.push(message),
        }
    }
    assert_eq!((kept.len(), met.len()), (1, TASKS - 1));
    assert!(met.iter().all(|message| *message == kept[0]));
    let ticket = world.ticket(&desk, id).await;
    assert_eq!((ticket.last_seq, ticket.unread_by_agent), (2, 2));
    // The same id from somebody else is another message.
    let other = world.try_say(&desk.agent(), id, posting("Mine", Some("c-1"))).await.unwrap();
    assert!(matches!(other, Posted::Now(_, 3)));
}

/// Opening with the same client id: one ticket; the number that a loser drew is drawn again.
pub async fn of_many_tickets_with_one_client_id_one_is_kept(world: Arc<World>) {
    let desk = world.desk().await;
    let opener = desk.clone();
    let outcomes = world
        .many(TASKS, move |world, _| {
            let desk = opener.clone();
            async move { world.try_open(&desk, Some("opened offline")).await }
        })
        .await;
    let mut kept = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(ticket) => kept.push(ticket.id),
            Err(StorageError::Conflict) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(kept.len(), 1);
    let found =
        world.read().await.find_ticket_by_client_id(desk.tenant, desk.customer.id, "opened offline").await.unwrap();
    assert_eq!(found.map(|ticket| (ticket.id, ticket.number)), Some((kept[0], 1)));
    assert_eq!(world.open(&desk).await.number, 2);
}

/// Numbers count up from one in each tenant, whoever opens and whoever gives up.
pub async fn ticket_numbers_have_no_gaps(world: Arc<World>) {
    let (one, two) = (world.desk().await, world.desk().await);
    let desks = [one, two];
    let numbers = world
        .many(TASKS * 2, move |world, number| {
            let desk = desks[number % 2].clone();
            async move {
                if number % 8 < 2 {
                    // Draws a number and gives it back by giving up.
                    let mut tx = world.write().await;
                    tx.next_ticket_number(desk.tenant).await.unwrap();
                    return None;
                }
                Some((number % 2, world.open(&desk).await.number))
            }
        })
        .await;
    for tenant in 0..2 {
        let mut drawn: Vec<_> =
            numbers.iter().flatten().filter(|(of, _)| *of == tenant).map(|(_, number)| *number).collect();
        drawn.sort_unstable();
        assert_eq!(drawn, (1..=24).collect::<Vec<_>>());
    }
}

/// One subject seen for the first time by many requests at once is one person.
pub async fn of_many_sign_ins_of_one_subject_one_person_comes(world: Arc<World>) {
    let desk = world.desk().await;
    let people = world
        .many(TASKS, move |world, _| {
            let person = world.person(desk.tenant, PersonKind::Contact, Role::Customer, "Dora", "new-subject");
            async move {
                let mut tx = world.write().await;
                let stored = tx.upsert_person(&person).await.unwrap();
                tx.commit().await.unwrap();
                stored.id
            }
        })
        .await;
    assert_eq!(people.into_iter().collect::<BTreeSet<_>>().len(), 1);
}

/// Two first admins cannot both find the desk without one.
pub async fn of_many_admins_one_is_set_up(world: Arc<World>) {
    let desk = world.desk().await;
    let tenant = desk.tenant;
    let outcomes = world
        .many(TASKS, move |world, number| {
            let person = world.person(tenant, PersonKind::Agent, Role::Admin, "Admin", &number.to_string());
            async move {
                let mut tx = world.write().await;
                tx.lock_setup(tenant).await.unwrap();
                if tx.count_accounts(tenant, Role::Admin).await.unwrap() > 0 {
                    return false;
                }
                let PersonRecord { id, created_at, .. } = tx.upsert_person(&person).await.unwrap();
                let account = AccountRecord {
                    person: id,
                    tenant,
                    email_key: number.to_string(),
                    password_hash: None,
                    first_name: String::new(),
                    last_name: String::new(),
                    last_login_at: None,
                    created_at,
                };
                tx.insert_account(&account).await.unwrap();
                tx.commit().await.unwrap();
                true
            }
        })
        .await;
    assert_eq!(outcomes.into_iter().filter(|admin| *admin).count(), 1);
}

/// A change that had to wait for another's commit is decided on what that one left, in every column and every joined row.
pub async fn a_load_that_waited_sees_what_it_waited_for(world: Arc<World>) {
    let desk = world.desk().await;
    let (customer, agent) = (desk.customer(), desk.agent());
    let ticket = world.open(&desk).await;
    let stranger = world.person(desk.tenant, PersonKind::Agent, Role::Agent, "Bo Birch", "agent-2");

    // The first transaction locks the ticket, gives it to an agent whom nobody has seen before, and writes a message.
    let mut first = world.write().await;
    first.upsert_person(&stranger).await.unwrap();
    let loaded = first.load_ticket(desk.tenant, Scope::Desk, ticket.id).await.unwrap().unwrap();
    let assign = world.decide(&agent, |around| decide::assign(around, &loaded, Some((&stranger).into()))).unwrap();
    first.apply(&assign, None).await.unwrap();
    let posted = world.post(first.as_write(), &customer, ticket.id, posting("First", Some("c-1"))).await.unwrap();
    let Posted::Now(message, _) = posted else { panic!("it was not sent before") };

    let (id, tenant, scope) = (ticket.id, desk.tenant, Scope::Desk);
    let author = customer.person;
    let waiting_load = tokio::spawn({
        let world = Arc::clone(&world);
        async move { world.write().await.load_ticket(tenant, scope, id).await }
    });
    let waiting_post = tokio::spawn({
        let world = Arc::clone(&world);
        async move { world.write().await.load_for_post(tenant, scope, id, author, Some("c-1")).await }
    });
    // Both stand in the queue, where the database can tell; elsewhere they wait for the writer itself.
    let mut patience = 200;
    while native::waiting(first.as_write()).await.is_some_and(|waiting| waiting < 2) {
        tokio::time::sleep(Duration::from_millis(10)).await;
        patience -= 1;
        assert!(patience > 0, "nobody waits for the locked ticket");
    }
    first.commit().await.unwrap();

    let expect = |loaded: &TicketRecord| {
        assert_eq!((loaded.version, loaded.last_seq), (3, 2));
        assert_eq!(loaded.assignee.as_ref().map(|assignee| assignee.name.as_str()), Some("Bo Birch"));
    };
    expect(&waiting_load.await.unwrap().unwrap().unwrap());
    let context = waiting_post.await.unwrap().unwrap().unwrap();
    expect(&context.ticket);
    assert_eq!(context.earlier, Some(message));
    assert_eq!(context.ticket.priority, Priority::Medium);
}
