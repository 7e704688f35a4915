//! Service level policies and the calendars that they count by.

use async_trait::async_trait;

use super::{Setting, Stored};
use crate::{
    desk::{Call, Desk, reply::normal},
    error::{Error, Fields, Result},
    model::{
        TenantId, limits,
        sla::{Calendar, Policy, Problem},
        text,
    },
    protocol::{self, ChangeCalendar, ChangeSlaPolicy, SlaPolicy},
    storage::ReadTx,
};

pub(crate) use crate::model::sla::{Calendar as CalendarSetting, Policy as SlaPolicySetting};

fn line(fields: &mut Fields, pointer: &str, text: &mut String) {
    if let Some(line) = fields.check(pointer, text::line(&normal(text), limits::LABEL_MAX)) {
        *text = line;
    }
}

fn refuse(fields: &mut Fields, problems: Vec<Problem>) {
    for problem in problems {
        fields.refuse(&problem.pointer, problem.code, problem.detail);
    }
}

fn checked_policy(mut policy: Policy, fields: &mut Fields) -> Policy {
    line(fields, "/name", &mut policy.name);
    for (index, category) in policy.categories.iter_mut().enumerate() {
        line(fields, &format!("/categories/{index}"), category);
    }
    refuse(fields, policy.problems());
    policy
}

fn checked_calendar(mut calendar: Calendar, fields: &mut Fields) -> Calendar {
    line(fields, "/name", &mut calendar.name);
    for (index, holiday) in calendar.holidays.iter_mut().enumerate() {
        if let Some(name) = &mut holiday.name {
            line(fields, &format!("/holidays/{index}/name"), name);
        }
    }
    refuse(fields, calendar.problems());
    calendar
}

#[async_trait]
impl Setting for Policy {
    const KIND: &'static str = "sla-policy";
    type Create = Self;
    type Change = ChangeSlaPolicy;
    type View = SlaPolicy;

    fn create(input: Self, fields: &mut Fields) -> Self {
        checked_policy(input, fields)
    }

    fn change(&mut self, input: ChangeSlaPolicy, fields: &mut Fields) {
        let before = std::mem::take(self);
        let after = Self {
            name: input.name.unwrap_or(before.name),
            position: input.position.unwrap_or(before.position),
            priorities: input.priorities.unwrap_or(before.priorities),
            categories: input.categories.unwrap_or(before.categories),
            channels: input.channels.unwrap_or(before.channels),
            calendar: input.calendar.unwrap_or(before.calendar),
            targets: input.targets.unwrap_or(before.targets),
            warn_before_percent: input.warn_before_percent.unwrap_or(before.warn_before_percent),
            warn_before_minutes: input.warn_before_minutes.unwrap_or(before.warn_before_minutes),
            pause_while_pending: input.pause_while_pending.unwrap_or(before.pause_while_pending),
        };
        *self = checked_policy(after, fields);
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn view(stored: &Stored<Self>) -> SlaPolicy {
        let policy = stored.value.clone();
        SlaPolicy {
            id: stored.id,
            name: policy.name,
            position: policy.position,
            priorities: policy.priorities,
            categories: policy.categories,
            channels: policy.channels,
            calendar: policy.calendar,
            targets: policy.targets,
            warn_before_percent: policy.warn_before_percent,
            warn_before_minutes: policy.warn_before_minutes,
            pause_while_pending: policy.pause_while_pending,
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }

    async fn check(&self, _desk: &Desk, call: &Call, tx: &mut dyn ReadTx, fields: &mut Fields) -> Result<()> {
        if let Some(calendar) = self.calendar
            && tx.find_setting(call.actor.tenant, Calendar::KIND, calendar).await?.is_none()
        {
            fields.refuse("/calendar", "not_found", "must be a calendar");
        }
        Ok(())
    }

    fn changed(desk: &Desk, _tenant: TenantId) {
        desk.inner.rules.announce();
    }
}

#[async_trait]
impl Setting for Calendar {
    const KIND: &'static str = "calendar";
    type Create = Self;
    type Change = ChangeCalendar;
    type View = protocol::Calendar;

    fn create(input: Self, fields: &mut Fields) -> Self {
        checked_calendar(input, fields)
    }

    fn change(&mut self, input: ChangeCalendar, fields: &mut Fields) {
        let after = Self {
            name: input.name.unwrap_or_else(|| self.name.clone()),
            time_zone: input.time_zone.unwrap_or_else(|| self.time_zone.clone()),
            hours: input.hours.unwrap_or_else(|| self.hours.clone()),
            holidays: input.holidays.unwrap_or_else(|| self.holidays.clone()),
        };
        *self = checked_calendar(after, fields);
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn view(stored: &Stored<Self>) -> protocol::Calendar {
        let calendar = stored.value.clone();
        protocol::Calendar {
            id: stored.id,
            name: calendar.name,
            time_zone: calendar.time_zone,
            hours: calendar.hours,
            holidays: calendar.holidays,
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }

    /// A policy that lost its calendar would silently count round the clock.
    async fn check_delete(stored: &Stored<Self>, tenant: TenantId, tx: &mut dyn ReadTx) -> Result<()> {
        for policy in tx.list_settings(tenant, Policy::KIND).await? {
            if Stored::<Policy>::read(&policy)?.value.calendar == Some(stored.id) {
                let detail = "A policy counts by this calendar: give it another one first.".into();
                return Err(Error::Conflict { code: "in_use", detail });
            }
        }
        Ok(())
    }

    fn changed(desk: &Desk, _tenant: TenantId) {
        desk.inner.rules.announce();
    }
}
