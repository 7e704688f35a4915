//! The workers that carry events to their handlers: lease, try, back off, give up visibly.

use std::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use chrono::TimeDelta;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::random,
    desk::Desk,
    error::Result,
    model::{DeliveryRecord, backoff},
    plugin::{Failure, Handled, Handling},
    storage::DeliveryOutcome,
};

/// How long a worker may hold a delivery before somebody else takes it.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How long one try may take; shorter than the lease, so that two workers never hold the same delivery.
const TRY_TIME: Duration = Duration::from_secs(40);
/// Deliveries taken at once.
const BATCH: u32 = 16;
/// Tries under way at once.
const CONCURRENCY: usize = 8;
/// How often the outbox is looked at when no wake-up comes: the bound on a lost one.
const POLL: Duration = Duration::from_secs(1);
/// Between two looks at an outbox that has nothing due: many commits bring nothing for it.
const PACE: Duration = Duration::from_millis(20);

/// Works until `stop`. What is under way then is finished first.
pub(crate) async fn run(desk: Desk, stop: CancellationToken) {
    let mut commits = desk.storage().commits();
    let healthy = AtomicBool::new(true);
    while !stop.is_cancelled() {
        let looked = Instant::now();
        commits.mark_unchanged();
        match work(&desk).await {
            Ok(0) => {
                healthy.store(true, Ordering::Relaxed);
                let wait = next_due(&desk).await.unwrap_or(POLL).min(POLL);
                tokio::select! {
                    () = stop.cancelled() => break,
                    _ = commits.changed() => sleep_until(looked + PACE).await,
                    () = tokio::time::sleep(wait) => {}
                }
            }
            Ok(_) => {}
            Err(error) => {
                if healthy.swap(false, Ordering::Relaxed) {
                    tracing::error!(%error, "the outbox cannot work");
                }
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = tokio::time::sleep(POLL) => {}
                }
            }
        }
    }
}

async fn next_due(desk: &Desk) -> Option<Duration> {
    let due_at = desk.reader().await.ok()?.next_delivery_at().await.ok()??;
    (due_at - desk.now()).to_std().ok().or(Some(Duration::ZERO))
}

/// Takes what is due and tries it. Returns how many tries were made.
pub(crate) async fn work(desk: &Desk) -> Result<usize> {
    // A read first: an idle outbox must not take the writer.
    if next_due(desk).await.is_none_or(|wait| wait > Duration::ZERO) {
        return Ok(0);
    }
    let now = desk.now();
    let mut tx = desk.storage().write().await?;
    let deliveries = tx.claim_deliveries(now, now + LEASE, BATCH).await?;
    tx.commit().await?;
    let tried = deliveries.len();
    stream::iter(deliveries)
        .for_each_concurrent(CONCURRENCY, |delivery| async move {
            let outcome = try_once(desk, &delivery).await;
            if let Err(error) = finish(desk, &delivery, &outcome).await {
                // The lease runs out and the delivery comes again.
                tracing::error!(%error, delivery.id = %delivery.id, "the outcome of a delivery was not recorded");
            }
        })
        .await;
    Ok(tried)
}

async fn try_once(desk: &Desk, delivery: &DeliveryRecord) -> DeliveryOutcome {
    let Some(handler) = desk.inner.hooks.handlers.iter().find(|handler| handler.id() == delivery.handler) else {
        return DeliveryOutcome::Dead("no handler of this name is installed".into());
    };
    let entry = async { desk.reader().await?.find_event(delivery.tenant, delivery.event).await.map_err(Into::into) };
    let entry: Result<_> = entry.await;
    let entry = match entry {
        Ok(Some(entry)) => entry,
        Ok(None) => return DeliveryOutcome::Skipped("the event is gone".into()),
        Err(_) => return later(desk, delivery, "the database did not answer".into()),
    };
    let handling = Handling { delivery, entry: &entry, desk };
    match timeout(TRY_TIME, AssertUnwindSafe(handler.handle(&handling)).catch_unwind()).await {
        Ok(Ok(Ok(Handled::Done))) => DeliveryOutcome::Done,
        Ok(Ok(Ok(Handled::Skipped(why)))) => DeliveryOutcome::Skipped(why),
        Ok(Ok(Err(Failure::Never(why)))) => DeliveryOutcome::Dead(why),
        Ok(Ok(Err(Failure::Later(why)))) => later(desk, delivery, why),
        Ok(Err(_)) => {
            tracing::error!(handler = handler.id(), delivery.id = %delivery.id, "a handler panicked");
            later(desk, delivery, "the handler panicked".into())
        }
        Err(_) => later(desk, delivery, "the handler took too long".into()),
    }
}

fn later(desk: &Desk, delivery: &DeliveryRecord, why: String) -> DeliveryOutcome {
    let jitter = u16::from_be_bytes(random(desk.entropy())) % 1_001;
    match backoff(delivery.attempts, jitter) {
        Some(wait_ms) => DeliveryOutcome::Retry(desk.now() + TimeDelta::milliseconds(wait_ms), why),
        None => DeliveryOutcome::Dead(why),
    }
}

async fn finish(desk: &Desk, delivery: &DeliveryRecord, outcome: &DeliveryOutcome) -> Result<()> {
    if let DeliveryOutcome::Dead(why) = outcome {
        tracing::warn!(delivery.id = %delivery.id, handler = delivery.handler, why, "a delivery was given up");
    }
    let mut tx = desk.storage().write().await?;
    tx.finish_delivery(delivery.id, delivery.attempts, outcome, desk.now()).await?;
    tx.commit().await?;
    Ok(())
}
