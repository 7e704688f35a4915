//! The small things that people with rights make and many read: tags, views, teams, roles, policies. One set of verbs for all.

mod cache;
mod field;
mod label;
mod role;
mod sla;
mod tag;
mod team;
mod view;

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};

pub(crate) use self::cache::SettingsCache;
pub(crate) use self::field::FieldSetting;
pub(super) use self::field::merged_fields;
pub(crate) use self::sla::{CalendarSetting, SlaPolicySetting};
pub(super) use self::tag::tag_names;
pub(crate) use self::view::ViewSetting;
pub(crate) use self::{role::RoleSetting, tag::TagSetting, team::TeamSetting};
use super::{
    Call, Desk, Done, found,
    record::differences,
    work::{Begun, Work},
};
use crate::{
    error::{Error, Fields, Result},
    model::{Actor, EventType, PersonId, SettingId, SettingRecord, TenantId, Timestamp, limits},
    protocol::Page,
    storage::{ReadTx, StorageError},
};

/// One kind of setting. The value itself is what is stored, as JSON: new members need a default.
#[async_trait]
pub(crate) trait Setting: Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync + 'static {
    /// The word in the storage, in the audit and in errors: `tag`.
    const KIND: &'static str;
    /// `POST`.
    type Create: DeserializeOwned + Send + 'static;
    /// `PATCH`: what is left out stays.
    type Change: DeserializeOwned + Send + 'static;
    /// What is answered.
    type View: Serialize + DeserializeOwned + Send + 'static;

    /// A validated new one; what is wrong goes into `fields`, and the value is not used then.
    fn create(input: Self::Create, fields: &mut Fields) -> Self;

    /// A validated change.
    fn change(&mut self, input: Self::Change, fields: &mut Fields);

    /// Unique among its kind, and its owner's where it has one, whatever the case.
    fn name(&self) -> &str;

    /// On the wire.
    fn view(stored: &Stored<Self>) -> Self::View;

    /// Whose it will be; none: everybody's.
    fn owner(&self, _actor: &Actor) -> Option<PersonId> {
        None
    }

    /// Whether the caller may know of it.
    fn is_visible(_stored: &Stored<Self>, _actor: &Actor) -> bool {
        true
    }

    /// Whether the caller may change it or take it away. Asked for what is visible; the route's gate has been passed already.
    fn is_changeable(_stored: &Stored<Self>, _actor: &Actor) -> bool {
        true
    }

    /// The team whose members alone may know of it.
    fn team(&self) -> Option<SettingId> {
        None
    }

    /// What only the storage knows: references that must exist.
    async fn check(&self, _desk: &Desk, _call: &Call, _tx: &mut dyn ReadTx, _fields: &mut Fields) -> Result<()> {
        Ok(())
    }

    /// Refuses to take away what something else needs.
    async fn check_delete(_stored: &Stored<Self>, _tenant: TenantId, _tx: &mut dyn ReadTx) -> Result<()> {
        Ok(())
    }

    /// After the commit of a change: what was derived from it elsewhere is brought up to date.
    fn changed(_desk: &Desk, _tenant: TenantId) {}
}

/// A setting with what surrounds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored<T> {
    pub(crate) id: SettingId,
    pub(crate) owner: Option<PersonId>,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) value: T,
}

impl<T: Setting> Stored<T> {
    fn read(record: &SettingRecord) -> Result<Self> {
        Ok(Self {
            id: record.id,
            owner: record.owner,
            version: record.version,
            created_at: record.created_at,
            updated_at: record.updated_at,
            value: serde_json::from_value(record.body.clone()).map_err(Error::internal)?,
        })
    }
}

fn resource<T: Setting>(id: SettingId) -> String {
    format!("{}:{id}", T::KIND)
}

/// What makes a name unique: its owner and its folded letters.
fn name_key<T: Setting>(value: &T, owner: Option<PersonId>) -> String {
    let name = value.name().to_lowercase();
    owner.map_or_else(|| name.clone(), |owner| format!("{owner} {name}"))
}

fn taken(error: StorageError) -> Error {
    match error {
        StorageError::Conflict => {
            Error::Conflict { code: "name_taken", detail: "There is one with this name already.".into() }
        }
        other => other.into(),
    }
}

impl Desk {
    /// All of a kind, whoever asks: for the engine's own decisions. Cached; another process's change is seen within three seconds.
    pub(crate) async fn settings_of<T: Setting>(&self, tenant: TenantId) -> Result<Arc<Vec<Stored<T>>>> {
        let generation = match self.inner.settings.get(tenant, self.now()) {
            Ok(settings) => return Ok(settings),
            Err(generation) => generation,
        };
        let records = self.reader().await?.list_settings(tenant, T::KIND).await?;
        let settings = Arc::new(records.iter().map(Stored::<T>::read).collect::<Result<Vec<_>>>()?);
        self.inner.settings.put(tenant, self.now(), generation, Arc::clone(&settings));
        Ok(settings)
    }

    /// Those that the caller may know of, by name.
    pub(crate) async fn list_settings<T: Setting>(&self, call: &Call) -> Result<Page<T::View>> {
        let settings = self.settings_of::<T>(call.actor.tenant).await?;
        let mut visible = Vec::new();
        for stored in settings.iter() {
            if self.is_visible(stored, &call.actor).await? {
                visible.push(stored);
            }
        }
        visible.sort_by_cached_key(|stored| (stored.value.name().to_lowercase(), stored.id));
        Ok(Page { data: visible.into_iter().map(T::view).collect(), next: None, previous: None })
    }

    /// One of them.
    pub(crate) async fn show_setting<T: Setting>(&self, call: &Call, id: SettingId) -> Result<T::View> {
        let record = self.reader().await?.find_setting(call.actor.tenant, T::KIND, id).await?;
        let stored = Stored::<T>::read(&found(record)?)?;
        if self.is_visible(&stored, &call.actor).await? { Ok(T::view(&stored)) } else { Err(Error::NotFound) }
    }

    /// Makes one.
    pub(crate) async fn create_setting<T: Setting>(&self, call: &Call, input: T::Create) -> Result<Done<T::View>> {
        let mut fields = Fields::default();
        let value = T::create(input, &mut fields);
        fields.finish()?;
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let mut fields = Fields::default();
        value.check(self, call, &mut *work.tx, &mut fields).await?;
        fields.finish()?;
        let record = work.insert_setting(&value).await?;
        let view = T::view(&Stored::<T>::read(&record)?);
        work.commit(view).await
    }

    /// Changes one.
    pub(crate) async fn change_setting<T: Setting>(
        &self,
        call: &Call,
        id: SettingId,
        input: T::Change,
    ) -> Result<Done<T::View>> {
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let tenant = call.actor.tenant;
        let before = found(work.tx().find_setting(tenant, T::KIND, id).await?)?;
        let stored = Stored::<T>::read(&before)?;
        self.allow_change(&stored, &call.actor).await?;
        call.precondition.holds(before.version, before.updated_at)?;
        let mut value = stored.value.clone();
        let mut fields = Fields::default();
        value.change(input, &mut fields);
        fields.finish()?;
        if value == stored.value {
            return work.commit(T::view(&stored)).await;
        }
        let mut fields = Fields::default();
        value.check(self, call, &mut *work.tx, &mut fields).await?;
        fields.finish()?;
        // Whoever made a private thing public, or the reverse, keeps or takes it.
        let owner = value.owner(&call.actor).map(|caller| before.owner.unwrap_or(caller));
        let after = SettingRecord {
            name_key: name_key(&value, owner),
            owner,
            body: serde_json::to_value(&value).map_err(Error::internal)?,
            version: before.version + 1,
            updated_at: work.now,
            ..before.clone()
        };
        work.tx().update_setting(&after).await.map_err(taken)?;
        let changes = differences(&before.body, &after.body, &[]);
        work.record(EventType::SettingUpdated, resource::<T>(id), changes).await?;
        work.after.push(Self::setting_changed::<T>);
        work.commit(T::view(&Stored::<T>::read(&after)?)).await
    }

    /// Takes one away.
    pub(crate) async fn delete_setting<T: Setting>(&self, call: &Call, id: SettingId) -> Result<()> {
        let Begun::New(mut work) = self.begin::<()>(call).await? else { return Ok(()) };
        let tenant = call.actor.tenant;
        let record = found(work.tx().find_setting(tenant, T::KIND, id).await?)?;
        let stored = Stored::<T>::read(&record)?;
        self.allow_change(&stored, &call.actor).await?;
        call.precondition.holds(record.version, record.updated_at)?;
        T::check_delete(&stored, tenant, &mut *work.tx).await?;
        work.tx().delete_setting(tenant, T::KIND, id).await?;
        let name = crate::protocol::Change { from: Some(stored.value.name().to_owned()), to: None };
        let changes = BTreeMap::from([("name".to_owned(), name)]);
        work.record(EventType::SettingDeleted, resource::<T>(id), changes).await?;
        work.after.push(Self::setting_changed::<T>);
        work.commit(()).await?;
        Ok(())
    }

    fn setting_changed<T: Setting>(&self, tenant: TenantId) {
        self.inner.settings.forget::<T>(tenant);
        T::changed(self, tenant);
    }

    async fn is_visible<T: Setting>(&self, stored: &Stored<T>, actor: &Actor) -> Result<bool> {
        match stored.value.team() {
            Some(team) => Ok(T::is_visible(stored, actor) && self.is_member(actor, team).await?),
            None => Ok(T::is_visible(stored, actor)),
        }
    }

    /// Whether the caller belongs to a team.
    async fn is_member(&self, actor: &Actor, team: SettingId) -> Result<bool> {
        let record = self.reader().await?.find_setting(actor.tenant, "team", team).await?;
        let members = record.and_then(|record| record.body.get("members").cloned());
        let members: Vec<PersonId> = members.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default();
        Ok(actor.person.is_some_and(|person| members.contains(&person)))
    }

    async fn allow_change<T: Setting>(&self, stored: &Stored<T>, actor: &Actor) -> Result<()> {
        if !self.is_visible(stored, actor).await? {
            return Err(Error::NotFound);
        }
        if T::is_changeable(stored, actor) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

impl Work<'_> {
    /// Adds a checked setting, with its fact for the audit.
    async fn insert_setting<T: Setting>(&mut self, value: &T) -> Result<SettingRecord> {
        let tenant = self.call.actor.tenant;
        if self.tx().list_settings(tenant, T::KIND).await?.len() >= limits::SETTINGS_MAX {
            let detail = format!("There are {} already: take one away first.", limits::SETTINGS_MAX);
            return Err(Error::Conflict { code: "too_many", detail });
        }
        let owner = value.owner(&self.call.actor);
        let record = SettingRecord {
            id: SettingId(self.desk.fresh_id(self.now)),
            tenant,
            kind: T::KIND.to_owned(),
            name_key: name_key(value, owner),
            owner,
            body: serde_json::to_value(value).map_err(Error::internal)?,
            version: 1,
            created_by: self.call.actor.person,
            created_at: self.now,
            updated_at: self.now,
        };
        self.tx().insert_setting(&record).await.map_err(taken)?;
        let changes = differences(&serde_json::Value::Null, &record.body, &[]);
        self.record(EventType::SettingCreated, resource::<T>(record.id), changes).await?;
        self.after.push(Desk::setting_changed::<T>);
        Ok(record)
    }
}
