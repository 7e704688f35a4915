//! Events of the past, sent again.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{resource, send::host};
use crate::{
    channels::webhooks::{HANDLER, PURPOSE},
    desk::{Call, Desk, found},
    error::{Error, Result},
    model::{DeliveryId, EventId, EventRecord, EventType, NewDelivery, Timestamp, WebhookId, WebhookRecord},
    protocol::{Change, ReplayWebhook, WebhookReplayed},
    storage::{LogEdge, LogFilter},
};

/// Events in one transaction: on SQLite nobody else writes meanwhile.
const STEP: u32 = 200;
/// Events of one request.
const EVENTS_MAX: usize = 10_000;

impl Desk {
    /// Sends the events of a range again, or for the first time where they were not meant for it then. An event keeps its id, so that a
    /// receiver which has it already can tell.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for a range that ends before it begins; `Conflict` when it is out of service.
    pub(crate) async fn replay_webhook(
        &self,
        call: &Call,
        id: WebhookId,
        input: ReplayWebhook,
    ) -> Result<WebhookReplayed> {
        let tenant = call.actor.tenant;
        let webhook = found(self.reader().await?.find_webhook(tenant, id).await?)?;
        if input.from >= input.to {
            return Err(Error::field("/to", "out_of_order", "must be later than from"));
        }
        if webhook.disabled_at.is_some() {
            let detail = "It is out of service: take it back into service first.".into();
            return Err(Error::Conflict { code: "disabled", detail });
        }
        let filter = LogFilter {
            actions: webhook.events.clone(),
            tickets_only: true,
            // The log's bounds are not in the range themselves.
            after: input.from.checked_sub_signed(TimeDelta::microseconds(1)),
            before: Some(input.to),
            ..LogFilter::default()
        };
        // Before anything is sent: what breaks off in the middle was asked for all the same.
        let words = |at: Timestamp| Some(at.to_rfc3339());
        let range = Change { from: words(input.from), to: words(input.to) };
        let changes = BTreeMap::from([("range".to_owned(), range)]);
        let mut tx = self.storage().write().await?;
        self.record(call, tx.as_write(), self.now(), EventType::WebhookReplayed, resource(id), changes).await?;
        tx.commit().await?;
        let (mut edge, mut looked_at, mut count) = (LogEdge::Start, 0, 0);
        let (mut from, mut is_complete) = (None, false);
        while looked_at < EVENTS_MAX {
            let events = self.reader().await?.list_log(tenant, &filter, edge, STEP).await?;
            let Some(last) = events.last() else {
                is_complete = true;
                break;
            };
            edge = LogEdge::After(last.id);
            from = horizon(last.id).map(|horizon| horizon.min(input.to));
            looked_at += events.len();
            count += self.put_out_again(&webhook, &events).await?;
        }
        Ok(WebhookReplayed { count, is_complete, from })
    }

    async fn put_out_again(&self, webhook: &WebhookRecord, events: &[EventRecord]) -> Result<u64> {
        let (lane, now) = (webhook.id.to_string(), self.now());
        let ids: Vec<_> = events.iter().map(|event| event.id).collect();
        let mut tx = self.storage().write().await?;
        // Two who replay at once put nothing out twice.
        found(tx.hold_webhook(webhook.tenant, webhook.id).await?)?;
        let known = tx.deliveries_in_lane(webhook.tenant, &lane, &ids).await?;
        let again: Vec<_> = known.iter().map(|(_, delivery)| *delivery).collect();
        let mut count = tx.repeat_deliveries(webhook.tenant, &again, now).await?;
        for event in events.iter().rev().filter(|event| known.iter().all(|(known, _)| *known != event.id)) {
            let delivery = NewDelivery {
                id: DeliveryId(self.fresh_id(now)),
                tenant: webhook.tenant,
                handler: HANDLER.to_owned(),
                event: event.id,
                purpose: PURPOSE.to_owned(),
                recipient: host(&webhook.url),
                lane: Some(lane.clone()),
                due_at: now,
                created_at: now,
            };
            tx.append_delivery(&delivery).await?;
            count += 1;
        }
        tx.commit().await?;
        Ok(count)
    }
}

/// Before when every event happened that the log, latest first, has behind this one. Ids are in the log's order, and an event's id is
/// of its own millisecond or, under load, of a later one.
fn horizon(last: EventId) -> Option<Timestamp> {
    let (at_ms, _) = last.0.as_u64_pair();
    Timestamp::from_timestamp_millis(i64::try_from(at_ms >> 16).ok()? + 1)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn whoever_goes_on_where_it_ended_meets_the_rest_of_that_instant() {
        let at = Timestamp::from_timestamp_millis(1_772_442_000_123).unwrap();
        let id = EventId(Uuid::from_u64_pair(1_772_442_000_123 << 16, u64::MAX));
        assert_eq!(horizon(id), Some(at + TimeDelta::milliseconds(1)));
    }
}
