//! `Idempotency-Key`.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;
use support_tests::on_both;

on_both! {
    async fn a_repeated_key_gives_the_first_answer_again(app) {
        let agent = app.agent("Ana").await;
        let body = json!({ "subject": "Once", "requester": { "email": "mia@example.com" } });
        let first = agent.post("tickets", body.clone()).header("idempotency-key", "k-1").await;
        assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
        let stored = app.contents().await;
        let second = agent.post("tickets", body.clone()).header("idempotency-key", "k-1").await;
        assert_eq!((second.status, second.header("idempotent-replayed"), &second.body), (201, "true", &first.body));
        assert_eq!(second.header("etag"), first.header("etag"));
        agent.post("tickets", json!({ "subject": "Twice" })).header("idempotency-key", "k-1").await.refused(422, "idempotency_mismatch");
        // The same key on another address is another request.
        let path = format!("tickets/{}", first.body["id"].as_str().unwrap());
        agent.act(&format!("{path}/resolve")).header("idempotency-key", "k-1").await.refused(422, "idempotency_mismatch");
        assert_eq!(app.contents().await, stored);
        // Another caller's key is another key.
        let other = app.agent("Ben").await.post("tickets", body).header("idempotency-key", "k-1").await;
        assert_eq!(other.header("idempotent-replayed"), "");
        assert_ne!(other.ok()["id"], first.body["id"]);
    }

    async fn of_many_requests_with_one_key_one_is_carried_out(app) {
        let visitor = app.visitor().await;
        let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let thread = format!("tickets/{}/messages", opened["id"].as_str().unwrap());
        let posts = (0..16).map(|_| async { visitor.post(&thread, json!({ "body": "Once" })).header("idempotency-key", "k-2").await });
        let ids: BTreeSet<_> = join_all(posts).await.into_iter().map(|reply| reply.ok()["id"].to_string()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(visitor.get(&thread).await.ok()["data"].as_array().unwrap().len(), 2);
    }

    async fn a_refusal_is_not_kept(app) {
        let agent = app.agent("Ana").await;
        agent.post("tickets", json!({ "subject": "" })).header("idempotency-key", "k-3").await.refused(422, "invalid");
        agent.post("tickets", json!({ "subject": "Now" })).header("idempotency-key", "k-3").await.ok();
    }

    async fn a_key_is_refused_where_the_answer_is_a_secret(app) {
        let admin = app.admin("Ada").await;
        let stored = app.contents().await;
        for (path, body) in [
            ("tokens", json!({ "scope": { "contact": admin.id() } })),
            ("events/ticket", json!({})),
            ("auth/login", json!({ "email": "a@b.test", "password": "irrelevant" })),
            ("auth/register", json!({ "email": "a@b.test", "password": "irrelevant" })),
            ("auth/refresh", json!({ "refresh_token": "x" })),
            ("auth/session", json!({ "email": "a@b.test", "password": "irrelevant" })),
        ] {
            let refused = admin.post(path, body).header("idempotency-key", "k-4").await.refused(422, "invalid");
            assert_eq!(refused["errors"][0]["code"], "not_here", "{path}");
        }
        assert_eq!(app.contents().await, stored);
        for bad in ["", &"k".repeat(256)] {
            admin.post("tickets", json!({ "subject": "x" })).header("idempotency-key", bad).await.refused(400, "invalid_header");
        }
    }
}
