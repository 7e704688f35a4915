//! A labelled input with its hint and its own error.

use leptos::prelude::*;

use crate::ui::{Icon, IconName};

/// What an input is for: sets its type, what the browser may fill in, and which keyboard a phone shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Name,
    Email,
    Password,
    NewPassword,
    Link,
}

impl Purpose {
    const fn kind(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Password | Self::NewPassword => "password",
            Self::Name | Self::Link => "text",
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "username",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            Self::Link => "off",
        }
    }
}

/// A labelled input; its name is its id.
#[component]
pub(super) fn Field(
    name: &'static str,
    label: &'static str,
    purpose: Purpose,
    /// What was typed before.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] hint: &'static str,
    /// What is wrong with what was typed before.
    #[prop(optional_no_strip)]
    error: Option<String>,
) -> impl IntoView {
    let note = format!("{name}-note");
    let describes = (error.is_some() || !hint.is_empty()).then(|| note.clone());
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label class="field-label" for=name>
                {label}
            </label>
            <input
                class="input"
                id=name
                name=name
                type=purpose.kind()
                autocomplete=purpose.autocomplete()
                spellcheck="false"
                value=value
                required
                aria-invalid=invalid
                aria-describedby=describes
            />
            {match error {
                Some(error) => Some(view! { <FieldError id=note error=error /> }.into_any()),
                None if hint.is_empty() => None,
                None => Some(view! { <p class="field-hint" id=note>{hint}</p> }.into_any()),
            }}
        </div>
    }
}

/// What is wrong, beside its cause.
#[component]
pub(super) fn FieldError(id: String, error: String) -> impl IntoView {
    view! {
        <p class="field-error" id=id role="alert">
            <Icon name=IconName::Alert />
            {error}
        </p>
    }
}
