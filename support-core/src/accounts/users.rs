//! Making and changing accounts.

use super::{Accounts, password};
use crate::{
    desk::{Desk, config::keys, normal, user_view},
    error::{Error, Fields, Result},
    model::{Actor, Permission, PersonId, PersonKind, PersonRecord, Role, TenantId, limits, text},
    protocol::{ChangeUser, CreateUser, Register, User},
    storage::{AccountRecord, StorageError, WriteTx},
};

/// A validated new account.
pub(super) struct NewUser {
    email: String,
    first_name: String,
    last_name: String,
    role: Role,
}

impl NewUser {
    pub(super) fn validated(
        email: &str,
        password: &str,
        first_name: &str,
        last_name: &str,
        role: Role,
    ) -> Result<Self> {
        let mut fields = Fields::default();
        let email = credentials(&mut fields, email, password);
        let first_name = name(&mut fields, "/first_name", first_name);
        let last_name = name(&mut fields, "/last_name", last_name);
        fields.finish()?;
        Ok(Self { email, first_name, last_name, role })
    }

    /// The first admin, who gives one name.
    pub(super) fn admin(email: &str, password: &str, whole_name: &str) -> Result<Self> {
        let mut fields = Fields::default();
        let email = credentials(&mut fields, email, password);
        let first_name = name(&mut fields, "/name", whole_name);
        fields.finish()?;
        Ok(Self { email, first_name, last_name: String::new(), role: Role::Admin })
    }

    pub(super) async fn insert<T: WriteTx + ?Sized>(
        self,
        desk: &Desk,
        tenant: TenantId,
        password_hash: &str,
        tx: &mut T,
    ) -> Result<PersonRecord> {
        let now = desk.now();
        let id = PersonId(desk.fresh_id(now));
        let person = PersonRecord {
            id,
            tenant,
            kind: if self.role == Role::Customer { PersonKind::Contact } else { PersonKind::Agent },
            subject: Some(format!("account:{id}")),
            name: full_name(&self.first_name, &self.last_name, &self.email),
            email: Some(self.email.clone()),
            phone: None,
            // An address of a customer's own account counts only once it is confirmed; nothing merges by it before.
            verified: self.role != Role::Customer,
            role: self.role,
            is_active: true,
            created_at: now,
            updated_at: now,
        };
        let person = tx.upsert_person(&person).await?;
        let account = AccountRecord {
            person: person.id,
            tenant,
            email_key: text::email_key(&self.email),
            password_hash: password_hash.to_owned(),
            first_name: self.first_name,
            last_name: self.last_name,
            last_login_at: None,
            created_at: now,
        };
        tx.insert_account(&account).await.map_err(|error| match error {
            StorageError::Conflict => {
                Error::Conflict { code: "email_taken", detail: "There is an account with this address already.".into() }
            }
            other => other.into(),
        })?;
        Ok(person)
    }
}

fn credentials(fields: &mut Fields, email: &str, password: &str) -> String {
    let email = fields.check("/email", text::email(&normal(email)));
    if let Err(error) = password::check(password) {
        fields.refuse("/password", error.code(), error.to_string());
    }
    email.unwrap_or_default()
}

fn name(fields: &mut Fields, pointer: &str, value: &str) -> String {
    if value.trim().is_empty() {
        return String::new();
    }
    fields.check(pointer, text::line(&normal(value), limits::NAME_MAX)).unwrap_or_default()
}

fn full_name(first: &str, last: &str, email: &str) -> String {
    let name = format!("{first} {last}");
    match name.trim() {
        "" => email.split('@').next().unwrap_or_default().to_owned(),
        name => name.to_owned(),
    }
}

impl Accounts {
    /// A customer's own account.
    pub(crate) async fn register(&self, desk: &Desk, tenant: TenantId, input: &Register) -> Result<User> {
        if !desk.config(tenant).await?.switch(keys::OPEN_REGISTRATION) {
            return Err(Error::Forbidden);
        }
        let user =
            NewUser::validated(&input.email, &input.password, &input.first_name, &input.last_name, Role::Customer)?;
        self.create(desk, tenant, user, &input.password).await
    }

    /// An account made by an admin.
    pub(crate) async fn create_user(&self, desk: &Desk, actor: &Actor, input: &CreateUser) -> Result<User> {
        let role = input.role.unwrap_or(Role::Agent);
        let user = NewUser::validated(&input.email, &input.password, &input.first_name, &input.last_name, role)?;
        self.create(desk, actor.tenant, user, &input.password).await
    }

    async fn create(&self, desk: &Desk, tenant: TenantId, user: NewUser, password: &str) -> Result<User> {
        let hash = self.hasher.hash(password, desk.entropy()).await?;
        let mut tx = desk.storage().write().await?;
        let person = user.insert(desk, tenant, &hash, &mut *tx).await?;
        let account = tx.find_account_of(tenant, person.id).await?;
        tx.commit().await?;
        Ok(user_view(&person, account.as_ref()))
    }

    /// Changes a person's names; an admin also role and activity. Disabling ends all sessions.
    pub(crate) async fn change_user(
        &self,
        desk: &Desk,
        actor: &Actor,
        id: PersonId,
        input: &ChangeUser,
    ) -> Result<User> {
        let own = actor.person == Some(id);
        if !actor.may(Permission::UsersManage) && (!own || input.role.is_some() || input.is_active.is_some()) {
            return Err(if actor.is_staff() || own { Error::Forbidden } else { Error::NotFound });
        }
        if own && (input.is_active == Some(false) || input.role.is_some_and(|role| role != actor.role)) {
            return Err(Error::Conflict {
                code: "own_account",
                detail: "Another admin has to do this to your account.".into(),
            });
        }
        let mut fields = Fields::default();
        let first_name = input.first_name.as_deref().map(|value| name(&mut fields, "/first_name", value));
        let last_name = input.last_name.as_deref().map(|value| name(&mut fields, "/last_name", value));
        fields.finish()?;
        let now = desk.now();
        let mut tx = desk.storage().write().await?;
        let mut person = tx.find_person(actor.tenant, id).await?.ok_or(Error::NotFound)?;
        let mut account = tx.find_account_of(actor.tenant, id).await?.ok_or(Error::NotFound)?;
        account.first_name = first_name.unwrap_or(account.first_name);
        account.last_name = last_name.unwrap_or(account.last_name);
        person.name = full_name(&account.first_name, &account.last_name, person.email.as_deref().unwrap_or_default());
        let loses_rights = input.is_active == Some(false) || input.role.is_some_and(|role| role != person.role);
        person.role = input.role.unwrap_or(person.role);
        person.kind = if person.role == Role::Customer { PersonKind::Contact } else { PersonKind::Agent };
        person.is_active = input.is_active.unwrap_or(person.is_active);
        person.updated_at = now;
        tx.update_account(&account).await?;
        tx.update_person(&person).await?;
        if loses_rights {
            tx.revoke_sessions_of(actor.tenant, id, None, now).await?;
        }
        tx.commit().await?;
        self.forget_person(id);
        Ok(user_view(&person, Some(&account)))
    }
}
