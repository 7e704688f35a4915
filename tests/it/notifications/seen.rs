//! The list, its pages, and what was seen.

use serde_json::{Value, json};
use support_tests::{on_both, reply::Reply};

use super::{assign, list, open, quiet, unread, write};

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn pages_follow_one_another_and_belong_to_their_reader(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let ticket = open(&customer).await;
        assign(&ana, &ticket, &ben).await;
        for number in 0..4 {
            write(&customer, &ticket, &format!("Message {number}")).await;
        }
        let all = ids(&json!({ "data": list(app, &ben).await }));
        assert_eq!(all.len(), 5);
        let first: Reply = ben.get("notifications?limit=2").await;
        assert!(first.header("link").contains("rel=\"next\""));
        let first = first.ok();
        assert_eq!((ids(&first), &first["unread"], &first["previous"]), (all[..2].to_vec(), &json!(5), &Value::Null));
        let cursor = first["next"].as_str().unwrap().to_owned();
        let second = ben.get(&format!("notifications?limit=3&cursor={cursor}")).await.ok();
        assert_eq!((ids(&second), &second["next"]), (all[2..].to_vec(), &Value::Null));
        ana.get(&format!("notifications?cursor={cursor}")).await.refused(400, "invalid_cursor");
        ben.get(&format!("notifications?unread=true&cursor={cursor}")).await.refused(400, "invalid_cursor");
        ben.get("notifications?kind=mention").await.refused(400, "invalid_parameter");
        ben.get("notifications?limit=0").await.refused(400, "invalid_parameter");
    }

    async fn what_was_seen_stays_and_is_counted_no_more(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let (first, second) = (open(&customer).await, open(&customer).await);
        for ticket in [&first, &second] {
            assign(&ana, ticket, &ben).await;
            quiet(app).await;
            write(&customer, ticket, "Hello?").await;
            quiet(app).await;
        }
        let all = ids(&json!({ "data": list(app, &ben).await }));
        let one = ben.act(&format!("notifications/{}/read", all[3])).await.ok();
        assert_eq!(one["read_at"], "2026-03-02T09:00:00Z");
        app.clock.advance(chrono::TimeDelta::minutes(1));
        let again = ben.act(&format!("notifications/{}/read", all[3])).await.ok();
        assert_eq!(again, one, "seeing it twice changes nothing");
        assert_eq!(unread(app, &ben).await, 3);
        let left = ben.post("notifications/read", json!({ "ticket": second.strip_prefix("tickets/") })).await.ok();
        assert_eq!(left, json!({ "unread": 1 }));
        let page = ben.get("notifications?unread=true").await.ok();
        assert_eq!(ids(&page), [all[2].clone()]);
        write(&customer, &first, "Still there?").await;
        quiet(app).await;
        assert_eq!(ben.post("notifications/read", json!({ "up_to": all[2] })).await.ok(), json!({ "unread": 1 }));
        assert_eq!(ben.act("notifications/read").await.ok(), json!({ "unread": 0 }));
        assert_eq!(list(app, &ben).await.len(), 5, "what was seen is still there");

        // Nobody sees, or has seen, what somebody else was told.
        ana.act(&format!("notifications/{}/read", all[0])).await.refused(404, "not_found");
        ana.act("notifications/read").await.ok();
        ben.post("notifications/read", json!({ "person": ana.id() })).await.refused(422, "unknown_field");
    }

    async fn a_repeated_key_gives_the_first_answer(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let ticket = open(&customer).await;
        assign(&ana, &ticket, &ben).await;
        quiet(app).await;
        let read = async || ben.act("notifications/read").header("idempotency-key", "k1").await;
        assert_eq!(read().await.ok(), json!({ "unread": 0 }));
        write(&customer, &ticket, "Hello?").await;
        quiet(app).await;
        let again = read().await;
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!((again.ok(), unread(app, &ben).await), (json!({ "unread": 0 }), json!(1)));
    }
}
