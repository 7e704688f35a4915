//! Where conversations come from.

use crate::model::{DateTime, Utc};

use super::wire;
use crate::model::InboxId;

wire! {
    /// An inbox with its widget.
    pub struct Inbox {
        /// Its id.
        pub id: InboxId,
        /// The name that visitors see on top of the panel.
        pub name: String,
        /// `pk_…`, public: stands in the widget's address.
        pub key: String,
        /// Origins that may embed the widget; empty: any.
        pub allowed_origins: Vec<String>,
        /// The tag to paste into a website.
        pub snippet: String,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }

    /// What the widget is told before anybody acts: nothing that a visitor may not see.
    pub struct WidgetConfig {
        /// The name on top of the panel.
        pub name: String,
        /// The first line under it.
        pub greeting: String,
        /// CSS colour of launcher and own messages, `#rrggbb`.
        pub accent: String,
        /// Content hash in the addresses of the built files.
        pub version: String,
    }
}
