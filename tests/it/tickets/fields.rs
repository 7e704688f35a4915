//! Tags, links, watchers, an assistant's fields, snoozing and bulk changes.

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_tests::on_both;

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

on_both! {
    // SEC: P-02
    async fn nobody_from_outside_puts_a_ticket_before_whoever_holds_a_link_to_a_record(app) {
        let (agent, visitor, customer) = (app.agent("Ana").await, app.visitor().await, app.customer("Cleo").await);
        let order = json!({ "kind": "order", "id": "A-42" });
        let link = agent.post("tokens", json!({ "scope": { "link": order }, "can": ["read", "create"] })).await.ok();
        let wish = json!({ "subject": "Pay here", "links": [order] });
        let holder = app.stranger();
        let holders = format!("portal/{}/tickets", link["token"].as_str().unwrap());
        let other = json!({ "subject": "Pay here", "links": [{ "kind": "order", "id": "A-43" }] });
        for refused in [
            visitor.post("tickets", wish.clone()).await,
            customer.post("tickets", wish.clone()).await,
            holder.post(&holders, other).await,
        ] {
            let refused = refused.refused(422, "invalid");
            assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/links"), &json!("staff_only")));
        }
        assert_eq!(holder.get(&holders).await.ok()["data"], json!([]));
        agent.post("tickets", wish).await.ok();
        assert_eq!(holder.get(&holders).await.ok()["data"].as_array().unwrap().len(), 1);
    }

    async fn tags_links_watchers_and_an_assistants_view_are_kept_and_hidden_from_the_customer(app) {
        let (ada, ben) = (app.admin("Ada").await, app.agent("Ben").await);
        let ben_id = ben.get("auth/me").await.ok()["id"].clone();
        ada.post("tags", json!({ "name": "VIP" })).await.ok();
        let customer = app.customer("Cleo").await;
        let ticket = customer.post("tickets", json!({ "subject": "Late" })).await.ok();
        let path = format!("tickets/{}", id(&ticket));
        let changed = ada
            .patch(&path, json!({
                "tags": ["vip", "Refund", "refund"], "watchers": [ben_id, ben_id],
                "links": [{ "kind": "order", "id": "A-42" }, { "kind": "invoice", "id": "7" }],
                "ai_summary": "An order is late.", "ai_confidence_score": 0.75, "ai_first_response_time": 3, "ai_auto_resolved": false,
            }))
            .await
            .ok();
        assert_eq!(changed["tags"], json!(["Refund", "VIP"]), "in the desk's spelling, sorted, each once");
        assert_eq!(changed["watchers"], json!([ben_id]));
        assert_eq!(changed["links"], json!([{ "kind": "order", "id": "A-42" }, { "kind": "invoice", "id": "7" }]));
        assert_eq!((&changed["ai_summary"], &changed["ai_confidence_score"]), (&json!("An order is late."), &json!(0.75)));
        let names: Vec<_> = ada.get("tags").await.ok()["data"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).collect();
        assert_eq!(names, ["Refund", "VIP"], "a label that nobody made before is made");
        let one = ada.patch(&path, json!({ "ai_confidence_score": null, "tags": [] })).await.ok();
        assert_eq!((&one["ai_summary"], &one["ai_confidence_score"], &one["tags"]), (&json!("An order is late."), &json!(null), &json!([])));

        // SEC: A-06
        let seen = customer.get(&path).await.ok();
        for (field, hidden) in [
            ("tags", json!([])), ("links", json!([])), ("watchers", json!([])), ("ai_summary", json!(null)), ("custom_fields", json!({})),
            ("ai_confidence_score", json!(null)), ("ai_first_response_time", json!(null)), ("ai_auto_resolved", json!(null)),
        ] {
            assert_eq!(seen[field], hidden, "{field}");
        }
        let public = customer.get(&format!("{path}/events")).await;
        assert!(!public.text.contains("VIP") && !public.text.contains("A-42"), "{}", public.text);
        assert!(ada.get(&format!("{path}/events")).await.text.contains("Refund, VIP"));
    }

    async fn what_is_wrong_with_a_change_is_said_field_by_field(app) {
        let ada = app.admin("Ada").await;
        let customer = app.customer("Cleo").await;
        let ticket = customer.post("tickets", json!({ "subject": "Late" })).await.ok();
        let path = format!("tickets/{}", id(&ticket));
        let problem = ada
            .patch(&path, json!({ "tags": ["a,b"], "links": [{ "kind": "Order!", "id": "" }], "ai_confidence_score": 2 }))
            .await
            .refused(422, "invalid");
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
        assert_eq!(pointers, ["/ai_confidence_score", "/links/0/kind", "/links/0/id", "/tags/0"]);
        let stranger = customer.get("auth/me").await.ok()["id"].clone();
        ada.patch(&path, json!({ "watchers": [stranger] })).await.refused(422, "invalid");
        ada.patch(&path, json!({ "team": stranger })).await.refused(422, "invalid");
        customer.post("tickets", json!({ "subject": "x", "tags": ["vip"] })).await.refused(422, "invalid");
        assert_eq!(ada.get(&path).await.ok()["version"], ticket["version"], "nothing was half done");
    }

    async fn a_snoozed_ticket_says_until_when_and_the_customers_message_wakes_it(app) {
        let ben = app.agent("Ben").await;
        let customer = app.customer("Cleo").await;
        let ticket = customer.post("tickets", json!({ "subject": "Late" })).await.ok();
        let path = format!("tickets/{}", id(&ticket));
        let snoozed = ben.post(&format!("{path}/snooze"), json!({ "until": "2026-03-03T09:00:00.5Z" })).await.ok();
        assert_eq!((&snoozed["status"], &snoozed["snoozed_until"]), (&json!("snoozed"), &json!("2026-03-03T09:00:00Z")));
        assert_eq!(customer.get(&path).await.ok()["snoozed_until"], json!(null));
        ben.post(&format!("{path}/snooze"), json!({ "until": "2026-03-02T09:00:00Z" })).await.refused(422, "invalid");
        ben.post(&format!("{path}/snooze"), json!({ "until": "2030-03-02T09:00:00Z" })).await.refused(422, "invalid");
        customer.post(&format!("{path}/snooze"), json!({ "until": "2026-03-03T09:00:00Z" })).await.refused(403, "forbidden");
        customer.post(&format!("{path}/messages"), json!({ "body": "Still nothing" })).await.ok();
        let woken = ben.get(&path).await.ok();
        assert_eq!((&woken["status"], &woken["snoozed_until"]), (&json!("open"), &json!(null)));
        let again = ben.patch(&path, json!({ "snoozed_until": "2026-03-04T09:00:00Z" })).await.ok();
        assert_eq!(again["status"], "snoozed");
        let open = ben.patch(&path, json!({ "snoozed_until": null })).await.ok();
        assert_eq!((&open["status"], &open["snoozed_until"]), (&json!("open"), &json!(null)));
    }

    async fn a_bulk_change_does_what_it_may_and_says_what_became_of_each(app) {
        let (ada, ben) = (app.admin("Ada").await, app.agent("Ben").await);
        let customer = app.customer("Cleo").await;
        let mut ids = Vec::new();
        for number in 0..4 {
            ids.push(customer.post("tickets", json!({ "subject": format!("Late {number}") })).await.ok()["id"].clone());
        }
        let ada_id = ada.get("auth/me").await.ok()["id"].clone();
        ada.post(&format!("tickets/{}/assign", ids[1].as_str().unwrap()), json!({ "assignee": ada_id })).await.ok();
        let missing = "01890000-0000-7000-8000-000000000000";
        let wanted = json!([ids[0], ids[1], missing, ids[2]]);
        let answer = ben.post("tickets/bulk", json!({ "ids": wanted, "change": { "status": "resolved", "tags": ["sorted"] } })).await.ok();
        let became: Vec<_> = answer["data"].as_array().unwrap().iter()
            .map(|item| (item["ticket"]["status"].clone(), item["problem"]["code"].clone())).collect();
        assert_eq!(became, [
            (json!("resolved"), json!(null)), (json!(null), json!("forbidden")), (json!(null), json!("not_found")), (json!("resolved"), json!(null)),
        ]);
        assert_eq!(ada.get(&format!("tickets/{}", ids[1].as_str().unwrap())).await.ok()["tags"], json!([]), "another agent's ticket");
        let undo = json!({ "items": [
            { "id": ids[0], "change": { "status": "open", "tags": [] } }, { "id": ids[2], "change": { "status": "pending" } },
        ] });
        let undone = ben.post("tickets/bulk", undo).await.ok();
        let statuses: Vec<_> = undone["data"].as_array().unwrap().iter().map(|item| item["ticket"]["status"].clone()).collect();
        assert_eq!(statuses, ["open", "pending"]);

        ben.post("tickets/bulk", json!({ "ids": [], "items": [] })).await.refused(422, "invalid");
        ben.post("tickets/bulk", json!({ "ids": [ids[0]] })).await.refused(422, "invalid");
        ben.post("tickets/bulk", json!({ "ids": vec![missing; 1001], "change": {} })).await.refused(422, "invalid");
        customer.post("tickets/bulk", json!({ "ids": [ids[0]], "change": { "status": "closed" } })).await.refused(403, "forbidden");
        let send = || ben.post("tickets/bulk", json!({ "ids": [ids[0]], "change": { "priority": "urgent" } })).header("idempotency-key", "bulk-1");
        let first = send().await.ok();
        let second = send().await;
        assert_eq!(second.header("idempotent-replayed"), "true");
        assert_eq!(second.ok(), first);
    }

    async fn a_merged_ticket_goes_on_in_the_other_and_comes_back_within_a_day(app) {
        let ben = app.agent("Ben").await;
        let (customer, other) = (app.customer("Cleo").await, app.customer("Dan").await);
        let open = |words: &str| customer.post("tickets", json!({ "subject": words, "initial_message": format!("{words}!") }));
        let (one, two, three) = (open("First").await.ok(), open("Second").await.ok(), open("Third").await.ok());
        let foreign = other.post("tickets", json!({ "subject": "Mine" })).await.ok();
        let path = |ticket: &Value| format!("tickets/{}", id(ticket));
        let bodies = |page: Value| page["data"].as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        // SEC: A-08
        let merge = |from: &Value, into: &Value| ben.post(&format!("{}/merge", path(from)), json!({ "into": into["id"] }));
        merge(&one, &foreign).await.refused(409, "other_requester");
        merge(&one, &one).await.refused(422, "invalid");
        customer.post(&format!("{}/merge", path(&one)), json!({ "into": two["id"] })).await.refused(403, "forbidden");
        ben.patch(&path(&one), json!({ "tags": ["late"], "watchers": [ben.get("auth/me").await.ok()["id"]] })).await.ok();

        let merged = merge(&one, &two).await.ok();
        assert_eq!((&merged["status"], &merged["merged_into"]), (&json!("closed"), &two["id"]));
        let target = ben.get(&path(&two)).await.ok();
        assert_eq!((&target["tags"], &target["unread_by_agent"], &target["last_seq"]), (&json!(["late"]), &json!(2), &json!(2)));
        assert_eq!(target["watchers"].as_array().unwrap().len(), 1);
        for ticket in [&one, &two] {
            assert_eq!(bodies(customer.get(&format!("{}/messages", path(ticket))).await.ok()), ["Second!", "First!"]);
        }
        let reply = customer.post(&format!("{}/messages", path(&one)), json!({ "body": "More" })).await.ok();
        assert_eq!((&reply["conversation_id"], &reply["seq"]), (&two["id"], &json!(3)), "what is written to the old one goes on in the new one");
        ben.post(&format!("{}/resolve", path(&one)), json!({})).await.refused(409, "merged");
        merge(&one, &three).await.refused(409, "merged");

        merge(&two, &three).await.ok();
        assert_eq!(ben.get(&path(&one)).await.ok()["merged_into"], three["id"], "flat: it leads to the last one");
        assert_eq!(bodies(ben.get(&format!("{}/messages", path(&one))).await.ok()), ["Third!", "Second!", "First!", "More"]);

        app.clock.advance(TimeDelta::hours(23));
        let back = ben.act(&format!("{}/unmerge", path(&one))).await.ok();
        assert_eq!((&back["status"], &back["merged_into"], &back["preview"]), (&json!("open"), &json!(null), &json!("First!")));
        assert_eq!(bodies(ben.get(&format!("{}/messages", path(&one))).await.ok()), ["First!"]);
        assert_eq!(bodies(ben.get(&format!("{}/messages", path(&three))).await.ok()), ["Third!", "Second!", "More"]);
        ben.act(&format!("{}/unmerge", path(&one))).await.refused(409, "not_merged");
        app.clock.advance(TimeDelta::hours(2));
        ben.act(&format!("{}/unmerge", path(&two))).await.refused(409, "too_late");
        let last = ben.post(&format!("{}/messages", path(&three)), json!({ "body": "On it" })).await.ok();
        assert_eq!(last["seq"], 5, "a place that was seen is not given again");
    }
}
