//! The values in force, kept for a second: a verb asks for them without asking the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::TimeDelta;

use super::Config;
use crate::model::{TenantId, Timestamp};

/// How long another process may still use what was changed here.
const KEPT: TimeDelta = TimeDelta::seconds(1);
const TENANTS_MAX: usize = 10_000;

/// The tenants' values with the time at which they were read.
#[derive(Debug, Default)]
pub(crate) struct ConfigCache(Mutex<HashMap<TenantId, (Arc<Config>, Timestamp)>>);

impl ConfigCache {
    pub(super) fn get(&self, tenant: TenantId, now: Timestamp) -> Option<Arc<Config>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (config, read_at) = kept.get(&tenant)?;
        ((now - *read_at).abs() < KEPT).then(|| Arc::clone(config))
    }

    pub(super) fn put(&self, tenant: TenantId, config: Arc<Config>, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= TENANTS_MAX {
            kept.clear();
        }
        kept.insert(tenant, (config, now));
    }
}
