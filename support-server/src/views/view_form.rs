//! The form of a saved view: its name and who sees it.

use leptos::prelude::*;
use support_core::{
    model::{Permission, SettingId, ViewVisibility},
    protocol::{Team, View},
};

use super::shortcuts::modal;
use crate::{
    desk::{Desk, Floating},
    state::Filter,
    ui::{IconName, IntoNode, Node, el, icon, live},
};

/// The form, while it is open.
pub(super) fn view_form() -> Node {
    let desk = Desk::here();
    let open = Memo::new(move |_| match desk.floating.get() {
        Some(Floating::ViewForm(which)) => Some(which),
        _ => None,
    });
    live(move || open.get().map(|which| form(desk, which)))
}

fn form(desk: Desk, which: Option<SettingId>) -> Node {
    let view: Option<View> =
        which.and_then(|id| desk.views.with_untracked(|views| views.iter().find(|view| view.id == id).cloned()));
    let name = RwSignal::new(view.as_ref().map(|view| view.name.clone()).unwrap_or_default());
    // Who sees it, and with `Team` which one.
    let audience =
        RwSignal::new(view.as_ref().map_or((ViewVisibility::Private, None), |view| (view.visibility, view.team)));
    let error = RwSignal::new(None::<String>);
    let is_saving = RwSignal::new(false);
    let failed = move |reason: String| {
        is_saving.set(false);
        error.set(Some(reason));
    };
    let save = move || {
        let name = name.get_untracked().trim().to_owned();
        if name.is_empty() {
            return error.set(Some("A view needs a name.".to_owned()));
        }
        is_saving.set(true);
        match which {
            None => desk.save_view(name, audience.get_untracked(), failed),
            Some(id) => {
                // The wire types have string keys only, so they always serialise.
                let name = serde_json::to_string(&name).unwrap_or_default();
                let (visibility, team) = audience.get_untracked();
                let team = team.map(|team| format!(",\"team\":\"{team}\"")).unwrap_or_default();
                let body = format!("{{\"name\":{name},\"visibility\":\"{visibility}\"{team}}}");
                desk.change_view(id, body, failed);
            }
        }
    };
    let me = desk.me();
    let mut choices = vec![((ViewVisibility::Private, None), "Only I".to_owned())];
    if me.permissions.has(Permission::ViewsShare) {
        let is_known = |team: &Team| team.members.contains(&me.id) || audience.get_untracked().1 == Some(team.id);
        let teams = desk.teams.get_untracked().into_iter().filter(is_known);
        choices.extend(teams.map(|team| ((ViewVisibility::Team, Some(team.id)), format!("The team {}", team.name))));
        choices.push(((ViewVisibility::All, None), "Everybody at the desk".to_owned()));
    }
    let choice = move |(value, label): ((ViewVisibility, Option<SettingId>), String)| {
        el("label")
            .class("choice")
            .child(
                el("input")
                    .attr("type", "radio")
                    .attr("name", "visibility")
                    .prop("checked", move || audience.get() == value)
                    .on("change", move |_| audience.set(value)),
            )
            .child(el("span").attr("dir", "auto").child(label))
    };
    let is_altered = which.is_some() && desk.is_altered();
    let query = desk.filter.with_untracked(Filter::query);
    let take_over = move || {
        if let Some(id) = which {
            let query = serde_json::to_string(&query).unwrap_or_default();
            desk.change_view(id, format!("{{\"query\":{query}}}"), failed);
        }
    };
    let moves = which.map(|id| {
        let step = move |down: bool, label: &'static str| {
            el("button")
                .class("button is-small")
                .attr("type", "button")
                .press(move || desk.move_view(id, down))
                .child(label)
        };
        el("div").class("view-moves").child(step(false, "Move up")).child(step(true, "Move down")).child(
            el("button")
                .class("button is-small is-quiet")
                .attr("type", "button")
                .press(move || desk.delete_view(id))
                .child(icon(IconName::Trash))
                .child("Delete"),
        )
    });
    let body = el("form")
        .class("dialog-body view-form")
        .on("submit", move |event| {
            event.prevent_default();
            save();
        })
        .child(
            el("div")
                .class("field")
                .child(el("label").class("field-label").attr("for", "view-name").child("Name"))
                .child(
                    el("input")
                        .class("input")
                        .attr("id", "view-name")
                        .attr("maxlength", "100")
                        .attr("autocomplete", "off")
                        .attr("autofocus", true)
                        .attr("aria-invalid", move || error.get().map(|_| "true".to_owned()))
                        .attr("aria-describedby", "view-error")
                        .prop("value", move || name.get())
                        .on_input(move |text| name.set(text)),
                )
                .child(
                    el("p")
                        .class("field-error")
                        .attr("id", "view-error")
                        .attr("role", "alert")
                        .child(move || error.get()),
                ),
        )
        .child(
            el("fieldset")
                .class("choices")
                .child(el("legend").class("field-label").child("Who sees it"))
                .child(choices.into_iter().map(choice).collect::<Vec<_>>()),
        )
        .child(is_altered.then(|| {
            el("button")
                .class("button is-small")
                .attr("type", "button")
                .press(take_over)
                .child("Take over the filter of the list")
        }))
        .child(moves)
        .child(
            el("div").class("view-save").child(
                el("button")
                    .class("button is-primary")
                    .attr("type", "submit")
                    .attr("aria-busy", move || is_saving.get().then_some("true"))
                    .child("Save"),
            ),
        );
    modal(if which.is_some() { "View" } else { "Save as view" }, body).into_node()
}
