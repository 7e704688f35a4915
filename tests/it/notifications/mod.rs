//! What people of the desk are told of, by which ways, and who never learns of it.

mod live;
mod mail;
mod push;
mod seen;
mod told;
mod wishes;

use serde_json::{Value, json};
use support_core::{
    clock::Clock as _,
    model::{DeliveryRecord, DeliveryState, PersonId, SettingId, TenantId},
    storage::DeliveryFilter,
};
use support_tests::{actor::Actor, app::TestApp};

/// A ticket of a customer; its address in the API.
async fn open(customer: &Actor) -> String {
    let ticket = customer.post("tickets", json!({ "subject": "Late", "initial_message": "My order is late" })).await;
    format!("tickets/{}", ticket.ok()["id"].as_str().unwrap())
}

async fn assign(by: &Actor, ticket: &str, to: &Actor) {
    by.post(&format!("{ticket}/assign"), json!({ "assignee": to.id() })).await.ok();
}

async fn write(by: &Actor, ticket: &str, body: &str) {
    by.post(&format!("{ticket}/messages"), json!({ "body": body })).await.ok();
}

/// Waits until nothing is due in the outbox and nothing under way.
async fn quiet(app: &TestApp) {
    app.until("a quiet outbox", || async {
        let mut tx = app.storage.read().await.unwrap();
        // One look at all of it: what is decided puts more into it.
        let all = tx.list_deliveries(TenantId::DEFAULT, &DeliveryFilter::default(), None, 1_000).await.unwrap();
        let now = app.clock.now();
        let is_busy = |one: &DeliveryRecord| {
            one.state == DeliveryState::Running || one.next_attempt_at.is_some_and(|due| due <= now)
        };
        !all.iter().any(is_busy)
    })
    .await;
}

/// What somebody sees, newest first, once everything is decided.
async fn list(app: &TestApp, actor: &Actor) -> Vec<Value> {
    quiet(app).await;
    actor.get("notifications?limit=100").await.ok()["data"].as_array().unwrap().clone()
}

/// The kinds of what somebody was told, oldest first.
async fn kinds(app: &TestApp, actor: &Actor) -> Vec<String> {
    list(app, actor).await.iter().rev().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
}

async fn unread(app: &TestApp, actor: &Actor) -> Value {
    quiet(app).await;
    actor.get("notifications?limit=1").await.ok()["unread"].clone()
}

/// Only in the dashboard: neither mail nor push, of nothing.
async fn want_only_the_dashboard(actor: &Actor) {
    let shown = json!({ "in_app": true, "mail": false, "push": false });
    let kinds: serde_json::Map<_, _> =
        support_core::model::NotificationKind::ALL.iter().map(|kind| (kind.to_string(), shown.clone())).collect();
    actor.patch("notifications/preferences", json!({ "kinds": kinds })).await.ok();
}

/// Changes what the database says of a person, as another process would.
async fn change(app: &TestApp, person: PersonId, custom_role: Option<SettingId>, is_active: bool) {
    let mut tx = app.storage.write().await.unwrap();
    let mut record = tx.find_person(TenantId::DEFAULT, person).await.unwrap().unwrap();
    (record.custom_role, record.is_active) = (custom_role, is_active);
    tx.update_person(&record).await.unwrap();
    tx.commit().await.unwrap();
    // What a process remembers of people, it remembers for three seconds.
    app.clock.advance(chrono::TimeDelta::seconds(4));
}

/// A role that may not read tickets.
async fn blind_role(admin: &Actor) -> SettingId {
    let role = admin.post("roles", json!({ "name": "Blind", "permissions": ["users:read"] })).await.ok();
    role["id"].as_str().unwrap().parse().unwrap()
}
