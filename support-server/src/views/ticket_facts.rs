//! What the desk keeps with a ticket: tags, followers, links to the host's records, its own fields.

use leptos::prelude::*;
use support_core::protocol::Link;

use super::ticket_fields::ticket_fields;
use crate::{
    desk::Desk,
    state::{Change, Level},
    ui::{Element, IconName, IntoNode, Node, el, icon, small_avatar},
};

/// The section of the fourth pane.
pub(super) fn ticket_facts() -> Node {
    let desk = Desk::here();
    vec![tags(desk), followers(desk), links(desk), ticket_fields(desk)].into_node()
}

pub(super) fn section(title: &'static str) -> Element {
    el("section").class("customer-section").child(el("h3").class("customer-section-title").child(title))
}

fn tags(desk: Desk) -> Node {
    let tags = Memo::new(move |_| desk.ticket().map(|ticket| ticket.tags).unwrap_or_default());
    let chip = move |tag: String| {
        let told = format!("Take the tag {tag} away");
        let name = tag.clone();
        el("span").class("chip").attr("dir", "auto").child(tag).child(
            el("button")
                .class("chip-close")
                .attr("type", "button")
                .attr("aria-label", told)
                .press(move || {
                    desk.unmark();
                    desk.toggle_tag(&name);
                })
                .child(icon(IconName::Close)),
        )
    };
    section("Tags")
        .child(
            el("div").class("chips").child(move || tags.get().into_iter().map(chip).collect::<Vec<_>>()).child(
                el("button")
                    .class("button is-small is-quiet")
                    .attr("type", "button")
                    .attr("title", "Tags (L)")
                    .press(move || {
                        desk.unmark();
                        desk.open_palette(Level::Tags);
                    })
                    .child(icon(IconName::Plus))
                    .child("Add tag"),
            ),
        )
        .into_node()
}

fn followers(desk: Desk) -> Node {
    let me = desk.me().id;
    let watchers = Memo::new(move |_| desk.ticket().map(|ticket| ticket.watchers).unwrap_or_default());
    let names = move || {
        desk.team.with(|team| {
            let named = watchers.get().into_iter().filter_map(|id| team.iter().find(|user| user.id == id));
            named
                .map(|user| el("span").class("follower").child(small_avatar(&user.name)).child(user.name.clone()))
                .collect::<Vec<_>>()
        })
    };
    let is_mine = move || watchers.with(|watchers| watchers.contains(&me));
    section("Followers")
        .child(el("div").class("followers").child(names))
        .child(
            el("button")
                .class("button is-small is-quiet")
                .attr("type", "button")
                .attr("title", "Follow (W)")
                .attr("aria-pressed", move || if is_mine() { "true" } else { "false" })
                .press(move || desk.toggle_watch())
                .child(icon(IconName::Eye))
                .child(move || if is_mine() { "Following" } else { "Follow" }),
        )
        .into_node()
}

fn links(desk: Desk) -> Node {
    let links = Memo::new(move |_| desk.ticket().map(|ticket| ticket.links).unwrap_or_default());
    let written = RwSignal::new(String::new());
    let error = RwSignal::new(None::<&'static str>);
    let change = move |links: Vec<Link>| {
        if let Some(ticket) = desk.ticket() {
            desk.change_all(vec![ticket], &Change::Links(links));
        }
    };
    let add = move || {
        let text = written.get_untracked();
        // As the API writes it: order:A-42.
        let Some((kind, id)) = text.trim().split_once(':').filter(|(kind, id)| !kind.is_empty() && !id.is_empty())
        else {
            return error.set(Some("Write the kind, a colon and the number: order:A-42"));
        };
        let link = Link { kind: kind.trim().to_ascii_lowercase(), id: id.trim().to_owned() };
        let mut all = links.get_untracked();
        if !all.contains(&link) {
            all.push(link);
            untrack(|| change(all));
        }
        error.set(None);
        written.set(String::new());
    };
    let line = move |link: Link| {
        let told = format!("Take the link {}:{} away", link.kind, link.id);
        let gone = link.clone();
        el("li")
            .class("link-line")
            .child(el("span").class("link-kind").child(link.kind))
            .child(el("span").class("link-id").attr("dir", "auto").child(link.id))
            .child(
                el("button")
                    .class("chip-close")
                    .attr("type", "button")
                    .attr("aria-label", told)
                    .press(move || {
                        let left = links.get_untracked().into_iter().filter(|link| *link != gone).collect();
                        untrack(|| change(left));
                    })
                    .child(icon(IconName::Close)),
            )
    };
    let form = el("form")
        .class("link-form")
        .on("submit", move |event| {
            event.prevent_default();
            add();
        })
        .child(
            el("input")
                .class("input")
                .attr("type", "text")
                .attr("placeholder", "order:A-42")
                .attr("aria-label", "Link a record")
                .attr("aria-describedby", "link-error")
                .attr("aria-invalid", move || error.get().map(|_| "true"))
                .attr("autocomplete", "off")
                .prop("value", move || written.get())
                .on_input(move |text| written.set(text)),
        )
        .child(
            el("button")
                .class("button is-icon is-small")
                .attr("type", "submit")
                .attr("aria-label", "Add the link")
                .child(icon(IconName::Plus)),
        );
    section("Links")
        .child(move || {
            let links = links.get();
            (!links.is_empty()).then(|| el("ul").child(links.into_iter().map(line).collect::<Vec<_>>()))
        })
        .child(form)
        .child(el("p").class("field-error").attr("id", "link-error").attr("role", "alert").child(move || error.get()))
        .into_node()
}
