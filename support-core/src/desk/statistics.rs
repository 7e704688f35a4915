//! Statistics: from sums that every change keeps, so that they cost the same for any number of tickets.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{Call, Desk};
use crate::{
    error::{Error, Result},
    model::{
        PersonId, Priority, Status,
        tally::{day_of, metric},
    },
    protocol::{AssigneeCount, DayCount, Spans, TicketStats},
    storage::Tally,
};

/// Days of a range at most.
const DAYS_MAX: i64 = 366;
/// Days of a range when nobody says.
const DAYS_DEFAULT: u64 = 30;

/// The days that statistics are asked for, both included, in UTC. None: the last 30, today included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayRange {
    /// The first.
    pub from: Option<NaiveDate>,
    /// The last.
    pub to: Option<NaiveDate>,
}

impl DayRange {
    fn days(self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate)> {
        let bad = |detail: &str| Error::BadRequest { code: "invalid_parameter", detail: detail.into() };
        let to = self.to.unwrap_or(today);
        let from = self.from.or_else(|| to.checked_sub_days(Days::new(DAYS_DEFAULT - 1)));
        let from = from.ok_or_else(|| bad("from: must be a day."))?;
        match (to - from).num_days() {
            ..0 => Err(bad("to: must not be before `from`.")),
            DAYS_MAX.. => Err(bad("from: the range must be at most 366 days.")),
            _ => Ok((from, to)),
        }
    }
}

fn number(day: NaiveDate) -> i64 {
    day_of(day.and_time(chrono::NaiveTime::MIN).and_utc())
}

impl Desk {
    /// Counts, times and series of the desk's tickets.
    ///
    /// # Errors
    /// `BadRequest` for a range that is none.
    pub async fn statistics(&self, call: &Call, range: DayRange) -> Result<TicketStats> {
        let tenant = call.actor.tenant;
        let (from, to) = range.days(self.now().date_naive())?;
        let mut tx = self.reader().await?;
        let tallies = tx.sum_tally(tenant, number(from), number(to)).await?;
        let live = tx.count_live(tenant, call.actor.person).await?;
        let mut by_assignee = Vec::new();
        for tally in of(&tallies, metric::ASSIGNEE) {
            let Ok(id) = tally.value.parse::<PersonId>() else { continue };
            let name = tx.find_person(tenant, id).await?.map(|person| person.name).unwrap_or_default();
            by_assignee.push(AssigneeCount { id, name, count: tally.count });
        }
        drop(tx);
        by_assignee.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        let by = |name: &str| -> BTreeMap<String, i64> {
            of(&tallies, name).map(|tally| (tally.value.clone(), tally.count)).collect()
        };
        let with_zeros = |name: &str, words: &mut dyn Iterator<Item = String>| -> BTreeMap<String, i64> {
            let mut counts: BTreeMap<_, _> = words.map(|word| (word, 0)).collect();
            counts.extend(by(name));
            counts
        };
        let on =
            |name: &str, day: i64| of(&tallies, name).find(|tally| tally.day == day).map_or(0, |tally| tally.count);
        let per_day = from.iter_days().take_while(|day| *day <= to).map(|day| DayCount {
            day: day.to_string(),
            created: on(metric::CREATED, number(day)),
            resolved: on(metric::RESOLVED, number(day)),
        });
        let in_status = |done: bool| {
            let of_kind = |tally: &&Tally| tally.value.parse::<Status>().is_ok_and(|status| status.is_done() == done);
            of(&tallies, metric::STATUS).filter(of_kind).map(|tally| tally.count).sum()
        };
        Ok(TicketStats {
            mine: live.mine,
            unassigned: live.unassigned,
            open: in_status(false),
            resolved: in_status(true),
            overdue: live.overdue,
            by_status: with_zeros(metric::STATUS, &mut Status::ALL.iter().map(ToString::to_string)),
            by_priority: with_zeros(metric::PRIORITY, &mut Priority::ALL.iter().map(ToString::to_string)),
            by_channel: by(metric::CHANNEL),
            by_assignee,
            from: from.to_string(),
            to: to.to_string(),
            first_response: spans(&tallies, metric::FIRST_RESPONSE),
            resolution: spans(&tallies, metric::RESOLUTION),
            per_day: per_day.collect(),
        })
    }
}

fn of<'t>(tallies: &'t [Tally], metric: &str) -> impl Iterator<Item = &'t Tally> {
    tallies.iter().filter(move |tally| tally.metric == metric)
}

fn spans(tallies: &[Tally], metric: &str) -> Spans {
    let mut seconds: BTreeMap<i64, i64> = BTreeMap::new();
    for tally in of(tallies, metric) {
        *seconds.entry(tally.value.parse().unwrap_or_default()).or_default() += tally.count;
    }
    let count: i64 = seconds.values().sum();
    let share = |tenths: i64| {
        // The smallest span that this share of all is not longer than.
        let wanted = (count * tenths + 9) / 10;
        let mut passed = 0;
        seconds.iter().find_map(|(span, count)| {
            passed += count;
            (passed >= wanted.max(1)).then_some(*span)
        })
    };
    Spans { count, median_seconds: share(5), p90_seconds: share(9) }
}
