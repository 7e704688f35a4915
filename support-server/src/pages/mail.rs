//! The demo's captured mail: a list, and one letter beside it. The letter's HTML comes from `/demo/mail/{n}/html`, in a
//! sandbox and under its own policy: here it would inherit ours, which refuses the inline styles that mail is made of.

use leptos::prelude::*;
use support_core::model::Timestamp;

use super::{
    Frame,
    frame::mark,
    moment::{Precision, moment},
};
use crate::ui::{Icon, IconName};

/// A letter in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its number, the last part of its address.
    pub number: usize,
    /// The recipient.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was handed over.
    pub sent_at: Timestamp,
}

/// The letter that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLetter {
    /// Its number.
    pub number: usize,
    /// The sender, as in the header.
    pub from: String,
    /// Its text part.
    pub text: String,
    /// Whether it has an HTML part.
    pub has_html: bool,
}

/// What the page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailPage {
    /// All letters, newest first.
    pub letters: Vec<Letter>,
    /// The open one. It is one of `letters`, else nothing is open.
    pub open: Option<OpenLetter>,
}

/// `GET /demo/mail` and `GET /demo/mail/{n}`.
#[must_use]
pub fn mail_page(frame: &Frame, page: &MailPage) -> String {
    let open = page.open.clone().and_then(|open| {
        let letter = page.letters.iter().find(|letter| letter.number == open.number)?;
        Some((letter.clone(), open))
    });
    let title = open.as_ref().map_or("Captured mail", |(letter, _)| &letter.subject).to_owned();
    frame.document(&title, |frame| {
        let current = open.as_ref().map(|(letter, _)| letter.number);
        let count = page.letters.len();
        let list = if count == 0 { empty().into_any() } else { items(&frame, &page.letters, current).into_any() };
        let rest = match open {
            Some((letter, open)) => view_of(&frame, letter, open).into_any(),
            None if count > 0 => choose().into_any(),
            None => ().into_any(),
        };
        view! {
            <div class=if current.is_some() { "mail has-letter" } else { "mail" }>
                <header class="mail-bar">
                    <a class="brand" href=frame.to("/demo") aria-label="Demo">
                        {mark()}
                    </a>
                    <h1 class="mail-title">"Captured mail " <span class="count">{count}</span></h1>
                </header>
                {list}
                {rest}
            </div>
        }
    })
}

fn items(frame: &Frame, letters: &[Letter], current: Option<usize>) -> impl IntoView + use<> {
    let items: Vec<_> = letters
        .iter()
        .cloned()
        .map(|letter| {
            view! {
                <li>
                    <a
                        class="mail-item"
                        href=frame.to(&format!("/demo/mail/{}", letter.number))
                        aria-current=(current == Some(letter.number)).then_some("true")
                    >
                        <span class="mail-item-to">{letter.to}</span>
                        <span class="mail-item-time">{moment(letter.sent_at, Precision::Short)}</span>
                        <span class="mail-item-subject">{letter.subject}</span>
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <nav class="mail-list" aria-label="Mail">
            <ul>{items}</ul>
        </nav>
    }
}

fn view_of(frame: &Frame, letter: Letter, open: OpenLetter) -> impl IntoView + use<> {
    let paper = open.has_html.then(|| {
        view! {
            <iframe
                class="mail-paper"
                sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
                title="The mail as sent"
                src=frame.to(&format!("/demo/mail/{}/html", open.number))
            ></iframe>
        }
    });
    view! {
        <main class="mail-view">
            <a class="portal-back" href=frame.to("/demo/mail")>
                <Icon name=IconName::Back />
                "All mail"
            </a>
            <h2 class="mail-subject">{letter.subject}</h2>
            <dl class="mail-facts">
                <dt>"From"</dt>
                <dd>{open.from}</dd>
                <dt>"To"</dt>
                <dd>{letter.to}</dd>
                <dt>"Sent"</dt>
                <dd>
                    {moment(letter.sent_at, Precision::Minute)}
                </dd>
            </dl>
            {paper}
            <section class="mail-plain" aria-label="Text version">
                <h3 class="mail-plain-title">"Text version"</h3>
                <pre tabindex="0">{linked(&open.text)}</pre>
            </section>
        </main>
    }
}

fn empty() -> impl IntoView {
    view! {
        <main class="mail-view">
            <div class="state is-filling">
                <Icon name=IconName::Mail />
                <p class="state-title">"No mail yet"</p>
                <p class="state-text">"Answer a customer who has left the chat, and the mail appears here."</p>
            </div>
        </main>
    }
}

fn choose() -> impl IntoView {
    view! {
        <main class="mail-view is-choice">
            <div class="state is-filling">
                <Icon name=IconName::Mail />
                <p class="state-title">"No letter chosen"</p>
                <p class="state-text">"Choose one from the list to read it as its recipient would."</p>
            </div>
        </main>
    }
}

/// The text with its addresses made into links.
fn linked(text: &str) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = find_address(rest) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(from.len());
        let address = from.get(..end).unwrap_or(from).trim_end_matches(['.', ',', ')']);
        let (address, after) = from.split_at(address.len());
        parts.push(before.to_owned().into_any());
        parts.push(view! { <a href=address.to_owned()>{address.to_owned()}</a> }.into_any());
        rest = after;
    }
    parts.push(rest.to_owned().into_any());
    parts
}

fn find_address(text: &str) -> Option<usize> {
    ["http://", "https://"].into_iter().filter_map(|scheme| text.find(scheme)).min()
}
