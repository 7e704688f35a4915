//! A state in a word, with its drawing.

use leptos::prelude::*;
use support_core::model::Timestamp;

use crate::ui::{Icon, IconName};

pub(super) fn chip(class: &'static str, icon: IconName, word: &'static str) -> impl IntoView {
    view! {
        <span class=class>
            <Icon name=icon />
            {word}
        </span>
    }
}

/// Whether a secret opens anything still.
pub(super) fn secret_chip(is_revoked: bool, expires_at: Option<Timestamp>, now: Option<Timestamp>) -> AnyView {
    let is_past = expires_at.zip(now).is_some_and(|(end, now)| end <= now);
    match (is_revoked, is_past) {
        (true, _) => chip("chip", IconName::Lock, "Revoked"),
        (false, true) => chip("chip", IconName::Clock, "Expired"),
        (false, false) => chip("chip is-good", IconName::Check, "Works"),
    }
    .into_any()
}
