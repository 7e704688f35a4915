//! A point in time: short to read, exact on hover, the same on server and browser until the browser's own zone is known.

use leptos::prelude::*;
use support_core::model::Timestamp;

use super::node::{IntoNode, Node, el};
use crate::desk::Desk;

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `5m`.
    Ago,
    /// `14:05`.
    Time,
    /// `21 Nov`.
    Date,
    /// `21 Nov, 14:05`.
    Moment,
}

/// A point in time.
#[component]
pub fn When(
    /// When.
    at: Timestamp,
    /// How it is written.
    form: Form,
    /// The element's class.
    class: &'static str,
) -> impl IntoView {
    when(at, form, class)
}

/// A point in time as a node.
#[must_use]
pub fn when(at: Timestamp, form: Form, class: &'static str) -> Node {
    let clock = Desk::here().clock;
    el("time")
        .class(class)
        .attr("datetime", at.to_rfc3339())
        .attr("title", move || clock.get().exact(at))
        .child(move || {
            let clock = clock.get();
            match form {
                Form::Ago => clock.ago(at),
                Form::Time => clock.time(at),
                Form::Date => clock.date(at),
                Form::Moment => format!("{}, {}", clock.date(at), clock.time(at)),
            }
        })
        .into_node()
}
