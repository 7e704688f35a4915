//! Team chat: the open conversation, and where one writes into it.

use leptos::prelude::*;
use support_core::{model::ConversationId, protocol::Conversation};

use super::{message::line, thread::Shown};
use crate::{
    desk::{CHAT_COMPOSER, Desk, Floating, Load, MESSAGES, is_mac},
    state::{Address, Aim, Entry, actor_name, chat_title, is_group},
    ui::{Element, IconName, IntoNode, Node, Note, el, icon, live, rows, state_note},
};

/// The pane.
pub(super) fn chat_pane() -> Node {
    let desk = Desk::here();
    let shown = Memo::new(move |_| {
        let open = desk.chats.open.with(|open| open.as_ref().map(|open| open.id));
        match (open, desk.chats.open_load.get()) {
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
            Shown::Thread(id) => conversation(desk, id),
            Shown::Loading => el("div").class("thread-body skeleton").into_node(),
            Shown::Nothing => nothing_open(),
            Shown::Failed { is_missing, reason } => not_shown(desk, is_missing, reason),
        })
        .into_node()
}

fn conversation(desk: Desk, id: ConversationId) -> Node {
    let me = desk.me().id;
    let lines = Memo::new(move |_| -> Vec<Entry> {
        let (clock, unread_from) = (desk.clock.get(), desk.chats.unread_from.get());
        desk.chats.open.with(|open| {
            let open = open.as_ref().filter(|open| open.id == id);
            open.map(|open| open.lines(me, unread_from, clock)).unwrap_or_default()
        })
    });
    let keys = move || lines.with(|lines| lines.iter().map(Entry::key).collect());
    let draw = move |key: u128| {
        let entry = lines.with_untracked(|lines| lines.iter().find(|entry| entry.key() == key).cloned());
        entry.map(line).into_node()
    };
    let has_older =
        Memo::new(move |_| desk.chats.open.with(|open| open.as_ref().is_some_and(|it| it.messages.older().is_some())));
    let older = move || {
        has_older.get().then(|| {
            el("li").class("day-line").child(
                el("button")
                    .class("button is-small")
                    .attr("type", "button")
                    .press(move || desk.load_older_said())
                    .child("Older messages"),
            )
        })
    };
    let messages = el("div")
        .class("thread-body")
        .attr("id", MESSAGES)
        .attr("role", "log")
        .attr("aria-live", "off")
        .attr("aria-label", "Messages")
        .attr("tabindex", "0")
        .child(el("ol").class("thread-messages").child(older).child(rows(keys, draw)));
    let foot = el("div").class("thread-foot").child(composer(desk));
    vec![head(desk), messages.into_node(), foot.into_node()].into_node()
}

fn head(desk: Desk) -> Node {
    let me = desk.me().id;
    let title = move || desk.chat().map(|chat| chat_title(&chat, me));
    let people = move || desk.chat().map(|chat| names(&chat));
    let back = el("a")
        .class("button is-quiet is-icon back-button")
        .attr("href", desk.path(&Address::Chats { chat: None }))
        .attr("aria-label", "Back to the list")
        .child(icon(IconName::Back));
    let actions = live(move || {
        desk.chat().filter(is_group).map(|chat| {
            let button = |drawing: IconName, label: &'static str| {
                el("button")
                    .class("button is-small")
                    .attr("type", "button")
                    .attr("aria-label", label)
                    .child(icon(drawing))
            };
            el("div")
                .class("thread-actions")
                .child(
                    button(IconName::Users, "Title and people")
                        .press(move || desk.floating.set(Some(Floating::ChatForm(Some(chat.id)))))
                        .child(el("span").class("button-name").child("Title and people")),
                )
                .child(
                    button(IconName::SignOut, "Leave")
                        .press(move || desk.leave_chat())
                        .child(el("span").class("button-name").child("Leave")),
                )
        })
    });
    el("header")
        .class("thread-head")
        .child(back)
        .child(
            el("div")
                .class("thread-heading")
                .child(el("h2").class("thread-subject").attr("dir", "auto").child(title))
                .child(el("p").class("thread-facts").child(icon(IconName::Lock)).child(people)),
        )
        .child(actions)
        .into_node()
}

fn names(chat: &Conversation) -> String {
    let names: Vec<&str> = chat.participants.iter().map(|participant| participant.name.as_str()).collect();
    format!("Only {}", names.join(", "))
}

fn composer(desk: Desk) -> Element {
    let chats = desk.chats;
    let aim = move || {
        let aim = chats.aim.get();
        let word = if matches!(aim, Aim::Edit(_)) { "Editing" } else { "Answering" };
        let message = aim.message()?;
        let words = support_core::model::text::preview(&message.body);
        let told = el("span").class("message-quoted").attr("dir", "auto");
        let told = told
            .child(el("strong").child(format!("{word} {}", actor_name(&message.author))))
            .child(format!(" {words}"));
        let close = el("button")
            .class("button is-quiet is-icon is-small")
            .attr("type", "button")
            .attr("aria-label", "Write a message of its own")
            .press(move || desk.drop_chat_aim())
            .child(icon(IconName::Close));
        Some(el("div").class("composer-aim").child(icon(IconName::Reply)).child(told).child(close))
    };
    let told = move || match chats.error.get() {
        Some(reason) => el("span")
            .class("composer-error")
            .attr("role", "alert")
            .child(icon(IconName::Alert))
            .child(format!("Not sent. {reason}")),
        None => {
            let key = |key: &'static str| el("kbd").class("kbd").child(key);
            // The server does not know the keyboard, so both sides begin alike.
            let modifier = if desk.is_live.get() && is_mac() { "⌘" } else { "Ctrl" };
            el("span").class("composer-hint").child(key(modifier)).child(" ").child(key("↵")).child(" to send")
        }
    };
    let text = el("textarea")
        .class("composer-text")
        .attr("id", CHAT_COMPOSER)
        .attr("dir", "auto")
        .attr("placeholder", "Write to your colleagues")
        .attr("aria-invalid", move || chats.error.with(Option::is_some).then_some("true"))
        .attr("aria-describedby", "chat-told")
        .prop("value", move || chats.text.get())
        .on_input(move |text| desk.write_said(text))
        .on_key(move |event| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
                event.prevent_default();
                desk.say();
            }
        });
    let send = el("button")
        .class("button is-primary")
        .attr("type", "submit")
        .attr("aria-busy", move || chats.is_sending.get().then_some("true"))
        .child(icon(IconName::Send))
        .child(move || if chats.aim.with(|aim| matches!(aim, Aim::Edit(_))) { "Save" } else { "Send" });
    el("form")
        .class("composer")
        .attr("aria-label", "Write")
        .on("submit", move |event| {
            event.prevent_default();
            desk.say();
        })
        .child(aim)
        .child(el("label").class("visually-hidden").attr("for", CHAT_COMPOSER).child("Message"))
        .child(text)
        .child(
            el("div")
                .class("composer-foot")
                .child(el("div").class("composer-told").attr("id", "chat-told").child(told))
                .child(send),
        )
}

fn nothing_open() -> Node {
    let note = Note {
        icon: IconName::Chat,
        title: "No conversation selected".to_owned(),
        text: "Choose one on the left, or start a new one.".to_owned(),
        is_bad: false,
    };
    state_note(note, ())
}

fn not_shown(desk: Desk, is_missing: bool, reason: String) -> Node {
    let (drawing, title, text) = if is_missing {
        let text = "Its link may be mistyped, or you take no part in it.".to_owned();
        (IconName::Help, "This conversation does not exist", text)
    } else {
        (IconName::Alert, "The conversation could not be loaded", reason)
    };
    let note = Note { icon: drawing, title: title.to_owned(), text, is_bad: !is_missing };
    let again = (!is_missing).then(|| {
        let retry = move || {
            if let Some(id) = desk.address.get_untracked().and_then(|address| address.chat()) {
                desk.load_chat(id);
            }
        };
        el("button").class("button").attr("type", "button").press(retry).child(icon(IconName::Retry)).child("Try again")
    });
    let back = el("a").class("button is-quiet").attr("href", desk.path(&Address::Chats { chat: None }));
    state_note(note, el("div").class("state-actions").child(again).child(back.child("Back to the list")))
}
