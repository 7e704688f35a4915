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

/// An empty or failed place, with what there is to press.
///
/// A function, because a component's children are erased views, and each of those brings the code of all ways to render it.
pub fn state_note<A: IntoView>(note: Note, actions: A) -> impl IntoView + use<A> {
    let class = if note.is_bad { "state is-filling is-bad" } else { "state is-filling" };
    view! {
        <div class=class role=note.is_bad.then_some("alert")>
            <Icon name=note.icon />
            <p class="state-title">{note.title}</p>
            <p class="state-text">{note.text}</p>
            {actions}
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
