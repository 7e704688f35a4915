//! The clock on the wall, against a model that steps from minute to minute.
#![expect(clippy::unwrap_used, reason = "here a panic is a failed test")]

use chrono::{DateTime, TimeDelta, Timelike as _};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{Digest, Preferences, QuietHours};
use crate::model::{Timestamp, sla::MinuteOfDay};

fn at(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn preferences(zone: &str, digest: Digest, quiet: Option<(&str, &str)>) -> Preferences {
    let quiet_hours = quiet.map(|(from, to)| QuietHours { from: from.parse().unwrap(), to: to.parse().unwrap() });
    Preferences { time_zone: zone.to_owned(), digest, quiet_hours, ..Preferences::default() }
}

#[test]
fn quiet_hours_end_on_the_persons_own_clock() {
    let night = Some(("22:00", "07:30"));
    let berlin = preferences("Europe/Berlin", Digest::Immediately, night);
    for (now, due) in [
        ("2026-03-02T20:59:59Z", "2026-03-02T20:59:59Z"),
        ("2026-03-02T21:00:00Z", "2026-03-03T06:30:00Z"),
        ("2026-03-03T02:00:00Z", "2026-03-03T06:30:00Z"),
        ("2026-03-03T06:29:59Z", "2026-03-03T06:30:00Z"),
        ("2026-03-03T06:30:00Z", "2026-03-03T06:30:00Z"),
        // The night in which the clocks go forward.
        ("2026-03-28T23:00:00Z", "2026-03-29T05:30:00Z"),
    ] {
        assert_eq!(berlin.push_due(at(now)), at(due), "{now}");
        assert_eq!(berlin.mail_due(at(now)), at(due), "{now}");
    }
    let lunch = preferences("UTC", Digest::Immediately, Some(("12:00", "24:00")));
    assert_eq!(lunch.push_due(at("2026-03-02T12:00:00Z")), at("2026-03-03T00:00:00Z"));
    assert_eq!(lunch.push_due(at("2026-03-02T00:00:00Z")), at("2026-03-02T00:00:00Z"));
    // An end that the clock skips: the first moment after the gap.
    let skipped = preferences("Europe/Berlin", Digest::Immediately, Some(("01:00", "02:30")));
    assert_eq!(skipped.push_due(at("2026-03-29T00:30:00Z")), at("2026-03-29T01:00:00Z"));
}

#[test]
fn a_digest_comes_at_the_full_hour_or_once_a_day_and_not_in_quiet_hours() {
    let hourly = preferences("Asia/Kolkata", Digest::Hourly, None);
    assert_eq!(
        hourly.mail_due(at("2026-03-02T09:00:00Z")),
        at("2026-03-02T09:30:00Z"),
        "their hour is ours and a half"
    );
    assert_eq!(hourly.mail_due(at("2026-03-02T09:30:00Z")), at("2026-03-02T10:30:00Z"));
    assert_eq!(hourly.push_due(at("2026-03-02T09:30:00Z")), at("2026-03-02T09:30:00Z"), "push waits for no digest");
    let daily =
        Preferences { digest_time: MinuteOfDay::hour(18), ..preferences("America/New_York", Digest::Daily, None) };
    assert_eq!(daily.mail_due(at("2026-03-02T12:00:00Z")), at("2026-03-02T23:00:00Z"));
    assert_eq!(daily.mail_due(at("2026-03-02T23:00:00Z")), at("2026-03-03T23:00:00Z"));
    assert_eq!(daily.mail_due(at("2026-03-07T23:30:00Z")), at("2026-03-08T22:00:00Z"), "the clocks went forward");
    let asleep =
        Preferences { quiet_hours: preferences("UTC", Digest::Daily, Some(("17:00", "20:00"))).quiet_hours, ..daily };
    assert_eq!(asleep.mail_due(at("2026-03-02T12:00:00Z")), at("2026-03-03T01:00:00Z"));
}

#[test]
fn what_was_stored_before_a_kind_was_there_takes_its_usual_ways() {
    let stored = r#"{"kinds": {"mention": {"in_app": true, "mail": false, "push": false}}, "digest": "daily"}"#;
    let preferences: Preferences = serde_json::from_str(stored).unwrap();
    let usual = Preferences::default();
    assert!(!preferences.kinds.mention.mail && preferences.digest == Digest::Daily);
    assert_eq!((preferences.kinds.assignment, preferences.digest_time), (usual.kinds.assignment, usual.digest_time));
}

proptest! {
    #[test]
    fn nothing_leaves_in_quiet_hours_and_nothing_waits_longer_than_they_last(
        second in 1_700_000_000_i64..1_900_000_000,
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo", "America/Sao_Paulo"]),
        from in 0_u16..1_440,
        to in 0_u16..1_440,
    ) {
        prop_assume!(from != to);
        let minute = |minutes| MinuteOfDay::new(minutes).unwrap();
        let quiet = QuietHours { from: minute(from), to: minute(to) };
        let preferences = Preferences { quiet_hours: Some(quiet), time_zone: zone.to_owned(), ..Preferences::default() };
        let now = DateTime::from_timestamp(second, 0).unwrap();
        let due = preferences.push_due(now);
        prop_assert!(due >= now);
        prop_assert!(due - now <= TimeDelta::hours(26));
        let is_quiet = |at: Timestamp| {
            let local = at.with_timezone(&zone.parse::<Tz>().unwrap());
            let shown = u16::try_from(local.hour() * 60 + local.minute()).unwrap();
            if from < to { (from..to).contains(&shown) } else { shown >= from || shown < to }
        };
        if due > now {
            // The wait ends at the first minute that is not quiet, unless that lies in an hour which the clock shows twice or skips.
            let mut minute = now - TimeDelta::seconds(i64::from(now.second()));
            while is_quiet(minute) && minute < due {
                minute += TimeDelta::minutes(1);
            }
            prop_assert!((due - minute).abs() <= TimeDelta::hours(1), "{due} {minute}");
        } else {
            prop_assert!(!is_quiet(now) || is_quiet(now - TimeDelta::hours(1)) || is_quiet(now + TimeDelta::hours(1)) || to.abs_diff(from) < 120);
        }
    }
}
