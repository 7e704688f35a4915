//! Making and changing accounts.

use super::{Accounts, password};
use crate::{
    desk::{Call, Desk, RoleSetting, Setting as _, config::keys, differences, normal, user, user_view},
    error::{Error, Fields, Result},
    model::{
        Actor, ActorKind, EventType, Permission, Permissions, PersonId, PersonKind, PersonRecord, Role, SettingId,
        TenantId, limits, text,
    },
    protocol::{ChangeUser, CreateUser, Register, User},
    storage::{AccountRecord, OwnedTx, StorageError, WriteTx},
};

/// A validated new account.
pub(super) struct NewUser {
    email: String,
    first_name: String,
    last_name: String,
    role: Role,
    pub(super) custom_role: Option<SettingId>,
}

impl NewUser {
    pub(super) fn validated(
        email: &str,
        password: Option<&str>,
        first_name: &str,
        last_name: &str,
        role: Role,
    ) -> Result<Self> {
        let mut fields = Fields::default();
        let email = credentials(&mut fields, email, password);
        let first_name = name(&mut fields, "/first_name", first_name);
        let last_name = name(&mut fields, "/last_name", last_name);
        fields.finish()?;
        Ok(Self { email, first_name, last_name, role, custom_role: None })
    }

    /// The first admin, who gives one name.
    pub(super) fn admin(email: &str, password: &str, whole_name: &str) -> Result<Self> {
        let mut fields = Fields::default();
        let email = credentials(&mut fields, email, Some(password));
        let first_name = name(&mut fields, "/name", whole_name);
        fields.finish()?;
        Ok(Self { email, first_name, last_name: String::new(), role: Role::Admin, custom_role: None })
    }

    /// Adds person and account, and says so to the audit.
    pub(super) async fn insert(
        self,
        desk: &Desk,
        call: &Call,
        password_hash: Option<String>,
        tx: &mut dyn WriteTx,
    ) -> Result<PersonRecord> {
        let (tenant, now) = (call.actor.tenant, desk.now());
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
            custom_role: self.custom_role,
            is_active: true,
            created_at: now,
            updated_at: now,
        };
        let person = tx.upsert_person(&person).await?;
        let account = AccountRecord {
            person: person.id,
            tenant,
            email_key: text::email_key(&self.email),
            password_hash,
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
        let changes = differences(&serde_json::Value::Null, &audited(&person, &account), &[]);
        desk.record(call, tx, now, EventType::UserCreated, user(id), changes).await?;
        Ok(person)
    }
}

/// What the audit is told of a person.
fn audited(person: &PersonRecord, account: &AccountRecord) -> serde_json::Value {
    serde_json::json!({
        "first_name": account.first_name,
        "last_name": account.last_name,
        "role": person.role,
        "custom_role": person.custom_role,
        "is_active": person.is_active,
    })
}

fn credentials(fields: &mut Fields, email: &str, password: Option<&str>) -> String {
    let email = fields.check("/email", text::email(&normal(email)));
    if let Some(password) = password {
        password::accept(fields, "/password", password);
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

/// What somebody may do with this role: nobody gives or takes what they do not have themselves.
async fn permissions_of(
    tx: &mut dyn WriteTx,
    tenant: TenantId,
    role: Role,
    custom_role: Option<SettingId>,
) -> Result<Permissions> {
    let id = match (role, custom_role) {
        (Role::Admin, None) => return Ok(Permissions::ALL),
        (Role::Agent, None) => return Ok(Permissions::AGENT),
        (Role::Customer, None) => return Ok(Permissions::NONE),
        (Role::Agent, Some(id)) => id,
        (Role::Admin | Role::Customer, Some(_)) => {
            return Err(Error::field("/custom_role", "agents_only", "only agents can hold a custom role"));
        }
    };
    let role = tx.find_setting(tenant, RoleSetting::KIND, id).await?;
    let role = role.ok_or_else(|| Error::field("/custom_role", "unknown_role", "there is no such role"))?;
    Ok(serde_json::from_value::<RoleSetting>(role.body).map_err(Error::internal)?.permissions)
}

fn within(actor: &Actor, permissions: Permissions) -> Result<()> {
    let reaches = actor.kind == ActorKind::System || actor.permissions.covers(permissions);
    if reaches { Ok(()) } else { Err(Error::Forbidden) }
}

fn own_account() -> Error {
    Error::Conflict { code: "own_account", detail: "Another admin has to do this to your account.".into() }
}

pub(super) fn managed_elsewhere() -> Error {
    let detail = "This person signs in elsewhere: what is asked for has to be changed there.".into();
    Error::Conflict { code: "managed_elsewhere", detail }
}

impl Accounts {
    /// A customer's own account.
    pub(crate) async fn register(&self, desk: &Desk, call: &Call, input: &Register) -> Result<User> {
        if !desk.config(call.actor.tenant).await?.switch(keys::OPEN_REGISTRATION) {
            return Err(Error::Forbidden);
        }
        let password = Some(input.password.as_str());
        let user = NewUser::validated(&input.email, password, &input.first_name, &input.last_name, Role::Customer)?;
        self.create(desk, call, user, password).await
    }

    /// An account made by somebody who may. Without a password the person is invited by mail.
    pub(crate) async fn create_user(&self, desk: &Desk, call: &Call, input: &CreateUser) -> Result<User> {
        let role = input.role.unwrap_or(Role::Agent);
        let password = input.password.as_deref();
        let mut user = NewUser::validated(&input.email, password, &input.first_name, &input.last_name, role)?;
        user.custom_role = input.custom_role;
        self.create(desk, call, user, password).await
    }

    async fn create(&self, desk: &Desk, call: &Call, user: NewUser, password: Option<&str>) -> Result<User> {
        let hash = match password {
            Some(password) => Some(self.hasher.hash(password, desk.entropy()).await?),
            None => None,
        };
        let tenant = call.actor.tenant;
        let mut tx = desk.storage().write().await?;
        within(&call.actor, permissions_of(tx.as_write(), tenant, user.role, user.custom_role).await?)?;
        let is_invited = hash.is_none();
        let person = user.insert(desk, call, hash, tx.as_write()).await?;
        if is_invited {
            self.invite_in(desk, call, tx.as_write(), &person).await?;
        }
        let account = tx.find_account_of(tenant, person.id).await?;
        tx.commit().await?;
        Ok(user_view(&person, account.as_ref()))
    }

    async fn invite_in(&self, desk: &Desk, call: &Call, tx: &mut dyn WriteTx, person: &PersonRecord) -> Result<()> {
        if desk.ask_letter(call, tx, EventType::UserInvited, person).await? {
            return Ok(());
        }
        let detail = "No mail leaves this desk: give the account a password instead.".into();
        Err(Error::Conflict { code: "no_mail", detail })
    }

    /// Sends the invitation once more; links in earlier ones become void.
    pub(crate) async fn invite_again(&self, desk: &Desk, call: &Call, id: PersonId) -> Result<User> {
        let tenant = call.actor.tenant;
        let mut tx = desk.storage().write().await?;
        let person = tx.find_person(tenant, id).await?.ok_or(Error::NotFound)?;
        let account = tx.find_account_of(tenant, id).await?.ok_or(Error::NotFound)?;
        within(&call.actor, desk.actor(&person).await?.permissions)?;
        if account.password_hash.is_some() || !person.is_active {
            let detail = "This person is not waiting for an invitation.".into();
            return Err(Error::Conflict { code: "not_invited", detail });
        }
        self.invite_in(desk, call, tx.as_write(), &person).await?;
        tx.commit().await?;
        Ok(user_view(&person, Some(&account)))
    }

    /// Changes a person's names; who manages people also changes role and activity. Other rights end all sessions.
    pub(crate) async fn change_user(&self, desk: &Desk, call: &Call, id: PersonId, input: &ChangeUser) -> Result<User> {
        let actor = &call.actor;
        let own = actor.person == Some(id);
        let rights = input.role.is_some() || input.is_active.is_some() || input.custom_role.is_some();
        if !actor.may(Permission::UsersManage) && (!own || rights) {
            return Err(if actor.is_staff() || own { Error::Forbidden } else { Error::NotFound });
        }
        let mut fields = Fields::default();
        let first_name = input.first_name.as_deref().map(|value| name(&mut fields, "/first_name", value));
        let last_name = input.last_name.as_deref().map(|value| name(&mut fields, "/last_name", value));
        fields.finish()?;
        let (tenant, now) = (actor.tenant, desk.now());
        let mut tx = desk.storage().write().await?;
        tx.lock_setup(tenant).await?;
        let before = tx.find_person(tenant, id).await?.filter(PersonRecord::is_user).ok_or(Error::NotFound)?;
        let account_before = tx.find_account_of(tenant, id).await?;
        let mut person = before.clone();
        person.role = input.role.unwrap_or(person.role);
        person.kind = if person.role == Role::Customer { PersonKind::Contact } else { PersonKind::Agent };
        person.is_active = input.is_active.unwrap_or(person.is_active);
        person.custom_role = match input.custom_role {
            Some(custom_role) => custom_role,
            None => person.custom_role.filter(|_| person.role == Role::Agent),
        };
        let changes_rights =
            (person.role, person.is_active, person.custom_role) != (before.role, before.is_active, before.custom_role);
        if own && changes_rights {
            return Err(own_account());
        }
        if !own {
            within(actor, desk.actor(&before).await?.permissions)?;
            let after = permissions_of(tx.as_write(), tenant, person.role, person.custom_role).await?;
            within(actor, after)?;
        }
        let Some(account_before) = account_before else {
            // The host says who this is and what kind of person; a custom role is ours to give.
            let elsewhere = first_name.is_some() || last_name.is_some();
            if elsewhere || (person.role, person.is_active) != (before.role, before.is_active) {
                return Err(managed_elsewhere());
            }
            person.updated_at = now;
            tx.update_person(&person).await?;
            self.changed(desk, call, tx, (&before, None), (&person, None), changes_rights).await?;
            return Ok(user_view(&person, None));
        };
        let mut account = account_before.clone();
        account.first_name = first_name.unwrap_or(account.first_name);
        account.last_name = last_name.unwrap_or(account.last_name);
        person.name = full_name(&account.first_name, &account.last_name, person.email.as_deref().unwrap_or_default());
        person.updated_at = now;
        // The person first, as everybody who writes both: two who wait for each other in turn would never end.
        tx.update_person(&person).await?;
        tx.update_account(&account).await?;
        if before.role == Role::Admin && changes_rights && tx.count_accounts(tenant, Role::Admin).await? == 0 {
            return Err(last_admin());
        }
        self.changed(desk, call, tx, (&before, Some(&account_before)), (&person, Some(&account)), changes_rights)
            .await?;
        Ok(user_view(&person, Some(&account)))
    }

    async fn changed(
        &self,
        desk: &Desk,
        call: &Call,
        mut tx: Box<dyn OwnedTx>,
        before: (&PersonRecord, Option<&AccountRecord>),
        after: (&PersonRecord, Option<&AccountRecord>),
        changes_rights: bool,
    ) -> Result<()> {
        let (tenant, id, now) = (after.0.tenant, after.0.id, desk.now());
        if changes_rights {
            tx.revoke_sessions_of(tenant, id, None, now).await?;
        }
        let nameless = AccountRecord::nameless(after.0);
        let audited =
            |(person, account): (&PersonRecord, Option<&AccountRecord>)| audited(person, account.unwrap_or(&nameless));
        let changes = differences(&audited(before), &audited(after), &[]);
        if !changes.is_empty() {
            desk.record(call, tx.as_write(), now, EventType::UserUpdated, user(id), changes).await?;
        }
        tx.commit().await?;
        self.forget_person(id);
        desk.inner.people.forget(id);
        Ok(())
    }

    /// Takes an account away. The person stays as the author of what they wrote, under their name alone; their open tickets are nobody's
    /// again, and their address is nowhere any more and free.
    pub(crate) async fn delete_user(&self, desk: &Desk, call: &Call, id: PersonId) -> Result<()> {
        let (actor, tenant) = (&call.actor, call.actor.tenant);
        if actor.person == Some(id) {
            return Err(own_account());
        }
        // Before their tickets go, so that a refusal changes nothing.
        deletable(desk, actor, desk.storage().write().await?.as_write(), id).await?;
        // First, and one by one: whoever is deleted while this breaks off can be deleted again.
        desk.unassign_all(call, id).await?;
        let now = desk.now();
        let mut tx = desk.storage().write().await?;
        tx.lock_setup(tenant).await?;
        let person = deletable(desk, actor, tx.as_write(), id).await?;
        let gone = PersonRecord { is_active: false, subject: None, email: None, updated_at: now, ..person.clone() };
        // First the person, then what names them: whoever mints a link for them holds them until it is there.
        tx.update_person(&gone).await?;
        tx.forget_recipient(&person, &user(id)).await?;
        tx.forget_notifications_of(tenant, id).await?;
        tx.delete_account(tenant, id).await?;
        tx.revoke_sessions_of(tenant, id, None, now).await?;
        let name = crate::protocol::Change { from: Some(gone.name), to: None };
        let changes = std::collections::BTreeMap::from([("name".to_owned(), name)]);
        desk.record(call, tx.as_write(), now, EventType::UserDeleted, user(id), changes).await?;
        tx.commit().await?;
        self.forget_person(id);
        desk.inner.people.forget(id);
        // What was given to them meanwhile. Nobody can give them anything from here on.
        desk.unassign_all(call, id).await
    }
}

/// The person, if this actor may delete their account.
async fn deletable(desk: &Desk, actor: &Actor, tx: &mut dyn WriteTx, id: PersonId) -> Result<PersonRecord> {
    let tenant = actor.tenant;
    let person = tx.find_person(tenant, id).await?.filter(PersonRecord::is_user).ok_or(Error::NotFound)?;
    within(actor, desk.actor(&person).await?.permissions)?;
    if tx.find_account_of(tenant, id).await?.is_none() {
        return Err(managed_elsewhere());
    }
    let is_admin = person.role == Role::Admin && person.is_active;
    if is_admin && tx.count_accounts(tenant, Role::Admin).await? <= 1 {
        return Err(last_admin());
    }
    Ok(person)
}

fn last_admin() -> Error {
    Error::Conflict { code: "last_admin", detail: "There would be no admin left.".into() }
}
