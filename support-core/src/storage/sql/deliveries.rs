//! The outbox.

use std::fmt::Write as _;

use async_trait::async_trait;

use super::{
    Arg, Dialect, Executor, Row, SqlTx, apply, apply::insert, args, rows, rows::delivery_select, tickets::Conditions,
};
use crate::{
    model::{DeliveryId, DeliveryRecord, DeliveryState, EventId, NewDelivery, PersonRecord, TenantId, Timestamp},
    storage::{Deliveries, DeliveriesMut, DeliveryFilter, DeliveryOutcome, DueDelivery, Engaged, Result},
};

#[async_trait]
impl<E: Executor> Deliveries for SqlTx<E> {
    async fn list_deliveries(
        &mut self,
        tenant: TenantId,
        filter: &DeliveryFilter,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<DeliveryRecord>> {
        let mut conditions = Conditions::new("d.tenant_id = $1", args![tenant]);
        conditions.any_of("d.state", filter.state);
        conditions.any_of("d.handler", &filter.handler);
        conditions.any_of("d.lane", &filter.lane);
        if let Some(before) = before {
            conditions.compare("d.id", "<", before);
        }
        let Conditions { mut sql, mut args } = conditions;
        args.push(limit.into());
        let _ = write!(sql, " ORDER BY d.id DESC LIMIT +${}", args.len());
        let rows = self.executor.fetch(format!("{}WHERE {sql}", delivery_select!()).into(), args).await?;
        rows.iter().map(rows::delivery).collect()
    }

    async fn find_delivery(&mut self, tenant: TenantId, id: DeliveryId) -> Result<Option<DeliveryRecord>> {
        let sql = concat!(delivery_select!(), "WHERE d.id = $1 AND d.tenant_id = $2");
        let row = self.executor.fetch_optional(sql.into(), args![id, tenant]).await?;
        row.as_ref().map(rows::delivery).transpose()
    }

    async fn next_delivery_at(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT MIN(next_attempt_at) AS due_at FROM support_deliveries WHERE next_attempt_at IS NOT NULL";
        self.executor.fetch_one(sql.into(), Vec::new()).await?.maybe_time("due_at")
    }

    async fn due_deliveries(&mut self, now: Timestamp, engaged: &Engaged, limit: u32) -> Result<Vec<DueDelivery>> {
        let mut conditions = Conditions::new("next_attempt_at <= $1", args![now]);
        if !engaged.handlers.is_empty() {
            let handlers = conditions.places(&engaged.handlers);
            conditions.and(&format!("handler NOT IN ({handlers})"));
        }
        if !engaged.lanes.is_empty() {
            let lanes = conditions.places(&engaged.lanes);
            conditions.and(&format!("(lane IS NULL OR lane NOT IN ({lanes}))"));
        }
        let limit = conditions.bind(limit);
        let sql = format!(
            "SELECT id, handler, lane FROM support_deliveries WHERE {} ORDER BY next_attempt_at, id LIMIT +{limit}",
            conditions.sql
        );
        let rows = self.executor.fetch(sql.into(), conditions.args).await?;
        let due = |row: &Row| {
            Ok(DueDelivery { id: row.id("id")?, handler: row.text("handler")?, lane: row.maybe_text("lane")? })
        };
        rows.iter().map(due).collect()
    }

    async fn deliveries_in_lane(
        &mut self,
        tenant: TenantId,
        lane: &str,
        events: &[EventId],
    ) -> Result<Vec<(EventId, DeliveryId)>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let mut conditions = Conditions::new("tenant_id = $1 AND lane = $2", args![tenant, lane]);
        conditions.any_id("event_id", events.to_vec());
        let sql = format!("SELECT event_id, id FROM support_deliveries WHERE {} ORDER BY id", conditions.sql);
        let rows = self.executor.fetch(sql.into(), conditions.args).await?;
        rows.iter().map(|row| Ok((row.id("event_id")?, row.id("id")?))).collect()
    }
}

#[async_trait]
impl<E: Executor> DeliveriesMut for SqlTx<E> {
    async fn claim_deliveries(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        ids: &[DeliveryId],
    ) -> Result<Vec<DeliveryRecord>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // `next_attempt_at` doubles as the end of the lease: a running delivery whose worker died falls due again by itself.
        let mut due = Conditions::new("next_attempt_at <= $1", args![now, lease_until]);
        due.any_id("id", ids.to_vec());
        let chosen = match self.executor.dialect() {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => due.sql,
            // As an array it is computed once; Postgres may run an IN list again for every row.
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                format!("id = ANY (ARRAY(SELECT id FROM support_deliveries WHERE {} FOR UPDATE SKIP LOCKED))", due.sql)
            }
        };
        let claim = format!(
            "UPDATE support_deliveries SET state = 'running', attempts = attempts + 1, next_attempt_at = $2 WHERE {chosen} RETURNING id"
        );
        let claimed = self.executor.fetch(claim.into(), due.args).await?;
        if claimed.is_empty() {
            return Ok(Vec::new());
        }
        let ids = claimed.iter().map(|row| row.id::<DeliveryId>("id")).collect::<Result<Vec<_>>>()?;
        let mut conditions = Conditions::new("1 = 1", Vec::new());
        conditions.any_id("d.id", ids);
        let sql = format!("{}WHERE {} ORDER BY d.id", delivery_select!(), conditions.sql);
        self.executor.fetch(sql.into(), conditions.args).await?.iter().map(rows::delivery).collect()
    }

    async fn finish_delivery(
        &mut self,
        id: DeliveryId,
        attempt: i64,
        outcome: &DeliveryOutcome,
        now: Timestamp,
    ) -> Result<bool> {
        let (state, next, error, finished) = match outcome {
            DeliveryOutcome::Done => (DeliveryState::Done, None, None, Some(now)),
            DeliveryOutcome::Skipped(why) => (DeliveryState::Skipped, None, Some(why), Some(now)),
            DeliveryOutcome::Retry(at, why) | DeliveryOutcome::Untried(at, why) => {
                (DeliveryState::Pending, Some(*at), Some(why), None)
            }
            DeliveryOutcome::Dead(why) => (DeliveryState::Dead, None, Some(why), Some(now)),
        };
        let untried = i64::from(matches!(outcome, DeliveryOutcome::Untried(..)));
        let sql = "UPDATE support_deliveries SET state = $3, next_attempt_at = $4, last_error = $5, finished_at = $6, \
                     attempts = attempts - $7 WHERE id = $1 AND attempts = $2 AND state = 'running'";
        let mut values: Vec<Arg> = args![id, attempt, state, next];
        values.extend(args![error.cloned(), finished, untried]);
        Ok(self.executor.execute(sql.into(), values).await? == 1)
    }

    async fn retry_delivery(&mut self, tenant: TenantId, id: DeliveryId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE support_deliveries SET state = 'pending', attempts = 0, next_attempt_at = $3, finished_at = NULL \
                   WHERE id = $1 AND tenant_id = $2 AND state = 'dead'";
        Ok(self.executor.execute(sql.into(), args![id, tenant, now]).await? == 1)
    }

    async fn repeat_deliveries(&mut self, tenant: TenantId, ids: &[DeliveryId], now: Timestamp) -> Result<u64> {
        if ids.is_empty() {
            return Ok(0);
        }
        let mut conditions =
            Conditions::new("tenant_id = $1 AND state IN ('done', 'skipped', 'dead')", args![tenant, now]);
        conditions.any_id("id", ids.to_vec());
        let sql = format!(
            "UPDATE support_deliveries SET state = 'pending', attempts = 0, next_attempt_at = $2, finished_at = NULL WHERE {}",
            conditions.sql
        );
        self.executor.execute(sql.into(), conditions.args).await
    }

    async fn forget_recipient(&mut self, person: &PersonRecord, resource: &str) -> Result<()> {
        let sql = "UPDATE support_deliveries SET recipient = '', last_error = NULL WHERE tenant_id = $1 AND recipient = $2 AND event_id IN ( \
                     SELECT id FROM support_events WHERE tenant_id = $1 AND resource = $3 \
                     UNION ALL SELECT e.id FROM support_conversations c JOIN support_events e ON e.conversation_id = c.id \
                       WHERE c.tenant_id = $1 AND c.requester_id = $4)";
        self.executor.execute(sql.into(), args![person.tenant, &person.email, resource, person.id]).await?;
        let sql = "UPDATE support_deliveries SET recipient = '' WHERE tenant_id = $1 AND lane = $2";
        self.executor.execute(sql.into(), args![person.tenant, person.id.to_string()]).await?;
        let sql =
            "UPDATE support_tokens SET address = '' WHERE tenant_id = $1 AND contact_id = $2 AND address IS NOT NULL";
        self.executor.execute(sql.into(), args![person.tenant, person.id]).await?;
        Ok(())
    }

    async fn append_delivery(&mut self, delivery: &NewDelivery) -> Result<()> {
        insert(&mut self.executor, "support_deliveries", apply::DELIVERY, apply::delivery_values(delivery)).await
    }
}
