//! Accounts and the people behind them.

use crate::model::{DateTime, Utc};

use super::{body, double_option, wire};
use crate::model::{ActorKind, Permissions, PersonId, Role, SettingId};

body! {
    /// `POST auth/login`.
    pub struct Credentials {
        /// The account's address, in any case.
        pub email: String,
        /// The password.
        pub password: String,
    }

    /// `POST auth/register`: a customer's own account.
    pub struct Register {
        /// The address to sign in with.
        pub email: String,
        /// 8 to 256 characters, none of the common ones.
        pub password: String,
        /// Given name.
        #[serde(default)]
        pub first_name: String,
        /// Family name.
        #[serde(default)]
        pub last_name: String,
    }

    /// The first admin, by the one-time setup link.
    pub struct SetupRequest {
        /// The code out of the link.
        pub code: String,
        /// The admin's address.
        pub email: String,
        /// 8 to 256 characters, none of the common ones.
        pub password: String,
        /// The admin's name, as customers will see it.
        #[serde(default)]
        pub name: String,
    }

    /// `POST auth/refresh` and `auth/logout`.
    pub struct RefreshRequest {
        /// The refresh token; it is spent by this call.
        pub refresh_token: String,
    }

    /// `POST users`: an admin makes an account.
    pub struct CreateUser {
        /// The address to sign in with.
        pub email: String,
        /// 8 to 256 characters, none of the common ones. Left out: the person is invited by mail to choose one.
        #[serde(default)]
        pub password: Option<String>,
        /// Given name.
        #[serde(default)]
        pub first_name: String,
        /// Family name.
        #[serde(default)]
        pub last_name: String,
        /// `agent` when left out.
        #[serde(default)]
        pub role: Option<Role>,
        /// A custom role, for agents.
        #[serde(default)]
        pub custom_role: Option<SettingId>,
    }

    /// `PATCH users/me`: what is left out stays.
    pub struct ChangeMe {
        /// Given name.
        #[serde(default)]
        pub first_name: Option<String>,
        /// Family name.
        #[serde(default)]
        pub last_name: Option<String>,
        /// Needed for a new password.
        #[serde(default)]
        pub current_password: Option<String>,
        /// 8 to 256 characters, none of the common ones. Ends every session of the account.
        #[serde(default)]
        pub new_password: Option<String>,
    }

    /// `POST auth/password/forgot`.
    pub struct ForgotPassword {
        /// The account's address, in any case.
        pub email: String,
    }

    /// `POST auth/password/reset`.
    pub struct ResetPassword {
        /// The code out of the letter's link: of an invitation, or for a new password.
        pub token: String,
        /// 8 to 256 characters, none of the common ones.
        pub password: String,
    }

    /// `PATCH users/{id}`: what is left out stays.
    pub struct ChangeUser {
        /// Given name.
        #[serde(default)]
        pub first_name: Option<String>,
        /// Family name.
        #[serde(default)]
        pub last_name: Option<String>,
        /// With `users:manage` only.
        #[serde(default)]
        pub role: Option<Role>,
        /// With `users:manage` only. A custom role, for agents; null gives the usual rights back.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<SettingId>))]
        pub custom_role: Option<Option<SettingId>>,
        /// With `users:manage` only. `false` ends the account's sessions at once.
        #[serde(default)]
        pub is_active: Option<bool>,
    }
}

wire! {
    /// What `login` and `refresh` answer.
    pub struct Tokens {
        /// Goes into `Authorization: Bearer`.
        pub access_token: String,
        /// Buys the next pair, once.
        pub refresh_token: String,
        /// Always `bearer`.
        pub token_type: String,
        /// Seconds that the access token lives.
        pub expires_in: u64,
    }

    /// An account, or a person known from the host.
    pub struct User {
        /// The person's one id everywhere.
        pub id: PersonId,
        /// Null where the host did not say.
        pub email: Option<String>,
        /// Given name.
        pub first_name: String,
        /// Family name.
        pub last_name: String,
        /// The name to show.
        pub name: String,
        /// The role of the account.
        pub role: Role,
        /// The custom role that says what an agent may do; null: the usual rights.
        pub custom_role: Option<SettingId>,
        /// Whether the person may sign in.
        pub is_active: bool,
        /// Whether the person was invited and has chosen no password yet.
        pub is_invited: bool,
        /// Null before the first sign-in.
        pub last_login_at: Option<DateTime<Utc>>,
        /// When the person became known.
        pub created_at: DateTime<Utc>,
        /// The last change.
        pub updated_at: DateTime<Utc>,
    }

    /// `GET auth/me`: who the caller is.
    pub struct Me {
        /// What stands in `assigned_to`, `author` and the rest.
        pub id: PersonId,
        /// The kind of caller.
        pub kind: ActorKind,
        /// The name to show.
        pub name: String,
        /// Null where nobody said.
        pub email: Option<String>,
        /// The role of the account.
        pub role: Role,
        /// What the caller may do at the desk; empty for customers.
        pub permissions: Permissions,
        /// Where the live feed stands: everything read after this call is covered by a feed started with `?since=` this.
        pub cursor: String,
    }
}
