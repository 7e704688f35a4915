//! Who wants which events, known without asking the database.

use std::sync::Arc;

use super::send::host;
use crate::{
    desk::Desk,
    error::Result,
    model::{EventType, TenantId, WebhookId, WebhookRecord},
};

/// What the decision about an event's targets needs of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) id: WebhookId,
    /// For the log and for people; the whole address may carry a key.
    pub(crate) host: String,
    pub(crate) events: Vec<EventType>,
}

/// Their place among what is kept of the settings.
const KIND: &str = "webhook";

impl Desk {
    /// Those in service. Kept in memory; another process's change is seen within three seconds.
    pub(crate) async fn subscriptions(&self, tenant: TenantId) -> Result<Arc<Vec<Subscription>>> {
        let generation = match self.inner.settings.find::<Vec<Subscription>>(tenant, KIND, self.now()) {
            Ok(subscriptions) => return Ok(subscriptions),
            Err(generation) => generation,
        };
        let webhooks = self.reader().await?.list_webhooks(tenant).await?;
        let active = webhooks.into_iter().filter(|webhook| webhook.disabled_at.is_none());
        let subscription =
            |webhook: WebhookRecord| Subscription { id: webhook.id, host: host(&webhook.url), events: webhook.events };
        let subscriptions = Arc::new(active.map(subscription).collect::<Vec<_>>());
        self.inner.settings.keep(tenant, KIND, self.now(), generation, Arc::<Vec<Subscription>>::clone(&subscriptions));
        Ok(subscriptions)
    }

    pub(super) fn forget_subscriptions(&self, tenant: TenantId) {
        self.inner.settings.drop_kind(tenant, KIND);
    }
}
