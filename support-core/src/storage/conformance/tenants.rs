//! Two tenants with the same data: whatever one asks for or changes by the other's ids, it gets and changes nothing.

use std::sync::Arc;

use super::{
    Desk, World,
    desk::{Posted, posting},
};
use crate::{
    model::{
        ConversationId, DeliveryId, DeliveryState, Direction, EventId, InboxRecord, MessageId, PersonKind,
        PersonRecord, Role, Scope, TicketId, TicketRecord, TicketWrite, TokenId, TokenRecord, TokenScope, decide,
    },
    protocol::TokenAbility,
    storage::{
        AccountRecord, DeliveryFilter, DeliveryOutcome, Edge, Engaged, MessageRange, OwnedTx, PageRequest,
        PersonFilter, Result, SessionKind, SessionRecord, StorageError, StoredAnswer, TicketFilter, TicketSort,
        TokenFilter,
    },
};

const PAGE: PageRequest<TicketSort> =
    PageRequest { sort: TicketSort::CreatedAt, descending: false, edge: Edge::Start, limit: 100 };

/// All that the tenant's lists show, as text to compare.
pub(super) async fn everything_of(world: &World, desk: &Desk) -> Vec<String> {
    let tenant = desk.tenant;
    let mut tx = world.read().await;
    let mut all = Vec::new();
    for kind in PersonKind::ALL {
        for person in tx.list_people(tenant, &PersonFilter::of(*kind), None, 100).await.unwrap() {
            let account = tx.find_account_of(tenant, person.id).await.unwrap();
            all.push(format!("{person:?} {:?}", account.map(|account| (account.email_key, account.password_hash))));
        }
    }
    all.extend(tx.list_inboxes(tenant).await.unwrap().iter().map(|inbox| format!("{inbox:?}")));
    all.push(format!("{:?}", tx.count_live(tenant, Some(desk.agent.id)).await.unwrap()));
    all.push(format!("{:?}", tx.sum_tally(tenant, 0, i64::MAX).await.unwrap()));
    for ticket in tx.list_tickets(tenant, Scope::Desk, &TicketFilter::default(), PAGE).await.unwrap() {
        all.push(format!("{ticket:?}"));
        for message in tx.list_messages(tenant, ticket.id, false, MessageRange::Latest, 100).await.unwrap() {
            all.push(format!("{message:?}"));
        }
        for mut event in tx.list_events(tenant, ticket.id, false, None, 100).await.unwrap() {
            event.seq = None;
            all.push(format!("{event:?}"));
        }
    }
    let deliveries = tx.list_deliveries(tenant, &DeliveryFilter::default(), None, 100).await.unwrap();
    all.extend(deliveries.iter().map(|delivery| format!("{delivery:?}")));
    all.extend(
        tx.list_tokens(tenant, &TokenFilter::default(), None, None, 100)
            .await
            .unwrap()
            .iter()
            .map(|token| format!("{token:?}")),
    );
    all
}

/// One of everything, in words that every tenant may use.
struct Mirror {
    desk: Desk,
    ticket: TicketRecord,
    message: MessageId,
    event: EventId,
    delivery: DeliveryId,
    token: TokenId,
    token_hash: [u8; 32],
    session: SessionRecord,
    session_hash: [u8; 32],
}

impl Mirror {
    async fn make(world: &World) -> Self {
        let desk = world.desk().await;
        let tenant = desk.tenant;
        let ticket = world.try_open(&desk, Some("t-1")).await.unwrap();
        let posted = world.try_say(&desk.customer(), ticket.id, posting("Where is it?", Some("m-1"))).await.unwrap();
        let Posted::Now(message, _) = posted else { panic!("a new tenant's first message was met before") };
        world.note(&desk.agent(), ticket.id, "Lost in the post").await;

        let mut tx = world.write().await;
        let account = AccountRecord {
            person: desk.agent.id,
            tenant,
            email_key: "ada@example.com".into(),
            password_hash: Some("hash".into()),
            first_name: "Ada".into(),
            last_name: "Alder".into(),
            last_login_at: None,
            created_at: world.now(),
        };
        tx.insert_account(&account).await.unwrap();
        let token = TokenRecord {
            id: world.id(),
            tenant,
            scope: TokenScope::Ticket(ticket.id),
            can: vec![TokenAbility::Read],
            note: None,
            contact: desk.customer.id,
            address: None,
            created_by: None,
            created_at: world.now(),
            expires_at: world.in_seconds(60),
            use_count: 0,
            last_used_at: None,
            revoked_at: None,
        };
        let token_hash = world.secret_hash();
        tx.insert_token(&token, &token_hash).await.unwrap();
        let session = SessionRecord {
            id: world.id(),
            tenant,
            kind: SessionKind::Portal,
            person: Some(desk.customer.id),
            inbox: None,
            token: Some(token.id),
            parent: None,
            created_at: world.now(),
            expires_at: world.in_seconds(60),
            revoked_at: None,
        };
        let session_hash = world.secret_hash();
        tx.insert_session(&session, Some(&session_hash)).await.unwrap();
        assert_eq!(tx.stored_answer(tenant, desk.customer.id, "key").await.unwrap(), None);
        tx.store_answer(tenant, desk.customer.id, "key", &answer(world, "{}")).await.unwrap();
        // One dead delivery, so that there is something to put back.
        let (now, lease) = (world.now(), world.in_seconds(60));
        let due = tx.due_deliveries(now, &Engaged::default(), 100).await.unwrap();
        let due: Vec<_> = due.iter().map(|delivery| delivery.id).collect();
        let claimed = tx.claim_deliveries(now, lease, &due).await.unwrap();
        let delivery = claimed.iter().find(|delivery| delivery.tenant == tenant).unwrap().id;
        assert!(tx.finish_delivery(delivery, 1, &DeliveryOutcome::Dead("no".into()), now).await.unwrap());
        let event = tx.list_events(tenant, ticket.id, false, None, 1).await.unwrap()[0].id;
        tx.commit().await.unwrap();
        let ticket = world.ticket(&desk, ticket.id).await;
        Self { desk, ticket, message, event, delivery, token: token.id, token_hash, session, session_hash }
    }

    /// What lists do not show is added to what they show.
    async fn snapshot(&self, world: &World) -> Vec<String> {
        let mut all = everything_of(world, &self.desk).await;
        let mut tx = world.write().await;
        let tenant = self.desk.tenant;
        all.push(format!("{:?}", tx.find_session_by_id(tenant, self.session.id).await.unwrap()));
        all.push(format!("{:?}", tx.stored_answer(tenant, self.desk.customer.id, "key").await.unwrap()));
        all.push(format!("{:?}", tx.next_ticket_number(tenant).await.unwrap()));
        all
    }
}

fn answer(world: &World, body: &str) -> StoredAnswer {
    StoredAnswer { fingerprint: "f".into(), body: body.into(), created_at: world.now() }
}

/// Every look-up and every list, asked for the other's.
pub async fn a_tenant_cannot_find_what_another_has(world: Arc<World>) {
    let (theirs, mine) = (Mirror::make(&world).await, Mirror::make(&world).await);
    world.number_all().await;
    let tenant = mine.desk.tenant;
    let (customer, agent) = (theirs.desk.customer.id, theirs.desk.agent.id);
    let ticket: TicketId = theirs.ticket.id;

    let mut tx = world.write().await;
    for scope in [Scope::Desk, Scope::Requester(customer), Scope::Ticket(ticket)] {
        assert_eq!(tx.find_ticket(tenant, scope, ticket).await.unwrap(), None);
        assert_eq!(tx.load_ticket(tenant, scope, ticket).await.unwrap(), None);
        assert_eq!(tx.load_for_post(tenant, scope, ticket, Some(customer), Some("m-1")).await.unwrap(), None);
    }
    let loaded = tx.load_for_post(tenant, Scope::Desk, mine.ticket.id, Some(customer), Some("m-1")).await.unwrap();
    assert_eq!(loaded.unwrap().earlier, None, "their message is not my earlier one");
    assert_eq!(tx.find_ticket_by_client_id(tenant, customer, "t-1").await.unwrap(), None);
    for scope in [Scope::Requester(customer), Scope::Ticket(ticket)] {
        assert_eq!(tx.list_tickets(tenant, scope, &TicketFilter::default(), PAGE).await.unwrap(), []);
    }
    for filter in [
        TicketFilter { requester: Some(customer), ..TicketFilter::default() },
        TicketFilter { assigned_to: vec![Some(agent)], ..TicketFilter::default() },
    ] {
        assert_eq!(tx.list_tickets(tenant, Scope::Desk, &filter, PAGE).await.unwrap(), []);
    }
    assert_eq!(tx.count_tickets_of(tenant, customer).await.unwrap(), 0);
    let live = tx.count_live(tenant, Some(agent)).await.unwrap();
    assert_eq!((live.mine, live.unassigned), (0, 1), "theirs are not counted");
    let created = tx.sum_tally(tenant, 0, i64::MAX).await.unwrap();
    assert_eq!(created.iter().filter(|tally| tally.metric == "created").map(|tally| tally.count).sum::<i64>(), 1);
    assert_eq!(tx.find_message(tenant, ticket, theirs.message).await.unwrap(), None);
    assert_eq!(tx.find_message(tenant, mine.ticket.id, theirs.message).await.unwrap(), None);
    assert_eq!(tx.find_message_by_client_id(tenant, customer, "m-1").await.unwrap(), None);
    for range in [MessageRange::Latest, MessageRange::Before(9), MessageRange::After(0)] {
        assert_eq!(tx.list_messages(tenant, ticket, false, range, 9).await.unwrap(), []);
        assert_eq!(tx.load_thread(tenant, Scope::Desk, ticket, false, range, 9).await.unwrap(), None);
    }
    assert_eq!(tx.count_messages_after(tenant, ticket, Direction::Inbound, 0).await.unwrap(), 0);
    assert_eq!(tx.list_events(tenant, ticket, false, None, 9).await.unwrap(), []);
    assert_eq!(tx.find_event(tenant, theirs.event).await.unwrap(), None);
    assert_eq!(tx.find_delivery(tenant, theirs.delivery).await.unwrap(), None);
    for person in [customer, agent] {
        assert_eq!(tx.find_person(tenant, person).await.unwrap(), None);
        assert!(tx.find_account_of(tenant, person).await.unwrap().is_none());
        assert!(tx.list_accounts_of(tenant, &[person]).await.unwrap().is_empty());
    }
    assert_eq!(tx.find_session_by_id(tenant, theirs.session.id).await.unwrap(), None);
    assert_eq!(tx.find_token(tenant, theirs.token).await.unwrap(), None);
    assert_eq!(tx.find_token_by_hash(tenant, &theirs.token_hash).await.unwrap(), None);
    let of_ticket = TokenFilter { ticket: Some(ticket), ..TokenFilter::default() };
    assert_eq!(tx.list_tokens(tenant, &of_ticket, None, None, 9).await.unwrap(), []);
    assert_eq!(tx.find_inbox_by_key(tenant, &theirs.desk.inbox.public_key).await.unwrap(), None);
    assert_eq!(tx.stored_answer(tenant, customer, "key").await.unwrap(), None);
    // A secret is unique in the world; the record says whose it is.
    let session = tx.find_session(SessionKind::Portal, &theirs.session_hash).await.unwrap();
    assert_eq!(session.map(|session| session.tenant), Some(theirs.desk.tenant));
    drop(tx);

    let shown = everything_of(&world, &mine.desk).await.join("\n");
    let foreign = [
        theirs.desk.tenant.0,
        customer.0,
        agent.0,
        ticket.0,
        theirs.message.0,
        theirs.event.0,
        theirs.delivery.0,
        theirs.token.0,
        theirs.desk.inbox.id.0,
    ];
    for id in foreign {
        assert!(!shown.contains(&id.to_string()), "{id} of another tenant is in a list");
    }
    for entry in world.read().await.feed(0, 100).await.unwrap() {
        let whose = entry.event.tenant;
        assert!(entry.ticket.is_none_or(|ticket| ticket.tenant == whose));
        assert!(entry.message.is_none_or(|message| message.tenant == whose));
    }
}

/// Every write, aimed at the other's rows: refused or without effect.
pub async fn a_tenant_cannot_change_what_another_has(world: Arc<World>) {
    let (theirs, mine) = (Mirror::make(&world).await, Mirror::make(&world).await);
    let tenant = mine.desk.tenant;
    let before = theirs.snapshot(&world).await;
    let commit = async |tx: Box<dyn OwnedTx>| tx.commit().await.unwrap();

    // Decisions on their ticket, as if it were mine: an update, and a new ticket under its id.
    let stolen = TicketRecord { tenant, subject: "Stolen".into(), ..theirs.ticket.clone() };
    let update = TicketWrite::Update {
        before: Box::new(TicketRecord { tenant, ..theirs.ticket.clone() }),
        ticket: TicketRecord { version: 99, ..stolen.clone() },
    };
    for write in [update, TicketWrite::Insert(stolen)] {
        let mut tx = world.write().await;
        let event = world.decide(&mine.desk.agent(), |around| {
            decide::set_status(around, &mine.ticket, crate::model::Status::Closed)
        });
        let change = crate::model::ChangeSet { ticket: write, ..event.unwrap() };
        assert!(matches!(tx.apply(&change, None).await, Err(StorageError::Conflict)));
    }

    let person =
        PersonRecord { tenant, name: "Stolen".into(), subject: Some("stolen".into()), ..theirs.desk.customer.clone() };
    let mut tx = world.write().await;
    tx.update_person(&person).await.unwrap();
    commit(tx).await;
    assert!(matches!(world.write().await.upsert_person(&person).await, Err(StorageError::Conflict)));
    let mut tx = world.write().await;
    let account = AccountRecord {
        person: theirs.desk.agent.id,
        tenant,
        email_key: "ada@example.com".into(),
        password_hash: Some("stolen".into()),
        first_name: String::new(),
        last_name: String::new(),
        last_login_at: None,
        created_at: world.now(),
    };
    tx.update_account(&account).await.unwrap();
    assert!(!tx.note_sign_in(tenant, theirs.desk.agent.id, "hash", world.now()).await.unwrap());
    commit(tx).await;

    let now = world.now();
    let mut tx = world.write().await;
    tx.revoke_session(tenant, theirs.session.id, now).await.unwrap();
    tx.revoke_sessions_of(tenant, theirs.desk.customer.id, None, now).await.unwrap();
    tx.revoke_sessions_of(tenant, theirs.desk.customer.id, Some(SessionKind::Portal), now).await.unwrap();
    tx.revoke_setup(tenant, now).await.unwrap();
    tx.revoke_token(tenant, theirs.token, now).await.unwrap();
    tx.count_token_uses(tenant, theirs.token, 1, now).await.unwrap();
    assert!(!tx.retry_delivery(tenant, theirs.delivery, now).await.unwrap());
    assert_eq!(tx.stored_answer(tenant, theirs.desk.customer.id, "key").await.unwrap(), None);
    tx.store_answer(tenant, theirs.desk.customer.id, "key", &answer(&world, "stolen")).await.unwrap();
    tx.next_ticket_number(tenant).await.unwrap();
    tx.lock_setup(tenant).await.unwrap();
    commit(tx).await;

    let inbox = InboxRecord { tenant, name: "Stolen".into(), identity_secret: None, ..theirs.desk.inbox.clone() };
    let put: Result<()> = world.write().await.put_inbox(&inbox).await;
    assert!(matches!(put, Err(StorageError::Conflict)));
    let same_key = InboxRecord { id: mine.desk.inbox.id, ..inbox };
    assert!(matches!(world.write().await.put_inbox(&same_key).await, Err(StorageError::Conflict)));

    assert_eq!(theirs.snapshot(&world).await, before);
}

/// Subjects, addresses, client ids and keys are each tenant's own: the same words find each one's own rows.
pub async fn two_tenants_may_use_the_same_words(world: Arc<World>) {
    let mirrors = [Mirror::make(&world).await, Mirror::make(&world).await];
    for mirror in &mirrors {
        let tenant = mirror.desk.tenant;
        let mut tx = world.write().await;
        let customer = tx.find_person_by_subject(tenant, PersonKind::Contact, "customer-1").await.unwrap();
        assert_eq!(customer.as_ref(), Some(&mirror.desk.customer));
        let account = tx.find_account(tenant, "ada@example.com").await.unwrap();
        assert_eq!(account.map(|account| account.person), Some(mirror.desk.agent.id));
        assert_eq!(tx.count_accounts(tenant, Role::Agent).await.unwrap(), 1);
        let author = mirror.desk.customer.id;
        let ticket = tx.find_ticket_by_client_id(tenant, author, "t-1").await.unwrap();
        assert_eq!(ticket.map(|ticket| (ticket.id, ticket.number)), Some((mirror.ticket.id, 1)));
        let message = tx.find_message_by_client_id(tenant, author, "m-1").await.unwrap();
        assert_eq!(message.map(|message| message.id), Some(mirror.message));
        assert!(tx.stored_answer(tenant, author, "key").await.unwrap().is_some());
        let dead = DeliveryFilter { state: Some(DeliveryState::Dead), ..DeliveryFilter::default() };
        let dead = tx.list_deliveries(tenant, &dead, None, 9).await.unwrap();
        assert_eq!(dead.iter().map(|delivery| delivery.tenant).collect::<Vec<_>>(), [tenant]);
        assert_eq!(tx.list_inboxes(tenant).await.unwrap(), std::slice::from_ref(&mirror.desk.inbox));
        assert_eq!(tx.next_ticket_number(tenant).await.unwrap(), 2);
        assert_eq!(tx.find_ticket(tenant, Scope::Desk, ConversationId(world.id())).await.unwrap(), None);
    }
}
