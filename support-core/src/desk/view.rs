//! Records as what an audience may see of them. The only place where that is decided.

use std::collections::BTreeMap;

use super::Desk;
use crate::{
    channels::webhooks,
    markup,
    model::{
        Actor, ActorKind, AuthorKind, ConversationRecord, DeliveryRecord, Direction, EventRecord, EventType,
        MessageFile, MessageRecord, ParticipantRecord, Permission, PersonBrief, PersonId, PersonRecord, Role, Scope,
        TicketRecord, TryRecord, WebhookRecord,
        sla::{SlaState, TargetState},
    },
    protocol::{
        Attachment, AuditActor, AuditEntry, Author, Contact, Conversation, Delivery, Event, Inbox, Me, Message,
        Participant, PersonRef, PolicyRef, Reaction, Receipts, SlaTarget, Ticket, TicketSla, Token, User, Webhook,
        WebhookData, WebhookDelivery, WebhookPayload, WebhookTry,
    },
    storage::{AccountRecord, FeedEntry},
};

/// On which side of the desk somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The desk: everything.
    Staff,
    /// The customer: never notes, addresses of agents, counters of the desk.
    Customer,
    /// Whoever holds a link to a record of the host: what customers see, without their addresses.
    Guest,
}

impl Audience {
    /// The caller's side.
    #[must_use]
    pub const fn of(actor: &Actor) -> Self {
        match actor.scope {
            _ if actor.is_staff() => Self::Staff,
            Scope::Link(_) => Self::Guest,
            _ => Self::Customer,
        }
    }
}

pub(crate) fn ticket_view(ticket: &TicketRecord, audience: Audience) -> Ticket {
    let staff = audience == Audience::Staff;
    let details = &ticket.details;
    let person = |person: &PersonBrief, email: bool| PersonRef {
        id: person.id,
        name: person.name.clone(),
        email: if email { person.email.clone() } else { None },
    };
    Ticket {
        id: ticket.id,
        number: ticket.number,
        subject: ticket.subject.clone(),
        description: ticket.description.clone(),
        status: ticket.status,
        priority: ticket.priority,
        category: ticket.category.clone(),
        channel: ticket.channel.clone(),
        tags: if staff { details.tags.clone() } else { Vec::new() },
        links: if staff { details.links.clone() } else { Vec::new() },
        sla_due_at: ticket.sla_due_at.filter(|_| staff),
        sla: ticket.sla.as_ref().filter(|sla| staff && (sla.policy.is_some() || !sla.targets.is_empty())).map(sla_view),
        sla_overdue: staff && ticket.sla_overdue,
        requester: person(&ticket.requester, audience != Audience::Guest),
        assigned_to: ticket.assignee.as_ref().map(|assignee| person(assignee, staff)),
        team: ticket.team.filter(|_| staff),
        watchers: if staff { details.watchers.clone() } else { Vec::new() },
        snoozed_until: ticket.snoozed_until.filter(|_| staff),
        merged_into: ticket.merged_into,
        ai_summary: details.ai.summary.clone().filter(|_| staff),
        ai_confidence_score: details.ai.confidence_score.filter(|_| staff),
        ai_first_response_time: details.ai.first_response_time.filter(|_| staff),
        ai_auto_resolved: details.ai.auto_resolved.filter(|_| staff),
        satisfaction: details.satisfaction.clone(),
        custom_fields: if staff { details.custom_fields.clone() } else { BTreeMap::new() },
        last_message_at: ticket.last_message_at,
        preview: ticket.preview.clone(),
        last_seq: if staff { ticket.last_seq } else { ticket.last_public_seq },
        unread_by_agent: if staff { ticket.unread_by_agent } else { 0 },
        unread_by_customer: ticket.unread_by_customer,
        first_response_at: ticket.first_response_at,
        created_by: if staff { ticket.created_by } else { None },
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        resolved_at: ticket.resolved_at,
        closed_at: ticket.closed_at,
        version: ticket.version,
        messages: None,
    }
}

fn sla_view(sla: &SlaState) -> TicketSla {
    let target = |target: &TargetState| SlaTarget {
        kind: target.kind,
        due_at: target.due_at,
        warn_at: target.warn_at,
        met_at: target.met_at,
        running: target.running,
        breached: target.breached,
    };
    TicketSla {
        policy: sla.policy.as_ref().map(|policy| PolicyRef { id: policy.id, name: policy.name.clone() }),
        paused: sla.is_paused(),
        targets: sla.targets.iter().map(target).collect(),
    }
}

pub(crate) fn message_view(message: &MessageRecord, ticket: &TicketRecord, audience: Audience) -> Message {
    let inbound = message.direction == Direction::Inbound;
    let read_by_other = message.seq <= if inbound { ticket.agent_read_seq } else { ticket.customer_read_seq };
    let own_side = inbound == (audience != Audience::Staff);
    let receipts = Receipts { delivered: inbound || read_by_other, read: read_by_other && !message.is_internal };
    Message {
        client_id: if own_side { message.client_id.clone() } else { None },
        mentions: if audience == Audience::Staff { message.details.mentions.clone() } else { Vec::new() },
        is_read: own_side || read_by_other,
        ..shown(message, receipts, audience == Audience::Staff)
    }
}

/// A message of a direct or group conversation, for one of those who take part. It is delivered once another of them has read it, and
/// read once all of them have.
pub(crate) fn said_view(message: &MessageRecord, conversation: &ConversationRecord, reader: PersonId) -> Message {
    let own = message.author == Some(reader);
    let (read, delivered) = conversation.read_by_others(message.author, message.seq);
    let has_read = conversation.participant(reader).is_some_and(|reader| reader.has_read(message.seq));
    Message {
        client_id: message.client_id.clone().filter(|_| own),
        is_read: own || has_read,
        ..shown(message, Receipts { delivered, read }, true)
    }
}

/// What every audience that may see a message sees of it alike. `warned`: whether the reader works here.
fn shown(message: &MessageRecord, receipts: Receipts, warned: bool) -> Message {
    Message {
        id: message.id,
        conversation_id: message.conversation,
        seq: message.seq,
        client_id: None,
        author: Author { kind: message.author_kind, id: message.author, name: message.author_name.clone() },
        direction: message.direction,
        is_internal: message.is_internal,
        body: message.body.clone(),
        body_html: match &message.html {
            Some(html) => html.clone(),
            None if message.body.is_empty() => String::new(),
            None => markup::text(&message.body),
        },
        format: message.format,
        reply_to: message.reply_to,
        reply_count: message.reply_count,
        mentions: message.details.mentions.clone(),
        attachments: message.details.files.iter().map(|file| attachment_view(file, warned)).collect(),
        reactions: message.details.reactions.iter().map(reaction_view).collect(),
        channel: message.channel.clone(),
        is_read: false,
        receipts,
        created_at: message.created_at,
        edited_at: message.edited_at,
        deleted_at: message.deleted_at,
    }
}

/// A conversation for one of those who take part.
pub(crate) fn conversation_view(conversation: &ConversationRecord, reader: PersonId) -> Conversation {
    let participant = |participant: &ParticipantRecord| Participant {
        id: participant.person,
        name: participant.name.clone(),
        role: participant.role,
        joined_at: participant.joined_at,
        read_seq: participant.read_seq,
    };
    Conversation {
        id: conversation.id,
        kind: conversation.kind,
        title: conversation.title.clone(),
        participants: conversation.participants.iter().map(participant).collect(),
        last_seq: conversation.last_seq,
        last_message_at: conversation.last_message_at,
        preview: conversation.preview.clone(),
        unread_count: conversation.participant(reader).map_or(0, |reader| reader.unread),
        created_by: conversation.created_by,
        created_at: conversation.created_at,
        updated_at: conversation.updated_at,
        version: conversation.version,
    }
}

/// `warned`: whether the reader brought the file or works here.
pub(crate) fn attachment_view(file: &MessageFile, warned: bool) -> Attachment {
    let url = format!("attachments/{}", file.id);
    Attachment {
        id: file.id,
        name: file.name.clone(),
        media: file.media.clone(),
        size: file.size,
        width: file.width,
        height: file.height,
        thumbnail_url: file.has_thumbnail.then(|| format!("{url}/thumbnail")),
        url,
        warnings: if warned { file.warnings.clone() } else { Vec::new() },
    }
}

fn reaction_view((sign, people): (&String, &Vec<PersonId>)) -> Reaction {
    Reaction { sign: sign.clone(), people: people.clone() }
}

pub(crate) fn actor_view(kind: ActorKind, id: Option<PersonId>, name: &str) -> Author {
    let kind = match kind {
        ActorKind::Agent | ActorKind::Service => AuthorKind::Agent,
        ActorKind::Customer | ActorKind::Visitor | ActorKind::Portal => AuthorKind::Customer,
        ActorKind::System => AuthorKind::System,
    };
    Author { kind, id, name: name.to_owned() }
}

pub(crate) fn event_view(event: &EventRecord) -> Event {
    Event {
        id: event.id,
        seq: event.seq,
        kind: event.kind,
        v: 1,
        actor: actor_view(event.actor_kind, event.actor, &event.actor_name),
        occurred_at: event.occurred_at,
        ticket: event.conversation,
        data: event.changes.clone(),
    }
}

pub(crate) fn contact_view(person: &PersonRecord, ticket_count: i64) -> Contact {
    Contact {
        id: person.id,
        name: person.name.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        verified: person.verified,
        created_at: person.created_at,
        ticket_count,
    }
}

pub(crate) fn user_view(person: &PersonRecord, account: Option<&AccountRecord>) -> User {
    let (first_name, last_name) = match account {
        Some(account) => (account.first_name.clone(), account.last_name.clone()),
        None => match person.name.split_once(' ') {
            Some((first, last)) => (first.to_owned(), last.to_owned()),
            None => (person.name.clone(), String::new()),
        },
    };
    User {
        id: person.id,
        email: person.email.clone(),
        first_name,
        last_name,
        name: person.name.clone(),
        role: person.role,
        custom_role: person.custom_role,
        is_active: person.is_active,
        is_invited: account.is_some_and(|account| account.password_hash.is_none()),
        last_login_at: account.and_then(|account| account.last_login_at),
        created_at: person.created_at,
        updated_at: person.updated_at,
    }
}

pub(crate) fn me_view(actor: &Actor, cursor: String) -> Option<Me> {
    Some(Me {
        id: actor.person?,
        kind: actor.kind,
        name: actor.name.clone(),
        email: actor.email.clone(),
        role: if actor.is_staff() { actor.role } else { Role::Customer },
        permissions: actor.permissions,
        cursor,
    })
}

pub(crate) fn token_view(token: &crate::model::TokenRecord) -> Token {
    Token {
        id: token.id,
        scope: token.scope.clone(),
        can: token.can.clone(),
        contact: token.contact,
        created_by: token.created_by,
        note: token.note.clone(),
        expires_at: token.expires_at,
        use_count: token.use_count,
        last_used_at: token.last_used_at,
        revoked_at: token.revoked_at,
        created_at: token.created_at,
    }
}

/// Whom it goes to and what came of it is shown to those who may see that elsewhere.
pub(crate) fn delivery_view(delivery: &DeliveryRecord, actor: &Actor) -> Delivery {
    let needed = match (delivery.ticket, delivery.event_kind) {
        _ if delivery.handler == webhooks::HANDLER => Permission::WebhooksManage,
        (Some(_), _) => Permission::TicketsRead,
        (None, EventType::TokenAsked | EventType::ContactUpdated) => Permission::ContactsRead,
        (None, _) => Permission::UsersRead,
    };
    let is_shown = actor.may(needed);
    Delivery {
        id: delivery.id,
        handler: delivery.handler.clone(),
        event_type: delivery.event_kind,
        ticket: delivery.ticket,
        ticket_number: delivery.ticket_number,
        recipient: if is_shown { delivery.recipient.clone() } else { String::new() },
        state: delivery.state.to_string(),
        attempts: delivery.attempts,
        next_attempt_at: delivery.next_attempt_at,
        last_error: delivery.last_error.clone().filter(|_| is_shown),
        created_at: delivery.created_at,
        finished_at: delivery.finished_at,
    }
}

/// For those who may see everything. Facts about a ticket or a message name it here; others bring their resource along.
pub(crate) fn audit_view(event: &EventRecord) -> AuditEntry {
    let message = event.message.map(|message| format!("message:{message}"));
    let noun = if event.kind.is_among_colleagues() { "conversation" } else { "ticket" };
    let resource = event.resource.clone().or(message);
    AuditEntry {
        id: event.id,
        request_id: event.request_id.clone(),
        actor: AuditActor { kind: event.actor_kind, id: event.actor, name: event.actor_name.clone() },
        action: event.kind,
        resource: resource.or_else(|| event.conversation.map(|id| format!("{noun}:{id}"))),
        changes: event.changes.clone(),
        address: event.address.clone(),
        created_at: event.occurred_at,
    }
}

pub(crate) fn webhook_view(webhook: &WebhookRecord) -> Webhook {
    Webhook {
        id: webhook.id,
        url: webhook.url.clone(),
        description: webhook.description.clone(),
        events: webhook.events.clone(),
        is_active: webhook.disabled_at.is_none(),
        disabled_at: webhook.disabled_at,
        disabled_reason: webhook.disabled_why.clone(),
        failing_since: webhook.failing_since,
        last_success_at: webhook.last_success_at,
        former_secret_until: webhook.former_until,
        version: webhook.version,
        created_at: webhook.created_at,
        updated_at: webhook.updated_at,
    }
}

pub(crate) fn webhook_delivery_view(delivery: &DeliveryRecord, tries: &[TryRecord]) -> WebhookDelivery {
    let tried = |tried: &TryRecord| WebhookTry {
        attempt: tried.attempt,
        tried_at: tried.tried_at,
        took_ms: tried.took_ms,
        status: tried.status,
        answer: tried.answer.clone(),
        error: tried.error.clone(),
    };
    WebhookDelivery {
        id: delivery.id,
        event: delivery.event,
        event_type: delivery.event_kind,
        ticket: delivery.ticket,
        ticket_number: delivery.ticket_number,
        state: delivery.state.to_string(),
        attempts: delivery.attempts,
        next_attempt_at: delivery.next_attempt_at,
        last_error: delivery.last_error.clone(),
        created_at: delivery.created_at,
        finished_at: delivery.finished_at,
        tries: tries.iter().map(tried).collect(),
    }
}

/// What a webhook receives: what staff see, without the ids by which people's own devices know their messages.
pub(crate) fn webhook_payload(entry: &FeedEntry) -> WebhookPayload {
    let (event, ticket) = (&entry.event, entry.ticket.as_ref());
    let message = entry.message.as_ref().zip(ticket);
    let data = WebhookData {
        event: Some(event.id),
        actor: Some(actor_view(event.actor_kind, event.actor, &event.actor_name)),
        changes: event.changes.clone(),
        resource: event.resource.clone(),
        ticket: ticket.map(|ticket| ticket_view(ticket, Audience::Staff)),
        message: message
            .map(|(message, ticket)| Message { client_id: None, ..message_view(message, ticket, Audience::Staff) }),
    };
    WebhookPayload { kind: event.kind.to_string(), timestamp: event.occurred_at, data }
}

impl Desk {
    pub(crate) fn inbox_view(&self, inbox: &crate::model::InboxRecord) -> Inbox {
        Inbox {
            id: inbox.id,
            name: inbox.name.clone(),
            key: inbox.public_key.clone(),
            allowed_origins: inbox.allowed_origins.clone(),
            snippet: format!("<script async src=\"{}/w/{}.js\"></script>", self.public_url(), inbox.public_key),
            created_at: inbox.created_at,
        }
    }
}
