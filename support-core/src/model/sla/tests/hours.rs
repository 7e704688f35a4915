//! Counting working time.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::stepping::{self, MINUTE, calendar_and_minute, date, every_day, open, utc};
use crate::model::{
    Timestamp,
    sla::{Calendar, Holiday, Hours, Week},
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn office(zone: &str) -> Calendar {
    let weekday = vec![open(9 * 60, 17 * 60)];
    let hours = Week { saturday: vec![], sunday: vec![], ..every_day(&weekday) };
    Calendar { name: "Office".into(), time_zone: zone.into(), hours, holidays: vec![] }
}

fn hours(calendar: &Calendar) -> Hours {
    assert_eq!(calendar.problems(), []);
    Hours::new(calendar).unwrap()
}

proptest! {
    #[test]
    fn counting_is_stepping_from_minute_to_minute((calendar, minute) in calendar_and_minute(), length in 0_i64..6_000) {
        let (from, to) = (utc(minute), utc(minute + length));
        prop_assert_eq!(hours(&calendar).between(from, to), stepping::between(&calendar, from, to));
    }

    #[test]
    fn what_is_added_is_counted_back((calendar, minute) in calendar_and_minute(), micros in 1_i64..30_000_000_000, skew in 0_i64..60_000_000) {
        let (hours, from) = (hours(&calendar), utc(minute) + TimeDelta::microseconds(skew));
        let work = TimeDelta::microseconds(micros);
        if let Some(due) = hours.add(from, work) {
            prop_assert_eq!(hours.between(from, due), work);
            // The first such moment, not any.
            prop_assert!(hours.between(from, due - TimeDelta::microseconds(1)) < work);
        }
    }

    #[test]
    fn more_work_and_later_starts_end_later((calendar, minute) in calendar_and_minute(), a in 0_i64..3_000, b in 0_i64..3_000, later in 0_i64..3_000) {
        let (hours, from) = (hours(&calendar), utc(minute));
        let reach = |from: Timestamp, minutes: i64| hours.add(from, MINUTE * i32::try_from(minutes).unwrap());
        let (less, more) = (a.min(b), a.max(b));
        if let (Some(first), Some(second)) = (reach(from, less), reach(from, more)) {
            prop_assert!(first <= second);
        }
        if let (Some(first), Some(second)) = (reach(from, a), reach(utc(minute + later), a)) {
            prop_assert!(first <= second);
        }
        let (middle, end) = (utc(minute + less), utc(minute + more));
        prop_assert_eq!(hours.between(from, middle) + hours.between(middle, end), hours.between(from, end));
    }
}

#[test]
fn a_promise_made_on_friday_evening_is_due_on_monday() {
    let hours = hours(&office("Europe/Berlin"));
    let friday_evening = at("2026-03-27T17:30:00Z");
    // The clocks went forward on Sunday: 9:00 is 7:00 UTC now.
    assert_eq!(hours.add(friday_evening, TimeDelta::hours(2)), Some(at("2026-03-30T09:00:00Z")));
    // A whole day ends with the day, not with the next one's beginning.
    assert_eq!(hours.add(friday_evening, TimeDelta::hours(8)), Some(at("2026-03-30T15:00:00Z")));
}

#[test]
fn an_hour_that_comes_twice_counts_twice_and_one_that_never_comes_does_not() {
    let night = Calendar { hours: every_day(&[open(0, 6 * 60)]), ..office("Europe/Berlin") };
    let hours = hours(&night);
    assert_eq!(hours.between(at("2026-10-24T22:00:00Z"), at("2026-10-25T12:00:00Z")), TimeDelta::hours(7));
    assert_eq!(hours.between(at("2026-03-28T23:00:00Z"), at("2026-03-29T12:00:00Z")), TimeDelta::hours(5));
}

#[test]
fn half_an_hour_of_lord_howe_counts_as_half_an_hour() {
    let night = Calendar { hours: every_day(&[open(0, 6 * 60)]), ..office("Australia/Lord_Howe") };
    let hours = hours(&night);
    // 2026-10-04, 02:00 becomes 02:30.
    assert_eq!(hours.between(at("2026-10-03T12:00:00Z"), at("2026-10-04T12:00:00Z")), TimeDelta::minutes(330));
}

#[test]
fn a_midnight_that_never_comes_begins_the_day_at_one() {
    let night = Calendar { hours: every_day(&[open(0, 6 * 60)]), ..office("Asia/Beirut") };
    let hours = hours(&night);
    // 2026-03-29, 00:00 becomes 01:00: the day begins at 22:00 UTC, five open hours long.
    assert_eq!(hours.between(at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z")), TimeDelta::hours(5));
    assert_eq!(hours.add(at("2026-03-28T12:00:00Z"), TimeDelta::hours(1)), Some(at("2026-03-28T23:00:00Z")));
}

#[test]
fn a_day_that_an_island_skipped_has_no_working_time() {
    let hours = hours(&Calendar { hours: every_day(&[open(0, 24 * 60)]), ..office("Pacific/Apia") });
    let (before, after) = (at("2011-12-29T10:00:00Z"), at("2011-12-31T10:00:00Z"));
    assert_eq!(hours.between(before, after), TimeDelta::hours(48));
    let friday =
        Calendar { hours: Week { friday: vec![open(0, 24 * 60)], ..Week::default() }, ..office("Pacific/Apia") };
    let hours = self::hours(&friday);
    assert_eq!(hours.between(at("2011-12-27T00:00:00Z"), at("2012-01-03T00:00:00Z")), TimeDelta::zero());
}

#[test]
fn holidays_are_days_of_the_calendars_own_zone() {
    let mut calendar = office("America/New_York");
    calendar.holidays.push(Holiday { date: date("2026-12-25"), yearly: false, name: Some("Christmas".into()) });
    let hours = hours(&calendar);
    // Thursday 21:30 UTC is 16:30; Friday is the holiday.
    assert_eq!(hours.add(at("2026-12-24T21:30:00Z"), TimeDelta::hours(1)), Some(at("2026-12-28T14:30:00Z")));
    // One year later the day is open again.
    assert_eq!(hours.between(at("2028-12-25T00:00:00Z"), at("2028-12-26T00:00:00Z")), TimeDelta::hours(8));
}

#[test]
fn a_yearly_holiday_on_29_february_comes_in_leap_years_only() {
    let mut calendar = Calendar { hours: every_day(&[open(0, 24 * 60)]), ..office("UTC") };
    calendar.holidays.push(Holiday { date: date("2024-02-29"), yearly: true, name: None });
    let hours = hours(&calendar);
    assert_eq!(hours.between(at("2028-02-28T00:00:00Z"), at("2028-03-02T00:00:00Z")), TimeDelta::days(2));
    assert_eq!(hours.between(at("2027-02-28T00:00:00Z"), at("2027-03-02T00:00:00Z")), TimeDelta::days(2));
}

#[test]
fn a_year_of_holidays_has_no_deadline_and_no_endless_search() {
    let days =
        (0..366).map(|day| Holiday { date: date("2024-01-01") + TimeDelta::days(day), yearly: true, name: None });
    let calendar = Calendar { holidays: days.collect(), ..office("Europe/Berlin") };
    assert_eq!(Hours::new(&calendar).unwrap().add(at("2026-01-01T00:00:00Z"), TimeDelta::minutes(1)), None);
}
