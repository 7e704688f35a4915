//! Webhooks: events for other people's programs, by Standard Webhooks. A plugin like mail, and always there: without an address
//! that somebody has entered it does nothing.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::{
    desk::{Desk, Disabled, Sent, Subscription, webhook_payload},
    error::Result as DeskResult,
    model::{EventType, TenantId, TryRecord, WebhookId, WebhookRecord, webhook_backoff},
    plugin::{Capacity, EventHandler, Failure, Handled, Handling, Knowledge, Occasion, Plugin, Registrar, Target},
};

/// The name in the delivery log.
pub const HANDLER: &str = "webhook";
/// What all of its deliveries are for.
pub(crate) const PURPOSE: &str = "event";

/// Tries under way at once in a process. Receivers wait in their own time and not in ours: each costs a connection and no thread.
const CAPACITY: Capacity = Capacity { tries: 128, in_lane: 4 };
/// A success is noted at most this often while all goes well.
const SUCCESS_NOTED: TimeDelta = TimeDelta::seconds(60);

/// How long no try may go well: a little less than the shortest time for which one event is tried.
const GIVEN_UP: TimeDelta = TimeDelta::hours(66);

/// The webhooks of the desk.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Webhooks;

impl Plugin for Webhooks {
    fn id(&self) -> &'static str {
        HANDLER
    }

    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
        registrar.event_handler(Handler);
        Ok(())
    }
}

struct Handler;

#[async_trait]
impl EventHandler for Handler {
    fn id(&self) -> &'static str {
        HANDLER
    }

    async fn know(&self, desk: &Desk, tenant: TenantId) -> DeskResult<Option<Knowledge>> {
        let subscriptions = desk.subscriptions(tenant).await?;
        Ok((!subscriptions.is_empty()).then_some(subscriptions as Knowledge))
    }

    fn targets(&self, occasion: &Occasion<'_>) -> Vec<Target> {
        let Some(subscriptions) = occasion.knowledge.and_then(|known| known.downcast_ref::<Vec<Subscription>>()) else {
            return Vec::new();
        };
        let event = occasion.event;
        // What becomes of a note is for those only who get notes.
        let is_of_note =
            event.is_internal && matches!(event.kind, EventType::MessageUpdated | EventType::MessageDeleted);
        let wanting = subscriptions.iter().filter(|one| {
            one.events.contains(&event.kind) && (!is_of_note || one.events.contains(&EventType::NoteCreated))
        });
        let target = |subscription: &Subscription| Target {
            purpose: PURPOSE.to_owned(),
            recipient: subscription.host.clone(),
            lane: Some(subscription.id.to_string()),
            delay: TimeDelta::zero(),
        };
        wanting.map(target).collect()
    }

    async fn handle(&self, handling: &Handling<'_>) -> Result<Handled, Failure> {
        let Some(webhook) = find(handling).await? else { return Ok(Handled::Skipped("the webhook is gone".into())) };
        if webhook.disabled_at.is_some() {
            return Ok(Handled::Skipped("the webhook is out of service".into()));
        }
        let id = handling.delivery.id.to_string();
        let sent = handling.desk.send_to_webhook(&webhook, &id, &webhook_payload(handling.entry)).await;
        let sent = sent.map_err(|_| Failure::Never("its secret cannot be read any more: give it a new one".into()))?;
        note(handling, &webhook, &sent).await.map_err(|error| Failure::Later(error.code().to_owned()))?;
        let Some(error) = sent.error else { return Ok(Handled::Done) };
        if sent.status == Some(410) {
            self.disable(handling, webhook.id, Disabled::Gone).await;
            return Err(Failure::Never("answered 410; the webhook was disabled".into()));
        }
        // However many events wait for it: nobody is there.
        if webhook.failing_since.is_some_and(|since| handling.desk.now() - since >= GIVEN_UP) {
            self.disable(handling, webhook.id, Disabled::Failing).await;
            return Err(Failure::Never(format!("{error}; the webhook was disabled")));
        }
        Err(match sent.retry_after_s.and_then(TimeDelta::try_seconds) {
            Some(wait) => Failure::NotBefore(wait, error),
            None => Failure::Later(error),
        })
    }

    fn backoff(&self, attempts: i64, jitter: u16) -> Option<i64> {
        webhook_backoff(attempts, jitter)
    }

    fn capacity(&self) -> Capacity {
        CAPACITY
    }
}

impl Handler {
    async fn disable(&self, handling: &Handling<'_>, id: WebhookId, why: Disabled) {
        if let Err(error) = handling.desk.disable_webhook(handling.delivery.tenant, id, why).await {
            tracing::error!(%error, webhook.id = %id, "a webhook could not be disabled");
        }
    }
}

async fn find(handling: &Handling<'_>) -> Result<Option<WebhookRecord>, Failure> {
    let (tenant, lane) = (handling.delivery.tenant, handling.delivery.lane.as_deref());
    let Some(id) = lane.and_then(|lane| lane.parse::<WebhookId>().ok()) else { return Ok(None) };
    let look = async { Ok::<_, crate::error::Error>(handling.desk.reader().await?.find_webhook(tenant, id).await?) };
    look.await.map_err(|error| Failure::Later(error.code().to_owned()))
}

/// Keeps what was tried, and how the webhook is.
async fn note(handling: &Handling<'_>, webhook: &WebhookRecord, sent: &Sent) -> DeskResult<()> {
    let desk = handling.desk;
    let now = desk.now();
    let tried = TryRecord {
        id: desk.fresh_id(now),
        tenant: webhook.tenant,
        delivery: handling.delivery.id,
        attempt: handling.delivery.attempts,
        tried_at: now,
        took_ms: sent.took_ms,
        status: sent.status.map(i64::from),
        answer: sent.answer.clone(),
        error: sent.error.clone(),
    };
    let is_news =
        webhook.failing_since.is_some() || webhook.last_success_at.is_none_or(|success| success + SUCCESS_NOTED <= now);
    let mut tx = desk.storage().write().await?;
    tx.insert_try(&tried).await?;
    if sent.error.is_none() && is_news {
        tx.webhook_succeeded(webhook.tenant, webhook.id, now).await?;
    }
    if sent.error.is_some() && webhook.failing_since.is_none() {
        tx.webhook_failed(webhook.tenant, webhook.id, now).await?;
    }
    Ok(tx.commit().await?)
}
