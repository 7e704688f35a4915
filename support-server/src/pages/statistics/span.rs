//! A length of time, as precise as people need it.

/// Seconds as `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`.
pub(super) fn told(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let two = |large: i64, large_unit: &str, small: i64, small_unit: &str| {
        if small == 0 { format!("{large} {large_unit}") } else { format!("{large} {large_unit} {small} {small_unit}") }
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => two(seconds / 3600, "h", seconds % 3600 / 60, "min"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_span_has_at_most_two_units() {
        for (seconds, text) in [
            (-1, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_599, "59 min"),
            (3_600, "1 h"),
            (12_000, "3 h 20 min"),
            (86_400, "1 d"),
            (187_200, "2 d 4 h"),
        ] {
            assert_eq!(super::told(seconds), text);
        }
    }
}
