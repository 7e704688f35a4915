//! Settings read lately, since every decision asks for some.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Setting, Stored};
use crate::model::{TenantId, Timestamp};

/// After that another process's change is seen.
const FRESH: Duration = Duration::from_secs(3);
/// Kinds of all tenants at most; beyond it the cache starts anew.
const ENTRIES_MAX: usize = 4_096;

type Lists = HashMap<(TenantId, &'static str), (Timestamp, Arc<dyn Any + Send + Sync>)>;

/// All settings of a kind and tenant at once.
#[derive(Default)]
pub(crate) struct SettingsCache(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// Counts the changes of this process: what was read before one must not be kept after it.
    generation: u64,
    lists: Lists,
}

impl std::fmt::Debug for SettingsCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SettingsCache")
    }
}

impl SettingsCache {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The list, or the generation to hand to [`put`](Self::put) with what is read now.
    pub(super) fn get<T: Setting>(&self, tenant: TenantId, now: Timestamp) -> Result<Arc<Vec<Stored<T>>>, u64> {
        self.find(tenant, T::KIND, now)
    }

    pub(super) fn put<T: Setting>(&self, tenant: TenantId, now: Timestamp, generation: u64, list: Arc<Vec<Stored<T>>>) {
        self.keep(tenant, T::KIND, now, generation, list);
    }

    pub(crate) fn forget<T: Setting>(&self, tenant: TenantId) {
        self.drop_kind(tenant, T::KIND);
    }

    /// [`get`](Self::get) of what is kept here beside settings.
    pub(in crate::desk) fn find<V: Any + Send + Sync>(
        &self,
        tenant: TenantId,
        kind: &'static str,
        now: Timestamp,
    ) -> Result<Arc<V>, u64> {
        let inner = self.lock();
        let known = inner.lists.get(&(tenant, kind)).filter(|(read_at, _)| now < *read_at + FRESH);
        let list = known.and_then(|(_, list)| Arc::clone(list).downcast().ok());
        list.ok_or(inner.generation)
    }

    /// [`put`](Self::put) of what is kept here beside settings.
    pub(in crate::desk) fn keep(
        &self,
        tenant: TenantId,
        kind: &'static str,
        now: Timestamp,
        generation: u64,
        list: Arc<dyn Any + Send + Sync>,
    ) {
        let mut inner = self.lock();
        if inner.generation == generation {
            if inner.lists.len() >= ENTRIES_MAX {
                inner.lists.clear();
            }
            inner.lists.insert((tenant, kind), (now, list));
        }
    }

    /// [`forget`](Self::forget) of what is kept here beside settings.
    pub(in crate::desk) fn drop_kind(&self, tenant: TenantId, kind: &'static str) {
        let mut inner = self.lock();
        inner.generation += 1;
        inner.lists.remove(&(tenant, kind));
    }
}
