//! Reading: one message, up to one, all; and who has read what.

use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

/// A group with five messages: two of Ana's, one of Ben's, two of Ana's. Its address, and those of its messages.
async fn talk(ana: &Actor, ben: &Actor) -> (String, Vec<String>) {
    let wish = json!({ "kind": "group", "title": "Reading", "participants": [ben.id()] });
    let group = format!("conversations/{}", ana.post("conversations", wish).await.ok()["id"].as_str().unwrap());
    let mut messages = Vec::new();
    for (number, author) in [ana, ana, ben, ana, ana].into_iter().enumerate() {
        let said = author.post(&format!("{group}/messages"), json!({ "body": format!("{number}") })).await.ok();
        messages.push(said["id"].as_str().unwrap().to_owned());
    }
    (group, messages)
}

async fn state(reader: &Actor, group: &str) -> (Value, Vec<bool>) {
    let page = reader.get(&format!("{group}/messages")).await.ok();
    let read = page["data"].as_array().unwrap().iter().map(|message| message["is_read"].as_bool().unwrap()).collect();
    (reader.get(group).await.ok()["unread_count"].clone(), read)
}

on_both! {
    async fn a_single_message_is_read_alone_and_the_rest_up_to_a_point(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let (group, messages) = talk(&ana, &ben).await;
        assert_eq!(state(&ben, &group).await, (json!(4), vec![false, false, true, false, false]), "writing reads nothing");
        assert_eq!(state(&ana, &group).await, (json!(1), vec![true, true, false, true, true]));
        assert_eq!(ben.act(&format!("{group}/messages/{}/read", messages[3])).await.status, 204);
        assert_eq!(state(&ben, &group).await, (json!(3), vec![false, false, true, true, false]));
        assert_eq!(ben.act(&format!("{group}/read-up-to/{}", messages[1])).await.status, 204);
        assert_eq!(state(&ben, &group).await, (json!(1), vec![true, true, true, true, false]));
        let stored = app.contents().await;
        for again in ["read-up-to/0", "read-up-to/1", "messages/3/read", "messages/2/read"] {
            let place = again.chars().find_map(|letter| letter.to_digit(10)).unwrap();
            let address = again.replace(&place.to_string(), &messages[place as usize]);
            assert_eq!(ben.act(&format!("{group}/{address}")).await.status, 204);
        }
        assert_eq!(app.contents().await, stored, "reading twice changes nothing, and a watermark never goes back");
        assert_eq!(ben.act(&format!("{group}/read")).await.status, 204);
        assert_eq!(state(&ben, &group).await, (json!(0), vec![true; 5]));
    }

    async fn ticks_and_receipts_say_who_has_read_and_when(app) {
        let (ana, ben, carl) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Carl").await);
        let (group, _) = talk(&ana, &ben).await;
        ana.post(&format!("{group}/participants"), json!({ "participants": [carl.id()] })).await.ok();
        let last = ana.post(&format!("{group}/messages"), json!({ "body": "Read this" })).await.ok();
        assert_eq!(last["receipts"], json!({ "delivered": false, "read": false }));
        let address = format!("{group}/messages/{}", last["id"].as_str().unwrap());
        let ticks = async || ana.get(&format!("messages/{}", last["id"].as_str().unwrap())).await.ok()["receipts"].clone();
        app.clock.advance(chrono::TimeDelta::seconds(5));
        ben.act(&format!("{address}/read")).await;
        assert_eq!(ticks().await, json!({ "delivered": true, "read": false }), "one of two has");
        app.clock.advance(chrono::TimeDelta::seconds(5));
        carl.act(&format!("{group}/read")).await;
        assert_eq!(ticks().await, json!({ "delivered": true, "read": true }));
        ben.act(&format!("{group}/read")).await;
        let receipts = carl.get(&format!("{address}/receipts")).await.ok();
        let names: Vec<_> = receipts["data"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
        assert_eq!(names, ["Ben", "Carl"], "in the order of their first reading, without the author");
        assert!(receipts["data"][0]["read_at"].as_str() < receipts["data"][1]["read_at"].as_str());
    }

    async fn tickets_are_read_by_the_same_addresses(app) {
        let (visitor, agent, other) = (app.visitor().await, app.agent("Ana").await, app.visitor().await);
        let ticket = visitor.post("tickets", json!({ "initial_message": "One" })).await.ok();
        let id = ticket["id"].as_str().unwrap();
        let conversation = format!("conversations/{id}");
        let second = visitor.post(&format!("{conversation}/messages"), json!({ "body": "Two" })).await.ok();
        let unread = async || agent.get(&format!("tickets/{id}")).await.ok()["unread_by_agent"].clone();
        let first = agent.get(&format!("{conversation}/messages")).await.ok()["data"][0]["id"].clone();
        other.act(&format!("{conversation}/read")).await.refused(404, "not_found");
        other.act(&format!("{conversation}/read-up-to/{}", first.as_str().unwrap())).await.refused(404, "not_found");
        assert_eq!(agent.act(&format!("{conversation}/read-up-to/{}", first.as_str().unwrap())).await.status, 204);
        assert_eq!(unread().await, 1);
        let second = format!("{conversation}/messages/{}", second["id"].as_str().unwrap());
        assert_eq!(agent.act(&format!("{second}/read")).await.status, 204);
        assert_eq!(unread().await, 0);
        let receipts = agent.get(&format!("{second}/receipts")).await.ok();
        assert_eq!(receipts["data"][0]["name"], "Ana");
    }
}
