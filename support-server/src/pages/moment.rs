//! A point in time on a page that doesn't know the reader's zone: UTC, and says so. `browser/local_time.js` makes it local.

use leptos::prelude::*;
use support_core::model::Timestamp;

/// How much of a time is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    /// `21 November 2026`.
    Day,
    /// `21 November 2026, 09:40 UTC`.
    Minute,
    /// `21 Nov, 09:40 UTC`, for lists.
    Short,
}

/// A point in time.
pub(super) fn moment(at: Timestamp, precision: Precision) -> impl IntoView {
    let (format, name) = match precision {
        Precision::Day => ("%-d %B %Y", "day"),
        Precision::Minute => ("%-d %B %Y, %H:%M UTC", "minute"),
        Precision::Short => ("%-d %b, %H:%M UTC", "short"),
    };
    view! { <time datetime=at.to_rfc3339() data-local=name>{at.format(format).to_string()}</time> }
}
