//! Service levels: what a ticket shows of them, and the policies and calendars behind it.

use super::wire;
use crate::model::{DateTime, SettingId, Utc, sla::TargetKind};

wire! {
    /// What is promised to a ticket's customer.
    #[derive(Eq)]
    pub struct TicketSla {
        /// The policy that holds; null where no policy speaks of the ticket.
        pub policy: Option<PolicyRef>,
        /// Whether the time to the resolution stands still because the ticket waits.
        pub paused: bool,
        /// The promises. While one is `pinned`, only that one makes the ticket due and overdue.
        pub targets: Vec<SlaTarget>,
    }

    /// A policy by id and name.
    #[derive(Eq)]
    pub struct PolicyRef {
        /// Its id.
        pub id: SettingId,
        /// Its name.
        pub name: String,
    }

    /// One promise.
    #[derive(Eq)]
    pub struct SlaTarget {
        /// What is promised.
        pub kind: TargetKind,
        /// When it falls due; null while its clock stands still.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::maybe_time"))]
        pub due_at: Option<DateTime<Utc>>,
        /// When the desk is warned; null where no warning was asked for.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::maybe_time"))]
        pub warn_at: Option<DateTime<Utc>>,
        /// When it was kept.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::maybe_time"))]
        pub met_at: Option<DateTime<Utc>>,
        /// Whether its clock runs, or ran out.
        pub running: bool,
        /// Whether it was broken.
        pub breached: bool,
    }
}

#[cfg(feature = "server")]
pub use {
    crate::model::sla::{Calendar as CreateCalendar, Policy as CreateSlaPolicy},
    settings::{Calendar, ChangeCalendar, ChangeSlaPolicy, SlaPolicy},
};

/// What only admins handle, on pages that the server makes: no browser pays for these types.
#[cfg(feature = "server")]
mod settings {
    use super::super::{body, double_option, wire};
    use crate::model::{
        Channel, DateTime, Priority, SettingId, Utc,
        sla::{Holiday, PriorityTargets, Week},
    };

    wire! {
        /// A service level policy. Of several that fit a ticket, the one with the lowest position holds.
        pub struct SlaPolicy {
            /// Its id.
            pub id: SettingId,
            /// Unique among the policies.
            pub name: String,
            /// Policies are tried in ascending order.
            pub position: i32,
            /// Only tickets of these priorities; empty: of any.
            pub priorities: Vec<Priority>,
            /// Only tickets of these categories, in any case; empty: of any and of none.
            pub categories: Vec<String>,
            /// Only tickets that came through these channels; empty: any.
            pub channels: Vec<Channel>,
            /// The calendar whose working time counts; null: round the clock.
            pub calendar: Option<SettingId>,
            /// What is promised.
            pub targets: PriorityTargets,
            /// Warn when this share of a promise's time is left.
            pub warn_before_percent: Option<u32>,
            /// Warn when so much working time is left.
            pub warn_before_minutes: Option<u32>,
            /// Whether the time to the resolution stands still while the ticket is pending or snoozed.
            pub pause_while_pending: bool,
            /// Grows with every change.
            pub version: i64,
            /// When it was made.
            pub created_at: DateTime<Utc>,
            /// The last change.
            pub updated_at: DateTime<Utc>,
        }

        /// When the desk works. Everything in it is local time of its zone.
        pub struct Calendar {
            /// Its id.
            pub id: SettingId,
            /// Unique among the calendars.
            pub name: String,
            /// The zone's name in the IANA database.
            #[schema(example = "Europe/Berlin")]
            pub time_zone: String,
            /// When the desk is open on each day of the week.
            pub hours: Week,
            /// Days without working time.
            pub holidays: Vec<Holiday>,
            /// Grows with every change.
            pub version: i64,
            /// When it was made.
            pub created_at: DateTime<Utc>,
            /// The last change.
            pub updated_at: DateTime<Utc>,
        }
    }

    body! {
        /// `PATCH sla-policies/{id}`: what is left out stays.
        #[schema(example = json!({ "position": 1, "warn_before_minutes": 30, "warn_before_percent": null }))]
        #[serde(default)]
        pub struct ChangeSlaPolicy {
            /// Unique among the policies, 1 to 100 characters.
            pub name: Option<String>,
            /// Policies are tried in ascending order.
            pub position: Option<i32>,
            /// Only tickets of these priorities; empty: of any.
            pub priorities: Option<Vec<Priority>>,
            /// Only tickets of these categories, in any case; empty: of any and of none.
            pub categories: Option<Vec<String>>,
            /// Only tickets that came through these channels; empty: any.
            pub channels: Option<Vec<Channel>>,
            /// The calendar whose working time counts; null: round the clock.
            #[serde(deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "server", schema(value_type = Option<SettingId>))]
            pub calendar: Option<Option<SettingId>>,
            /// All promises anew.
            pub targets: Option<PriorityTargets>,
            /// Warn when this share of a promise's time is left; null: no more.
            #[serde(deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "server", schema(value_type = Option<u32>, minimum = 1, maximum = 99))]
            pub warn_before_percent: Option<Option<u32>>,
            /// Warn when so much working time is left; null: no more.
            #[serde(deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
            #[cfg_attr(feature = "server", schema(value_type = Option<u32>, minimum = 1, maximum = 525600))]
            pub warn_before_minutes: Option<Option<u32>>,
            /// Whether the time to the resolution stands still while the ticket is pending or snoozed.
            pub pause_while_pending: Option<bool>,
        }

        /// `PATCH calendars/{id}`: what is left out stays.
        #[serde(default)]
        pub struct ChangeCalendar {
            /// Unique among the calendars, 1 to 100 characters.
            pub name: Option<String>,
            /// The zone's name in the IANA database.
            pub time_zone: Option<String>,
            /// The whole week anew.
            pub hours: Option<Week>,
            /// All holidays anew.
            pub holidays: Option<Vec<Holiday>>,
        }
    }
}
