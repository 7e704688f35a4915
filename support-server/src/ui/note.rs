//! What stands where content is missing: empty, failed, loading.

use leptos::prelude::*;

use super::{Icon, IconName};

/// The words of an empty or failed place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The drawing.
    pub icon: IconName,
    /// What is the case.
    pub title: String,
    /// What to do about it.
    pub text: String,
    /// Whether something went wrong.
    pub is_bad: bool,
}

/// An empty or failed place, with a button as its child if there is something to press.
#[component]
pub fn StateNote(
    /// Its words.
    note: Note,
    /// A button or a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let class = if note.is_bad { "state is-filling is-bad" } else { "state is-filling" };
    view! {
        <div class=class role=note.is_bad.then_some("alert")>
            <Icon name=note.icon />
            <p class="state-title">{note.title}</p>
            <p class="state-text">{note.text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// Rows of a list that is on its way.
#[component]
pub fn Rows(
    /// How many.
    count: usize,
) -> impl IntoView {
    let row = || {
        view! {
            <li class="ticket-row">
                <div class="skeleton">
                    <div class="skeleton-bar is-short"></div>
                    <div class="skeleton-bar is-long"></div>
                    <div class="skeleton-bar is-middle"></div>
                </div>
            </li>
        }
    };
    view! {
        <ul class="list-rows" aria-busy="true" aria-label="Loading">
            {(0..count).map(|_| row()).collect_view()}
        </ul>
    }
}
