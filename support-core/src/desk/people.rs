//! People: an identity that an authenticator gives becomes a person of ours on first sight.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::TimeDelta;

use super::{Call, Desk, RoleSetting, view::user_view};
use crate::{
    error::{Error, Result},
    model::{
        Actor, ActorKind, Permission, Permissions, PersonId, PersonKind, PersonRecord, Role, Scope, TenantId,
        Timestamp, limits,
    },
    protocol::{Page, User},
    storage::PersonFilter,
};

/// People that the cache holds. Beyond that it starts anew; a miss costs one query.
const CACHE_MAX: usize = 10_000;
/// How long another process may still know somebody as they were.
const CACHE_TIME: TimeDelta = TimeDelta::seconds(3);

/// Which people a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserQuery {
    /// With this role; all staff when left out.
    pub role: Option<Role>,
    /// Active or disabled.
    pub is_active: Option<bool>,
    /// Whose name or address contains this text.
    pub search: Option<String>,
    /// 1 to 100; 25 when left out.
    pub limit: Option<u32>,
    /// Of an earlier page.
    pub cursor: Option<String>,
}

/// Who is asking, in the words of whoever knows them: the host, or the built-in accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub(crate) kind: PersonKind,
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) role: Role,
}

impl Identity {
    /// Staff. `subject` is the host's own stable name for the person.
    #[expect(clippy::needless_pass_by_value, reason = "a host writes `agent(7)`, not `agent(&7)`")]
    pub fn agent(subject: impl ToString) -> Self {
        Self::new(PersonKind::Agent, &subject, Role::Agent)
    }

    /// A customer. `subject` is the host's own stable name for the person.
    #[expect(clippy::needless_pass_by_value, reason = "a host writes `agent(7)`, not `agent(&7)`")]
    pub fn customer(subject: impl ToString) -> Self {
        Self::new(PersonKind::Contact, &subject, Role::Customer)
    }

    fn new(kind: PersonKind, subject: &impl ToString, role: Role) -> Self {
        Self { kind, subject: format!("host:{}", subject.to_string()), name: String::new(), email: None, role }
    }

    /// Staff who also manage the desk. Changes nothing for a customer.
    #[must_use]
    pub fn admin(mut self, admin: bool) -> Self {
        if self.kind == PersonKind::Agent {
            self.role = if admin { Role::Admin } else { Role::Agent };
        }
        self
    }

    /// The name to show.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Where mail goes.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }
}

/// Identities seen lately, so that a request of a known person costs no write.
#[derive(Debug, Default)]
pub(crate) struct PeopleCache(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// Counts what was forgotten: what was read before must not be kept after it.
    generation: u64,
    people: HashMap<Subject, (Identity, PersonRecord, Timestamp)>,
}

/// What tells identities apart.
type Subject = (TenantId, PersonKind, String);

impl PeopleCache {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The person, or the generation to hand to [`put`](Self::put) with who is read now.
    fn get(&self, tenant: TenantId, identity: &Identity, now: Timestamp) -> std::result::Result<PersonRecord, u64> {
        let seen = self.lock();
        let known = seen.people.get(&(tenant, identity.kind, identity.subject.clone()));
        let known = known.filter(|(known, _, seen_at)| known == identity && now - *seen_at < CACHE_TIME);
        known.map(|(_, person, _)| person.clone()).ok_or(seen.generation)
    }

    fn put(&self, tenant: TenantId, identity: Identity, person: PersonRecord, now: Timestamp, generation: u64) {
        let mut seen = self.lock();
        if seen.generation != generation {
            return;
        }
        if seen.people.len() >= CACHE_MAX {
            seen.people.clear();
        }
        seen.people.insert((tenant, identity.kind, identity.subject.clone()), (identity, person, now));
    }

    /// Forgets a person, so that the next request asks the database.
    pub(crate) fn forget(&self, id: PersonId) {
        let mut seen = self.lock();
        seen.generation += 1;
        seen.people.retain(|_, (_, person, _)| person.id != id);
    }
}

impl Desk {
    /// The person behind an identity, made or brought up to date where needed.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn actor_of(&self, tenant: TenantId, identity: Identity) -> Result<Actor> {
        let generation = match self.inner.people.get(tenant, &identity, self.now()) {
            Ok(person) => return self.actor(&person).await,
            Err(generation) => generation,
        };
        let now = self.now();
        let wanted = PersonRecord {
            id: PersonId(self.fresh_id(now)),
            tenant,
            kind: identity.kind,
            subject: Some(identity.subject.clone()),
            name: identity.name.clone(),
            email: identity.email.clone(),
            phone: None,
            verified: true,
            role: identity.role,
            custom_role: None,
            is_active: true,
            created_at: now,
            updated_at: now,
        };
        let known = self.reader().await?.find_person_by_subject(tenant, identity.kind, &identity.subject).await?;
        let is_current = |known: &PersonRecord| {
            known.name == wanted.name && known.email == wanted.email && known.role == wanted.role && known.is_active
        };
        let person = match known.filter(is_current) {
            Some(person) => person,
            None => {
                let mut tx = self.storage().write().await?;
                let person = tx.upsert_person(&wanted).await?;
                tx.commit().await?;
                person
            }
        };
        self.inner.people.put(tenant, identity, person.clone(), now, generation);
        self.actor(&person).await
    }

    /// What a person may do and reach, now.
    pub(crate) async fn actor(&self, person: &PersonRecord) -> Result<Actor> {
        let permissions = match (person.kind, person.role, person.custom_role) {
            (PersonKind::Agent, Role::Admin, _) => Permissions::ALL,
            (PersonKind::Agent, Role::Agent | Role::Customer, None) => Permissions::AGENT,
            (PersonKind::Agent, Role::Agent | Role::Customer, Some(id)) => {
                let roles = self.settings_of::<RoleSetting>(person.tenant).await?;
                let role = roles.iter().find(|role| role.id == id);
                role.map_or(Permissions::NONE, |role| role.value.permissions)
            }
            (PersonKind::Service | PersonKind::Contact, _, _) => Permissions::NONE,
        };
        let all = if permissions.has(Permission::TicketsRead) { Scope::Desk } else { Scope::Nothing };
        let (kind, scope) = match person.kind {
            PersonKind::Agent => (ActorKind::Agent, all),
            PersonKind::Service => (ActorKind::Service, all),
            PersonKind::Contact => (ActorKind::Customer, Scope::Requester(person.id)),
        };
        Ok(Actor {
            tenant: person.tenant,
            kind,
            person: Some(person.id),
            name: person.name.clone(),
            email: person.email.clone(),
            role: person.role,
            permissions,
            scope,
            can: Vec::new(),
            link: None,
        })
    }

    /// People in the order of their names: staff, unless the query asks for customers.
    ///
    /// # Errors
    /// `BadRequest` for a cursor of another list.
    pub async fn list_users(&self, call: &Call, query: &UserQuery) -> Result<Page<User>> {
        let tenant = call.actor.tenant;
        let list = format!("users {tenant} {:?} {:?} {:?}", query.role, query.is_active, query.search);
        let after = match &query.cursor {
            Some(cursor) => {
                let text = self.inner.cursors.read(&list, cursor)?;
                let (id, name) = text.split_once(' ').ok_or_else(|| Error::internal("a cursor of an unknown shape"))?;
                Some((name.to_owned(), super::list::place::<PersonId>(id)?))
            }
            None => None,
        };
        let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT).clamp(1, limits::PAGE_MAX);
        // Whoever was deleted has no subject any more.
        let (kind, known_as) = match query.role {
            Some(Role::Customer) => (PersonKind::Contact, "account:"),
            Some(Role::Admin | Role::Agent) | None => (PersonKind::Agent, ""),
        };
        let filter = PersonFilter {
            known_as: Some(known_as),
            role: query.role,
            is_active: query.is_active,
            search: query.search.clone().filter(|text| !text.trim().is_empty()),
            ..PersonFilter::of(kind)
        };
        let mut tx = self.reader().await?;
        let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let mut people = tx.list_people(tenant, &filter, after, limit + 1).await?;
        let full = people.len() > limit as usize;
        people.truncate(limit as usize);
        let place = |person: &PersonRecord| format!("{} {}", person.id, person.name);
        let next = people.last().filter(|_| full).map(|last| self.inner.cursors.write(&list, &place(last)));
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let accounts = tx.list_accounts_of(tenant, &ids).await?;
        let account_of = |person: &PersonRecord| accounts.iter().find(|account| account.person == person.id);
        let data = people.iter().map(|person| user_view(person, account_of(person))).collect();
        Ok(Page { data, next, previous: None })
    }
}
