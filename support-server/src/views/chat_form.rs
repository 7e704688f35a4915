//! Team chat: the form of a new conversation, and of a group's title and people.

use leptos::prelude::*;
use support_core::{
    model::{ConversationId, PersonId},
    protocol::User,
};

use super::shortcuts::modal;
use crate::{
    desk::{Desk, Floating},
    ui::{IntoNode as _, Node, el, live},
};

/// The form, while it is open.
pub(super) fn chat_form() -> Node {
    let desk = Desk::here();
    live(move || match desk.floating.get() {
        Some(Floating::ChatForm(which)) => Some(form(desk, which)),
        _ => None,
    })
}

fn form(desk: Desk, which: Option<ConversationId>) -> Node {
    let me = desk.me().id;
    let chat = which.and_then(|id| desk.chats.rows.with_untracked(|rows| rows.iter().find(|it| it.id == id).cloned()));
    let before = chat.as_ref().map(|chat| chat.title.clone()).unwrap_or_default();
    let is_there = |id: PersonId| chat.as_ref().is_some_and(|chat| chat.participants.iter().any(|it| it.id == id));
    let colleagues: Vec<User> = desk
        .team
        .get_untracked()
        .into_iter()
        .filter(|user| user.is_active && user.id != me && !is_there(user.id))
        .collect();
    let title = RwSignal::new(before.clone());
    let chosen = RwSignal::new(Vec::<PersonId>::new());
    let error = RwSignal::new(None::<String>);
    let is_saving = RwSignal::new(false);
    let failed = move |reason: String| {
        is_saving.set(false);
        error.set(Some(reason));
    };
    let save = move || {
        let (title, people) = (title.get_untracked().trim().to_owned(), chosen.get_untracked());
        if which.is_none() && people.is_empty() {
            return error.set(Some("Choose at least one colleague.".to_owned()));
        }
        is_saving.set(true);
        match which {
            None => desk.start_chat(title, people, failed),
            Some(id) => desk.change_chat(id, (title != before).then_some(title), people, failed),
        }
    };
    let choice = move |user: User| {
        let id = user.id;
        let toggle = move |_| {
            chosen.update(|chosen| {
                if chosen.contains(&id) {
                    chosen.retain(|other| *other != id);
                } else {
                    chosen.push(id);
                }
            });
        };
        el("label")
            .class("choice")
            .child(
                el("input")
                    .attr("type", "checkbox")
                    .prop("checked", move || chosen.with(|chosen| chosen.contains(&id)))
                    .on("change", toggle),
            )
            .child(el("span").attr("dir", "auto").child(user.name))
    };
    let nobody = colleagues.is_empty().then(|| el("p").class("field-hint").child("There is nobody else to choose."));
    let title_field = el("div")
        .class("field")
        .child(el("label").class("field-label").attr("for", "chat-title").child("Title of the group (optional)"))
        .child(
            el("input")
                .class("input")
                .attr("id", "chat-title")
                .attr("maxlength", "255")
                .attr("autocomplete", "off")
                .prop("value", move || title.get())
                .on_input(move |text| title.set(text)),
        );
    let people = el("fieldset")
        .class("choices chat-people")
        .attr("aria-describedby", "chat-error")
        .child(el("legend").class("field-label").child(if which.is_some() { "Take in" } else { "With whom" }))
        .child(nobody)
        .child(colleagues.into_iter().map(choice).collect::<Vec<_>>());
    let body = el("form")
        .class("dialog-body view-form")
        .on("submit", move |event| {
            event.prevent_default();
            save();
        })
        .child(people)
        .child(title_field)
        .child(el("p").class("field-error").attr("id", "chat-error").attr("role", "alert").child(move || error.get()))
        .child(
            el("div").class("view-save").child(
                el("button")
                    .class("button is-primary")
                    .attr("type", "submit")
                    .attr("aria-busy", move || is_saving.get().then_some("true"))
                    .child(if which.is_some() { "Save" } else { "Start" }),
            ),
        );
    modal(if which.is_some() { "Title and people" } else { "New conversation" }, body).into_node()
}
