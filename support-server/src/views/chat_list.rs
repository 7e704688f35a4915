//! Team chat: the conversations that one takes part in.

use leptos::prelude::*;
use support_core::protocol::Conversation;

use super::chat::chat_pane;
use crate::{
    desk::{Desk, Floating, Load},
    state::{Address, chat_title, initials},
    ui::{Element, Form, IconName, IntoNode, Node, Note, el, icon, live, state_note, when},
};

/// The two panes.
pub(super) fn chats_page() -> Node {
    let desk = Desk::here();
    let menu = el("button")
        .class("button is-quiet is-icon back-button")
        .attr("type", "button")
        .attr("aria-label", "Views")
        .press(move || desk.views_shown.set(true))
        .child(icon(IconName::Menu));
    let start = el("button")
        .class("button is-quiet is-icon")
        .attr("type", "button")
        .attr("aria-label", "New conversation")
        .attr("title", "New conversation")
        .press(move || desk.floating.set(Some(Floating::ChatForm(None))))
        .child(icon(IconName::Plus));
    let head = el("header")
        .class("list-head")
        .child(menu)
        .child(el("h1").class("list-title chat-title").child("Team chat"))
        .child(start);
    let body = live(move || match desk.chats.load.get() {
        Load::Loading => el("div")
            .class("skeleton skeleton-lines")
            .attr("aria-busy", "true")
            .child(el("div").class("skeleton-bar is-long"))
            .child(el("div").class("skeleton-bar is-middle"))
            .into_node(),
        Load::Failed(lack) => {
            let note = Note {
                icon: IconName::Alert,
                title: "The conversations could not be loaded".to_owned(),
                text: lack.reason,
                is_bad: true,
            };
            let again = el("button").class("button").attr("type", "button").press(move || desk.load_chats());
            state_note(note, again.child(icon(IconName::Retry)).child("Try again"))
        }
        Load::Ready if desk.chats.rows.with(Vec::is_empty) => empty(desk),
        Load::Ready => {
            let rows = live(move || desk.chats.rows.get().into_iter().map(row).collect::<Vec<_>>());
            el("ul").child(rows).into_node()
        }
    });
    let list = el("section")
        .class("list")
        .attr("id", "list")
        .attr("tabindex", "-1")
        .attr("aria-label", "Conversations")
        .child(head)
        .child(el("div").class("list-body").child(body));
    el("main").class("desk-main").child(list).child(chat_pane()).into_node()
}

fn empty(desk: Desk) -> Node {
    let note = Note {
        icon: IconName::Chat,
        title: "Nobody has said anything yet".to_owned(),
        text: "Write to one colleague or to several. Customers never see it, and neither does anybody else.".to_owned(),
        is_bad: false,
    };
    let start = el("button")
        .class("button is-primary")
        .attr("type", "button")
        .press(move || desk.floating.set(Some(Floating::ChatForm(None))));
    state_note(note, start.child(icon(IconName::Plus)).child("New conversation"))
}

fn row(chat: Conversation) -> Element {
    let desk = Desk::here();
    let id = chat.id;
    let title = chat_title(&chat, desk.me().id);
    let at = chat.last_message_at.unwrap_or(chat.created_at);
    let unread = (chat.unread_count > 0).then(|| {
        let told = if chat.unread_count == 1 {
            "1 unread message".to_owned()
        } else {
            format!("{} unread messages", chat.unread_count)
        };
        el("span")
            .class("chat-count")
            .child(el("span").attr("aria-hidden", "true").child(chat.unread_count.to_string()))
            .child(el("span").class("visually-hidden").child(told))
    });
    let words = if chat.preview.is_empty() { "No messages yet".to_owned() } else { chat.preview };
    el("li").class("chat-row").class_if("is-unread", chat.unread_count > 0).child(
        el("a")
            .class("chat-link")
            .attr("href", desk.path(&Address::Chats { chat: Some(id) }))
            .attr("aria-current", move || {
                (desk.address.get().and_then(|address| address.chat()) == Some(id)).then_some("page")
            })
            .child(el("span").class("avatar is-team").attr("aria-hidden", "true").child(initials(&title)))
            .child(el("span").class("chat-name").attr("dir", "auto").child(title))
            .child(when(at, Form::Ago, "ticket-time"))
            .child(el("span").class("chat-words").attr("dir", "auto").child(words))
            .child(unread),
    )
}
