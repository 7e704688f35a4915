//! Portal links: capabilities for customers without an account.

use crate::model::{AttachmentId, DateTime, Utc};

use super::{Link, Ticket, body, wire};
use crate::model::{PersonId, TicketId, TokenId};

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TokenAbility {
    /// See the thread.
    Read,
    /// Write into it.
    Reply,
    /// Open further tickets.
    Create,
    /// Close it.
    Close,
}

impl TokenAbility {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Reply, Self::Create, Self::Close];

    /// As it stands on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Reply => "reply",
            Self::Create => "create",
            Self::Close => "close",
        }
    }
}

/// What a token opens: one ticket, all of a contact's, or all that carry a link to a record of the host.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TokenScope {
    /// One ticket.
    Ticket(TicketId),
    /// All tickets of a contact.
    Contact(PersonId),
    /// All tickets with a link to this record of the host; what is opened by the token carries it too.
    Link(Link),
}

wire! {
    /// A token without its secret.
    pub struct Token {
        /// Its id.
        pub id: TokenId,
        /// What it opens.
        pub scope: TokenScope,
        /// What it may do.
        pub can: Vec<TokenAbility>,
        /// Whom its holder acts as.
        pub contact: PersonId,
        /// Who made it; null for the engine, as in mail.
        pub created_by: Option<PersonId>,
        /// Why it was made.
        pub note: Option<String>,
        /// From then on it opens nothing.
        pub expires_at: DateTime<Utc>,
        /// Accepted requests so far: entering the portal by the page, and each request that has the token in its address.
        pub use_count: i64,
        /// The latest of them.
        pub last_used_at: Option<DateTime<Utc>>,
        /// Null while it works.
        pub revoked_at: Option<DateTime<Utc>>,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }

    /// The only answer that ever carries the secret.
    pub struct MintedToken {
        /// Its id.
        pub id: TokenId,
        /// The secret.
        pub token: String,
        /// The page for the customer; the secret is its fragment.
        pub url: String,
        /// What it opens.
        pub scope: TokenScope,
        /// What it may do.
        pub can: Vec<TokenAbility>,
        /// From then on it opens nothing.
        pub expires_at: DateTime<Utc>,
        /// Always 0 here.
        pub use_count: i64,
    }

    /// One line about a record of the host.
    pub struct LinkFact {
        /// What it is.
        pub label: String,
        /// How it is.
        pub value: String,
    }

    /// A record of the host as the host describes it to the holder of a link.
    pub struct LinkCard {
        /// What kind of record.
        pub kind: String,
        /// The host's own id of it.
        pub id: String,
        /// Its name; null where the host says nothing.
        pub title: Option<String>,
        /// Where the host shows it.
        pub url: Option<String>,
        /// What to know of it.
        pub facts: Vec<LinkFact>,
    }

    /// What the holder of a link may see at first.
    pub struct PortalContext {
        /// What the link opens.
        pub scope: TokenScope,
        /// What it may do.
        pub can: Vec<TokenAbility>,
        /// The tickets in reach, newest first.
        pub tickets: Vec<Ticket>,
        /// From then on it opens nothing.
        pub expires_at: DateTime<Utc>,
        /// The record that the link is about, where it is about one.
        pub link: Option<LinkCard>,
    }
}

body! {
    /// `POST portal/api/v1/session`: exchanges the link's secret for a cookie.
    pub struct PortalSession {
        /// The secret.
        pub token: String,
    }

    /// `POST portal/api/v1/links`: asks for fresh links by mail.
    pub struct AskForLinks {
        /// The address that requests were written from.
        pub email: String,
    }

    /// `POST portal/{token}/messages`.
    pub struct PortalMessage {
        /// Where; may be left out where the link opens one ticket.
        #[serde(default)]
        pub ticket: Option<TicketId>,
        /// The text.
        pub body: String,
        /// Files of the sender's that no message has yet, at most 10. With them the text may be empty.
        #[serde(default)]
        #[cfg_attr(feature = "server", schema(example = json!([])))]
        pub attachments: Vec<AttachmentId>,
        /// The sender's own id of it, 1 to 64 characters: writing it again gives the first one again.
        #[serde(default)]
        pub client_id: Option<String>,
    }
}

/// `POST tokens`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it opens.
    pub scope: TokenScope,
    /// Whom its holder acts as, for a link to a record of the host; without it somebody new, who may say a name and an address when
    /// opening a ticket. Tickets and contacts say it themselves.
    #[serde(default)]
    pub contact: Option<PersonId>,
    /// 1 to 30; 7 when left out.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
    /// Read and reply when left out.
    #[serde(default)]
    pub can: Option<Vec<TokenAbility>>,
    /// Why it was made.
    #[serde(default)]
    pub note: Option<String>,
}

impl CreateToken {
    /// With what counts when nothing else is said.
    #[must_use]
    pub const fn of(scope: TokenScope) -> Self {
        Self { scope, contact: None, expires_in_days: None, can: None, note: None }
    }
}
