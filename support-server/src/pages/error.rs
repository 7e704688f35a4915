//! A page that cannot be shown: what is the case, and what to do next.

use leptos::prelude::*;

use super::{Frame, frame::mark};
use crate::ui::{Icon, IconName};

/// What went wrong, and the way on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorPage {
    /// The HTTP status.
    pub status: u16,
    /// What is the case, in a few words.
    pub title: String,
    /// Why it may be so and what helps.
    pub text: String,
    /// Where to go next, under the mount prefix, and what the button says.
    pub next: Option<(String, String)>,
    /// Finds the request in the log.
    pub request_id: Option<String>,
}

impl ErrorPage {
    /// The usual words for a status.
    #[must_use]
    pub fn of(status: u16) -> Self {
        let (title, text) = match status {
            401 => ("Please sign in", "Your session has ended. Sign in again to go on."),
            403 => ("This is not open to you", "Your account may not see this page. An admin can change that."),
            404 | 410 => ("There is nothing here", "The address may be mistyped, or what stood here was removed."),
            413 => ("That was too much", "What you sent is larger than the limit. Shorten it and try again."),
            422 | 400 => {
                ("That could not be read", "Something in the form was missing or not valid. Go back and try again.")
            }
            429 => ("Too many tries", "Wait a minute, then try again."),
            503 => (
                "Not available right now",
                "The desk is starting, stopping or short of its database. Try again in a moment.",
            ),
            _ => ("Something went wrong", "The fault is ours, and it is in our log. Try again in a moment."),
        };
        Self { status, title: title.to_owned(), text: text.to_owned(), next: None, request_id: None }
    }

    /// With a way on.
    #[must_use]
    pub fn with_next(mut self, path: &str, label: &str) -> Self {
        self.next = Some((path.to_owned(), label.to_owned()));
        self
    }
}

/// The page for an error.
#[must_use]
pub fn error_page(frame: &Frame, page: &ErrorPage) -> String {
    frame.document(&page.title, |frame| {
        let next = page.next.clone().map(|(path, label)| {
            view! {
                <a class="button" href=frame.to(&path)>
                    <Icon name=IconName::Back />
                    {label}
                </a>
            }
        });
        let request = page.request_id.clone().map(|id| view! { <p class="gate-foot">{format!("Request {id}")}</p> });
        view! {
            <main class="gate">
                <div class="gate-column">
                    <header class="gate-head">
                        {mark()}
                        <p class="gate-code">{page.status}</p>
                        <h1 class="gate-title">{page.title.clone()}</h1>
                        <p class="gate-text">{page.text.clone()}</p>
                    </header>
                    {next}
                    {request}
                </div>
            </main>
        }
    })
}
