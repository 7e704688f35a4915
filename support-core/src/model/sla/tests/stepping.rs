//! The definition of working time, taken literally: one minute after the other.

use chrono::{Datelike as _, NaiveDate, TimeDelta, TimeZone as _, Timelike as _, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use crate::model::{
    Timestamp,
    sla::{Calendar, Holiday, MinuteOfDay, OpenHours, Week},
};

/// Half hours of change, changes at midnight, at one minute past it, a day that never came, zones without any change.
const ZONES: &[&str] = &[
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Sao_Paulo",
    "America/Santiago",
    "Asia/Beirut",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
];

pub(super) const MINUTE: TimeDelta = TimeDelta::minutes(1);

pub(super) fn is_open(calendar: &Calendar, at: Timestamp) -> bool {
    let zone: Tz = calendar.time_zone.parse().unwrap();
    let local = zone.from_utc_datetime(&at.naive_utc());
    let day = local.date_naive();
    let is_holiday = calendar.holidays.iter().any(|holiday| {
        holiday.date == day
            || (holiday.yearly && (holiday.date.month(), holiday.date.day()) == (day.month(), day.day()))
    });
    let minute = local.hour() * 60 + local.minute();
    let week = &calendar.hours;
    let open = match local.weekday() {
        chrono::Weekday::Mon => &week.monday,
        chrono::Weekday::Tue => &week.tuesday,
        chrono::Weekday::Wed => &week.wednesday,
        chrono::Weekday::Thu => &week.thursday,
        chrono::Weekday::Fri => &week.friday,
        chrono::Weekday::Sat => &week.saturday,
        chrono::Weekday::Sun => &week.sunday,
    };
    !is_holiday
        && open.iter().any(|open| (u32::from(open.from.minutes())..u32::from(open.to.minutes())).contains(&minute))
}

pub(super) fn between(calendar: &Calendar, from: Timestamp, to: Timestamp) -> TimeDelta {
    let (mut at, mut sum) = (from, TimeDelta::zero());
    while at < to {
        if is_open(calendar, at) {
            sum += MINUTE;
        }
        at += MINUTE;
    }
    sum
}

pub(super) fn utc(minute: i64) -> Timestamp {
    Utc.timestamp_opt(minute * 60, 0).unwrap()
}

pub(super) fn every_day(open: &[OpenHours]) -> Week {
    let day = open.to_vec();
    Week {
        monday: day.clone(),
        tuesday: day.clone(),
        wednesday: day.clone(),
        thursday: day.clone(),
        friday: day.clone(),
        saturday: day.clone(),
        sunday: day,
    }
}

pub(super) fn open(from: u16, to: u16) -> OpenHours {
    OpenHours { from: MinuteOfDay::new(from).unwrap(), to: MinuteOfDay::new(to).unwrap() }
}

fn day() -> impl Strategy<Value = Vec<OpenHours>> {
    prop_oneof![
        2 => Just(vec![open(9 * 60, 17 * 60)]),
        1 => Just(vec![]),
        1 => Just(vec![open(0, 24 * 60)]),
        3 => proptest::collection::btree_set(0_u16..=24 * 60, 2..7).prop_map(|edges| {
            let edges: Vec<_> = edges.into_iter().collect();
            edges.chunks_exact(2).map(|pair| open(pair[0], pair[1])).collect()
        }),
    ]
}

/// A calendar and a minute, more often than not within three days of a change of the zone's offset.
pub(super) fn calendar_and_minute() -> impl Strategy<Value = (Calendar, i64)> {
    let week = proptest::array::uniform7(day());
    // From 2005 to 2032.
    let minute = 18_408_960_i64..32_610_240;
    let holidays = proptest::collection::vec((-2_i64..12, any::<bool>()), 0..4);
    (proptest::sample::select(ZONES), week, minute, 0..4_320_i64, any::<bool>(), holidays).prop_map(
        |(zone, week, minute, before, near_change, holidays)| {
            let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = week;
            let mut hours = Week { monday, tuesday, wednesday, thursday, friday, saturday, sunday };
            if hours.days().iter().all(|(_, day)| day.is_empty()) {
                hours.wednesday = vec![open(13 * 60, 13 * 60 + 1)];
            }
            let minute =
                if near_change { change_after(zone, minute).map_or(minute, |change| change - before) } else { minute };
            let today = utc(minute).date_naive();
            let holidays = holidays
                .into_iter()
                .map(|(days, yearly)| Holiday { date: today + TimeDelta::days(days), yearly, name: None })
                .collect();
            (Calendar { name: "Any".into(), time_zone: zone.into(), hours, holidays }, minute)
        },
    )
}

/// The minute of the next change of offset within two years.
fn change_after(zone: &str, minute: i64) -> Option<i64> {
    let zone: Tz = zone.parse().unwrap();
    let offset = |minute: i64| {
        use chrono::Offset as _;
        zone.offset_from_utc_datetime(&utc(minute).naive_utc()).fix().local_minus_utc()
    };
    let day = (0..730).map(|day| minute + day * 1_440).find(|at| offset(*at) != offset(at + 1_440))?;
    (day..day + 1_440).find(|at| offset(*at) != offset(at + 1)).map(|at| at + 1)
}

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
