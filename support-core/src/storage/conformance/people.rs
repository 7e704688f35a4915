//! People, their accounts and the inboxes come back as they were written, field by field.

use std::sync::Arc;

use super::{Desk, World, world::TRICKY};
use crate::{
    model::{InboxRecord, PersonKind, PersonRecord, Role},
    storage::{AccountRecord, StorageError},
};

/// People, with and without what is optional; a known subject is brought up to date and keeps its id.
pub async fn people_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let mut nameless = world.person(desk.tenant, PersonKind::Contact, Role::Customer, "", "gone");
    nameless.subject = None;
    nameless.email = None;
    nameless.phone = None;
    nameless.verified = false;
    let another_nameless = PersonRecord { id: world.id(), ..nameless.clone() };
    let tricky = world.person(desk.tenant, PersonKind::Service, Role::Admin, TRICKY, TRICKY);
    let mut tx = world.write().await;
    for person in [&nameless, &another_nameless, &tricky] {
        assert_eq!(tx.upsert_person(person).await.unwrap(), *person);
    }
    // The same subject in another kind is another person.
    let twin = PersonRecord { id: world.id(), kind: PersonKind::Agent, ..tricky.clone() };
    assert_eq!(tx.upsert_person(&twin).await.unwrap(), twin);
    let later = PersonRecord {
        id: world.id(),
        name: "New name".into(),
        email: None,
        phone: None,
        verified: false,
        role: Role::Agent,
        is_active: false,
        created_at: world.now(),
        updated_at: world.now(),
        ..tricky.clone()
    };
    let expected =
        PersonRecord { id: tricky.id, phone: tricky.phone.clone(), created_at: tricky.created_at, ..later.clone() };
    assert_eq!(tx.upsert_person(&later).await.unwrap(), expected);
    let mut changed = nameless.clone();
    changed.subject = Some("known now".into());
    changed.name = "Noor".into();
    changed.phone = Some("+1".into());
    changed.updated_at = world.now();
    tx.update_person(&changed).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = world.read().await;
    for person in [&changed, &another_nameless, &expected, &twin] {
        assert_eq!(tx.find_person(desk.tenant, person.id).await.unwrap().as_ref(), Some(person));
    }
    let found = tx.find_person_by_subject(desk.tenant, PersonKind::Service, TRICKY).await.unwrap();
    assert_eq!(found, Some(expected));
    assert_eq!(tx.find_person_by_subject(desk.tenant, PersonKind::Contact, TRICKY).await.unwrap(), None);
    assert_eq!(tx.find_person_by_subject(desk.tenant, PersonKind::Service, TRICKY.trim()).await.unwrap(), None);
    assert_eq!(tx.find_person(desk.tenant, world.id()).await.unwrap(), None);
}

/// Whoever asks for a fresh link is found by their address: each contact that opened a ticket, and nobody else.
pub async fn contacts_are_found_by_the_address_that_they_wrote_from(world: Arc<World>) {
    let (desk, other) = (world.desk().await, world.desk().await);
    let found = async |tenant, key: &str, limit| {
        let found = world.read().await.list_askers_by_address(tenant, key, limit).await.unwrap();
        found.into_iter().map(|person| person.id).collect::<Vec<_>>()
    };
    assert_eq!(found(desk.tenant, "customer-1@example.com", 9).await, [], "whoever never wrote has nothing to open");
    world.open(&desk).await;
    world.open(&other).await;
    assert_eq!(found(desk.tenant, "customer-1@example.com", 9).await, [desk.customer.id]);
    assert_eq!(found(other.tenant, "customer-1@example.com", 9).await, [other.customer.id]);
    assert_eq!(found(desk.tenant, "agent-1@example.com", 9).await, [], "staff are no contacts");
    for near in ["", "%", "customer_1@example.com", "customer-1@example.co", " customer-1@example.com"] {
        assert_eq!(found(desk.tenant, near, 9).await, [], "{near}");
    }
    // A second browser of the same person, who spelt the address in another way.
    let mut second = world.person(desk.tenant, PersonKind::Contact, Role::Customer, "Cem", "customer-2");
    second.email = Some("Customer-1@EXAMPLE.com".into());
    let mut tx = world.write().await;
    tx.upsert_person(&second).await.unwrap();
    tx.commit().await.unwrap();
    world.open(&Desk { customer: second.clone(), ..desk.clone() }).await;
    assert_eq!(found(desk.tenant, "customer-1@example.com", 9).await, [second.id, desk.customer.id], "newest first");
    assert_eq!(found(desk.tenant, "customer-1@example.com", 1).await, [second.id]);
    let mut tx = world.write().await;
    tx.update_person(&PersonRecord { is_active: false, ..second }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(desk.tenant, "customer-1@example.com", 9).await, [desk.customer.id]);
}

/// Accounts; an address has one.
pub async fn accounts_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let account = AccountRecord {
        person: desk.agent.id,
        tenant: desk.tenant,
        email_key: "ada@example.com".into(),
        password_hash: None,
        first_name: "Ada".into(),
        last_name: String::new(),
        last_login_at: None,
        created_at: world.now(),
    };
    let mut tx = world.write().await;
    tx.insert_account(&account).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = world.read().await;
    for near in ["", "\0", "ada@example.com\0", "ADA@example.com", " ada@example.com"] {
        assert_eq!(tx.find_account(desk.tenant, near).await.unwrap(), None, "{near:?}");
    }
    drop(tx);

    let taken = AccountRecord { person: desk.customer.id, ..account.clone() };
    let mut tx = world.write().await;
    assert!(matches!(tx.insert_account(&taken).await, Err(StorageError::Conflict)));
    drop(tx);

    let changed = AccountRecord {
        password_hash: Some("$argon2id$v=19$other".into()),
        first_name: TRICKY.into(),
        last_name: "Alder".into(),
        ..account.clone()
    };
    let mut tx = world.write().await;
    tx.update_account(&changed).await.unwrap();
    tx.commit().await.unwrap();
    let signed_in_at = world.now();
    let mut tx = world.write().await;
    for other in ["", "$argon2id$v=19$OTHER", "$argon2id$v=19$other "] {
        assert!(!tx.note_sign_in(desk.tenant, desk.agent.id, other, signed_in_at).await.unwrap(), "{other:?}");
    }
    let hash = "$argon2id$v=19$other";
    assert!(!tx.note_sign_in(desk.tenant, desk.customer.id, hash, signed_in_at).await.unwrap());
    assert!(tx.note_sign_in(desk.tenant, desk.agent.id, hash, signed_in_at).await.unwrap());
    // What was read before the sign-in and is written after it takes nothing of it back.
    tx.update_account(&changed).await.unwrap();
    tx.commit().await.unwrap();
    let changed = AccountRecord { last_login_at: Some(signed_in_at), ..changed };
    let mut tx = world.read().await;
    assert!(tx.find_account(desk.tenant, "ada@example.com").await.unwrap() == Some(changed.clone()));
    assert!(tx.find_account(desk.tenant, "Ada@example.com").await.unwrap().is_none(), "keys are compared exactly");
    assert!(tx.find_account_of(desk.tenant, desk.agent.id).await.unwrap() == Some(changed.clone()));
    let listed = tx.list_accounts_of(desk.tenant, &[desk.customer.id, desk.agent.id]).await.unwrap();
    assert!(listed == [changed]);
    assert!(tx.list_accounts_of(desk.tenant, &[desk.customer.id]).await.unwrap().is_empty());
    assert!(tx.list_accounts_of(desk.tenant, &[]).await.unwrap().is_empty());
    assert!(tx.find_account_of(desk.tenant, desk.customer.id).await.unwrap().is_none());
    assert_eq!(tx.count_accounts(desk.tenant, Role::Agent).await.unwrap(), 1);
    assert_eq!(tx.count_accounts(desk.tenant, Role::Admin).await.unwrap(), 0);
    drop(tx);

    let mut tx = world.write().await;
    tx.update_person(&PersonRecord { is_active: false, ..desk.agent.clone() }).await.unwrap();
    tx.commit().await.unwrap();
    let active = world.read().await.count_accounts(desk.tenant, Role::Agent).await.unwrap();
    assert_eq!(active, 0, "an inactive person's account does not count");
}

/// Inboxes are added and overwritten by their id.
pub async fn inboxes_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let mut second = InboxRecord {
        id: world.id(),
        name: TRICKY.into(),
        public_key: "pk_second".into(),
        allowed_origins: Vec::new(),
        identity_secret: None,
        ..desk.inbox.clone()
    };
    let mut tx = world.write().await;
    tx.put_inbox(&second).await.unwrap();
    second.greeting = TRICKY.into();
    second.accent = "#000000".into();
    tx.put_inbox(&second).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.read().await;
    assert_eq!(tx.list_inboxes(desk.tenant).await.unwrap(), [desk.inbox.clone(), second.clone()]);
    assert_eq!(tx.find_inbox_by_key(desk.tenant, "pk_second").await.unwrap(), Some(second.clone()));
    assert_eq!(tx.find_inbox_by_key(desk.tenant, "PK_SECOND").await.unwrap(), None);
    drop(tx);
    let taken = InboxRecord { id: world.id(), ..second };
    assert!(matches!(world.write().await.put_inbox(&taken).await, Err(StorageError::Conflict)));
}
