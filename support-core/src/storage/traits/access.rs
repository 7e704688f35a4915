//! API keys and counted tries in the storage.

use async_trait::async_trait;

use crate::{
    model::{ApiKeyRecord, PersonId, TenantId, Timestamp},
    storage::Result,
};

/// How often something was tried in its present window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How often.
    pub count: i64,
    /// When the window ends and counting starts anew.
    pub ends_at: Timestamp,
}

/// Reading API keys and counted tries.
#[async_trait]
pub trait Access: Send {
    /// The key of a secret, live or not.
    async fn find_api_key_by_hash(&mut self, tenant: TenantId, secret_hash: &[u8; 32]) -> Result<Option<ApiKeyRecord>>;

    /// The key.
    async fn find_api_key(&mut self, tenant: TenantId, id: PersonId) -> Result<Option<ApiKeyRecord>>;

    /// Keys, newest first, before `before`.
    async fn list_api_keys(
        &mut self,
        tenant: TenantId,
        before: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<ApiKeyRecord>>;

    /// What was counted for `key`; none when its window has ended.
    async fn tries(&mut self, tenant: TenantId, key: &[u8; 32], now: Timestamp) -> Result<Option<Tries>>;
}

/// Changing API keys and counting tries.
#[async_trait]
pub trait AccessMut: Send {
    /// Adds a key. Its person must be there already.
    async fn insert_api_key(&mut self, key: &ApiKeyRecord, secret_hash: &[u8; 32]) -> Result<()>;

    /// Writes the name and the end of a known key.
    async fn update_api_key(&mut self, key: &ApiKeyRecord) -> Result<()>;

    /// Notes a use, unless one was noted after `unless_after`.
    async fn touch_api_key(
        &mut self,
        tenant: TenantId,
        id: PersonId,
        now: Timestamp,
        unless_after: Timestamp,
    ) -> Result<()>;

    /// Counts one more try, in one step: of two callers each gets a number of its own. A window that has ended starts anew until `ends_at`.
    async fn count_try(
        &mut self,
        tenant: TenantId,
        key: &[u8; 32],
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Result<Tries>;

    /// Takes one try of the window that ends at `ends_at` back.
    async fn uncount_try(&mut self, tenant: TenantId, key: &[u8; 32], ends_at: Timestamp) -> Result<()>;

    /// Forgets what was counted for `key`.
    async fn forget_tries(&mut self, tenant: TenantId, key: &[u8; 32]) -> Result<()>;

    /// Forgets all tries of windows that ended before `before`.
    async fn purge_tries(&mut self, before: Timestamp) -> Result<u64>;
}
