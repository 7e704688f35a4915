//! Service levels: promises to customers, in the working time of a calendar. Pure.
//!
//! A [`Policy`] promises a first response, each next response and a resolution within so many minutes of working time. A ticket
//! keeps a [`Track`] of what the clocks depend on (who waits since when, when the ticket stood still), which knows no policy.
//! [`SlaState`] is what track, policy and [`Hours`] make of each other, so another policy or another calendar needs no history:
//! the deadlines are as if the rules had always been what they are.

mod kind;

#[cfg(feature = "server")]
mod calendar;
#[cfg(feature = "server")]
mod hours;
#[cfg(feature = "server")]
mod policy;
#[cfg(feature = "server")]
mod rules;
#[cfg(feature = "server")]
mod state;
#[cfg(feature = "server")]
mod track;

#[cfg(all(test, feature = "server"))]
mod tests;

pub use kind::TargetKind;
#[cfg(feature = "server")]
pub use {
    calendar::{Calendar, Holiday, MinuteOfDay, OpenHours, Problem, Week},
    hours::Hours,
    policy::{Policy, PriorityTargets, Targets},
    rules::{Rule, Rules},
    state::{Announcement, Pin, PolicyRef, SlaState, TargetState, deadlines},
    track::{Stop, StopKind, Track, Wait},
};
