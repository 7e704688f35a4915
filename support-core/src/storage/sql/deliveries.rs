//! The outbox.

use std::fmt::Write as _;

use async_trait::async_trait;

use super::{
    Arg, Dialect, Executor, SqlTx, apply, apply::insert, args, rows, rows::delivery_select, tickets::Conditions,
};
use crate::{
    model::{DeliveryId, DeliveryRecord, DeliveryState, NewDelivery, TenantId, Timestamp},
    storage::{Deliveries, DeliveriesMut, DeliveryFilter, DeliveryOutcome, Result},
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
}

#[async_trait]
impl<E: Executor> DeliveriesMut for SqlTx<E> {
    async fn claim_deliveries(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<DeliveryRecord>> {
        // `next_attempt_at` doubles as the end of the lease: a running delivery whose worker died falls due again by itself.
        let due = "SELECT id FROM support_deliveries WHERE next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT +$3";
        let chosen = match self.executor.dialect() {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => format!("IN ({due})"),
            // As an array it is computed once; Postgres may run an IN list again for every row, and then claims more than the limit.
            #[cfg(feature = "postgres")]
            Dialect::Postgres => format!("= ANY (ARRAY({due} FOR UPDATE SKIP LOCKED))"),
        };
        let claim = format!(
            "UPDATE support_deliveries SET state = 'running', attempts = attempts + 1, next_attempt_at = $2 WHERE id {chosen} RETURNING id"
        );
        let claimed = self.executor.fetch(claim.into(), args![now, lease_until, limit]).await?;
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
            DeliveryOutcome::Retry(at, why) => (DeliveryState::Pending, Some(*at), Some(why), None),
            DeliveryOutcome::Dead(why) => (DeliveryState::Dead, None, Some(why), Some(now)),
        };
        let sql = "UPDATE support_deliveries SET state = $3, next_attempt_at = $4, last_error = $5, finished_at = $6 \
                   WHERE id = $1 AND attempts = $2 AND state = 'running'";
        let mut values: Vec<Arg> = args![id, attempt, state, next];
        values.extend(args![error.cloned(), finished]);
        Ok(self.executor.execute(sql.into(), values).await? == 1)
    }

    async fn retry_delivery(&mut self, tenant: TenantId, id: DeliveryId, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE support_deliveries SET state = 'pending', attempts = 0, next_attempt_at = $3, finished_at = NULL \
                   WHERE id = $1 AND tenant_id = $2 AND state = 'dead'";
        Ok(self.executor.execute(sql.into(), args![id, tenant, now]).await? == 1)
    }

    async fn append_delivery(&mut self, delivery: &NewDelivery) -> Result<()> {
        insert(&mut self.executor, "support_deliveries", apply::DELIVERY, apply::delivery_values(delivery)).await
    }
}
