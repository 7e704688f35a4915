//! Answers to one message, and people whom a message addresses.

use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

async fn open(visitor: &Actor) -> String {
    let ticket = visitor.post("tickets", json!({ "initial_message": "Two questions" })).await.ok();
    format!("conversations/{}/messages", ticket["id"].as_str().unwrap())
}

fn bodies(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap()).collect()
}

on_both! {
    async fn answers_are_counted_and_listed(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let thread = open(&visitor).await;
        let first = visitor.get(&thread).await.ok()["data"][0]["id"].clone();
        for number in 1..=3 {
            let answer = agent.post(&thread, json!({ "body": format!("Answer {number}"), "reply_to": first })).await.ok();
            assert_eq!(answer["reply_to"], first);
        }
        agent.post(&thread, json!({ "body": "Between us", "reply_to": first, "is_internal": true })).await.ok();
        let message = format!("messages/{}", first.as_str().unwrap());
        assert_eq!(agent.get(&message).await.ok()["reply_count"], 3, "a note is not counted where the customer looks");
        let page = agent.get(&format!("{message}/replies?limit=2")).await.ok();
        assert_eq!(bodies(&page), ["Answer 1", "Answer 2"]);
        let rest = agent.get(&format!("{message}/replies?limit=2&cursor={}", page["next"].as_str().unwrap())).await.ok();
        assert_eq!((bodies(&rest), &rest["next"]), (vec!["Answer 3", "Between us"], &Value::Null));
    }

    async fn an_answer_stays_in_its_conversation_and_shows_no_note(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let (thread, other) = (open(&visitor).await, open(&app.visitor().await).await);
        let elsewhere = agent.get(&other).await.ok()["data"][0]["id"].clone();
        let note = agent.post(&thread, json!({ "body": "Between us", "is_internal": true })).await.ok()["id"].clone();
        let stored = app.contents().await;
        agent.post(&thread, json!({ "body": "x", "reply_to": elsewhere })).await.refused(422, "invalid");
        visitor.post(&thread, json!({ "body": "x", "reply_to": note })).await.refused(422, "invalid");
        agent.post(&thread, json!({ "body": "x", "reply_to": note })).await.refused(422, "invalid");
        assert_eq!(app.contents().await, stored);
        let answer = json!({ "body": "Still between us", "reply_to": note, "is_internal": true });
        agent.post(&thread, answer).await.ok();
        let note = agent.get(&format!("messages/{}", note.as_str().unwrap())).await.ok();
        assert_eq!(note["reply_count"], 1);
    }

    async fn agents_address_agents_and_customers_nobody(app) {
        let visitor = app.visitor().await;
        let (agent, colleague) = (app.agent("Ana").await, app.agent("Ben").await);
        let thread = open(&visitor).await;
        let note = json!({ "body": "@Ben, please look", "is_internal": true, "mentions": [colleague.id(), colleague.id()] });
        assert_eq!(agent.post(&thread, note).await.ok()["mentions"], json!([colleague.id()]));
        let public = agent.post(&thread, json!({ "body": "Ben will look", "mentions": [colleague.id()] })).await.ok();
        assert_eq!(public["mentions"], json!([colleague.id()]));
        assert_eq!(visitor.get(&thread).await.ok()["data"][1]["mentions"], json!([]));
        let customer = visitor.get("session").await.ok()["contact"]["id"].clone();
        let stored = app.contents().await;
        agent.post(&thread, json!({ "body": "x", "mentions": [customer] })).await.refused(422, "invalid");
        visitor.post(&thread, json!({ "body": "x", "mentions": [colleague.id()] })).await.refused(422, "invalid");
        assert_eq!(app.contents().await, stored);
    }
}
