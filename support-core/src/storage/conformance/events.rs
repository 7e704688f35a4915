//! The log: one gapless sequence in the order of the commits, the same for every reader.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::{sleep, timeout};

use super::{
    World,
    desk::{Posted, posting},
};
use crate::{
    model::{EventId, EventType, Status, decide},
    storage::FeedEntry,
};

/// What the feed holds after `seq`, numbered first as every reader does.
async fn read_on(world: &World, after_seq: i64) -> Vec<FeedEntry> {
    world.storage.number_events().await.unwrap();
    world.read().await.feed(after_seq, 100).await.unwrap()
}

fn seqs(entries: &[FeedEntry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.event.seq.unwrap()).collect()
}

/// What one decision says in order is read in order.
pub async fn events_of_one_decision_keep_their_order(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await;
    let mut tx = world.write().await;
    let resolve = world.decide(&desk.agent(), |around| decide::set_status(around, &ticket, Status::Resolved)).unwrap();
    tx.apply(&resolve, None).await.unwrap();
    tx.commit().await.unwrap();
    world.say(&desk.customer(), ticket.id, "It is not").await;
    let entries = read_on(&world, 0).await;
    let kinds: Vec<_> = entries.iter().map(|entry| entry.event.kind).collect();
    use EventType::{MessageCreated, TicketCreated, TicketReopened, TicketResolved};
    assert_eq!(kinds, [TicketCreated, MessageCreated, TicketResolved, MessageCreated, TicketReopened]);
    assert_eq!(seqs(&entries), [1, 2, 3, 4, 5]);
}

/// Open transactions are invisible; what rolls back leaves no hole.
pub async fn what_is_not_committed_is_not_in_the_feed(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await;
    let last = *seqs(&read_on(&world, 0).await).last().unwrap();
    let mut tx = world.write().await;
    world.post(tx.as_write(), &desk.customer(), ticket.id, posting("Not yet", None)).await.unwrap();
    assert_eq!(read_on(&world, last).await, []);
    drop(tx);
    assert_eq!(read_on(&world, last).await, []);
    world.say(&desk.customer(), ticket.id, "Now").await;
    assert_eq!(seqs(&read_on(&world, last).await), [last + 1]);
    let position = world.read().await.feed_position().await.unwrap();
    assert_eq!((position.first_seq, position.last_seq), (1, last + 1));
}

/// Transactions that overlap are numbered as they commit, not as they begin or write.
pub async fn events_are_numbered_in_the_order_of_their_commits(world: Arc<World>) {
    let desk = world.desk().await;
    let (early, late) = (world.open(&desk).await.id, world.open(&desk).await.id);
    let last = *seqs(&read_on(&world, 0).await).last().unwrap();
    let customer = desk.customer();
    let mut slow = world.write().await;
    world.post(slow.as_write(), &customer, early, posting("Written first", None)).await.unwrap();
    let mut quick = tokio::spawn({
        let (world, customer) = (Arc::clone(&world), customer.clone());
        async move { world.say(&customer, late, "Committed first").await }
    });
    let conversations =
        |entries: &[FeedEntry]| entries.iter().filter_map(|entry| entry.event.conversation).collect::<Vec<_>>();
    let expected = if timeout(Duration::from_secs(2), &mut quick).await.is_ok() {
        // The reader is at the end of the log while the older transaction is still open.
        assert_eq!(conversations(&read_on(&world, last).await), [late]);
        slow.commit().await.unwrap();
        [late, early]
    } else {
        // An adapter with one writer: they cannot overlap.
        slow.commit().await.unwrap();
        quick.await.unwrap();
        [early, late]
    };
    let entries = read_on(&world, last).await;
    assert_eq!(seqs(&entries), [last + 1, last + 2]);
    assert_eq!(conversations(&entries), expected);
}

const WRITERS: usize = 50;
const READERS: usize = 20;
const MESSAGES: usize = 100;

/// Writers hold their transactions open for random whiles; readers read on from where they are. All meet the same events in the same
/// order, and none ever meets one behind its cursor.
pub async fn fifty_writers_with_delayed_commits_give_all_readers_one_gapless_sequence(world: Arc<World>) {
    let desk = world.desk().await;
    let mut tickets = Vec::new();
    for _ in 0..10 {
        tickets.push(world.open(&desk).await.id);
    }
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let (world, done) = (Arc::clone(&world), Arc::clone(&done));
            tokio::spawn(async move {
                let mut met: Vec<(i64, EventId)> = Vec::new();
                let mut commits = world.storage.commits();
                loop {
                    commits.mark_unchanged();
                    let ending = done.load(Ordering::Acquire);
                    let entries = read_on(&world, met.last().map_or(0, |(seq, _)| *seq)).await;
                    let news = entries.len();
                    met.extend(entries.into_iter().map(|entry| (entry.event.seq.unwrap(), entry.event.id)));
                    if news == 0 {
                        if ending {
                            return met;
                        }
                        // As the tail of a server: woken by commits, and by itself where a wake-up was lost.
                        let _ = timeout(Duration::from_millis(50), commits.changed()).await;
                    }
                }
            })
        })
        .collect();
    let customer = desk.customer();
    let acknowledged = world
        .many(WRITERS, |world, writer| {
            let (customer, tickets) = (customer.clone(), tickets.clone());
            async move {
                let mut acknowledged = Vec::new();
                for number in 0..MESSAGES {
                    // Different for every commit, and the same in every run.
                    let random = (writer * 7_919 + number * 104_729) % 97;
                    let ticket = tickets[random % tickets.len()];
                    let mut tx = world.write().await;
                    let posted = world.post(tx.as_write(), &customer, ticket, posting("Delayed", None)).await.unwrap();
                    if random.is_multiple_of(7) {
                        sleep(Duration::from_micros((random * 40) as u64)).await;
                    }
                    tx.commit().await.unwrap();
                    let Posted::Now(message, seq) = posted else {
                        panic!("a message without a client id was met before")
                    };
                    acknowledged.push((message, ticket, seq));
                }
                acknowledged
            }
        })
        .await;
    // What is committed by now is numbered before the readers are told to end.
    world.number_all().await;
    done.store(true, Ordering::Release);
    let mut sequences = Vec::new();
    for reader in readers {
        sequences.push(reader.await.unwrap());
    }
    let total = WRITERS * MESSAGES + tickets.len() * 2;
    let expected: Vec<_> = (1..=i64::try_from(total).unwrap()).collect();
    for sequence in &sequences {
        assert_eq!(
            sequence.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
            expected,
            "a gap, or something out of order"
        );
        assert_eq!(sequence, &sequences[0], "two readers saw different events");
    }
    // Every acknowledged message is in the log, once, and each ticket's messages come in their order.
    let mut places: HashMap<_, Vec<i64>> = HashMap::new();
    let mut after = 0;
    loop {
        let entries = read_on(&world, after).await;
        let Some(last) = entries.last() else { break };
        after = last.event.seq.unwrap();
        for entry in entries {
            if let Some(message) = entry.message {
                places.entry(message.conversation).or_default().push(message.seq);
            }
        }
    }
    for (ticket, seqs) in &places {
        let expected: Vec<_> = (1..=i64::try_from(seqs.len()).unwrap()).collect();
        assert_eq!(*seqs, expected, "the messages of {ticket} are out of order");
    }
    let logged: usize = places.values().map(|seqs| seqs.len() - 1).sum();
    assert_eq!(logged, acknowledged.iter().map(Vec::len).sum::<usize>());
}

/// A commit wakes; a rollback does not.
pub async fn wake_ups_follow_commits_and_only_commits(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await;
    let mut commits = world.storage.commits();
    commits.mark_unchanged();
    let mut tx = world.write().await;
    world.post(tx.as_write(), &desk.customer(), ticket.id, posting("Never", None)).await.unwrap();
    drop(tx);
    // The next write queues behind whatever the rollback still does.
    drop(world.write().await);
    assert!(!commits.has_changed().unwrap());
    world.say(&desk.customer(), ticket.id, "Now").await;
    timeout(Duration::from_secs(5), commits.changed()).await.expect("nobody was woken").unwrap();
    assert_ne!(read_on(&world, 2).await, [], "what is woken for can be read");
}
