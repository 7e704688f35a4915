//! Signing in and out, refreshing, and finding out whose session a request carries.

use std::{
    collections::BTreeMap,
    sync::{MutexGuard, PoisonError},
};

use chrono::TimeDelta;

use super::{Accounts, CACHE_MAX, CACHE_TIME, Seen, access::Access};
use crate::{
    desk::{Call, Counted, Desk, Limit, Limited, user},
    error::{Error, Result},
    model::{EventType, PersonId, PersonRecord, SessionId, TenantId, text},
    protocol::{Change, Credentials, Tokens},
    secret::{self, prefix},
    storage::{OwnedTx, SessionKind, SessionRecord, Spent, WriteTx},
};

/// Notes that somebody signed in.
async fn signed_in(desk: &Desk, call: &Call, tx: &mut dyn WriteTx, person: &PersonRecord) -> Result<()> {
    let call = Call { actor: desk.actor(person).await?, ..call.clone() };
    desk.record(&call, tx, desk.now(), EventType::UserSignedIn, user(person.id), BTreeMap::new()).await?;
    Ok(())
}

/// A new session of the dashboard: its secret goes into the cookie.
#[derive(Debug)]
pub(crate) struct DashboardSession {
    pub(crate) secret: String,
    pub(crate) person: PersonRecord,
}

impl Accounts {
    /// The person behind an address and a password, in a transaction that already notes the sign-in. One answer for everything that is
    /// wrong, after the same work.
    async fn verify(
        &self,
        desk: &Desk,
        call: &Call,
        credentials: &Credentials,
    ) -> Result<(Box<dyn OwnedTx>, PersonRecord)> {
        let tenant = call.actor.tenant;
        let mut tx = desk.storage().write().await?;
        let mailbox = Limited::mailbox(Limit::SIGN_IN, &credentials.email);
        let mut account_tries = desk.count_try(tx.as_write(), tenant, &mailbox).await?;
        let address = Limited::address(Limit::ADDRESS, call.address);
        let mut address_tries = match &address {
            Some(address) => Some(desk.count_try(tx.as_write(), tenant, address).await?),
            None => None,
        };
        let account = tx.find_account(tenant, &text::email_key(&credentials.email)).await?;
        if let (true, Some(account)) = (account_tries.is_first_refused, &account) {
            let failures = Change { from: None, to: Some(Limit::SIGN_IN.quota.to_string()) };
            let changes = BTreeMap::from([("failures".to_owned(), failures)]);
            let (now, kind) = (desk.now(), EventType::UserSignInFailed);
            desk.record(call, tx.as_write(), now, kind, user(account.person), changes).await?;
        }
        tx.commit().await?;
        account_tries.admit()?;
        address_tries.as_mut().map_or(Ok(()), Counted::admit)?;

        let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
        let right = self.hasher.verify(&credentials.password, hash).await?;
        let (true, Some(account), Some(hash)) = (right, &account, hash) else {
            tracing::info!(request.id = call.request_id, "a sign-in failed");
            return Err(Error::WrongCredentials);
        };
        let mut tx = desk.storage().write().await?;
        // Held, since whoever disables them meanwhile ends the sessions that are there by then.
        let person = tx.hold_person(tenant, account.person).await?.filter(|person| person.is_active);
        let person = person.ok_or(Error::WrongCredentials)?;
        // Judging took its time: a password that was changed meanwhile is a wrong one.
        if !tx.note_sign_in(tenant, account.person, hash, desk.now()).await? {
            return Err(Error::WrongCredentials);
        }
        desk.forget_tries(tx.as_write(), tenant, &account_tries).await?;
        if let Some(tries) = &address_tries {
            desk.uncount_try(tx.as_write(), tenant, tries).await?;
        }
        signed_in(desk, call, tx.as_write(), &person).await?;
        Ok((tx, person))
    }

    /// Signs an API client in.
    pub(crate) async fn login(&self, desk: &Desk, call: &Call, credentials: &Credentials) -> Result<Tokens> {
        let (mut tx, person) = self.verify(desk, call, credentials).await?;
        let session = self.session(desk, SessionKind::Login, &person);
        let refresh = secret::fresh(prefix::REFRESH, desk.entropy());
        tx.insert_session(&session, None).await?;
        tx.insert_refresh(session.id, &secret::hash(&refresh)).await?;
        tx.commit().await?;
        self.tokens(desk, person.id, &session, refresh)
    }

    /// Signs a browser in.
    pub(crate) async fn sign_in(
        &self,
        desk: &Desk,
        call: &Call,
        credentials: &Credentials,
    ) -> Result<DashboardSession> {
        let (tx, person) = self.verify(desk, call, credentials).await?;
        self.insert_dashboard(desk, tx, person).await
    }

    /// Starts a dashboard session for somebody whose identity is established.
    pub(crate) async fn start_dashboard(
        &self,
        desk: &Desk,
        call: &Call,
        person: PersonRecord,
    ) -> Result<DashboardSession> {
        let mut tx = desk.storage().write().await?;
        signed_in(desk, call, tx.as_write(), &person).await?;
        self.insert_dashboard(desk, tx, person).await
    }

    async fn insert_dashboard(
        &self,
        desk: &Desk,
        mut tx: Box<dyn OwnedTx>,
        person: PersonRecord,
    ) -> Result<DashboardSession> {
        let session = self.session(desk, SessionKind::Dashboard, &person);
        let secret = secret::fresh(prefix::SESSION, desk.entropy());
        tx.insert_session(&session, Some(&secret::hash(&secret))).await?;
        tx.commit().await?;
        Ok(DashboardSession { secret, person })
    }

    fn session(&self, desk: &Desk, kind: SessionKind, person: &PersonRecord) -> SessionRecord {
        let now = desk.now();
        SessionRecord {
            id: SessionId(desk.fresh_id(now)),
            tenant: person.tenant,
            kind,
            person: Some(person.id),
            inbox: None,
            token: None,
            parent: None,
            created_at: now,
            expires_at: now + TimeDelta::days(self.options.refresh_days.into()),
            revoked_at: None,
        }
    }

    fn tokens(&self, desk: &Desk, person: PersonId, session: &SessionRecord, refresh_token: String) -> Result<Tokens> {
        let access = Access { person, session: session.id, tenant: session.tenant };
        let access_token = self.key.sign(access, desk.now(), self.options.access_minutes);
        Ok(Tokens {
            access_token: access_token.ok_or_else(|| Error::internal("an access token could not be signed"))?,
            refresh_token,
            token_type: "bearer".to_owned(),
            expires_in: u64::from(self.options.access_minutes) * 60,
        })
    }

    /// Spends a refresh token for the next pair. A token that was spent before ends its whole session: somebody has a copy.
    pub(crate) async fn refresh(&self, desk: &Desk, call: &Call, refresh_token: &str) -> Result<Tokens> {
        match self.refreshed(desk, call, refresh_token).await {
            Err(Error::Unauthenticated) => {
                Err(desk.wrong_secret(call.actor.tenant, call.address, Error::Unauthenticated).await)
            }
            other => other,
        }
    }

    async fn refreshed(&self, desk: &Desk, call: &Call, refresh_token: &str) -> Result<Tokens> {
        if !secret::is_well_formed(prefix::REFRESH, refresh_token) {
            return Err(Error::Unauthenticated);
        }
        let (tenant, now) = (call.actor.tenant, desk.now());
        let mut tx = desk.storage().write().await?;
        let spent = tx.spend_refresh(&secret::hash(refresh_token), now).await?.ok_or(Error::Unauthenticated)?;
        let (Spent::Now(id) | Spent::Before(id)) = spent;
        let session = tx.find_session_by_id(tenant, id).await?.ok_or(Error::Unauthenticated)?;
        if let Spent::Before(id) = spent {
            tracing::warn!(session.id = %id, "a spent refresh token was used again: the session is ended");
            if let Some(person) = session.person.filter(|_| session.is_live(now)) {
                let reason = Change { from: None, to: Some("a spent refresh token was used again".to_owned()) };
                let changes = BTreeMap::from([("reason".to_owned(), reason)]);
                desk.record(call, tx.as_write(), now, EventType::UserSignedOut, user(person), changes).await?;
            }
            tx.revoke_session(tenant, id, now).await?;
            tx.commit().await?;
            self.forget(id);
            return Err(Error::Unauthenticated);
        }
        let person = match session.person {
            Some(person) if session.is_live(now) => tx.find_person(tenant, person).await?,
            Some(_) | None => None,
        };
        let person = person.filter(|person| person.is_active).ok_or(Error::Unauthenticated)?;
        let next = secret::fresh(prefix::REFRESH, desk.entropy());
        tx.insert_refresh(session.id, &secret::hash(&next)).await?;
        tx.commit().await?;
        self.tokens(desk, person.id, &session, next)
    }

    /// Ends the session of a refresh token. An unknown token is no error: the wish is fulfilled.
    pub(crate) async fn logout(&self, desk: &Desk, call: &Call, refresh_token: &str) -> Result<()> {
        if !secret::is_well_formed(prefix::REFRESH, refresh_token) {
            return Ok(());
        }
        let mut tx = desk.storage().write().await?;
        let spent = tx.spend_refresh(&secret::hash(refresh_token), desk.now()).await?;
        let Some(Spent::Now(id) | Spent::Before(id)) = spent else { return Ok(()) };
        self.end_in(desk, call, tx, id).await
    }

    /// Ends one session.
    pub(crate) async fn end(&self, desk: &Desk, call: &Call, id: SessionId) -> Result<()> {
        let tx = desk.storage().write().await?;
        self.end_in(desk, call, tx, id).await
    }

    async fn end_in(&self, desk: &Desk, call: &Call, mut tx: Box<dyn OwnedTx>, id: SessionId) -> Result<()> {
        desk.end_session(call, tx.as_write(), id).await?;
        tx.commit().await?;
        self.forget(id);
        Ok(())
    }

    /// The person and session behind an access token.
    pub(crate) async fn by_access_token(
        &self,
        desk: &Desk,
        tenant: TenantId,
        token: &str,
    ) -> Result<Option<(PersonRecord, SessionId)>> {
        let Some(access) = self.key.verify(token, desk.now()).filter(|access| access.tenant == tenant) else {
            return Ok(None);
        };
        let generation = match self.remembered(desk, access.session) {
            Ok(person) => return Ok(Some((person, access.session))),
            Err(generation) => generation,
        };
        let mut tx = desk.reader().await?;
        let session = tx.find_session_by_id(tenant, access.session).await?;
        let session = session.filter(|session| {
            session.kind == SessionKind::Login && session.person == Some(access.person) && session.is_live(desk.now())
        });
        let Some(session) = session else { return Ok(None) };
        let person = tx.find_person(tenant, access.person).await?.filter(|person| person.is_active);
        drop(tx);
        Ok(person.map(|person| (self.remember(desk, session.id, person, generation), session.id)))
    }

    /// The person and session behind the dashboard's cookie.
    pub(crate) async fn by_cookie(
        &self,
        desk: &Desk,
        tenant: TenantId,
        secret: &str,
    ) -> Result<Option<(PersonRecord, SessionId)>> {
        if !secret::is_well_formed(prefix::SESSION, secret) {
            return Ok(None);
        }
        let now = desk.now();
        // Before the first look: what ends a session in between ends what is remembered of it.
        let generation = self.seen().generation;
        let mut tx = desk.reader().await?;
        let session = tx.find_session(SessionKind::Dashboard, &secret::hash(secret)).await?;
        let session = session.filter(|session| session.tenant == tenant && session.is_live(now));
        let Some((id, person)) = session.and_then(|session| Some((session.id, session.person?))) else {
            return Ok(None);
        };
        if let Ok(person) = self.remembered(desk, id) {
            return Ok(Some((person, id)));
        }
        let person = tx.find_person(tenant, person).await?.filter(|person| person.is_active);
        drop(tx);
        Ok(person.map(|person| (self.remember(desk, id, person, generation), id)))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whose session it is, or the generation to hand to [`remember`](Self::remember) with who is read now.
    fn remembered(&self, desk: &Desk, id: SessionId) -> std::result::Result<PersonRecord, u64> {
        let seen = self.seen();
        let known = seen.people.get(&id).filter(|(_, seen_at)| desk.now() - *seen_at < CACHE_TIME);
        known.map(|(person, _)| person.clone()).ok_or(seen.generation)
    }

    fn remember(&self, desk: &Desk, id: SessionId, person: PersonRecord, generation: u64) -> PersonRecord {
        let mut seen = self.seen();
        if seen.generation == generation {
            if seen.people.len() >= CACHE_MAX {
                seen.people.clear();
            }
            seen.people.insert(id, (person.clone(), desk.now()));
        }
        person
    }

    fn forget(&self, id: SessionId) {
        let mut seen = self.seen();
        seen.generation += 1;
        seen.people.remove(&id);
    }

    /// Forgets every session of a person, so that the next request asks the database.
    pub(crate) fn forget_person(&self, id: PersonId) {
        let mut seen = self.seen();
        seen.generation += 1;
        seen.people.retain(|_, (person, _)| person.id != id);
    }
}
