//! What was sent to a webhook, and what it said.

use std::collections::HashMap;

use crate::{
    desk::{Call, DeliveryQuery, Desk, found, view::webhook_delivery_view},
    error::Result,
    model::{DeliveryState, WebhookId},
    protocol::{Page, WebhookDelivery},
    storage::DeliveryFilter,
};

impl Desk {
    /// A page of its deliveries with their tries, newest first.
    ///
    /// # Errors
    /// `NotFound`; `BadRequest` for a cursor of another list.
    pub(crate) async fn list_webhook_deliveries(
        &self,
        call: &Call,
        id: WebhookId,
        state: Option<DeliveryState>,
        limit: Option<u32>,
        cursor: Option<String>,
    ) -> Result<Page<WebhookDelivery>> {
        let tenant = call.actor.tenant;
        found(self.reader().await?.find_webhook(tenant, id).await?)?;
        let filter = DeliveryFilter { state, handler: None, lane: Some(id.to_string()) };
        let page = self.delivery_records(call, &DeliveryQuery { filter, limit, cursor }).await?;
        let ids: Vec<_> = page.data.iter().map(|delivery| delivery.id).collect();
        let mut tries: HashMap<_, Vec<_>> = HashMap::new();
        for tried in self.reader().await?.list_tries(tenant, &ids).await? {
            tries.entry(tried.delivery).or_default().push(tried);
        }
        let data = page
            .data
            .iter()
            .map(|delivery| webhook_delivery_view(delivery, tries.remove(&delivery.id).as_deref().unwrap_or_default()));
        Ok(Page { data: data.collect(), next: page.next, previous: page.previous })
    }
}
