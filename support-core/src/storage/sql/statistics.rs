//! What the statistics count.

use async_trait::async_trait;

use super::{Dialect, Executor, SqlTx, apply::TALLY, args};
use crate::{
    model::{PersonId, TenantId},
    storage::{LiveCounts, Result, Statistics, StatisticsMut, Tally},
};

/// Sums that one run of the upkeep makes smaller.
const GROUPS: u32 = 200;
/// A sum with fewer rows stays as it is.
const ROWS: u32 = 16;

#[async_trait]
impl<E: Executor> Statistics for SqlTx<E> {
    async fn sum_tally(&mut self, tenant: TenantId, first: i64, last: i64) -> Result<Vec<Tally>> {
        let sql = "SELECT day, metric, value, CAST(SUM(delta) AS BIGINT) AS count FROM support_tally \
                   WHERE tenant_id = $1 AND day = 0 GROUP BY day, metric, value HAVING SUM(delta) <> 0 \
                   UNION ALL SELECT day, metric, value, CAST(SUM(delta) AS BIGINT) FROM support_tally \
                   WHERE tenant_id = $1 AND day BETWEEN $2 AND $3 AND day > 0 GROUP BY day, metric, value HAVING SUM(delta) <> 0 \
                   ORDER BY 1, 2, 3";
        let rows = self.executor.fetch(sql.into(), args![tenant, first, last]).await?;
        let tally = |row: &super::Row| {
            Ok(Tally {
                day: row.int("day")?,
                metric: row.text("metric")?,
                value: row.text("value")?,
                count: row.int("count")?,
            })
        };
        rows.iter().map(tally).collect()
    }

    async fn count_live(&mut self, tenant: TenantId, me: Option<PersonId>) -> Result<LiveCounts> {
        let dialect = self.executor.dialect();
        let (live, overdue) = (dialect.is_done(false), dialect.is_true("c.sla_overdue"));
        let of = |condition: &str| {
            format!(
                "(SELECT COUNT(*) FROM support_conversations c WHERE c.tenant_id = $1 AND c.kind = 'ticket' AND {live} AND {condition})"
            )
        };
        let sql = format!(
            "SELECT {} AS mine, {} AS unassigned, {} AS overdue",
            of("c.assignee_id = $2"),
            of("c.assignee_id IS NULL"),
            of(&overdue)
        );
        let row = self.executor.fetch_one(sql.into(), args![tenant, me]).await?;
        Ok(LiveCounts { mine: row.int("mine")?, unassigned: row.int("unassigned")?, overdue: row.int("overdue")? })
    }
}

#[async_trait]
impl<E: Executor> StatisticsMut for SqlTx<E> {
    async fn compact_tally(&mut self) -> Result<u64> {
        let many = "SELECT tenant_id, day, metric, value FROM support_tally GROUP BY tenant_id, day, metric, value \
                    HAVING COUNT(*) > $1 ORDER BY COUNT(*) DESC LIMIT +$2";
        let groups = self.executor.fetch(many.into(), args![ROWS, GROUPS]).await?;
        let mut gone = 0;
        for group in &groups {
            let tenant: TenantId = group.id("tenant_id")?;
            let (day, metric, value) = (group.int("day")?, group.text("metric")?, group.text("value")?);
            // Another process may be at the same sum: each row is handed to one of the two.
            let take = "DELETE FROM support_tally WHERE tenant_id = $1 AND day = $2 AND metric = $3 AND value = $4 RETURNING delta";
            let rows = self.executor.fetch(take.into(), args![tenant, day, &metric, &value]).await?;
            let mut sum = 0;
            for row in &rows {
                sum += row.int("delta")?;
            }
            gone += rows.len() as u64;
            if sum != 0 {
                let values = args![tenant, day, metric, value, sum];
                super::apply::insert(&mut self.executor, "support_tally", TALLY, values).await?;
                gone -= 1;
            }
        }
        Ok(gone)
    }

    async fn recount_tally(&mut self, tenant: TenantId) -> Result<()> {
        self.executor.execute("DELETE FROM support_tally WHERE tenant_id = $1".into(), args![tenant]).await?;
        for statement in backfill(self.executor.dialect()) {
            let sql = statement.replace("kind = 'ticket'", "kind = 'ticket' AND tenant_id = $1");
            self.executor.execute(sql.into(), args![tenant]).await?;
        }
        Ok(())
    }
}

/// The statements by which the migration counted what was there: counting anew is the same.
fn backfill(dialect: Dialect) -> impl Iterator<Item = &'static str> {
    let migration = match dialect {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => include_str!("../../../migrations/sqlite/0007_tally.sql"),
        #[cfg(feature = "postgres")]
        Dialect::Postgres => include_str!("../../../migrations/postgres/0007_tally.sql"),
    };
    migration.split(";\n").map(str::trim).filter(|statement| statement.starts_with("INSERT"))
}
