//! Files: who brings them, what becomes of them, who gets them.

mod attach;
mod collect;
mod content;
mod download;
mod limits;
mod upload;

use serde_json::{Value, json};
use support_tests::actor::Actor;

/// A new ticket of a visitor's or customer's: its address.
async fn ticket(by: &Actor) -> String {
    let opened = by.post("tickets", json!({ "initial_message": "Where is order A-42?" })).await.ok();
    format!("tickets/{}", id(&opened))
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// Where a file is.
fn file(id: &str) -> String {
    format!("attachments/{id}")
}
