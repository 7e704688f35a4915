//! Changing and deleting messages, and signs below them.

use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

/// A ticket of the visitor with one message of theirs: its address among tickets and among conversations, and the message's.
async fn open(visitor: &Actor) -> (String, String, String) {
    let ticket = visitor.post("tickets", json!({ "initial_message": "Where is order A-42?" })).await.ok();
    let id = ticket["id"].as_str().unwrap();
    let thread = format!("conversations/{id}/messages");
    let first = visitor.get(&thread).await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    (format!("tickets/{id}"), thread.clone(), format!("{thread}/{first}"))
}

fn id(message: &Value) -> &str {
    message["id"].as_str().unwrap()
}

on_both! {
    async fn an_edited_message_says_so_and_keeps_what_it_said(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let (ticket, thread, message) = open(&visitor).await;
        let edited = visitor.patch(&message, json!({ "body": "Where is order **A-43**?" })).await;
        let edited = edited.ok();
        assert_eq!(edited["body"], "Where is order **A-43**?");
        assert_eq!(edited["body_html"], "<p>Where is order **A-43**?</p>", "plain text has no markup");
        assert_eq!((edited["edited_at"].is_string(), &edited["deleted_at"], &edited["seq"]), (true, &Value::Null, &json!(1)));
        visitor.patch(&message, json!({ "body": "Where is order A-44?" })).await.ok();
        // Of an earlier message the list shows nothing.
        let second = visitor.post(&thread, json!({ "body": "Hello?" })).await.ok();
        visitor.patch(&message, json!({ "body": "Where is order A-45?" })).await.ok();
        assert_eq!(agent.get(&ticket).await.ok()["preview"], "Hello?");
        assert_eq!(visitor.delete(&format!("{thread}/{}", id(&second))).await.status, 204);
        visitor.patch(&message, json!({ "body": "Where is order A-44?" })).await.ok();
        for reader in [&visitor, &agent] {
            let history = reader.get(&format!("{message}/history")).await.ok();
            let said: Vec<_> = history["data"].as_array().unwrap().iter().map(|revision| revision["body"].clone()).collect();
            assert_eq!(said, ["Where is order A-42?", "Where is order **A-43**?", "Where is order A-44?", "Where is order A-45?"]);
        }
        assert_eq!(agent.get(&ticket).await.ok()["preview"], "Where is order A-44?");
        let found = async |words: &str| agent.get(&format!("tickets?search={words}")).await.ok()["data"].as_array().unwrap().len();
        assert_eq!((found("A-44").await, found("A-43").await), (1, 0), "it is found by what it says now");
        let events = agent.get(&format!("events?ticket={}", ticket.strip_prefix("tickets/").unwrap())).await;
        assert!(events.text.contains("message.updated") && !events.text.contains("A-42"), "{}", events.text);
        // The same text again is no change.
        let stored = app.contents().await;
        visitor.patch(&message, json!({ "body": "Where is order A-44?" })).await.ok();
        assert_eq!(app.contents().await, stored);
    }

    async fn only_its_author_edits_a_message(app) {
        let visitor = app.visitor().await;
        let (agent, admin) = (app.agent("Ana").await, app.admin("Ada").await);
        let (_, thread, message) = open(&visitor).await;
        let answer = agent.post(&thread, json!({ "body": "On its way" })).await.ok();
        let answer = format!("{thread}/{}", id(&answer));
        let stored = app.contents().await;
        agent.patch(&message, json!({ "body": "Never mind" })).await.refused(403, "forbidden");
        admin.patch(&message, json!({ "body": "Never mind" })).await.refused(403, "forbidden");
        visitor.patch(&answer, json!({ "body": "You get it for free" })).await.refused(403, "forbidden");
        app.visitor().await.patch(&message, json!({ "body": "Mine now" })).await.refused(404, "not_found");
        visitor.patch(&message, json!({ "body": " " })).await.refused(422, "invalid");
        visitor.patch(&message, json!({ "body": "x", "author": "me" })).await.refused(422, "unknown_field");
        let changed: Vec<_> = stored.iter().zip(&app.contents().await).filter(|(old, new)| old != new).map(|(old, _)| old.0.clone()).collect();
        assert!(changed.iter().all(|table| table.contains("session") || table.contains("people")), "{changed:?}");
    }

    async fn a_deleted_message_leaves_a_mark_and_nothing_else(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let (ticket, thread, first) = open(&visitor).await;
        let second = visitor.post(&thread, json!({ "body": "My card is 4111 1111" })).await.ok();
        let second = format!("{thread}/{}", id(&second));
        visitor.patch(&second, json!({ "body": "My card is 4111 2222" })).await.ok();
        assert_eq!(agent.get(&ticket).await.ok()["unread_by_agent"], 2);
        assert_eq!(visitor.delete(&second).await.status, 204);
        let left = agent.get(&thread).await.ok()["data"][1].clone();
        assert_eq!((&left["body"], &left["body_html"], left["deleted_at"].is_string()), (&json!(""), &json!(""), true));
        let now = agent.get(&ticket).await.ok();
        assert_eq!((&now["unread_by_agent"], &now["preview"]), (&json!(1), &json!("Where is order A-42?")));
        assert_eq!(agent.get(&format!("{second}/history")).await.ok()["data"], json!([]));
        assert_eq!(agent.get("tickets?search=4111").await.ok()["data"], json!([]));
        assert!(!app.contents().await.iter().any(|(_, rows)| format!("{rows:?}").contains("4111")), "no table keeps the text");
        // Again is no error and no change.
        let stored = app.contents().await;
        assert_eq!(visitor.delete(&second).await.status, 204);
        assert_eq!(app.contents().await, stored);
        visitor.patch(&second, json!({ "body": "Back" })).await.refused(409, "deleted");
        visitor.post(&format!("{second}/reactions"), json!({ "sign": "👍" })).await.refused(409, "deleted");
        // Another's message goes by the hand of who may override only.
        agent.delete(&first).await.refused(403, "forbidden");
        assert_eq!(app.admin("Ada").await.delete(&first).await.status, 204);
        let now = agent.get(&ticket).await.ok();
        assert_eq!((&now["unread_by_agent"], &now["preview"]), (&json!(0), &json!("")));
    }

    async fn signs_are_given_once_and_taken_back(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let (_, _, message) = open(&visitor).await;
        let signs = format!("{message}/reactions");
        agent.post(&signs, json!({ "sign": "👍" })).await.ok();
        agent.post(&signs, json!({ "sign": "👍" })).await.ok();
        let both = visitor.post(&signs, json!({ "sign": "👍🏽" })).await.ok();
        assert_eq!(both["reactions"].as_array().unwrap().len(), 2);
        let back = agent.post(&signs, json!({ "sign": "👍", "on": false })).await.ok();
        assert_eq!(back["reactions"], json!([{ "sign": "👍🏽", "people": [visitor_id(&visitor).await] }]));
        assert_eq!(back["edited_at"], Value::Null, "a sign is no other text");
        for wrong in ["", "ok", "<b>", "1", "👍 👍 and words", "👍👍👍👍👍👍👍👍👍👍👍"] {
            agent.post(&signs, json!({ "sign": wrong })).await.refused(422, "invalid");
        }
        for right in ["❤️", "1️⃣", "🏳️‍🌈", "🇩🇪", "©"] {
            agent.post(&signs, json!({ "sign": right })).await.ok();
        }
    }

    async fn what_markdown_makes_is_shown_and_harmless(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let (ticket, thread, _) = open(&visitor).await;
        let body = "**Hello**\n\nLook <script>alert(1)</script> [x](javascript:alert(1)) ![y](https://example.com/pixel.gif)";
        agent.post(&thread, json!({ "body": body, "format": "markdown" })).await.ok();
        for reader in [&visitor, &agent] {
            let message = reader.get(&thread).await.ok()["data"][1].clone();
            assert_eq!(message["body"], body);
            let html = message["body_html"].as_str().unwrap();
            assert!(html.starts_with("<p><strong>Hello</strong></p>"), "{html}");
            assert!(!html.contains("<script") && !html.contains("javascript") && !html.contains("<img"), "{html}");
        }
        assert!(agent.get(&ticket).await.ok()["preview"].as_str().unwrap().starts_with("Hello"), "the list shows the bare words");
        agent.post(&thread, json!({ "body": "x", "format": "html" })).await.refused(422, "invalid");
    }

    async fn a_note_is_edited_and_deleted_out_of_the_customers_sight(app) {
        app.run();
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let (_, thread, _) = open(&visitor).await;
        app.storage.number_events().await.unwrap();
        let note = agent.post(&thread, json!({ "body": "CANARY one", "is_internal": true })).await.ok();
        let note = format!("{thread}/{}", id(&note));
        let mut feed = visitor.feed("").await;
        for method in ["GET", "PATCH", "DELETE"] {
            let reply = match method {
                "GET" => visitor.get(&format!("{note}/history")).await,
                "PATCH" => visitor.patch(&note, json!({ "body": "x" })).await,
                _ => visitor.delete(&note).await,
            };
            reply.refused(404, "not_found");
        }
        visitor.post(&format!("{note}/reactions"), json!({ "sign": "👍" })).await.refused(404, "not_found");
        agent.patch(&note, json!({ "body": "CANARY two" })).await.ok();
        assert_eq!(agent.delete(&note).await.status, 204);
        agent.post(&thread, json!({ "body": "Dear customer" })).await.ok();
        let heard = feed.until("message.created").await;
        assert!(!heard.iter().any(|frame| frame.to_string().contains("CANARY") || frame["type"] == "message.updated"), "{heard:?}");
    }
}

async fn visitor_id(visitor: &Actor) -> String {
    visitor.get("session").await.ok()["contact"]["id"].as_str().unwrap().to_owned()
}
