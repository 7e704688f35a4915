//! What people were told of.

use std::sync::Arc;

use super::{Desk, World};
use crate::{
    model::{
        DeliveryId, EventId, NotificationId, NotificationKind, NotificationRecord, NotificationWay, PersonId,
        PushSubscriptionId, PushSubscriptionRecord, Timestamp,
        notification::{Digest, Preferences},
    },
    storage::NotificationFilter,
};

async fn event_of(world: &World, desk: &Desk) -> EventId {
    let ticket = world.open(desk).await;
    world.read().await.list_events(desk.tenant, ticket.id, false, None, 1).await.unwrap()[0].id
}

fn told(world: &World, desk: &Desk, event: EventId) -> NotificationRecord {
    NotificationRecord {
        id: world.id(),
        tenant: desk.tenant,
        person: desk.agent.id,
        kind: NotificationKind::Assignment,
        event,
        ticket: None,
        is_shown: true,
        mail_due_at: None,
        push_due_at: None,
        created_at: world.now(),
        read_at: None,
    }
}

/// As many as times, each about an event of its own, with mail and push due then.
async fn tell(world: &World, desk: &Desk, due: &[Option<Timestamp>]) -> Vec<NotificationRecord> {
    let mut all = Vec::new();
    for due in due {
        let event = event_of(world, desk).await;
        let one = NotificationRecord { mail_due_at: *due, push_due_at: *due, ..told(world, desk, event) };
        let mut tx = world.write().await;
        assert!(tx.insert_notification(&one).await.unwrap());
        tx.commit().await.unwrap();
        all.push(one);
    }
    all
}

async fn shown(world: &World, desk: &Desk, only_unread: bool) -> Vec<NotificationId> {
    let list = world.read().await.list_notifications(desk.tenant, desk.agent.id, only_unread, None, 50).await.unwrap();
    list.into_iter().map(|entry| entry.notification.id).collect()
}

/// Once for each event and person, with what it is about, newest first.
pub async fn somebody_is_told_of_an_event_once(world: Arc<World>) {
    let desk = world.desk().await;
    let event = event_of(&world, &desk).await;
    let (first, again) = (told(&world, &desk, event), told(&world, &desk, event));
    let mut tx = world.write().await;
    assert!(tx.insert_notification(&first).await.unwrap());
    assert!(!tx.insert_notification(&again).await.unwrap());
    let hidden = NotificationRecord { is_shown: false, person: desk.customer.id, ..again.clone() };
    assert!(tx.insert_notification(&hidden).await.unwrap(), "another person");
    tx.commit().await.unwrap();
    let mut tx = world.read().await;
    let list = tx.list_notifications(desk.tenant, desk.agent.id, false, None, 10).await.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!((&list[0].notification, list[0].about.event.id), (&first, event));
    assert!(list[0].about.ticket.is_some());
    assert_eq!(tx.list_notifications(desk.tenant, desk.customer.id, false, None, 10).await.unwrap(), [], "not shown");
    let of_event = tx.find_notification_of(desk.tenant, desk.customer.id, event).await.unwrap().unwrap();
    assert_eq!(of_event.notification, hidden);
    assert_eq!(tx.find_notification(desk.tenant, desk.agent.id, first.id).await.unwrap().unwrap(), list[0]);
    assert_eq!(tx.find_notification(desk.tenant, desk.customer.id, first.id).await.unwrap(), None, "somebody else's");
}

/// Of many who decide at once, one does.
pub async fn of_many_who_tell_at_once_one_does(world: Arc<World>) {
    let desk = world.desk().await;
    let event = event_of(&world, &desk).await;
    let winners = world
        .many(16, move |world, _| {
            let desk = desk.clone();
            async move {
                let one = told(&world, &desk, event);
                let mut tx = world.write().await;
                let is_first = tx.insert_notification(&one).await.unwrap();
                tx.commit().await.unwrap();
                is_first
            }
        })
        .await;
    assert_eq!(winners.into_iter().filter(|is_first| *is_first).count(), 1);
}

/// One by one, up to one, of a ticket, or all; and never twice.
pub async fn what_was_seen_is_noted_once(world: Arc<World>) {
    let desk = world.desk().await;
    let all = tell(&world, &desk, &[None; 5]).await;
    let ticket = world.open(&desk).await.id;
    let event = world.read().await.list_events(desk.tenant, ticket, false, None, 1).await.unwrap()[0].id;
    let of_ticket = NotificationRecord { ticket: Some(ticket), ..told(&world, &desk, event) };
    let mut tx = world.write().await;
    tx.insert_notification(&of_ticket).await.unwrap();
    tx.commit().await.unwrap();
    let ids: Vec<_> = all.iter().map(|one| one.id).collect();
    assert_eq!(shown(&world, &desk, true).await.len(), 6);
    let page = world.read().await.list_notifications(desk.tenant, desk.agent.id, false, Some(ids[2]), 1).await.unwrap();
    assert_eq!(page[0].notification.id, ids[1], "newest first, before that one");
    let when = world.now();
    let mut tx = world.write().await;
    for (filter, count) in [
        (NotificationFilter { ids: vec![ids[4]], ..NotificationFilter::default() }, 1),
        (NotificationFilter { ids: vec![ids[4]], ..NotificationFilter::default() }, 0),
        (NotificationFilter { up_to: Some(ids[1]), ..NotificationFilter::default() }, 2),
        (NotificationFilter { ticket: Some(ticket), ..NotificationFilter::default() }, 1),
    ] {
        let read = tx.read_notifications(desk.tenant, desk.agent.id, &filter, when).await.unwrap();
        assert_eq!(read, count, "{filter:?}");
    }
    tx.commit().await.unwrap();
    assert_eq!(shown(&world, &desk, true).await, [ids[3], ids[2]]);
    assert_eq!(shown(&world, &desk, false).await.len(), 6, "what was seen is still there");
    let mut tx = world.write().await;
    let everything = NotificationFilter::default();
    assert_eq!(tx.read_notifications(desk.tenant, desk.agent.id, &everything, world.now()).await.unwrap(), 2);
    tx.commit().await.unwrap();
    let first = world.read().await.find_notification(desk.tenant, desk.agent.id, ids[0]).await.unwrap().unwrap();
    assert_eq!(first.notification.read_at, Some(when), "the first time counts");
    let mut tx = world.write().await;
    assert_eq!(tx.purge_notifications(all[3].created_at, 1).await.unwrap(), 1, "no more than that at once");
    tx.commit().await.unwrap();
    assert_eq!(shown(&world, &desk, false).await.len(), 5, "what is older is gone");
}

/// What is due goes into one mail; the same mail holds the same when it is tried again.
pub async fn what_is_due_goes_into_one_mail(world: Arc<World>) {
    let desk = world.desk().await;
    let (soon, later) = (world.in_seconds(60), world.in_seconds(600));
    let all = tell(&world, &desk, &[Some(soon), None, Some(soon), Some(later)]).await;
    let (tenant, person) = (desk.tenant, desk.agent.id);
    let ids = |entries: Vec<crate::storage::NotificationEntry>| {
        entries.into_iter().map(|entry| entry.notification.id).collect::<Vec<_>>()
    };
    let mut tx = world.read().await;
    for way in [NotificationWay::Mail, NotificationWay::Push] {
        assert_eq!(ids(tx.notifications_due(tenant, person, way, soon, 9).await.unwrap()), [all[0].id, all[2].id]);
    }
    assert_eq!(tx.notifications_due(tenant, person, NotificationWay::InApp, soon, 9).await.unwrap(), []);
    drop(tx);
    let (first, second): (DeliveryId, DeliveryId) = (world.id(), world.id());
    let claim = async |delivery, now| {
        let mut tx = world.write().await;
        let claimed = tx.claim_mail(tenant, person, delivery, now, 10).await.unwrap();
        tx.commit().await.unwrap();
        ids(claimed)
    };
    assert_eq!(claim(first, world.now()).await, [], "not yet");
    assert_eq!(claim(first, soon).await, [all[0].id, all[2].id]);
    assert_eq!(claim(second, soon).await, [], "they are in a mail");
    assert_eq!(claim(first, later).await, [all[0].id, all[2].id, all[3].id], "with what has come due since");
    let due = world.read().await.notifications_due(tenant, person, NotificationWay::Mail, soon, 9).await.unwrap();
    assert_eq!(due, [], "nothing waits any more");
    let mut tx = world.write().await;
    let seen = NotificationFilter { ids: vec![all[0].id], ..NotificationFilter::default() };
    tx.read_notifications(tenant, person, &seen, soon).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claim(first, later).await, [all[2].id, all[3].id], "without what was seen meanwhile");
}

fn browser(world: &World, desk: &Desk, person: PersonId) -> PushSubscriptionRecord {
    PushSubscriptionRecord {
        id: world.id(),
        tenant: desk.tenant,
        person,
        session: None,
        sealed: "sealed".into(),
        host: "push.example.com".into(),
        name: super::world::TRICKY.into(),
        created_at: world.now(),
    }
}

/// Wishes and browsers come back as written; a browser has one owner.
pub async fn wishes_and_browsers_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let (tenant, agent, other) = (desk.tenant, desk.agent.id, desk.customer.id);
    let mut tx = world.write().await;
    assert_eq!(tx.find_preferences(tenant, agent).await.unwrap(), None);
    for digest in [Digest::Daily, Digest::Hourly] {
        let wish = Preferences { digest, time_zone: "Europe/Berlin".into(), ..Preferences::default() };
        tx.put_preferences(tenant, agent, &wish, world.now()).await.unwrap();
        assert_eq!(tx.find_preferences(tenant, agent).await.unwrap(), Some(wish));
    }
    let (hash, mine) = (world.secret_hash(), browser(&world, &desk, agent));
    assert_eq!(tx.put_push_subscription(&mine, &hash).await.unwrap(), mine.id);
    let second = browser(&world, &desk, agent);
    assert_eq!(tx.put_push_subscription(&second, &world.secret_hash()).await.unwrap(), second.id);
    assert_eq!(tx.list_push_subscriptions(tenant, agent).await.unwrap(), [mine.clone(), second.clone()]);
    let taken = PushSubscriptionRecord { sealed: "anew".into(), ..browser(&world, &desk, other) };
    assert_eq!(tx.put_push_subscription(&taken, &hash).await.unwrap(), mine.id, "the same browser keeps its id");
    let taken = PushSubscriptionRecord { id: mine.id, created_at: mine.created_at, ..taken };
    assert_eq!(tx.find_push_subscription(tenant, mine.id).await.unwrap(), Some(taken));
    assert_eq!(tx.list_push_subscriptions(tenant, agent).await.unwrap(), std::slice::from_ref(&second));
    assert!(!tx.delete_push_subscription(tenant, agent, mine.id).await.unwrap(), "it is somebody else's");
    assert!(tx.delete_push_subscription(tenant, other, mine.id).await.unwrap());
    assert_eq!(tx.find_push_subscription(tenant, PushSubscriptionId(world.id())).await.unwrap(), None);
    tx.forget_notifications_of(tenant, agent).await.unwrap();
    assert_eq!(tx.find_preferences(tenant, agent).await.unwrap(), None);
    assert_eq!(tx.list_push_subscriptions(tenant, agent).await.unwrap(), []);
    tx.commit().await.unwrap();
}

/// Nothing of it can be reached from another tenant.
pub async fn what_people_were_told_keeps_to_its_tenant(world: Arc<World>) {
    let desk = world.desk().await;
    let stranger = world.desk().await.tenant;
    let person = desk.agent.id;
    let due = world.now();
    let one = tell(&world, &desk, &[Some(due)]).await.remove(0);
    let (hash, theirs) = (world.secret_hash(), browser(&world, &desk, person));
    let mut tx = world.write().await;
    tx.put_push_subscription(&theirs, &hash).await.unwrap();
    tx.put_preferences(desk.tenant, person, &Preferences::default(), due).await.unwrap();
    assert_eq!(tx.list_notifications(stranger, person, false, None, 9).await.unwrap(), []);
    assert_eq!(tx.find_notification(stranger, person, one.id).await.unwrap(), None);
    assert_eq!(tx.find_notification_of(stranger, person, one.event).await.unwrap(), None);
    assert_eq!(tx.notifications_due(stranger, person, NotificationWay::Mail, due, 9).await.unwrap(), []);
    assert_eq!(tx.claim_mail(stranger, person, world.id(), world.now(), 9).await.unwrap(), []);
    let everything = NotificationFilter::default();
    assert_eq!(tx.read_notifications(stranger, person, &everything, world.now()).await.unwrap(), 0);
    assert_eq!(tx.find_preferences(stranger, person).await.unwrap(), None);
    assert_eq!(tx.list_push_subscriptions(stranger, person).await.unwrap(), []);
    assert_eq!(tx.find_push_subscription(stranger, theirs.id).await.unwrap(), None);
    assert!(!tx.delete_push_subscription(stranger, person, theirs.id).await.unwrap());
    let of_stranger = PushSubscriptionRecord { tenant: stranger, id: world.id(), ..theirs.clone() };
    assert_eq!(tx.put_push_subscription(&of_stranger, &hash).await.unwrap(), of_stranger.id, "another desk's browser");
    tx.forget_notifications_of(stranger, person).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(shown(&world, &desk, true).await, [one.id]);
    let mut tx = world.read().await;
    assert_eq!(tx.list_push_subscriptions(desk.tenant, person).await.unwrap(), [theirs]);
    assert!(tx.find_preferences(desk.tenant, person).await.unwrap().is_some());
}
