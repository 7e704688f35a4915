//! Custom fields.

use super::{body, wire};
use crate::model::{DateTime, FieldKind, SettingId, Utc};

wire! {
    /// A fact that tickets carry on this desk only.
    pub struct Field {
        /// Its id.
        pub id: SettingId,
        /// What stands in a ticket's `custom_fields`. Never changes.
        pub key: String,
        /// What people read.
        pub label: String,
        /// What its values are. Never changes.
        #[serde(rename = "type")]
        pub kind: FieldKind,
        /// What can be chosen; empty unless it is a select.
        pub options: Vec<String>,
        /// Fields are shown in ascending order.
        pub position: i32,
        /// Grows with every change.
        pub version: i64,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// The last change.
        pub updated_at: DateTime<Utc>,
    }
}

body! {
    /// `POST fields`.
    #[cfg_attr(feature = "server", schema(example = json!({ "key": "size", "label": "Size", "type": "select", "options": ["S", "M", "L"], "position": 1 })))]
    pub struct CreateField {
        /// 1 to 40 of `a-z 0-9 _`, a letter first; unique.
        pub key: String,
        /// 1 to 100 characters.
        pub label: String,
        /// What its values are.
        #[serde(rename = "type")]
        pub kind: FieldKind,
        /// For a select: 1 to 100 different texts of up to 100 characters.
        #[serde(default)]
        pub options: Vec<String>,
        /// Its place among the fields; 0 when left out.
        #[serde(default)]
        pub position: i32,
    }

    /// `PATCH fields/{id}`: what is left out stays. An option that goes stays in the tickets that have it.
    pub struct ChangeField {
        /// 1 to 100 characters.
        #[serde(default)]
        pub label: Option<String>,
        /// For a select: 1 to 100 different texts of up to 100 characters.
        #[serde(default)]
        pub options: Option<Vec<String>>,
        /// Its place among the fields.
        #[serde(default)]
        pub position: Option<i32>,
    }
}
