//! The JSON on the wire, shared by server, dashboard and widget. Pure; compiles to wasm32.
//!
//! Names are snake case, times RFC 3339 in UTC, ids UUIDs. A resource is bare and carries its nulls.

mod access;
mod account;
mod attachment;
mod audit;
mod bulk;
mod config;
mod contact;
mod conversation;
mod delivery;
mod event;
mod field;
mod field_value;
mod inbox;
mod link;
mod message;
#[cfg(feature = "chrono")]
mod moment;
mod notification;
#[cfg(feature = "server")]
mod notification_preferences;
mod page;
mod portal;
mod problem;
mod search;
mod sla;
mod statistics;
mod tag;
mod ticket;
mod ticket_change;
mod view;
mod visitor;
mod webhook;

/// Declares a wire type: serde both ways, a schema on the server.
macro_rules! wire {
    ($($item:item)+) => {
        $(
            #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
            $item
        )+
    };
}
/// Declares a request body: unknown fields are refused, so nobody can set what the type does not name.
macro_rules! body {
    ($($item:item)+) => {
        $(
            #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
            #[serde(deny_unknown_fields)]
            $item
        )+
    };
}
use {body, wire};

pub use access::{
    ApiKey, ChangeApiKey, ChangeRole, ChangeTeam, CreateApiKey, CreateRole, CreateTeam, CustomRole, MintedApiKey, Team,
};
pub use account::{
    ChangeMe, ChangeUser, CreateUser, Credentials, ForgotPassword, Me, RefreshRequest, Register, ResetPassword,
    SetupRequest, Tokens, User,
};
pub use attachment::Attachment;
#[cfg(feature = "server")]
pub(crate) use attachment::UploadForm;
pub use audit::{AuditActor, AuditEntry};
pub use bulk::{BulkAnswer, BulkChange, BulkItem, BulkResult};
pub use config::{ChangeConfig, ConfigEntry, ConfigSource, ConfigType, ConfigValue, ConfigWish, PublicConfig};
pub use contact::Contact;
pub use conversation::{
    AddParticipants, ChangeConversation, Conversation, ConversationFrame, ConversationFrameData, CreateConversation,
    Participant, Receipt,
};
pub use delivery::Delivery;
pub use event::{Change, Event, Frame, FrameData, Presence, UpFrame, frame_type};
pub use field::{ChangeField, CreateField, Field};
pub use field_value::FieldValue;
pub use inbox::{Inbox, WidgetConfig};
pub use link::Link;
pub use message::{
    Author, CreateMessage, EditMessage, MarkRead, Message, MessageConflict, PostMessage, React, Reaction, Receipts,
    Revision,
};
pub use notification::{Notification, NotificationPage, NotificationTicket, NotificationsRead, ReadNotifications};
#[cfg(feature = "server")]
pub use notification_preferences::{
    ChangeNotificationPreferences, CreatePushSubscription, NotificationPreferences, PushKeys, PushSubscription,
};
pub use page::Page;
pub use portal::{
    AskForLinks, CreateToken, LinkCard, LinkFact, MintedToken, PortalContext, PortalMessage, PortalSession, Token,
    TokenAbility, TokenScope,
};
pub use problem::{FieldError, Problem};
pub use search::{Fragment, Highlight, SearchHit};
#[cfg(feature = "server")]
pub use sla::{Calendar, ChangeCalendar, ChangeSlaPolicy, CreateCalendar, CreateSlaPolicy, SlaPolicy};
pub use sla::{PolicyRef, SlaTarget, TicketSla};
pub use statistics::{AssigneeCount, DayCount, Spans, TicketCounts, TicketStats};
pub use tag::{ChangeTag, CreateTag, Tag};
pub use ticket::{PersonRef, Satisfaction, Ticket, TicketView};
pub use ticket_change::{Assign, ChangeTicket, CreateTicket, Merge, Requester, Snooze};
pub use view::{ChangeView, CreateView, View};
pub use visitor::{ChangeVisitor, StartSession, VisitorSession};
pub use webhook::{
    ChangeWebhook, CreateWebhook, MintedWebhook, ReplayWebhook, Webhook, WebhookData, WebhookDelivery, WebhookPayload,
    WebhookReplayed, WebhookSecret, WebhookTest, WebhookTry,
};

/// Tells an absent member (outer `None`) from a null one (`Some(None)`).
fn double_option<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
