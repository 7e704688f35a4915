//! Webhooks: who is told of events, by which secret, and what becomes of it. Receivers are real ones, on loopback.

mod carry;
mod manage;
mod poison;
mod replay;
mod schedule;

use serde_json::{Value, json};
use support_tests::{actor::Actor, app::TestApp, receiver::Receiver};

/// A webhook for these events; its address in the API, and its secret.
async fn hook(admin: &Actor, url: &str, events: &[&str]) -> (String, String) {
    let made = admin.post("webhooks", json!({ "url": url, "events": events })).await.ok();
    (format!("webhooks/{}", made["id"].as_str().unwrap()), made["secret"].as_str().unwrap().to_owned())
}

async fn open(actor: &Actor, subject: &str) -> String {
    let ticket = actor.post("tickets", json!({ "subject": subject })).await.ok();
    format!("tickets/{}", ticket["id"].as_str().unwrap())
}

async fn heard(app: &TestApp, receiver: &Receiver, count: usize) {
    app.until("requests at the receiver", || async { receiver.heard().len() >= count }).await;
    app.settle().await;
    assert_eq!(receiver.heard().len(), count, "{:#?}", receiver.heard());
}

async fn log(admin: &Actor, path: &str) -> Vec<Value> {
    admin.get(&format!("{path}/deliveries?limit=100")).await.ok()["data"].as_array().unwrap().clone()
}

/// Waits until every delivery of a webhook is in this state.
async fn all_are(app: &TestApp, admin: &Actor, path: &str, state: &'static str) {
    app.until(state, || async { log(admin, path).await.iter().all(|one| one["state"] == state) }).await;
}
