//! The latest events, encoded once for each side of the desk.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock},
};

use super::encode::LiveEvent;

/// Events kept in memory. A subscription that is further behind reads from the log.
const RING_MAX: usize = 4_096;

#[derive(Debug, Default)]
pub(super) struct Ring(RwLock<VecDeque<Arc<LiveEvent>>>);

impl Ring {
    pub(super) fn push(&self, events: impl IntoIterator<Item = LiveEvent>) {
        let mut ring = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            if ring.len() == RING_MAX {
                ring.pop_front();
            }
            ring.push_back(Arc::new(event));
        }
    }

    /// Forgets everything: what follows will not join on to it.
    pub(super) fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Up to `limit` events after `seq`, or none when the ring does not reach back that far.
    pub(super) fn after(&self, seq: i64, limit: usize) -> Option<Vec<Arc<LiveEvent>>> {
        let ring = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let first = ring.front()?.seq;
        if seq + 1 < first {
            return None;
        }
        let start = ring.partition_point(|event| event.seq <= seq);
        Some(ring.iter().skip(start).take(limit).cloned().collect())
    }
}
