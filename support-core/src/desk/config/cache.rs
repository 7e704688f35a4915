//! The values in force, kept for a second: a verb asks for them without asking the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::TimeDelta;

use super::Config;
use crate::model::{TenantId, Timestamp};

/// How long another process may still use what was changed here.
const KEPT: TimeDelta = TimeDelta::seconds(1);
const TENANTS_MAX: usize = 10_000;

/// The tenants' values with the time at which they were read.
#[derive(Debug, Default)]
pub(crate) struct ConfigCache(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// Counts the changes of this process: what was read before one must not be kept after it.
    generation: u64,
    tenants: HashMap<TenantId, (Arc<Config>, Timestamp)>,
}

impl ConfigCache {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The values, or the generation to hand to [`put`](Self::put) with what is read now.
    pub(super) fn get(&self, tenant: TenantId, now: Timestamp) -> Result<Arc<Config>, u64> {
        let kept = self.lock();
        let known = kept.tenants.get(&tenant).filter(|(_, read_at)| (now - *read_at).abs() < KEPT);
        known.map(|(config, _)| Arc::clone(config)).ok_or(kept.generation)
    }

    pub(super) fn put(&self, tenant: TenantId, config: Arc<Config>, now: Timestamp, generation: u64) {
        let mut kept = self.lock();
        if kept.generation != generation {
            return;
        }
        if kept.tenants.len() >= TENANTS_MAX {
            kept.tenants.clear();
        }
        kept.tenants.insert(tenant, (config, now));
    }

    /// Forgets a tenant's values, which were changed.
    pub(super) fn forget(&self, tenant: TenantId) {
        let mut kept = self.lock();
        kept.generation += 1;
        kept.tenants.remove(&tenant);
    }
}
