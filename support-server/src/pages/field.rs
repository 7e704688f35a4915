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
    /// An address that is no login.
    Contact,
    Subject,
}

impl Purpose {
    const fn kind(self) -> &'static str {
        match self {
            Self::Email | Self::Contact => "email",
            Self::Password | Self::NewPassword => "password",
            Self::Name | Self::Link | Self::Subject => "text",
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "username",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            Self::Contact => "email",
            Self::Link | Self::Subject => "off",
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
        labelled(name, label, hint, error, move |tie| {
            view! {
                <input
                    class="input"
                    id=name
                    name=name
                    type=purpose.kind()
                    autocomplete=purpose.autocomplete()
                    spellcheck="false"
                    value=value
                    required
                    aria-invalid=tie.invalid
                    aria-describedby=tie.describes
                />
            }
        })
    }
}

/// What a control says of its note: the attributes `aria-describedby` and `aria-invalid`.
#[derive(Debug, Clone)]
pub(super) struct Tie {
    pub(super) describes: Option<String>,
    pub(super) invalid: Option<&'static str>,
}

/// A control under its label, above its hint or its error. The control's id is `name`.
pub(super) fn labelled<V: IntoView + 'static>(
    name: &str,
    label: &str,
    hint: &str,
    error: Option<String>,
    control: impl FnOnce(Tie) -> V,
) -> AnyView {
    let note = format!("{name}-note");
    let describes = (error.is_some() || !hint.is_empty()).then(|| note.clone());
    let control = control(Tie { describes, invalid: error.is_some().then_some("true") });
    view! {
        <div class="field">
            <label class="field-label" for=name.to_owned()>{label.to_owned()}</label>
            {control}
            {field_note(note, hint, error)}
        </div>
    }
    .into_any()
}

/// What stands below a control: its error, else its hint.
pub(super) fn field_note(id: String, hint: &str, error: Option<String>) -> Option<AnyView> {
    match error {
        Some(error) => Some(field_error(id, error).into_any()),
        None if hint.is_empty() => None,
        None => Some(view! { <p class="field-hint" id=id>{hint.to_owned()}</p> }.into_any()),
    }
}

/// Leptos writes the children of a textarea as they are, unlike those of other elements.
pub(super) fn escape_for_textarea(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
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
