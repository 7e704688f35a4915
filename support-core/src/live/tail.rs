//! The one reader of the log in a process.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Hub, Position, encode::LiveEvent};
use crate::{desk::Desk, error::Result};

/// Events read at once.
const BATCH: u32 = 256;
/// How often the log is looked at when no wake-up comes: the bound on a lost one, and on what other processes write.
const POLL: Duration = Duration::from_secs(1);

/// Follows the log until `stop`.
pub(crate) async fn run(desk: Desk, hub: &Hub, stop: CancellationToken) {
    let mut commits = desk.storage().commits();
    let mut failing = false;
    while !stop.is_cancelled() {
        commits.mark_unchanged();
        match step(&desk, hub).await {
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
            changed = commits.changed(), if !failing => if changed.is_err() { break },
            () = tokio::time::sleep(POLL) => {}
        }
    }
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
    hub.ring.push(entries.iter().map(|entry| LiveEvent::new(entry, &at.cursor(entry.event.seq.unwrap_or_default()))));
    hub.position.send_modify(|position| position.seq = last);
    Ok(full)
}
