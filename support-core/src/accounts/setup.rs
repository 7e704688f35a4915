//! The first admin: by a one-time code, or by whoever holds the data folder.

use chrono::TimeDelta;

use super::{Accounts, users::NewUser};
use crate::{
    desk::{Call, Desk},
    error::{Error, Result},
    model::{Actor, PersonRecord, Role, SessionId, TenantId},
    protocol::SetupRequest,
    secret::{self, prefix},
    storage::{SessionKind, SessionRecord},
};

/// Minutes that a set-up code lives.
const CODE_MINUTES: i64 = 30;

impl Accounts {
    /// Whether the desk still has no admin.
    pub(crate) async fn needs_setup(&self, desk: &Desk, tenant: TenantId) -> Result<bool> {
        Ok(desk.reader().await?.count_accounts(tenant, Role::Admin).await? == 0)
    }

    /// Draws a set-up code; older ones end. None when there is an admin already.
    pub(crate) async fn setup_code(&self, desk: &Desk, tenant: TenantId) -> Result<Option<String>> {
        let mut tx = desk.storage().write().await?;
        tx.lock_setup(tenant).await?;
        if tx.count_accounts(tenant, Role::Admin).await? > 0 {
            return Ok(None);
        }
        let now = desk.now();
        let code = secret::fresh(prefix::SETUP, desk.entropy());
        let session = SessionRecord {
            id: SessionId(desk.fresh_id(now)),
            tenant,
            kind: SessionKind::Setup,
            person: None,
            inbox: None,
            token: None,
            parent: None,
            created_at: now,
            expires_at: now + TimeDelta::minutes(CODE_MINUTES),
            revoked_at: None,
        };
        tx.revoke_setup(tenant, now).await?;
        tx.insert_session(&session, Some(&secret::hash(&code))).await?;
        tx.commit().await?;
        Ok(Some(code))
    }

    /// Makes the first admin. Of two at the same time one succeeds; a code that failed on a bad password still works.
    pub(crate) async fn setup(&self, desk: &Desk, call: &Call, request: &SetupRequest) -> Result<PersonRecord> {
        let tenant = call.actor.tenant;
        if !secret::is_well_formed(prefix::SETUP, &request.code) {
            return Err(desk.wrong_secret(tenant, call.address, Error::NotFound).await);
        }
        let user = NewUser::admin(&request.email, &request.password, &request.name)?;
        let hash = self.hasher.hash(&request.password, desk.entropy()).await?;
        let mut tx = desk.storage().write().await?;
        tx.lock_setup(tenant).await?;
        let now = desk.now();
        let code = tx.consume_session(SessionKind::Setup, &secret::hash(&request.code), now).await?;
        if code.is_none_or(|code| code.tenant != tenant) || tx.count_accounts(tenant, Role::Admin).await? > 0 {
            drop(tx);
            return Err(desk.wrong_secret(tenant, call.address, Error::NotFound).await);
        }
        let person = user.insert(desk, call, Some(hash), tx.as_write()).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Makes the first admin without a code, for whoever holds the data folder.
    pub(crate) async fn setup_directly(
        &self,
        desk: &Desk,
        tenant: TenantId,
        email: &str,
        password: &str,
        name: &str,
    ) -> Result<PersonRecord> {
        let user = NewUser::admin(email, password, name)?;
        let hash = self.hasher.hash(password, desk.entropy()).await?;
        let mut tx = desk.storage().write().await?;
        tx.lock_setup(tenant).await?;
        if tx.count_accounts(tenant, Role::Admin).await? > 0 {
            return Err(Error::Conflict { code: "already_set_up", detail: "There is an admin already.".into() });
        }
        let call = Call::new(Actor::system(tenant), "setup");
        let person = user.insert(desk, &call, Some(hash), tx.as_write()).await?;
        tx.commit().await?;
        Ok(person)
    }
}
