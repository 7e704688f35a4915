//! What a ticket shows of the promises to its customer.

use chrono::TimeDelta;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};
use support_tests::on_both;

use super::{gold, opened, told, with_gold};

fn due(ticket: &Value) -> (Value, Value) {
    (ticket["sla_due_at"].clone(), ticket["sla_overdue"].clone())
}

on_both! {
    async fn staff_see_every_promise_and_customers_none(app) {
        let admin = with_gold(app).await;
        let customer = app.customer("Cleo").await;
        let ticket = opened(&customer).await;
        let path = format!("tickets/{ticket}");
        let seen = admin.get(&path).await.ok();
        assert_eq!(due(&seen), (json!("2026-03-02T09:10:00Z"), json!(false)));
        let shown = serde_json::to_string_pretty(&json!({ "paused": seen["sla"]["paused"], "targets": seen["sla"]["targets"] })).unwrap();
        allow_duplicates! { assert_snapshot!(shown, @r#"
        {
          "paused": false,
          "targets": [
            {
              "breached": false,
              "due_at": "2026-03-02T09:10:00Z",
              "kind": "first_response",
              "met_at": null,
              "running": true,
              "warn_at": "2026-03-02T09:08:00Z"
            },
            {
              "breached": false,
              "due_at": "2026-03-02T10:40:00Z",
              "kind": "resolution",
              "met_at": null,
              "running": true,
              "warn_at": "2026-03-02T10:20:00Z"
            }
          ]
        }
        "#); }
        let listed = admin.get("tickets").await.ok()["data"][0].clone();
        assert_eq!((due(&listed), &listed["sla"]), (due(&seen), &json!(null)), "lists carry the next deadline only");

        let own = customer.get(&path).await.ok();
        assert_eq!((due(&own), &own["sla"]), ((json!(null), json!(false)), &json!(null)));
        app.advance(TimeDelta::minutes(11)).await;
        app.support.desk().wake_due().await.unwrap();
        let own = customer.get(&path).await.ok();
        assert_eq!((due(&own), &own["sla"]), ((json!(null), json!(false)), &json!(null)), "not even that it is late");
        let events = customer.get(&format!("{path}/events")).await.ok();
        assert!(!events.to_string().contains("sla"), "{events}");
    }

    async fn an_answer_ends_one_promise_and_the_next_question_begins_another(app) {
        let admin = with_gold(app).await;
        let customer = app.customer("Cleo").await;
        let ticket = opened(&customer).await;
        let (path, messages) = (format!("tickets/{ticket}"), format!("tickets/{ticket}/messages"));
        app.advance(TimeDelta::minutes(4)).await;
        admin.post(&messages, json!({ "body": "Note to us", "is_internal": true })).await.ok();
        assert_eq!(admin.get(&path).await.ok()["sla_due_at"], "2026-03-02T09:10:00Z", "a note is no answer");
        admin.post(&messages, json!({ "body": "We look into it" })).await.ok();
        assert_eq!(admin.get(&path).await.ok()["sla_due_at"], "2026-03-02T10:40:00Z", "the resolution");
        app.advance(TimeDelta::minutes(10)).await;
        customer.post(&messages, json!({ "body": "And?" })).await.ok();
        app.advance(TimeDelta::minutes(3)).await;
        customer.post(&messages, json!({ "body": "Hello?" })).await.ok();
        assert_eq!(admin.get(&path).await.ok()["sla_due_at"], "2026-03-02T09:24:00Z", "from the oldest question");
        admin.post(&messages, json!({ "body": "Found it" })).await.ok();
        assert_eq!(admin.get(&path).await.ok()["sla_due_at"], "2026-03-02T10:40:00Z");
        let done = admin.act(&format!("{path}/resolve")).await.ok();
        assert_eq!(due(&done), (json!(null), json!(false)));
        let resolution = done["sla"]["targets"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&resolution["kind"], &resolution["met_at"]), (&json!("resolution"), &json!("2026-03-02T09:17:00Z")));
    }

    async fn a_pending_ticket_pauses_its_resolution_and_a_done_one_everything(app) {
        let admin = with_gold(app).await;
        let customer = app.customer("Cleo").await;
        let ticket = opened(&customer).await;
        let (path, messages) = (format!("tickets/{ticket}"), format!("tickets/{ticket}/messages"));
        admin.post(&messages, json!({ "body": "Which order?" })).await.ok();
        let waiting = admin.patch(&path, json!({ "status": "pending" })).await.ok();
        assert_eq!((&waiting["sla_due_at"], &waiting["sla"]["paused"]), (&json!(null), &json!(true)));
        app.advance(TimeDelta::hours(5)).await;
        let answered = customer.post(&messages, json!({ "body": "A-42" })).await;
        answered.ok();
        let seen = admin.get(&path).await.ok();
        assert_eq!((&seen["sla_due_at"], &seen["sla"]["paused"]), (&json!("2026-03-02T14:10:00Z"), &json!(false)));
        admin.post(&messages, json!({ "body": "Thanks" })).await.ok();
        assert_eq!(admin.get(&path).await.ok()["sla_due_at"], "2026-03-02T15:40:00Z", "five hours later than without the wait");
        admin.act(&format!("{path}/resolve")).await.ok();
        app.advance(TimeDelta::hours(1)).await;
        let again = admin.act(&format!("{path}/reopen")).await.ok();
        assert_eq!(again["sla_due_at"], "2026-03-02T16:40:00Z", "the clock goes on where it stopped");
    }

    async fn a_calendar_moves_a_deadline_to_its_working_time(app) {
        let admin = app.admin("Ada").await;
        // The test begins on a Monday at 10:00 in Berlin.
        let calendar = admin.post("calendars", json!({
            "name": "Afternoons", "time_zone": "Europe/Berlin",
            "hours": { "monday": [{ "from": "14:00", "to": "14:05" }], "wednesday": [{ "from": "14:00", "to": "18:00" }] },
        })).await.ok();
        let mut policy = gold();
        policy["calendar"] = calendar["id"].clone();
        admin.post("sla-policies", policy).await.ok();
        let ticket = opened(&app.customer("Cleo").await).await;
        assert_eq!(admin.get(&format!("tickets/{ticket}")).await.ok()["sla_due_at"], "2026-03-04T13:05:00Z");
    }

    async fn other_rules_reach_the_tickets_that_are_there(app) {
        let admin = app.admin("Ada").await;
        let customer = app.customer("Cleo").await;
        let (first, done) = (opened(&customer).await, opened(&customer).await);
        admin.act(&format!("tickets/{done}/resolve")).await.ok();
        assert_eq!(admin.get(&format!("tickets/{first}")).await.ok()["sla_due_at"], json!(null));
        app.run();
        let policy = admin.post("sla-policies", gold()).await.ok();
        let path = format!("tickets/{first}");
        let due_at = |due_at: Value| {
            let (admin, path) = (admin.clone(), path.clone());
            app.until("a deadline by the new rules", move || {
                let (admin, path, due_at) = (admin.clone(), path.clone(), due_at.clone());
                async move { admin.get(&path).await.ok()["sla_due_at"] == due_at }
            })
        };
        due_at(json!("2026-03-02T09:10:00Z")).await;
        let mut targets = gold()["targets"].clone();
        targets["medium"]["first_response_minutes"] = json!(7);
        let path_of_policy = format!("sla-policies/{}", policy["id"].as_str().unwrap());
        admin.patch(&path_of_policy, json!({ "targets": targets })).await.ok();
        due_at(json!("2026-03-02T09:07:00Z")).await;
        admin.delete(&path_of_policy).await;
        due_at(json!(null)).await;
        let events = admin.get(&format!("{path}/events")).await.ok();
        let moved: Vec<_> = events["data"].as_array().unwrap().iter().filter(|event| event["data"].get("sla_due_at").is_some()).collect();
        assert_eq!(moved.len(), 3, "{events:#}");
        assert_eq!(admin.get(&format!("tickets/{done}")).await.ok()["sla_due_at"], json!(null));
        let seen = customer.get(&format!("{path}/events")).await.ok();
        assert!(!seen.to_string().contains("sla"), "customers do not learn of it: {seen}");
    }

    async fn what_breaks_with_a_change_is_told_with_the_change(app) {
        let admin = with_gold(app).await;
        let ticket = opened(&app.customer("Cleo").await).await;
        app.advance(TimeDelta::minutes(30)).await;
        // No worker runs; the next change to the ticket tells what came due before it.
        let late = admin.post(&format!("tickets/{ticket}/messages"), json!({ "body": "Sorry" })).await;
        late.ok();
        let seen = admin.get(&format!("tickets/{ticket}")).await.ok();
        assert_eq!(due(&seen), (json!("2026-03-02T10:40:00Z"), json!(false)), "answered late, and no longer overdue");
        assert_eq!(seen["sla"]["targets"][0]["breached"], true);
        assert_eq!(told(&admin, &ticket).await, [("sla.breached".into(), "first_response".into(), "2026-03-02T09:10:00Z".into())]);
    }

    async fn a_deadline_set_by_hand_holds_until_it_is_given_back(app) {
        let admin = with_gold(app).await;
        let customer = app.customer("Cleo").await;
        let ticket = opened(&customer).await;
        let path = format!("tickets/{ticket}");
        let pinned = admin.patch(&path, json!({ "sla_due_at": "2026-03-02T09:30:00Z" })).await.ok();
        assert_eq!(due(&pinned), (json!("2026-03-02T09:30:00Z"), json!(false)));
        assert_eq!(pinned["sla"]["targets"].as_array().unwrap().last().unwrap()["kind"], "pinned");
        let events = admin.get(&format!("{path}/events")).await.ok();
        assert!(events["data"].as_array().unwrap().iter().any(|event| event["data"]["sla_due_at"]
            == json!({ "from": "2026-03-02T09:10:00Z", "to": "2026-03-02T09:30:00Z" })), "{events:#}");
        assert!(!customer.get(&format!("{path}/events")).await.ok().to_string().contains("sla"));
        app.advance(TimeDelta::minutes(20)).await;
        app.support.desk().wake_due().await.unwrap();
        assert_eq!(told(&admin, &ticket).await, [], "the policy's own deadline is silent");
        app.advance(TimeDelta::minutes(10)).await;
        app.support.desk().wake_due().await.unwrap();
        let line = |kind: &str| (kind.to_owned(), "pinned".to_owned(), "2026-03-02T09:30:00Z".to_owned());
        assert_eq!(told(&admin, &ticket).await, [line("sla.breached")]);
        let back = admin.patch(&path, json!({ "sla_due_at": null, "priority": "low" })).await.ok();
        assert_eq!(due(&back), (json!(null), json!(false)), "nothing is promised to it");
        let refused = admin.patch(&path, json!({ "sla_due_at": "9999-12-31T23:59:59Z" })).await.refused(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/sla_due_at");
        customer.patch(&path, json!({ "sla_due_at": null })).await.refused(403, "forbidden");
    }

    async fn a_question_of_a_merged_ticket_waits_for_its_answer_in_the_other(app) {
        let admin = with_gold(app).await;
        let customer = app.customer("Cleo").await;
        let (source, target) = (opened(&customer).await, opened(&customer).await);
        for ticket in [&source, &target] {
            admin.post(&format!("tickets/{ticket}/messages"), json!({ "body": "We look into it" })).await.ok();
        }
        app.advance(TimeDelta::minutes(5)).await;
        customer.post(&format!("tickets/{source}/messages"), json!({ "body": "And?" })).await.ok();
        assert_eq!(admin.get(&format!("tickets/{target}")).await.ok()["sla_due_at"], "2026-03-02T10:40:00Z");
        let merged = admin.post(&format!("tickets/{source}/merge"), json!({ "into": target })).await.ok();
        assert_eq!(due(&merged), (json!(null), json!(false)), "nothing is promised to what became a part of another");
        assert_eq!(admin.get(&format!("tickets/{target}")).await.ok()["sla_due_at"], "2026-03-02T09:15:00Z");
    }

    async fn overdue_tickets_are_found_and_the_next_deadline_orders_a_list(app) {
        let admin = with_gold(app).await;
        let customer = app.customer("Cleo").await;
        let first = opened(&customer).await;
        app.advance(TimeDelta::minutes(11)).await;
        let second = opened(&customer).await;
        let calm = admin.post("tickets", json!({ "subject": "Calm", "priority": "low" })).await.ok();
        app.support.desk().wake_due().await.unwrap();
        let ids = |page: Value| page["data"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(admin.get("tickets?sla_overdue=true").await.ok()), std::slice::from_ref(&first));
        let calm = calm["id"].as_str().unwrap().to_owned();
        assert_eq!(ids(admin.get("tickets?ordering=sla_due_at").await.ok()), [first, second, calm]);
    }
}
