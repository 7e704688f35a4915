//! Custom roles, teams and API keys.

use super::{body, wire};
use crate::model::{DateTime, Permissions, PersonId, SettingId, Utc};

wire! {
    /// What agents may do who hold it.
    pub struct CustomRole {
        /// Its id.
        pub id: SettingId,
        /// Unique whatever the case.
        pub name: String,
        /// What it is for; may be empty.
        pub description: String,
        /// What its holders may do, and nothing else.
        pub permissions: Permissions,
        /// Grows with every change.
        pub version: i64,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// The last change.
        pub updated_at: DateTime<Utc>,
    }

    /// People who look after tickets together.
    pub struct Team {
        /// Its id.
        pub id: SettingId,
        /// Unique whatever the case.
        pub name: String,
        /// What it is for; may be empty.
        pub description: String,
        /// Agents.
        pub members: Vec<PersonId>,
        /// Grows with every change.
        pub version: i64,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// The last change.
        pub updated_at: DateTime<Utc>,
    }

    /// A program's key, without its secret.
    pub struct ApiKey {
        /// Its id, and the id of what the program does as an author.
        pub id: PersonId,
        /// What people call it.
        pub name: String,
        /// How the secret starts, to tell keys apart.
        pub hint: String,
        /// What it may do at most. It never does what its maker may not.
        pub scopes: Permissions,
        /// Who made it. When that person is disabled or deleted, the key opens nothing.
        pub created_by: PersonId,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// From then on it opens nothing; null: until it is revoked.
        pub expires_at: Option<DateTime<Utc>>,
        /// The latest use, to the minute.
        pub last_used_at: Option<DateTime<Utc>>,
        /// When it was revoked.
        pub revoked_at: Option<DateTime<Utc>>,
    }

    /// A fresh key. The secret is in this answer and nowhere else.
    pub struct MintedApiKey {
        /// Its id.
        pub id: PersonId,
        /// The secret: goes into `Authorization: Bearer` or `X-API-Key`.
        pub key: String,
        /// What people call it.
        pub name: String,
        /// What it may do at most.
        pub scopes: Permissions,
        /// From then on it opens nothing; null: until it is revoked.
        pub expires_at: Option<DateTime<Utc>>,
    }
}

body! {
    /// `POST roles`.
    pub struct CreateRole {
        /// 1 to 100 characters on one line; unique whatever the case.
        pub name: String,
        /// What it is for.
        #[serde(default)]
        pub description: String,
        /// What its holders may do. None that the caller does not have.
        pub permissions: Permissions,
    }

    /// `PATCH roles/{id}`: what is left out stays.
    pub struct ChangeRole {
        /// 1 to 100 characters on one line.
        #[serde(default)]
        pub name: Option<String>,
        /// What it is for.
        #[serde(default)]
        pub description: Option<String>,
        /// What its holders may do, from their next request on.
        #[serde(default)]
        pub permissions: Option<Permissions>,
    }

    /// `POST teams`.
    pub struct CreateTeam {
        /// 1 to 100 characters on one line; unique whatever the case.
        pub name: String,
        /// What it is for.
        #[serde(default)]
        pub description: String,
        /// Active agents, 500 at most.
        #[serde(default)]
        pub members: Vec<PersonId>,
    }

    /// `PATCH teams/{id}`: what is left out stays.
    pub struct ChangeTeam {
        /// 1 to 100 characters on one line.
        #[serde(default)]
        pub name: Option<String>,
        /// What it is for.
        #[serde(default)]
        pub description: Option<String>,
        /// All members, replacing those before.
        #[serde(default)]
        pub members: Option<Vec<PersonId>>,
    }

    /// `POST api-keys`.
    pub struct CreateApiKey {
        /// 1 to 100 characters on one line.
        pub name: String,
        /// At least one; none that the caller does not have, and never `api_keys:manage`.
        pub scopes: Permissions,
        /// 1 to 365; the key lives until it is revoked when left out.
        #[serde(default)]
        pub expires_in_days: Option<u32>,
    }

    /// `PATCH api-keys/{id}`.
    pub struct ChangeApiKey {
        /// 1 to 100 characters on one line.
        pub name: String,
    }
}
