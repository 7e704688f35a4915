//! Filling the index from the tables.

#[cfg(feature = "sqlite")]
use super::document::SEQ_BITS;
use super::{Document, add};
use crate::{
    model::{ConversationId, MessageId, PersonBrief, PersonId, PersonRecord, TenantId},
    storage::{
        Result,
        sql::{Dialect, Executor, Row, args, batch::Batch},
    },
};

/// Documents that are written at once.
const PORTION: u32 = 200;

const TICKETS: &str = "SELECT c.id, c.tenant_id, c.number, c.subject, c.description, r.id AS requester_id, r.name, r.email \
     FROM support_conversations c JOIN support_people r ON r.id = c.requester_id WHERE c.kind = 'ticket' AND ";
const MESSAGES: &str = "SELECT m.id, m.tenant_id, c.number, m.seq, m.is_internal, m.body \
     FROM support_messages m JOIN support_conversations c ON c.id = m.conversation_id WHERE c.kind = 'ticket' AND ";

/// Writes every ticket and message into the index. It runs inside the migration's transaction: whole or not at all.
pub(in crate::storage) async fn rebuild<E: Executor>(executor: &mut E) -> Result<()> {
    let mut after = ConversationId(uuid::Uuid::nil());
    loop {
        let sql = format!("{TICKETS} c.id > $1 ORDER BY c.id LIMIT +$2");
        let rows = executor.fetch(sql.into(), args![after, PORTION]).await?;
        let Some(last) = rows.last() else { break };
        after = last.id("id")?;
        write(executor, rows.iter().map(ticket).collect::<Result<_>>()?).await?;
    }
    let mut after = MessageId(uuid::Uuid::nil());
    loop {
        let sql = format!("{MESSAGES} m.id > $1 ORDER BY m.id LIMIT +$2");
        let rows = executor.fetch(sql.into(), args![after, PORTION]).await?;
        let Some(last) = rows.last() else { break };
        after = last.id("id")?;
        write(executor, rows.iter().map(message).collect::<Result<_>>()?).await?;
    }
    Ok(())
}

/// A customer's tickets are found by the name and address of today.
pub(in crate::storage::sql) async fn reindex_requester<E: Executor>(
    executor: &mut E,
    before: Option<&PersonRecord>,
    person: &PersonRecord,
) -> Result<()> {
    if before.is_none_or(|before| before.name == person.name && before.email == person.email) {
        return Ok(());
    }
    let mut after = ConversationId(uuid::Uuid::nil());
    loop {
        let sql = format!("{TICKETS} c.tenant_id = $1 AND c.requester_id = $2 AND c.id > $3 ORDER BY c.id LIMIT +$4");
        let rows = executor.fetch(sql.into(), args![person.tenant, person.id, after, PORTION]).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id("id")?;
        write(executor, rows.iter().map(ticket).collect::<Result<_>>()?).await?;
    }
}

/// Writes a ticket's messages anew, after they came from another ticket or went there.
pub(in crate::storage::sql) async fn reindex_messages<E: Executor>(
    executor: &mut E,
    tenant: TenantId,
    ticket: ConversationId,
) -> Result<()> {
    let delete = match executor.dialect() {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => format!(
            "WITH ticket (first) AS (SELECT t.base | (c.number << {SEQ_BITS}) FROM support_conversations c \
               JOIN support_search_tenants t ON t.tenant_id = c.tenant_id WHERE c.id = $1 AND c.tenant_id = $2) \
             DELETE FROM support_search WHERE rowid > (SELECT first FROM ticket) \
               AND rowid <= (SELECT first FROM ticket) | ((1 << {SEQ_BITS}) - 1)"
        ),
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            "DELETE FROM support_search d USING support_conversations c WHERE c.id = $1 AND c.tenant_id = $2 \
             AND d.tenant_id = c.tenant_id AND d.number = c.number AND d.seq > 0"
                .to_owned()
        }
    };
    executor.execute(delete.into(), args![ticket, tenant]).await?;
    let mut after = 0;
    loop {
        let sql =
            format!("{MESSAGES} m.conversation_id = $1 AND m.tenant_id = $2 AND m.seq > $3 ORDER BY m.seq LIMIT +$4");
        let rows = executor.fetch(sql.into(), args![ticket, tenant, after, PORTION]).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.int("seq")?;
        write(executor, rows.iter().map(message).collect::<Result<_>>()?).await?;
    }
}

async fn write<E: Executor>(executor: &mut E, documents: Vec<Document>) -> Result<()> {
    let mut batch = Batch::new(executor.dialect());
    add(&mut batch, &documents);
    batch.execute(executor).await
}

fn ticket(row: &Row) -> Result<Document> {
    let requester = PersonBrief {
        id: row.id::<PersonId>("requester_id")?,
        name: row.text("name")?,
        email: row.maybe_text("email")?,
    };
    let (tenant, number): (TenantId, _) = (row.id("tenant_id")?, row.int("number")?);
    Ok(Document::ticket(tenant, number, &row.text("subject")?, row.maybe_text("description")?.as_deref(), &requester))
}

fn message(row: &Row) -> Result<Document> {
    let (number, seq) = (row.int("number")?, row.int("seq")?);
    Ok(Document::message(row.id("tenant_id")?, number, seq, row.bool("is_internal")?, &row.text("body")?))
}
