//! The worker that sleeps until the next deadline, and the one that brings tickets under new rules.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::desk::Desk;

/// How often the next timer is looked up when nothing was committed here: the bound on what other processes write.
const LOOK: Duration = Duration::from_secs(1);
/// A busy desk commits all the time; after a wake-up the timers rest this long. Well below the second that a deadline may be late.
const REST: Duration = Duration::from_millis(100);
/// How often tickets under other rules are looked for when no rule was changed here.
const RULES: Duration = Duration::from_secs(60);

/// Rings timers until `stop`.
pub(crate) async fn run(desk: Desk, stop: CancellationToken) {
    let mut commits = desk.storage().commits();
    let mut failing = false;
    while !stop.is_cancelled() {
        commits.mark_unchanged();
        let next = match desk.wake_due().await {
            Ok(next) => {
                failing = false;
                next
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::error!(%error, "the timers cannot work");
                }
                None
            }
        };
        let wait = next.map_or(LOOK, |at| (at - desk.now()).to_std().unwrap_or_default().min(LOOK));
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(wait) => {}
            _ = commits.changed(), if !failing => {
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = tokio::time::sleep(REST.min(wait)) => {}
                }
            }
        }
    }
}

/// Brings tickets under new rules until `stop`.
pub(crate) async fn apply_rules(desk: Desk, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => break,
            applied = desk.apply_rules() => match applied {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "tickets were brought under new service levels"),
                Err(error) => tracing::warn!(%error, "tickets could not be brought under new service levels"),
            },
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = desk.rules_changed() => {}
            () = tokio::time::sleep(RULES) => {}
        }
    }
}
