//! Realtime: one tail of the event log a process, a bounded ring, and subscriptions that miss nothing.
//!
//! A subscription stands at a number of the log. It reads from the ring while the ring reaches back far enough, from the log while
//! not, and is told to start anew when it is too far behind. Typing and presence ride beside the log and are never stored.

mod encode;
mod presence;
mod ring;
mod subscription;
mod tail;

pub(crate) use self::{
    presence::{Ephemeral, EphemeralKind},
    subscription::{Next, Subscription},
    tail::run,
};

use std::sync::Arc;

use tokio::sync::{Notify, broadcast, watch};

use self::{presence::Presence, ring::Ring};

/// Ephemeral frames that a slow subscription may lag behind before it misses some. They do not matter after a few seconds.
const EPHEMERAL_BUFFER: usize = 1_024;

/// The hub that all subscriptions of one engine share.
#[derive(Debug)]
pub(crate) struct Hub {
    ring: Ring,
    /// The log's epoch and the greatest number that the ring has seen.
    position: watch::Sender<Position>,
    /// Raised by a subscription that starts: the tail sleeps while there is none.
    awaited: Notify,
    ephemeral: broadcast::Sender<Arc<Ephemeral>>,
    presence: Presence,
}

/// Where the tail stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) epoch: Arc<str>,
    pub(crate) seq: i64,
}

impl Position {
    /// `{epoch}-{seq}`.
    pub(crate) fn cursor(&self, seq: i64) -> String {
        format!("{}-{seq}", self.epoch)
    }

    /// The number that a cursor of this epoch names; none for one that is not ours, or lies in the future.
    pub(crate) fn parse(&self, cursor: &str) -> Option<i64> {
        let (epoch, seq) = cursor.rsplit_once('-')?;
        let seq: i64 = seq.parse().ok()?;
        (epoch == &*self.epoch && (0..=self.seq).contains(&seq)).then_some(seq)
    }
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self {
            ring: Ring::default(),
            position: watch::Sender::new(Position::default()),
            awaited: Notify::new(),
            ephemeral: broadcast::Sender::new(EPHEMERAL_BUFFER),
            presence: Presence::default(),
        }
    }
}
