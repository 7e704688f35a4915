//! Rows as records.

use super::executor::Row;
use crate::{
    model::{
        ApiKeyRecord, ConversationRecord, DeliveryRecord, EventRecord, InboxRecord, MessageRecord, ParticipantRecord,
        Permission, PersonBrief, PersonRecord, SettingRecord, TicketRecord, TokenRecord, TokenScope,
    },
    protocol::TokenAbility,
    storage::{AccountRecord, Result, SessionRecord, StorageError},
};

pub(super) use crate::storage::traits::NO_DUE_TIME;

/// Columns and joins of a ticket; the conversation is `c`.
macro_rules! ticket_select {
    () => {
        "SELECT c.id, c.tenant_id, c.number, c.subject, c.description, c.status, c.priority, c.category, c.channel, c.inbox_id, \
         c.created_by, c.last_seq, c.last_public_seq, c.last_message_at, c.preview, c.activity_at, c.unread_by_agent, \
         c.unread_by_customer, c.agent_read_seq, c.customer_read_seq, c.first_response_at, c.resolved_at, c.closed_at, c.created_at, \
         c.updated_at, c.version, c.team_id, c.snoozed_until, c.merged_into, c.merged_at, c.sla_due_at, c.sla_overdue, c.sla, c.details, r.id AS requester_id, r.name AS requester_name, r.email AS requester_email, a.id AS assignee_id, \
         a.name AS assignee_name, a.email AS assignee_email \
         FROM support_conversations c JOIN support_people r ON r.id = c.requester_id LEFT JOIN support_people a ON a.id = c.assignee_id "
    };
}

/// Columns and joins of a message; the message is `m`.
macro_rules! message_select {
    () => {
        "SELECT m.id, m.tenant_id, m.conversation_id, m.seq, m.client_id, m.author_kind, m.author_id, m.direction, m.is_internal, \
         m.body, m.format, m.body_html, m.reply_to, m.reply_count, m.details, m.channel, m.created_at, m.edited_at, m.deleted_at, \
         COALESCE(p.name, '') AS author_name \
         FROM support_messages m LEFT JOIN support_people p ON p.id = m.author_id "
    };
}

/// Columns of a direct or group conversation; the conversation is `c`, the place of whom the query asks for is `mine`.
macro_rules! conversation_select {
    () => {
        "SELECT c.id, c.tenant_id, c.kind, c.subject, c.pair, c.created_by, c.last_seq, c.last_message_at, c.preview, c.activity_at, \
         c.created_at, c.updated_at, c.version FROM support_conversations c "
    };
}

/// Columns and joins of an event; the event is `e`.
macro_rules! event_select {
    () => {
        "SELECT e.id, e.seq, e.tenant_id, e.kind, e.is_internal, e.actor_kind, e.actor_id, e.conversation_id, e.message_id, \
         e.up_to_seq, e.changes, e.resource, e.address, e.request_id, e.occurred_at, COALESCE(p.name, '') AS actor_name \
         FROM support_events e LEFT JOIN support_people p ON p.id = e.actor_id "
    };
}

/// Columns and joins of a delivery; the delivery is `d`.
macro_rules! delivery_select {
    () => {
        "SELECT d.id, d.tenant_id, d.handler, d.event_id, d.purpose, d.recipient, d.lane, d.state, d.attempts, d.next_attempt_at, \
         d.last_error, d.created_at, d.finished_at, e.kind AS event_kind, c.id AS ticket_id, c.number AS ticket_number \
         FROM support_deliveries d JOIN support_events e ON e.id = d.event_id \
         LEFT JOIN support_conversations c ON c.id = e.conversation_id "
    };
}

pub(super) const PERSON_COLUMNS: &str = "id, tenant_id, kind, subject, name, email, phone, verified, role, custom_role_id, is_active, created_at, updated_at";

pub(super) const TOKEN_COLUMNS: &str = "id, tenant_id, scope_kind, scope_id, scope_link, can, note, contact_id, address, created_by, \
     created_at, expires_at, use_count, last_used_at, revoked_at";

pub(super) const SESSION_COLUMNS: &str =
    "id, tenant_id, kind, person_id, inbox_id, token_id, parent_id, created_at, expires_at, revoked_at";

pub(super) use {conversation_select, delivery_select, event_select, message_select, ticket_select};

pub(super) fn ticket(row: &Row) -> Result<TicketRecord> {
    // In the order of the columns, which is the order that costs no search.
    Ok(TicketRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        number: row.int("number")?,
        subject: row.text("subject")?,
        description: row.maybe_text("description")?,
        status: row.word("status")?,
        priority: row.word("priority")?,
        category: row.maybe_text("category")?,
        channel: row.word("channel")?,
        inbox: row.maybe_id("inbox_id")?,
        created_by: row.maybe_id("created_by")?,
        last_seq: row.int("last_seq")?,
        last_public_seq: row.int("last_public_seq")?,
        last_message_at: row.maybe_time("last_message_at")?,
        preview: row.text("preview")?,
        activity_at: row.time("activity_at")?,
        unread_by_agent: row.int("unread_by_agent")?,
        unread_by_customer: row.int("unread_by_customer")?,
        agent_read_seq: row.int("agent_read_seq")?,
        customer_read_seq: row.int("customer_read_seq")?,
        first_response_at: row.maybe_time("first_response_at")?,
        resolved_at: row.maybe_time("resolved_at")?,
        closed_at: row.maybe_time("closed_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        version: row.int("version")?,
        team: row.maybe_id("team_id")?,
        snoozed_until: row.maybe_time("snoozed_until")?,
        merged_into: row.maybe_id("merged_into")?,
        merged_at: row.maybe_time("merged_at")?,
        sla_due_at: Some(row.time("sla_due_at")?).filter(|due| *due < NO_DUE_TIME),
        sla_overdue: row.bool("sla_overdue")?,
        sla: row.maybe_json("sla")?,
        details: row.maybe_json("details")?.unwrap_or_default(),
        requester: brief(row, ["requester_id", "requester_name", "requester_email"])?
            .ok_or_else(|| StorageError::other("a ticket without a requester"))?,
        assignee: brief(row, ["assignee_id", "assignee_name", "assignee_email"])?,
    })
}

fn brief(row: &Row, [id, name, email]: [&str; 3]) -> Result<Option<PersonBrief>> {
    let Some(id) = row.maybe_id(id)? else { return Ok(None) };
    Ok(Some(PersonBrief { id, name: row.text(name)?, email: row.maybe_text(email)? }))
}

pub(super) fn message(row: &Row) -> Result<MessageRecord> {
    Ok(MessageRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        conversation: row.id("conversation_id")?,
        seq: row.int("seq")?,
        client_id: row.maybe_text("client_id")?,
        author_kind: row.word("author_kind")?,
        author: row.maybe_id("author_id")?,
        author_name: row.text("author_name")?,
        direction: row.word("direction")?,
        is_internal: row.bool("is_internal")?,
        body: row.text("body")?,
        format: row.word("format")?,
        html: row.maybe_text("body_html")?,
        reply_to: row.maybe_id("reply_to")?,
        reply_count: row.int("reply_count")?,
        details: row.maybe_json("details")?.unwrap_or_default(),
        channel: row.word("channel")?,
        created_at: row.time("created_at")?,
        edited_at: row.maybe_time("edited_at")?,
        deleted_at: row.maybe_time("deleted_at")?,
    })
}

/// Without those who take part.
pub(super) fn conversation(row: &Row) -> Result<ConversationRecord> {
    Ok(ConversationRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        kind: row.word("kind")?,
        title: row.text("subject")?,
        pair: row.maybe_text("pair")?,
        created_by: row.maybe_id("created_by")?,
        last_seq: row.int("last_seq")?,
        last_message_at: row.maybe_time("last_message_at")?,
        preview: row.text("preview")?,
        activity_at: row.time("activity_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        version: row.int("version")?,
        participants: Vec::new(),
    })
}

pub(super) fn participant(row: &Row) -> Result<ParticipantRecord> {
    Ok(ParticipantRecord {
        person: row.id("person_id")?,
        name: row.text("name")?,
        role: row.word("role")?,
        joined_at: row.time("joined_at")?,
        read_seq: row.int("read_seq")?,
        read_apart: row.maybe_json("read_apart")?.unwrap_or_default(),
        unread: row.int("unread")?,
    })
}

pub(super) fn event(row: &Row) -> Result<EventRecord> {
    Ok(EventRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        seq: row.maybe_int("seq")?,
        kind: row.word("kind")?,
        is_internal: row.bool("is_internal")?,
        actor_kind: row.word("actor_kind")?,
        actor: row.maybe_id("actor_id")?,
        actor_name: row.text("actor_name")?,
        conversation: row.maybe_id("conversation_id")?,
        message: row.maybe_id("message_id")?,
        up_to_seq: row.maybe_int("up_to_seq")?,
        changes: row.json("changes")?,
        resource: row.maybe_text("resource")?,
        address: row.maybe_text("address")?,
        request_id: row.text("request_id")?,
        occurred_at: row.time("occurred_at")?,
    })
}

pub(super) fn delivery(row: &Row) -> Result<DeliveryRecord> {
    Ok(DeliveryRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        handler: row.text("handler")?,
        event: row.id("event_id")?,
        event_kind: row.word("event_kind")?,
        ticket: row.maybe_id("ticket_id")?,
        ticket_number: row.maybe_int("ticket_number")?,
        purpose: row.text("purpose")?,
        recipient: row.text("recipient")?,
        lane: row.maybe_text("lane")?,
        state: row.word("state")?,
        attempts: row.int("attempts")?,
        next_attempt_at: row.maybe_time("next_attempt_at")?,
        last_error: row.maybe_text("last_error")?,
        created_at: row.time("created_at")?,
        finished_at: row.maybe_time("finished_at")?,
    })
}

pub(super) fn person(row: &Row) -> Result<PersonRecord> {
    Ok(PersonRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        kind: row.word("kind")?,
        subject: row.maybe_text("subject")?,
        name: row.text("name")?,
        email: row.maybe_text("email")?,
        phone: row.maybe_text("phone")?,
        verified: row.bool("verified")?,
        role: row.word("role")?,
        custom_role: row.maybe_id("custom_role_id")?,
        is_active: row.bool("is_active")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

pub(super) fn account(row: &Row) -> Result<AccountRecord> {
    Ok(AccountRecord {
        person: row.id("person_id")?,
        tenant: row.id("tenant_id")?,
        email_key: row.text("email_key")?,
        password_hash: row.maybe_text("password_hash")?,
        first_name: row.text("first_name")?,
        last_name: row.text("last_name")?,
        last_login_at: row.maybe_time("last_login_at")?,
        created_at: row.time("created_at")?,
    })
}

pub(super) fn api_key(row: &Row) -> Result<ApiKeyRecord> {
    Ok(ApiKeyRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        name: row.text("name")?,
        hint: row.text("hint")?,
        scopes: row.text("scopes")?.split(' ').filter_map(|word| word.parse::<Permission>().ok()).collect(),
        created_by: row.id("created_by")?,
        created_at: row.time("created_at")?,
        expires_at: row.maybe_time("expires_at")?,
        last_used_at: row.maybe_time("last_used_at")?,
        revoked_at: row.maybe_time("revoked_at")?,
    })
}

pub(super) fn session(row: &Row) -> Result<SessionRecord> {
    Ok(SessionRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        kind: row.word("kind")?,
        person: row.maybe_id("person_id")?,
        inbox: row.maybe_id("inbox_id")?,
        token: row.maybe_id("token_id")?,
        parent: row.maybe_id("parent_id")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        revoked_at: row.maybe_time("revoked_at")?,
    })
}

pub(super) fn token(row: &Row) -> Result<TokenRecord> {
    let scope = match row.text("scope_kind")?.as_str() {
        "ticket" => TokenScope::Ticket(row.id("scope_id")?),
        "contact" => TokenScope::Contact(row.id("scope_id")?),
        "link" => {
            let link = row.text("scope_link")?;
            TokenScope::Link(link.parse().map_err(|_| StorageError::other("a token with a link of an unknown shape"))?)
        }
        other => return Err(StorageError::other(format!("a token with the unknown scope {other:?}"))),
    };
    Ok(TokenRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        scope,
        can: row.text("can")?.split(',').filter_map(ability).collect(),
        note: row.maybe_text("note")?,
        contact: row.id("contact_id")?,
        address: row.maybe_text("address")?,
        created_by: row.maybe_id("created_by")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        use_count: row.int("use_count")?,
        last_used_at: row.maybe_time("last_used_at")?,
        revoked_at: row.maybe_time("revoked_at")?,
    })
}

fn ability(word: &str) -> Option<TokenAbility> {
    TokenAbility::ALL.into_iter().find(|ability| ability.word() == word)
}

pub(super) fn abilities(can: &[TokenAbility]) -> String {
    can.iter().map(|ability| ability.word()).collect::<Vec<_>>().join(",")
}

pub(super) fn inbox(row: &Row) -> Result<InboxRecord> {
    Ok(InboxRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        name: row.text("name")?,
        public_key: row.text("public_key")?,
        greeting: row.text("greeting")?,
        accent: row.text("accent")?,
        allowed_origins: row.text("allowed_origins")?.split_whitespace().map(str::to_owned).collect(),
        identity_secret: row.maybe_text("identity_secret")?,
        created_at: row.time("created_at")?,
    })
}

pub(super) fn setting(row: &Row) -> Result<SettingRecord> {
    Ok(SettingRecord {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        kind: row.text("kind")?,
        name_key: row.text("name_key")?,
        owner: row.maybe_id("owner_id")?,
        body: row.json("body")?,
        version: row.int("version")?,
        created_by: row.maybe_id("created_by")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
