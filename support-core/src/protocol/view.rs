//! Saved views: a filter with a name.

use super::{body, wire};
use crate::model::{DateTime, PersonId, SettingId, Utc, ViewVisibility};

wire! {
    /// A saved view.
    pub struct View {
        /// Its id.
        pub id: SettingId,
        /// What the sidebar says.
        pub name: String,
        /// The filters and the order of `GET tickets`, as they stand behind its question mark.
        pub query: String,
        /// Who sees it.
        pub visibility: ViewVisibility,
        /// With `team`: which.
        pub team: Option<SettingId>,
        /// Where it stands among the views; lower is higher.
        pub position: i64,
        /// Whose it is.
        pub owner: Option<PersonId>,
        /// Grows with every change.
        pub version: i64,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// The last change.
        pub updated_at: DateTime<Utc>,
    }
}

body! {
    /// `POST views`.
    #[cfg_attr(feature = "server", schema(example = json!({ "name": "Urgent", "query": "status=open&priority=urgent", "visibility": "private" })))]
    pub struct CreateView {
        /// 1 to 100 characters on one line; unique among the views of everybody, or among one's own.
        pub name: String,
        /// The filters and the order of `GET tickets`: `status=open&assigned_to=me&ordering=sla_due_at`.
        pub query: String,
        /// `private` when left out. The others need the permission to share.
        #[serde(default)]
        pub visibility: Option<ViewVisibility>,
        /// With `team`: which.
        #[serde(default)]
        pub team: Option<SettingId>,
        /// 0 when left out.
        #[serde(default)]
        pub position: Option<i64>,
    }

    /// `PATCH views/{id}`: what is left out stays.
    #[cfg_attr(feature = "server", schema(example = json!({ "name": "Urgent", "query": "status=open&priority=urgent" })))]
    pub struct ChangeView {
        /// What the sidebar says.
        #[serde(default)]
        pub name: Option<String>,
        /// The filters and the order.
        #[serde(default)]
        pub query: Option<String>,
        /// Who sees it.
        #[serde(default)]
        pub visibility: Option<ViewVisibility>,
        /// With `team`: which.
        #[serde(default)]
        pub team: Option<SettingId>,
        /// Where it stands.
        #[serde(default)]
        pub position: Option<i64>,
    }
}
