//! Tickets, messages and facts for the tests of this folder.

use support_core::{
    model::{
        AuthorKind, Channel, ConversationId, ConversationKind, Direction, EventId, EventType, MessageFormat, MessageId,
        ParticipantRole, PersonId, Priority, Status, Timestamp,
    },
    protocol::{Author, Conversation, Event, Message, Page, Participant, PersonRef, Receipts, Ticket},
};
use uuid::Uuid;

use super::{Mode, Outgoing};

pub(crate) const ME: PersonId = PersonId(Uuid::from_u128(1));
pub(crate) const OTHER: PersonId = PersonId(Uuid::from_u128(2));
const CUSTOMER: PersonId = PersonId(Uuid::from_u128(3));

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(1_795_000_000 + seconds, 0).unwrap()
}

pub(crate) fn page<T>(data: impl IntoIterator<Item = T>, next: Option<&str>) -> Page<T> {
    Page { data: data.into_iter().collect(), next: next.map(str::to_owned), previous: None }
}

pub(crate) fn ticket(number: i64, last_message_at: i64) -> Ticket {
    Ticket {
        id: ConversationId(Uuid::from_u128(0x100 + number as u128)),
        number,
        subject: format!("Ticket {number}"),
        description: None,
        status: Status::Open,
        priority: Priority::Medium,
        category: None,
        tags: Vec::new(),
        links: Vec::new(),
        sla_due_at: None,
        sla_overdue: false,
        sla: None,
        team: None,
        watchers: Vec::new(),
        snoozed_until: None,
        merged_into: None,
        ai_summary: None,
        ai_confidence_score: None,
        ai_first_response_time: None,
        ai_auto_resolved: None,
        satisfaction: None,
        custom_fields: std::collections::BTreeMap::new(),
        channel: Channel::CHAT,
        requester: PersonRef { id: CUSTOMER, name: "Mia".into(), email: None },
        assigned_to: None,
        last_message_at: Some(at(last_message_at)),
        preview: String::new(),
        last_seq: 0,
        unread_by_agent: 0,
        unread_by_customer: 0,
        first_response_at: None,
        created_by: None,
        created_at: at(0),
        updated_at: at(0),
        resolved_at: None,
        closed_at: None,
        version: 1,
        messages: None,
    }
}

pub(crate) fn assigned(ticket: Ticket, to: PersonId) -> Ticket {
    Ticket { assigned_to: Some(PersonRef { id: to, name: "Ana".into(), email: None }), ..ticket }
}

pub(crate) fn inbound(seq: i64) -> Message {
    message(seq, Direction::Inbound, Author { kind: AuthorKind::Customer, id: Some(CUSTOMER), name: "Mia".into() })
}

pub(crate) fn outbound(seq: i64) -> Message {
    message(seq, Direction::Outbound, Author { kind: AuthorKind::Agent, id: Some(ME), name: "Ana".into() })
}

fn message(seq: i64, direction: Direction, author: Author) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(0x1000 + seq as u128)),
        conversation_id: ticket(1, 0).id,
        seq,
        client_id: None,
        author,
        direction,
        is_internal: false,
        body: format!("Message {seq}"),
        body_html: format!("<p>Message {seq}</p>"),
        format: MessageFormat::Text,
        reply_to: None,
        reply_count: 0,
        mentions: Vec::new(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        channel: Channel::CHAT,
        is_read: true,
        receipts: Receipts { delivered: false, read: false },
        created_at: at(seq),
        edited_at: None,
        deleted_at: None,
    }
}

/// A group of me and Ben whose latest message, `seconds` on, is also its `seconds`th.
pub(crate) fn chat(number: u128, seconds: i64) -> Conversation {
    let participant = |id, name: &str| Participant {
        id,
        name: name.into(),
        role: ParticipantRole::Member,
        joined_at: at(0),
        read_seq: 0,
    };
    Conversation {
        id: ConversationId(Uuid::from_u128(0x200 + number)),
        kind: ConversationKind::Group,
        title: format!("Group {number}"),
        participants: vec![participant(ME, "Ana"), participant(OTHER, "Ben")],
        last_seq: seconds,
        last_message_at: Some(at(seconds)),
        preview: String::new(),
        unread_count: 0,
        created_by: Some(ME),
        created_at: at(0),
        updated_at: at(seconds),
        version: 1,
    }
}

pub(crate) fn fact(kind: EventType, seconds: i64) -> Event {
    Event {
        id: EventId(Uuid::from_u128(0x10_000 + (seconds + 1_000) as u128)),
        seq: None,
        kind,
        v: 1,
        actor: Author { kind: AuthorKind::Agent, id: Some(ME), name: "Ana".into() },
        occurred_at: at(seconds),
        ticket: None,
        data: std::collections::BTreeMap::new(),
    }
}

pub(crate) fn sending(client_id: &str, ticket: &Ticket) -> Outgoing {
    Outgoing {
        files: Vec::new(),
        reply_to: None,
        client_id: client_id.into(),
        ticket: ticket.id,
        mode: Mode::Reply,
        body: "On its way".into(),
        then_resolve: false,
        last_seen_seq: 1,
    }
}
