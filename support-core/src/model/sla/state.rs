//! A ticket's deadlines, and which of them were announced.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Hours, Rule, Rules, StopKind, TargetKind, Track, Wait};
use crate::model::{AuthorKind, SettingId, TicketRecord, Timestamp};

/// What a ticket keeps about its deadlines.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SlaState {
    /// What the clocks depend on; none until the ticket is followed for the first time.
    #[serde(default)]
    pub track: Option<Track>,
    /// A deadline set by hand, in whose favour the policy's are silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// The policy that holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
    /// The [mark](Rules::mark) of the rules that the deadlines were computed by.
    #[serde(default)]
    pub mark: i64,
    /// What is or was promised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetState>,
}

/// A policy by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRef {
    /// Its id.
    pub id: SettingId,
    /// Its name when the deadlines were computed.
    pub name: String,
}

/// A deadline set by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The deadline.
    pub due_at: Timestamp,
    /// When it was set.
    pub since: Timestamp,
}

/// One promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetState {
    /// What is promised.
    pub kind: TargetKind,
    /// Where its time begins.
    pub from: Timestamp,
    /// When it falls due; none while its clock stands still.
    pub due_at: Option<Timestamp>,
    /// When the desk is warned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<Timestamp>,
    /// When it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_at: Option<Timestamp>,
    /// Whether its clock runs, or ran out.
    pub running: bool,
    /// Whether the warning was given, or came too late.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub warned: bool,
    /// Whether the desk was told that it is broken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub breached: bool,
}

/// Something that the desk must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announcement {
    /// A promise falls due soon.
    Warning(TargetKind, Timestamp),
    /// A promise is broken.
    Breach(TargetKind, Timestamp),
}

impl SlaState {
    /// Sets the deadline by hand, or gives it back to the policy. Takes effect when the ticket is followed.
    pub fn pin(&mut self, due_at: Option<Timestamp>, now: Timestamp) {
        self.pin = due_at.map(|due_at| Pin { due_at, since: now });
    }

    /// Of a ticket whose history nobody kept.
    #[must_use]
    pub fn adopt(ticket: &TicketRecord) -> Self {
        Self { track: Some(Track::adopt(ticket)), ..Self::default() }
    }

    /// The questions of another ticket are asked here from now on: the oldest one that waits for an answer counts.
    pub fn take_over(&mut self, question_at: Timestamp) {
        let track = self.track.get_or_insert_default();
        match &mut track.wait {
            Some(wait) if wait.answered_at.is_none() => wait.since = wait.since.min(question_at),
            wait => *wait = Some(Wait { since: question_at, answered_at: None }),
        }
    }

    /// When the question came that waits for the next response.
    #[must_use]
    pub fn question_at(&self) -> Option<Timestamp> {
        let wait = self.track.as_ref()?.wait?;
        wait.answered_at.is_none().then_some(wait.since)
    }

    /// Brings the state up to the ticket as it shall be, with the public messages of the change. What fell due before is told first.
    pub fn follow(
        &mut self,
        ticket: &TicketRecord,
        messages: impl IntoIterator<Item = (AuthorKind, Timestamp)>,
        rules: &Rules,
        now: Timestamp,
    ) -> Vec<Announcement> {
        let mut announcements = self.settle(now);
        let mut track = self.track.take().unwrap_or_else(|| Track::adopt(ticket));
        let was_done = matches!(track.stopped, Some((StopKind::Done, _)));
        for (author, at) in messages {
            match author {
                // Only an earlier answer makes this a question after the first response.
                AuthorKind::Customer => {
                    track.customer_wrote(at, ticket.first_response_at.is_some_and(|first| first < at));
                }
                AuthorKind::Agent => track.agent_wrote(at),
                AuthorKind::System => {}
            }
        }
        track.stand(StopKind::of(ticket), now);
        // A date that was agreed on before the ticket was done says nothing about what came after.
        if was_done && track.stopped.is_none() && self.pin.is_some_and(|pin| pin.due_at <= now) {
            self.pin = None;
        }
        let rule = rules.of(ticket);
        self.policy = rule.map(|rule| PolicyRef { id: rule.id, name: rule.policy.name.clone() });
        self.mark = rules.mark();
        let mut targets = deadlines(ticket, &track, rule, self.pin);
        for target in &mut targets {
            let Some(earlier) = self.targets.iter().find(|t| (t.kind, t.from) == (target.kind, target.from)) else {
                continue;
            };
            let until = target.met_at.unwrap_or(now);
            target.breached = earlier.breached && target.due_at.is_some_and(|due_at| due_at <= until);
            target.warned = earlier.warned && target.warn_at.is_none_or(|warn_at| warn_at <= until);
        }
        self.targets = targets;
        self.track = Some(track);
        announcements.extend(self.settle(now));
        announcements
    }

    /// Tells what has fallen due, once each. A warning that comes together with its breach is not worth telling.
    fn settle(&mut self, now: Timestamp) -> Vec<Announcement> {
        let mut announcements = Vec::new();
        let pinned = self.pin.is_some();
        for target in self.targets.iter_mut().filter(|target| target.binds(pinned)) {
            let Some(due_at) = target.due_at else { continue };
            if due_at <= now && !target.breached {
                target.breached = true;
                target.warned = true;
                announcements.push(Announcement::Breach(target.kind, due_at));
            } else if !target.warned && target.warn_at.is_some_and(|warn_at| warn_at <= now) {
                target.warned = true;
                announcements.push(Announcement::Warning(target.kind, due_at));
            }
        }
        announcements
    }

    /// The earliest deadline that runs.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.binding().filter_map(|target| target.due_at).min()
    }

    /// Whether a promise that still has to be kept is broken.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.binding().any(|target| target.breached)
    }

    /// When something has to be told next.
    #[must_use]
    pub fn timer_at(&self) -> Option<Timestamp> {
        let next = |target: &TargetState| match (target.due_at, target.warn_at) {
            (_, _) if target.breached => None,
            (Some(due_at), Some(warn_at)) if !target.warned => Some(warn_at.min(due_at)),
            (due_at, _) => due_at,
        };
        self.binding().filter_map(next).min()
    }

    /// Whether the resolution's clock stands still because the ticket waits.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        let waits = self.track.as_ref().is_some_and(|track| matches!(track.stopped, Some((StopKind::Waiting, _))));
        waits && self.targets.iter().any(|target| target.kind == TargetKind::Resolution && target.due_at.is_none())
    }

    fn binding(&self) -> impl Iterator<Item = &TargetState> {
        let pinned = self.pin.is_some();
        self.targets.iter().filter(move |target| target.binds(pinned))
    }
}

impl TargetState {
    /// Whether it counts: where a deadline was set by hand, only that one does.
    fn binds(&self, pinned: bool) -> bool {
        self.running && (!pinned || self.kind == TargetKind::Pinned)
    }
}

/// The promises to a ticket, none of them announced yet: a pure function of policy, calendar and history.
#[must_use]
pub fn deadlines(ticket: &TicketRecord, track: &Track, rule: Option<&Rule>, pin: Option<Pin>) -> Vec<TargetState> {
    let done_at = track.stopped.and_then(|(kind, at)| (kind == StopKind::Done).then_some(at));
    let mut targets = Vec::new();
    if let Some(rule) = rule {
        let first = (TargetKind::FirstResponse, ticket.created_at, ticket.first_response_at);
        let next = track.wait.map(|wait| (TargetKind::NextResponse, wait.since, wait.answered_at));
        let resolution = (TargetKind::Resolution, ticket.created_at, done_at);
        for (kind, from, met_at) in [Some(first), next, Some(resolution)].into_iter().flatten() {
            let Some(time) = rule.policy.targets.of(ticket.priority).time(kind) else { continue };
            let stops = |stop: StopKind| {
                stop == StopKind::Done || (kind == TargetKind::Resolution && rule.policy.pause_while_pending)
            };
            let clock = Clock { hours: &rule.hours, from, track, stops: &stops, met_at };
            let due_at = clock.reach(time);
            let warn_at = rule.policy.warn_after(time).and_then(|time| clock.reach(time));
            let running = met_at.is_none() && done_at.is_none() && due_at.is_some();
            targets.push(TargetState { kind, from, due_at, warn_at, met_at, running, warned: false, breached: false });
        }
    }
    if let Some(pin) = pin {
        let time = pin.due_at - pin.since;
        let warn_after = rule.filter(|_| time > TimeDelta::zero()).and_then(|rule| rule.policy.warn_after(time));
        targets.push(TargetState {
            kind: TargetKind::Pinned,
            from: pin.since,
            due_at: Some(pin.due_at),
            warn_at: warn_after.map(|after| pin.since + after),
            met_at: done_at,
            running: done_at.is_none(),
            warned: false,
            breached: false,
        });
    }
    targets
}

/// One promise's clock: working time since `from`, without stops.
struct Clock<'a> {
    hours: &'a Hours,
    from: Timestamp,
    track: &'a Track,
    /// Which stops it heeds.
    stops: &'a dyn Fn(StopKind) -> bool,
    /// What came after that does not move a deadline any more.
    met_at: Option<Timestamp>,
}

impl Clock<'_> {
    /// The moment at which the clock shows `time`; none when it stands still before.
    fn reach(&self, time: TimeDelta) -> Option<Timestamp> {
        let before_end = |from: Timestamp| self.met_at.is_none_or(|met_at| from < met_at);
        let (mut at, mut left) = (self.from, time);
        for stop in self.track.stops.iter().filter(|stop| (self.stops)(stop.kind) && before_end(stop.from)) {
            let run = self.hours.between(at, stop.from);
            if run >= left {
                return self.hours.add(at, left);
            }
            left -= run;
            at = at.max(stop.to);
        }
        match self.track.stopped {
            Some((kind, since)) if (self.stops)(kind) && before_end(since) => {
                (self.hours.between(at, since) >= left).then(|| self.hours.add(at, left)).flatten()
            }
            Some(_) | None => self.hours.add(at, left),
        }
    }
}
