//! `tickets/{ticket_id}/messages`.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

async fn open(visitor: &Actor) -> String {
    let ticket = visitor.post("tickets", json!({ "initial_message": "Hello?" })).await.ok();
    format!("tickets/{}", ticket["id"].as_str().unwrap())
}

on_both! {
    async fn a_repeated_client_id_gives_the_first_message_again(app) {
        let visitor = app.visitor().await;
        let thread = open(&visitor).await + "/messages";
        let message = json!({ "body": "Once", "client_id": "c-7" });
        let first = visitor.post(&thread, message.clone()).await;
        assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
        let stored = app.contents().await;
        let second = visitor.post(&thread, message).await;
        assert_eq!((second.status, second.header("idempotent-replayed"), &second.body), (201, "true", &first.body));
        let other = visitor.post(&thread, json!({ "body": "Twice", "client_id": "c-7" })).await;
        other.refused(409, "client_id_taken");
        assert_eq!(app.contents().await, stored);
        // Somebody else's ids are their own.
        let stranger = app.visitor().await;
        let elsewhere = open(&stranger).await + "/messages";
        stranger.post(&elsewhere, json!({ "body": "Once", "client_id": "c-7" })).await.ok();
    }

    async fn of_many_posts_with_one_client_id_one_is_written(app) {
        let visitor = app.visitor().await;
        let thread = open(&visitor).await + "/messages";
        let posts = (0..16).map(|_| async { visitor.post(&thread, json!({ "body": "Once", "client_id": "c-8" })).await });
        let ids: BTreeSet<String> = join_all(posts).await.into_iter().map(|reply| reply.ok()["id"].to_string()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(visitor.get(&thread).await.ok()["data"].as_array().unwrap().len(), 2);
    }

    async fn of_many_openings_with_one_client_id_one_is_made(app) {
        let visitor = app.visitor().await;
        let opening = json!({ "initial_message": "Hello?", "client_id": "open-1" });
        let posts = (0..16).map(|_| async { visitor.post("tickets", opening.clone()).await });
        let ids: BTreeSet<String> = join_all(posts).await.into_iter().map(|reply| reply.ok()["id"].to_string()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(visitor.get("tickets").await.ok()["data"].as_array().unwrap().len(), 1);
        visitor.post("tickets", json!({ "initial_message": "Bye", "client_id": "open-1" })).await.refused(409, "client_id_taken");
    }

    async fn an_opening_is_repeated_even_after_the_desk_renamed_the_ticket(app) {
        let visitor = app.visitor().await;
        let opening = json!({ "initial_message": "Hello?", "client_id": "open-1" });
        let opened = visitor.post("tickets", opening.clone()).await.ok();
        let path = format!("tickets/{}", opened["id"].as_str().unwrap());
        app.agent("Ana").await.patch(&path, json!({ "subject": "Late order" })).await.ok();
        assert_eq!(visitor.post("tickets", opening).await.ok()["id"], opened["id"]);
    }

    async fn concurrent_messages_get_numbers_without_gaps(app) {
        let visitor = app.visitor().await;
        let thread = open(&visitor).await + "/messages";
        let posts = (0..24).map(|number| {
            let (visitor, thread) = (&visitor, &thread);
            async move { visitor.post(thread, json!({ "body": format!("Message {number}") })).await.ok() }
        });
        let mut seqs: Vec<_> = join_all(posts).await.iter().map(|message| message["seq"].as_i64().unwrap()).collect();
        seqs.sort_unstable();
        assert_eq!(seqs, (2..=25).collect::<Vec<_>>());
    }

    async fn a_note_reaches_no_customer_in_any_answer(app) {
        let visitor = app.visitor().await;
        let path = open(&visitor).await;
        let agent = app.agent("Ana").await;
        let note = agent.post(&format!("{path}/messages"), json!({ "body": "CANARY: rude customer", "is_internal": true })).await;
        allow_duplicates! { assert_snapshot!(note.shown(), @r#"
        201
        {
          "attachments": [],
          "author": {
            "id": "[id 1]",
            "kind": "agent",
            "name": "Ana"
          },
          "body": "CANARY: rude customer",
          "body_html": "<p>CANARY: rude customer</p>",
          "channel": "api",
          "client_id": null,
          "conversation_id": "[id 2]",
          "created_at": "2026-03-02T09:00:00Z",
          "deleted_at": null,
          "direction": "outbound",
          "edited_at": null,
          "format": "text",
          "id": "[id 3]",
          "is_internal": true,
          "is_read": true,
          "mentions": [],
          "reactions": [],
          "receipts": {
            "delivered": false,
            "read": false
          },
          "reply_count": 0,
          "reply_to": null,
          "seq": 2
        }
        "#); }
        agent.post(&format!("{path}/messages"), json!({ "body": "Dear customer" })).await.ok();
        let token = agent
            .post("tokens", json!({ "scope": { "ticket": path.strip_prefix("tickets/").unwrap() } }))
            .await
            .ok();
        let portal = app.portal(token["token"].as_str().unwrap()).await;
        for customer in [&visitor, &portal] {
            for address in [path.clone(), format!("{path}?include=messages"), format!("{path}/messages"),
                format!("{path}/messages?after_seq=0"), "tickets".into(), "session".into()]
            {
                let reply = customer.get(&address).await;
                assert_eq!(reply.status, 200, "{address}");
                assert!(!reply.text.contains("CANARY"), "{address}: {}", reply.text);
                assert!(!reply.text.contains("ana@people.test"), "{address}: {}", reply.text);
            }
            let seqs: Vec<_> = customer.get(&format!("{path}/messages")).await.ok()["data"].as_array().unwrap().iter()
                .map(|message| message["seq"].clone()).collect();
            assert_eq!(seqs, [1, 3]);
            let written = customer.post(&format!("{path}/messages"), json!({ "body": "Sneaky", "is_internal": true })).await;
            written.refused(400, "internal_by_customer");
        }
        assert_eq!(agent.get(&path).await.ok()["unread_by_customer"], 1, "a note is nothing to be read by the customer");
    }

    async fn somebody_who_missed_a_message_is_told_before_it_is_too_late(app) {
        let visitor = app.visitor().await;
        let thread = open(&visitor).await + "/messages";
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        ana.post(&thread, json!({ "body": "I take it." })).await.ok();
        let stored = app.contents().await;
        let late = ben.post(&thread, json!({ "body": "I take it.", "last_seen_seq": 1 })).await;
        let newer = late.refused(409, "newer_messages")["newer"].clone();
        assert_eq!((newer.as_array().unwrap().len(), &newer[0]["body"]), (1, &json!("I take it.")));
        assert_eq!(app.contents().await, stored);
        ben.post(&thread, json!({ "body": "Fine.", "last_seen_seq": 2 })).await.ok();
        // One's own message is no news, and a note is none for the customer.
        ben.post(&thread, json!({ "body": "And.", "last_seen_seq": 2 })).await.ok();
        ben.post(&thread, json!({ "body": "Hm.", "is_internal": true })).await.ok();
        visitor.post(&thread, json!({ "body": "Thanks", "last_seen_seq": 4 })).await.ok();
    }

    async fn a_long_thread_is_read_in_both_directions(app) {
        let visitor = app.visitor().await;
        let thread = open(&visitor).await + "/messages";
        for number in 2..=23 {
            visitor.post(&thread, json!({ "body": format!("Message {number}") })).await.ok();
        }
        let seqs = |page: &Value| page["data"].as_array().unwrap().iter().map(|message| message["seq"].as_i64().unwrap()).collect::<Vec<_>>();
        let newest = visitor.get(&format!("{thread}?limit=10")).await;
        assert!(newest.header("link").contains("rel=\"prev\""), "{}", newest.header("link"));
        let newest = newest.ok();
        assert_eq!((seqs(&newest), &newest["next"]), ((14..=23).collect(), &Value::Null));
        let middle = visitor.get(&format!("{thread}?limit=10&cursor={}", newest["previous"].as_str().unwrap())).await.ok();
        assert_eq!(seqs(&middle), (4..=13).collect::<Vec<_>>());
        let oldest = visitor.get(&format!("{thread}?limit=10&cursor={}", middle["previous"].as_str().unwrap())).await.ok();
        assert_eq!((seqs(&oldest), &oldest["previous"]), ((1..=3).collect(), &Value::Null));
        let forward = visitor.get(&format!("{thread}?limit=10&cursor={}", oldest["next"].as_str().unwrap())).await.ok();
        assert_eq!(seqs(&forward), (4..=13).collect::<Vec<_>>());
        let after = visitor.get(&format!("{thread}?after_seq=21")).await.ok();
        assert_eq!(seqs(&after), [22, 23]);
    }

    async fn reading_moves_a_watermark_that_never_goes_back(app) {
        let visitor = app.visitor().await;
        let path = open(&visitor).await;
        let agent = app.agent("Ana").await;
        for number in 2..=5 {
            visitor.post(&format!("{path}/messages"), json!({ "body": format!("Message {number}") })).await.ok();
        }
        assert_eq!(agent.get(&path).await.ok()["unread_by_agent"], 5);
        let read = agent.post(&format!("{path}/read"), json!({ "up_to_seq": 3 })).await.ok();
        assert_eq!(read["unread_by_agent"], 2);
        for (seq, left) in [(1, 2), (-4, 2), (4, 1), (i64::MAX, 0)] {
            let read = agent.post(&format!("{path}/read"), json!({ "up_to_seq": seq })).await.ok();
            assert_eq!(read["unread_by_agent"], left, "{seq}");
        }
        // The customer's side has its own.
        agent.post(&format!("{path}/messages"), json!({ "body": "One", "is_internal": true })).await.ok();
        agent.post(&format!("{path}/messages"), json!({ "body": "Two" })).await.ok();
        agent.post(&format!("{path}/messages"), json!({ "body": "Three" })).await.ok();
        let read = visitor.post(&format!("{path}/read"), json!({ "up_to_seq": 7 })).await.ok();
        assert_eq!((&read["unread_by_customer"], &read["unread_by_agent"]), (&json!(1), &json!(0)));
    }
}
