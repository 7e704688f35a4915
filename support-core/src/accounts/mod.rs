//! Built-in accounts for desks whose host has none: passwords, access and refresh tokens, the dashboard's cookie session.

mod access;
mod password;
mod passwords;
mod session;
mod setup;
mod users;

use std::{collections::HashMap, sync::Mutex};

use axum::http::HeaderValue;
use chrono::TimeDelta;

pub use self::password::PasswordError;
pub(crate) use self::{access::AccessKey, session::DashboardSession};
use crate::{
    desk::Call,
    error::{Error, Result},
    http::BasePath,
    model::{Actor, PersonId, PersonRecord, SessionId, TenantId, Timestamp},
    protocol::{CreateUser, User},
    support::Support,
};

/// How the built-in accounts behave.
#[derive(Debug, Clone)]
pub struct AccountOptions {
    /// Minutes that an access token lives.
    pub access_minutes: u32,
    /// Days that a refresh token and a dashboard session live.
    pub refresh_days: u32,
    /// Whether customers may make accounts themselves, unless an admin says otherwise.
    pub open_registration: bool,
}

impl Default for AccountOptions {
    fn default() -> Self {
        Self { access_minutes: 30, refresh_days: 7, open_registration: true }
    }
}

/// How long another process may still accept a session that was ended here.
const CACHE_TIME: TimeDelta = TimeDelta::seconds(3);
const CACHE_MAX: usize = 10_000;

/// The built-in accounts.
#[derive(Debug)]
pub(crate) struct Accounts {
    pub(crate) options: AccountOptions,
    key: AccessKey,
    hasher: password::Hasher,
    sessions: Mutex<Seen>,
}

/// Live sessions seen lately.
#[derive(Debug, Default)]
struct Seen {
    /// Counts what was forgotten: what was read before must not be kept after it.
    generation: u64,
    people: HashMap<SessionId, (PersonRecord, Timestamp)>,
}

impl Accounts {
    pub(crate) fn new(options: AccountOptions, key: AccessKey) -> Self {
        Self { options, key, hasher: password::Hasher::new(), sessions: Mutex::default() }
    }
}

impl Support {
    /// Whether the desk has built-in accounts and still no admin.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn needs_setup(&self) -> Result<bool> {
        match &self.inner.accounts {
            Some(accounts) => accounts.needs_setup(self.desk(), TenantId::DEFAULT).await,
            None => Ok(false),
        }
    }

    /// Draws a one-time code for making the first admin, 30 minutes long; older codes end. None when there is an admin.
    ///
    /// # Errors
    /// `NotFound` without built-in accounts; when the storage fails.
    pub async fn setup_code(&self) -> Result<Option<String>> {
        self.accounts()?.setup_code(self.desk(), TenantId::DEFAULT).await
    }

    /// Whether people sign in here with email and password. A host that authenticates its own users has no such accounts.
    #[must_use]
    pub fn has_accounts(&self) -> bool {
        self.inner.accounts.is_some()
    }

    /// Makes the first admin without a code, for whoever holds the data folder.
    ///
    /// # Errors
    /// `Conflict` when there is an admin; `Invalid` for a bad address or password.
    pub async fn create_first_admin(&self, email: &str, password: &str, name: &str) -> Result<PersonId> {
        let person = self.accounts()?.setup_directly(self.desk(), TenantId::DEFAULT, email, password, name).await?;
        Ok(person.id)
    }

    /// Makes an account, on behalf of the engine itself.
    ///
    /// # Errors
    /// `Conflict` when the address has an account; `Invalid` for a field that breaks a rule.
    pub async fn create_user(&self, user: &CreateUser) -> Result<User> {
        let call = Call::new(Actor::system(TenantId::DEFAULT), "create-user");
        self.accounts()?.create_user(self.desk(), &call, user).await
    }

    /// Signs a browser in to the dashboard as somebody whose identity the caller has established. Returns the `Set-Cookie` value.
    ///
    /// # Errors
    /// `NotFound` when there is no such active person.
    pub async fn sign_in_as(&self, base: &BasePath, person: PersonId) -> Result<HeaderValue> {
        let person = self.desk().reader().await?.find_person(TenantId::DEFAULT, person).await?;
        let person = person.filter(|person| person.is_active).ok_or(Error::NotFound)?;
        self.start_dashboard(&Call::new(Actor::system(person.tenant), "sign-in-as"), base, person).await
    }
}
