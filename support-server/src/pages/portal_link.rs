//! The way into the portal: a field for the link, which `portal.js` fills from the fragment. Posts `link`.

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
}

/// `GET /portal` without a session, and the answer to a link that opens nothing.
#[must_use]
pub fn link_page(frame: &Frame, page: &LinkPage) -> String {
    let (title, text, error) = match page.problem {
        None => ("Open your request", "Paste the link from our email. It ends in a long code after a # sign.", None),
        Some(LinkProblem::Ended) => (
            "This link no longer works",
            "Links end after a while, to keep your messages private. The newest email from us has a fresh one.",
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
        let form = view! {
            <form class="gate-form" id="link-form" method="post" action=frame.to("/portal/session")>
                {frame.csrf_field()}
                {link.show()}
                <button class="button is-primary is-wide">"Open"</button>
            </form>
            <p class="gate-foot">"No link at hand? Write to us again, and the answer brings a new one."</p>
        };
        gate(Column::Narrow, title, text, form)
    })
}
