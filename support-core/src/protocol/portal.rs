//! Portal links: capabilities for customers without an account.

use crate::model::{DateTime, Utc};

use super::{Ticket, body, wire};
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

/// What a token opens: one ticket, or all of a contact's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TokenScope {
    /// One ticket.
    Ticket(TicketId),
    /// All tickets of a contact.
    Contact(PersonId),
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
        /// Why it was made.
        pub note: Option<String>,
        /// From then on it opens nothing.
        pub expires_at: DateTime<Utc>,
        /// Accepted requests so far.
        pub use_count: i64,
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
    }
}

body! {
    /// `POST portal/api/v1/session`: exchanges the link's secret for a cookie.
    pub struct PortalSession {
        /// The secret.
        pub token: String,
    }
}

/// `POST tokens`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it opens.
    pub scope: TokenScope,
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
