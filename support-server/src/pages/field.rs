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
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) purpose: Purpose,
    /// What was typed before.
    pub(super) value: String,
    /// What to know before typing.
    pub(super) hint: &'static str,
    /// What is wrong with what was typed before.
    pub(super) error: Option<String>,
}

impl Field {
    pub(super) const fn new(name: &'static str, label: &'static str, purpose: Purpose) -> Self {
        Self { name, label, purpose, value: String::new(), hint: "", error: None }
    }

    pub(super) fn show(self) -> impl IntoView {
        let Self { name, label, purpose, value, hint, error } = self;
        let note = format!("{name}-note");
        let describes = (error.is_some() || !hint.is_empty()).then(|| note.clone());
        let invalid = error.is_some().then_some("true");
        let below = match error {
            Some(error) => Some(field_error(note, error).into_any()),
            None if hint.is_empty() => None,
            None => Some(view! { <p class="field-hint" id=note>{hint}</p> }.into_any()),
        };
        view! {
            <div class="field">
                <label class="field-label" for=name>{label}</label>
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
                {below}
            </div>
        }
    }
}

/// What is wrong, beside its cause.
pub(super) fn field_error(id: String, error: String) -> impl IntoView {
    view! {
        <p class="field-error" id=id role="alert">
            <Icon name=IconName::Alert />
            {error}
        </p>
    }
}
