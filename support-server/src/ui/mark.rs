//! Status and priority: a shape, a colour, and always a word.

use leptos::prelude::*;
use support_core::model::{Priority, Status};

use super::{
    IconName,
    icon::icon,
    node::{IntoNode, Node, el},
};
use crate::state::status_word;

/// The drawing of a status.
#[must_use]
pub const fn status_icon(status: Status) -> IconName {
    match status {
        Status::Open => IconName::Open,
        Status::Pending => IconName::Pending,
        Status::Snoozed => IconName::Snoozed,
        Status::Resolved => IconName::Resolved,
        Status::Closed => IconName::Closed,
    }
}

/// The drawing of a priority.
#[must_use]
pub const fn priority_icon(priority: Priority) -> IconName {
    match priority {
        Priority::Low => IconName::PriorityLow,
        Priority::Medium => IconName::PriorityMedium,
        Priority::High => IconName::PriorityHigh,
        Priority::Urgent => IconName::PriorityUrgent,
    }
}

/// A priority as a word.
#[must_use]
pub const fn priority_word(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "Low priority",
        Priority::Medium => "Medium priority",
        Priority::High => "High priority",
        Priority::Urgent => "Urgent",
    }
}

fn mark(class: String, drawing: IconName, word: &'static str) -> Node {
    el("span")
        .class(class)
        .attr("title", word)
        .child(icon(drawing))
        .child(el("span").class("visually-hidden").child(word))
        .into_node()
}

/// A status where there is no room for its word: screen readers and the tooltip say it.
#[must_use]
pub fn status_mark(status: Status) -> Node {
    mark(format!("status is-{status}"), status_icon(status), status_word(status))
}

/// A priority where there is no room for its word.
#[must_use]
pub fn priority_mark(priority: Priority) -> Node {
    mark(format!("priority is-{priority}"), priority_icon(priority), priority_word(priority))
}

/// [`status_mark`] as a component.
#[component]
pub fn StatusMark(
    /// Which.
    status: Status,
) -> impl IntoView {
    status_mark(status)
}
