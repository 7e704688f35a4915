//! The workers that carry events to their handlers: lease, try, back off, give up visibly.
//!
//! What is due is taken as soon as there is room for it, by handler and by receiver ([`lanes`]); nobody waits for the slowest of a batch.

mod lanes;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures_util::FutureExt as _;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use self::lanes::{Lanes, missed};
use crate::{
    clock::random,
    desk::Desk,
    error::Result,
    model::DeliveryRecord,
    plugin::{Capacity, EventHandler, Failure, Handled, Handling},
    storage::{DeliveryOutcome, DueDelivery},
};

/// How long a worker may hold a delivery before somebody else takes it: a delivery whose worker was killed comes again within a minute.
const LEASE: TimeDelta = TimeDelta::seconds(45);
/// How long one try may take; shorter than the lease, so that two workers never hold the same delivery.
const TRY_TIME: Duration = Duration::from_secs(30);
/// Due deliveries that are looked at in one go.
const WINDOW: u32 = 256;
/// How often the outbox is looked at when no wake-up comes: the bound on a lost one.
const POLL: Duration = Duration::from_secs(1);
/// Between two looks at an outbox that has nothing due, at least: many commits bring nothing for it.
const PACE: Duration = Duration::from_millis(20);
/// So many times as long as a look took is waited for the next: where much waits, looking costs.
const PACE_OF_LOOKS: u32 = 8;
/// How long tries under way may take after a stop. Those that take longer are made again, by whoever comes next.
const GRACE: Duration = Duration::from_secs(5);
/// How long a delivery rests whose event the database did not give.
const SILENCE: TimeDelta = TimeDelta::seconds(5);
/// The longest time that the other side may ask us to wait.
const WAIT_MAX_MS: i64 = 24 * 3_600 * 1_000;

/// Works until `stop`. What is under way then is finished first, if it does not take long.
pub(crate) async fn run(desk: Desk, stop: CancellationToken) {
    let mut commits = desk.storage().commits();
    let (mut lanes, mut tries) = (Lanes::default(), JoinSet::new());
    let mut healthy = true;
    while !stop.is_cancelled() {
        let looked = Instant::now();
        commits.mark_unchanged();
        let wait = match take(&desk, &mut lanes, &mut tries).await {
            Ok(None) => continue,
            Ok(Some(wait)) => {
                healthy = true;
                wait.min(POLL)
            }
            Err(error) => {
                if std::mem::take(&mut healthy) {
                    tracing::error!(%error, "the outbox cannot work");
                }
                POLL
            }
        };
        let pace = looked + PACE.max(looked.elapsed() * PACE_OF_LOOKS);
        tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = tries.join_next() => {
                free(&mut lanes, ended);
                while let Some(ended) = tries.try_join_next() {
                    free(&mut lanes, ended);
                }
            }
            _ = commits.changed() => sleep_until(pace).await,
            () = tokio::time::sleep(wait) => {}
        }
    }
    let _ = timeout(GRACE, async { while tries.join_next().await.is_some() {} }).await;
}

/// A try that is over: of what, and whether it failed.
type Ended = (DueDelivery, bool);

fn free(lanes: &mut Lanes, ended: std::result::Result<Ended, tokio::task::JoinError>) {
    match ended {
        Ok((delivery, failed)) => lanes.end(&delivery, Some(failed)),
        // Nothing in a try is left uncontained; its room would be lost, and that has to be seen.
        Err(error) => tracing::error!(%error, "a try of the outbox ended by itself"),
    }
}

/// Starts what is due and has room. None when something was started, otherwise how long nothing will be due.
async fn take(desk: &Desk, lanes: &mut Lanes, tries: &mut JoinSet<Ended>) -> Result<Option<Duration>> {
    let capacity = |name: &str| handler(desk, name).map_or_else(Capacity::default, |handler| handler.capacity());
    let now = desk.now();
    // A read first: an idle outbox must not take the writer.
    let mut tx = desk.reader().await?;
    let due = tx.due_deliveries(now, &lanes.engaged(capacity), WINDOW).await?;
    if due.is_empty() {
        let next = tx.next_delivery_at().await?;
        // What is due and engaged is taken when a try ends.
        return Ok(Some(
            next.and_then(|next| (next - now).to_std().ok()).filter(|wait| !wait.is_zero()).unwrap_or(POLL),
        ));
    }
    drop(tx);
    let chosen = lanes.choose(due, capacity);
    let claimed = claim(desk, &chosen).await;
    let ids: Vec<_> = claimed.iter().flatten().map(|delivery| delivery.id).collect();
    let all = chosen.len();
    for delivery in missed(chosen, &ids) {
        lanes.end(&delivery, None);
    }
    for delivery in claimed? {
        let desk = desk.clone();
        tries.spawn(async move {
            let outcome = try_once(&desk, &delivery).await;
            if let Err(error) = finish(&desk, &delivery, &outcome).await {
                // The lease runs out and the delivery comes again.
                tracing::error!(%error, delivery.id = %delivery.id, "the outcome of a delivery was not recorded");
            }
            let failed = matches!(outcome, DeliveryOutcome::Retry(..) | DeliveryOutcome::Dead(_));
            (DueDelivery { id: delivery.id, handler: delivery.handler, lane: delivery.lane }, failed)
        });
    }
    // Where another process was faster with all of them, it is not raced against again at once.
    Ok(if ids.is_empty() || all == 0 { Some(PACE) } else { None })
}

async fn claim(desk: &Desk, chosen: &[DueDelivery]) -> Result<Vec<DeliveryRecord>> {
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = chosen.iter().map(|delivery| delivery.id).collect();
    let now = desk.now();
    let mut tx = desk.storage().write().await?;
    let claimed = tx.claim_deliveries(now, now + LEASE, &ids).await?;
    tx.commit().await?;
    Ok(claimed)
}

fn handler<'d>(desk: &'d Desk, name: &str) -> Option<&'d Arc<dyn EventHandler>> {
    desk.inner.hooks.handlers.iter().find(|handler| handler.id() == name)
}

async fn try_once(desk: &Desk, delivery: &DeliveryRecord) -> DeliveryOutcome {
    let Some(handler) = handler(desk, &delivery.handler) else {
        return DeliveryOutcome::Dead("no handler of this name is installed".into());
    };
    let entry = async { desk.reader().await?.find_event(delivery.tenant, delivery.event).await.map_err(Into::into) };
    let entry: Result<_> = entry.await;
    let entry = match entry {
        Ok(Some(entry)) => entry,
        Ok(None) => return DeliveryOutcome::Skipped("the event is gone".into()),
        // Nobody was asked for anything.
        Err(_) => return DeliveryOutcome::Untried(desk.now() + SILENCE, "the database did not answer".into()),
    };
    let handling = Handling { delivery, entry: &entry, desk };
    let (not_before_ms, why) = match timeout(TRY_TIME, AssertUnwindSafe(handler.handle(&handling)).catch_unwind()).await
    {
        Ok(Ok(Ok(Handled::Done))) => return DeliveryOutcome::Done,
        Ok(Ok(Ok(Handled::Skipped(why)))) => return DeliveryOutcome::Skipped(why),
        Ok(Ok(Err(Failure::Never(why)))) => return DeliveryOutcome::Dead(why),
        Ok(Ok(Err(Failure::Later(why)))) => (0, why),
        Ok(Ok(Err(Failure::NotBefore(wait, why)))) => (wait.num_milliseconds().clamp(0, WAIT_MAX_MS), why),
        Ok(Err(_)) => {
            tracing::error!(handler = handler.id(), delivery.id = %delivery.id, "a handler panicked");
            (0, "the handler panicked".into())
        }
        Err(_) => (0, "the handler took too long".into()),
    };
    later(desk, delivery, handler.as_ref(), not_before_ms, why)
}

fn later(
    desk: &Desk,
    delivery: &DeliveryRecord,
    handler: &dyn EventHandler,
    not_before_ms: i64,
    why: String,
) -> DeliveryOutcome {
    let jitter = u16::from_be_bytes(random(desk.entropy())) % 1_001;
    match handler.backoff(delivery.attempts, jitter) {
        Some(wait_ms) => {
            let wait_ms = wait_ms.max(not_before_ms);
            DeliveryOutcome::Retry(desk.now() + TimeDelta::milliseconds(wait_ms), why)
        }
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
