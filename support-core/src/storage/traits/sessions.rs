//! Sessions and single-use secrets in the storage. Only SHA-256 of a secret is ever stored.

use async_trait::async_trait;

use crate::{
    model::{InboxId, PersonId, SessionId, TenantId, Timestamp, TokenId},
    storage::Result,
};

crate::model::choice!(
    /// What a session is for.
    SessionKind {
        /// Access and refresh tokens of an API client.
        Login = "login",
        /// The dashboard's cookie.
        Dashboard = "dashboard",
        /// The widget's cookie.
        Visitor = "visitor",
        /// The portal's cookie.
        Portal = "portal",
        /// A single-use ticket for a stream, 60 s.
        Stream = "stream",
        /// A single-use code for the first admin, 30 min.
        Setup = "setup",
        /// A single-use code for the first password of somebody invited, 7 days.
        Invite = "invite",
        /// A single-use code for a new password, 1 hour.
        Reset = "reset",
    }
);

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its id.
    pub id: SessionId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// What it is for.
    pub kind: SessionKind,
    /// Whose it is; none for a set-up code.
    pub person: Option<PersonId>,
    /// A visitor's inbox.
    pub inbox: Option<InboxId>,
    /// The portal token that it came from.
    pub token: Option<TokenId>,
    /// The session that a stream ticket was drawn by: it ends with that.
    pub parent: Option<SessionId>,
    /// When it began.
    pub created_at: Timestamp,
    /// From then on it is refused.
    pub expires_at: Timestamp,
    /// When it was ended early.
    pub revoked_at: Option<Timestamp>,
}

impl SessionRecord {
    /// Whether it counts at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

/// What became of a refresh token that was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// It was good and is spent now.
    Now(SessionId),
    /// It had been spent before: somebody has a copy.
    Before(SessionId),
}

/// Reading sessions.
#[async_trait]
pub trait Sessions: Send {
    /// The session of a secret, live or not.
    async fn find_session(&mut self, kind: SessionKind, secret_hash: &[u8; 32]) -> Result<Option<SessionRecord>>;

    /// The session by its id, live or not.
    async fn find_session_by_id(&mut self, tenant: TenantId, id: SessionId) -> Result<Option<SessionRecord>>;
}

/// Changing sessions.
#[async_trait]
pub trait SessionsMut: Send {
    /// Adds a session. Logins have no secret of their own.
    async fn insert_session(&mut self, session: &SessionRecord, secret_hash: Option<&[u8; 32]>) -> Result<()>;

    /// Finds a live single-use session and ends it, in one step: of two callers one gets it.
    async fn consume_session(
        &mut self,
        kind: SessionKind,
        secret_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<SessionRecord>>;

    /// Ends a session with its refresh tokens. Ending twice changes nothing.
    async fn revoke_session(&mut self, tenant: TenantId, id: SessionId, now: Timestamp) -> Result<()>;

    /// Ends all sessions of a person; `kind` of one kind only.
    async fn revoke_sessions_of(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        kind: Option<SessionKind>,
        now: Timestamp,
    ) -> Result<()>;

    /// Ends all set-up codes.
    async fn revoke_setup(&mut self, tenant: TenantId, now: Timestamp) -> Result<()>;

    /// Adds a refresh token to a session.
    async fn insert_refresh(&mut self, session: SessionId, secret_hash: &[u8; 32]) -> Result<()>;

    /// Spends a refresh token, in one step: of two callers one gets `Now`. None when nobody knows it.
    async fn spend_refresh(&mut self, secret_hash: &[u8; 32], now: Timestamp) -> Result<Option<Spent>>;

    /// Deletes what expired before `before`: sessions with their refresh tokens, and answers kept for idempotency keys.
    async fn purge_expired(&mut self, sessions_before: Timestamp, answers_before: Timestamp) -> Result<u64>;
}
