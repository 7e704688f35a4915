//! What people of the desk are told of, by which ways, and when.

use super::choice::choice;

#[cfg(feature = "server")]
mod due;
#[cfg(feature = "server")]
mod preferences;
#[cfg(feature = "server")]
mod whom;

#[cfg(all(test, feature = "server"))]
mod tests;

#[cfg(feature = "server")]
pub use self::{
    preferences::{ChangeKinds, ChangeWays, Kinds, Preferences, QuietHours, Ways},
    whom::{Group, Whom, whom},
};

choice!(
    /// Why somebody is told of something. One who has several reasons is told once, for the first of them in this order.
    NotificationKind {
        /// A message addresses them.
        Mention = "mention",
        /// They are to look after a ticket.
        Assignment = "assignment",
        /// A promise about a ticket that they look after is broken.
        SlaBreach = "sla_breach",
        /// A promise about a ticket that they look after falls due soon.
        SlaWarning = "sla_warning",
        /// Somebody wrote in a ticket that they look after.
        Message = "message",
        /// Somebody wrote in a ticket that they watch.
        WatchedMessage = "watched_message",
        /// A ticket that they watch has another status, priority or assignee.
        WatchedChange = "watched_change",
        /// A webhook was taken out of service because of what its receiver did.
        WebhookDisabled = "webhook_disabled",
    }
);

choice!(
    /// How somebody is told.
    NotificationWay {
        /// In the dashboard.
        InApp = "in_app",
        /// By mail.
        Mail = "mail",
        /// By a browser that has agreed to it.
        Push = "push",
    }
);

choice!(
    /// How often mail is sent.
    Digest {
        /// For each thing at once.
        Immediately = "immediately",
        /// Of all together, at every full hour.
        Hourly = "hourly",
        /// Of all together, once a day.
        Daily = "daily",
    }
);

impl NotificationKind {
    /// What happened, without a full stop. `actor` is who did it, and may be empty; `change` what became of it.
    #[must_use]
    pub fn sentence(self, actor: &str, change: Option<&str>) -> String {
        let actor = if actor.is_empty() { "Somebody" } else { actor };
        let promise = change.unwrap_or("answer");
        match self {
            Self::Mention => format!("{actor} mentioned you"),
            Self::Assignment => format!("{actor} gave you the ticket"),
            Self::SlaBreach => format!("The {promise} is overdue"),
            Self::SlaWarning => format!("The {promise} is due soon"),
            Self::Message | Self::WatchedMessage => format!("{actor} wrote"),
            Self::WatchedChange => format!("{actor} changed it: {}", change.unwrap_or("see the ticket")),
            Self::WebhookDisabled => "A webhook was taken out of service".to_owned(),
        }
    }
}
