//! What comes due by itself is found in time, happens once, and the search for other rules keeps to its tenant.

use std::{collections::BTreeSet, sync::Arc};

use super::{Desk, World};
use crate::{
    model::{
        Actor, ChangeSet, EventType, IndexChange, Scope, Status, TicketId, TicketRecord, TicketWrite, Timestamp,
        decide,
        sla::{Rules, SlaState},
    },
    storage::Timer,
};

const TASKS: usize = 32;

async fn write(world: &World, before: &TicketRecord, change: impl FnOnce(&mut TicketRecord)) {
    let mut after = TicketRecord { version: before.version + 1, ..before.clone() };
    change(&mut after);
    let change = ChangeSet {
        ticket: TicketWrite::Update { before: Box::new(before.clone()), ticket: after },
        messages: Vec::new(),
        edits: Vec::new(),
        events: Vec::new(),
        index: IndexChange::default(),
        tally: Vec::new(),
        deliveries: Vec::new(),
    };
    let mut tx = world.write().await;
    tx.apply(&change, None).await.unwrap();
    tx.commit().await.unwrap();
}

/// A ticket that has to be done by then, or right after it was opened.
async fn due(world: &World, desk: &Desk, due_at: Option<Timestamp>) -> TicketId {
    let ticket = world.open(desk).await;
    let due_at = due_at.unwrap_or_else(|| world.now());
    write(world, &ticket, |ticket| {
        let mut state = SlaState::default();
        state.pin(Some(due_at), ticket.created_at);
        state.follow(ticket, [], &Rules::default(), ticket.created_at);
        ticket.sla_due_at = state.due_at();
        ticket.sla = Some(state);
    })
    .await;
    ticket.id
}

/// Deadlines and ends of snoozes of all tenants, the earliest first, and no more than asked for.
pub async fn timers_come_earliest_first_whatever_they_are(world: Arc<World>) {
    let (ours, theirs) = (world.desk().await, world.desk().await);
    assert_eq!(world.read().await.next_timers(9).await.unwrap(), []);
    let times: [Timestamp; 4] =
        [world.in_seconds(10), world.in_seconds(20), world.in_seconds(30), world.in_seconds(40)];
    let third = due(&world, &ours, Some(times[2])).await;
    let first = due(&world, &theirs, Some(times[0])).await;
    let second = world.open(&ours).await;
    write(&world, &second, |ticket| (ticket.status, ticket.snoozed_until) = (Status::Snoozed, Some(times[1]))).await;
    let fourth = world.open(&theirs).await;
    write(&world, &fourth, |ticket| (ticket.status, ticket.snoozed_until) = (Status::Snoozed, Some(times[3]))).await;
    world.open(&ours).await;
    let timer = |desk: &Desk, ticket, at| Timer { tenant: desk.tenant, ticket, at };
    let expected = [
        timer(&theirs, first, times[0]),
        timer(&ours, second.id, times[1]),
        timer(&ours, third, times[2]),
        timer(&theirs, fourth.id, times[3]),
    ];
    let mut tx = world.read().await;
    assert_eq!(tx.next_timers(9).await.unwrap(), expected);
    assert_eq!(tx.next_timers(2).await.unwrap(), expected[..2]);
    assert_eq!(
        tx.ticket_tenants().await.unwrap().into_iter().collect::<BTreeSet<_>>(),
        [ours.tenant, theirs.tenant].into()
    );
}

/// Everybody rings everything that they see; each promise is found broken once, and no timer is left.
pub async fn a_timer_rings_once_whoever_rings(world: Arc<World>) {
    let desk = world.desk().await;
    let mut tickets = BTreeSet::new();
    for _ in 0..8 {
        tickets.insert(due(&world, &desk, None).await);
    }
    let tenant = desk.tenant;
    let told = world
        .many(TASKS, move |world, _| async move {
            let mut told = Vec::new();
            // Not in the loop's head, which would hold the reader while this waits for a writer.
            let timers = world.read().await.next_timers(100).await.unwrap();
            for timer in timers {
                let mut tx = world.write().await;
                let ticket = tx.load_ticket(timer.tenant, Scope::Desk, timer.ticket).await.unwrap().unwrap();
                let change = world.decide(&Actor::system(tenant), |around| {
                    let mut change = decide::ring(around, &ticket)?;
                    decide::follow(around, &mut change, &Rules::default());
                    Some(change)
                });
                let Some(change) = change else { continue };
                tx.apply(&change, None).await.unwrap();
                tx.commit().await.unwrap();
                told.extend(change.events.iter().map(|event| (event.kind, timer.ticket)));
            }
            told
        })
        .await;
    let mut told: Vec<_> = told.into_iter().flatten().collect();
    told.sort_by_key(|(_, ticket)| *ticket);
    let once: Vec<_> = tickets.into_iter().map(|ticket| (EventType::SlaBreached, ticket)).collect();
    assert_eq!(told, once);
    assert_eq!(world.read().await.next_timers(9).await.unwrap(), []);
}

/// Tickets under other rules are found on both sides of the mark, unless they are done, and never another tenant's.
pub async fn tickets_under_other_rules_are_found_unless_they_are_done(world: Arc<World>) {
    let (ours, theirs) = (world.desk().await, world.desk().await);
    let mut open = Vec::new();
    for (mark, status) in [(4, Status::Open), (5, Status::Pending), (6, Status::Snoozed), (4, Status::Closed)] {
        let ticket = world.open(&ours).await;
        write(&world, &ticket, |ticket| {
            ticket.status = status;
            ticket.sla = Some(SlaState { mark, ..SlaState::default() });
        })
        .await;
        open.push(ticket.id);
    }
    world.open(&theirs).await;
    let mut tx = world.read().await;
    let found: BTreeSet<_> = tx.tickets_by_other_rules(ours.tenant, 5, 9).await.unwrap().into_iter().collect();
    assert_eq!(found, [open[0], open[2]].into());
    assert_eq!(tx.tickets_by_other_rules(ours.tenant, 0, 9).await.unwrap().len(), 3);
    assert_eq!(tx.tickets_by_other_rules(ours.tenant, 0, 2).await.unwrap().len(), 2);
    assert_eq!(tx.tickets_by_other_rules(theirs.tenant, 0, 9).await.unwrap(), [], "no promise was ever made there");
}
