//! Webhooks: where events are sent.

use leptos::prelude::*;
use serde_json::{Value, json};
use support_core::{model::EventType, protocol::Webhook};

use super::{
    super::{
        chip::chip,
        moment::{Precision, moment},
        office::{Choice, Entries, Input, Section, Wrong},
    },
    Cell, Known, Resource, Row, Secret, SheetForm,
};
use crate::ui::IconName;

/// Addresses of other programs.
#[derive(Debug)]
pub struct Webhooks;

impl Resource for Webhooks {
    type Wire = Webhook;

    const SECTION: Section = Section::Webhooks;
    const PATH: &'static str = "/webhooks";
    const ONE: &'static str = "webhook";
    const EMPTY: &'static str = "Make one to tell another program, such as your shop, what happens here.";

    fn row(webhook: &Webhook, _: &Known) -> Row {
        let last = match webhook.last_success_at {
            Some(at) => moment(at, Precision::Short).into_any(),
            None => "Never".into_any(),
        };
        Row {
            id: webhook.id.to_string(),
            name: title(webhook),
            note: (!webhook.description.is_empty()).then(|| webhook.url.clone()),
            cells: vec![
                Cell::new("State", state(webhook)),
                Cell::number("Events", webhook.events.len()),
                Cell::new("Last delivered", last),
            ],
            farewell: None,
        }
    }

    fn fresh() -> Entries {
        Entries::default().with("events", EventType::TicketCreated).with("events", EventType::MessageCreated)
    }

    fn entries(webhook: &Webhook) -> Entries {
        let entries = Entries::default().with("url", &webhook.url).with("description", &webhook.description);
        webhook.events.iter().fold(entries, |entries, event| entries.with("events", event))
    }

    fn body(entries: &Entries, _: bool) -> Result<Value, Wrong> {
        Ok(json!({
            "url": entries.one("url").trim(),
            "description": entries.one("description"),
            "events": entries.all("events").collect::<Vec<_>>(),
        }))
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        let events = EventType::ALL.iter().filter(|event| event.is_for_webhooks());
        let events = events.map(|event| Choice::new(event, event_words(*event)).with_hint(event.as_str())).collect();
        view! {
            {form.input(Input::new("url", "Address").required().hint("It must start with https:// and be reachable from the internet."))}
            {form.input(Input::new("description", "Description").hint("For you and your colleagues: what is there."))}
            {form.checks("events", "Events", "It is told of these, with the ticket and the message as your team sees them.", events)}
        }
        .into_any()
    }

    fn secret(answer: &Value) -> Option<Secret> {
        Some(Secret {
            title: "Signing secret",
            text: "Give it to the program that receives the events: it checks the header webhook-signature with it, as the Standard Webhooks libraries do.",
            value: answer.get("secret")?.as_str()?.to_owned(),
        })
    }

    fn farewell(webhook: &Webhook) -> String {
        format!("Nothing more is sent to “{}”, not even what waits for it. Its log is no longer shown.", title(webhook))
    }
}

/// What people call it.
pub(super) fn title(webhook: &Webhook) -> String {
    if webhook.description.is_empty() { webhook.url.clone() } else { webhook.description.clone() }
}

pub(super) fn state(webhook: &Webhook) -> AnyView {
    let (class, icon, word) = match (webhook.is_active, webhook.failing_since) {
        (false, _) => ("chip is-bad", IconName::Lock, "Out of service"),
        (true, Some(_)) => ("chip is-warn", IconName::Alert, "Failing"),
        (true, None) => ("chip is-good", IconName::Check, "Works"),
    };
    chip(class, icon, word).into_any()
}

/// An event type for people.
pub(super) const fn event_words(event: EventType) -> &'static str {
    match event {
        EventType::TicketCreated => "A ticket was opened",
        EventType::TicketUpdated => "A ticket changed",
        EventType::TicketAssigned => "A ticket got somebody to look after it",
        EventType::TicketResolved => "A ticket was resolved",
        EventType::TicketClosed => "A ticket was closed",
        EventType::TicketReopened => "A ticket is open again",
        EventType::TicketSnoozed => "A ticket was put aside",
        EventType::TicketMerged => "Tickets were merged",
        EventType::SlaWarning => "An SLA will be broken soon",
        EventType::SlaBreached => "An SLA was broken",
        EventType::SatisfactionSubmitted => "A customer gave a rating",
        EventType::MessageCreated => "A message was written",
        EventType::MessageRead => "A message was read",
        EventType::NoteCreated => "A note was written",
        EventType::ContactUpdated => "A customer's details changed",
        // What is added later is shown by its name until it has words here.
        other => other.as_str(),
    }
}
