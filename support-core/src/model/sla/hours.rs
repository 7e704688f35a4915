//! Working time between two moments, exactly, whatever the zone's clocks do.
//!
//! A moment is working time when the local clock shows an open minute of a day that is no holiday. That alone is the
//! definition; an hour that a clock shows twice counts twice, and one that it skips never comes.

use std::collections::{BTreeSet, VecDeque};

use chrono::{Datelike as _, Days, NaiveDate, NaiveTime, Offset as _, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::calendar::Calendar;
use crate::model::Timestamp;

/// What is not reached within this time is never reached: all days may be holidays.
const HORIZON: TimeDelta = TimeDelta::days(5 * 366);
/// How far the zone is asked for changes at once.
const LOOK_AHEAD_DAYS: i64 = 32;

/// A [`Calendar`] ready to count with.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    /// `None`: all the time is working time.
    open: Option<Open>,
}

#[derive(Debug, Clone, PartialEq)]
struct Open {
    zone: Tz,
    /// From Monday; minutes from and to.
    week: [Vec<(u16, u16)>; 7],
    holidays: BTreeSet<NaiveDate>,
    /// Month and day.
    yearly: BTreeSet<(u32, u32)>,
}

impl Hours {
    /// Round the clock.
    pub const ALWAYS: Self = Self { open: None };

    /// `None` for a calendar whose zone nobody knows; [`Calendar::problems`] refuses it.
    #[must_use]
    pub fn new(calendar: &Calendar) -> Option<Self> {
        let mut open = Open {
            zone: calendar.time_zone.parse().ok()?,
            week: calendar
                .hours
                .days()
                .map(|(_, day)| day.iter().map(|open| (open.from.minutes(), open.to.minutes())).collect()),
            holidays: BTreeSet::new(),
            yearly: BTreeSet::new(),
        };
        for holiday in &calendar.holidays {
            if holiday.yearly {
                open.yearly.insert((holiday.date.month(), holiday.date.day()));
            } else {
                open.holidays.insert(holiday.date);
            }
        }
        Some(Self { open: Some(open) })
    }

    /// The first moment at which `work` of working time has passed since `from`; none when that takes years.
    #[must_use]
    pub fn add(&self, from: Timestamp, work: TimeDelta) -> Option<Timestamp> {
        let Some(open) = &self.open else { return from.checked_add_signed(work) };
        if work <= TimeDelta::zero() {
            return Some(from);
        }
        let mut left = work;
        for (begin, end) in Stretches::new(open, from, from.checked_add_signed(HORIZON)?) {
            if end - begin >= left {
                return Some(begin + left);
            }
            left -= end - begin;
        }
        None
    }

    /// The working time from `from` until `to`; zero when `to` is not later.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> TimeDelta {
        if to <= from {
            return TimeDelta::zero();
        }
        let Some(open) = &self.open else { return to - from };
        Stretches::new(open, from, to).fold(TimeDelta::zero(), |sum, (begin, end)| sum + (end - begin))
    }
}

impl Open {
    fn offset(&self, at: Timestamp) -> TimeDelta {
        let offset = self.zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        TimeDelta::seconds(i64::from(offset.local_minus_utc()))
    }

    /// A moment after `at` until which the zone's offset stays what it is at `at`: the next change, or some weeks without one.
    fn steady_until(&self, at: Timestamp) -> Timestamp {
        let here = self.offset(at);
        // Zones change at whole seconds.
        let mut low = at.timestamp();
        let moment = |second: i64| Utc.timestamp_opt(second, 0).single().unwrap_or(Timestamp::MAX_UTC);
        for _ in 0..LOOK_AHEAD_DAYS {
            let mut high = low + TimeDelta::days(1).num_seconds();
            if self.offset(moment(high)) != here {
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    if self.offset(moment(middle)) == here { low = middle } else { high = middle }
                }
                return moment(high);
            }
            low = high;
        }
        moment(low)
    }

    fn of_day(&self, day: NaiveDate) -> &[(u16, u16)] {
        if self.holidays.contains(&day) || self.yearly.contains(&(day.month(), day.day())) {
            return &[];
        }
        let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        &self.week[weekday]
    }
}

/// The stretches of working time from one moment to another, cut where the zone's offset changes.
struct Stretches<'o> {
    open: &'o Open,
    at: Timestamp,
    until: Timestamp,
    offset: TimeDelta,
    steady_until: Timestamp,
    found: VecDeque<(Timestamp, Timestamp)>,
}

impl<'o> Stretches<'o> {
    fn new(open: &'o Open, from: Timestamp, until: Timestamp) -> Self {
        Self {
            open,
            at: from,
            until,
            offset: open.offset(from),
            steady_until: open.steady_until(from),
            found: VecDeque::new(),
        }
    }

    /// Looks at the rest of one local day, as far as the offset is steady.
    fn look_at_day(&mut self) {
        if self.at >= self.steady_until {
            self.offset = self.open.offset(self.at);
            self.steady_until = self.open.steady_until(self.at);
        }
        let day = (self.at + self.offset).date_naive();
        let Some(tomorrow) = day.checked_add_days(Days::new(1)) else {
            self.at = self.until;
            return;
        };
        let utc = |day: NaiveDate, minutes: u16| {
            day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(i64::from(minutes)) - self.offset
        };
        let end = utc(tomorrow, 0).min(self.steady_until).min(self.until);
        for (from, to) in self.open.of_day(day) {
            let (from, to) = (utc(day, *from).max(self.at), utc(day, *to).min(end));
            if from < to {
                self.found.push_back((from, to));
            }
        }
        self.at = end;
    }
}

impl Iterator for Stretches<'_> {
    type Item = (Timestamp, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        while self.found.is_empty() && self.at < self.until {
            self.look_at_day();
        }
        self.found.pop_front()
    }
}
