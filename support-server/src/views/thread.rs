//! The third pane: one conversation.

use leptos::prelude::*;
use support_core::model::{ActorKind, TicketId};
use wasm_bindgen::JsCast;

use super::{
    composer::composer_form,
    message::line,
    thread_head::{thread_head, thread_notes},
};
use crate::{
    desk::{Desk, Load, MESSAGES, focus, is_shown},
    state::{Entry, entries},
    ui::{Element, IconName, IntoNode, Node, Note, el, icon, rows, state_note},
};

/// Pixels from the oldest message at which older ones are asked for.
const OLDER_AT: i32 = 400;

/// What the pane shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    Nothing,
    Loading,
    Failed { is_missing: bool, reason: String },
    Thread(TicketId),
}

/// The pane.
pub(super) fn thread_pane() -> Node {
    let desk = Desk::here();
    let shown = Memo::new(move |_| {
        let open = desk.thread.with(|thread| thread.as_ref().map(|thread| thread.ticket.id));
        match (open, desk.thread_load.get()) {
            (Some(id), _) => Shown::Thread(id),
            (None, Load::Failed(lack)) => Shown::Failed { is_missing: lack.is_missing, reason: lack.reason },
            (None, Load::Loading) => Shown::Loading,
            (None, Load::Ready) => Shown::Nothing,
        }
    });
    el("section")
        .class("thread")
        .attr("id", "thread")
        .attr("tabindex", "-1")
        .attr("aria-label", "Conversation")
        .attr("aria-busy", move || (shown.get() == Shown::Loading).then_some("true"))
        .child(move || match shown.get() {
            Shown::Thread(id) => conversation(id),
            Shown::Loading => skeleton(),
            Shown::Nothing => nothing_open(),
            Shown::Failed { is_missing, reason } => not_shown(is_missing, reason),
        })
        .into_node()
}

fn conversation(id: TicketId) -> Node {
    let desk = Desk::here();
    let body = RwSignal::new_local(None::<web_sys::HtmlElement>);
    let lines = Memo::new(move |_| -> Vec<Entry> {
        let (clock, unread_from) = (desk.clock.get(), desk.unread_from.get());
        let outgoing = desk.composer.outgoing.get();
        desk.thread.with(|thread| {
            // While the pane changes to another ticket, this one's lines are nobody's.
            let thread = thread.as_ref().filter(|thread| thread.ticket.id == id);
            thread.map(|thread| entries(thread, &outgoing, unread_from, clock)).unwrap_or_default()
        })
    });
    let keys = move || lines.with(|lines| lines.iter().map(Entry::key).collect());
    let draw = move |key: u128| {
        let entry = lines.with_untracked(|lines| lines.iter().find(|entry| entry.key() == key).cloned());
        entry.map(line).into_node()
    };
    // An effect's first run comes later than its view, which may be gone by then: so the view's own signals are only tried.
    // Where the list is hidden, whoever chose a row there would lose the focus with it.
    Effect::new(move |_| {
        if body.try_get().flatten().is_some() && !is_shown("list") {
            focus(MESSAGES);
        }
    });
    let has_older =
        Memo::new(move |_| desk.thread.with(|thread| thread.as_ref().is_some_and(|it| it.older().is_some())));
    let near_the_top = move || {
        let Some(body) = body.try_get_untracked().flatten() else { return false };
        // The newest message is where the scroller starts, so its offsets are negative.
        body.scroll_height() - body.client_height() + body.scroll_top() < OLDER_AT
    };
    Effect::new(move |_| {
        let stands = body.try_get().is_some();
        if stands && has_older.try_get() == Some(true) && desk.older_load.get() == Load::Ready && near_the_top() {
            desk.load_older();
        }
    });
    let older = move || match desk.older_load.get() {
        Load::Failed(lack) => Some(
            el("li").class("day-line").child(
                el("button")
                    .class("button is-small")
                    .attr("type", "button")
                    .press(move || desk.load_older())
                    .child(icon(IconName::Retry))
                    .child(format!("Older messages: {}", lack.reason)),
            ),
        ),
        Load::Loading => Some(el("li").class("day-line").child("Loading older messages…")),
        Load::Ready => None,
    };
    let messages = el("div")
        .class("thread-body")
        .attr("id", MESSAGES)
        .attr("role", "log")
        .attr("aria-live", "off")
        .attr("aria-label", "Messages")
        .attr("tabindex", "0")
        .meet(move |element| body.set(element.clone().dyn_into().ok()))
        .on("scroll", move |_| {
            if has_older.try_get_untracked() == Some(true) && near_the_top() {
                desk.load_older();
            }
        })
        .child(el("ol").class("thread-messages").child(older).child(rows(keys, draw)));
    let foot = el("div").class("thread-foot").child(company(desk, id)).child(composer_form());
    vec![thread_head(), thread_notes(), messages.into_node(), foot.into_node()].into_node()
}

/// Who else is here.
fn company(desk: Desk, id: TicketId) -> Element {
    let item = || el("span").class("thread-presence-item");
    let typists = move || {
        desk.presences.with(|presences| {
            presences
                .typists(id)
                .iter()
                .map(|typist| {
                    let name = if typist.name.is_empty() { "The visitor".to_owned() } else { typist.name.clone() };
                    let verb = if typist.kind == ActorKind::Agent { "is replying" } else { "is writing" };
                    let dots = el("span").class("typing-dots").attr("aria-hidden", "true");
                    let dots = dots.child(el("i")).child(el("i")).child(el("i"));
                    item().child(dots).child(format!("{name} {verb}…"))
                })
                .collect::<Vec<_>>()
        })
    };
    let viewers = move || {
        let names: Vec<String> =
            desk.presences.with(|presences| presences.viewers(id).iter().map(|viewer| viewer.name.clone()).collect());
        (!names.is_empty()).then(|| {
            let verb = if names.len() == 1 { "is viewing" } else { "are viewing" };
            item().child(icon(IconName::Eye)).child(format!("{} {verb}", names.join(", ")))
        })
    };
    el("div").class("thread-presence").child(typists).child(viewers)
}

fn nothing_open() -> Node {
    let note = Note {
        icon: IconName::Chat,
        title: "No conversation selected".to_owned(),
        text: "Choose one on the left, or press J for the first.".to_owned(),
        is_bad: false,
    };
    state_note(note, ())
}

fn not_shown(is_missing: bool, reason: String) -> Node {
    let desk = Desk::here();
    let retry = move || {
        if let Some(id) = desk.address.get_untracked().and_then(|address| address.ticket()) {
            desk.load_thread(id);
        }
    };
    let note = if is_missing {
        Note {
            icon: IconName::Help,
            title: "This ticket does not exist".to_owned(),
            text: "Its link may be mistyped, or it belongs to another desk.".to_owned(),
            is_bad: false,
        }
    } else {
        Note {
            icon: IconName::Alert,
            title: "The conversation could not be loaded".to_owned(),
            text: reason,
            is_bad: true,
        }
    };
    let again = (!is_missing).then(|| {
        el("button").class("button").attr("type", "button").press(retry).child(icon(IconName::Retry)).child("Try again")
    });
    let back = el("button").class("button is-quiet").attr("type", "button").press(move || desk.back_to_list());
    state_note(note, el("div").class("state-actions").child(again).child(back.child("Back to the list")))
}

fn skeleton() -> Node {
    let bar = |class: &'static str| el("div").class(class);
    let message = || {
        el("div").class("message").child(el("span").class("avatar")).child(
            el("div")
                .class("message-card skeleton-lines")
                .child(bar("skeleton-bar is-short"))
                .child(bar("skeleton-bar is-long"))
                .child(bar("skeleton-bar is-middle")),
        )
    };
    el("div")
        .class("thread-body")
        .child(el("div").class("thread-messages skeleton").child((0..3).map(|_| message()).collect::<Vec<_>>()))
        .into_node()
}
