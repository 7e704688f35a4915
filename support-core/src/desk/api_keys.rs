//! API keys: programs that work at the desk. A key acts as a person of its own, within its scopes and within what its maker may do.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Call, Desk, found, list::place, reply::normal};
use crate::{
    error::{Error, Fields, Result},
    model::{
        Actor, ActorKind, ApiKeyRecord, EventType, Permission, Permissions, PersonId, PersonKind, PersonRecord, Role,
        Scope, TenantId, limits, text,
    },
    protocol::{ApiKey, Change, ChangeApiKey, CreateApiKey, MintedApiKey, Page},
    secret::{self, prefix},
};

/// A use is noted at most this often.
const USE_NOTED: TimeDelta = TimeDelta::seconds(60);
/// Characters of a secret that stay visible.
const HINT: usize = 7;

fn resource(id: PersonId) -> String {
    format!("api_key:{id}")
}

fn line(fields: &mut Fields, name: &str) -> String {
    fields.check("/name", text::line(&normal(name), limits::LABEL_MAX)).unwrap_or_default()
}

fn changed(from: Option<&str>, to: Option<&str>) -> Change {
    Change { from: from.map(str::to_owned), to: to.map(str::to_owned) }
}

impl Desk {
    /// Mints a key. The secret is in this answer and nowhere else.
    ///
    /// # Errors
    /// `Forbidden` for a program: a key cannot mint keys; `Invalid`.
    pub(crate) async fn mint_api_key(&self, call: &Call, input: CreateApiKey) -> Result<MintedApiKey> {
        let actor = &call.actor;
        let maker = actor.person.filter(|_| actor.kind == ActorKind::Agent).ok_or(Error::Forbidden)?;
        let mut fields = Fields::default();
        let name = line(&mut fields, &input.name);
        if input.scopes == Permissions::NONE {
            fields.refuse("/scopes", "empty", "must have at least one");
        }
        if input.scopes.has(Permission::ApiKeysManage) {
            fields.refuse("/scopes", "not_for_keys", "a key cannot manage keys");
        }
        if !actor.permissions.covers(input.scopes) {
            fields.refuse("/scopes", "not_yours", "must not have what you do not have yourself");
        }
        if input.expires_in_days.is_some_and(|days| !(1..=limits::API_KEY_DAYS_MAX).contains(&days)) {
            fields.refuse("/expires_in_days", "out_of_range", "must be 1 to 365");
        }
        fields.finish()?;
        let now = self.now();
        let id = PersonId(self.fresh_id(now));
        let secret = secret::fresh(prefix::API_KEY, self.entropy());
        let key = ApiKeyRecord {
            id,
            tenant: actor.tenant,
            name: name.clone(),
            hint: secret.chars().take(HINT).collect(),
            scopes: input.scopes,
            created_by: maker,
            created_at: now,
            expires_at: input.expires_in_days.map(|days| now + TimeDelta::days(days.into())),
            last_used_at: None,
            revoked_at: None,
        };
        let person = PersonRecord {
            id,
            tenant: actor.tenant,
            kind: PersonKind::Service,
            subject: Some(resource(id)),
            name,
            email: None,
            phone: None,
            verified: true,
            role: Role::Agent,
            custom_role: None,
            is_active: true,
            created_at: now,
            updated_at: now,
        };
        let scopes = key.scopes.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ");
        let changes = BTreeMap::from([
            ("name".to_owned(), changed(None, Some(&key.name))),
            ("scopes".to_owned(), changed(None, Some(&scopes))),
        ]);
        let mut tx = self.storage().write().await?;
        tx.upsert_person(&person).await?;
        tx.insert_api_key(&key, &secret::hash(&secret)).await?;
        self.record(call, tx.as_write(), now, EventType::ApiKeyCreated, resource(id), changes).await?;
        tx.commit().await?;
        Ok(MintedApiKey { id, key: secret, name: key.name, scopes: key.scopes, expires_at: key.expires_at })
    }

    /// Keys, newest first.
    ///
    /// # Errors
    /// `BadRequest` for a cursor of another list.
    pub(crate) async fn list_api_keys(&self, call: &Call, limit: u32, cursor: Option<&str>) -> Result<Page<ApiKey>> {
        let list = format!("api-keys {}", call.actor.tenant);
        let before = match cursor {
            Some(cursor) => Some(place(&self.inner.cursors.read(&list, cursor)?)?),
            None => None,
        };
        let mut keys = self.reader().await?.list_api_keys(call.actor.tenant, before, limit + 1).await?;
        let full = keys.len() > limit as usize;
        keys.truncate(limit as usize);
        let next = keys.last().filter(|_| full).map(|last| self.inner.cursors.write(&list, &last.id.to_string()));
        Ok(Page { data: keys.into_iter().map(api_key_view).collect(), next, previous: None })
    }

    /// One key.
    ///
    /// # Errors
    /// `NotFound`.
    pub(crate) async fn show_api_key(&self, call: &Call, id: PersonId) -> Result<ApiKey> {
        let key = self.reader().await?.find_api_key(call.actor.tenant, id).await?;
        found(key).map(api_key_view)
    }

    /// Gives a key another name. Messages that it wrote carry the new one.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`.
    pub(crate) async fn change_api_key(&self, call: &Call, id: PersonId, input: ChangeApiKey) -> Result<ApiKey> {
        let mut fields = Fields::default();
        let name = line(&mut fields, &input.name);
        fields.finish()?;
        let (tenant, now) = (call.actor.tenant, self.now());
        let mut tx = self.storage().write().await?;
        let before = found(tx.find_api_key(tenant, id).await?)?;
        if before.name == name {
            return Ok(api_key_view(before));
        }
        let changes = BTreeMap::from([("name".to_owned(), changed(Some(&before.name), Some(&name)))]);
        let mut person = found(tx.find_person(tenant, id).await?)?;
        person.name.clone_from(&name);
        person.updated_at = now;
        let key = ApiKeyRecord { name, ..before };
        tx.update_person(&person).await?;
        tx.update_api_key(&key).await?;
        self.record(call, tx.as_write(), now, EventType::ApiKeyUpdated, resource(id), changes).await?;
        tx.commit().await?;
        Ok(api_key_view(key))
    }

    /// Ends a key. Doing it twice changes nothing.
    ///
    /// # Errors
    /// `NotFound`.
    pub(crate) async fn revoke_api_key(&self, call: &Call, id: PersonId) -> Result<()> {
        let (tenant, now) = (call.actor.tenant, self.now());
        let mut tx = self.storage().write().await?;
        let key = found(tx.find_api_key(tenant, id).await?)?;
        if key.revoked_at.is_some() {
            return Ok(());
        }
        tx.update_api_key(&ApiKeyRecord { revoked_at: Some(now), ..key }).await?;
        self.record(call, tx.as_write(), now, EventType::ApiKeyRevoked, resource(id), BTreeMap::new()).await?;
        Ok(tx.commit().await?)
    }

    /// Who a key is. None for one that is unknown, revoked or expired, or whose maker is not active any more.
    pub(crate) async fn actor_of_key(&self, tenant: TenantId, secret: &str) -> Result<Option<Actor>> {
        if !secret::is_well_formed(prefix::API_KEY, secret) {
            return Ok(None);
        }
        let now = self.now();
        let mut tx = self.reader().await?;
        let key = tx.find_api_key_by_hash(tenant, &secret::hash(secret)).await?;
        let is_live = |key: &ApiKeyRecord| key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end > now);
        let Some(key) = key.filter(is_live) else { return Ok(None) };
        let maker = tx.find_person(tenant, key.created_by).await?.filter(|maker| maker.is_active);
        drop(tx);
        let Some(maker) = maker else { return Ok(None) };
        let permissions = key.scopes.and(self.actor(&maker).await?.permissions);
        if key.last_used_at.is_none_or(|used| used <= now - USE_NOTED) {
            let mut tx = self.storage().write().await?;
            tx.touch_api_key(tenant, key.id, now, now - USE_NOTED).await?;
            tx.commit().await?;
        }
        Ok(Some(Actor {
            tenant,
            kind: ActorKind::Service,
            person: Some(key.id),
            name: key.name,
            email: None,
            role: Role::Agent,
            permissions,
            scope: if permissions.has(Permission::TicketsRead) { Scope::Desk } else { Scope::Nothing },
            can: Vec::new(),
            link: None,
        }))
    }
}

fn api_key_view(key: ApiKeyRecord) -> ApiKey {
    ApiKey {
        id: key.id,
        name: key.name,
        hint: key.hint,
        scopes: key.scopes,
        created_by: key.created_by,
        created_at: key.created_at,
        expires_at: key.expires_at,
        last_used_at: key.last_used_at,
        revoked_at: key.revoked_at,
    }
}
