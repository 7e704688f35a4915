//! The filter of the list: a search field, what is chosen as chips, and a panel to choose from. All of it stands in the URL.

use leptos::prelude::*;
use support_core::model::{Priority, Status};

use crate::{
    desk::{Desk, Floating, SEARCH, focus, when_pressed_outside},
    state::{
        Filter,
        filter::{ORDERINGS, day_of, day_start, name},
        status_word,
    },
    ui::{Element, IconName, IntoNode, Node, el, icon, priority_word},
};

/// Channels that are built in; others come by their own links.
const CHANNELS: [(&str, &str); 7] = [
    ("chat", "Chat"),
    ("email", "Email"),
    ("phone", "Phone"),
    ("portal", "Portal"),
    ("api", "API"),
    ("slack", "Slack"),
    ("whatsapp", "WhatsApp"),
];

/// Search field, order, and the chips of what is chosen.
pub(super) fn filter_bar() -> Node {
    let desk = Desk::here();
    let is_open = RwSignal::new(false);
    let order = el("select")
        .class("list-order")
        .attr("aria-label", "Order")
        .attr("title", "Order")
        .child(
            ORDERINGS
                .map(|(value, label)| el("option").attr("value", value).child(label))
                .into_iter()
                .collect::<Vec<_>>(),
        )
        .prop("value", move || desk.filter.with(|filter| filter.ordering().to_owned()))
        .on("change", move |event| {
            let order = event_target_value(&event);
            desk.filter_by(desk.filter.with_untracked(|filter| filter.with(name::ORDERING, &order)));
        });
    el("div")
        .class("list-filter")
        .child(
            el("div")
                .class("list-tools")
                .child(search_field())
                .child(
                    el("div")
                        .class("anchor")
                        .attr("id", "filter-anchor")
                        .child(
                            el("button")
                                .class("button is-quiet is-icon")
                                .attr("type", "button")
                                .attr("id", "filter")
                                .attr("aria-label", "Filter")
                                .attr("title", "Filter")
                                .attr("aria-haspopup", "dialog")
                                .attr("aria-expanded", move || if is_open.get() { "true" } else { "false" })
                                .press(move || is_open.update(|open| *open = !*open))
                                .child(icon(IconName::Filter)),
                        )
                        .child(move || is_open.get().then(|| panel(is_open))),
                )
                .child(el("span").class("button is-quiet is-icon list-sort").child(icon(IconName::Sort)).child(order)),
        )
        .child(move || chips(desk))
        .into_node()
}

fn search_field() -> Element {
    let desk = Desk::here();
    let written = RwSignal::new(String::new());
    Effect::new(move |_| {
        written.set(desk.filter.with(|filter| filter.get(name::SEARCH).unwrap_or_default().to_owned()));
    });
    let search = move || {
        let words = written.get_untracked();
        desk.filter_by(desk.filter.with_untracked(|filter| filter.with(name::SEARCH, words.trim())));
    };
    let field = el("input")
        .class("input")
        .attr("id", SEARCH)
        .attr("type", "search")
        .attr("placeholder", "Search")
        .attr("autocomplete", "off")
        .attr("enterkeyhint", "search")
        .attr("aria-describedby", "search-hint")
        .prop("value", move || written.get())
        .on_input(move |text| {
            let is_emptied = text.is_empty();
            written.set(text);
            if is_emptied {
                search();
            }
        })
        .on_key(move |event| {
            if event.key() == "Enter" && !event.is_composing() {
                event.prevent_default();
                search();
                focus("list");
            }
        });
    let hint = el("p").class("search-hint").attr("id", "search-hint").child(
        [
            ("from:", "a customer"),
            ("assignee:", "me, none, a name"),
            ("tag:", ""),
            ("is:", "unread, overdue"),
            ("before:", "a day"),
            ("after:", ""),
        ]
        .into_iter()
        .map(|(operator, what)| {
            el("span").child(el("code").child(operator)).child((!what.is_empty()).then(|| what.to_owned()))
        })
        .collect::<Vec<_>>(),
    );
    el("div")
        .class("list-search")
        .child(
            el("label")
                .class("search")
                .child(el("span").class("visually-hidden").child("Search tickets"))
                .child(icon(IconName::Search))
                .child(field),
        )
        .child(hint)
}

/// A chip for each part, which takes it away; then what else can be done with the list as it is.
fn chips(desk: Desk) -> Option<Node> {
    if !desk.is_altered() {
        return None;
    }
    let filter = desk.filter.get();
    let told = described(desk, &filter);
    let chip = |(label, without): (String, Filter)| {
        el("button")
            .class("chip filter-chip")
            .attr("type", "button")
            .attr("title", "Take away")
            .press(move || desk.filter_by(without.clone()))
            .child(label)
            .child(icon(IconName::Close))
    };
    let link = |text: &'static str| el("button").class("button is-quiet is-small").attr("type", "button").child(text);
    let node = el("div")
        .class("filter-chips")
        .attr("role", "group")
        .attr("aria-label", "Filter")
        .child(told.into_iter().map(chip).collect::<Vec<_>>())
        .child(link("Save as view").press(move || desk.floating.set(Some(Floating::ViewForm(None)))))
        .child(link("Clear").press(move || desk.go(&crate::state::Address::of(desk.view.get_untracked()))));
    Some(node.into_node())
}

/// The parts in words, each with the filter that is left without it.
fn described(desk: Desk, filter: &Filter) -> Vec<(String, Filter)> {
    let mut parts = Vec::new();
    let mut part = |label: String, names: &[&str]| {
        let without = names.iter().fold(filter.clone(), |filter, name| filter.with(name, ""));
        parts.push((label, without));
    };
    let joined =
        |name: &str, word: &dyn Fn(&str) -> String| filter.values(name).map(word).collect::<Vec<_>>().join(", ");
    if filter.get(name::STATUS).is_some() {
        let word =
            |value: &str| value.parse().map_or_else(|_| value.to_owned(), |status| status_word(status).to_owned());
        part(joined(name::STATUS, &word), &[name::STATUS]);
    }
    if let Some(who) = filter.get(name::ASSIGNED_TO) {
        let label = match who {
            "me" => "Mine".to_owned(),
            "none" => "Unassigned".to_owned(),
            id => desk.team.with(|team| {
                let user = team.iter().find(|user| user.id.to_string() == id);
                user.map_or_else(|| "Somebody else".to_owned(), |user| user.name.clone())
            }),
        };
        part(label, &[name::ASSIGNED_TO]);
    }
    if filter.get(name::PRIORITY).is_some() {
        let word = |value: &str| value.parse().map_or_else(|_| value.to_owned(), |it| priority_word(it).to_owned());
        part(joined(name::PRIORITY, &word), &[name::PRIORITY]);
    }
    let plain = |value: &str| value.to_owned();
    for (known, label) in
        [(name::TAG, "Tag"), (name::CHANNEL, "Channel"), (name::CATEGORY, "Category"), (name::LINK, "Link")]
    {
        if filter.get(known).is_some() {
            part(format!("{label}: {}", joined(known, &plain)), &[known]);
        }
    }
    for (known, label) in [(name::OVERDUE, "Overdue"), (name::UNREAD, "Unread")] {
        if let Some(value) = filter.get(known) {
            part(if value == "true" { label.to_owned() } else { format!("Not {label}").to_lowercase() }, &[known]);
        }
    }
    if filter.get(name::REQUESTER).is_some() {
        part("One customer".to_owned(), &[name::REQUESTER]);
    }
    for (after, before, label) in [
        (name::CREATED_AFTER, name::CREATED_BEFORE, "Opened"),
        (name::ACTIVE_AFTER, name::ACTIVE_BEFORE, "Last message"),
    ] {
        let label = match (filter.get(after), filter.get(before)) {
            (Some(from), Some(to)) => format!("{label} {} to {}", day_of(from), day_of(to)),
            (Some(from), None) => format!("{label} since {}", day_of(from)),
            (None, Some(to)) => format!("{label} before {}", day_of(to)),
            (None, None) => continue,
        };
        part(label, &[after, before]);
    }
    if let Some(words) = filter.get(name::SEARCH) {
        part(format!("“{words}”"), &[name::SEARCH]);
    }
    parts
}

/// All there is to choose from. Each choice takes effect at once.
fn panel(is_open: RwSignal<bool>) -> Node {
    let desk = Desk::here();
    when_pressed_outside(move || document().get_element_by_id("filter-anchor"), move || is_open.set(false));
    let close = move || {
        is_open.set(false);
        focus("filter");
    };
    let set = move |known: &'static str, value: String| {
        desk.filter_by(desk.filter.with_untracked(|filter| filter.with(known, &value)));
    };
    let toggles = move |title: &'static str, known: &'static str, choices: Vec<(String, String)>| {
        let choice = move |(value, label): (String, String)| {
            let of = value.clone();
            let is_chosen = move || desk.filter.with(|filter| filter.values(known).any(|chosen| chosen == of));
            el("button")
                .class("filter-choice")
                .attr("type", "button")
                .attr("aria-pressed", move || if is_chosen() { "true" } else { "false" })
                .press(move || desk.filter_by(desk.filter.with_untracked(|filter| filter.toggled(known, &value))))
                .child(label)
        };
        group(title).child(el("div").class("filter-choices").child(choices.into_iter().map(choice).collect::<Vec<_>>()))
    };
    let owned =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    let statuses = Status::ALL.iter().map(|it| (it.as_str().to_owned(), status_word(*it).to_owned())).collect();
    let priorities = Priority::ALL
        .iter()
        .rev()
        .map(|it| (it.as_str().to_owned(), priority_word(*it).trim_end_matches(" priority").to_owned()))
        .collect();
    let tags: Vec<_> = desk.tags.with(|tags| tags.iter().map(|tag| (tag.name.clone(), tag.name.clone())).collect());
    let people = desk.team.with(|team| {
        let active = team.iter().filter(|user| user.is_active);
        let named = active.map(|user| (user.id.to_string(), user.name.clone()));
        [("", "Anybody"), ("me", "Me"), ("none", "Nobody")]
            .into_iter()
            .map(|(value, label)| (value.to_owned(), label.to_owned()))
            .chain(named)
            .map(|(value, label)| el("option").attr("value", value).child(label))
            .collect::<Vec<_>>()
    });
    let day = move |known: &'static str, label: &'static str| {
        el("label").class("filter-day").child(el("span").child(label)).child(
            el("input")
                .class("input")
                .attr("type", "date")
                .prop("value", move || {
                    desk.filter.with(|filter| filter.get(known).map(day_of).unwrap_or_default().to_owned())
                })
                .on("change", move |event| set(known, day_start(&event_target_value(&event)))),
        )
    };
    el("div")
        .class("popover is-start filter-panel")
        .attr("role", "dialog")
        .attr("aria-label", "Filter")
        .on_key(move |event| {
            if event.key() == "Escape" {
                event.prevent_default();
                close();
            }
        })
        .child(toggles("Status", name::STATUS, statuses))
        .child(toggles("Priority", name::PRIORITY, priorities))
        .child(
            group("Assigned to").child(
                el("select")
                    .class("input")
                    .attr("aria-label", "Assigned to")
                    .child(people)
                    .prop("value", move || {
                        desk.filter.with(|filter| filter.get(name::ASSIGNED_TO).unwrap_or_default().to_owned())
                    })
                    .on("change", move |event| set(name::ASSIGNED_TO, event_target_value(&event))),
            ),
        )
        .child(
            group("Only").child(
                el("div").class("filter-choices").child(
                    [(name::UNREAD, "Unread"), (name::OVERDUE, "Overdue")]
                        .into_iter()
                        .map(|(known, label)| {
                            let is_chosen = move || desk.filter.with(|filter| filter.get(known) == Some("true"));
                            el("button")
                                .class("filter-choice")
                                .attr("type", "button")
                                .attr("aria-pressed", move || if is_chosen() { "true" } else { "false" })
                                .press(move || {
                                    let value = if is_chosen() { "" } else { "true" };
                                    set(known, value.to_owned());
                                })
                                .child(label)
                        })
                        .collect::<Vec<_>>(),
                ),
            ),
        )
        .child((!tags.is_empty()).then(|| toggles("Tags", name::TAG, tags)))
        .child(toggles("Channel", name::CHANNEL, owned(&CHANNELS)))
        .child(
            group("Category").child(
                el("input")
                    .class("input")
                    .attr("type", "text")
                    .attr("aria-label", "Category")
                    .prop("value", move || {
                        desk.filter.with(|filter| filter.get(name::CATEGORY).unwrap_or_default().to_owned())
                    })
                    .on("change", move |event| set(name::CATEGORY, event_target_value(&event))),
            ),
        )
        .child(
            group("Opened").child(
                el("div")
                    .class("filter-days")
                    .child(day(name::CREATED_AFTER, "From"))
                    .child(day(name::CREATED_BEFORE, "Before")),
            ),
        )
        .child(
            group("Last message").child(
                el("div")
                    .class("filter-days")
                    .child(day(name::ACTIVE_AFTER, "From"))
                    .child(day(name::ACTIVE_BEFORE, "Before")),
            ),
        )
        .child(
            el("div").class("filter-done").child(
                el("button")
                    .class("button is-small")
                    .attr("type", "button")
                    .press(close)
                    .child(icon(IconName::Check))
                    .child("Done"),
            ),
        )
        .into_node()
}

fn group(title: &'static str) -> Element {
    el("section").class("filter-group").child(el("h3").class("filter-title").child(title))
}
