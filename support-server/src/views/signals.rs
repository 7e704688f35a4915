//! What floats: toasts with their undo, the word that the connection is lost, and what screen readers are told.

use leptos::{either::Either, prelude::*};

use crate::{
    desk::Desk,
    state::{Connection, Toast},
    ui::{Icon, IconName},
};

/// What was done, with a way to take it back.
#[component]
pub fn Toasts() -> impl IntoView {
    let desk = Desk::here();
    view! {
        <div class="toasts" role="status">
            <For
                each=move || desk.toasts.with(|toasts| toasts.shown().to_vec())
                key=|toast| toast.id
                children=|toast| view! { <ToastLine toast /> }
            />
        </div>
    }
}

#[component]
fn ToastLine(toast: Toast) -> impl IntoView {
    let desk = Desk::here();
    let id = toast.id;
    let dismiss = move || desk.toasts.update(|toasts| toasts.dismiss(id));
    view! {
        <div class="toast" class:is-bad=toast.is_bad>
            {toast.is_bad.then(|| view! { <Icon name=IconName::Alert /> })}
            <span class="toast-text">{toast.text}</span>
            {match toast.undo {
                Some(undo) => Either::Left(view! {
                    <button
                        class="button is-quiet"
                        type="button"
                        on:click=move |_| {
                            dismiss();
                            desk.undo(undo);
                        }
                    >
                        "Undo"
                        <kbd class="kbd">"Z"</kbd>
                    </button>
                }),
                None => Either::Right(view! {
                    <button class="button is-quiet is-icon" type="button" aria-label="Dismiss" on:click=move |_| dismiss()>
                        <Icon name=IconName::Close />
                    </button>
                }),
            }}
        </div>
    }
}

/// The connection is lost: nothing moves by itself any more, and that must be known.
#[component]
pub fn ConnectionNotice() -> impl IntoView {
    let desk = Desk::here();
    let is_lost = Memo::new(move |_| desk.connection.get() == Connection::Lost);
    view! {
        <div role="status">
            {move || is_lost.get().then(|| view! {
                <div class="notice">
                    <Icon name=IconName::Alert />
                    "No connection. Trying again… What you write is kept."
                </div>
            })}
        </div>
    }
}

/// Tells screen readers the customer's newest message; the thread itself is silent, or they would read it all again.
#[component]
pub fn Announcements() -> impl IntoView {
    let desk = Desk::here();
    view! { <div class="visually-hidden" role="status" aria-live="polite">{move || desk.announcement.get()}</div> }
}
