//! Time and randomness as ports, so that tests choose both. Nothing else in the crate asks the machine for either.

use std::sync::atomic::{AtomicU64, Ordering};

use rand::{TryRng, rngs::SysRng};
use uuid::Uuid;

use crate::model::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync + 'static {
    /// Now, cut to whole microseconds, which is what the databases keep.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that may ask the machine for the time")]
    fn now(&self) -> Timestamp {
        let now = chrono::Utc::now();
        Timestamp::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

/// Where randomness comes from. Implementations for production must be cryptographically secure.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        SysRng.try_fill_bytes(bytes).expect("the operating system always has randomness after boot");
    }
}

/// `N` random bytes.
pub fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// Draws UUIDv7 ids that ascend within a process even inside one millisecond (RFC 9562, 6.2, method 1).
#[derive(Debug, Default)]
pub(crate) struct IdSource {
    /// Milliseconds since 1970 in the upper 48 bits, a counter in the lower 12.
    last: AtomicU64,
}

impl IdSource {
    pub(crate) fn next(&self, now: Timestamp, entropy: &dyn Entropy) -> Uuid {
        let at_ms = u64::try_from(now.timestamp_millis()).unwrap_or(0) << 12;
        let step = |last: u64| Some(if at_ms > last { at_ms } else { last + 1 });
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap_or_else(|last| last);
        let stamp = step(last).unwrap_or(at_ms);
        let tail = u64::from_be_bytes(random(entropy)) & 0x3FFF_FFFF_FFFF_FFFF;
        let head = ((stamp >> 12) << 16) | 0x7000 | (stamp & 0xFFF);
        Uuid::from_u64_pair(head, 0x8000_0000_0000_0000 | tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_within_one_millisecond() {
        let (source, now) = (IdSource::default(), SystemClock.now());
        let ids: Vec<_> = (0..5_000).map(|_| source.next(now, &SystemEntropy)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
