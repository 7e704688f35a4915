//! What somebody wants to be told of, and how.

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Digest, NotificationKind};
use crate::model::sla::MinuteOfDay;

/// By which ways somebody is told of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = NotificationWays)]
pub struct Ways {
    /// In the dashboard.
    pub in_app: bool,
    /// By mail.
    pub mail: bool,
    /// By every browser that has agreed to it.
    pub push: bool,
}

impl Ways {
    /// Whether there is any.
    #[must_use]
    pub const fn any(self) -> bool {
        self.in_app || self.mail || self.push
    }
}

/// Ways to switch on or off. What is left out stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChangeNotificationWays)]
#[serde(deny_unknown_fields)]
pub struct ChangeWays {
    /// In the dashboard.
    pub in_app: Option<bool>,
    /// By mail.
    pub mail: Option<bool>,
    /// By every browser that has agreed to it.
    pub push: Option<bool>,
}

/// Declares the ways of every kind, with what holds for who never said otherwise.
macro_rules! kinds {
    ($($(#[$meta:meta])* $name:ident: $kind:ident = ($in_app:literal, $mail:literal, $push:literal);)+) => {
        /// The ways of every kind.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[schema(as = NotificationKinds)]
        #[serde(default)]
        pub struct Kinds {
            $($(#[$meta])* pub $name: Ways,)+
        }

        /// Kinds whose ways change. What is left out stays.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[schema(as = ChangeNotificationKinds)]
        #[serde(deny_unknown_fields)]
        pub struct ChangeKinds {
            $($(#[$meta])* pub $name: Option<ChangeWays>,)+
        }

        impl Default for Kinds {
            fn default() -> Self {
                Self { $($name: Ways { in_app: $in_app, mail: $mail, push: $push },)+ }
            }
        }

        impl Kinds {
            /// The ways of one kind.
            #[must_use]
            pub const fn of(&self, kind: NotificationKind) -> Ways {
                match kind {
                    $(NotificationKind::$kind => self.$name,)+
                }
            }

            /// Takes over what the change names.
            pub fn change(&mut self, change: &ChangeKinds) {
                $(if let Some(change) = change.$name {
                    self.$name = Ways {
                        in_app: change.in_app.unwrap_or(self.$name.in_app),
                        mail: change.mail.unwrap_or(self.$name.mail),
                        push: change.push.unwrap_or(self.$name.push),
                    };
                })+
            }
        }
    };
}

kinds! {
    /// A message addresses them.
    mention: Mention = (true, true, true);
    /// They are to look after a ticket.
    assignment: Assignment = (true, true, true);
    /// A promise is broken.
    sla_breach: SlaBreach = (true, true, true);
    /// A promise falls due soon.
    sla_warning: SlaWarning = (true, true, true);
    /// Somebody wrote in a ticket that they look after.
    message: Message = (true, false, true);
    /// Somebody wrote in a ticket that they watch.
    watched_message: WatchedMessage = (true, false, false);
    /// A ticket that they watch has another status, priority or assignee.
    watched_change: WatchedChange = (true, false, false);
    /// A webhook was taken out of service.
    webhook_disabled: WebhookDisabled = (true, true, false);
}

/// A part of every day in which neither mail nor push is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "from": "19:00", "to": "08:00" }))]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first minute.
    pub from: MinuteOfDay,
    /// The minute after the last one; before `from` it is the next day's.
    pub to: MinuteOfDay,
}

/// What one person wants. As it is stored: a member that is new takes its usual value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The ways of every kind.
    pub kinds: Kinds,
    /// How often mail is sent.
    pub digest: Digest,
    /// When the daily mail is sent, by the clock of `time_zone`.
    pub digest_time: MinuteOfDay,
    /// When neither mail nor push is sent: what comes then waits for their end.
    pub quiet_hours: Option<QuietHours>,
    /// The name of the person's zone in the IANA database.
    pub time_zone: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            kinds: Kinds::default(),
            digest: Digest::Immediately,
            digest_time: MinuteOfDay::hour(8),
            quiet_hours: None,
            time_zone: Tz::UTC.name().to_owned(),
        }
    }
}
