//! Direct conversations: two agents, and nobody else.

use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

/// A direct conversation that the first started: its address.
async fn direct(one: &Actor, other: &Actor) -> String {
    let started = one.post("conversations", json!({ "kind": "direct", "participants": [other.id()] })).await.ok();
    format!("conversations/{}", started["id"].as_str().unwrap())
}

on_both! {
    async fn two_agents_have_one_direct_conversation_whoever_starts_it(app) {
        let (ana, ben, carl) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Carl").await);
        let wish = |other: &Actor| json!({ "kind": "direct", "participants": [other.id()] });
        let first = ana.post("conversations", wish(&ben)).await;
        assert_eq!(first.status, 201);
        let first = first.ok();
        assert_eq!((&first["kind"], &first["title"], &first["unread_count"]), (&json!("direct"), &json!(""), &json!(0)));
        let names: Vec<_> = first["participants"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
        assert_eq!(names, ["Ana", "Ben"]);
        for (actor, other) in [(&ana, &ben), (&ben, &ana)] {
            let again = actor.post("conversations", wish(other)).await;
            assert_eq!(again.header("idempotent-replayed"), "true");
            assert_eq!(again.ok()["id"], first["id"]);
        }
        let another = ana.post("conversations", wish(&carl)).await.ok();
        assert_ne!(another["id"], first["id"]);
        let of_ben = ben.get("conversations").await.ok();
        assert_eq!(of_ben["data"].as_array().unwrap().len(), 1);
    }

    async fn both_starting_at_once_have_one_conversation(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let (by_ana, by_ben) = tokio::join!(
            ana.post("conversations", json!({ "kind": "direct", "participants": [ben.id()] })),
            ben.post("conversations", json!({ "kind": "direct", "participants": [ana.id()] })),
        );
        assert_eq!(by_ana.ok()["id"], by_ben.ok()["id"]);
        assert_eq!(ana.get("conversations").await.ok()["data"].as_array().unwrap().len(), 1);
    }

    // SEC: A-03
    async fn whoever_takes_no_part_finds_nothing_and_changes_nothing(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let (carl, admin) = (app.agent("Carl").await, app.admin("Ada").await);
        let (visitor, customer) = (app.visitor().await, app.customer("Cleo").await);
        let conversation = direct(&ana, &ben).await;
        let id = conversation.strip_prefix("conversations/").unwrap();
        let thread = format!("{conversation}/messages");
        let said = ana.post(&thread, json!({ "body": "CANARY among us" })).await.ok();
        let message = format!("{thread}/{}", said["id"].as_str().unwrap());
        let alone = format!("messages/{}", said["id"].as_str().unwrap());
        app.storage.number_events().await.unwrap();
        let stored = app.contents().await;
        for outsider in [&carl, &admin] {
            outsider.get(&conversation).await.refused(404, "not_found");
            outsider.patch(&conversation, json!({ "title": "Mine" })).await.refused(404, "not_found");
            let wish = json!({ "participants": [carl.id()] });
            outsider.post(&format!("{conversation}/participants"), wish).await.refused(404, "not_found");
            outsider.delete(&format!("{conversation}/participants/{}", ana.id())).await.refused(404, "not_found");
            outsider.act(&format!("{conversation}/leave")).await.refused(404, "not_found");
            outsider.get(&format!("{message}/receipts")).await.refused(404, "not_found");
            outsider.get(&alone).await.refused(404, "not_found");
            outsider.get(&format!("{alone}/replies")).await.refused(404, "not_found");
        }
        for outsider in [&carl, &admin, &visitor, &customer] {
            outsider.get(&thread).await.refused(404, "not_found");
            outsider.post(&thread, json!({ "body": "Let me in" })).await.refused(404, "not_found");
            outsider.patch(&message, json!({ "body": "x" })).await.refused(404, "not_found");
            outsider.delete(&message).await.refused(404, "not_found");
            outsider.post(&format!("{message}/reactions"), json!({ "sign": "👍" })).await.refused(404, "not_found");
            outsider.get(&format!("{message}/history")).await.refused(404, "not_found");
            outsider.act(&format!("{message}/read")).await.refused(404, "not_found");
            outsider.act(&format!("{conversation}/read")).await.refused(404, "not_found");
            outsider.get(&format!("tickets/{id}")).await.refused(404, "not_found");
            outsider.get(&format!("tickets/{id}/messages")).await.refused(404, "not_found");
            outsider.post(&format!("tickets/{id}/read"), json!({})).await.refused(404, "not_found");
        }
        for list in ["messages", "tickets", "tickets?search=CANARY", "search?q=CANARY", "conversations"] {
            let page = admin.get(list).await;
            assert!(page.status != 200 || !page.text.contains("CANARY"), "{list}: {}", page.text);
        }
        assert!(!admin.get("audit").await.text.contains("CANARY"), "the log says that they talked, not what they said");
        for outsider in [&visitor, &customer] {
            assert_ne!(outsider.get("conversations").await.status, 200);
        }
        customer.post("conversations", json!({ "kind": "direct", "participants": [ana.id()] })).await.refused(403, "forbidden");
        assert_eq!(app.contents().await, stored);
    }

    async fn messages_of_a_ticket_are_not_found_in_a_conversation(app) {
        let (ana, ben, visitor) = (app.agent("Ana").await, app.agent("Ben").await, app.visitor().await);
        let conversation = direct(&ana, &ben).await;
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let theirs = visitor.get(&format!("tickets/{}/messages", ticket["id"].as_str().unwrap())).await.ok();
        let theirs = theirs["data"][0]["id"].clone();
        let wrong = format!("{conversation}/messages/{}", theirs.as_str().unwrap());
        ana.get(&format!("{wrong}/history")).await.refused(404, "not_found");
        ana.post(&format!("{wrong}/reactions"), json!({ "sign": "👍" })).await.refused(404, "not_found");
        ana.act(&format!("{conversation}/read-up-to/{}", theirs.as_str().unwrap())).await.refused(404, "not_found");
        ana.post(&format!("{conversation}/messages"), json!({ "body": "x", "reply_to": theirs })).await.refused(422, "invalid");
    }

    async fn a_direct_conversation_takes_and_loses_nobody(app) {
        let (ana, ben, carl) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Carl").await);
        let conversation = direct(&ana, &ben).await;
        let stored = app.contents().await;
        ana.patch(&conversation, json!({ "title": "Us" })).await.refused(409, "direct");
        ana.post(&format!("{conversation}/participants"), json!({ "participants": [carl.id()] })).await.refused(409, "direct");
        ana.delete(&format!("{conversation}/participants/{}", ben.id())).await.refused(409, "direct");
        ana.act(&format!("{conversation}/leave")).await.refused(409, "direct");
        assert_eq!(app.contents().await, stored);
    }

    async fn what_is_no_direct_conversation_is_refused(app) {
        let (ana, ben, visitor) = (app.agent("Ana").await, app.agent("Ben").await, app.visitor().await);
        let customer = visitor.get("session").await.ok();
        let customer = customer["contact"]["id"].clone();
        let stored = app.contents().await;
        for wrong in [
            json!({ "kind": "direct", "participants": [] }),
            json!({ "kind": "direct", "participants": [ana.id()] }),
            json!({ "kind": "direct", "participants": [customer] }),
            json!({ "kind": "direct", "participants": ["01890000-0000-7000-8000-000000000000"] }),
            json!({ "kind": "direct", "participants": [ben.id()], "title": "Us" }),
            json!({ "kind": "ticket", "participants": [ben.id()] }),
        ] {
            ana.post("conversations", wrong).await.refused(422, "invalid");
        }
        ana.post("conversations", json!({ "kind": "direct", "participants": [ben.id()], "x": 1 })).await.refused(422, "unknown_field");
        assert_eq!(app.contents().await, stored);
    }

    async fn one_message_engine_serves_conversations_too(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let conversation = direct(&ana, &ben).await;
        let thread = format!("{conversation}/messages");
        let message = json!({ "body": "**Hello**", "format": "markdown", "client_id": "m-1" });
        let first = ana.post(&thread, message.clone()).await.ok();
        assert_eq!(first["body_html"], "<p><strong>Hello</strong></p>\n");
        assert_eq!(ana.post(&thread, message).await.ok()["id"], first["id"], "the same client id is the same message");
        ana.post(&thread, json!({ "body": "Other", "client_id": "m-1" })).await.refused(409, "client_id_taken");
        ana.post(&thread, json!({ "body": "x", "is_internal": true })).await.refused(422, "invalid");
        let behind = json!({ "body": "Hi", "last_seen_seq": 0 });
        ben.post(&thread, behind).await.refused(409, "newer_messages");
        let answer = json!({ "body": "Hi", "reply_to": first["id"], "mentions": [ana.id()], "last_seen_seq": 1 });
        let answer = ben.post(&thread, answer).await.ok();
        assert_eq!((&answer["reply_to"], &answer["mentions"]), (&first["id"], &json!([ana.id()])));
        let place = format!("{thread}/{}", first["id"].as_str().unwrap());
        let signed = ben.post(&format!("{place}/reactions"), json!({ "sign": "👍" })).await.ok();
        assert_eq!((&signed["reply_count"], &signed["reactions"][0]["people"]), (&json!(1), &json!([ben.id()])));
        ben.patch(&place, json!({ "body": "Not mine" })).await.refused(403, "forbidden");
        ben.delete(&place).await.refused(403, "forbidden");
        ana.patch(&place, json!({ "body": "Hello *there*" })).await.ok();
        assert_eq!(ben.get(&format!("{place}/history")).await.ok()["data"][0]["body"], "**Hello**");
        assert_eq!(ana.delete(&place).await.status, 204);
        let page = ben.get(&thread).await.ok();
        let bodies: Vec<_> = page["data"].as_array().unwrap().iter().map(|message| message["body"].clone()).collect();
        assert_eq!(bodies, ["", "Hi"]);
        assert_eq!(ben.get(&format!("{place}/history")).await.ok()["data"], json!([]));
        let shown = ana.get(&conversation).await.ok();
        assert_eq!((&shown["preview"], &shown["last_seq"]), (&json!("Hi"), &json!(2)));
        assert_eq!(ben.get(&format!("messages/{}/replies", first["id"].as_str().unwrap())).await.ok()["data"][0]["id"], answer["id"]);
    }

    async fn only_those_who_take_part_hear_of_it(app) {
        app.run();
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let (admin, visitor) = (app.admin("Ada").await, app.visitor().await);
        app.storage.number_events().await.unwrap();
        let mut of_ben = ben.feed("").await;
        let (mut of_admin, mut of_visitor) = (admin.feed("").await, visitor.feed("").await);
        let conversation = direct(&ana, &ben).await;
        ana.post(&format!("{conversation}/messages"), json!({ "body": "CANARY" })).await.ok();
        let heard = of_ben.until("message.created").await;
        let started = heard.iter().find(|frame| frame["type"] == "conversation.created").unwrap();
        assert_eq!(started["data"]["conversation"]["kind"], "direct");
        let said = heard.last().unwrap();
        assert_eq!((&said["data"]["message"]["body"], &said["data"]["message"]["is_read"]), (&json!("CANARY"), &json!(false)));
        assert_eq!((&said["data"]["conversation"]["unread_count"], &said["ticket"]), (&json!(1), &Value::Null));
        // Something that both of them hear ends their waiting.
        visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        for heard in [of_admin.until("ticket.created").await, of_visitor.until("ticket.created").await] {
            let words = format!("{heard:?}");
            assert!(!words.contains("CANARY") && !words.contains("conversation.created"), "{words}");
            assert!(!words.contains(conversation.strip_prefix("conversations/").unwrap()), "{words}");
        }
    }
}
