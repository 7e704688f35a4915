//! One message.

use web_sys::Element;

use super::{
    Act,
    dom::{Dom, append, set},
    icon,
};
use crate::{
    browser::Clock,
    state::{MessageRow, Progress},
    text::{
        Strings,
        link::{Piece, pieces},
    },
};

pub(super) fn fill(dom: &Dom, element: &Element, row: &MessageRow, strings: &Strings, clock: &Clock) {
    let mut class = String::from("message");
    let waiting = matches!(row.progress, Some(Progress::Queued));
    let failed = matches!(row.progress, Some(Progress::Failed | Progress::Rejected(_)));
    let states = [(row.own, " is-own"), (row.first, " is-first"), (waiting, " is-waiting"), (failed, " is-failed")];
    for (on, name) in states {
        if on {
            class.push_str(name);
        }
    }
    element.set_class_name(&class);
    if row.own {
        dom.add_text(element, "span", "visually-hidden", strings.you);
    } else if row.first && !row.author.is_empty() {
        dom.add_text(&dom.add(element, "p", "message-author"), "bdi", "", &row.author);
    }
    if row.last && !row.own {
        set(&dom.add_text(element, "span", "avatar", &initials(&row.author)), &[("aria-hidden", "true")]);
    }
    // The text has a direction of its own; the bubble's shape follows the page's.
    let bubble = dom.add(element, "div", "message-body");
    let body = dom.add(&bubble, "div", "");
    set(&body, &[("dir", "auto")]);
    if row.body.is_empty() && !row.files.is_empty() {
        body.remove();
    } else if row.body.is_empty() {
        body.set_class_name("message-gone");
        body.set_text_content(Some(strings.deleted));
    } else if !row.html.as_ref().is_some_and(|html| dom.fill_clean(&body, html)) {
        for piece in pieces(&row.body) {
            match piece {
                Piece::Text(text) => append(&body, &dom.text_node(text)),
                Piece::Link(address) => append(&body, &link(dom, address)),
            }
        }
    }
    for file in &row.files {
        let address = dom.in_api(&file.url);
        let line = dom.add(&bubble, "a", "message-file");
        // Saved and not opened: a page of its own would not have the frame's cookie.
        set(&line, &[("href", &address), ("download", &file.name)]);
        match &file.thumbnail_url {
            Some(small) => set(&dom.add(&line, "img", ""), &[("src", &dom.in_api(small)), ("alt", &file.name)]),
            None => drop(dom.add_text(&line, "bdi", "", &file.name)),
        }
    }
    if row.last || row.progress_shown {
        fill_meta(dom, &dom.add(element, "p", "message-meta"), row, strings, clock);
    }
}

fn link(dom: &Dom, address: &str) -> Element {
    let link = dom.make("a", "");
    set(&link, &[("href", address), ("target", "_blank"), ("rel", "noopener noreferrer nofollow")]);
    link.set_text_content(Some(address));
    link
}

/// The first letters of the first and the last name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).collect()
}

fn fill_meta(dom: &Dom, meta: &Element, row: &MessageRow, strings: &Strings, clock: &Clock) {
    let progress = row.progress.as_ref().filter(|_| row.progress_shown);
    let failed = matches!(progress, Some(Progress::Failed | Progress::Rejected(_)));
    if !failed {
        dom.add_text(meta, "span", "", &clock.time(row.at_ms));
    }
    let Some(progress) = progress else { return };
    let (drawing, words) = match progress {
        Progress::Queued => (icon::CLOCK, strings.queued),
        Progress::Sending => (icon::CLOCK, strings.sending),
        Progress::Sent => (icon::CHECK, strings.sent),
        Progress::Delivered => (icon::CHECK_TWICE, strings.delivered),
        Progress::Read => (icon::CHECK_TWICE, strings.read),
        Progress::Failed | Progress::Rejected(_) => (icon::ALERT, strings.failed),
    };
    let state = dom.add(meta, "span", if failed { "progress is-failed" } else { "progress" });
    append(&state, &dom.icon(drawing));
    append(&state, &dom.text_node(words));
    if let Progress::Rejected(detail) = progress {
        dom.add_text(meta, "span", "", detail);
    }
    if failed {
        for (act, words) in [(Act::Retry, strings.try_again), (Act::Discard, strings.discard)] {
            let button = dom.button(meta, "word-button", act);
            set(&button, &[("data-key", &row.key)]);
            button.set_text_content(Some(words));
        }
    }
}
