//! The messages that make a ticket a hit.

use super::find::Finder;
use crate::{
    model::{MessageRecord, TenantId},
    storage::{
        Result, Search,
        sql::{Dialect, Executor, args, rows, rows::message_select, tickets::Conditions},
    },
};

/// Messages of one ticket at most.
const OF_ONE_TICKET: u32 = 4;

pub(in crate::storage::sql) async fn messages<E: Executor>(
    executor: &mut E,
    tenant: TenantId,
    numbers: &[i64],
    search: &Search,
) -> Result<Vec<MessageRecord>> {
    let finder = Finder { dialect: executor.dialect(), search };
    let wanted = search.terms.iter().filter(|term| !term.excluded && !term.requester_only);
    let wanted: Vec<String> = wanted.map(|term| format!("({})", finder.query(term))).collect();
    if wanted.is_empty() || numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut conditions = Conditions::new("c.tenant_id = $1 AND c.kind = 'ticket'", args![tenant]);
    finder.among(&mut conditions, numbers);
    let (from, found) = match finder.dialect {
        // The order of the joins is SQLite's for a CROSS JOIN: the few tickets come first.
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => {
            let place = conditions.bind(wanted.join(" OR "));
            let found = finder.messages_of_ticket(&place, OF_ONE_TICKET);
            ("support_conversations c CROSS JOIN support_messages m".to_owned(), format!("m.seq IN ({found})"))
        }
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            let place = conditions.bind(wanted.join(" | "));
            let found = finder.messages_of_ticket(&place, OF_ONE_TICKET);
            let from = format!("support_conversations c CROSS JOIN LATERAL ({found}) d CROSS JOIN support_messages m");
            (from, "m.seq = d.seq".to_owned())
        }
    };
    conditions.and("m.conversation_id = c.id");
    conditions.and(&found);
    let select = message_select!().replacen("FROM support_messages m", &format!("FROM {from}"), 1);
    let Conditions { sql, args } = conditions;
    let rows = executor.fetch(format!("{select}WHERE {sql} ORDER BY m.id").into(), args).await?;
    rows.iter().map(rows::message).collect()
}
