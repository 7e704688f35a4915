//! Deleting what has expired.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::{desk::Desk, error::Result};

const EVERY: Duration = Duration::from_secs(3_600);
/// The statistics' rows are summed up more often: reading them costs by their number.
const COMPACT: Duration = Duration::from_secs(60);
/// Ended sessions stay this long, so that a reused refresh token is still recognised.
const SESSIONS: TimeDelta = TimeDelta::days(7);
/// What receivers said to each try is kept this long; the deliveries themselves stay.
const DELIVERY_LOG: TimeDelta = TimeDelta::days(30);
/// What people were told of is kept this long.
const NOTIFICATIONS: TimeDelta = TimeDelta::days(90);
/// Rows deleted in one transaction: on SQLite nobody else writes meanwhile.
const PORTION: u32 = 1_000;
/// Answers to an `Idempotency-Key` are kept this long.
const ANSWERS: TimeDelta = TimeDelta::hours(24);

/// Works until `stop`.
pub(crate) async fn run(desk: Desk, stop: CancellationToken) {
    let mut purged = tokio::time::Instant::now();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(COMPACT) => {}
        }
        if let Err(error) = compact(&desk).await {
            tracing::warn!(%error, "the statistics could not be summed up");
        }
        if let Err(error) = desk.collect_files().await {
            tracing::warn!(%error, "files that nothing names could not be taken away");
        }
        if purged.elapsed() >= EVERY {
            purged = tokio::time::Instant::now();
            if let Err(error) = purge(&desk).await {
                tracing::warn!(%error, "what has expired could not be deleted");
            }
        }
    }
}

async fn compact(desk: &Desk) -> Result<()> {
    let mut tx = desk.storage().write().await?;
    tx.compact_tally().await?;
    tx.commit().await?;
    Ok(())
}

async fn purge(desk: &Desk) -> Result<()> {
    let now = desk.now();
    let mut tx = desk.storage().write().await?;
    tx.purge_expired(now - SESSIONS, now - ANSWERS).await?;
    tx.purge_tries(now).await?;
    tx.commit().await?;
    loop {
        let mut tx = desk.storage().write().await?;
        let tries = tx.purge_delivery_log(now - DELIVERY_LOG, PORTION).await?;
        let notifications = tx.purge_notifications(now - NOTIFICATIONS, PORTION).await?;
        tx.commit().await?;
        if tries.max(notifications) < u64::from(PORTION) {
            return Ok(());
        }
    }
}
