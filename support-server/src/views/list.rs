//! The second pane: the tickets of a view. Only the rows near the visible part stand in the document.

use leptos::prelude::*;
use support_core::model::{ConversationId, Permission};
use wasm_bindgen::JsCast;

use super::{bulk::bulk_bar, filters::filter_bar, row::row};
use crate::{
    desk::{Desk, Load, Viewed},
    state::{Address, BuiltIn, TicketList, ViewKey, Window, visible},
    ui::{IconName, IntoNode, Node, Note, el, icon, live, loading_rows, rows, state_note},
};

/// A row's height in `rem`, as `--ticket-row` in the style sheet says.
const ROW_REM: f64 = 5.25;
const ROW_HUNDREDTHS: usize = 525;
/// Rows before the end at which the next page is asked for.
const SPARE: usize = 15;

/// The list.
pub(super) fn list_pane() -> Node {
    let desk = Desk::here();
    let title = move || desk.views.with(|views| desk.view.get().label(views));
    let count = move || {
        // What is counted is the view, not what was made of it.
        if desk.is_altered() || !desk.me().permissions.has(Permission::StatsRead) {
            return None;
        }
        let count = match desk.view.get() {
            ViewKey::BuiltIn(view) => desk.counts.with(|counts| view.count(counts)),
            ViewKey::Saved(id) => desk.view_counts.with(|counts| counts.get(&id).copied()),
        };
        count.map(|count| count.to_string())
    };
    let is_empty = Memo::new(move |_| desk.list.with(|list| list.rows().is_empty()));
    let menu = el("button")
        .class("button is-quiet is-icon back-button")
        .attr("type", "button")
        .attr("aria-label", "Views")
        .press(move || desk.views_shown.set(true))
        .child(icon(IconName::Menu));
    el("section")
        .class("list")
        .attr("aria-label", "Tickets")
        .child(
            el("header")
                .class("list-head")
                .child(menu)
                .child(el("h1").class("list-title").child(title))
                .child(el("span").class("count").child(move || count().unwrap_or_default())),
        )
        .child(filter_bar())
        .child(bulk_bar())
        .child(move || match desk.list_load.get() {
            Load::Loading => body().child(loading_rows(9)).into_node(),
            Load::Failed(lack) => failed(&lack.reason),
            Load::Ready if is_empty.get() => empty(),
            Load::Ready => scrolled_rows(),
        })
        .into_node()
}

fn body() -> crate::ui::Element {
    el("div").class("list-body").attr("id", "list").attr("tabindex", "-1")
}

fn scrolled_rows() -> Node {
    let desk = Desk::here();
    let scroller = RwSignal::new_local(None::<web_sys::HtmlElement>);
    let viewed = RwSignal::new(Viewed { top: 0.0, height: 0.0, row: 0.0 });
    let measure = move || {
        if let Some(body) = scroller.try_get_untracked().flatten() {
            viewed.set(Viewed::measure(&body, ROW_REM));
        }
    };
    let window = Memo::new(move |_| {
        let Viewed { top, height, row } = viewed.get();
        visible(top, height, row, desk.list.with(|list| list.rows().len()))
    });
    let keys = move || {
        let Window { first, end } = window.get();
        desk.list.with(|list| {
            let rows = list.rows().get(first..end).unwrap_or_default();
            rows.iter().map(|ticket| ticket.id.0.as_u128()).collect::<Vec<_>>()
        })
    };
    let above = move || rem(window.get().first);
    let below = move || rem(desk.list.with(|list| list.rows().len()).saturating_sub(window.get().end));
    let has_next = Memo::new(move |_| desk.list.with(|list| list.next().is_some()));

    Effect::new(move |_| {
        // Its first run comes later than the view, which may be gone by then.
        if scroller.try_get().is_some() {
            measure();
        }
    });
    Effect::new(move |_| {
        let resize = window_event_listener(leptos::ev::resize, move |_| measure());
        on_cleanup(move || resize.remove());
    });
    Effect::new(move |_| {
        let Some(window) = window.try_get() else { return };
        let near_the_end = window.end + SPARE >= desk.list.with(|list| list.rows().len());
        if near_the_end && has_next.try_get() == Some(true) && desk.list_more.get() == Load::Ready && desk.is_live.get()
        {
            desk.load_more();
        }
    });
    // The row of the open ticket stays in sight, also when the keyboard has moved on.
    let open = Memo::new(move |_| desk.address.get().and_then(|address| address.ticket()));
    Effect::new(move |_| {
        let place = open.try_get().flatten().and_then(|id| desk.list.with_untracked(|list| list.place(id)));
        if let (Some(place), Some(body)) = (place, scroller.try_get().flatten()) {
            Viewed::measure(&body, ROW_REM).reveal(&body, place);
        }
    });

    // SVG takes a height without a style attribute, which the policy refuses, and does so on the server too.
    let gap = |height: Box<dyn Fn() -> String>| {
        el("svg").class("list-space").attr("width", "1").attr("height", height).attr("aria-hidden", "true").into_node()
    };
    body()
        .meet(move |body| scroller.set(body.clone().dyn_into().ok()))
        .on("scroll", move |_| measure())
        .child(gap(Box::new(above)))
        .child(el("ul").class("list-rows").child(rows(keys, |key| row(ConversationId(uuid::Uuid::from_u128(key))))))
        .child(gap(Box::new(below)))
        .child(live(move || match (desk.list_more.get(), has_next.get()) {
            (Load::Failed(lack), _) => more_failed(lack.reason),
            (_, true) => loading_rows(3),
            (_, false) => Node::default(),
        }))
        .into_node()
}

fn rem(rows: usize) -> String {
    // In hundredths, because formatting fractions would cost the browser 10 KB.
    let hundredths = rows * ROW_HUNDREDTHS;
    format!("{}.{:02}rem", hundredths / 100, hundredths % 100)
}

fn failed(reason: &str) -> Node {
    let desk = Desk::here();
    let note = Note {
        icon: IconName::Alert,
        title: "The tickets could not be loaded".to_owned(),
        text: format!("{reason} Your drafts are safe."),
        is_bad: true,
    };
    let retry = el("button")
        .class("button")
        .attr("type", "button")
        .press(move || desk.load_list(desk.filter.get_untracked()))
        .child(icon(IconName::Retry))
        .child("Try again");
    body().child(state_note(note, retry)).into_node()
}

fn more_failed(reason: String) -> Node {
    let desk = Desk::here();
    let retry = el("button")
        .class("button")
        .attr("type", "button")
        .press(move || {
            desk.list_more.set(Load::Ready);
            desk.load_more();
        })
        .child(icon(IconName::Retry))
        .child("Load more");
    let note = el("div").class("state is-bad").attr("role", "alert");
    note.child(el("p").class("state-text").child(reason)).child(retry).into_node()
}

fn empty() -> Node {
    let desk = Desk::here();
    let view = desk.view.get_untracked();
    let own = desk.views.with_untracked(|views| view.filter(views));
    let is_altered = desk.list.with_untracked(|list| own.as_ref() != Some(TicketList::filter(list)));
    let (title, text) = match view {
        _ if is_altered => ("Nothing matches", "No ticket is as the filter says. Take a part of it away, or all."),
        ViewKey::Saved(_) => ("Nothing here", "No ticket is as this view says."),
        ViewKey::BuiltIn(view) => match view {
            BuiltIn::Mine => ("All caught up", "Nothing is assigned to you. New tickets wait in Unassigned."),
            BuiltIn::Unassigned => ("Everything has its agent", "New tickets appear here by themselves."),
            BuiltIn::Risk => ("Nothing to fear", "No promise to a customer runs out."),
            BuiltIn::Open => ("Nothing is open", "New tickets appear here by themselves."),
            BuiltIn::Snoozed => ("Nothing is snoozed", "What you put aside with H waits here until its time."),
            BuiltIn::Resolved => ("Nothing is resolved yet", "What you resolve is kept here."),
        },
    };
    let note = Note { icon: IconName::Inbox, title: title.to_owned(), text: text.to_owned(), is_bad: false };
    let link =
        |to: ViewKey, text: &'static str| el("a").class("button").attr("href", desk.path(&Address::of(to))).child(text);
    let way_out = if is_altered {
        Some(link(view, "Clear the filter"))
    } else if view == ViewKey::BuiltIn(BuiltIn::Mine) {
        Some(link(ViewKey::BuiltIn(BuiltIn::Unassigned), "See unassigned"))
    } else {
        None
    };
    body().child(state_note(note, way_out)).into_node()
}
