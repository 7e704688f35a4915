//! The life of a delivery, and how long a failed one waits.

use super::choice::choice;

choice!(
    /// How far a delivery is.
    DeliveryState {
        /// Waits for its next try.
        Pending = "pending",
        /// A worker holds its lease.
        Running = "running",
        /// Handed over.
        Done = "done",
        /// Not needed any more, such as mail about a message that was read meanwhile.
        Skipped = "skipped",
        /// All tries failed. Stays until somebody retries it.
        Dead = "dead",
    }
);

/// Seconds between tries. Four quick ones bridge a restart of the other side; after the last one the delivery is dead.
const STEPS_SECONDS: [i64; 9] = [5, 15, 60, 300, 1_800, 7_200, 18_000, 36_000, 72_000];

/// The same of webhooks, as Standard Webhooks recommends it: a receiver that is down for three days misses nothing.
const WEBHOOK_STEPS_SECONDS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The same of push: what a browser was not told within the hour is old news.
const PUSH_STEPS_SECONDS: [i64; 4] = [5, 60, 600, 2_400];

/// Milliseconds to wait after the `attempts`-th failed try (1 for the first), or none when there are no more tries.
///
/// `jitter` in `0..=1000` spreads the wait over ±10 %, so that what failed together does not return together.
#[must_use]
pub fn backoff(attempts: i64, jitter: u16) -> Option<i64> {
    step(&STEPS_SECONDS, attempts, jitter)
}

/// [`backoff`] of webhooks.
#[must_use]
pub fn webhook_backoff(attempts: i64, jitter: u16) -> Option<i64> {
    step(&WEBHOOK_STEPS_SECONDS, attempts, jitter)
}

/// [`backoff`] of push.
#[must_use]
pub fn push_backoff(attempts: i64, jitter: u16) -> Option<i64> {
    step(&PUSH_STEPS_SECONDS, attempts, jitter)
}

fn step(steps_seconds: &[i64], attempts: i64, jitter: u16) -> Option<i64> {
    let step = usize::try_from(attempts.max(1) - 1).ok()?;
    let wait_ms = steps_seconds.get(step)? * 1_000;
    Some(wait_ms * 9 / 10 + wait_ms * i64::from(jitter.min(1_000)) / 5_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_ends() {
        let waits: Vec<_> = (1..=10).map(|attempt| backoff(attempt, 500)).collect();
        assert_eq!(waits[0], Some(5_000));
        assert!(waits[..9].windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(waits[9], None);
    }

    #[test]
    fn jitter_stays_within_a_tenth() {
        assert_eq!(backoff(1, 0), Some(4_500));
        assert_eq!(backoff(1, 1_000), Some(5_500));
        assert_eq!(backoff(1, u16::MAX), Some(5_500));
    }
}
