//! `tickets/stats`, and `messages` and `events` over all tickets.

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_tests::on_both;

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

on_both! {
    async fn the_statistics_count_what_happened(app) {
        let ben = app.agent("Ben").await;
        let ben_id = ben.get("auth/me").await.ok()["id"].clone();
        let customer = app.customer("Cleo").await;
        let mut tickets = Vec::new();
        for number in 0..3 {
            tickets.push(customer.post("tickets", json!({ "subject": format!("Late {number}"), "initial_message": "Where is it?" })).await.ok());
        }
        app.clock.advance(TimeDelta::minutes(10));
        ben.post(&format!("tickets/{}/messages", id(&tickets[0])), json!({ "body": "On its way" })).await.ok();
        app.clock.advance(TimeDelta::minutes(20));
        ben.post(&format!("tickets/{}/messages", id(&tickets[1])), json!({ "body": "Lost" })).await.ok();
        ben.post(&format!("tickets/{}/messages", id(&tickets[1])), json!({ "body": "Found" })).await.ok();
        ben.post(&format!("tickets/{}/assign", id(&tickets[0])), json!({ "assignee": ben_id })).await.ok();
        ben.patch(&format!("tickets/{}", id(&tickets[0])), json!({ "priority": "urgent" })).await.ok();
        ben.act(&format!("tickets/{}/resolve", id(&tickets[1]))).await.ok();
        ben.act(&format!("tickets/{}/resolve", id(&tickets[2]))).await.ok();
        ben.act(&format!("tickets/{}/reopen", id(&tickets[2]))).await.ok();
        let stats = ben.get("tickets/stats").await.ok();
        assert_eq!(stats["by_status"], json!({ "open": 2, "pending": 0, "snoozed": 0, "resolved": 1, "closed": 0 }));
        assert_eq!(stats["by_priority"], json!({ "low": 0, "medium": 2, "high": 0, "urgent": 1 }));
        assert_eq!(stats["by_channel"], json!({ "api": 3 }));
        assert_eq!(stats["by_assignee"], json!([{ "id": ben_id, "name": "Ben", "count": 1 }]));
        assert_eq!([&stats["mine"], &stats["unassigned"], &stats["open"], &stats["resolved"], &stats["overdue"]], [&json!(1), &json!(1), &json!(2), &json!(1), &json!(0)]);
        assert_eq!(stats["first_response"], json!({ "count": 2, "median_seconds": 600, "p90_seconds": 1_800 }));
        assert_eq!(stats["resolution"], json!({ "count": 1, "median_seconds": 1_800, "p90_seconds": 1_800 }), "what was reopened is not resolved");
        let days = stats["per_day"].as_array().unwrap();
        assert_eq!((days.len(), &stats["from"], &stats["to"]), (30, &json!("2026-02-01"), &json!("2026-03-02")));
        assert_eq!(days.last().unwrap(), &json!({ "day": "2026-03-02", "created": 3, "resolved": 1 }));
        assert_eq!(days[0], json!({ "day": "2026-02-01", "created": 0, "resolved": 0 }));

        app.clock.advance(TimeDelta::days(3));
        let later = ben.get("tickets/stats?from=2026-03-03&to=2026-03-05").await.ok();
        assert_eq!((&later["first_response"], later["per_day"].as_array().unwrap().len()), (&json!({ "count": 0, "median_seconds": null, "p90_seconds": null }), 3));
        assert_eq!(later["by_status"], stats["by_status"], "what is counted as it stands now does not depend on the range");
        for wrong in ["from=2026-03-05&to=2026-03-04", "from=2020-01-01&to=2026-01-01", "from=yesterday", "day=1"] {
            ben.get(&format!("tickets/stats?{wrong}")).await.refused(400, "invalid_parameter");
        }
        customer.get("tickets/stats").await.refused(403, "forbidden");
    }

    async fn messages_are_listed_over_all_tickets_of_ones_own(app) {
        let ben = app.agent("Ben").await;
        let (cleo, dan) = (app.customer("Cleo").await, app.customer("Dan").await);
        let one = cleo.post("tickets", json!({ "subject": "One", "initial_message": "first" })).await.ok();
        let two = dan.post("tickets", json!({ "subject": "Two", "initial_message": "second" })).await.ok();
        app.clock.advance(TimeDelta::minutes(1));
        let reply = ben.post("messages", json!({ "ticket": one["id"], "body": "third", "client_id": "m-1" })).await.ok();
        assert_eq!(reply["direction"], "outbound");
        let note = ben.post("messages", json!({ "ticket": one["id"], "body": "fourth", "is_internal": true })).await.ok();
        assert_eq!(cleo.post("messages", json!({ "ticket": one["id"], "body": "fifth" })).await.ok()["direction"], "inbound");
        let bodies = |page: Value| page["data"].as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(bodies(ben.get("messages").await.ok()), ["first", "second", "third", "fourth", "fifth"]);
        assert_eq!(bodies(cleo.get("messages").await.ok()), ["first", "third", "fifth"], "neither the note nor another's");
        assert_eq!(bodies(cleo.get("messages?is_internal=true").await.ok()), Vec::<String>::new());
        for (query, expected) in [
            (format!("ticket={}", id(&one)), vec!["first", "third", "fourth", "fifth"]),
            ("direction=inbound".into(), vec!["first", "second", "fifth"]),
            ("is_internal=true".into(), vec!["fourth"]),
            ("is_internal=false&direction=outbound".into(), vec!["third"]),
            ("created_at_after=2026-03-02T09:00:30Z".into(), vec!["third", "fourth", "fifth"]),
            ("created_at_before=2026-03-02T09:00:30Z".into(), vec!["first", "second"]),
        ] {
            assert_eq!(bodies(ben.get(&format!("messages?{query}")).await.ok()), expected, "{query}");
        }
        let first = ben.get("messages?limit=2").await.ok();
        let second = ben.get(&format!("messages?limit=2&cursor={}", first["next"].as_str().unwrap())).await.ok();
        assert_eq!(bodies(second.clone()), ["third", "fourth"]);
        let back = ben.get(&format!("messages?limit=2&cursor={}", second["previous"].as_str().unwrap())).await.ok();
        assert_eq!((bodies(back.clone()), &back["previous"]), (bodies(first), &json!(null)));
        // SEC: A-02
        cleo.get(&format!("messages?ticket={}", id(&two))).await.refused(404, "not_found");
        cleo.post("messages", json!({ "ticket": two["id"], "body": "x" })).await.refused(404, "not_found");
        cleo.get(&format!("messages/{}", id(&note))).await.refused(404, "not_found");
        dan.get(&format!("messages/{}", id(&reply))).await.refused(404, "not_found");
        assert_eq!(cleo.get(&format!("messages/{}", id(&reply))).await.ok()["body"], "third");
        cleo.post("messages", json!({ "ticket": one["id"], "body": "x", "is_internal": true })).await.refused(400, "internal_by_customer");
        ben.get("messages?direction=sideways").await.refused(400, "invalid_parameter");
        let events = ben.get(&format!("events?ticket={}", id(&one))).await.ok();
        assert_eq!(events, ben.get(&format!("tickets/{}/events", id(&one))).await.ok());
        assert_eq!(events["data"][0]["type"], "message.created");
        ben.get("events").await.refused(400, "invalid_parameter");
        dan.get(&format!("events?ticket={}", id(&one))).await.refused(404, "not_found");
    }
}
