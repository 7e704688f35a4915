//! Built-in accounts in the storage.

use async_trait::async_trait;

use crate::{
    model::{PersonId, PersonRecord, Role, TenantId, Timestamp},
    storage::Result,
};

/// What a person signs in with.
#[derive(Clone, PartialEq)]
pub struct AccountRecord {
    /// Who it is.
    pub person: PersonId,
    /// The boundary of all data.
    pub tenant: TenantId,
    /// [`email_key`](crate::model::text::email_key) of the address: what spellings of one mailbox share.
    pub email_key: String,
    /// Argon2id, PHC string; none for somebody invited who has chosen no password yet.
    pub password_hash: Option<String>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The latest sign-in.
    pub last_login_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl AccountRecord {
    /// What stands in for the account of somebody whom the host knows: it names nobody and signs nobody in.
    pub(crate) const fn nameless(person: &PersonRecord) -> Self {
        Self {
            person: person.id,
            tenant: person.tenant,
            email_key: String::new(),
            password_hash: None,
            first_name: String::new(),
            last_name: String::new(),
            last_login_at: None,
            created_at: person.created_at,
        }
    }
}

impl std::fmt::Debug for AccountRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountRecord").field("person", &self.person).finish_non_exhaustive()
    }
}

/// Reading accounts.
#[async_trait]
pub trait Accounts: Send {
    /// The account of an address.
    async fn find_account(&mut self, tenant: TenantId, email_key: &str) -> Result<Option<AccountRecord>>;

    /// The account of a person.
    async fn find_account_of(&mut self, tenant: TenantId, person: PersonId) -> Result<Option<AccountRecord>>;

    /// The accounts of these people, in any order.
    async fn list_accounts_of(&mut self, tenant: TenantId, people: &[PersonId]) -> Result<Vec<AccountRecord>>;

    /// Active accounts of a role.
    async fn count_accounts(&mut self, tenant: TenantId, role: Role) -> Result<i64>;
}

/// Changing accounts.
#[async_trait]
pub trait AccountsMut: Send {
    /// Adds an account.
    ///
    /// # Errors
    /// `Conflict` when the address has one.
    async fn insert_account(&mut self, account: &AccountRecord) -> Result<()>;

    /// Writes names and hash of a known account.
    async fn update_account(&mut self, account: &AccountRecord) -> Result<()>;

    /// Notes a sign-in, if `password_hash` is still the one by which it was judged; whether it is.
    async fn note_sign_in(
        &mut self,
        tenant: TenantId,
        person: PersonId,
        password_hash: &str,
        at: Timestamp,
    ) -> Result<bool>;

    /// Removes the account of a person: the address is free again.
    async fn delete_account(&mut self, tenant: TenantId, person: PersonId) -> Result<()>;

    /// Takes the tenant's set-up lock until the end of the transaction, so that two set-ups cannot both find no admin, and two who use
    /// a new label cannot both make it.
    async fn lock_setup(&mut self, tenant: TenantId) -> Result<()>;
}
