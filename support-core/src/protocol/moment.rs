//! Times on the wire, written in one piece: chrono's own way asks a formatter for each part, which was a seventh of the work of a list.

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use serde::{Serialize as _, Serializer};

/// `serialize_with` for a time. Writes what chrono writes.
pub(super) fn time<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    match Text::of(time) {
        Some(text) => serializer.serialize_str(text.as_str()),
        None => time.serialize(serializer),
    }
}

/// `serialize_with` for a time that may be missing.
pub(super) fn maybe_time<S: Serializer>(maybe: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match maybe {
        Some(moment) => time(moment, serializer),
        None => serializer.serialize_none(),
    }
}

/// RFC 3339 in UTC with no, three or six digits of a second.
struct Text {
    bytes: [u8; 27],
    length: usize,
}

impl Text {
    /// None for what nearly never is: another number of digits, a leap second, a year of more than four digits.
    fn of(time: &DateTime<Utc>) -> Option<Self> {
        let (year, nanos) = (u32::try_from(time.year()).ok().filter(|year| *year <= 9_999)?, time.nanosecond());
        let length = match nanos {
            0 => 20,
            1_000_000_000.. => return None,
            _ if nanos % 1_000_000 == 0 => 24,
            _ if nanos % 1_000 == 0 => 27,
            _ => return None,
        };
        let mut text = Self { bytes: *b"0000-00-00T00:00:00.000000Z", length };
        text.digits(0..4, year);
        text.digits(5..7, time.month());
        text.digits(8..10, time.day());
        text.digits(11..13, time.hour());
        text.digits(14..16, time.minute());
        text.digits(17..19, time.second());
        text.digits(20..26, nanos / 1_000);
        if let Some(last) = text.bytes.get_mut(length - 1) {
            *last = b'Z';
        }
        Some(text)
    }

    fn digits(&mut self, place: std::ops::Range<usize>, mut number: u32) {
        for digit in self.bytes.get_mut(place).into_iter().flatten().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
    }

    fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Serialize)]
    struct Wire(#[serde(serialize_with = "maybe_time")] Option<DateTime<Utc>>);

    #[test]
    fn a_time_is_written_as_chrono_writes_it() {
        let day = 86_400_000_000_i64;
        let spread = (0..2_000).map(|n| DateTime::from_timestamp_micros(n * 37 * day / 11 * (n % 7 - 3)).unwrap());
        let nanos = [0, 1, 999, 1_000, 120_000_000, 999_999_000, 999_999_999, 1_000_000_000, 1_500_000_000];
        let odd = nanos.map(|nanos| DateTime::from_timestamp(1_750_000_019, nanos).unwrap_or_default());
        let far =
            ["-0001-01-01T00:00:00Z", "0000-02-29T00:00:00Z", "9999-12-31T23:59:59.999999Z", "+10000-01-01T00:00:00Z"];
        for time in spread.chain(odd).chain(far.map(|text| text.parse().unwrap())) {
            assert_eq!(serde_json::to_string(&Wire(Some(time))).unwrap(), serde_json::to_string(&time).unwrap());
        }
        assert_eq!(serde_json::to_string(&Wire(None)).unwrap(), "null");
    }
}
