//! What things are, and which changes to them are legal. Pure: no I/O, no clock, no randomness; compiles to wasm32.

mod actor;
mod attachment;
mod channel;
mod choice;
mod event;
mod field;
mod id;
mod message;
pub mod notification;
mod permission;
mod person;
mod ticket;
mod view;

pub mod limits;
pub mod search;
pub mod sla;
pub mod text;
#[cfg(any(test, not(feature = "chrono")))]
#[cfg_attr(
    feature = "chrono",
    expect(unreachable_pub, reason = "public where it stands in for chrono; only tested here")
)]
mod time;

#[cfg(feature = "server")]
mod change;
#[cfg(feature = "server")]
mod conversation;
#[cfg(feature = "server")]
pub mod decide;
#[cfg(feature = "server")]
mod delivery;
#[cfg(feature = "server")]
mod details;
#[cfg(feature = "server")]
mod index;
#[cfg(feature = "server")]
pub mod policy;
#[cfg(feature = "server")]
mod record;
#[cfg(feature = "server")]
pub mod tally;

pub use actor::{ActorKind, Role};
pub use attachment::{FileWarning, MessageFile};
pub use channel::Channel;
pub use choice::UnknownChoice;
pub use event::EventType;
pub use field::FieldKind;
pub use id::{
    AttachmentId, ConversationId, DeliveryId, EventId, IdError, InboxId, MessageId, NotificationId, PersonId,
    PushSubscriptionId, RevisionId, SessionId, SettingId, TenantId, TicketId, TokenId, WebhookId,
};
pub use message::{AuthorKind, Direction, Markup, MessageDetails, MessageFormat};
pub use notification::{Digest, NotificationKind, NotificationWay};
pub use permission::{Permission, Permissions};
pub use person::PersonKind;
pub use ticket::{ConversationKind, ParticipantRole, Priority, Status};
pub use view::ViewVisibility;

#[cfg(feature = "server")]
pub use self::{
    attachment::AttachmentRecord,
    change::{ChangeSet, MessageEdit, NewDelivery, NewEvent, NewMessage, Past, ReplyTo, TicketWrite},
    conversation::{ConversationChange, ConversationRecord, ParticipantRecord},
    delivery::{DeliveryState, backoff, push_backoff, webhook_backoff},
    details::{Assessment, Details},
    index::{IndexChange, IndexKind},
    policy::{Action, Actor, Policy, Scope, Verdict},
    record::{
        ApiKeyRecord, DeliveryRecord, EventRecord, InboxRecord, MessageRecord, NotificationRecord, PersonBrief,
        PersonRecord, PushSubscriptionRecord, SettingRecord, TicketRecord, TokenRecord, TokenScope, TryRecord,
        WebhookRecord,
    },
};

#[cfg(feature = "chrono")]
pub use chrono::{DateTime, Utc};
#[cfg(not(feature = "chrono"))]
pub use time::{DateTime, Utc};

/// A point in time, UTC, precise to the microsecond.
pub type Timestamp = DateTime<Utc>;

#[cfg(feature = "server")]
pub(crate) use choice::choice;
pub(crate) use choice::words;
