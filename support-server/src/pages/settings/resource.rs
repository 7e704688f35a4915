//! What the pages of a kind of setting are made from.

use leptos::prelude::*;
use serde_json::Value;

use super::super::office::{Choice, Entries, Form, Section, Wrong};

/// What forms and tables need to know beside the thing itself. Only what a kind [needs](Resource::NEEDS) is loaded.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The desk's people who may sign in.
    pub people: Vec<Choice>,
    /// Custom roles.
    pub roles: Vec<Choice>,
    /// Business hours.
    pub calendars: Vec<Choice>,
    /// Now, for what ends.
    pub now: Option<support_core::model::Timestamp>,
}

impl Known {
    /// The name of a choice.
    pub(super) fn name<'a>(choices: &'a [Choice], value: &str) -> Option<&'a str> {
        choices.iter().find(|choice| choice.value == value).map(|choice| choice.name.as_str())
    }
}

/// A list of [`Known`] things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// `people`.
    People,
    /// `roles`.
    Roles,
    /// `calendars`.
    Calendars,
}

/// A cell of a table: its column's name stands in front of it on a phone.
#[derive(Debug)]
pub struct Cell {
    /// The column.
    pub column: &'static str,
    /// What stands in it.
    pub content: AnyView,
    /// Whether it is a number.
    pub is_number: bool,
}

impl Cell {
    /// A cell with any content.
    pub(super) fn new(column: &'static str, content: impl IntoView + 'static) -> Self {
        Self { column, content: content.into_any(), is_number: false }
    }

    /// A cell with a number.
    #[expect(clippy::needless_pass_by_value, reason = "numbers, words and ids are given as they come")]
    pub(super) fn number(column: &'static str, number: impl ToString) -> Self {
        Self { column, content: number.to_string().into_any(), is_number: true }
    }
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// Stands in the address of its page.
    pub id: String,
    /// The first cell: a link to its page.
    pub name: String,
    /// What stands under the name.
    pub note: Option<String>,
    /// The further cells.
    pub cells: Vec<Cell>,
    /// What ending it means, where the list itself offers that.
    pub farewell: Option<String>,
}

/// A secret that is in the answer to its making and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// What it is, such as `API key`.
    pub title: &'static str,
    /// What to do with it.
    pub text: &'static str,
    /// The secret.
    pub value: String,
}

/// A kind of thing that an admin makes, changes and removes.
pub trait Resource: 'static {
    /// As the API gives it.
    type Wire: serde::de::DeserializeOwned + Send + 'static;

    /// Its part of the settings.
    const SECTION: Section;
    /// Its path in the API.
    const PATH: &'static str;
    /// What one of it is called, in the middle of a sentence.
    const ONE: &'static str;
    /// What an empty list says: what it would be good for.
    const EMPTY: &'static str;
    /// What is loaded beside it.
    const NEEDS: &'static [Need] = &[];
    /// The query parameters of the list that its page takes too.
    const FILTERS: &'static [&'static str] = &[];
    /// The word on the button that removes one.
    const REMOVE: &'static str = "Delete";
    /// What it is afterwards.
    const REMOVED: &'static str = "deleted";
    /// Where one is removed by `POST` below its path; empty for `DELETE`.
    const REMOVAL: &'static str = "";
    /// Whether one has a page of its own.
    const HAS_PAGE: bool = true;

    /// A row of the list.
    fn row(wire: &Self::Wire, known: &Known) -> Row;

    /// Puts the list in order, where the API's is another.
    fn sort(wires: &mut [Self::Wire]) {
        let _ = wires;
    }

    /// The controls that filter the list, each named in [`FILTERS`](Self::FILTERS).
    fn sieve(entries: &Entries, known: &Known) -> Option<AnyView> {
        let _ = (entries, known);
        None
    }

    /// The secret in the answer to `POST`.
    fn secret(answer: &Value) -> Option<Secret> {
        let _ = answer;
        None
    }

    /// What the form of a new one starts from.
    fn fresh() -> Entries {
        Entries::default()
    }

    /// What stands in the form of one that exists.
    fn entries(wire: &Self::Wire) -> Entries;

    /// The body for the API; `is_new` tells `POST` from `PATCH`. What is wrong here is what only a form can get wrong, such as a
    /// duration in words; the rules are the API's.
    ///
    /// # Errors
    /// What the form must say instead of asking the API.
    fn body(entries: &Entries, is_new: bool) -> Result<Value, Wrong>;

    /// The controls.
    fn form(form: &SheetForm<'_>) -> AnyView;

    /// What removing it means, before it is done.
    fn farewell(wire: &Self::Wire) -> String;
}

/// What controls are made from.
#[derive(Debug, Clone, Copy)]
pub struct SheetForm<'a> {
    pub(super) form: Form<'a>,
    /// What is known beside the thing itself.
    pub known: &'a Known,
    /// Whether it is about to be made.
    pub is_new: bool,
}
