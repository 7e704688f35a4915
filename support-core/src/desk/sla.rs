//! Deadlines: the rules of a tenant, what rings when they come, and new rules for old tickets.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::TimeDelta;
use futures_util::{StreamExt as _, stream};
use tokio::sync::Notify;

use super::{Call, Desk, Done, settings::Stored, work::Begun};
use crate::{
    error::{Error, Result},
    model::{
        Actor, ChangeSet, Permission, Scope, TenantId, TicketId, TicketRecord, Timestamp,
        decide::{self, Circumstance},
        sla::{Calendar, Policy, Rules},
    },
    protocol::{CreateSlaPolicy, SlaPolicy},
    storage::Timer,
};

/// Tickets brought under new rules before others get their turn.
const RECOMPUTED_AT_ONCE: u32 = 100;
/// Tickets that may stay under their former rules because they cannot be written; one more, and something else is wrong.
const LEFT_OUT_MAX: usize = 100;
/// Timers read at once.
const TIMERS_READ: u32 = 64;
/// Timers rung at once: they share commits.
const CONCURRENCY: usize = 8;
/// How long a timer that could not ring is left alone.
const REST: TimeDelta = TimeDelta::seconds(60);
/// Where links and logs name no request, these stand for it.
const TIMER: &str = "timer";
const RULES: &str = "sla-rules";

type Policies = Arc<Vec<Stored<Policy>>>;
type Calendars = Arc<Vec<Stored<Calendar>>>;

/// Timers that could not ring, and until when they are left alone: one ticket's trouble must not keep the others waiting.
#[derive(Debug, Default)]
pub(crate) struct Resting(Mutex<HashMap<Timer, Timestamp>>);

impl Resting {
    fn rest(&self, timer: Timer, until: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(timer, until);
    }

    fn at(&self, now: Timestamp) -> HashMap<Timer, Timestamp> {
        let mut timers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        timers.retain(|_, until| *until > now);
        timers.clone()
    }
}

/// Rules, with the settings that they were made of.
type Made = (Policies, Calendars, Arc<Rules>);

/// The rules that were made of the settings read last.
#[derive(Debug, Default)]
pub(crate) struct RulesCache {
    of_tenants: Mutex<HashMap<TenantId, Made>>,
    changed: Notify,
}

impl RulesCache {
    /// Tickets have to be brought under new rules.
    pub(super) fn announce(&self) {
        self.changed.notify_one();
    }
}

impl Desk {
    /// Makes a service level policy.
    ///
    /// # Errors
    /// `Forbidden` without `settings:manage`; `Invalid`; `Conflict` when the name is taken.
    pub async fn create_sla_policy(&self, call: &Call, input: CreateSlaPolicy) -> Result<Done<SlaPolicy>> {
        if !call.actor.may(Permission::SettingsManage) {
            return Err(Error::Forbidden);
        }
        self.create_setting::<Policy>(call, input).await
    }

    /// The rules of a tenant. Another process's change to them is seen within seconds.
    pub(super) async fn rules(&self, tenant: TenantId) -> Result<Arc<Rules>> {
        let policies = self.settings_of::<Policy>(tenant).await?;
        let calendars = self.settings_of::<Calendar>(tenant).await?;
        let mut cache = self.inner.rules.of_tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known_policies, known_calendars, rules)) = cache.get(&tenant)
            && Arc::ptr_eq(known_policies, &policies)
            && Arc::ptr_eq(known_calendars, &calendars)
        {
            return Ok(Arc::clone(rules));
        }
        let of_policies = policies.iter().map(|stored| (stored.id, stored.version, stored.value.clone()));
        let of_calendars: Vec<_> =
            calendars.iter().map(|stored| (stored.id, stored.version, stored.value.clone())).collect();
        let rules = Arc::new(Rules::new(of_policies.collect(), &of_calendars));
        cache.insert(tenant, (policies, calendars, Arc::clone(&rules)));
        Ok(rules)
    }

    /// Does what has come due in any tenant by now: warns, tells of broken promises, wakes snoozed tickets. Returns when something
    /// comes next. The workers of [`Support::run`](crate::Support::run) call it in time; a host without them may.
    ///
    /// # Errors
    /// When the database fails. What went wrong with one ticket is logged, and that one is tried again a minute later.
    pub async fn wake_due(&self) -> Result<Option<Timestamp>> {
        loop {
            let now = self.now();
            let resting = self.inner.resting.at(now);
            let limit = TIMERS_READ + u32::try_from(resting.len()).unwrap_or(u32::MAX - TIMERS_READ);
            let timers = self.reader().await?.next_timers(limit).await?;
            let awake = || timers.iter().filter(|timer| !resting.contains_key(timer));
            let due: Vec<Timer> = awake().filter(|timer| timer.at <= now).copied().collect();
            if due.is_empty() {
                return Ok(awake().map(|timer| timer.at).chain(resting.values().copied()).min());
            }
            stream::iter(due).for_each_concurrent(CONCURRENCY, |timer| self.ring(timer)).await;
        }
    }

    async fn ring(&self, timer: Timer) {
        let call = Call::new(Actor::system(timer.tenant), TIMER);
        let rung = self.change_alone(&call, timer.ticket, |_, around, ticket| decide::ring(around, ticket)).await;
        if let Err(error) = &rung {
            tracing::warn!(%error, ticket.id = %timer.ticket, "a timer could not ring");
        }
        // Not rung and no error: somebody else was faster, and this timer is not seen again.
        if !rung.unwrap_or(false) {
            self.inner.resting.rest(timer, self.now() + REST);
        }
    }

    /// Brings all tickets that are not done under the rules of today. Returns how many there were.
    ///
    /// Which ones are left stands in the database, so a stopped process is no loss and several processes do not mind each other.
    ///
    /// # Errors
    /// When the database fails, or too many tickets cannot be written. One that cannot is left out until the next time.
    pub(crate) async fn apply_rules(&self) -> Result<usize> {
        let mut count = 0;
        let mut left_out = HashSet::new();
        for tenant in self.reader().await?.ticket_tenants().await? {
            let call = Call::new(Actor::system(tenant), RULES);
            loop {
                let mark = self.rules(tenant).await?.mark();
                let limit = RECOMPUTED_AT_ONCE + u32::try_from(left_out.len()).unwrap_or_default();
                let mut tickets = self.reader().await?.tickets_by_other_rules(tenant, mark, limit).await?;
                tickets.retain(|ticket| !left_out.contains(ticket));
                if tickets.is_empty() {
                    break;
                }
                for ticket in tickets {
                    let recompute = |rules: &Rules, around: &mut Circumstance<'_>, ticket: &TicketRecord| {
                        Some(decide::recompute(around, ticket, rules))
                    };
                    match self.change_alone(&call, ticket, recompute).await {
                        Ok(_) => count += 1,
                        Err(error @ Error::Unavailable(_)) => return Err(error),
                        Err(error) if left_out.len() >= LEFT_OUT_MAX => return Err(error),
                        Err(error) => {
                            tracing::warn!(%error, ticket.id = %ticket, "a ticket stays under its former service levels");
                            left_out.insert(ticket);
                        }
                    }
                }
            }
        }
        Ok(count)
    }

    /// Waits until somebody changes the rules of any tenant in this process.
    pub(crate) async fn rules_changed(&self) {
        self.inner.rules.changed.notified().await;
    }

    /// A change that nobody asked for. False when there was nothing to change any more.
    async fn change_alone(
        &self,
        call: &Call,
        ticket: TicketId,
        decide: impl FnOnce(&Rules, &mut Circumstance<'_>, &TicketRecord) -> Option<ChangeSet>,
    ) -> Result<bool> {
        let Begun::New(mut work) = self.begin::<()>(call).await? else { return Ok(false) };
        let Some(ticket) = work.tx().load_ticket(call.actor.tenant, Scope::Desk, ticket).await? else {
            return Ok(false);
        };
        let rules = Arc::clone(&work.rules);
        let Some(mut change) = self.decide(call, work.now, |around| decide(&rules, around, &ticket)) else {
            return Ok(false);
        };
        work.apply(&mut change, None).await?;
        work.commit(()).await?;
        Ok(true)
    }
}
