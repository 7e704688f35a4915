//! `GET tickets`: what each filter lets through, in any order, and what it refuses.

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

async fn found(actor: &Actor, query: &str) -> Vec<i64> {
    let page = actor.get(&format!("tickets?{query}")).await.ok();
    page["data"].as_array().unwrap().iter().map(|ticket| ticket["number"].as_i64().unwrap()).collect()
}

/// The same tickets, whatever they are ordered by.
async fn in_every_order(actor: &Actor, query: &str, expected: &[i64]) {
    for ordering in ["last_message_at", "-created_at", "updated_at", "-sla_due_at", "priority", "number"] {
        let mut met = found(actor, &format!("{query}&ordering={ordering}")).await;
        met.sort_unstable();
        assert_eq!(met, expected, "{query} by {ordering}");
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn each_filter_lets_through_what_it_says(app) {
        let (ada, ana) = (app.admin("Ada").await, app.agent("Ana").await);
        let team = id(&ada.post("teams", json!({ "name": "Returns", "members": [ana.id()] })).await.ok());
        let mut paths = Vec::new();
        for number in 1..=5 {
            let ticket = json!({ "subject": format!("Order {number}"), "category": if number < 3 { "billing" } else { "other" } });
            paths.push(format!("tickets/{}", id(&ada.post("tickets", ticket).await.ok())));
            app.clock.advance(TimeDelta::hours(1));
        }
        ada.patch(&paths[0], json!({ "team": team })).await.ok();
        ada.patch(&paths[1], json!({ "watchers": [ana.id()] })).await.ok();
        ada.patch(&paths[2], json!({ "links": [{ "kind": "order", "id": "A-42" }], "tags": ["vip"] })).await.ok();
        ada.patch(&paths[3], json!({ "assigned_to": ana.id(), "tags": ["late"] })).await.ok();
        ada.patch(&paths[4], json!({ "sla_due_at": "2026-03-02T15:00:00Z" })).await.ok();
        for (query, expected) in [
            (format!("team={team}"), &[1][..]),
            ("team=none".to_owned(), &[2, 3, 4, 5]),
            (format!("team={team},none"), &[1, 2, 3, 4, 5]),
            (format!("watcher={}", ana.id()), &[2]),
            (format!("watcher={}", ada.id()), &[]),
            ("link=order:A-42".to_owned(), &[3]),
            ("link=order:A-42,order:B".to_owned(), &[3]),
            ("link=order:A".to_owned(), &[]),
            ("tag=vip,late".to_owned(), &[3, 4]),
            ("category=billing".to_owned(), &[1, 2]),
            (format!("assigned_to={}", ana.id()), &[4]),
            ("assigned_to=none&category=other".to_owned(), &[3, 5]),
            ("created_at_after=2026-03-02T10:00:00Z".to_owned(), &[2, 3, 4, 5]),
            ("created_at_after=2026-03-02T10:00:00Z&created_at_before=2026-03-02T12:00:00Z".to_owned(), &[2, 3]),
            ("created_at_before=2026-03-02".to_owned(), &[]),
            ("created_at_after=2026-03-02&created_at_before=2026-03-03".to_owned(), &[1, 2, 3, 4, 5]),
            ("sla_due_at_before=2026-03-02T16:00:00Z".to_owned(), &[5]),
            ("sla_due_at_after=2026-03-02T15:00:00Z".to_owned(), &[5]),
            ("sla_due_at_after=2026-03-02T15:00:01Z".to_owned(), &[]),
            ("sla_overdue=true".to_owned(), &[]),
            ("sla_overdue=false".to_owned(), &[1, 2, 3, 4, 5]),
            ("last_message_at_after=2026-03-01".to_owned(), &[]),
        ] {
            in_every_order(&ada, &query, expected).await;
        }
        in_every_order(&ana, "watcher=me", &[2]).await;
        in_every_order(&ana, "assigned_to=me", &[4]).await;

        // The deadline passes, and an agent writes.
        app.clock.advance(TimeDelta::hours(2));
        app.support.desk().wake_due().await.unwrap();
        in_every_order(&ada, "sla_overdue=true", &[5]).await;
        in_every_order(&ada, "sla_overdue=true&status=open", &[5]).await;
        in_every_order(&ada, "sla_overdue=false", &[1, 2, 3, 4]).await;
        ana.post(&format!("{}/messages", paths[3]), json!({ "body": "On its way" })).await.ok();
        in_every_order(&ada, "last_message_at_after=2026-03-02T16:00:00Z", &[4]).await;
        in_every_order(&ada, "last_message_at_before=2026-03-02T16:00:00Z", &[]).await;
        // What changes leaves the sets that it was in.
        ada.patch(&paths[3], json!({ "assigned_to": null, "tags": [], "category": "moved" })).await.ok();
        in_every_order(&ada, "tag=late", &[]).await;
        in_every_order(&ada, "category=moved", &[4]).await;
        in_every_order(&ada, &format!("assigned_to={}", ana.id()), &[]).await;
    }

    async fn filters_of_the_desk_are_no_customers(app) {
        let (ada, customer) = (app.admin("Ada").await, app.customer("Cleo").await);
        customer.post("tickets", json!({ "subject": "Mine" })).await.ok();
        ada.post("tickets", json!({ "subject": "Another's", "category": "billing" })).await.ok();
        for query in ["team=none", "watcher=me", "tag=vip", "link=order:A-42", "sla_overdue=false", "sla_due_at_after=2026-01-01"] {
            let answer = customer.get(&format!("tickets?{query}")).await;
            assert!((400..500).contains(&answer.status), "{query}");
        }
        assert_eq!(found(&customer, "category=billing").await, [0; 0]);
        assert_eq!(found(&customer, "channel=api,portal,chat").await, [1]);
        assert_eq!(found(&customer, &format!("requester={}", ada.id())).await, [0; 0]);
        for query in ["team=nobody", "watcher=x", "created_at_after=yesterday", "sla_overdue=maybe", "colour=red"] {
            ada.get(&format!("tickets?{query}")).await.refused(400, "invalid_parameter");
        }
    }
}
