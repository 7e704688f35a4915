//! The outbox: who gets what when, and what happens to work whose worker died.

use std::sync::Arc;

use super::{Desk, World};
use crate::{
    model::{ActorKind, DeliveryId, DeliveryRecord, DeliveryState, EventType, NewDelivery, NewEvent, Timestamp},
    storage::{DeliveryFilter, DeliveryOutcome, Engaged},
};

/// A desk with one ticket and these deliveries, due at these times; the ticket's own are done.
pub(super) async fn outbox(world: &World, due: &[Timestamp]) -> (Desk, Vec<DeliveryId>) {
    let desk = world.desk().await;
    let mut tx = world.write().await;
    let mut change = world.decide_open(tx.as_write(), &desk).await.unwrap();
    let event = change.events[0].id;
    change.deliveries = due.iter().map(|due_at| world.delivery(desk.tenant, event, *due_at)).collect();
    tx.apply(&change, None).await.unwrap();
    tx.commit().await.unwrap();
    (desk, change.deliveries.iter().map(|delivery| delivery.id).collect())
}

pub(super) async fn claim(world: &World, now: Timestamp, lease_until: Timestamp, limit: u32) -> Vec<DeliveryRecord> {
    let mut tx = world.write().await;
    let due = tx.due_deliveries(now, &Engaged::default(), limit).await.unwrap();
    let due: Vec<_> = due.iter().map(|delivery| delivery.id).collect();
    let claimed = tx.claim_deliveries(now, lease_until, &due).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

async fn finish(world: &World, id: DeliveryId, attempt: i64, outcome: DeliveryOutcome) -> bool {
    let mut tx = world.write().await;
    let now = world.now();
    let finished = tx.finish_delivery(id, attempt, &outcome, now).await.unwrap();
    tx.commit().await.unwrap();
    finished
}

async fn one(world: &World, desk: &Desk, id: DeliveryId) -> DeliveryRecord {
    world.read().await.find_delivery(desk.tenant, id).await.unwrap().unwrap()
}

/// Nothing before its time; the one that waited longest first; no more than asked for.
pub async fn only_due_deliveries_are_claimed_the_longest_waiting_first(world: Arc<World>) {
    let [first, second, third, never] =
        [10, 20, 30, 900].map(|seconds| super::world::START + chrono::Duration::seconds(seconds));
    let (_, ids) = outbox(&world, &[third, never, first, second]).await;
    let lease = never + chrono::Duration::seconds(60);
    assert_eq!(world.read().await.next_delivery_at().await.unwrap(), Some(first));
    let nothing = claim(&world, first - chrono::Duration::microseconds(1), lease, 10).await;
    assert_eq!(nothing, [], "not a microsecond early");
    let claimed = claim(&world, third, lease, 2).await;
    let mut claimed: Vec<_> = claimed.iter().map(|delivery| delivery.id).collect();
    claimed.sort();
    let mut expected = vec![ids[2], ids[3]];
    expected.sort();
    assert_eq!(claimed, expected);
    assert_eq!(world.read().await.next_delivery_at().await.unwrap(), Some(third));
    let rest = claim(&world, third, lease, 10).await;
    assert_eq!(rest.iter().map(|delivery| delivery.id).collect::<Vec<_>>(), [ids[0]]);
    assert_eq!(world.read().await.next_delivery_at().await.unwrap(), Some(never));
}

/// What leaves with somebody: their address on every letter about them and about their tickets, and on no other.
pub async fn a_persons_address_is_forgotten_in_letters_to_them_alone(world: Arc<World>) {
    let (mine, theirs) = (world.desk().await, world.desk().await);
    let address = mine.customer.email.clone().unwrap();
    assert_eq!(theirs.customer.email.as_ref(), Some(&address));
    let about = |desk: &Desk, resource: Option<&str>, conversation| NewEvent {
        id: world.id(),
        tenant: desk.tenant,
        kind: EventType::UserInvited,
        is_internal: true,
        actor_kind: ActorKind::System,
        actor: None,
        conversation,
        message: None,
        up_to_seq: None,
        changes: std::collections::BTreeMap::new(),
        resource: resource.map(str::to_owned),
        address: None,
        request_id: "req-1".into(),
        occurred_at: world.now(),
    };
    let (ticket, other) = (world.open(&mine).await, world.open(&theirs).await);
    let mut letters = Vec::new();
    for (desk, event, recipient) in [
        (&mine, about(&mine, Some("user:1"), None), address.as_str()),
        (&mine, about(&mine, None, Some(ticket.id)), &address),
        (&mine, about(&mine, None, Some(ticket.id)), "team@example.com"),
        (&mine, about(&mine, Some("user:12"), None), &address),
        (&theirs, about(&theirs, Some("user:1"), None), &address),
        (&theirs, about(&theirs, None, Some(other.id)), &address),
    ] {
        let letter =
            NewDelivery { recipient: recipient.to_owned(), ..world.delivery(desk.tenant, event.id, world.now()) };
        let mut tx = world.write().await;
        tx.append_event(&event).await.unwrap();
        tx.append_delivery(&letter).await.unwrap();
        tx.commit().await.unwrap();
        letters.push((desk, letter.id));
    }
    let mut tx = world.write().await;
    tx.forget_recipient(&mine.customer, "user:1").await.unwrap();
    tx.commit().await.unwrap();
    let mut recipients = Vec::new();
    for (desk, id) in letters {
        recipients.push(one(&world, desk, id).await.recipient);
    }
    assert_eq!(recipients, ["", "", "team@example.com", &address, &address, &address]);
}

/// Claimed, failed, claimed again, dead, put back, done.
pub async fn a_delivery_goes_through_its_life(world: Arc<World>) {
    let due = world.now();
    let (desk, ids) = outbox(&world, &[due]).await;
    let id = ids[0];
    let waiting = one(&world, &desk, id).await;
    assert_eq!((waiting.state, waiting.attempts, waiting.next_attempt_at), (DeliveryState::Pending, 0, Some(due)));
    assert_eq!((waiting.handler.as_str(), waiting.purpose.as_str()), ("email", "new_message"));
    assert_eq!((waiting.recipient.as_str(), waiting.ticket_number), ("team@example.com", Some(1)));
    assert!(!finish(&world, id, 0, DeliveryOutcome::Done).await, "nobody holds it");

    let lease = world.in_seconds(60);
    let claimed = claim(&world, world.now(), lease, 1).await;
    assert_eq!(
        (claimed[0].state, claimed[0].attempts, claimed[0].next_attempt_at),
        (DeliveryState::Running, 1, Some(lease))
    );
    assert_eq!(claimed[0], one(&world, &desk, id).await);
    let again_at = world.in_seconds(5);
    assert!(finish(&world, id, 1, DeliveryOutcome::Retry(again_at, "refused".into())).await);
    let failed = one(&world, &desk, id).await;
    assert_eq!((failed.state, failed.attempts, failed.next_attempt_at), (DeliveryState::Pending, 1, Some(again_at)));
    assert_eq!((failed.last_error.as_deref(), failed.finished_at), (Some("refused"), None));
    assert!(!finish(&world, id, 1, DeliveryOutcome::Done).await, "it was given back");
    // What came to no try counts as none.
    assert_eq!(claim(&world, again_at, world.in_seconds(120), 9).await.len(), 1);
    assert!(finish(&world, id, 2, DeliveryOutcome::Untried(again_at, "nobody was asked".into())).await);
    let stored = world.read().await.find_delivery(desk.tenant, id).await.unwrap().unwrap();
    assert_eq!((stored.attempts, stored.state, stored.next_attempt_at), (1, DeliveryState::Pending, Some(again_at)));

    assert_eq!(claim(&world, again_at, world.in_seconds(120), 1).await[0].attempts, 2);
    assert!(finish(&world, id, 2, DeliveryOutcome::Dead("gone for good".into())).await);
    let dead = one(&world, &desk, id).await;
    assert_eq!((dead.state, dead.next_attempt_at), (DeliveryState::Dead, None));
    assert!(dead.finished_at.is_some() && dead.last_error.as_deref() == Some("gone for good"));
    assert_eq!(claim(&world, world.in_seconds(99_999), world.in_seconds(199_999), 9).await, [], "the dead rest");
    assert_eq!(world.read().await.next_delivery_at().await.unwrap(), None);

    let mut tx = world.write().await;
    let now = world.now();
    assert!(tx.retry_delivery(desk.tenant, id, now).await.unwrap());
    assert!(!tx.retry_delivery(desk.tenant, id, now).await.unwrap(), "it is not dead any more");
    tx.commit().await.unwrap();
    let revived = one(&world, &desk, id).await;
    assert_eq!((revived.state, revived.attempts, revived.next_attempt_at), (DeliveryState::Pending, 0, Some(now)));
    assert_eq!(revived.finished_at, None);
    claim(&world, world.now(), world.in_seconds(60), 1).await;
    assert!(finish(&world, id, 1, DeliveryOutcome::Done).await);
    let done = one(&world, &desk, id).await;
    assert_eq!((done.state, done.next_attempt_at, done.last_error), (DeliveryState::Done, None, None));
}

/// A worker that died: within one lease somebody else has the work, and the dead one's late word counts for nothing.
pub async fn a_lease_that_ran_out_gives_the_delivery_to_somebody_else(world: Arc<World>) {
    let now = world.now();
    let (desk, ids) = outbox(&world, &[now]).await;
    let lease = world.in_seconds(60);
    assert_eq!(claim(&world, world.now(), lease, 1).await.len(), 1);
    let before = lease - chrono::Duration::microseconds(1);
    assert_eq!(claim(&world, before, world.in_seconds(200), 1).await, [], "the lease holds to its end");
    let taken_over = claim(&world, lease, world.in_seconds(200), 1).await;
    assert_eq!((taken_over.len(), taken_over[0].attempts), (1, 2));
    assert!(!finish(&world, ids[0], 1, DeliveryOutcome::Done).await, "the first worker lost it");
    assert_eq!(one(&world, &desk, ids[0]).await.state, DeliveryState::Running);
    assert!(finish(&world, ids[0], 2, DeliveryOutcome::Skipped("read meanwhile".into())).await);
    assert_eq!(one(&world, &desk, ids[0]).await.state, DeliveryState::Skipped);
}

/// The delivery log.
pub async fn deliveries_are_listed_by_state_and_handler(world: Arc<World>) {
    let now = world.now();
    let (desk, ids) = outbox(&world, &[now, now, now]).await;
    let mut tx = world.write().await;
    let event = tx.find_delivery(desk.tenant, ids[0]).await.unwrap().unwrap().event;
    let mut hook = world.delivery(desk.tenant, event, world.in_seconds(500));
    hook.handler = "webhook".into();
    tx.append_delivery(&hook).await.unwrap();
    tx.commit().await.unwrap();
    claim(&world, world.now(), world.in_seconds(60), 9).await;
    assert!(finish(&world, ids[1], 1, DeliveryOutcome::Dead("no such mailbox".into())).await);

    let list = async |state, handler: Option<&str>| -> Vec<DeliveryId> {
        let filter = DeliveryFilter { state, handler: handler.map(str::to_owned), lane: None };
        let listed = world.read().await.list_deliveries(desk.tenant, &filter, None, 50).await.unwrap();
        listed.iter().map(|delivery| delivery.id).collect()
    };
    assert_eq!(list(None, None).await, [hook.id, ids[2], ids[1], ids[0]], "newest first");
    assert_eq!(list(Some(DeliveryState::Dead), None).await, [ids[1]]);
    assert_eq!(list(Some(DeliveryState::Running), Some("email")).await, [ids[2], ids[0]]);
    assert_eq!(list(None, Some("webhook")).await, [hook.id]);
    assert_eq!(list(Some(DeliveryState::Done), None).await, []);
}

/// What has no room stands back, and what was taken meanwhile is not taken twice.
pub async fn the_engaged_stand_back_for_the_others(world: Arc<World>) {
    let now = world.now();
    let (desk, ids) = outbox(&world, &[now]).await;
    let mut tx = world.write().await;
    let event = tx.find_delivery(desk.tenant, ids[0]).await.unwrap().unwrap().event;
    let [slow, quick] = ["slow", "quick"].map(|lane| NewDelivery {
        handler: "webhook".into(),
        lane: Some(lane.into()),
        ..world.delivery(desk.tenant, event, now)
    });
    tx.append_delivery(&slow).await.unwrap();
    tx.append_delivery(&quick).await.unwrap();
    let mut due = async |handlers: &[&str], lanes: &[&str]| -> Vec<DeliveryId> {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let engaged = Engaged { handlers: own(handlers), lanes: own(lanes) };
        tx.due_deliveries(now, &engaged, 9).await.unwrap().iter().map(|delivery| delivery.id).collect()
    };
    assert_eq!(due(&[], &[]).await, [ids[0], slow.id, quick.id]);
    assert_eq!(due(&[], &["slow"]).await, [ids[0], quick.id]);
    assert_eq!(due(&["email"], &["slow", "other"]).await, [quick.id]);
    assert_eq!(due(&["email", "webhook"], &[]).await, []);
    let lease = world.in_seconds(60);
    let claimed = tx.claim_deliveries(now, lease, &[quick.id]).await.unwrap();
    assert_eq!(
        claimed.iter().map(|delivery| (delivery.id, delivery.lane.as_deref())).collect::<Vec<_>>(),
        [(quick.id, Some("quick"))]
    );
    assert_eq!(tx.claim_deliveries(now, lease, &[quick.id]).await.unwrap(), [], "somebody has it");
    assert_eq!(tx.claim_deliveries(now, lease, &[]).await.unwrap(), []);
}

/// What was put out for a receiver is found by its events, and what is over can be sent again under the same id.
pub async fn a_lane_is_looked_up_by_event_and_repeated(world: Arc<World>) {
    let (now, later) = (world.now(), world.in_seconds(500));
    let (desk, ids) = outbox(&world, &[later]).await;
    let stranger = world.desk().await;
    let mut tx = world.write().await;
    let event = tx.find_delivery(desk.tenant, ids[0]).await.unwrap().unwrap().event;
    let hook = NewDelivery { lane: Some("hook".into()), ..world.delivery(desk.tenant, event, now) };
    tx.append_delivery(&hook).await.unwrap();
    let found = [(event, hook.id)];
    assert_eq!(tx.deliveries_in_lane(desk.tenant, "hook", &[event]).await.unwrap(), found);
    assert_eq!(tx.deliveries_in_lane(desk.tenant, "other", &[event]).await.unwrap(), []);
    assert_eq!(tx.deliveries_in_lane(desk.tenant, "hook", &[]).await.unwrap(), []);
    assert_eq!(tx.deliveries_in_lane(stranger.tenant, "hook", &[event]).await.unwrap(), []);
    let filter = DeliveryFilter { lane: Some("hook".into()), ..DeliveryFilter::default() };
    let listed = tx.list_deliveries(desk.tenant, &filter, None, 9).await.unwrap();
    assert_eq!(listed.iter().map(|delivery| delivery.id).collect::<Vec<_>>(), [hook.id]);

    assert_eq!(tx.repeat_deliveries(desk.tenant, &[hook.id, ids[0]], now).await.unwrap(), 0, "neither is over");
    tx.claim_deliveries(now, later, &[hook.id]).await.unwrap();
    assert!(tx.finish_delivery(hook.id, 1, &DeliveryOutcome::Done, now).await.unwrap());
    assert_eq!(tx.repeat_deliveries(stranger.tenant, &[hook.id], now).await.unwrap(), 0);
    assert_eq!(tx.repeat_deliveries(desk.tenant, &[hook.id, ids[0]], now).await.unwrap(), 1);
    let again = tx.find_delivery(desk.tenant, hook.id).await.unwrap().unwrap();
    assert_eq!(
        (again.state, again.attempts, again.next_attempt_at, again.finished_at),
        (DeliveryState::Pending, 0, Some(now), None)
    );
}
