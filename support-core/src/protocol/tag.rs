//! Tags.

use super::{body, wire};
use crate::model::{DateTime, SettingId, Utc};

wire! {
    /// One of the desk's labels.
    pub struct Tag {
        /// Its id.
        pub id: SettingId,
        /// What stands in tickets. Never changes.
        pub name: String,
        /// `#rrggbb`.
        pub color: String,
        /// What it is for; may be empty.
        pub description: String,
        /// Grows with every change.
        pub version: i64,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// The last change.
        pub updated_at: DateTime<Utc>,
    }
}

body! {
    /// `POST tags`.
    pub struct CreateTag {
        /// 1 to 50 characters on one line, without commas; unique whatever the case.
        pub name: String,
        /// `#rrggbb`; grey when left out.
        #[serde(default)]
        pub color: Option<String>,
        /// What it is for.
        #[serde(default)]
        pub description: String,
    }

    /// `PATCH tags/{id}`: what is left out stays.
    pub struct ChangeTag {
        /// `#rrggbb`.
        #[serde(default)]
        pub color: Option<String>,
        /// What it is for.
        #[serde(default)]
        pub description: Option<String>,
    }
}
