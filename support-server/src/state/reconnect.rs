//! When to try again after the connection was lost.

/// How the live feed is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Not tried yet, or lost so shortly that nobody needs to know.
    Starting,
    /// Live.
    Live,
    /// Lost; tries go on.
    Lost,
}

const FIRST_MS: f64 = 500.0;
const LONGEST_MS: f64 = 15_000.0;

/// Milliseconds to wait before try number `attempt` (0, 1, 2 …): doubling, up to 15 s, with half of it at random
/// so that a restarted server does not meet everybody at once. `random` is in `0.0..1.0`.
#[must_use]
pub fn backoff_ms(attempt: u32, random: f64) -> u32 {
    let full = (FIRST_MS * f64::from(2_u32.saturating_pow(attempt.min(16)))).min(LONGEST_MS);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 15 000")]
    let wait = (full / 2.0 + full / 2.0 * random) as u32;
    wait
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_half_of_each_is_chance() {
        assert_eq!((backoff_ms(0, 0.0), backoff_ms(0, 1.0)), (250, 500));
        assert_eq!((backoff_ms(3, 0.0), backoff_ms(3, 1.0)), (2_000, 4_000));
        assert_eq!((backoff_ms(40, 0.0), backoff_ms(40, 1.0)), (7_500, 15_000));
    }
}
