//! Things as the storage keeps them. Complete: what an audience may see of them is decided when they become wire types.

use std::collections::BTreeMap;

use super::sla::SlaState;
use super::{
    ActorKind, AuthorKind, Channel, ConversationId, DeliveryId, DeliveryState, Details, Direction, EventId, EventType,
    InboxId, MessageDetails, MessageFormat, MessageId, NotificationId, NotificationKind, Permissions, PersonId,
    PersonKind, Priority, PushSubscriptionId, Role, SessionId, SettingId, Status, TenantId, TicketId, Timestamp,
    TokenId, WebhookId, text,
};
pub use crate::protocol::TokenScope;
use crate::protocol::{Change, TokenAbility};

/// Agent, contact or service.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonRecord {
    /// Its id.
    pub id: PersonId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// What the person is to the desk.
    pub kind: PersonKind,
    /// The host's or the accounts' own name for the person; unique per tenant and kind.
    pub subject: Option<String>,
    /// The name to show; empty until somebody says it.
    pub name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Where calls go.
    pub phone: Option<String>,
    /// Whether the host or an account vouches for name and address.
    pub verified: bool,
    /// The role of the account.
    pub role: Role,
    /// The custom role that says what an agent may do; none: what agents usually may.
    pub custom_role: Option<SettingId>,
    /// A disabled person is refused everywhere.
    pub is_active: bool,
    /// First seen.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

/// The fields of a person that a ticket carries along.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonBrief {
    /// Its id.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
    /// Where mail goes.
    pub email: Option<String>,
}

impl PersonRecord {
    /// Whether somebody vouches for this person: programs are no users, and whoever was deleted is none any more.
    #[must_use]
    pub fn is_user(&self) -> bool {
        self.kind != PersonKind::Service && self.subject.is_some()
    }

    /// Whether they are one of the desk's users: staff, or a customer with an account here. Other customers are contacts alone.
    #[must_use]
    pub fn has_account(&self) -> bool {
        let is_account = |subject: &String| subject.starts_with("account:");
        self.is_user() && (self.kind == PersonKind::Agent || self.subject.as_ref().is_some_and(is_account))
    }
}

impl From<&PersonRecord> for PersonBrief {
    fn from(person: &PersonRecord) -> Self {
        Self { id: person.id, name: person.name.clone(), email: person.email.clone() }
    }
}

/// A ticket with its conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketRecord {
    /// Its id.
    pub id: TicketId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Counts up from 1 in the tenant.
    pub number: i64,
    /// One line.
    pub subject: String,
    /// Longer text that is no message.
    pub description: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: Priority,
    /// The desk's own word.
    pub category: Option<String>,
    /// What it came through.
    pub channel: Channel,
    /// Where it came from.
    pub inbox: Option<InboxId>,
    /// The customer.
    pub requester: PersonBrief,
    /// Who looks after it.
    pub assignee: Option<PersonBrief>,
    /// The team that looks after it.
    pub team: Option<SettingId>,
    /// While it is snoozed: when it opens by itself.
    pub snoozed_until: Option<Timestamp>,
    /// The ticket that this one became a part of. Never one that is itself merged.
    pub merged_into: Option<TicketId>,
    /// When that happened.
    pub merged_at: Option<Timestamp>,
    /// When the next promise falls due.
    pub sla_due_at: Option<Timestamp>,
    /// Whether a running promise is broken.
    pub sla_overdue: bool,
    /// Behind both: the promises. None until a verb touches a ticket from before there were any.
    pub sla: Option<SlaState>,
    /// What most tickets have little of.
    pub details: Details,
    /// Who opened it.
    pub created_by: Option<PersonId>,
    /// `seq` of the latest message of any kind; 0 before the first.
    pub last_seq: i64,
    /// `seq` of the latest public message; 0 before the first.
    pub last_public_seq: i64,
    /// When that was.
    pub last_message_at: Option<Timestamp>,
    /// The first words of the latest public message.
    pub preview: String,
    /// What lists are ordered by: the latest public message, or the creation.
    pub activity_at: Timestamp,
    /// Inbound messages that no agent has read.
    pub unread_by_agent: i64,
    /// Public outbound messages that the customer has not read.
    pub unread_by_customer: i64,
    /// The desk has read up to here.
    pub agent_read_seq: i64,
    /// The customer has read up to here.
    pub customer_read_seq: i64,
    /// When an agent first answered.
    pub first_response_at: Option<Timestamp>,
    /// Set while it is resolved.
    pub resolved_at: Option<Timestamp>,
    /// Set while it is closed.
    pub closed_at: Option<Timestamp>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
    /// Grows with every change.
    pub version: i64,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRecord {
    /// Its id.
    pub id: MessageId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Where it stands.
    pub conversation: ConversationId,
    /// Its place there.
    pub seq: i64,
    /// The sender's own id of it.
    pub client_id: Option<String>,
    /// What kind of person wrote it.
    pub author_kind: AuthorKind,
    /// Who wrote it; none for the engine.
    pub author: Option<PersonId>,
    /// The author's name today.
    pub author_name: String,
    /// Which way it went.
    pub direction: Direction,
    /// Staff only.
    pub is_internal: bool,
    /// The text; empty once it is deleted.
    pub body: String,
    /// How the text is meant.
    pub format: MessageFormat,
    /// The text as clean HTML, where that is more than the text itself.
    pub html: Option<String>,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// How many answer it that everybody may see who may see it.
    pub reply_count: i64,
    /// What most messages have none of.
    pub details: MessageDetails,
    /// What it came through.
    pub channel: Channel,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// The latest change of its text.
    pub edited_at: Option<Timestamp>,
    /// When its text was taken away.
    pub deleted_at: Option<Timestamp>,
}

impl MessageRecord {
    /// Its first words; of one without words the name of its first file.
    #[must_use]
    pub fn preview(&self) -> String {
        match (text::preview(&self.body), self.details.files.first()) {
            (words, Some(file)) if words.is_empty() => text::preview(&file.name),
            (words, _) => words,
        }
    }
}

/// One fact of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRecord {
    /// Its id.
    pub id: EventId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Its place in commit order; none until numbered.
    pub seq: Option<i64>,
    /// What happened.
    pub kind: EventType,
    /// Staff only.
    pub is_internal: bool,
    /// What kind of caller did it.
    pub actor_kind: ActorKind,
    /// Who did it.
    pub actor: Option<PersonId>,
    /// Their name today.
    pub actor_name: String,
    /// The conversation that it belongs to.
    pub conversation: Option<ConversationId>,
    /// The message that it is about.
    pub message: Option<MessageId>,
    /// `message.read`: everything up to here.
    pub up_to_seq: Option<i64>,
    /// What changed, in words.
    pub changes: BTreeMap<String, Change>,
    /// What it is about when that is no ticket: `kind:id`.
    pub resource: Option<String>,
    /// Where the request came from.
    pub address: Option<String>,
    /// The request that did it.
    pub request_id: String,
    /// When.
    pub occurred_at: Timestamp,
}

/// One of the small things that people with rights make and many read.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingRecord {
    /// Its id.
    pub id: SettingId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// What it is: `tag`, `view`, `team`.
    pub kind: String,
    /// The name that is unique among its kind, folded.
    pub name_key: String,
    /// Whose it is, where it is not everybody's.
    pub owner: Option<PersonId>,
    /// Its content as the kind defines it.
    pub body: serde_json::Value,
    /// Grows with every change.
    pub version: i64,
    /// Who made it.
    pub created_by: Option<PersonId>,
    /// When.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

/// One attempt series.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryRecord {
    /// Its id.
    pub id: DeliveryId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Who carries it out.
    pub handler: String,
    /// The fact that is handed over.
    pub event: EventId,
    /// That fact's type.
    pub event_kind: EventType,
    /// The ticket that it is about.
    pub ticket: Option<TicketId>,
    /// That ticket's number.
    pub ticket_number: Option<i64>,
    /// What the handler is to do with it; the handler's own word.
    pub purpose: String,
    /// Who gets it.
    pub recipient: String,
    /// Shared by what goes to one receiver, who gets only so many at once.
    pub lane: Option<String>,
    /// How far it is.
    pub state: DeliveryState,
    /// Tries so far, the running one included.
    pub attempts: i64,
    /// When the next try is due.
    pub next_attempt_at: Option<Timestamp>,
    /// What the last try said.
    pub last_error: Option<String>,
    /// When it was put into the outbox.
    pub created_at: Timestamp,
    /// When it came to its end.
    pub finished_at: Option<Timestamp>,
}

/// Somebody's address that events are sent to.
#[derive(Clone, PartialEq)]
pub struct WebhookRecord {
    /// Its id.
    pub id: WebhookId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Where events are sent.
    pub url: String,
    /// What people say about it.
    pub description: String,
    /// Which ones.
    pub events: Vec<EventType>,
    /// What they are signed with, sealed.
    pub secret: String,
    /// What they were signed with before the secret was changed, sealed.
    pub former_secret: Option<String>,
    /// Until then both sign.
    pub former_until: Option<Timestamp>,
    /// Since when nothing is sent.
    pub disabled_at: Option<Timestamp>,
    /// Why: a word.
    pub disabled_why: Option<String>,
    /// The first failed try since the last success.
    pub failing_since: Option<Timestamp>,
    /// The last try that ended well.
    pub last_success_at: Option<Timestamp>,
    /// Grows with every change by somebody.
    pub version: i64,
    /// Who made it.
    pub created_by: Option<PersonId>,
    /// When.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

impl std::fmt::Debug for WebhookRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, tenant, description, events, disabled_at, version, .. } = self;
        f.debug_struct("WebhookRecord")
            .field("id", id)
            .field("tenant", tenant)
            .field("description", description)
            .field("events", events)
            .field("disabled_at", disabled_at)
            .field("version", version)
            .finish_non_exhaustive()
    }
}

/// One try of a delivery, and what the other side said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TryRecord {
    /// Its id.
    pub id: uuid::Uuid,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Of which delivery.
    pub delivery: DeliveryId,
    /// Counted from 1; again from 1 when somebody puts the delivery back.
    pub attempt: i64,
    /// When it began.
    pub tried_at: Timestamp,
    /// How long it took.
    pub took_ms: i64,
    /// The status of the answer, if there was one.
    pub status: Option<i64>,
    /// How the answer begins.
    pub answer: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

/// A portal token, without its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenRecord {
    /// Its id.
    pub id: TokenId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// What it opens.
    pub scope: TokenScope,
    /// What it may do.
    pub can: Vec<TokenAbility>,
    /// Why it was made.
    pub note: Option<String>,
    /// The contact that its holder acts as.
    pub contact: PersonId,
    /// That contact's address when the token was made, in the form that tells addresses apart. Under another one it opens nothing.
    pub address: Option<String>,
    /// Who made it; none for the engine.
    pub created_by: Option<PersonId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From then on it opens nothing.
    pub expires_at: Timestamp,
    /// Accepted requests so far.
    pub use_count: i64,
    /// The latest of them.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl TokenRecord {
    /// Whether it opens anything.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

/// A program's key, without its secret. It has the id of the person that the program acts as.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiKeyRecord {
    /// Its id, and the id of its person.
    pub id: PersonId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// What people call it; also the author's name of what the program writes.
    pub name: String,
    /// How the secret starts, so that people can tell keys apart.
    pub hint: String,
    /// What it may do at most.
    pub scopes: Permissions,
    /// Who made it. The key never does what they may not.
    pub created_by: PersonId,
    /// When it was made.
    pub created_at: Timestamp,
    /// From then on it opens nothing; none: until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// The latest use, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Where conversations come from.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxRecord {
    /// Its id.
    pub id: InboxId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// The name that visitors see.
    pub name: String,
    /// `pk_…`, in the widget's address.
    pub public_key: String,
    /// The first line that visitors see.
    pub greeting: String,
    /// `#rrggbb`.
    pub accent: String,
    /// Origins that may embed the widget; empty: any.
    pub allowed_origins: Vec<String>,
    /// What the host signs visitors' identities with (HS256); none: nobody can be identified.
    pub identity_secret: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Something that somebody was told of. What it says is read from the event, as things are then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRecord {
    /// Its id.
    pub id: NotificationId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Who is told.
    pub person: PersonId,
    /// Why.
    pub kind: NotificationKind,
    /// Of what.
    pub event: EventId,
    /// The ticket that it is about.
    pub ticket: Option<TicketId>,
    /// Whether the dashboard shows it.
    pub is_shown: bool,
    /// When mail about it is due; none where there is to be none.
    pub mail_due_at: Option<Timestamp>,
    /// When push about it is due; none where there is to be none.
    pub push_due_at: Option<Timestamp>,
    /// When it was decided.
    pub created_at: Timestamp,
    /// When the person has seen it.
    pub read_at: Option<Timestamp>,
}

/// A browser that is told of things while the dashboard is closed.
#[derive(Clone, PartialEq, Eq)]
pub struct PushSubscriptionRecord {
    /// Its id.
    pub id: PushSubscriptionId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// Whose browser it is.
    pub person: PersonId,
    /// The session that it was made by, with which it ends; none where the host signs people in.
    pub session: Option<SessionId>,
    /// Address and keys, sealed.
    pub sealed: String,
    /// Where the address leads, for people.
    pub host: String,
    /// What the person calls it; may be empty.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for PushSubscriptionRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, tenant, person, session, host, created_at, .. } = self;
        f.debug_struct("PushSubscriptionRecord")
            .field("id", id)
            .field("tenant", tenant)
            .field("person", person)
            .field("session", session)
            .field("host", host)
            .field("created_at", created_at)
            .finish_non_exhaustive()
    }
}
