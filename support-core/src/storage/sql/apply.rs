//! Writing a decision.

use std::fmt::Write as _;

use super::{Arg, Dialect, Executor, args, batch::Batch, rows::NO_DUE_TIME, search};
use crate::{
    model::{
        ChangeSet, IndexKind, MessageDetails, MessageEdit, NewDelivery, NewEvent, NewMessage, Past, TicketRecord,
        TicketWrite, sla::SlaState, tally::TallyKey,
    },
    storage::{Result, StorageError},
};

const IDENTITY: &str = "id, tenant_id, kind, client_id, number, channel, inbox_id, created_by, created_at";
pub(super) const STATE: &str = "subject, description, status, is_done, priority, category, requester_id, assignee_id, last_seq, last_public_seq, \
     last_message_at, preview, activity_at, unread_by_agent, unread_by_customer, agent_read_seq, customer_read_seq, \
     first_response_at, resolved_at, closed_at, updated_at, version, priority_rank, team_id, snoozed_until, merged_into, merged_at, \
     sla_due_at, sla_overdue, sla, sla_timer_at, sla_mark, details";
pub(super) const MESSAGE: &str = "id, tenant_id, conversation_id, seq, client_id, author_kind, author_id, direction, is_internal, body, format, body_html, \
     reply_to, details, channel, created_at";
const EDITED: &str = "body, body_html, details, edited_at, deleted_at";
const REVISION: &str = "id, message_id, tenant_id, written_at, body";
pub(super) const TALLY: &str = "tenant_id, day, metric, value, delta";
const INDEX: &str = "tenant_id, kind, value, conversation_id";
pub(super) const EVENT: &str = "id, tenant_id, kind, is_internal, actor_kind, actor_id, conversation_id, message_id, up_to_seq, \
     changes, resource, address, request_id, occurred_at";
pub(super) const DELIVERY: &str =
    "id, tenant_id, handler, event_id, purpose, recipient, lane, state, attempts, next_attempt_at, created_at";

pub(super) async fn apply<E: Executor>(executor: &mut E, change: &ChangeSet, client_id: Option<&str>) -> Result<()> {
    // None of these can happen while the row is locked; the check costs nothing and keeps the promise where somebody skips the lock.
    match batch(executor.dialect(), change, client_id)?.run(executor).await?.len() {
        1 => Ok(()),
        _ => Err(StorageError::Conflict),
    }
}

/// The same as one string for a transaction of its own.
pub(in crate::storage) fn change_statement(
    dialect: Dialect,
    change: &ChangeSet,
    client_id: Option<&str>,
) -> Result<(String, Vec<Arg>)> {
    Ok(batch(dialect, change, client_id)?.alone())
}

/// The ticket's row comes first, so that SQLite checks the references of what follows against it.
fn batch(dialect: Dialect, change: &ChangeSet, client_id: Option<&str>) -> Result<Batch> {
    let mut batch = Batch::new(dialect);
    match &change.ticket {
        TicketWrite::Insert(ticket) => {
            let mut values = identity(ticket, client_id);
            values.extend(state(ticket)?);
            batch.insert("support_conversations", &format!("{IDENTITY}, {STATE}"), [values], " RETURNING version");
        }
        TicketWrite::Update { before, ticket } => {
            let keys =
                [("id", ticket.id.into()), ("tenant_id", ticket.tenant.into()), ("version", before.version.into())];
            batch.update("support_conversations", differences(before, ticket)?, &keys, " RETURNING version");
        }
    }
    thread(&mut batch, &change.messages, &change.edits, &change.events)?;
    batch.insert("support_deliveries", DELIVERY, change.deliveries.iter().map(delivery_values), "");
    let ticket = change.ticket.ticket();
    let entry = |(kind, value): &(IndexKind, String)| args![ticket.tenant, *kind, value, ticket.id];
    batch.insert("support_ticket_index", INDEX, change.index.add.iter().map(entry), "");
    batch.delete("support_ticket_index", INDEX, change.index.remove.iter().map(entry));
    batch.insert("support_tally", TALLY, change.tally.iter().map(|entry| tally_values(ticket, entry)), "");
    search::add(&mut batch, &search::documents(change));
    Ok(batch)
}

/// What is written into a thread and told of it, whatever kind of conversation it is.
pub(super) fn thread(
    batch: &mut Batch,
    messages: &[NewMessage],
    edits: &[MessageEdit],
    events: &[NewEvent],
) -> Result<()> {
    let values = messages.iter().map(message_values).collect::<Result<Vec<_>>>()?;
    batch.insert("support_messages", MESSAGE, values, "");
    let answered =
        |message: &NewMessage| Some((message.reply_to.filter(|answered| answered.is_counted)?.id, message.tenant));
    for (id, tenant) in messages.iter().filter_map(answered) {
        batch.add(args![id, tenant], |sql, n| {
            let _ = write!(
                sql,
                "UPDATE support_messages SET reply_count = reply_count + 1 WHERE id = ${n} AND tenant_id = ${}",
                n + 1
            );
        });
    }
    for edit in edits {
        edited(batch, edit)?;
    }
    let events = events.iter().map(event_values).collect::<Result<Vec<_>>>()?;
    batch.insert("support_events", EVENT, events, "");
    Ok(())
}

fn identity(ticket: &TicketRecord, client_id: Option<&str>) -> Vec<Arg> {
    args![
        ticket.id,
        ticket.tenant,
        "ticket",
        client_id,
        ticket.number,
        ticket.channel.as_str(),
        ticket.inbox,
        ticket.created_by,
        ticket.created_at,
    ]
}

pub(super) fn state(ticket: &TicketRecord) -> Result<Vec<Arg>> {
    let details = (!ticket.details.is_empty()).then(|| serde_json::to_string(&ticket.details)).transpose();
    let mut values = args![
        &ticket.subject,
        &ticket.description,
        ticket.status,
        ticket.status.is_done(),
        ticket.priority,
        &ticket.category,
        ticket.requester.id,
        ticket.assignee.as_ref().map(|assignee| assignee.id),
        ticket.last_seq,
        ticket.last_public_seq,
        ticket.last_message_at,
        &ticket.preview,
        ticket.activity_at,
        ticket.unread_by_agent,
        ticket.unread_by_customer,
        ticket.agent_read_seq,
        ticket.customer_read_seq,
        ticket.first_response_at,
        ticket.resolved_at,
        ticket.closed_at,
        ticket.updated_at,
        ticket.version,
        ticket.priority.rank(),
        ticket.team,
        ticket.snoozed_until,
        ticket.merged_into,
        ticket.merged_at,
        ticket.sla_due_at.unwrap_or(NO_DUE_TIME),
        ticket.sla_overdue,
    ];
    let sla = ticket.sla.as_ref().map(serde_json::to_string).transpose();
    values.push(Arg::Json(sla.map_err(|error| StorageError::Other(error.into()))?));
    values
        .extend(
            args![ticket.sla.as_ref().and_then(SlaState::timer_at), ticket.sla.as_ref().map_or(0, |sla| sla.mark),],
        );
    values.push(Arg::Json(details.map_err(|error| StorageError::Other(error.into()))?));
    Ok(values)
}

/// The columns that a change concerns. SQLite writes every index anew that a named column is in, whatever its value.
fn differences(before: &TicketRecord, after: &TicketRecord) -> Result<Vec<(&'static str, Arg)>> {
    let pairs = state(before)?.into_iter().zip(state(after)?);
    let differs = |column: &str, was: &Arg, is: &Arg| was != is || column == "version";
    let differences = STATE.split(", ").zip(pairs).filter(|(column, (was, is))| differs(column, was, is));
    Ok(differences.map(|(column, (_, is))| (column, is)).collect())
}

pub(super) fn tally_values(ticket: &TicketRecord, (key, delta): &(TallyKey, i64)) -> Vec<Arg> {
    args![ticket.tenant, key.day, key.metric, &key.value, *delta]
}

fn edited(batch: &mut Batch, edit: &MessageEdit) -> Result<()> {
    let message = &edit.message;
    let mut values = args![&message.body, &message.html];
    values.push(message_details(&message.details)?);
    values.extend(args![message.edited_at, message.deleted_at]);
    let keys = [("id", message.id.into()), ("tenant_id", message.tenant.into())];
    batch.update("support_messages", EDITED.split(", ").zip(values).collect(), &keys, "");
    match &edit.past {
        Past::Same => {}
        Past::Kept { id, body, written_at } => {
            let row = args![*id, message.id, message.tenant, *written_at, body];
            batch.insert("support_message_revisions", REVISION, [row], "");
        }
        Past::Erased => {
            batch.delete("support_message_revisions", "message_id, tenant_id", [args![message.id, message.tenant]]);
        }
    }
    Ok(())
}

fn message_details(details: &MessageDetails) -> Result<Arg> {
    let json = (!details.is_empty()).then(|| serde_json::to_string(details)).transpose();
    Ok(Arg::Json(json.map_err(|error| StorageError::Other(error.into()))?))
}

pub(super) fn message_values(message: &NewMessage) -> Result<Vec<Arg>> {
    let mut values = args![
        message.id,
        message.tenant,
        message.conversation,
        message.seq,
        &message.client_id,
        message.author_kind,
        message.author,
        message.direction,
        message.is_internal,
        &message.body,
        message.format,
        &message.html,
        message.reply_to.map(|answered| answered.id),
    ];
    values.push(message_details(&message.details)?);
    values.extend(args![message.channel.as_str(), message.created_at]);
    Ok(values)
}

pub(super) fn event_values(event: &NewEvent) -> Result<Vec<Arg>> {
    let changes = serde_json::to_string(&event.changes).map_err(|error| StorageError::Other(error.into()))?;
    let mut values = args![
        event.id,
        event.tenant,
        event.kind,
        event.is_internal,
        event.actor_kind,
        event.actor,
        event.conversation,
        event.message,
        event.up_to_seq,
    ];
    values.push(Arg::Json(Some(changes)));
    values.extend(args![&event.resource, &event.address, &event.request_id, event.occurred_at]);
    Ok(values)
}

pub(super) fn delivery_values(delivery: &NewDelivery) -> Vec<Arg> {
    args![
        delivery.id,
        delivery.tenant,
        &delivery.handler,
        delivery.event,
        &delivery.purpose,
        &delivery.recipient,
        &delivery.lane,
        crate::model::DeliveryState::Pending,
        0_i64,
        delivery.due_at,
        delivery.created_at,
    ]
}

/// Adds one row outside a change set.
pub(super) async fn insert<E: Executor>(executor: &mut E, table: &str, columns: &str, values: Vec<Arg>) -> Result<()> {
    let placeholders = (1..=values.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    executor.execute(format!("INSERT INTO {table} ({columns}) VALUES ({placeholders})").into(), values).await?;
    Ok(())
}
