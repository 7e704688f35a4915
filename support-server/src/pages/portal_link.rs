//! The way into the portal: a field for the link, which `portal.js` fills from the fragment, and one for an address that gets a fresh
//! link by mail. Posts `link` or `email`.

use leptos::prelude::*;

use super::{
    Frame,
    field::{Field, Purpose},
    frame::{Column, gate},
};

/// Why a link did not open anything. Expired, revoked, unknown and out of scope are one case on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkProblem {
    /// It opens nothing, or nothing any more.
    Ended,
    /// What was pasted is no link of ours.
    NotALink,
}

/// What the page shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LinkPage {
    /// What was wrong with the link before.
    pub problem: Option<LinkProblem>,
    /// Whether fresh links leave by mail.
    pub has_mail: bool,
}

/// `GET /portal` without a session, and the answer to a link that opens nothing.
#[must_use]
pub fn link_page(frame: &Frame, page: &LinkPage) -> String {
    let (title, text, error) = match page.problem {
        None => ("Open your request", "Paste the link from our email. It ends in a long code after a # sign.", None),
        Some(LinkProblem::Ended) => (
            "This link no longer works",
            "Links end after a while, to keep your messages private.",
            Some("This link has ended, was withdrawn, or is not complete."),
        ),
        Some(LinkProblem::NotALink) => (
            "Open your request",
            "Paste the link from our email. It ends in a long code after a # sign.",
            Some("That is not a link from our email."),
        ),
    };
    frame.document(title, |frame| {
        let link = Field { error: error.map(str::to_owned), ..Field::new("link", "Your link", Purpose::Link) };
        let foot = if page.has_mail {
            let lead = if page.problem == Some(LinkProblem::Ended) { "" } else { "No link at hand? " };
            let way = view! { <a href=frame.to("/portal/links")>"Have a fresh link sent to you"</a> };
            view! { <p class="gate-foot">{lead} {way} "."</p> }.into_any()
        } else {
            view! { <p class="gate-foot">"No link at hand? Write to us again, and the answer brings a new one."</p> }
                .into_any()
        };
        let form = view! {
            <form class="gate-form" id="link-form" method="post" action=frame.to("/portal/session")>
                {frame.csrf_field()}
                {link.show()}
                <button class="button is-primary is-wide">"Open"</button>
            </form>
            {foot}
        };
        gate(Column::Narrow, title, text, form)
    })
}

/// What the page that asks for a fresh link shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkAsk {
    /// The address typed before.
    pub email: String,
    /// Whether the wish was heard. Says nothing of whether there was anything to send.
    pub is_heard: bool,
    /// What went wrong.
    pub error: Option<String>,
}

/// `GET /portal/links`, and the one answer to every wish for a link.
#[must_use]
pub fn link_ask(frame: &Frame, page: &LinkAsk) -> String {
    let (title, text) = if page.is_heard {
        let text = "If you wrote to us from this address, a fresh link is on its way. It can take a minute. Look into the spam folder too.";
        ("Look into your mail", text)
    } else {
        ("Have a fresh link sent to you", "We send it to the address that you wrote to us from.")
    };
    frame.document(title, |frame| {
        let form = (!page.is_heard).then(|| {
            let email = Field {
                value: page.email.clone(),
                error: page.error.clone(),
                ..Field::new("email", "Your email", Purpose::Contact)
            };
            view! {
                <form class="gate-form" method="post" action=frame.to("/portal/links")>
                    {frame.csrf_field()}
                    {email.show()}
                    <button class="button is-primary is-wide">"Send me a link"</button>
                </form>
            }
        });
        let whole = view! {
            {form}
            <p class="gate-foot">
                <a href=frame.to("/portal")>"I have a link"</a>
            </p>
        };
        gate(Column::Narrow, title, text, whole)
    })
}
