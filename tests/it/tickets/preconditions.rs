//! `ETag`, `If-Match`, `If-None-Match`, `If-Unmodified-Since`.

use chrono::TimeDelta;
use serde_json::json;
use support_tests::on_both;

on_both! {
    async fn a_stale_change_is_refused_and_changes_nothing(app) {
        let agent = app.agent("Ana").await;
        let opened = app.visitor().await.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let path = format!("tickets/{}", opened["id"].as_str().unwrap());
        let old = agent.get(&path).await.header("etag").to_owned();
        assert!(old.starts_with('"') && old.ends_with('"'), "a strong tag: {old}");
        let changed = agent.patch(&path, json!({ "priority": "low" })).header("if-match", &old).await;
        let new = changed.header("etag").to_owned();
        assert_ne!(old, new);
        assert_eq!(agent.get(&path).await.header("etag"), new);

        let stored = app.contents().await;
        let weak = format!("W/{new}");
        for stale in [old.as_str(), "\"999\"", "\"nonsense\"", weak.as_str()] {
            agent.patch(&path, json!({ "priority": "high" })).header("if-match", stale).await.refused(412, "stale_version");
            for verb in ["resolve", "close", "assign"] {
                agent.act(&format!("{path}/{verb}")).header("if-match", stale).await.refused(412, "stale_version");
            }
        }
        agent.patch(&path, json!({ "priority": "high" })).header("if-match", "nonsense").await.refused(400, "invalid_header");
        assert_eq!(app.contents().await, stored);
        agent.patch(&path, json!({ "priority": "high" })).header("if-match", &format!("{old}, {new}")).await.ok();
        agent.act(&format!("{path}/resolve")).header("if-match", "*").await.ok();
    }

    async fn a_known_version_is_not_sent_again(app) {
        let visitor = app.visitor().await;
        let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let path = format!("tickets/{}", opened["id"].as_str().unwrap());
        let tag = visitor.get(&path).await.header("etag").to_owned();
        let known = visitor.get(&path).header("if-none-match", &tag).await;
        assert_eq!((known.status, known.text.as_str(), known.header("etag")), (304, "", tag.as_str()));
        assert_eq!(visitor.get(&path).header("if-none-match", "\"1\", \"2\"").await.status, 200);
        // Another representation has another tag.
        assert_eq!(visitor.get(&format!("{path}?include=messages")).header("if-none-match", &tag).await.status, 200);
        // A changed name is a changed representation.
        visitor.patch("me", json!({ "name": "Mia" })).await.ok();
        let renamed = visitor.get(&path).header("if-none-match", &tag).await;
        assert_eq!((renamed.status, &renamed.body["requester"]["name"]), (200, &json!("Mia")));
    }

    async fn a_date_stands_for_a_version_too(app) {
        let agent = app.agent("Ana").await;
        let opened = app.visitor().await.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let path = format!("tickets/{}", opened["id"].as_str().unwrap());
        app.clock.advance(TimeDelta::minutes(5));
        let change = |date: &str| agent.patch(&path, json!({ "priority": "low" })).header("if-unmodified-since", date);
        change("Mon, 02 Mar 2026 08:59:59 GMT").await.refused(412, "stale_version");
        change("yesterday").await.refused(400, "invalid_header");
        change("Mon, 02 Mar 2026 09:00:00 GMT").await.ok();
        change("Mon, 02 Mar 2026 09:04:59 GMT").await.refused(412, "stale_version");
    }
}
