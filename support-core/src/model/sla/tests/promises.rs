//! Deadlines of tickets to which anything happens, against a model that knows the whole history and steps through it.

use chrono::TimeDelta;
use proptest::prelude::*;
use uuid::Uuid;

use super::stepping::{self, MINUTE, calendar_and_minute, every_day, open, utc};
use crate::model::{
    Actor, ActorKind, ChangeSet, Channel, PersonBrief, PersonId, Priority, SettingId, Status, TenantId, TicketRecord,
    Timestamp,
    decide::{self, Circumstance, Opening, Patch, Posting},
    sla::{Announcement, Calendar, Policy, PriorityTargets, Rules, SlaState, TargetKind, Targets},
};

/// Something that happens to a ticket.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fact {
    Customer,
    Agent,
    Note,
    Status(Status),
    Priority(Priority),
}

fn actor(kind: ActorKind) -> Actor {
    Actor { kind, person: Some(PersonId(Uuid::from_u128(7))), ..Actor::system(TenantId::DEFAULT) }
}

fn decide<T>(kind: ActorKind, now: Timestamp, decide: impl FnOnce(&mut Circumstance<'_>) -> T) -> T {
    let mut ids = || Uuid::from_u128(9);
    decide(&mut Circumstance { actor: &actor(kind), now, request_id: "test", address: None, ids: &mut ids })
}

fn posting(is_internal: bool) -> Posting {
    Posting { is_internal, ..Posting::text("Hello".into(), Channel::API) }
}

/// A ticket with its deadlines, as the desk leads them: one change after the other, nothing kept but the state.
struct Led {
    ticket: TicketRecord,
    state: SlaState,
    told: Vec<(Timestamp, Announcement)>,
}

impl Led {
    fn open(now: Timestamp, rules: &Rules) -> Self {
        let opening = Opening {
            subject: "Late".into(),
            description: None,
            priority: Priority::Medium,
            category: None,
            channel: Channel::API,
            inbox: None,
            requester: PersonBrief { id: PersonId(Uuid::from_u128(3)), name: "Ada".into(), email: None },
            details: crate::model::Details::default(),
            message: Some(posting(false)),
            number: 1,
        };
        let change = decide(ActorKind::Customer, now, |around| decide::open(around, opening));
        let mut led = Self { ticket: change.ticket.ticket().clone(), state: SlaState::default(), told: Vec::new() };
        led.follow(&change, rules, now);
        led
    }

    fn apply(&mut self, fact: Fact, rules: &Rules, now: Timestamp) {
        let ticket = &self.ticket;
        let agent = ActorKind::Agent;
        let change = match fact {
            Fact::Customer => Some(decide(ActorKind::Customer, now, |a| decide::post(a, ticket, posting(false), None))),
            Fact::Agent => Some(decide(agent, now, |a| decide::post(a, ticket, posting(false), None))),
            Fact::Note => Some(decide(agent, now, |a| decide::post(a, ticket, posting(true), None))),
            Fact::Status(status) => decide(agent, now, |a| decide::set_status(a, ticket, status)),
            Fact::Priority(priority) => {
                let patch = Patch { priority: Some(priority), ..Patch::default() };
                decide(agent, now, |a| decide::change(a, ticket, patch))
            }
        };
        if let Some(change) = change {
            self.ticket = change.ticket.ticket().clone();
            self.follow(&change, rules, now);
        }
    }

    fn follow(&mut self, change: &ChangeSet, rules: &Rules, now: Timestamp) {
        let messages = change.messages.iter().filter(|message| !message.is_internal);
        let messages = messages.map(|message| (message.author_kind, message.created_at));
        let told = self.state.follow(&self.ticket, messages, rules, now);
        self.told.extend(told.into_iter().map(|what| (now, what)));
        // As it comes back from the database.
        self.state = serde_json::from_value(serde_json::to_value(&self.state).unwrap()).unwrap();
    }

    /// Lets every timer ring in time until `now`.
    fn ring_until(&mut self, now: Timestamp, rules: &Rules) {
        while let Some(at) = self.state.timer_at().filter(|at| *at <= now) {
            let told = self.state.follow(&self.ticket, [], rules, at);
            assert!(!told.is_empty(), "a timer rang for nothing");
            self.told.extend(told.into_iter().map(|what| (at, what)));
        }
    }
}

/// The whole history, and nothing else.
struct History<'a> {
    opened: Timestamp,
    facts: &'a [(Timestamp, Fact)],
}

impl History<'_> {
    /// The status at every change of it, from the opening on; customers' messages open again.
    fn statuses(&self) -> Vec<(Timestamp, Status)> {
        let mut statuses = vec![(self.opened, Status::Open)];
        for (at, fact) in self.facts {
            let next = match fact {
                Fact::Customer => Status::Open,
                Fact::Status(status) => *status,
                Fact::Agent | Fact::Note | Fact::Priority(_) => continue,
            };
            if statuses.last().unwrap().1 != next {
                statuses.push((*at, next));
            }
        }
        statuses
    }

    fn priority(&self) -> Priority {
        let last = self.facts.iter().rev().find_map(|(_, fact)| match fact {
            Fact::Priority(priority) => Some(*priority),
            _ => None,
        });
        last.unwrap_or(Priority::Medium)
    }

    fn first_response(&self) -> Option<Timestamp> {
        self.facts.iter().find(|(_, fact)| *fact == Fact::Agent).map(|(at, _)| *at)
    }

    fn done_at(&self) -> Option<Timestamp> {
        let statuses = self.statuses();
        let open = statuses.iter().rposition(|(_, status)| !status.is_done()).unwrap();
        statuses.get(open + 1).map(|(at, _)| *at)
    }

    fn was_done(&self, at: Timestamp) -> bool {
        self.statuses().iter().rev().find(|(since, _)| *since < at).is_some_and(|(_, status)| status.is_done())
    }

    /// The last question after the first response, and its answer.
    fn wait(&self) -> Option<(Timestamp, Option<Timestamp>)> {
        let first = self.first_response()?;
        let mut wait: Option<(Timestamp, Option<Timestamp>)> = None;
        for (at, fact) in self.facts.iter().filter(|(at, _)| *at > first) {
            match (fact, &mut wait) {
                (Fact::Customer, Some((_, None))) if !self.was_done(*at) => {}
                (Fact::Customer, _) => wait = Some((*at, None)),
                (Fact::Agent, Some((_, answered @ None))) => *answered = Some(*at),
                _ => {}
            }
        }
        wait
    }

    /// Minute after minute until the clock shows `time`.
    fn due(
        &self,
        calendar: &Calendar,
        from: Timestamp,
        met_at: Option<Timestamp>,
        time: TimeDelta,
        waits: bool,
    ) -> Option<Timestamp> {
        let heeded =
            |status: Status| status.is_done() || (waits && matches!(status, Status::Pending | Status::Snoozed));
        let statuses = self.statuses();
        let last_change = statuses.last().unwrap().0;
        let (mut at, mut shown) = (from, TimeDelta::zero());
        while shown < time {
            let place = statuses.iter().rposition(|(since, _)| *since <= at).unwrap();
            let mut stands = heeded(statuses[place].1);
            if stands {
                // Where the stop began: before what was promised happened, or it does not count.
                let kind = statuses[place].1.is_done();
                let begin =
                    statuses[..=place].iter().rposition(|(_, status)| !heeded(*status) || status.is_done() != kind);
                let began = statuses[begin.map_or(0, |begin| begin + 1)].0;
                stands = met_at.is_none_or(|met_at| began < met_at);
            }
            if stands && at >= last_change {
                return None;
            }
            if !stands && stepping::is_open(calendar, at) {
                shown += MINUTE;
            }
            at += MINUTE;
            if at - from > TimeDelta::days(60) {
                return None;
            }
        }
        Some(at)
    }

    /// Every promise: from when, due when, kept when.
    fn promises(
        &self,
        calendar: &Calendar,
        policy: &Policy,
    ) -> Vec<(TargetKind, Timestamp, Option<Timestamp>, Option<Timestamp>)> {
        let targets = policy.targets.of(self.priority());
        let mut promises = Vec::new();
        let mut promise = |kind: TargetKind, from, met_at| {
            let Some(time) = targets.time(kind) else { return };
            let waits = kind == TargetKind::Resolution && policy.pause_while_pending;
            promises.push((kind, from, self.due(calendar, from, met_at, time, waits), met_at));
        };
        promise(TargetKind::FirstResponse, self.opened, self.first_response());
        if let Some((since, answered_at)) = self.wait() {
            promise(TargetKind::NextResponse, since, answered_at);
        }
        promise(TargetKind::Resolution, self.opened, self.done_at());
        promises
    }
}

fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        4 => Just(Fact::Customer),
        4 => Just(Fact::Agent),
        1 => Just(Fact::Note),
        6 => proptest::sample::select(Status::ALL).prop_map(Fact::Status),
        2 => proptest::sample::select(Priority::ALL).prop_map(Fact::Priority),
    ]
}

fn targets() -> impl Strategy<Value = Targets> {
    let minutes = || proptest::option::weighted(0.8, 1_u32..1_000);
    (minutes(), minutes(), minutes()).prop_map(|(first, next, resolution)| Targets {
        first_response_minutes: first,
        next_response_minutes: next,
        resolution_minutes: resolution,
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    (targets(), targets(), any::<bool>(), proptest::option::of(1_u32..99)).prop_map(|(calm, hurried, pause, warn)| {
        Policy {
            name: "Any".into(),
            targets: PriorityTargets { low: calm, medium: calm, high: hurried, urgent: hurried },
            calendar: Some(SettingId(Uuid::from_u128(2))),
            warn_before_percent: warn,
            pause_while_pending: pause,
            ..Policy::default()
        }
    })
}

fn rules(policy: &Policy, calendar: &Calendar, version: i64) -> Rules {
    Rules::new(
        vec![(SettingId(Uuid::from_u128(1)), version, policy.clone())],
        &[(SettingId(Uuid::from_u128(2)), version, calendar.clone())],
    )
}

/// Facts at least a minute apart, over two days or so.
fn facts() -> impl Strategy<Value = Vec<(i64, Fact)>> {
    proptest::collection::vec((1_i64..300, fact()), 0..12)
}

fn dated(opened: i64, facts: &[(i64, Fact)]) -> Vec<(Timestamp, Fact)> {
    let mut minute = opened;
    let date = |(gap, fact): &(i64, Fact)| {
        minute += gap;
        (utc(minute), *fact)
    };
    facts.iter().map(date).collect()
}

fn shape(state: &SlaState) -> Vec<(TargetKind, Timestamp, Option<Timestamp>, Option<Timestamp>)> {
    state.targets.iter().map(|target| (target.kind, target.from, target.due_at, target.met_at)).collect()
}

proptest! {
    #[test]
    fn what_is_led_step_by_step_is_what_the_whole_history_says(
        (calendar, minute) in calendar_and_minute(), policy in policy(), facts in facts(),
    ) {
        let (rules, dated) = (rules(&policy, &calendar, 1), dated(minute, &facts));
        let mut led = Led::open(utc(minute), &rules);
        for (done, (now, fact)) in dated.iter().enumerate() {
            led.apply(*fact, &rules, *now);
            let history = History { opened: utc(minute), facts: &dated[..=done] };
            prop_assert_eq!(shape(&led.state), history.promises(&calendar, &policy));
        }
    }

    #[test]
    fn other_rules_hold_as_if_they_had_always_held(
        (calendar, minute) in calendar_and_minute(), (other, _) in calendar_and_minute(),
        first in policy(), second in policy(), facts in facts(),
    ) {
        let (before, after, dated) = (rules(&first, &calendar, 1), rules(&second, &other, 2), dated(minute, &facts));
        let mut led = Led::open(utc(minute), &before);
        let mut now = utc(minute);
        for (at, fact) in &dated {
            led.apply(*fact, &before, *at);
            now = *at;
        }
        led.state.follow(&led.ticket, [], &after, now);
        let history = History { opened: utc(minute), facts: &dated };
        prop_assert_eq!(shape(&led.state), history.promises(&other, &second));
        prop_assert_eq!(led.state.mark, after.mark());
    }

    #[test]
    fn every_deadline_that_passes_is_told_once_at_its_moment(
        (calendar, minute) in calendar_and_minute(), policy in policy(), facts in facts(),
    ) {
        let (rules, dated) = (rules(&policy, &calendar, 1), dated(minute, &facts));
        let mut led = Led::open(utc(minute), &rules);
        let mut expected = Vec::new();
        for (now, fact) in &dated {
            // What the state promised before the fact, and that nothing kept in time.
            for target in led.state.targets.iter().filter(|target| target.running) {
                let due = target.due_at.filter(|due| due <= now);
                if let Some(due) = due && !target.breached {
                    expected.push((due, Announcement::Breach(target.kind, due)));
                }
            }
            led.ring_until(*now, &rules);
            led.apply(*fact, &rules, *now);
            prop_assert!(led.state.timer_at().is_none_or(|at| at > *now), "nothing is left behind");
            prop_assert_eq!(led.state.is_overdue(), led.state.due_at().is_some_and(|due| due <= *now));
        }
        let in_time = led.told.iter().filter(|(at, what)| matches!(what, Announcement::Breach(_, due) if due == at));
        let mut in_time: Vec<_> = in_time.copied().collect();
        in_time.retain(|told| expected.contains(told));
        expected.sort_by_key(|(at, what)| (*at, format!("{what:?}")));
        in_time.sort_by_key(|(at, what)| (*at, format!("{what:?}")));
        prop_assert_eq!(in_time, expected);
    }

    #[test]
    fn after_a_downtime_everything_is_told_once(
        (calendar, minute) in calendar_and_minute(), policy in policy(), facts in facts(),
    ) {
        let (rules, dated) = (rules(&policy, &calendar, 1), dated(minute, &facts));
        let (mut steady, mut down) = (Led::open(utc(minute), &rules), Led::open(utc(minute), &rules));
        for (now, fact) in &dated {
            steady.ring_until(*now, &rules);
            steady.apply(*fact, &rules, *now);
            down.apply(*fact, &rules, *now);
        }
        // Not every fact changes something; then the workers' start is the next occasion.
        down.ring_until(dated.last().map_or(utc(minute), |(now, _)| *now), &rules);
        let breaches = |led: &Led| {
            let mut breaches: Vec<_> = led.told.iter().map(|(_, what)| *what).collect();
            breaches.retain(|what| matches!(what, Announcement::Breach(..)));
            breaches.sort_by_key(|what| format!("{what:?}"));
            breaches
        };
        prop_assert_eq!(breaches(&steady), breaches(&down));
        prop_assert_eq!(shape(&steady.state), shape(&down.state));
    }
}

fn promise(first: u32, next: u32, resolution: u32) -> Policy {
    let targets = Targets {
        first_response_minutes: Some(first),
        next_response_minutes: Some(next),
        resolution_minutes: Some(resolution),
    };
    Policy {
        name: "Gold".into(),
        targets: PriorityTargets { low: targets, medium: targets, high: targets, urgent: targets },
        warn_before_percent: Some(20),
        pause_while_pending: true,
        ..Policy::default()
    }
}

fn always() -> Calendar {
    Calendar { name: "Always".into(), time_zone: "UTC".into(), hours: every_day(&[open(0, 24 * 60)]), holidays: vec![] }
}

#[test]
fn the_warning_comes_before_the_breach_and_a_late_answer_ends_it() {
    let rules = rules(&promise(10, 10, 1_000), &always(), 1);
    let mut led = Led::open(utc(0), &rules);
    assert_eq!((led.state.due_at(), led.state.timer_at()), (Some(utc(10)), Some(utc(8))));
    led.ring_until(utc(12), &rules);
    assert_eq!(
        led.told,
        [
            (utc(8), Announcement::Warning(TargetKind::FirstResponse, utc(10))),
            (utc(10), Announcement::Breach(TargetKind::FirstResponse, utc(10))),
        ]
    );
    assert!(led.state.is_overdue());
    led.apply(Fact::Agent, &rules, utc(12));
    assert!(!led.state.is_overdue());
    assert_eq!(led.state.due_at(), Some(utc(1_000)));
    assert!(led.state.targets[0].breached, "what is broken stays broken");
}

#[test]
fn waiting_for_the_customer_costs_the_resolution_nothing() {
    let rules = rules(&promise(10, 10, 100), &always(), 1);
    let mut led = Led::open(utc(0), &rules);
    led.apply(Fact::Agent, &rules, utc(5));
    led.apply(Fact::Status(Status::Pending), &rules, utc(20));
    assert_eq!((led.state.due_at(), led.state.is_paused()), (None, true));
    led.apply(Fact::Customer, &rules, utc(500));
    assert_eq!(led.state.due_at(), Some(utc(510)), "the next response");
    led.apply(Fact::Agent, &rules, utc(505));
    assert_eq!((led.state.due_at(), led.state.is_paused()), (Some(utc(580)), false));
}

#[test]
fn a_deadline_set_by_hand_silences_the_policy_until_it_is_taken_back() {
    let rules = rules(&promise(10, 10, 100), &always(), 1);
    let mut led = Led::open(utc(0), &rules);
    led.state.pin(Some(utc(50)), utc(0));
    led.state.follow(&led.ticket, [], &rules, utc(0));
    assert_eq!((led.state.due_at(), led.state.timer_at()), (Some(utc(50)), Some(utc(40))));
    led.ring_until(utc(60), &rules);
    assert_eq!(led.told.last(), Some(&(utc(50), Announcement::Breach(TargetKind::Pinned, utc(50)))));
    led.state.pin(None, utc(60));
    let told = led.state.follow(&led.ticket, [], &rules, utc(60));
    assert_eq!(told, [Announcement::Breach(TargetKind::FirstResponse, utc(10))]);
}

#[test]
fn a_date_agreed_on_before_the_end_does_not_bind_who_comes_back_later() {
    let rules = Rules::default();
    let mut led = Led::open(utc(0), &rules);
    led.state.pin(Some(utc(50)), utc(0));
    led.apply(Fact::Status(Status::Resolved), &rules, utc(20));
    assert_eq!((led.state.due_at(), led.state.timer_at()), (None, None));
    led.apply(Fact::Customer, &rules, utc(90));
    assert_eq!((led.state.due_at(), led.state.pin), (None, None));
}

#[test]
fn toggling_a_ticket_for_ever_does_not_make_its_row_grow_for_ever() {
    let rules = rules(&promise(10, 10, 100), &always(), 1);
    let mut led = Led::open(utc(0), &rules);
    for minute in (1..2_000).step_by(2) {
        led.apply(Fact::Status(Status::Pending), &rules, utc(minute));
        led.apply(Fact::Status(Status::Open), &rules, utc(minute + 1));
    }
    assert_eq!(led.state.track.as_ref().unwrap().stops.len(), crate::model::limits::STOPS_MAX);
}
