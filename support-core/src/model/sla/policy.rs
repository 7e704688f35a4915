//! What is promised to whom.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{TargetKind, calendar::Problem};
use crate::model::{Channel, Priority, SettingId, TicketRecord, limits};

/// A service level policy. Of several that fit a ticket, the one with the lowest position holds. On the wire it is
/// `POST sla-policies`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = CreateSlaPolicy, example = json!({
    "name": "Standard", "priorities": ["high", "urgent"], "warn_before_percent": 20, "pause_while_pending": true,
    "targets": {
        "high": { "first_response_minutes": 60, "next_response_minutes": 240, "resolution_minutes": 1440 },
        "urgent": { "first_response_minutes": 15, "next_response_minutes": 60, "resolution_minutes": 480 },
    },
}))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Unique among the policies, 1 to 100 characters.
    pub name: String,
    /// Policies are tried in ascending order.
    #[serde(default)]
    pub position: i32,
    /// Only tickets of these priorities; empty: of any.
    #[serde(default)]
    pub priorities: Vec<Priority>,
    /// Only tickets of these categories, in any case; empty: of any and of none.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Only tickets that came through these channels; empty: any.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// The calendar whose working time counts; null: round the clock.
    #[serde(default)]
    pub calendar: Option<SettingId>,
    /// What is promised.
    pub targets: PriorityTargets,
    /// Warn when this share of a promise's time is left. Excludes `warn_before_minutes`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 99)]
    pub warn_before_percent: Option<u32>,
    /// Warn when so much working time is left; promises that are no longer than this have no warning.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 525600)]
    pub warn_before_minutes: Option<u32>,
    /// Whether the time to the resolution stands still while the ticket is pending or snoozed.
    #[serde(default)]
    pub pause_while_pending: bool,
}

/// The promises for each priority.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PriorityTargets {
    /// For `low`.
    pub low: Targets,
    /// For `medium`.
    pub medium: Targets,
    /// For `high`.
    pub high: Targets,
    /// For `urgent`.
    pub urgent: Targets,
}

/// Minutes of working time; null: nothing is promised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Targets {
    /// From the opening to an agent's first public message.
    #[schema(minimum = 1, maximum = 525600)]
    pub first_response_minutes: Option<u32>,
    /// From the customer's oldest unanswered message to an agent's public one.
    #[schema(minimum = 1, maximum = 525600)]
    pub next_response_minutes: Option<u32>,
    /// From the opening to the end.
    #[schema(minimum = 1, maximum = 525600)]
    pub resolution_minutes: Option<u32>,
}

impl PriorityTargets {
    /// Those of one priority.
    #[must_use]
    pub const fn of(&self, priority: Priority) -> Targets {
        match priority {
            Priority::Low => self.low,
            Priority::Medium => self.medium,
            Priority::High => self.high,
            Priority::Urgent => self.urgent,
        }
    }
}

impl Targets {
    /// The time that is promised.
    #[must_use]
    pub fn time(&self, kind: TargetKind) -> Option<TimeDelta> {
        let minutes = match kind {
            TargetKind::FirstResponse => self.first_response_minutes,
            TargetKind::NextResponse => self.next_response_minutes,
            TargetKind::Resolution => self.resolution_minutes,
            TargetKind::Pinned => None,
        };
        minutes.map(|minutes| TimeDelta::minutes(i64::from(minutes)))
    }
}

impl Policy {
    /// Whether it speaks of this ticket.
    #[must_use]
    pub fn fits(&self, ticket: &TicketRecord) -> bool {
        let category = ticket.category.as_deref().map(str::to_lowercase);
        (self.priorities.is_empty() || self.priorities.contains(&ticket.priority))
            && (self.categories.is_empty()
                || category.is_some_and(|category| self.categories.iter().any(|word| word.to_lowercase() == category)))
            && (self.channels.is_empty() || self.channels.contains(&ticket.channel))
    }

    /// How much of `time` passes before the warning; none when there is no warning.
    #[must_use]
    pub fn warn_after(&self, time: TimeDelta) -> Option<TimeDelta> {
        let left = match (self.warn_before_percent, self.warn_before_minutes) {
            (Some(percent), _) => time * i32::try_from(percent).ok()? / 100,
            (None, Some(minutes)) => TimeDelta::minutes(i64::from(minutes)),
            (None, None) => return None,
        };
        (left < time).then(|| time - left)
    }

    /// What it cannot mean, beyond what its fields' types refuse. Whether its calendar exists is not known here.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let minutes =
            |value: Option<u32>| value.is_some_and(|value| !(1..=limits::TARGET_MINUTES_MAX).contains(&value));
        let range = "must be from 1 to 525600 minutes";
        for priority in Priority::ALL {
            let targets = self.targets.of(*priority);
            for (name, value) in [
                ("first_response_minutes", targets.first_response_minutes),
                ("next_response_minutes", targets.next_response_minutes),
                ("resolution_minutes", targets.resolution_minutes),
            ] {
                if minutes(value) {
                    problems.push(Problem::new(format!("/targets/{priority}/{name}"), "out_of_range", range));
                }
            }
        }
        if Priority::ALL.iter().all(|priority| self.targets.of(*priority) == Targets::default()) {
            problems.push(Problem::new("/targets", "no_promise", "must promise something"));
        }
        if self.warn_before_percent.is_some_and(|percent| !(1..=99).contains(&percent)) {
            problems.push(Problem::new("/warn_before_percent", "out_of_range", "must be from 1 to 99"));
        }
        if minutes(self.warn_before_minutes) {
            problems.push(Problem::new("/warn_before_minutes", "out_of_range", range));
        }
        if self.warn_before_percent.is_some() && self.warn_before_minutes.is_some() {
            let detail = "must be left out where `warn_before_percent` is given";
            problems.push(Problem::new("/warn_before_minutes", "ambiguous", detail));
        }
        for (pointer, len) in [("/categories", self.categories.len()), ("/channels", self.channels.len())] {
            if len > limits::POLICY_CONDITIONS_MAX {
                problems.push(Problem::new(pointer, "too_many", "must have at most 50 entries"));
            }
        }
        problems
    }
}
