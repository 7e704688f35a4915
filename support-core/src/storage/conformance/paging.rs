//! Keyset pages: a row that existed when the reading began is met exactly once, whatever is added meanwhile.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use chrono::Duration;
use tokio::sync::Semaphore;

use super::{World, deliveries::outbox};
use crate::{
    model::{ChangeSet, PersonKind, Role, Scope, TicketId, TicketRecord, TicketWrite, TokenRecord, TokenScope},
    storage::{DeliveryFilter, Edge, MessageRange, PageRequest, PersonFilter, TicketFilter, TicketSort, TokenFilter},
};

const EXISTING: usize = 40;
const SORTS: [TicketSort; 6] = [
    TicketSort::Activity,
    TicketSort::CreatedAt,
    TicketSort::UpdatedAt,
    TicketSort::SlaDueAt,
    TicketSort::Priority,
    TicketSort::Number,
];

/// Adds tickets whose times lie among each other's, many at the very same one.
async fn add_tickets(world: &World, desk: &super::Desk, count: usize, first_number: i64) -> Vec<TicketId> {
    let mut ids = Vec::new();
    for step in 0..i64::try_from(count).unwrap() {
        let template = world.decide(&desk.customer(), |around| {
            crate::model::decide::open(around, world.opening(desk, first_number + step))
        });
        let at = |spread: i64| super::world::START + Duration::microseconds(step * 7 % spread);
        let ticket = TicketRecord {
            created_at: at(5),
            updated_at: at(4),
            activity_at: at(3),
            ..template.ticket.ticket().clone()
        };
        ids.push(ticket.id);
        let change = ChangeSet { ticket: TicketWrite::Insert(ticket), ..template };
        let mut tx = world.write().await;
        tx.apply(&change, None).await.unwrap();
        tx.commit().await.unwrap();
    }
    ids.sort();
    ids
}

async fn page(world: &World, desk: &super::Desk, page: PageRequest<TicketSort>) -> Vec<TicketRecord> {
    world.read().await.list_tickets(desk.tenant, Scope::Desk, &TicketFilter::default(), page).await.unwrap()
}

/// Every sort, both directions, with ties across page edges and tickets being opened all the while.
pub async fn tickets_that_existed_are_met_once_while_others_are_opened(world: Arc<World>) {
    let desk = world.desk().await;
    let existing = add_tickets(&world, &desk, EXISTING, 1).await;
    let mut added = EXISTING;
    for sort in SORTS {
        for descending in [false, true] {
            let (mut met, mut edge) = (Vec::new(), Edge::Start);
            loop {
                let rows = page(&world, &desk, PageRequest { sort, descending, edge, limit: 7 }).await;
                let Some(last) = rows.last() else { break };
                edge = Edge::After(sort.key(last));
                let is_last = rows.len() < 7;
                met.extend(rows);
                assert!(met.len() < EXISTING * 10, "paging does not come to an end");
                // Where newcomers come last, there is always one more.
                if is_last {
                    break;
                }
                added += 1;
                add_tickets(&world, &desk, 1, i64::try_from(added).unwrap()).await;
            }
            let keys: Vec<_> = met.iter().map(|ticket| (sort.key(ticket).value, ticket.id)).collect();
            let in_order = |pair: &[_]| if descending { pair[0] > pair[1] } else { pair[0] < pair[1] };
            assert!(keys.windows(2).all(in_order), "{sort:?} {descending}");
            let mut known: Vec<_> = met.iter().map(|ticket| ticket.id).filter(|id| existing.contains(id)).collect();
            known.sort();
            assert_eq!(known, existing, "{sort:?} {descending}");
        }
    }
}

/// Fifty write while twenty read lists page by page, in every order. What was there before a reader began and did not move is met once by
/// it; what moves may be met where it was and where it went; in an order by what never changes nothing is met twice.
pub async fn twenty_readers_miss_and_repeat_nothing_while_fifty_write(world: Arc<World>) {
    const WRITERS: usize = 50;
    const READERS: usize = 20;
    const PAGE: u32 = 7;
    /// A pool has fewer connections than there are people here, and waits for one of them only so long.
    const WRITING_AT_ONCE: usize = 12;
    let desk = world.desk().await;
    let still = Arc::new(add_tickets(&world, &desk, EXISTING, 1).await);
    let moving = Arc::new(add_tickets(&world, &desk, WRITERS, 1_000).await);
    let end = Arc::new(AtomicBool::new(false));
    let doors = Arc::new(Semaphore::new(WRITING_AT_ONCE));
    let turn = {
        let (desk, still, moving, end) = (desk.clone(), Arc::clone(&still), Arc::clone(&moving), Arc::clone(&end));
        move |world: Arc<World>, number: usize| {
            let (desk, still, moving) = (desk.clone(), Arc::clone(&still), Arc::clone(&moving));
            let (end, doors) = (Arc::clone(&end), Arc::clone(&doors));
            async move {
                if number < READERS {
                    for pass in 0..3 {
                        let (sort, descending) = (SORTS[(number + pass * 2) % 6], (number + pass).is_multiple_of(2));
                        read_all(&world, &desk, sort, descending, PAGE, &still, &moving).await;
                    }
                    return true;
                }
                let writer = number - READERS;
                // Until the readers are done, and never without an end.
                for step in 0..200 {
                    if end.load(Ordering::Relaxed) {
                        break;
                    }
                    let _turn = doors.acquire().await.unwrap();
                    // A newcomer among those that are there, and a message that moves another to the end.
                    let number = i64::try_from(2_000 + writer * 1_000 + step).unwrap();
                    add_tickets(&world, &desk, 1, number).await;
                    world.say(&desk.customer(), moving[writer], "Still waiting").await;
                }
                false
            }
        }
    };
    let readers = AtomicUsize::new(0);
    let readers = Arc::new(readers);
    world
        .many(READERS + WRITERS, move |world, number| {
            let (work, end, readers) = (turn(world, number), Arc::clone(&end), Arc::clone(&readers));
            async move {
                if work.await && readers.fetch_add(1, Ordering::Relaxed) + 1 == READERS {
                    end.store(true, Ordering::Relaxed);
                }
            }
        })
        .await;
}

async fn read_all(
    world: &World,
    desk: &super::Desk,
    sort: TicketSort,
    descending: bool,
    limit: u32,
    still: &[TicketId],
    moving: &[TicketId],
) {
    let (mut met, mut edge): (Vec<TicketId>, _) = (Vec::new(), Edge::Start);
    loop {
        let rows = page(world, desk, PageRequest { sort, descending, edge, limit }).await;
        met.extend(rows.iter().map(|ticket| ticket.id));
        let Some(last) = rows.last().filter(|_| rows.len() == limit as usize) else { break };
        edge = Edge::After(sort.key(last));
    }
    let times = |id: &TicketId| met.iter().filter(|met| *met == id).count();
    for id in still {
        assert_eq!(times(id), 1, "{sort:?} {descending}: a ticket that stood still");
    }
    // What a message changes: the others keep their places.
    let moves = matches!(sort, TicketSort::Activity | TicketSort::UpdatedAt);
    for id in moving {
        assert!(moves || times(id) == 1, "{sort:?} {descending}: a ticket that did not move in this order");
    }
    for id in &met {
        assert!(times(id) == 1 || moves && moving.contains(id), "{sort:?} {descending}: a newcomer twice");
    }
}

/// The page before a key is the page that was shown before.
pub async fn tickets_page_backwards_to_where_they_came_from(world: Arc<World>) {
    let desk = world.desk().await;
    add_tickets(&world, &desk, EXISTING, 1).await;
    for sort in SORTS {
        for descending in [false, true] {
            let request = |edge, limit| PageRequest { sort, descending, edge, limit };
            let all = page(&world, &desk, request(Edge::Start, 100)).await;
            assert_eq!(all.len(), EXISTING);
            for start in [1, 9, 20, EXISTING - 1] {
                let before = page(&world, &desk, request(Edge::Before(sort.key(&all[start])), 8)).await;
                assert_eq!(before, all[start.saturating_sub(8)..start], "{sort:?} {descending} before {start}");
                let after = page(&world, &desk, request(Edge::After(sort.key(&all[start])), 8)).await;
                assert_eq!(after, all[start + 1..EXISTING.min(start + 9)], "{sort:?} {descending} after {start}");
            }
        }
    }
}

/// Reading a thread backwards while it grows, and catching up forwards.
pub async fn threads_page_while_they_grow(world: Arc<World>) {
    let desk = world.desk().await;
    let ticket = world.open(&desk).await;
    for number in 2..=EXISTING {
        world.say(&desk.customer(), ticket.id, &format!("Message {number}")).await;
    }
    let mut met: Vec<i64> = Vec::new();
    let mut range = MessageRange::Latest;
    loop {
        let part = world.read().await.list_messages(desk.tenant, ticket.id, true, range, 7).await.unwrap();
        let Some(first) = part.first() else { break };
        range = MessageRange::Before(first.seq);
        met.splice(0..0, part.iter().map(|message| message.seq));
        assert!(met.len() <= EXISTING, "paging does not come to an end");
        world.say(&desk.agent(), ticket.id, "One more").await;
    }
    let existing = i64::try_from(EXISTING).unwrap();
    assert_eq!(met, (1..=existing).collect::<Vec<_>>());
    let newer = world
        .read()
        .await
        .list_messages(desk.tenant, ticket.id, true, MessageRange::After(existing), 100)
        .await
        .unwrap();
    assert_eq!(
        newer.iter().map(|message| message.seq).collect::<Vec<_>>(),
        (existing + 1..=existing + 6).collect::<Vec<_>>()
    );
}

/// By name and id, in the order of the code points: no database's own idea of an alphabet, so that all page alike.
pub async fn people_page_in_the_same_order_on_every_database(world: Arc<World>) {
    let desk = world.desk().await;
    let names = ["zoe", "Zoe", "ada", "Ada", "Ada", "Ada", "éva", "Eva", "", "_x", "a b", "ab", "a-b", "Ω", "😀"];
    let mut expected = Vec::new();
    let mut tx = world.write().await;
    for (number, name) in names.iter().enumerate() {
        let person = world.person(desk.tenant, PersonKind::Service, Role::Agent, name, &number.to_string());
        tx.upsert_person(&person).await.unwrap();
        expected.push((person.name, person.id));
    }
    tx.commit().await.unwrap();
    expected.sort();
    let mut met: Vec<(String, _)> = Vec::new();
    loop {
        let after = met.last().map(|(name, id)| (name.as_str(), *id));
        let rows = world
            .read()
            .await
            .list_people(desk.tenant, &PersonFilter::of(PersonKind::Service), after, 2)
            .await
            .unwrap();
        if rows.is_empty() {
            break;
        }
        met.extend(rows.into_iter().map(|person| (person.name, person.id)));
        assert!(met.len() <= expected.len(), "paging does not come to an end");
        // Newcomers of another kind are none of this list's.
        let contact = world.person(desk.tenant, PersonKind::Contact, Role::Customer, "Ada", &met.len().to_string());
        let mut tx = world.write().await;
        tx.upsert_person(&contact).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(met, expected);
}

/// The lists that page by id alone.
pub async fn deliveries_tokens_and_timelines_page_without_gaps(world: Arc<World>) {
    let now = world.now();
    let (desk, mut deliveries) = outbox(&world, &[now; 10]).await;
    let ticket = world.open(&desk).await;
    let mut tokens = Vec::new();
    let mut tx = world.write().await;
    for _ in 0..10 {
        let token = TokenRecord {
            id: world.id(),
            tenant: desk.tenant,
            scope: TokenScope::Ticket(ticket.id),
            can: Vec::new(),
            note: None,
            contact: desk.customer.id,
            address: None,
            created_by: None,
            created_at: now,
            expires_at: now,
            use_count: 0,
            last_used_at: None,
            revoked_at: None,
        };
        tx.insert_token(&token, &world.secret_hash()).await.unwrap();
        tokens.push(token.id);
    }
    tx.commit().await.unwrap();
    for _ in 0..9 {
        world.say(&desk.customer(), ticket.id, "Hello?").await;
    }
    let mut tx = world.read().await;
    let (mut met_tokens, mut met_events, mut met_deliveries) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..5 {
        let of_ticket = TokenFilter { ticket: Some(ticket.id), ..TokenFilter::default() };
        let page = tx.list_tokens(desk.tenant, &of_ticket, None, met_tokens.last().copied(), 3).await.unwrap();
        met_tokens.extend(page.iter().map(|token| token.id));
        let page = tx.list_events(desk.tenant, ticket.id, false, met_events.last().copied(), 3).await.unwrap();
        met_events.extend(page.iter().map(|event| event.id));
    }
    loop {
        let filter = DeliveryFilter::default();
        let page = tx.list_deliveries(desk.tenant, &filter, met_deliveries.last().copied(), 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        met_deliveries.extend(page.iter().map(|delivery| delivery.id));
        assert!(met_deliveries.len() <= 21, "paging does not come to an end");
    }
    tokens.reverse();
    assert_eq!(met_tokens, tokens);
    assert_eq!(met_events.len(), 11, "one of the ticket, ten of its messages");
    assert!(met_events.windows(2).all(|pair| pair[0] > pair[1]));
    deliveries.reverse();
    assert_eq!(met_deliveries[met_deliveries.len() - 10..], deliveries);
    assert_eq!(met_deliveries.len(), 21);
    assert!(met_deliveries.windows(2).all(|pair| pair[0] > pair[1]));
}
