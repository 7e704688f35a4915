//! A calendar of working time, as people write it.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::limits;

/// When the desk works. Everything in it is local time of its zone. On the wire it is `POST calendars`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = CreateCalendar)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Unique among the calendars, 1 to 100 characters.
    pub name: String,
    /// The zone's name in the IANA database, such as `Europe/Berlin`.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// When the desk is open on each day of the week.
    pub hours: Week,
    /// Days without working time, 200 at most.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

/// The stretches of working time on each day, in ascending order and without overlap.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "monday": [{ "from": "09:00", "to": "12:00" }, { "from": "13:00", "to": "17:30" }],
    "tuesday": [{ "from": "09:00", "to": "17:30" }],
}))]
#[serde(deny_unknown_fields, default)]
pub struct Week {
    /// Monday.
    pub monday: Vec<OpenHours>,
    /// Tuesday.
    pub tuesday: Vec<OpenHours>,
    /// Wednesday.
    pub wednesday: Vec<OpenHours>,
    /// Thursday.
    pub thursday: Vec<OpenHours>,
    /// Friday.
    pub friday: Vec<OpenHours>,
    /// Saturday.
    pub saturday: Vec<OpenHours>,
    /// Sunday.
    pub sunday: Vec<OpenHours>,
}

/// One stretch of working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "from": "09:00", "to": "17:30" }))]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": "09:00", "to": "17:00" }))]
pub struct OpenHours {
    /// The first minute.
    pub from: MinuteOfDay,
    /// The minute after the last one; `24:00` for midnight.
    pub to: MinuteOfDay,
}

/// A day without working time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day.
    pub date: NaiveDate,
    /// Whether every year has it. 29 February then comes in leap years only.
    #[serde(default)]
    pub yearly: bool,
    /// What it is called, up to 100 characters.
    #[serde(default)]
    pub name: Option<String>,
}

/// A minute of the local day, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$", example = "09:00")]
pub struct MinuteOfDay(u16);

/// Something that a calendar or a policy cannot mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands (RFC 6901).
    pub pointer: String,
    /// Stable.
    pub code: &'static str,
    /// One sentence.
    pub detail: &'static str,
}

impl Problem {
    pub(super) fn new(pointer: impl Into<String>, code: &'static str, detail: &'static str) -> Self {
        Self { pointer: pointer.into(), code, detail }
    }
}

impl MinuteOfDay {
    /// The end of a day.
    pub const MIDNIGHT: Self = Self(24 * 60);

    /// `None` beyond 24:00.
    #[must_use]
    pub const fn new(minutes: u16) -> Option<Self> {
        if minutes <= Self::MIDNIGHT.0 { Some(Self(minutes)) } else { None }
    }

    /// A full hour, from 0 to 24; a later one counts as 24.
    #[must_use]
    pub const fn hour(hour: u8) -> Self {
        if hour < 24 { Self(hour as u16 * 60) } else { Self::MIDNIGHT }
    }

    /// Minutes since the day began.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl fmt::Display for MinuteOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for MinuteOfDay {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
        let minutes = match *text.as_bytes() {
            [h1, h2, b':', m1, m2] => (|| {
                let (hour, minute) = (digit(h1)? * 10 + digit(h2)?, digit(m1)? * 10 + digit(m2)?);
                (minute < 60).then_some(hour * 60 + minute)
            })(),
            _ => None,
        };
        minutes.and_then(Self::new).ok_or("must be a time of day from `00:00` to `24:00`")
    }
}

impl Serialize for MinuteOfDay {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MinuteOfDay {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Week {
    /// The days from Monday to Sunday, by their names on the wire.
    #[must_use]
    pub const fn days(&self) -> [(&'static str, &Vec<OpenHours>); 7] {
        [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ]
    }
}

impl Calendar {
    /// What it cannot mean, beyond what its fields' types refuse.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.time_zone.parse::<chrono_tz::Tz>().is_err() {
            let detail = "must be a name of the IANA time zone database, such as `Europe/Berlin`";
            problems.push(Problem::new("/time_zone", "unknown_time_zone", detail));
        }
        for (name, day) in self.hours.days() {
            if day.len() > limits::STRETCHES_MAX {
                problems.push(Problem::new(format!("/hours/{name}"), "too_many", "must have at most 8 stretches"));
            }
            let mut end = None;
            for (index, open) in day.iter().enumerate() {
                let pointer = format!("/hours/{name}/{index}");
                if open.from >= open.to {
                    problems.push(Problem::new(pointer, "empty_stretch", "must end after it begins"));
                } else if end.is_some_and(|end| open.from < end) {
                    problems.push(Problem::new(pointer, "overlap", "must begin after the stretch before it ends"));
                }
                end = Some(open.to);
            }
        }
        if self.hours.days().iter().all(|(_, day)| day.is_empty()) {
            problems.push(Problem::new("/hours", "never_open", "must have working time on some day"));
        }
        if self.holidays.len() > limits::HOLIDAYS_MAX {
            problems.push(Problem::new("/holidays", "too_many", "must have at most 200 holidays"));
        }
        problems
    }
}
