//! Status and priority: a shape, a colour, and always a word.

use leptos::prelude::*;
use support_core::model::{Priority, Status};

use super::{Icon, IconName};
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

/// A status where there is no room for its word: screen readers and the tooltip say it.
#[component]
pub fn StatusMark(
    /// Which.
    status: Status,
) -> impl IntoView {
    view! {
        <span class=format!("status is-{status}") title=status_word(status)>
            <Icon name=status_icon(status) />
            <span class="visually-hidden">{status_word(status)}</span>
        </span>
    }
}

/// A priority where there is no room for its word.
#[component]
pub fn PriorityMark(
    /// Which.
    priority: Priority,
) -> impl IntoView {
    let word = match priority {
        Priority::Low => "Low priority",
        Priority::Medium => "Medium priority",
        Priority::High => "High priority",
        Priority::Urgent => "Urgent",
    };
    view! {
        <span class=format!("priority is-{priority}") title=word>
            <Icon name=priority_icon(priority) />
            <span class="visually-hidden">{word}</span>
        </span>
    }
}
