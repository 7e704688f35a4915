//! The widget's session.

use super::{Contact, body, wire};

body! {
    /// `POST w/api/v1/session`: starts a visitor's session or resumes the cookie's.
    pub struct StartSession {
        /// The inbox's public key.
        pub key: String,
        /// A JWT signed by the host: `sub`, `exp` (at most 24 h ahead), `aud` = the key; `email` and `name` if known.
        #[serde(default)]
        pub identity: Option<String>,
    }

    /// `PATCH w/api/v1/me`: what a visitor says of themselves; never proof of who they are.
    pub struct ChangeVisitor {
        /// The name to show.
        #[serde(default)]
        pub name: Option<String>,
        /// Where answers may go.
        #[serde(default)]
        pub email: Option<String>,
    }
}

wire! {
    /// Who the visitor is to us.
    pub struct VisitorSession {
        /// The visitor's own record.
        pub contact: Contact,
        /// Where the live feed stands: start it with `?since=`.
        pub cursor: String,
    }
}
