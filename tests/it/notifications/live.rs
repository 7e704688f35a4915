//! The badge: a wake-up for whoever was told, and for nobody else.

use serde_json::json;
use support_tests::on_both;

use super::{assign, open, quiet, write};

/// Frames of a feed up to a marker, without those that everybody gets.
fn personal(frames: &[serde_json::Value]) -> Vec<String> {
    let kinds = frames.iter().map(|frame| frame["type"].as_str().unwrap().to_owned());
    kinds.filter(|kind| kind.starts_with("notification.")).collect()
}

on_both! {
    async fn only_those_who_were_told_learn_that_they_were(app) {
        app.run();
        let (ana, ben, admin) = (app.agent("Ana").await, app.agent("Ben").await, app.admin("Ada").await);
        let (customer, visitor) = (app.customer("Cleo").await, app.visitor().await);
        let ticket = open(&customer).await;
        quiet(app).await;
        let mut feeds = Vec::new();
        for actor in [&ben, &ana, &admin, &customer, &visitor] {
            let mut feed = actor.feed("").await;
            feed.expect("ready").await;
            feeds.push(feed);
        }
        assign(&ana, &ticket, &ben).await;
        quiet(app).await;
        ben.act("notifications/read").await.ok();
        // Something that everybody learns of, as a marker of how far each has read.
        write(&ana, &ticket, "To the customer").await;
        let visitors = visitor.post("tickets", json!({ "initial_message": "Me too" })).await.ok();
        ana.post(&format!("tickets/{}/messages", visitors["id"].as_str().unwrap()), json!({ "body": "Yes?" })).await.ok();
        for (place, feed) in feeds.iter_mut().enumerate() {
            let frames = feed.until("message.created").await;
            let expected = if place == 0 { vec!["notification.created", "notification.read"] } else { Vec::new() };
            assert_eq!(personal(&frames), expected, "{place}");
            for frame in frames.iter().filter(|frame| frame["type"].as_str().unwrap().starts_with("notification.")) {
                assert_eq!(frame["data"]["ticket"], json!(null), "what it is about is asked for, with the rights of then");
            }
        }
    }

    async fn wake_ups_are_neither_in_the_audit_nor_for_webhooks(app) {
        app.run();
        let (admin, ana, ben) = (app.admin("Ada").await, app.agent("Ana").await, app.agent("Ben").await);
        let ticket = open(&app.customer("Cleo").await).await;
        assign(&ana, &ticket, &ben).await;
        quiet(app).await;
        ben.act("notifications/read").await.ok();
        let audit = admin.get("audit?limit=100").await.ok();
        assert!(audit["data"].as_array().unwrap().len() > 1 && !audit.to_string().contains("\"notification."), "{audit}");
        assert_eq!(admin.get("audit?action=notification.read").await.ok()["data"], json!([]));
        let hook = json!({ "url": "http://127.0.0.1:9/", "events": ["notification.created"] });
        admin.post("webhooks", hook).await.refused(422, "invalid");
    }
}
