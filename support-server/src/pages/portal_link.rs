//! The way into the portal: a field for the link, which `portal.js` fills from the fragment. Posts `link`.

use leptos::prelude::*;

use super::{
    Frame,
    field::{Field, Purpose},
    frame::{Column, gate},
};
use crate::ui::{Icon, IconName};

/// Why a link did not open anything. Expired, revoked, unknown and out of scope are one case on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkProblem {
    /// It opens nothing, or nothing any more.
    Ended,
    /// What was pasted is no link of ours.
    NotALink,
}

/// What the page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkPage {
    /// What was wrong with the link before.
    pub problem: Option<LinkProblem>,
    /// The link that has ended, which can be asked to be sent anew.
    pub ended: Option<String>,
}

/// `GET /portal` without a session, and the answer to a link that opens nothing.
#[must_use]
pub fn link_page(frame: &Frame, page: &LinkPage) -> String {
    let (title, text, error) = match page.problem {
        None => ("Open your request", "Paste the link from our email. It ends in a long code after a # sign.", None),
        Some(LinkProblem::Ended) => (
            "This link no longer works",
            "Links end after a while, to keep your messages private. We can send a fresh one to the address that we have of you.",
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
        let again = page.ended.clone().map(|ended| {
            view! {
                <form class="gate-form" method="post" action=frame.to("/portal/links")>
                    {frame.csrf_field()}
                    <input type="hidden" name="link" value=ended />
                    <button class="button is-primary is-wide">
                        <Icon name=IconName::Mail />
                        "Email me a new link"
                    </button>
                </form>
            }
        });
        let is_first = again.is_none();
        let open = if is_first { "button is-primary is-wide" } else { "button is-wide" };
        let form = view! {
            {again}
            <form class="gate-form" id="link-form" method="post" action=frame.to("/portal/session")>
                {frame.csrf_field()}
                {link.show()}
                <button class=open>"Open"</button>
            </form>
            <p class="gate-foot">
                "No link at hand? " <a href=frame.to("/portal/links")>"Have one sent to you"</a> "."
            </p>
        };
        gate(Column::Narrow, title, text, form)
    })
}

/// What the page that asks for a new link shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkAsk {
    /// Whether it was asked for. Says nothing of whether there was anything to send.
    pub asked: bool,
}

/// `GET /portal/links`, and the one answer to every wish for a link. Posts `number` and `email`.
#[must_use]
pub fn link_ask(frame: &Frame, page: &LinkAsk) -> String {
    let title = if page.asked { "Look into your mailbox" } else { "Have a link sent to you" };
    let text = if page.asked {
        "If we know the request and its address, a fresh link is on its way there. It can take a minute."
    } else {
        "Tell us the number of your request, which stands in each of our emails, and the address that you wrote from."
    };
    frame.document(title, |frame| {
        let form = (!page.asked).then(|| {
            let number =
                Field { hint: "Such as 1042.", ..Field::new("number", "Number of your request", Purpose::Number) };
            view! {
                <form class="gate-form" method="post" action=frame.to("/portal/links")>
                    {frame.csrf_field()}
                    {number.show()}
                    {Field::new("email", "Your email", Purpose::Contact).show()}
                    <button class="button is-primary is-wide">"Send the link"</button>
                </form>
            }
        });
        let foot = view! {
            {form}
            <p class="gate-foot">
                <a href=frame.to("/portal")>"I have a link"</a>
            </p>
        };
        gate(Column::Narrow, title, text, foot)
    })
}
