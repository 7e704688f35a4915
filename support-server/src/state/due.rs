//! When a promise to a customer falls due, and when a ticket is to come back.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use support_core::{model::Timestamp, protocol::Ticket};

use super::Clock;

/// How near a promise is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// There is time.
    Calm,
    /// Less than an hour.
    Soon,
    /// It is broken.
    Late,
}

/// A countdown in words: `Due in 25m`, `2h late`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countdown {
    /// How near.
    pub urgency: Urgency,
    /// Short, for a row.
    pub text: String,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What a row and a thread say about the promise that runs, if one does.
#[must_use]
pub fn countdown(ticket: &Ticket, clock: &Clock) -> Option<Countdown> {
    if ticket.status.is_done() {
        return None;
    }
    let due = ticket.sla_due_at?;
    let left = (due - clock.now).num_seconds();
    let late = ticket.sla_overdue || left <= 0;
    let span = span(left.abs());
    Some(if late {
        let text = if left <= 0 { format!("{span} late") } else { "Late".to_owned() };
        Countdown { urgency: Urgency::Late, text }
    } else {
        let urgency = if left < HOUR { Urgency::Soon } else { Urgency::Calm };
        Countdown { urgency, text: format!("Due in {span}") }
    })
}

fn span(seconds: i64) -> String {
    match seconds {
        ..MINUTE => "<1m".to_owned(),
        MINUTE..HOUR => format!("{}m", seconds / MINUTE),
        HOUR..DAY => format!("{}h", seconds / HOUR),
        _ => format!("{}d", seconds / DAY),
    }
}

/// Until when a ticket can be put aside with one choice, by the agent's own clock.
#[must_use]
pub fn presets(clock: &Clock) -> Vec<(&'static str, Timestamp)> {
    let now = clock.local(clock.now);
    let morning = |days: u64| now.date().checked_add_days(Days::new(days)).and_then(|day| day.and_hms_opt(9, 0, 0));
    let next = |weekday: Weekday| {
        let ahead = (7 + weekday.num_days_from_monday() - now.weekday().num_days_from_monday()) % 7;
        morning(u64::from(if ahead == 0 { 7 } else { ahead }))
    };
    let mut presets = vec![
        ("In an hour", Some(now + TimeDelta::hours(1))),
        ("In three hours", Some(now + TimeDelta::hours(3))),
        ("Tomorrow morning", morning(1)),
        ("Next Monday", next(Weekday::Mon)),
        ("In a week", morning(7)),
        ("In a month", morning(30)),
    ];
    presets.drain(..).filter_map(|(label, at)| Some((label, clock.instant(at?)?))).collect()
}

/// Reads what a field for date and time holds: `2026-11-21T09:30`, by the agent's own clock.
#[must_use]
pub fn written(text: &str, clock: &Clock) -> Option<Timestamp> {
    // By hand: chrono reads its pattern at run time, which would cost the browser 10 KB.
    let numbers: Option<Vec<u32>> = text.split(['-', 'T', ':']).take(5).map(|part| part.parse().ok()).collect();
    let [year, month, day, hour, minute] = numbers?.try_into().ok()?;
    clock.instant(NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)?.and_hms_opt(hour, minute, 0)?)
}

impl Clock {
    /// The instant at which the wall shows a time.
    #[must_use]
    pub fn instant(&self, wall: NaiveDateTime) -> Option<Timestamp> {
        // The offset that holds then may differ from today's: asked for at the time that today's offset gives.
        let guess = wall.and_utc() - (self.local(self.now) - self.now.naive_utc());
        let exact = wall.and_utc() - (self.local(guess) - guess.naive_utc());
        (exact > self.now).then_some(exact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Zone, fake::ticket};
    use support_core::model::Status;

    fn clock() -> Clock {
        Clock { now: "2026-11-21T12:00:00Z".parse().unwrap(), zone: Zone::Utc }
    }

    fn due(offset: i64) -> Ticket {
        Ticket { sla_due_at: Some(clock().now + TimeDelta::seconds(offset)), ..ticket(1, 10) }
    }

    #[test]
    fn a_promise_is_counted_down_and_then_late() {
        let told = |ticket: &Ticket| countdown(ticket, &clock()).map(|it| (it.urgency, it.text));
        assert_eq!(told(&due(2 * DAY)), Some((Urgency::Calm, "Due in 2d".into())));
        assert_eq!(told(&due(25 * MINUTE + 30)), Some((Urgency::Soon, "Due in 25m".into())));
        assert_eq!(told(&due(30)), Some((Urgency::Soon, "Due in <1m".into())));
        assert_eq!(told(&due(-2 * HOUR)), Some((Urgency::Late, "2h late".into())));
        assert_eq!(told(&Ticket { sla_overdue: true, ..due(HOUR) }), Some((Urgency::Late, "Late".into())));
        assert_eq!(told(&Ticket { status: Status::Resolved, ..due(-5) }), None);
        assert_eq!(told(&ticket(1, 10)), None);
    }

    #[test]
    fn snoozing_offers_times_that_are_still_to_come() {
        let presets = presets(&clock());
        let at: Vec<String> = presets.iter().map(|(label, at)| format!("{label} {}", at.format("%F %R"))).collect();
        assert_eq!(
            at,
            [
                "In an hour 2026-11-21 13:00",
                "In three hours 2026-11-21 15:00",
                "Tomorrow morning 2026-11-22 09:00",
                "Next Monday 2026-11-23 09:00",
                "In a week 2026-11-28 09:00",
                "In a month 2026-12-21 09:00"
            ]
        );
    }

    #[test]
    fn a_written_time_is_read_and_the_past_is_refused() {
        assert_eq!(written("2026-12-01T08:30", &clock()), Some("2026-12-01T08:30:00Z".parse().unwrap()));
        for text in ["", "2026-12-01", "2026-12-01T", "2026-12-01T25:00", "2020-01-01T08:00"] {
            assert_eq!(written(text, &clock()), None, "{text}");
        }
    }
}
