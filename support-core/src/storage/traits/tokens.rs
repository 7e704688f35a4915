//! Portal tokens in the storage. Only SHA-256 of a secret is ever stored.

use async_trait::async_trait;

use crate::{
    model::{PersonId, TenantId, TicketId, Timestamp, TokenId, TokenRecord},
    protocol::Link,
    storage::Result,
};

/// Which tokens a list shows. Empty fields do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// Links to this ticket.
    pub ticket: Option<TicketId>,
    /// Links whose holder acts as this contact.
    pub contact: Option<PersonId>,
    /// Links to this record of the host.
    pub link: Option<Link>,
}

/// Reading tokens.
#[async_trait]
pub trait Tokens: Send {
    /// The token of a secret, live or not.
    async fn find_token_by_hash(&mut self, tenant: TenantId, secret_hash: &[u8; 32]) -> Result<Option<TokenRecord>>;

    /// The token by its id, live or not.
    async fn find_token(&mut self, tenant: TenantId, id: TokenId) -> Result<Option<TokenRecord>>;

    /// Tokens, newest first. `active` asks for those that work at a time, or for those that do not; `before` is the id of the
    /// previous page's last row.
    async fn list_tokens(
        &mut self,
        tenant: TenantId,
        filter: &TokenFilter,
        active: Option<(bool, Timestamp)>,
        before: Option<TokenId>,
        limit: u32,
    ) -> Result<Vec<TokenRecord>>;
}

/// Changing tokens.
#[async_trait]
pub trait TokensMut: Send {
    /// Adds a token.
    async fn insert_token(&mut self, token: &TokenRecord, secret_hash: &[u8; 32]) -> Result<()>;

    /// Ends a token and the sessions that came from it. Ending twice changes nothing.
    async fn revoke_token(&mut self, tenant: TenantId, id: TokenId, now: Timestamp) -> Result<()>;

    /// Counts accepted requests, the latest at `last_at`.
    async fn count_token_uses(&mut self, tenant: TenantId, id: TokenId, uses: i64, last_at: Timestamp) -> Result<()>;
}
