//! What comes due by itself.

use async_trait::async_trait;

use super::{Executor, SqlTx, args};
use crate::{
    model::{TenantId, TicketId},
    storage::{Result, Timer, Timers},
};

#[async_trait]
impl<E: Executor> Timers for SqlTx<E> {
    async fn next_timers(&mut self, limit: u32) -> Result<Vec<Timer>> {
        let sql = "SELECT tenant_id, id, at FROM ( \
               SELECT * FROM (SELECT c.tenant_id, c.id, c.sla_timer_at AS at FROM support_conversations c \
                 WHERE c.sla_timer_at IS NOT NULL ORDER BY c.sla_timer_at LIMIT +$1) AS deadlines \
               UNION ALL \
               SELECT * FROM (SELECT c.tenant_id, c.id, c.snoozed_until AS at FROM support_conversations c \
                 WHERE c.snoozed_until IS NOT NULL ORDER BY c.snoozed_until LIMIT +$1) AS snoozes \
             ) AS timers ORDER BY at, id LIMIT +$1";
        let rows = self.executor.fetch(sql.into(), args![limit]).await?;
        rows.iter()
            .map(|row| Ok(Timer { tenant: row.id("tenant_id")?, ticket: row.id("id")?, at: row.time("at")? }))
            .collect()
    }

    async fn ticket_tenants(&mut self) -> Result<Vec<TenantId>> {
        let rows = self.executor.fetch("SELECT id FROM support_tenants ORDER BY id".into(), args![]).await?;
        rows.iter().map(|row| row.id("id")).collect()
    }

    async fn tickets_by_other_rules(&mut self, tenant: TenantId, mark: i64, limit: u32) -> Result<Vec<TicketId>> {
        let live = self.executor.dialect().is_done(false);
        // Two ranges of one index; `<>` would read all of it.
        let half = |operator: &str, name: &str| {
            format!(
                "SELECT * FROM (SELECT c.id FROM support_conversations c WHERE c.tenant_id = $1 AND c.kind = 'ticket' \
                 AND {live} AND c.sla_mark {operator} $2 LIMIT +$3) AS {name}"
            )
        };
        let sql =
            format!("SELECT id FROM ({} UNION ALL {}) AS others LIMIT +$3", half("<", "lower"), half(">", "higher"));
        let rows = self.executor.fetch(sql.into(), args![tenant, mark, limit]).await?;
        rows.iter().map(|row| row.id("id")).collect()
    }
}
