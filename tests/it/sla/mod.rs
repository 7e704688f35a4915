//! Service levels: policies, calendars, and what they promise.

mod calendars;
mod policies;
mod promises;
mod timers;

use serde_json::{Value, json};
use support_tests::{actor::Actor, app::TestApp};

/// Round the clock: ten minutes to every response, a hundred to the end, warned when a fifth is left.
fn gold() -> Value {
    let minutes = json!({ "first_response_minutes": 10, "next_response_minutes": 10, "resolution_minutes": 100 });
    json!({
        "name": "Gold", "warn_before_percent": 20, "pause_while_pending": true,
        "targets": { "low": {}, "medium": minutes, "high": minutes, "urgent": minutes },
    })
}

/// A desk with that policy, and the admin who made it.
async fn with_gold(app: &TestApp) -> Actor {
    let admin = app.admin("Ada").await;
    admin.post("sla-policies", gold()).await.ok();
    admin
}

/// What a ticket's timeline says of promises: type, target and deadline, oldest first.
async fn told(actor: &Actor, ticket: &str) -> Vec<(String, String, String)> {
    let events = actor.get(&format!("tickets/{ticket}/events")).await.ok();
    let events = events["data"].as_array().unwrap().clone();
    let text = |event: &Value, name: &str| event["data"][name]["to"].as_str().unwrap().to_owned();
    let promises = events.iter().filter(|event| event["type"].as_str().unwrap().starts_with("sla."));
    let mut told: Vec<_> = promises
        .map(|event| (event["type"].as_str().unwrap().to_owned(), text(event, "target"), text(event, "due_at")))
        .collect();
    told.sort_by(|a, b| (&a.2, &b.0).cmp(&(&b.2, &a.0)));
    told
}

/// A ticket of a customer.
async fn opened(customer: &Actor) -> String {
    let ticket =
        customer.post("tickets", json!({ "subject": "Late", "initial_message": "My order is late" })).await.ok();
    ticket["id"].as_str().unwrap().to_owned()
}
