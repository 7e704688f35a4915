//! SLA policies: how soon people get an answer.

use leptos::prelude::*;
use serde_json::{Map, Value, json};
use support_core::{model::Priority, protocol::SlaPolicy as Wire};

use super::{
    super::office::{Choice, Entries, Form, Input, Kind, Section, Wrong},
    Cell, Known, Need, Resource, Row, SheetForm,
    spans::{minutes, span},
};

/// The promises of a policy: their member, and what they are called.
const PROMISES: [(&str, &str); 3] = [
    ("first_response_minutes", "First response"),
    ("next_response_minutes", "Next response"),
    ("resolution_minutes", "Resolution"),
];

/// The desk's promises.
#[derive(Debug)]
pub struct Policies;

impl Resource for Policies {
    type Wire = Wire;

    const SECTION: Section = Section::Policies;
    const PATH: &'static str = "/sla-policies";
    const ONE: &'static str = "policy";
    const EMPTY: &'static str =
        "Promise how soon people get an answer. Tickets then show what is due, and warn before it is late.";
    const NEEDS: &'static [Need] = &[Need::Calendars];

    fn row(policy: &Wire, known: &Known) -> Row {
        let urgent = policy.targets.of(Priority::Urgent);
        let show = |minutes: Option<u32>| minutes.map_or_else(|| "–".to_owned(), span);
        let clock = policy.calendar.and_then(|id| Known::name(&known.calendars, &id.to_string()).map(str::to_owned));
        Row {
            id: policy.id.to_string(),
            name: policy.name.clone(),
            note: Some(conditions(policy)),
            cells: vec![
                Cell::number("Order", policy.position),
                Cell::new("Hours", clock.unwrap_or_else(|| "Around the clock".to_owned())),
                Cell::new("Urgent: first response", show(urgent.first_response_minutes)),
                Cell::new("Urgent: resolution", show(urgent.resolution_minutes)),
            ],
            farewell: None,
        }
    }

    fn sort(policies: &mut [Wire]) {
        policies.sort_by(|a, b| (a.position, &a.name).cmp(&(b.position, &b.name)));
    }

    fn fresh() -> Entries {
        Entries::default()
            .with("position", 0)
            .with("warn_before_percent", 25)
            .with_check("pause_while_pending", true)
            .with("targets.urgent.first_response_minutes", "30m")
            .with("targets.high.first_response_minutes", "2h")
            .with("targets.medium.first_response_minutes", "4h")
            .with("targets.low.first_response_minutes", "8h")
    }

    fn entries(policy: &Wire) -> Entries {
        let entries = Entries::default()
            .with("name", &policy.name)
            .with("position", policy.position)
            .with("categories", policy.categories.join(", "))
            .with("channels", policy.channels.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            .with("calendar", policy.calendar.map(|id| id.to_string()).unwrap_or_default())
            .with(
                "warn_before_percent",
                policy.warn_before_percent.map(|percent| percent.to_string()).unwrap_or_default(),
            )
            .with("warn_before", policy.warn_before_minutes.map(span).unwrap_or_default())
            .with_check("pause_while_pending", policy.pause_while_pending);
        let entries = policy.priorities.iter().fold(entries, |entries, priority| entries.with("priorities", priority));
        Priority::ALL.iter().fold(entries, |entries, priority| {
            let targets = policy.targets.of(*priority);
            let times = [targets.first_response_minutes, targets.next_response_minutes, targets.resolution_minutes];
            PROMISES.iter().zip(times).fold(entries, |entries, ((name, _), time)| {
                entries.with(&format!("targets.{priority}.{name}"), time.map(span).unwrap_or_default())
            })
        })
    }

    fn body(entries: &Entries, _: bool) -> Result<Value, Wrong> {
        let mut wrong = Wrong::default();
        let mut targets = Map::new();
        for priority in Priority::ALL {
            let mut promises = Map::new();
            for (name, _) in PROMISES {
                let time = duration(
                    entries,
                    &format!("targets.{priority}.{name}"),
                    format!("/targets/{priority}/{name}"),
                    &mut wrong,
                );
                promises.insert(name.to_owned(), time);
            }
            targets.insert(priority.to_string(), promises.into());
        }
        let warn_before = duration(entries, "warn_before", "/warn_before_minutes".to_owned(), &mut wrong);
        let list = |name: &str| {
            entries.one(name).split(',').map(str::trim).filter(|word| !word.is_empty()).collect::<Vec<_>>()
        };
        wrong.or(json!({
            "name": entries.one("name"),
            "position": number(entries.one("position")),
            "priorities": entries.all("priorities").collect::<Vec<_>>(),
            "categories": list("categories"),
            "channels": list("channels"),
            "calendar": entries.some("calendar"),
            "targets": targets,
            "warn_before_percent": entries.some("warn_before_percent").map(number),
            "warn_before_minutes": warn_before,
            "pause_while_pending": entries.is_checked("pause_while_pending"),
        }))
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        let priorities =
            Priority::ALL.iter().rev().map(|priority| Choice::new(priority, priority_word(*priority))).collect();
        let around = std::iter::once(Choice::new("", "Around the clock"));
        let calendars = around.chain(sheet.known.calendars.iter().cloned()).collect();
        let order = Input::new("position", "Order").kind(Kind::Number { min: -1000, max: 1000 });
        let percent = Input::new("warn_before_percent", "Warn when this share of the time is left, in %");
        let before = Input::new("warn_before", "Or when this much is left");
        view! {
            <div class="sheet-pair">
                {form.input(Input::new("name", "Name").required())}
                {form.input(order.hint("Policies are tried from the lowest up; the first that fits holds."))}
            </div>
            {promises(&form)}
            {form.select("calendar", "Business hours", "Only this time counts.", calendars)}
            {form.check("pause_while_pending", "Pause while waiting for the customer", "The time to the resolution stands still while a ticket is pending or snoozed.")}
            <div class="sheet-pair">
                {form.input(percent.kind(Kind::Number { min: 1, max: 99 }))}
                {form.input(before.hint("Such as 30m. Leave one of the two empty."))}
            </div>
            {form.checks("priorities", "Only for these priorities", "None checked: for all.", priorities)}
            <div class="sheet-pair">
                {form.input(Input::new("categories", "Only for these categories").hint("With commas between them. Empty: for all."))}
                {form.input(Input::new("channels", "Only for these channels").hint("Such as chat, email. Empty: for all."))}
            </div>
        }
        .into_any()
    }

    fn farewell(policy: &Wire) -> String {
        format!("Tickets that follow “{}” follow the next policy that fits them, or none.", policy.name)
    }
}

/// The table of promises: a row for each priority.
fn promises(form: &Form<'_>) -> AnyView {
    let row = |priority: &Priority| {
        let word = priority_word(*priority);
        let cells = PROMISES.iter().map(|(name, promise)| {
            let name = format!("targets.{priority}.{name}");
            view! { <td data-label=*promise>{form.bare(&name, &format!("{word}: {promise}"))}</td> }
        });
        view! {
            <tr>
                <th scope="row">{word}</th>
                {cells.collect_view()}
            </tr>
        }
    };
    let rows = Priority::ALL.iter().rev().map(row).collect_view();
    let heads = PROMISES.iter().map(|(_, promise)| view! { <th scope="col">{*promise}</th> }).collect_view();
    let table = view! {
        <table class="table is-form">
            <thead>
                <tr>
                    <th scope="col">"Priority"</th>
                    {heads}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    form.group(
        "targets",
        "Promised",
        "Working time such as 30m, 4h or 1h 30m. Empty: nothing is promised.",
        form.own_error("targets"),
        table.into_any(),
    )
}

fn duration(entries: &Entries, name: &str, pointer: String, wrong: &mut Wrong) -> Value {
    let Some(text) = entries.some(name) else { return Value::Null };
    match minutes(text) {
        Some(minutes) => json!(minutes),
        None => {
            wrong.add(pointer, "write a time such as 30m, 4h or 1h 30m");
            Value::Null
        }
    }
}

/// A whole number, or what was typed: the API says what is wrong with it.
fn number(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}

fn conditions(policy: &Wire) -> String {
    let words = |words: Vec<String>| (!words.is_empty()).then(|| words.join(", "));
    let parts = [
        words(policy.priorities.iter().map(|priority| priority_word(*priority).to_lowercase()).collect()),
        words(policy.categories.clone()),
        words(policy.channels.iter().map(ToString::to_string).collect()),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "Every ticket".to_owned() } else { format!("Only {}", parts.join(" · ")) }
}

/// A priority for people.
#[must_use]
pub const fn priority_word(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "Low",
        Priority::Medium => "Medium",
        Priority::High => "High",
        Priority::Urgent => "Urgent",
    }
}
