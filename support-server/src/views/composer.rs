//! Where one writes: to the customer, or unmistakably to the desk alone.

use leptos::prelude::*;
use support_core::{model::Channel, protocol::Message};

use super::files::{file_button, taken, waiting_files};
use crate::{
    desk::{COMPOSER, Desk, is_mac},
    state::{Aim, Mode, Obstacle, actor_name, message_words, person_name},
    ui::{Element, IconName, IntoNode, Node, el, icon},
};

/// The composer.
pub(super) fn composer_form() -> Node {
    let desk = Desk::here();
    let composer = desk.composer;
    let to = Memo::new(move |_| {
        desk.ticket().map(|ticket| {
            let name = person_name(&ticket.requester);
            let is_way = [Channel::CHAT, Channel::EMAIL].contains(&ticket.channel);
            if is_way { format!("To {name} by {}", ticket.channel) } else { format!("To {name}") }
        })
    });
    // Without a script the form posts, and the page comes back with the message in it.
    let action = Memo::new(move |_| desk.ticket().map(|ticket| format!("{}/reply", desk.plain_ticket_path(ticket.id))));
    let last_seen =
        Memo::new(move |_| desk.thread.with(|thread| thread.as_ref().map(|thread| thread.last_seq().to_string())));
    let is_wrong = move || composer.obstacle.with(Option::is_some).then_some("true");
    let notice = move || match composer.obstacle.get() {
        Some(Obstacle::Newer { newer, .. }) => Some(newer_notice(&newer)),
        Some(Obstacle::Failed { .. }) | None => None,
    };
    let hidden = |name: &'static str| el("input").attr("type", "hidden").attr("name", name);
    let head = el("div")
        .class("composer-head")
        .child(
            el("div")
                .class("segments")
                .attr("role", "radiogroup")
                .attr("aria-label", "Who reads it")
                .child(segment(desk, Mode::Reply, IconName::Reply, "Reply"))
                .child(segment(desk, Mode::Note, IconName::Lock, "Note")),
        )
        .child(el("span").class("composer-to when-reply").child(move || to.get()))
        .child(el("span").class("composer-to when-note").child("Only your team sees this"));
    let label = el("label").class("visually-hidden").attr("for", COMPOSER).child(move || match composer.mode.get() {
        Mode::Reply => "Reply to the customer",
        Mode::Note => "Internal note",
    });
    let text = el("textarea")
        .class("composer-text")
        .attr("id", COMPOSER)
        .attr("name", "body")
        .attr("dir", "auto")
        .attr("placeholder", move || match composer.mode.get() {
            Mode::Reply => "Write a reply",
            Mode::Note => "Write a note for your team",
        })
        .attr("aria-invalid", is_wrong)
        .attr("aria-describedby", "composer-told")
        .prop("value", move || composer.text.get())
        .on_input(move |text| desk.written(text))
        .on("paste", move |event| taken(desk, &event))
        .on_key(move |event| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
                event.prevent_default();
                desk.send(event.shift_key() && composer.mode.get_untracked() == Mode::Reply);
            }
        });
    let told = el("div").class("composer-told").attr("id", "composer-told").child(move || told(desk));
    let send =
        el("button").class("button is-primary when-reply").attr("type", "submit").child(icon(IconName::Send)).child(
            move || {
                if composer.aim.with(|aim| matches!(aim, Aim::Edit(_))) {
                    return "Save";
                }
                let is_newer = composer.obstacle.with(|it| matches!(it, Some(Obstacle::Newer { .. })));
                if is_newer { "Send anyway" } else { "Send reply" }
            },
        );
    let note = el("button").class("button is-note when-note").attr("type", "submit");
    let aim = move || {
        let aim = composer.aim.get();
        let word = if matches!(aim, Aim::Edit(_)) { "Editing" } else { "Answering" };
        let message = aim.message()?;
        let who = actor_name(&message.author);
        let words = message_words(message);
        let close = el("button")
            .class("button is-quiet is-icon is-small")
            .attr("type", "button")
            .attr("aria-label", "Write a message of its own")
            .press(move || desk.drop_aim())
            .child(icon(IconName::Close));
        let told = el("span").class("message-quoted").attr("dir", "auto");
        let told = told.child(el("strong").child(format!("{word} {who}"))).child(format!(" {words}"));
        Some(el("div").class("composer-aim").child(icon(IconName::Reply)).child(told).child(close))
    };
    let form = el("form")
        .class("composer")
        .attr("aria-label", "Answer")
        .attr("method", "post")
        .attr("enctype", "multipart/form-data")
        .attr("action", move || action.get())
        .on("submit", move |event| {
            event.prevent_default();
            desk.send(false);
        })
        .on("dragover", move |event| taken(desk, &event))
        .on("drop", move |event| taken(desk, &event))
        .child(hidden("csrf").attr("value", desk.csrf()))
        .child(hidden("last_seen_seq").attr("value", move || last_seen.get()))
        .child(head)
        .child(aim)
        .child(label)
        .child(text)
        .child(waiting_files)
        .child(el("div").class("composer-foot").child(told).child(file_button()).child(send).child(
            note.child(icon(IconName::Lock)).child(move || {
                if composer.aim.with(|aim| matches!(aim, Aim::Edit(_))) { "Save note" } else { "Add note" }
            }),
        ));
    vec![notice.into_node(), form.into_node()].into_node()
}

fn told(desk: Desk) -> Element {
    if let Some(Obstacle::Failed { reason, .. }) = desk.composer.obstacle.get() {
        return el("span")
            .class("composer-error")
            .attr("role", "alert")
            .child(icon(IconName::Alert))
            .child(format!("Not sent. {reason}"));
    }
    let key = |key: &'static str| el("kbd").class("kbd").child(key);
    // The server does not know the keyboard, so both sides begin alike.
    let modifier = if desk.is_live.get() && is_mac() { "⌘" } else { "Ctrl" };
    let resolve = el("span").class("when-reply").child(", with ").child(key("⇧")).child(" also resolve");
    el("span").class("composer-hint").child(key(modifier)).child(" ").child(key("↵")).child(" to send").child(resolve)
}

fn segment(desk: Desk, mode: Mode, drawing: IconName, text: &'static str) -> Element {
    let chosen = desk.composer.mode;
    el("label")
        .class("segment")
        .child(
            el("input")
                .class("visually-hidden")
                .attr("type", "radio")
                .attr("name", "kind")
                .attr("value", mode.as_str())
                .attr("checked", mode == Mode::Reply)
                .prop("checked", move || chosen.get() == mode)
                .on("change", move |_| desk.write_as(mode)),
        )
        .child(icon(drawing))
        .child(text)
}

/// Somebody wrote meanwhile: what it was, before the text goes out.
fn newer_notice(newer: &[Message]) -> Element {
    let who = newer.last().map_or_else(|| "Somebody".to_owned(), |message| actor_name(&message.author));
    let words = newer.last().map(message_words).unwrap_or_default();
    el("div").class("callout is-warn").attr("role", "alert").child(icon(IconName::Alert)).child(
        el("div")
            .child(el("strong").child(format!("Not sent yet: {who} wrote meanwhile.")))
            .child(el("p").attr("dir", "auto").child(format!("“{words}”")))
            .child(el("p").child("Change your text, or send it anyway.")),
    )
}
