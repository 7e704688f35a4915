//! Tickets, messages and events come back as they were written, field by field, whole and in parts.

use std::{collections::BTreeMap, sync::Arc};

use super::{World, desk::posting, world::TRICKY};
use crate::{
    model::{
        ActorKind, Assessment, Channel, ConversationId, Details, Direction, EventType, IndexChange, MessageId,
        NewEvent, Priority, Scope, Status, TicketRecord, TicketWrite, Timestamp,
        decide::{self, Posting},
        sla::{Pin, PolicyRef, SlaState, Stop, StopKind, TargetKind, TargetState, Track, Wait},
    },
    protocol::{Change, FieldValue, Link, Satisfaction},
    storage::{Edge, LiveCounts, MessageRange, PageRequest, StorageError, TicketFilter, TicketSort},
};

/// Promises with every member in use.
fn promises(world: &World) -> SlaState {
    let stop = |kind| Stop { kind, from: world.now(), to: world.now() };
    SlaState {
        track: Some(Track {
            wait: Some(Wait { since: world.now(), answered_at: Some(world.now()) }),
            stops: vec![stop(StopKind::Waiting), stop(StopKind::Done)],
            stopped: Some((StopKind::Waiting, world.now())),
        }),
        pin: Some(Pin { due_at: world.now(), since: world.now() }),
        policy: Some(PolicyRef { id: world.id(), name: TRICKY.into() }),
        mark: i64::MAX,
        targets: vec![TargetState {
            kind: TargetKind::NextResponse,
            from: world.now(),
            due_at: Some(world.now()),
            warn_at: Some(world.now()),
            met_at: Some(world.now()),
            running: true,
            warned: true,
            breached: true,
        }],
    }
}

/// A ticket that every optional field has left, beside one with every field set.
fn full(world: &World, desk: &super::Desk, number: i64) -> TicketRecord {
    TicketRecord {
        id: world.id(),
        tenant: desk.tenant,
        number,
        subject: TRICKY.into(),
        description: Some(TRICKY.into()),
        status: Status::Closed,
        priority: Priority::Urgent,
        category: Some(TRICKY.into()),
        channel: "x_own-word".parse::<Channel>().unwrap(),
        inbox: Some(desk.inbox.id),
        requester: (&desk.customer).into(),
        assignee: Some((&desk.agent).into()),
        team: Some(world.id()),
        snoozed_until: Some(world.now()),
        merged_into: Some(world.id()),
        merged_at: Some(world.now()),
        sla_due_at: Some(world.now()),
        sla_overdue: true,
        sla: Some(promises(world)),
        details: Details {
            tags: vec![TRICKY.into()],
            links: vec![Link { kind: "order".into(), id: TRICKY.into() }],
            watchers: vec![desk.agent.id],
            custom_fields: BTreeMap::from([
                ("flag".to_owned(), FieldValue::Flag(true)),
                ("number".to_owned(), FieldValue::Number(-1.5)),
                ("text".to_owned(), FieldValue::Text(TRICKY.into())),
            ]),
            ai: Assessment {
                summary: Some(TRICKY.into()),
                confidence_score: Some(0.25),
                first_response_time: Some(0),
                auto_resolved: Some(false),
            },
            status_before_merge: Some(Status::Pending),
            satisfaction: Some(Satisfaction { score: 5, comment: None, at: world.now() }),
        },
        created_by: Some(desk.agent.id),
        last_seq: 9,
        last_public_seq: 8,
        last_message_at: Some(world.now()),
        preview: TRICKY.into(),
        activity_at: world.now(),
        unread_by_agent: 3,
        unread_by_customer: 4,
        agent_read_seq: 5,
        customer_read_seq: 6,
        first_response_at: Some(world.now()),
        resolved_at: Some(world.now()),
        closed_at: Some(world.now()),
        created_at: world.now(),
        updated_at: world.now(),
        version: 12,
    }
}

/// Tickets with every field set and with every optional field empty, inserted and updated.
pub async fn tickets_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let full = full(&world, &desk, 1);
    let bare = TicketRecord {
        id: world.id(),
        number: i64::MAX,
        subject: String::new(),
        description: None,
        status: Status::Open,
        priority: Priority::Low,
        category: None,
        inbox: None,
        assignee: None,
        team: None,
        snoozed_until: None,
        merged_into: None,
        merged_at: None,
        sla: None,
        sla_due_at: None,
        sla_overdue: false,
        details: Details::default(),
        created_by: None,
        last_seq: 0,
        last_message_at: None,
        preview: String::new(),
        activity_at: Timestamp::UNIX_EPOCH,
        first_response_at: None,
        resolved_at: None,
        closed_at: None,
        version: 1,
        ..full.clone()
    };
    let insert = |ticket: &TicketRecord| crate::model::ChangeSet {
        ticket: TicketWrite::Insert(ticket.clone()),
        messages: Vec::new(),
        edits: Vec::new(),
        events: Vec::new(),
        index: IndexChange::between(None, ticket),
        tally: Vec::new(),
        deliveries: Vec::new(),
    };
    let mut tx = world.write().await;
    tx.apply(&insert(&full), Some("opened offline")).await.unwrap();
    tx.apply(&insert(&bare), None).await.unwrap();
    assert_eq!(tx.load_ticket(desk.tenant, Scope::Desk, full.id).await.unwrap().as_ref(), Some(&full));
    tx.commit().await.unwrap();

    assert_eq!(world.ticket(&desk, full.id).await, full);
    assert_eq!(world.ticket(&desk, bare.id).await, bare);
    let mut tx = world.read().await;
    let by_client_id = tx.find_ticket_by_client_id(desk.tenant, desk.agent.id, "opened offline").await.unwrap();
    assert_eq!(by_client_id.as_ref(), Some(&full));
    assert_eq!(tx.find_ticket_by_client_id(desk.tenant, desk.customer.id, "opened offline").await.unwrap(), None);
    assert_eq!(tx.count_tickets_of(desk.tenant, desk.customer.id).await.unwrap(), 2);
    assert_eq!(tx.count_tickets_of(desk.tenant, desk.agent.id).await.unwrap(), 0);
    drop(tx);

    // The two states trade places: every column is written by the update too.
    let emptied = TicketRecord {
        id: full.id,
        number: 1,
        channel: full.channel.clone(),
        inbox: full.inbox,
        version: 13,
        ..bare.clone()
    };
    let emptied = TicketRecord { created_by: full.created_by, created_at: full.created_at, ..emptied };
    let mut change = insert(&emptied);
    change.ticket = TicketWrite::Update { before: Box::new(full.clone()), ticket: emptied.clone() };
    change.index = IndexChange::between(Some(&full), &emptied);
    let mut tx = world.write().await;
    tx.apply(&change, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.ticket(&desk, full.id).await, emptied);
    let filled =
        TicketRecord { id: bare.id, number: bare.number, inbox: None, created_by: None, version: 2, ..full.clone() };
    change.ticket = TicketWrite::Update { before: Box::new(bare.clone()), ticket: filled.clone() };
    change.index = IndexChange::between(Some(&bare), &filled);
    let mut tx = world.write().await;
    tx.apply(&change, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.ticket(&desk, bare.id).await, filled);

    // The stale version again: nothing is written.
    let mut tx = world.write().await;
    assert!(matches!(tx.apply(&change, None).await, Err(StorageError::Conflict)));
    drop(tx);
    assert_eq!(world.ticket(&desk, bare.id).await, filled);
}

/// Every filter by itself, and the numbers beside the views.
pub async fn tickets_are_filtered_and_counted(world: Arc<World>) {
    let desk = world.desk().await;
    let agent = desk.agent();
    let mut tickets = Vec::new();
    for status in Status::ALL {
        let ticket = world.open(&desk).await;
        let mut tx = world.write().await;
        if let Some(change) = world.decide(&agent, |around| decide::set_status(around, &ticket, *status)) {
            tx.apply(&change, None).await.unwrap();
        }
        tx.commit().await.unwrap();
        tickets.push(world.ticket(&desk, ticket.id).await);
    }
    let mut tx = world.write().await;
    let mine = world.decide(&agent, |around| decide::assign(around, &tickets[1], Some((&desk.agent).into()))).unwrap();
    tx.apply(&mine, None).await.unwrap();
    let patch = decide::Patch { priority: Some(Priority::High), ..decide::Patch::default() };
    let urgent = world.decide(&agent, |around| decide::change(around, &tickets[2], patch)).unwrap();
    tx.apply(&urgent, None).await.unwrap();
    let read = world.decide(&agent, |around| decide::read(around, &tickets[3], 1, 0)).unwrap();
    tx.apply(&read, None).await.unwrap();
    tx.commit().await.unwrap();

    let list = async |scope: Scope, filter: TicketFilter| -> Vec<Status> {
        let page = PageRequest { sort: TicketSort::CreatedAt, descending: false, edge: Edge::Start, limit: 100 };
        let found = world.read().await.list_tickets(desk.tenant, scope, &filter, page).await.unwrap();
        found.iter().map(|ticket| ticket.status).collect()
    };
    let of = TicketFilter::default;
    let desk_scope = Scope::Desk;
    use Status::{Closed, Open, Pending, Resolved, Snoozed};
    assert_eq!(list(desk_scope, of()).await, Status::ALL);
    for wanted in
        [vec![Open], vec![Open, Pending, Snoozed], vec![Resolved, Closed], vec![Pending, Closed], Status::ALL.to_vec()]
    {
        assert_eq!(list(desk_scope, TicketFilter { status: wanted.clone(), ..of() }).await, wanted);
    }
    assert_eq!(list(desk_scope, TicketFilter { assigned_to: vec![Some(desk.agent.id)], ..of() }).await, [Pending]);
    let unassigned = TicketFilter { assigned_to: vec![None], status: vec![Open, Pending, Snoozed], ..of() };
    assert_eq!(list(desk_scope, unassigned).await, [Open, Snoozed]);
    assert_eq!(list(desk_scope, TicketFilter { priority: vec![Priority::High], ..of() }).await, [Snoozed]);
    assert_eq!(list(desk_scope, TicketFilter { unread_by_agent: Some(false), ..of() }).await, [Resolved]);
    assert_eq!(
        list(desk_scope, TicketFilter { unread_by_agent: Some(true), ..of() }).await,
        [Open, Pending, Snoozed, Closed]
    );
    assert_eq!(list(desk_scope, TicketFilter { channel: vec!["email".into()], ..of() }).await, []);
    assert_eq!(
        list(desk_scope, TicketFilter { channel: vec!["email".into(), "chat".into()], ..of() }).await,
        Status::ALL
    );
    assert_eq!(list(desk_scope, TicketFilter { requester: Some(desk.agent.id), ..of() }).await, []);
    assert_eq!(list(Scope::Requester(desk.customer.id), of()).await, Status::ALL);
    assert_eq!(list(Scope::Requester(desk.agent.id), of()).await, []);
    assert_eq!(list(Scope::Ticket(tickets[4].id), of()).await, [Closed]);

    let live = world.read().await.count_live(desk.tenant, Some(desk.agent.id)).await.unwrap();
    assert_eq!(live, LiveCounts { mine: 1, unassigned: 2, overdue: 0 });
    assert_eq!(world.read().await.count_live(desk.tenant, None).await.unwrap().mine, 0);

    // A scope is part of every look-up of one ticket.
    let mut tx = world.write().await;
    for (scope, visible) in [
        (Scope::Desk, true),
        (Scope::Requester(desk.customer.id), true),
        (Scope::Requester(desk.agent.id), false),
        (Scope::Ticket(tickets[0].id), true),
        (Scope::Ticket(tickets[1].id), false),
    ] {
        let id = tickets[0].id;
        assert_eq!(tx.find_ticket(desk.tenant, scope, id).await.unwrap().is_some(), visible, "{scope:?}");
        assert_eq!(tx.load_ticket(desk.tenant, scope, id).await.unwrap().is_some(), visible, "{scope:?}");
        assert_eq!(tx.load_for_post(desk.tenant, scope, id, None, None).await.unwrap().is_some(), visible, "{scope:?}");
        let thread = tx.load_thread(desk.tenant, scope, id, false, MessageRange::Latest, 9).await.unwrap();
        assert_eq!(thread.is_some_and(|(ticket, thread)| ticket.id == id && !thread.is_empty()), visible, "{scope:?}");
    }
}

/// Messages of both directions and notes, and the parts of a thread.
pub async fn messages_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await;
    world.note(&desk.agent(), ticket.id, TRICKY).await;
    let sent = Posting { channel: Channel::EMAIL, ..posting(TRICKY, Some("c-1")) };
    world.try_say(&desk.agent(), ticket.id, sent).await.unwrap();
    world.say(&desk.customer(), ticket.id, "Thanks").await;
    world.try_say(&crate::model::Actor::system(desk.tenant), ticket.id, posting("Automatic", None)).await.unwrap();
    let other = world.open(&desk).await;

    let mut tx = world.read().await;
    let all = tx.list_messages(desk.tenant, ticket.id, false, MessageRange::Latest, 50).await.unwrap();
    assert_eq!(all.iter().map(|message| message.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let (note, answer, automatic) = (&all[1], &all[2], &all[4]);
    assert!(note.is_internal && note.body == TRICKY && note.author == Some(desk.agent.id) && note.client_id.is_none());
    assert!(answer.body == TRICKY && answer.client_id.as_deref() == Some("c-1") && answer.channel == Channel::EMAIL);
    assert_eq!((answer.direction, answer.author_name.as_str()), (Direction::Outbound, "Ada Alder"));
    assert_eq!((all[3].direction, all[3].author_name.as_str()), (Direction::Inbound, "Cem Cedar"));
    assert!(automatic.author.is_none() && automatic.author_name.is_empty());

    let found = tx.find_message(desk.tenant, ticket.id, answer.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(answer));
    assert_eq!(tx.find_message(desk.tenant, other.id, answer.id).await.unwrap(), None, "it stands in another ticket");
    let by_client_id = tx.find_message_by_client_id(desk.tenant, desk.agent.id, "c-1").await.unwrap();
    assert_eq!(by_client_id.as_ref(), Some(answer));
    assert_eq!(tx.find_message_by_client_id(desk.tenant, desk.customer.id, "c-1").await.unwrap(), None);

    let mut part = async |public_only, range, limit| -> Vec<i64> {
        let part = tx.list_messages(desk.tenant, ticket.id, public_only, range, limit).await.unwrap();
        let loaded = tx.load_thread(desk.tenant, Scope::Desk, ticket.id, public_only, range, limit).await.unwrap();
        let record = tx.find_ticket(desk.tenant, Scope::Desk, ticket.id).await.unwrap().unwrap();
        assert_eq!(loaded, Some((record, part.clone())), "the ticket and its thread at once are the same");
        part.iter().map(|message| message.seq).collect()
    };
    assert_eq!(part(true, MessageRange::Latest, 50).await, [1, 3, 4, 5]);
    assert_eq!(part(false, MessageRange::Latest, 2).await, [4, 5]);
    assert_eq!(part(false, MessageRange::Before(4), 2).await, [2, 3]);
    assert_eq!(part(true, MessageRange::Before(3), 2).await, [1]);
    assert_eq!(part(false, MessageRange::After(1), 2).await, [2, 3]);
    assert_eq!(part(true, MessageRange::After(1), 2).await, [3, 4]);
    assert_eq!(part(false, MessageRange::After(5), 2).await, [0_i64; 0]);
    for (direction, seq, count) in
        [(Direction::Outbound, 0, 2), (Direction::Outbound, 3, 1), (Direction::Inbound, 1, 1)]
    {
        assert_eq!(
            tx.count_messages_after(desk.tenant, ticket.id, direction, seq).await.unwrap(),
            count,
            "notes do not count"
        );
    }
    assert_eq!(tx.find_message(desk.tenant, ticket.id, MessageId(world.id())).await.unwrap(), None);
}

/// Events with and without what is optional; the timeline; the feed with what it is about.
pub async fn events_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await;
    world.note(&desk.agent(), ticket.id, "internal").await;
    let free = NewEvent {
        id: world.id(),
        tenant: desk.tenant,
        kind: EventType::ContactUpdated,
        is_internal: true,
        actor_kind: ActorKind::System,
        actor: None,
        conversation: None,
        message: None,
        up_to_seq: None,
        resource: Some(format!("contact:{}", desk.customer.id)),
        address: Some("2001:db8::1".into()),
        changes: BTreeMap::from([
            ("name".to_owned(), Change { from: Some(TRICKY.into()), to: None }),
            ("email".to_owned(), Change { from: None, to: Some("\u{1F4E7}".into()) }),
        ]),
        request_id: TRICKY.into(),
        occurred_at: world.now(),
    };
    let loaded = world.ticket(&desk, ticket.id).await;
    let read = world.decide(&desk.agent(), |around| decide::read(around, &loaded, 1, 0)).unwrap();
    let mut tx = world.write().await;
    tx.append_event(&free).await.unwrap();
    tx.apply(&read, None).await.unwrap();
    tx.commit().await.unwrap();
    world.number_all().await;

    let mut tx = world.read().await;
    let stored = tx.find_event(desk.tenant, free.id).await.unwrap().unwrap();
    assert_eq!((stored.ticket, stored.message), (None, None));
    let event = stored.event;
    assert_eq!((event.kind, event.is_internal, event.actor_kind), (free.kind, true, free.actor_kind));
    assert_eq!((event.actor, event.actor_name.as_str(), event.conversation), (None, "", None));
    assert_eq!(
        (&event.changes, event.request_id.as_str(), event.occurred_at),
        (&free.changes, TRICKY, free.occurred_at)
    );
    assert_eq!((event.resource, event.address), (free.resource, free.address));

    let kinds = |events: &[crate::model::EventRecord]| events.iter().map(|event| event.kind).collect::<Vec<_>>();
    use EventType::{ContactUpdated, MessageCreated, MessageRead, NoteCreated, TicketCreated};
    let timeline = tx.list_events(desk.tenant, ticket.id, false, None, 50).await.unwrap();
    assert_eq!(kinds(&timeline), [MessageRead, NoteCreated, MessageCreated, TicketCreated], "newest first");
    assert_eq!((timeline[0].up_to_seq, timeline[1].actor_name.as_str()), (Some(1), "Ada Alder"));
    let public = tx.list_events(desk.tenant, ticket.id, true, None, 50).await.unwrap();
    assert_eq!(kinds(&public), [MessageRead, MessageCreated, TicketCreated]);

    let feed = tx.feed(0, 50).await.unwrap();
    let fed: Vec<_> = feed.iter().map(|entry| entry.event.clone()).collect();
    assert_eq!(kinds(&fed), [TicketCreated, MessageCreated, NoteCreated, ContactUpdated, MessageRead]);
    let message = feed[1].message.as_ref().unwrap();
    assert_eq!((message.seq, Some(message.id)), (1, feed[1].event.message));
    assert_eq!(feed[2].ticket.as_ref().unwrap(), &world.ticket(&desk, ticket.id).await, "the ticket as it is today");
    assert!(feed[3].ticket.is_none() && feed[0].message.is_none());
    assert_eq!(tx.find_event(desk.tenant, feed[1].event.id).await.unwrap().as_ref(), Some(&feed[1]));
    assert_eq!(tx.feed(3, 1).await.unwrap(), feed[3..4]);

    let position = tx.feed_position().await.unwrap();
    assert_eq!((position.first_seq, position.last_seq), (1, 5));
    assert!(position.epoch.len() >= 8, "an epoch that cannot be met by chance");
    assert_eq!(tx.find_event(desk.tenant, crate::model::EventId(world.id())).await.unwrap(), None);
    assert_eq!(tx.list_events(desk.tenant, ConversationId(world.id()), false, None, 9).await.unwrap(), []);
}
