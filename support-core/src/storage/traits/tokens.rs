//! Portal tokens in the storage. Only SHA-256 of a secret is ever stored.

use async_trait::async_trait;

use crate::{
    model::{TenantId, TicketId, Timestamp, TokenId, TokenRecord},
    storage::Result,
};

/// Reading tokens.
#[async_trait]
pub trait Tokens: Send {
    /// The token of a secret, live or not.
    async fn find_token_by_hash(&mut self, tenant: TenantId, secret_hash: &[u8; 32]) -> Result<Option<TokenRecord>>;

    /// The token by its id, live or not.
    async fn find_token(&mut self, tenant: TenantId, id: TokenId) -> Result<Option<TokenRecord>>;

    /// Tokens, newest first; those of one ticket, or all. `before` is the id of the previous page's last row.
    async fn list_tokens(
        &mut self,
        tenant: TenantId,
        ticket: Option<TicketId>,
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

    /// Counts an accepted request.
    async fn count_token_use(&mut self, tenant: TenantId, id: TokenId) -> Result<()>;
}
