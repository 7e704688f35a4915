//! Direct and group conversations.

use std::{collections::HashMap, fmt::Write as _};

use async_trait::async_trait;

use super::{
    Arg, Executor, Row, SqlTx, apply, args,
    batch::Batch,
    rows,
    rows::conversation_select,
    tickets::{Conditions, fetch_locked},
};
use crate::{
    model::{
        ConversationChange, ConversationId, ConversationRecord, MessageId, ParticipantRecord, PersonId, Priority,
        Status, TenantId, Timestamp,
    },
    storage::{Conversations, ConversationsMut, Key, Result, StorageError},
};

/// What only tickets have says nothing here.
const CONVERSATION: &str = "id, tenant_id, kind, pair, created_by, created_at, subject, status, is_done, priority, channel, \
     last_seq, last_public_seq, last_message_at, preview, activity_at, unread_by_agent, unread_by_customer, agent_read_seq, \
     customer_read_seq, updated_at, version";
const CHANGING: &str = "subject, last_seq, last_message_at, preview, activity_at, updated_at, version";
const PARTICIPANT: &str = "conversation_id, person_id, tenant_id, role, joined_at, read_seq, read_apart, unread";
const REPLACE: &str = " ON CONFLICT (conversation_id, person_id) DO UPDATE SET role = EXCLUDED.role, read_seq = EXCLUDED.read_seq, \
     read_apart = EXCLUDED.read_apart, unread = EXCLUDED.unread";

/// The conversation `id` of whom takes part in it.
const MINE: &str = concat!(
    conversation_select!(),
    "JOIN support_participants mine ON mine.conversation_id = c.id AND mine.person_id = $3 \
     WHERE c.id = $1 AND c.tenant_id = $2 AND c.kind <> 'ticket'"
);

/// The conversations of `ids` that are no tickets.
pub(super) async fn by_ids<E: Executor>(
    executor: &mut E,
    ids: impl Iterator<Item = ConversationId>,
) -> Result<Vec<ConversationRecord>> {
    let mut ids: Vec<_> = ids.collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    ids.sort_unstable();
    ids.dedup();
    let mut conditions = Conditions::new("c.kind <> 'ticket'", Vec::new());
    conditions.any_id("c.id", ids);
    let sql = format!("{}WHERE {}", conversation_select!(), conditions.sql);
    let rows = executor.fetch(sql.into(), conditions.args).await?;
    whole(executor, &rows).await
}

/// Brings those who take part.
async fn whole<E: Executor>(executor: &mut E, rows: &[Row]) -> Result<Vec<ConversationRecord>> {
    let mut conversations = rows.iter().map(rows::conversation).collect::<Result<Vec<_>>>()?;
    if conversations.is_empty() {
        return Ok(conversations);
    }
    let mut conditions = Conditions::new("1 = 1", Vec::new());
    conditions.any_id("p.conversation_id", conversations.iter().map(|conversation| conversation.id).collect());
    let sql = format!(
        "SELECT p.conversation_id, p.person_id, p.role, p.joined_at, p.read_seq, p.read_apart, p.unread, COALESCE(n.name, '') AS name \
         FROM support_participants p LEFT JOIN support_people n ON n.id = p.person_id WHERE {} ORDER BY p.joined_at, p.role DESC, p.person_id",
        conditions.sql
    );
    let mut participants: HashMap<ConversationId, Vec<ParticipantRecord>> = HashMap::new();
    for row in executor.fetch(sql.into(), conditions.args).await? {
        participants.entry(row.id("conversation_id")?).or_default().push(rows::participant(&row)?);
    }
    for conversation in &mut conversations {
        conversation.participants = participants.remove(&conversation.id).unwrap_or_default();
    }
    Ok(conversations)
}

async fn one<E: Executor>(executor: &mut E, row: Option<Row>) -> Result<Option<ConversationRecord>> {
    let Some(row) = row else { return Ok(None) };
    Ok(whole(executor, &[row]).await?.pop())
}

#[async_trait]
impl<E: Executor> Conversations for SqlTx<E> {
    async fn find_conversation(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        id: ConversationId,
    ) -> Result<Option<ConversationRecord>> {
        let row = self.executor.fetch_optional(MINE.into(), args![id, tenant, person]).await?;
        one(&mut self.executor, row).await
    }

    async fn find_direct(&mut self, tenant: TenantId, pair: &str) -> Result<Option<ConversationRecord>> {
        let sql = concat!(conversation_select!(), "WHERE c.tenant_id = $1 AND c.pair = $2");
        let row = self.executor.fetch_optional(sql.into(), args![tenant, pair]).await?;
        one(&mut self.executor, row).await
    }

    async fn list_conversations(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        unread_only: bool,
        after: Option<Key>,
        limit: u32,
    ) -> Result<Vec<ConversationRecord>> {
        let mut conditions = Conditions::new("mine.tenant_id = $1 AND mine.person_id = $2", args![tenant, person]);
        if unread_only {
            conditions.and("mine.unread > 0");
        }
        if let Some(Key { value, id }) = after {
            let at = Timestamp::from_timestamp_micros(value)
                .ok_or_else(|| StorageError::other("a place in a list beyond all times"))?;
            let (at, id) = (conditions.bind(at), conditions.bind(id));
            let _ = write!(conditions.sql, " AND (c.activity_at, c.id) < ({at}, {id})");
        }
        let Conditions { sql, mut args } = conditions;
        args.push(limit.into());
        let sql = format!(
            "{}JOIN support_participants mine ON mine.conversation_id = c.id WHERE {sql} ORDER BY c.activity_at DESC, c.id DESC \
             LIMIT +${}",
            conversation_select!(),
            args.len()
        );
        let rows = self.executor.fetch(sql.into(), args).await?;
        whole(&mut self.executor, &rows).await
    }

    async fn count_unread_after(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        reader: PersonId,
        seq: i64,
    ) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS count FROM support_messages WHERE conversation_id = $1 AND tenant_id = $2 \
                   AND seq > $3 AND (author_id IS NULL OR author_id <> $4) AND deleted_at IS NULL";
        self.executor.fetch_one(sql.into(), args![conversation, tenant, seq, reader]).await?.int("count")
    }

    async fn list_readers(
        &mut self,
        tenant: TenantId,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Vec<(PersonId, String, Timestamp)>> {
        let sql = "SELECT e.actor_id, COALESCE(n.name, '') AS name, MIN(e.occurred_at) AS read_at \
                   FROM support_messages m JOIN support_events e ON e.conversation_id = m.conversation_id \
                   LEFT JOIN support_people n ON n.id = e.actor_id \
                   WHERE m.id = $1 AND m.tenant_id = $2 AND m.conversation_id = $3 AND e.kind = 'message.read' \
                   AND (e.up_to_seq >= m.seq OR e.message_id = m.id) AND e.occurred_at >= m.created_at \
                   AND e.actor_id IS NOT NULL AND (m.author_id IS NULL OR e.actor_id <> m.author_id) \
                   GROUP BY e.actor_id, n.name ORDER BY MIN(e.occurred_at), e.actor_id";
        let rows = self.executor.fetch(sql.into(), args![message, tenant, conversation]).await?;
        rows.iter().map(|row| Ok((row.id("actor_id")?, row.text("name")?, row.time("read_at")?))).collect()
    }
}

#[async_trait]
impl<E: Executor> ConversationsMut for SqlTx<E> {
    async fn load_conversation(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        id: ConversationId,
    ) -> Result<Option<ConversationRecord>> {
        let row = fetch_locked(&mut self.executor, MINE.to_owned(), args![id, tenant, person]).await?;
        one(&mut self.executor, row).await
    }

    async fn apply_conversation(&mut self, change: &ConversationChange) -> Result<()> {
        let mut batch = Batch::new(self.executor.dialect());
        let after = &change.after;
        match &change.before {
            None => batch.insert("support_conversations", CONVERSATION, [values(after)], " RETURNING version"),
            Some(before) => {
                let keys =
                    [("id", after.id.into()), ("tenant_id", after.tenant.into()), ("version", before.version.into())];
                let values = CHANGING.split(", ").zip(changing(after)).collect();
                batch.update("support_conversations", values, &keys, " RETURNING version");
            }
        }
        let known = |participant: &ParticipantRecord| change.before.as_ref()?.participant(participant.person).cloned();
        let other = after.participants.iter().filter(|participant| known(participant).as_ref() != Some(participant));
        let rows = other.map(|participant| participant_values(after, participant)).collect::<Result<Vec<_>>>()?;
        batch.insert("support_participants", PARTICIPANT, rows, REPLACE);
        let before = change.before.iter().flat_map(|before| &before.participants);
        let gone = before.filter(|participant| !after.has(participant.person));
        let gone = gone.map(|participant| args![after.id, participant.person]);
        batch.delete("support_participants", "conversation_id, person_id", gone);
        apply::thread(&mut batch, &change.messages, &change.edits, &change.events)?;
        match batch.run(&mut self.executor).await?.len() {
            1 => Ok(()),
            _ => Err(StorageError::Conflict),
        }
    }
}

fn values(conversation: &ConversationRecord) -> Vec<Arg> {
    args![
        conversation.id,
        conversation.tenant,
        conversation.kind,
        &conversation.pair,
        conversation.created_by,
        conversation.created_at,
        &conversation.title,
        Status::Open,
        false,
        Priority::Medium,
        crate::model::Channel::API.as_str(),
        conversation.last_seq,
        0_i64,
        conversation.last_message_at,
        &conversation.preview,
        conversation.activity_at,
        0_i64,
        0_i64,
        0_i64,
        0_i64,
        conversation.updated_at,
        conversation.version,
    ]
}

/// The values of [`CHANGING`].
fn changing(conversation: &ConversationRecord) -> Vec<Arg> {
    args![
        &conversation.title,
        conversation.last_seq,
        conversation.last_message_at,
        &conversation.preview,
        conversation.activity_at,
        conversation.updated_at,
        conversation.version,
    ]
}

fn participant_values(conversation: &ConversationRecord, participant: &ParticipantRecord) -> Result<Vec<Arg>> {
    let apart =
        (!participant.read_apart.is_empty()).then(|| serde_json::to_string(&participant.read_apart)).transpose();
    let mut values = args![
        conversation.id,
        participant.person,
        conversation.tenant,
        participant.role,
        participant.joined_at,
        participant.read_seq
    ];
    values.push(Arg::Json(apart.map_err(|error| StorageError::Other(error.into()))?));
    values.push(participant.unread.into());
    Ok(values)
}
