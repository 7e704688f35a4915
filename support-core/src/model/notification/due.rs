//! When mail and push leave, by the clock on somebody's wall.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Timelike as _};
use chrono_tz::Tz;

use super::{Digest, Preferences};
use crate::model::{Timestamp, sla::MinuteOfDay};

/// Steps by which the end of an hour that a clock skips is looked for; every change of any zone is a multiple of it.
const STEP: TimeDelta = TimeDelta::minutes(15);
/// Enough of them for a zone that once skipped a whole day.
const STEPS: i32 = 4 * 25;

impl Preferences {
    /// When mail about something that happens now leaves.
    #[must_use]
    pub fn mail_due(&self, now: Timestamp) -> Timestamp {
        let zone = self.zone();
        let local = now.with_timezone(&zone);
        let due = match self.digest {
            Digest::Immediately => now,
            Digest::Hourly => {
                let into = TimeDelta::minutes(i64::from(local.minute()))
                    + TimeDelta::seconds(i64::from(local.second()))
                    + TimeDelta::nanoseconds(i64::from(local.nanosecond()));
                now + (TimeDelta::hours(1) - into)
            }
            Digest::Daily => {
                let today = local.date_naive();
                let next = shown(zone, today, self.digest_time).filter(|at| *at > now);
                let next = next.or_else(|| shown(zone, today.checked_add_days(Days::new(1))?, self.digest_time));
                next.unwrap_or(now)
            }
        };
        self.after_quiet_hours(due)
    }

    /// When push about something that happens now leaves.
    #[must_use]
    pub fn push_due(&self, now: Timestamp) -> Timestamp {
        self.after_quiet_hours(now)
    }

    /// That moment, or the end of the quiet hours that it falls into.
    fn after_quiet_hours(&self, at: Timestamp) -> Timestamp {
        let Some(quiet) = self.quiet_hours else { return at };
        let local = at.with_timezone(&self.zone());
        let minute = minute_of(&local);
        let (from, to) = (quiet.from.minutes(), quiet.to.minutes());
        let is_quiet = if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to };
        if !is_quiet {
            return at;
        }
        let today = local.date_naive();
        let day = if minute < to { Some(today) } else { today.checked_add_days(Days::new(1)) };
        // In an hour that a clock shows twice the end may already have been.
        day.and_then(|day| shown(self.zone(), day, quiet.to)).filter(|end| *end > at).unwrap_or(at)
    }

    fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }
}

fn minute_of(local: &DateTime<Tz>) -> u16 {
    u16::try_from(local.hour() * 60 + local.minute()).unwrap_or_default()
}

/// The first moment at which the zone's clocks show that minute of the day, or would if they did not skip it.
fn shown(zone: Tz, day: NaiveDate, minute: MinuteOfDay) -> Option<Timestamp> {
    let start = day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(i64::from(minute.minutes())))?;
    (0..=STEPS).find_map(|step| zone.from_local_datetime(&(start + STEP * step)).earliest()).map(|at| at.to_utc())
}
