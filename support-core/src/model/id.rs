//! Typed identifiers: a message's id can never stand where a ticket's is meant.

use uuid::Uuid;

/// A text that is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID")]
pub struct IdError;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        ///
        /// A UUIDv7 on the wire, 16 bytes in the database.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "server", schema(value_type = String, format = Uuid))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                // Only the hyphenated form: one object has one address.
                if text.len() != 36 {
                    return Err(IdError);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| IdError)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

id!(
    /// The boundary of all data.
    TenantId
);
id!(
    /// The one id behind agent, contact and account.
    PersonId
);
id!(
    /// A conversation: ticket, direct or group.
    ConversationId
);
id!(
    /// A message inside a conversation.
    MessageId
);
id!(
    /// A text that a message had.
    RevisionId
);
id!(
    /// One fact in the event log.
    EventId
);
id!(
    /// One attempt series to hand an event to a handler.
    DeliveryId
);
id!(
    /// A portal token; not its secret.
    TokenId
);
id!(
    /// Where conversations come from.
    InboxId
);
id!(
    /// A signed-in session or a visitor's.
    SessionId
);

id!(
    /// Something that people with rights make and many read: a tag, a view, a team.
    SettingId
);

id!(
    /// Somebody's own address that events are sent to.
    WebhookId
);

id!(
    /// A file that somebody attached.
    AttachmentId
);

id!(
    /// Something that somebody was told of.
    NotificationId
);

id!(
    /// A browser that may be told of things while the dashboard is closed.
    PushSubscriptionId
);

/// A ticket has its conversation's id.
pub type TicketId = ConversationId;

impl MessageId {
    /// Smaller than every id that is drawn at this time or later.
    #[cfg(feature = "server")]
    #[must_use]
    pub fn first_at(time: super::Timestamp) -> Self {
        let millis = u64::try_from(time.timestamp_millis()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
    }
}

impl TenantId {
    /// The tenant of a host with one desk.
    pub const DEFAULT: Self = Self(Uuid::from_u128(1));
}
