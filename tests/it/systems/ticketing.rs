//! ticketing: direct messages, group conversations and ticket threads with read receipts, as its own client calls them.
//!
//! Its `sender_id` is `author.id` here, `content` is `body`.

use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// `message.is_read` of each message, as the source's sample code reads it.
async fn is_read(reader: &Actor, conversation: &str) -> Vec<bool> {
    let page = reader.get(&format!("conversations/{conversation}/messages")).await.ok();
    page["data"].as_array().unwrap().iter().map(|message| message["is_read"].as_bool().unwrap()).collect()
}

on_both! {
    // Promise: "Multi-channel Messaging: Direct messages, group conversations, and ticket-based discussions".
    async fn people_talk_directly_in_groups_and_about_tickets(app) {
        let (ana, ben, carl) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Carl").await);
        let customer = app.customer("Cleo").await;
        let direct = ana.post("conversations", json!({ "kind": "direct", "participants": [ben.id()] })).await.ok();
        let group = json!({ "kind": "group", "title": "Shipping", "participants": [ben.id(), carl.id()] });
        let group = ana.post("conversations", group).await.ok();
        let ticket = customer.post("tickets", json!({ "subject": "Late", "initial_message": "Where is it?" })).await.ok();
        for conversation in [id(&direct), id(&group), id(&ticket)] {
            let path = format!("conversations/{conversation}/messages");
            let said = ana.post(&path, json!({ "body": "I look into it" })).await.ok();
            assert_eq!((&said["conversation_id"], &said["author"]["id"]), (&json!(conversation), &json!(ana.id())));
            assert_eq!(ben.get(&path).await.ok()["data"].as_array().unwrap().last().unwrap()["id"], said["id"]);
        }
        customer.get(&format!("conversations/{}/messages", id(&group))).await.refused(404, "not_found");
        carl.get(&format!("conversations/{}/messages", id(&direct))).await.refused(404, "not_found");
    }

    // Promise: "Threaded Replies: Full support for nested message replies".
    async fn replies_may_be_answered_in_their_turn(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let direct = ana.post("conversations", json!({ "kind": "direct", "participants": [ben.id()] })).await.ok();
        let path = format!("conversations/{}/messages", id(&direct));
        let mut above = ana.post(&path, json!({ "body": "Question" })).await.ok();
        for depth in 1..=3 {
            let author = if depth % 2 == 0 { &ana } else { &ben };
            let reply = author.post(&path, json!({ "body": format!("Reply {depth}"), "reply_to": id(&above) })).await.ok();
            assert_eq!(reply["reply_to"], above["id"]);
            let replies = ana.get(&format!("messages/{}/replies", id(&above))).await.ok();
            assert_eq!(replies["data"][0]["id"], reply["id"]);
            assert_eq!(ana.get(&format!("messages/{}", id(&above))).await.ok()["reply_count"], 1);
            above = reply;
        }
    }

    // Promise: mark a single message, an entire conversation, and messages up to a point as read; `is_read` in every message.
    async fn messages_are_marked_as_read_by_the_three_addresses_of_the_source(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let direct = ana.post("conversations", json!({ "kind": "direct", "participants": [ben.id()] })).await.ok();
        let conversation = id(&direct);
        let mut messages = Vec::new();
        for number in 0..5 {
            let path = format!("conversations/{conversation}/messages");
            messages.push(ana.post(&path, json!({ "body": format!("{number}") })).await.ok());
        }
        assert_eq!(is_read(&ana, conversation).await, [true; 5], "one's own");
        assert_eq!(is_read(&ben, conversation).await, [false; 5]);
        ben.act(&format!("conversations/{conversation}/messages/{}/read", id(&messages[3]))).await;
        assert_eq!(is_read(&ben, conversation).await, [false, false, false, true, false]);
        ben.act(&format!("conversations/{conversation}/read-up-to/{}", id(&messages[1]))).await;
        assert_eq!(is_read(&ben, conversation).await, [true, true, false, true, false]);
        ben.act(&format!("conversations/{conversation}/read")).await;
        assert_eq!(is_read(&ben, conversation).await, [true; 5]);
        assert_eq!(ben.get(&format!("conversations/{conversation}")).await.ok()["unread_count"], 0);
    }

    // Promise: "WhatsApp-like read receipts with per-user message tracking".
    async fn every_reader_is_tracked_with_the_time(app) {
        let (ana, ben, carl) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Carl").await);
        let group = json!({ "kind": "group", "participants": [ben.id(), carl.id()] });
        let group = ana.post("conversations", group).await.ok();
        let said = ana.post(&format!("conversations/{}/messages", id(&group)), json!({ "body": "Hello" })).await.ok();
        let message = format!("conversations/{}/messages/{}", id(&group), id(&said));
        assert_eq!(ana.get(&format!("{message}/receipts")).await.ok()["data"], json!([]));
        ben.act(&format!("{message}/read")).await;
        let receipts = ana.get(&format!("{message}/receipts")).await.ok();
        assert_eq!((&receipts["data"][0]["id"], receipts["data"].as_array().unwrap().len()), (&json!(ben.id()), 1));
        assert!(receipts["data"][0]["read_at"].is_string());
        assert_eq!((is_read(&ben, id(&group)).await, is_read(&carl, id(&group)).await), (vec![true], vec![false]));
    }

    // Promise: "Real-time Notifications: … WebSocket"; the other channel, webhooks, is in `webhooks/`.
    async fn whoever_takes_part_hears_of_it_at_once(app) {
        app.run();
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let direct = ana.post("conversations", json!({ "kind": "direct", "participants": [ben.id()] })).await.ok();
        app.storage.number_events().await.unwrap();
        let mut feed = ben.feed("").await;
        ana.post(&format!("conversations/{}/messages", id(&direct)), json!({ "body": "Hello" })).await.ok();
        let heard = feed.until("message.created").await.pop().unwrap();
        assert_eq!(heard["data"]["message"]["body"], "Hello");
        let mut feed = ana.feed("").await;
        ben.act(&format!("conversations/{}/read", id(&direct))).await;
        let heard = feed.until("message.read").await.pop().unwrap();
        assert_eq!((&heard["data"]["actor"]["id"], &heard["data"]["up_to_seq"]), (&json!(ben.id()), &json!(1)));
    }
}
