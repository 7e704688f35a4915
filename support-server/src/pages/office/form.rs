//! A form and its controls. Each control shows what was typed, what to know, and what is wrong with it.

use leptos::prelude::*;

use super::{
    super::field::{Tie, escape_for_textarea, field_note, labelled},
    Entries, Wrong,
};
use crate::ui::{Icon, IconName};

/// A choice of a select or of a group of boxes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub name: String,
    /// What to know about it.
    pub hint: String,
}

impl Choice {
    /// Without a hint.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "numbers, words and ids are given as they come")]
    pub fn new(value: impl ToString, name: impl Into<String>) -> Self {
        Self { value: value.to_string(), name: name.into(), hint: String::new() }
    }

    /// With a hint.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// What kind of text a control takes: the `type` attribute and what goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum Kind {
    Text,
    Email,
    NewPassword,
    Number { min: i64, max: i64 },
    Color,
    Time,
    Lines,
}

/// A labelled control with one line of text, or with several.
#[derive(Debug, Clone, Copy)]
pub(in crate::pages) struct Input<'a> {
    pub(in crate::pages) name: &'a str,
    pub(in crate::pages) label: &'a str,
    pub(in crate::pages) hint: &'a str,
    pub(in crate::pages) kind: Kind,
    pub(in crate::pages) is_required: bool,
}

impl<'a> Input<'a> {
    pub(in crate::pages) const fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, hint: "", kind: Kind::Text, is_required: false }
    }

    pub(in crate::pages) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub(in crate::pages) const fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }

    pub(in crate::pages) const fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }
}

/// What the controls of one form are made from.
#[derive(Debug, Clone, Copy)]
pub(in crate::pages) struct Form<'a> {
    pub(in crate::pages) entries: &'a Entries,
    pub(in crate::pages) wrong: &'a Wrong,
}

impl Form<'_> {
    /// What is wrong with the member of this name.
    pub(in crate::pages) fn error(&self, name: &str) -> Option<String> {
        self.wrong.take(&format!("/{}", name.replace('.', "/")))
    }

    /// What is wrong with the member of this name itself, not with what is in it.
    pub(in crate::pages) fn own_error(&self, name: &str) -> Option<String> {
        self.wrong.take_own(&format!("/{}", name.replace('.', "/")))
    }

    pub(in crate::pages) fn input(&self, input: Input<'_>) -> AnyView {
        self.input_at(input.name, input)
    }

    /// A control whose member in the body has another name.
    pub(in crate::pages) fn input_at(&self, member: &str, input: Input<'_>) -> AnyView {
        let Input { name, label, hint, kind, is_required } = input;
        let (id, value) = (name.to_owned(), self.entries.one(name).to_owned());
        let control = move |tie: Tie| {
            if kind == Kind::Lines {
                return view! {
                    <textarea
                        class="input"
                        id=id.clone()
                        name=id
                        rows="4"
                        required=is_required
                        aria-invalid=tie.invalid
                        aria-describedby=tie.describes
                    >
                        {escape_for_textarea(&value)}
                    </textarea>
                }
                .into_any();
            }
            let (min, max) = match kind {
                Kind::Number { min, max } => (Some(min), Some(max)),
                _ => (None, None),
            };
            let class =
                if matches!(kind, Kind::Number { .. } | Kind::Color | Kind::Time) { "input is-short" } else { "input" };
            view! {
                <input
                    class=class
                    id=id.clone()
                    name=id
                    type=kind.attribute()
                    value=value
                    min=min
                    max=max
                    autocomplete=kind.autocomplete()
                    spellcheck=(kind != Kind::Text).then_some("false")
                    required=is_required
                    aria-invalid=tie.invalid
                    aria-describedby=tie.describes
                />
            }
            .into_any()
        };
        labelled(name, label, hint, self.error(member), control)
    }

    /// A text in the cell of a table, whose heads are its label.
    pub(in crate::pages) fn bare(&self, name: &str, label: &str) -> AnyView {
        let (note, error) = (format!("{name}-note"), self.error(name));
        let (describes, invalid) = error.is_some().then(|| (note.clone(), "true")).unzip();
        view! {
            <input
                class="input is-short"
                id=name.to_owned()
                name=name.to_owned()
                value=self.entries.one(name).to_owned()
                aria-label=label.to_owned()
                autocomplete="off"
                aria-invalid=invalid
                aria-describedby=describes
            />
            {field_note(note, "", error)}
        }
        .into_any()
    }

    pub(in crate::pages) fn select(&self, name: &str, label: &str, hint: &str, choices: Vec<Choice>) -> AnyView {
        let (id, chosen) = (name.to_owned(), self.entries.one(name).to_owned());
        let control = move |tie: Tie| {
            view! {
                <select
                    class="input"
                    id=id.clone()
                    name=id
                    aria-invalid=tie.invalid
                    aria-describedby=tie.describes
                >
                    {options(choices, &chosen)}
                </select>
            }
        };
        labelled(name, label, hint, self.error(name), control)
    }

    /// One box with its own label.
    pub(in crate::pages) fn check(&self, name: &str, label: &str, hint: &str) -> AnyView {
        let error = self.error(name);
        let choice = Choice { value: "on".to_owned(), name: label.to_owned(), hint: hint.to_owned() };
        let note = field_note(format!("{name}-note"), "", error);
        let check = check(name, name.to_owned(), choice, self.entries.is_checked(name));
        view! { <div class="field">{check} {note}</div> }.into_any()
    }

    /// A group of boxes that post the same name.
    pub(in crate::pages) fn checks(&self, name: &str, legend: &str, hint: &str, choices: Vec<Choice>) -> AnyView {
        let boxes = choices.into_iter().map(|choice| self.one_of(name, choice)).collect_view();
        let content = view! { <div class="checks">{boxes}</div> }.into_any();
        self.group(name, legend, hint, self.error(name), content)
    }

    /// One box of a group.
    pub(in crate::pages) fn one_of(&self, name: &str, choice: Choice) -> AnyView {
        let (id, is_checked) = (format!("{name}-{}", choice.value), self.entries.has(name, &choice.value));
        check(name, id, choice, is_checked)
    }

    /// Controls that belong together, under a legend.
    pub(in crate::pages) fn group(
        &self,
        name: &str,
        legend: &str,
        hint: &str,
        error: Option<String>,
        content: AnyView,
    ) -> AnyView {
        let note = format!("{name}-note");
        let describes = (error.is_some() || !hint.is_empty()).then(|| note.clone());
        view! {
            <fieldset class="field" aria-describedby=describes>
                <legend class="field-label">{legend.to_owned()}</legend>
                {field_note(note, hint, error)}
                {content}
            </fieldset>
        }
        .into_any()
    }

    /// What no control has taken, above the form. Made after the controls, shown before them.
    pub(in crate::pages) fn told(&self) -> Option<AnyView> {
        if self.wrong.is_nothing() {
            return None;
        }
        let rest = self.wrong.rest();
        let lines = if rest.is_empty() { vec!["Something below needs another look.".to_owned()] } else { rest };
        let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
        Some(
            view! {
                <div class="callout is-bad" role="alert">
                    <Icon name=IconName::Alert />
                    <div>{lines}</div>
                </div>
            }
            .into_any(),
        )
    }
}

/// The options of a select.
pub(super) fn options(choices: Vec<Choice>, chosen: &str) -> impl IntoView + use<> {
    let option = |choice: Choice| {
        let is_chosen = choice.value == chosen;
        view! { <option value=choice.value selected=is_chosen>{choice.name}</option> }
    };
    choices.into_iter().map(option).collect_view()
}

/// A box with its words.
fn check(name: &str, id: String, choice: Choice, is_checked: bool) -> AnyView {
    let hint = (!choice.hint.is_empty()).then(|| view! { <span class="check-hint">{choice.hint}</span> });
    view! {
        <label class="check">
            <input type="checkbox" id=id name=name.to_owned() value=choice.value checked=is_checked />
            <span class="check-words">
                <span class="check-name">{choice.name}</span>
                {hint}
            </span>
        </label>
    }
    .into_any()
}

impl Kind {
    const fn attribute(self) -> &'static str {
        match self {
            Self::Text | Self::Lines => "text",
            Self::Email => "email",
            Self::NewPassword => "password",
            Self::Number { .. } => "number",
            Self::Color => "color",
            Self::Time => "time",
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            Self::NewPassword => "new-password",
            _ => "off",
        }
    }
}
