//! The one reader of the log in a process. While nobody listens it leaves the log alone: a stream that starts reads what it missed itself.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Hub, Position, encode::LiveEvent};
use crate::{
    desk::{Desk, RoleSetting},
    error::Result,
    model::{EventRecord, EventType, PersonId, PersonKind, SettingId},
    storage::PersonFilter,
};

/// Events read at once.
const BATCH: u32 = 256;
/// How often the log is looked at when no wake-up comes: the bound on a lost one, and on what other processes write.
const POLL: Duration = Duration::from_secs(1);
/// Between two looks at a busy log: one read for what many commits brought. An event after a quiet moment does not wait.
const PACE: Duration = Duration::from_millis(15);

/// Holders of a changed role whose streams end at once. Those of others beyond it end when their rights are looked at again.
const HOLDERS_MAX: u32 = 10_000;

/// Follows the log until `stop`.
pub(crate) async fn run(desk: Desk, hub: &Hub, stop: CancellationToken) {
    let mut commits = desk.storage().commits();
    let mut failing = false;
    while !stop.is_cancelled() {
        let looked = Instant::now();
        commits.mark_unchanged();
        let listeners = hub.position.receiver_count() > 0;
        let outcome = if listeners { step(&desk, hub).await } else { rest(&desk, hub).await };
        match outcome {
            Ok(true) => continue,
            Ok(false) => failing = false,
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::error!(%error, "the event log cannot be read");
                }
            }
        }
        hub.presence.expire(hub);
        tokio::select! {
            () = stop.cancelled() => break,
            () = hub.awaited.notified(), if !listeners => {}
            changed = commits.changed(), if listeners && !failing => {
                if changed.is_err() {
                    break;
                }
                tokio::time::sleep_until(looked + PACE).await;
            }
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Nobody listens: only the numbering goes on, and what the ring holds would not join on to what is read next.
async fn rest(desk: &Desk, hub: &Hub) -> Result<bool> {
    hub.ring.clear();
    hub.position.send_replace(Position::default());
    desk.storage().number_events().await?;
    Ok(false)
}

/// Reads one batch. True when there may be more.
async fn step(desk: &Desk, hub: &Hub) -> Result<bool> {
    let at = hub.position.borrow().clone();
    desk.storage().number_events().await?;
    let mut tx = desk.reader().await?;
    if at.epoch.is_empty() {
        let position = tx.feed_position().await?;
        hub.position.send_replace(Position { epoch: position.epoch.into(), seq: position.last_seq });
        return Ok(true);
    }
    let entries = tx.feed(at.seq, BATCH).await?;
    drop(tx);
    let Some(last) = entries.last().and_then(|entry| entry.event.seq) else { return Ok(false) };
    let full = entries.len() == BATCH as usize;
    for entry in &entries {
        revoke(desk, hub, &entry.event).await?;
    }
    hub.ring.push(entries.iter().map(|entry| LiveEvent::new(entry, &at.cursor(entry.event.seq.unwrap_or_default()))));
    hub.position.send_modify(|position| position.seq = last);
    Ok(full)
}

/// Ends the streams of whoever lost a session, a link or a right, in whichever process that was decided: everybody reads this log.
async fn revoke(desk: &Desk, hub: &Hub, event: &EventRecord) -> Result<()> {
    let tenant = event.tenant;
    let about = |kind: &str| event.resource.as_deref().and_then(|resource| resource.strip_prefix(kind));
    let person = about("user:").and_then(|id| id.parse::<PersonId>().ok());
    let rights = ["role", "custom_role", "is_active"].iter().any(|member| event.changes.contains_key(*member));
    match (event.kind, person) {
        (EventType::UserDeleted | EventType::UserPasswordChanged, Some(person)) => hub.revoke(tenant, person),
        (EventType::UserUpdated, Some(person)) if rights => hub.revoke(tenant, person),
        // Their other sessions go on.
        (EventType::UserSignedOut, Some(person)) => hub.recheck(tenant, person),
        (EventType::TokenRevoked, _) => {
            let Some(token) = about("token:").and_then(|id| id.parse().ok()) else { return Ok(()) };
            if let Some(token) = desk.reader().await?.find_token(tenant, token).await? {
                hub.recheck(tenant, token.contact);
            }
        }
        // A link that was sent to the former address opens nothing any more.
        (EventType::ContactUpdated, _) if event.changes.contains_key("email") => {
            if let Some(contact) = about("contact:").and_then(|id| id.parse().ok()) {
                hub.recheck(tenant, contact);
            }
        }
        (EventType::ApiKeyRevoked, _) => {
            if let Some(key) = about("api_key:").and_then(|id| id.parse().ok()) {
                hub.revoke(tenant, key);
            }
        }
        (EventType::SettingUpdated, _) => {
            let Some(role) = about("role:").and_then(|id| id.parse::<SettingId>().ok()) else { return Ok(()) };
            // Another process may have changed it: what this one remembers must not outlive the streams.
            desk.inner.settings.forget::<RoleSetting>(tenant);
            let holders = PersonFilter { custom_role: Some(role), ..PersonFilter::of(PersonKind::Agent) };
            for holder in desk.reader().await?.list_people(tenant, &holders, None, HOLDERS_MAX).await? {
                hub.revoke(tenant, holder.id);
            }
        }
        _ => {}
    }
    Ok(())
}
