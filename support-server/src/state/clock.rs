//! Times as people read them.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Weekday};
use support_core::model::Timestamp;

/// Whose wall clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// UTC: on the server, and in the browser until it has taken over the server's markup.
    Utc,
    /// The browser's own.
    Browser,
}

/// Now, and the zone to show it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Now.
    pub now: Timestamp,
    /// Whose wall clock counts.
    pub zone: Zone,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Clock {
    /// The time on the wall.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> NaiveDateTime {
        match self.zone {
            Zone::Utc => at.naive_utc(),
            Zone::Browser => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "milliseconds since 1970 fit a double until the year 287396"
                )]
                let date = js_sys::Date::new(&(at.timestamp_millis() as f64).into());
                #[expect(clippy::cast_possible_truncation, reason = "an offset is within a day")]
                let minutes_behind = date.get_timezone_offset() as i64;
                at.naive_utc() - TimeDelta::minutes(minutes_behind)
            }
        }
    }

    /// How long ago, as short as a list row needs it: `now`, `5m`, `3h`, `2d`, then the date.
    #[must_use]
    pub fn ago(&self, at: Timestamp) -> String {
        let seconds = (self.now - at).num_seconds();
        match seconds {
            ..MINUTE => "now".to_owned(),
            MINUTE..HOUR => format!("{}m", seconds / MINUTE),
            HOUR..DAY => format!("{}h", seconds / HOUR),
            _ if seconds < 7 * DAY => format!("{}d", seconds / DAY),
            _ => self.date(at),
        }
    }

    /// `21 Nov`, with the year where it is another one.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> String {
        let day = self.day(at);
        let short = format!("{} {}", day.day(), &month_name(day)[..3]);
        if day.year() == self.day(self.now).year() { short } else { format!("{short} {}", day.year()) }
    }

    /// `14:05`.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        let at = self.local(at);
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// All of it, for a tooltip: `Saturday, 21 November 2026, 14:05`.
    #[must_use]
    pub fn exact(&self, at: Timestamp) -> String {
        let suffix = if self.zone == Zone::Utc { " UTC" } else { "" };
        let day = self.day(at);
        format!("{}, {}, {}{suffix}", weekday_name(day), date_with_year(day), self.time(at))
    }

    /// The day on the wall.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> NaiveDate {
        self.local(at).date()
    }

    /// `Today`, `Yesterday`, `Monday, 16 November`, with the year where it is another one.
    #[must_use]
    pub fn day_name(&self, day: NaiveDate) -> String {
        let today = self.day(self.now);
        match (today - day).num_days() {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            _ if day.year() == today.year() => format!("{}, {} {}", weekday_name(day), day.day(), month_name(day)),
            _ => date_with_year(day),
        }
    }
}

// chrono's own formatting reads its pattern at run time, which would cost the browser 20 KB.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month_name(day: NaiveDate) -> &'static str {
    MONTHS[day.month0() as usize]
}

fn weekday_name(day: NaiveDate) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

fn date_with_year(day: NaiveDate) -> String {
    format!("{} {} {}", day.day(), month_name(day), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn clock() -> Clock {
        Clock { now: at("2026-11-21T12:00:00Z"), zone: Zone::Utc }
    }

    #[test]
    fn rows_say_how_long_ago_and_later_the_date() {
        for (then, words) in [
            ("2026-11-21T12:00:30Z", "now"),
            ("2026-11-21T11:59:01Z", "now"),
            ("2026-11-21T11:59:00Z", "1m"),
            ("2026-11-21T11:00:01Z", "59m"),
            ("2026-11-20T12:00:01Z", "23h"),
            ("2026-11-14T12:00:01Z", "6d"),
            ("2026-11-14T12:00:00Z", "14 Nov"),
            ("2025-12-31T23:00:00Z", "31 Dec 2025"),
        ] {
            assert_eq!(clock().ago(at(then)), words, "{then}");
        }
    }

    #[test]
    fn days_have_names() {
        let name = |then| clock().day_name(clock().day(at(then)));
        assert_eq!(name("2026-11-21T00:00:00Z"), "Today");
        assert_eq!(name("2026-11-20T23:59:00Z"), "Yesterday");
        assert_eq!(name("2026-11-16T08:00:00Z"), "Monday, 16 November");
        assert_eq!(name("2025-11-16T08:00:00Z"), "16 November 2025");
        assert_eq!(clock().exact(at("2026-11-16T08:05:00Z")), "Monday, 16 November 2026, 08:05 UTC");
    }
}
