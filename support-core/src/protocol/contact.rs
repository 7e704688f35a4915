//! A customer as the desk sees them.

use crate::model::{DateTime, Utc};

use super::wire;
use crate::model::PersonId;

wire! {
    /// A customer.
    pub struct Contact {
        /// The person's one id everywhere.
        pub id: PersonId,
        /// Empty until somebody says it.
        pub name: String,
        /// Null until somebody says it.
        pub email: Option<String>,
        /// Null until somebody says it.
        pub phone: Option<String>,
        /// Whether the host or an account vouches for who this is.
        pub verified: bool,
        /// First seen.
        pub created_at: DateTime<Utc>,
        /// Tickets that this contact ever opened.
        pub ticket_count: i64,
    }
}
