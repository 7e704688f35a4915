//! The outbox, for people: the mail log and its dead letters.

use std::collections::BTreeMap;

use super::{Call, Desk, Done, found, list::place, view::delivery_view, work::Begun};
use crate::{
    error::{Error, Result},
    model::{DeliveryId, DeliveryRecord, EventType, limits},
    protocol::{Delivery, Page},
    storage::DeliveryFilter,
};

/// What a list of deliveries is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryQuery {
    /// Which ones.
    pub filter: DeliveryFilter,
    /// 1 to 100.
    pub limit: Option<u32>,
    /// Of an earlier page.
    pub cursor: Option<String>,
}

impl Desk {
    /// A page of the outbox, newest first.
    ///
    /// # Errors
    /// `BadRequest` for a cursor of another list.
    pub async fn list_deliveries(&self, call: &Call, query: &DeliveryQuery) -> Result<Page<Delivery>> {
        let page = self.delivery_records(call, query).await?;
        let view = |delivery: &DeliveryRecord| delivery_view(delivery, &call.actor);
        Ok(Page { data: page.data.iter().map(view).collect(), next: page.next, previous: page.previous })
    }

    /// The same as it is stored.
    pub(super) async fn delivery_records(&self, call: &Call, query: &DeliveryQuery) -> Result<Page<DeliveryRecord>> {
        let list = format!("deliveries {} {:?}", call.actor.tenant, query.filter);
        let before = match &query.cursor {
            Some(cursor) => Some(place(&self.inner.cursors.read(&list, cursor)?)?),
            None => None,
        };
        let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT).clamp(1, limits::PAGE_MAX);
        let mut tx = self.reader().await?;
        let mut deliveries = tx.list_deliveries(call.actor.tenant, &query.filter, before, limit + 1).await?;
        let full = deliveries.len() > limit as usize;
        deliveries.truncate(limit as usize);
        let next = deliveries.last().filter(|_| full).map(|last| self.inner.cursors.write(&list, &last.id.to_string()));
        Ok(Page { data: deliveries, next, previous: None })
    }

    /// Puts a dead delivery back, due at once.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it is not dead.
    pub async fn retry_delivery(&self, call: &Call, id: DeliveryId) -> Result<Done<Delivery>> {
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let tenant = call.actor.tenant;
        found(work.tx().find_delivery(tenant, id).await?)?;
        let now = work.now;
        if !work.tx().retry_delivery(tenant, id, now).await? {
            return Err(Error::Conflict {
                code: "not_dead",
                detail: "Only a delivery that has given up can be retried.".into(),
            });
        }
        work.record(EventType::DeliveryRetried, format!("delivery:{id}"), BTreeMap::new()).await?;
        let delivery = found(work.tx().find_delivery(tenant, id).await?)?;
        work.commit(delivery_view(&delivery, &call.actor)).await
    }
}
