//! What somebody wants to be told of.

use super::{
    super::{Call, Desk, Done, account_link::user, differences, work::Begun},
    reader_of,
};
use crate::{
    error::{Error, Fields, Result},
    model::{EventType, notification::Preferences, sla::MinuteOfDay},
    protocol::{ChangeNotificationPreferences, NotificationPreferences},
};

impl Desk {
    /// What the caller wants to be told of; what they never said is as usual.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent.
    pub async fn notification_preferences(&self, call: &Call) -> Result<NotificationPreferences> {
        let person = reader_of(call)?;
        let preferences = self.reader().await?.find_preferences(call.actor.tenant, person).await?;
        Ok(self.preferences_view(preferences.unwrap_or_default()))
    }

    /// Changes what the caller wants to be told of, from the next fact on.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent; `Invalid`.
    pub async fn change_notification_preferences(
        &self,
        call: &Call,
        wish: ChangeNotificationPreferences,
    ) -> Result<Done<NotificationPreferences>> {
        let person = reader_of(call)?;
        let mut fields = Fields::default();
        if wish.time_zone.as_ref().is_some_and(|zone| zone.parse::<chrono_tz::Tz>().is_err()) {
            let detail = "must be a name of the IANA time zone database, such as `Europe/Berlin`";
            fields.refuse("/time_zone", "unknown_time_zone", detail);
        }
        if wish.digest_time == Some(MinuteOfDay::MIDNIGHT) {
            fields.refuse("/digest_time", "not_in_a_day", "must be a time from `00:00` to `23:59`");
        }
        if let Some(Some(quiet)) = wish.quiet_hours {
            if quiet.from == quiet.to {
                fields.refuse("/quiet_hours", "empty", "must end at another time than they begin");
            }
            if quiet.from == MinuteOfDay::MIDNIGHT {
                fields.refuse("/quiet_hours/from", "not_in_a_day", "must be a time from `00:00` to `23:59`");
            }
            let is_whole_day = quiet.from.minutes() == 0 && quiet.to == MinuteOfDay::MIDNIGHT;
            if is_whole_day {
                fields.refuse("/quiet_hours", "whole_day", "must leave some time: switch the ways off instead");
            }
        }
        fields.finish()?;

        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let (tenant, now) = (call.actor.tenant, work.now);
        let before = work.tx().find_preferences(tenant, person).await?.unwrap_or_default();
        let mut after = before.clone();
        if let Some(kinds) = &wish.kinds {
            after.kinds.change(kinds);
        }
        after.digest = wish.digest.unwrap_or(after.digest);
        after.digest_time = wish.digest_time.unwrap_or(after.digest_time);
        after.quiet_hours = wish.quiet_hours.unwrap_or(after.quiet_hours);
        after.time_zone = wish.time_zone.unwrap_or(after.time_zone);
        if after != before {
            work.tx().put_preferences(tenant, person, &after, now).await?;
            let changes = differences(&told(&before)?, &told(&after)?, &[]);
            work.record(EventType::UserUpdated, user(person), changes).await?;
        }
        work.commit(self.preferences_view(after)).await
    }

    fn preferences_view(&self, preferences: Preferences) -> NotificationPreferences {
        let Preferences { kinds, digest, digest_time, quiet_hours, time_zone } = preferences;
        NotificationPreferences {
            kinds,
            digest,
            digest_time,
            quiet_hours,
            time_zone,
            push_key: self.inner.push.public(),
        }
    }
}

/// What the audit shows: members of one level, named so that nobody takes them for rights.
fn told(preferences: &Preferences) -> Result<serde_json::Value> {
    let mut value = serde_json::to_value(preferences).map_err(Error::internal)?;
    let kinds = value.as_object_mut().and_then(|members| members.remove("kinds"));
    let mut told = serde_json::Map::new();
    let members = value.as_object().into_iter().chain(kinds.as_ref().and_then(serde_json::Value::as_object));
    for (name, member) in members.flatten() {
        told.insert(format!("notifications.{name}"), member.clone());
    }
    Ok(told.into())
}
