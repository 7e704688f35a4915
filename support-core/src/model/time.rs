//! Points in time as browsers without chrono see them: chrono's names, and only what reading them takes.
//!
//! Parsing with chrono weighs 6 KB after Brotli, a tenth of all that the chat panel may weigh.

/// Coordinated universal time, the only zone on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Utc;

/// A point in time, precise to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime<Zone> {
    micros: i64,
    zone: Zone,
}

const DAY_SECONDS: i64 = 86_400;
/// From 0000-03-01, where the count of days starts, to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;
const ERA_DAYS: i64 = 146_097;

impl DateTime<Utc> {
    /// Milliseconds since 1970.
    #[must_use]
    pub const fn timestamp_millis(&self) -> i64 {
        self.micros.div_euclid(1000)
    }

    /// Reads what the server writes: RFC 3339 with `T` and `Z`, any number of decimals.
    fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = match text.strip_suffix('Z')?.split_once('.') {
            Some((whole, decimals)) if !decimals.is_empty() => (whole.as_bytes(), decimals.as_bytes()),
            Some(_) => return None,
            None => (text.strip_suffix('Z')?.as_bytes(), &b""[..]),
        };
        let [y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2] = *whole else {
            return None;
        };
        let (year, month, day) = (number([y1, y2, y3, y4])?, number([o1, o2])?, number([d1, d2])?);
        let (hour, minute, second) = (number([h1, h2])?, number([m1, m2])?, number([s1, s2])?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let mut micros = 0;
        for place in 0..decimals.len().max(6) {
            let digit = decimals.get(place).map_or(Some(0), |byte| number([*byte]))?;
            if place < 6 {
                micros = micros * 10 + digit;
            }
        }
        let seconds = days(year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 + second;
        Some(Self { micros: seconds * 1_000_000 + micros, zone: Utc })
    }
}

fn number<const DIGITS: usize>(digits: [u8; DIGITS]) -> Option<i64> {
    let mut number = 0;
    for digit in digits {
        number = number * 10 + i64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    Some(number)
}

/// Days from 1970-01-01, by eras of 400 years that begin on 1 March (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_DAYS
}

impl std::fmt::Display for DateTime<Utc> {
    /// RFC 3339 with six decimals.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (seconds, micros) = (self.micros.div_euclid(1_000_000), self.micros.rem_euclid(1_000_000));
        let (days, second) = (seconds.div_euclid(DAY_SECONDS) + EPOCH_DAYS, seconds.rem_euclid(DAY_SECONDS));
        let (era, of_era) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let (day, month) = (of_year - (153 * shifted + 2) / 5 + 1, (shifted + 2) % 12 + 1);
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

impl serde::Serialize for DateTime<Utc> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for DateTime<Utc> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("must be a time such as 2025-01-31T09:30:00Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::{DateTime, Utc};

    fn chronos(text: &str) -> Option<i64> {
        chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_micros())
    }

    #[test]
    fn every_day_of_nine_centuries_is_the_day_that_chrono_says() {
        let first = chronos("1599-12-31T23:59:59.999999Z").unwrap();
        for day in 0..330_000 {
            let micros = first + day * 86_400_000_000 + day * 7_919;
            let text = chrono::DateTime::from_timestamp_micros(micros)
                .unwrap()
                .to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
            let time = DateTime::<Utc>::parse(&text).unwrap();
            assert_eq!((time.micros, time.timestamp_millis()), (micros, micros.div_euclid(1000)), "{text}");
            assert_eq!(time.to_string(), text);
        }
    }

    #[test]
    fn decimals_may_be_missing_or_many() {
        for text in [
            "2025-02-28T09:30:00Z",
            "2025-02-28T09:30:00.5Z",
            "2025-02-28T09:30:00.123456789Z",
            "1969-12-31T23:59:59.000001Z",
        ] {
            assert_eq!(DateTime::<Utc>::parse(text).map(|time| time.micros), chronos(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "Z",
            "2025-02-28",
            "2025-02-28T09:30:00",
            "2025-02-28T09:30:00+00:00",
            "2025-02-28T09:30:00.Z",
            "2025-02-28T09:30:00.xZ",
            "2025-13-28T09:30:00Z",
            "2025-02-28T24:30:00Z",
            "2025-02-28T09:60:00Z",
            "2025-02-2809:30:00Z",
            "٢٠٢٥-02-28T09:30:00Z",
        ] {
            assert_eq!(DateTime::<Utc>::parse(text), None, "{text}");
        }
    }
}
