//! All or nothing: whatever way a transaction ends without a commit, nothing of it is there.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{
    Desk, World,
    desk::{Posted, posting},
    native,
    tenants::everything_of,
};
use crate::{
    model::{ChangeSet, PersonKind, Role, Scope, TicketId, decide},
    storage::{Engaged, Result, StorageError, WriteTx},
};

/// How long the next writer may wait at most when nobody is in its way.
const SOON: Duration = Duration::from_secs(5);

/// Writes something of nearly everything.
async fn write_much(world: &World, desk: &Desk, ticket: TicketId, tx: &mut dyn WriteTx) {
    world.post(tx, &desk.customer(), ticket, posting("Never seen", Some("c-9"))).await.unwrap();
    let change = world.decide_open(tx, desk).await.unwrap();
    tx.apply(&change, Some("c-9")).await.unwrap();
    let person = world.person(desk.tenant, PersonKind::Contact, Role::Customer, "Nobody", "nobody");
    tx.upsert_person(&person).await.unwrap();
    let now = world.now();
    let due: Vec<_> = tx.due_deliveries(now, &Engaged::default(), 9).await.unwrap().iter().map(|due| due.id).collect();
    tx.claim_deliveries(now, now, &due).await.unwrap();
    tx.put_inbox(&crate::model::InboxRecord { name: "Changed".into(), ..desk.inbox.clone() }).await.unwrap();
}

/// The desk is as it was, and the next writer gets its turn and the next number.
async fn expect_untouched(world: &World, desk: &Desk, ticket: TicketId, before: &[String]) {
    assert_eq!(everything_of(world, desk).await, before);
    let next =
        timeout(SOON, world.say(&desk.customer(), ticket, "Next")).await.expect("somebody still holds the writer");
    assert!(matches!(next, Posted::Now(_, 2)));
    assert_eq!(timeout(SOON, world.open(desk)).await.unwrap().number, 2);
}

/// The plain case.
pub async fn dropping_a_transaction_leaves_nothing(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await.id;
    let before = everything_of(&world, &desk).await;
    let mut tx = world.write().await;
    write_much(&world, &desk, ticket, tx.as_write()).await;
    drop(tx);
    expect_untouched(&world, &desk, ticket, &before).await;
}

/// A request that goes away while its transaction is open.
pub async fn a_task_cancelled_with_an_open_transaction_leaves_nothing(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await.id;
    let before = everything_of(&world, &desk).await;
    let (ready, written) = tokio::sync::oneshot::channel();
    let task = tokio::spawn({
        let (world, desk) = (Arc::clone(&world), desk.clone());
        async move {
            let mut tx = world.write().await;
            write_much(&world, &desk, ticket, tx.as_write()).await;
            ready.send(()).unwrap();
            std::future::pending::<()>().await;
        }
    });
    written.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    expect_untouched(&world, &desk, ticket, &before).await;
}

/// Requests that go away while the database works for them.
pub async fn a_task_cancelled_in_the_middle_of_a_statement_leaves_nothing(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await.id;
    let before = everything_of(&world, &desk).await;
    for _ in 0..3 {
        let working = async {
            let mut tx = world.write().await;
            write_much(&world, &desk, ticket, tx.as_write()).await;
            native::work_long(tx.as_write()).await;
            tx.commit().await.unwrap();
        };
        // Long enough to reach the long statement, and never to end it.
        assert!(timeout(Duration::from_millis(150), working).await.is_err());
    }
    expect_untouched(&world, &desk, ticket, &before).await;
}

/// Requests that go away before it is their turn.
pub async fn tasks_cancelled_while_they_wait_leave_nothing_and_block_nobody(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await.id;
    let before = everything_of(&world, &desk).await;
    let mut holder = world.write().await;
    holder.load_ticket(desk.tenant, Scope::Desk, ticket).await.unwrap();
    let waiting: Vec<_> = (0..12)
        .map(|_| {
            let (world, customer) = (Arc::clone(&world), desk.customer());
            tokio::spawn(async move { world.try_say(&customer, ticket, posting("Never seen", None)).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    for task in &waiting {
        task.abort();
    }
    for task in waiting {
        assert!(task.await.unwrap_err().is_cancelled(), "somebody passed the lock");
    }
    drop(holder);
    expect_untouched(&world, &desk, ticket, &before).await;
}

/// A request that goes away while it commits: the message is there with everything that belongs to it, or nothing is.
pub async fn a_cancelled_commit_is_whole_or_nothing(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await.id;
    for wait_us in 0..40 {
        let mut tx = world.write().await;
        world.post(tx.as_write(), &desk.customer(), ticket, posting("Perhaps", None)).await.unwrap();
        let _ = timeout(Duration::from_micros(wait_us * 25), tx.commit()).await;
    }
    // The last commits may still be under way; a write on the same ticket queues behind them.
    world.say(&desk.customer(), ticket, "Certainly").await;
    let stored = world.ticket(&desk, ticket).await;
    let mut tx = world.read().await;
    let messages =
        tx.list_messages(desk.tenant, ticket, false, crate::storage::MessageRange::Latest, 100).await.unwrap();
    let events = tx.list_events(desk.tenant, ticket, false, None, 100).await.unwrap();
    let deliveries =
        tx.list_deliveries(desk.tenant, &crate::storage::DeliveryFilter::default(), None, 100).await.unwrap();
    let count = messages.len();
    assert_eq!(
        messages.iter().map(|message| message.seq).collect::<Vec<_>>(),
        (1..=stored.last_seq).collect::<Vec<_>>()
    );
    assert_eq!((events.len(), deliveries.len()), (count + 1, count + 1));
    assert_eq!(stored.unread_by_agent, i64::try_from(count).unwrap());
}

/// Whichever part of a decision cannot be written, no other part of it is.
pub async fn a_decision_that_cannot_be_written_whole_is_not_written(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await.id;
    let mut tx = world.read().await;
    let message =
        tx.list_messages(desk.tenant, ticket, false, crate::storage::MessageRange::Latest, 1).await.unwrap()[0].id;
    let event = tx.list_events(desk.tenant, ticket, false, None, 1).await.unwrap()[0].id;
    let filter = crate::storage::DeliveryFilter::default();
    let delivery = tx.list_deliveries(desk.tenant, &filter, None, 1).await.unwrap()[0].id;
    drop(tx);
    let before = everything_of(&world, &desk).await;
    type Spoiler = Box<dyn Fn(&mut ChangeSet) + Send>;
    let spoilers: [Spoiler; 5] = [
        Box::new(move |change| change.messages[0].id = message),
        Box::new(move |change| change.messages[0].seq = 1),
        Box::new(move |change| change.events[0].id = event),
        Box::new(move |change| change.deliveries[0].id = delivery),
        Box::new(|change| {
            if let crate::model::TicketWrite::Update { before, .. } = &mut change.ticket {
                before.version = 0;
            }
        }),
    ];
    for spoil in spoilers {
        let mut tx = world.write().await;
        let loaded = tx.load_ticket(desk.tenant, Scope::Desk, ticket).await.unwrap().unwrap();
        let posting = posting("Never seen", None);
        let mut change =
            world.decide(&desk.customer(), |around| crate::model::decide::post(around, &loaded, posting, None));
        world.notify(&mut change);
        spoil(&mut change);
        assert!(matches!(tx.apply(&change, None).await, Err(StorageError::Conflict)));
        drop(tx);
        assert_eq!(everything_of(&world, &desk).await, before);
    }
    expect_untouched(&world, &desk, ticket, &before).await;
}

/// A hook that swallows a failed call cannot bring half a decision to its commit, and no commit says yes to nothing.
pub async fn a_transaction_with_a_failed_call_cannot_be_committed(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await.id;
    let before = everything_of(&world, &desk).await;
    let attempt = async || -> Result<()> {
        let mut tx = world.write().await;
        world.post(tx.as_write(), &desk.customer(), ticket, posting("Half", None)).await?;
        let taken = crate::model::InboxRecord { id: world.id(), ..desk.inbox.clone() };
        assert!(matches!(tx.put_inbox(&taken).await, Err(StorageError::Conflict)));
        tx.commit().await
    };
    assert!(attempt().await.is_err(), "the commit of a transaction that failed was acknowledged");
    expect_untouched(&world, &desk, ticket, &before).await;
}

/// Changes that share a commit do not share a failure.
pub async fn a_submitted_change_that_fails_in_its_middle_leaves_nothing_and_spares_the_others(world: Arc<World>) {
    let desk = world.desk().await;
    let mut tickets = Vec::new();
    for _ in 0..16 {
        let id = world.open(&desk).await.id;
        tickets.push(world.ticket(&desk, id).await);
    }
    let customer = desk.customer();
    world.try_say(&customer, tickets[0].id, posting("Hello", Some("taken"))).await.unwrap();
    tickets[0] = world.ticket(&desk, tickets[0].id).await;
    let outcomes = world
        .many(tickets.len(), {
            let tickets = tickets.clone();
            move |world, number| {
                // The ticket can be written, the message cannot: its client id belongs to another one.
                let client_id = if number == 5 { "taken".to_owned() } else { format!("c-{number}") };
                let posting = posting("Again", Some(&client_id));
                let change = world.decide(&customer, |around| decide::post(around, &tickets[number], posting, None));
                async move { world.storage.submit(&change, None).await }
            }
        })
        .await;
    for (number, (outcome, before)) in outcomes.into_iter().zip(&tickets).enumerate() {
        let now = world.ticket(&desk, before.id).await;
        let timeline = world.read().await.list_events(desk.tenant, before.id, false, None, 100).await.unwrap();
        if number == 5 {
            assert!(matches!(outcome, Err(StorageError::Conflict)), "{outcome:?}");
            assert_eq!((&now, timeline.len()), (before, 2));
        } else {
            outcome.unwrap();
            assert_eq!(now.last_seq, before.last_seq + 1, "{number}");
        }
    }
}
