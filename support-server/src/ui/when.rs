//! A point in time: short to read, exact on hover, the same on server and browser until the browser's own zone is known.

use leptos::prelude::*;
use support_core::model::Timestamp;

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
    let clock = Desk::here().clock;
    let text = move || {
        let clock = clock.get();
        match form {
            Form::Ago => clock.ago(at),
            Form::Time => clock.time(at),
            Form::Date => clock.date(at),
        }
    };
    view! {
        <time class=class datetime=at.to_rfc3339() title=move || clock.get().exact(at)>
            {text}
        </time>
    }
}
