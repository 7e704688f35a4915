//! Who must not see, and must not do.

use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

async fn open(visitor: &Actor) -> String {
    let ticket = visitor.post("tickets", json!({ "initial_message": "Hello?" })).await.ok();
    format!("tickets/{}", ticket["id"].as_str().unwrap())
}

on_both! {
    // SEC: W-06, A-03, P-02
    async fn a_foreign_ticket_is_not_there_on_any_route(app) {
        let path = open(&app.visitor().await).await;
        let missing = "tickets/01890000-0000-7000-8000-000000000000".to_owned();
        let (other, customer) = (app.visitor().await, app.customer("Cleo").await);
        let own = open(&other).await;
        let agent = app.agent("Ana").await;
        let minted = agent.post("tokens", json!({ "scope": { "ticket": own.strip_prefix("tickets/").unwrap() } })).await.ok();
        let portal = app.portal(minted["token"].as_str().unwrap()).await;
        let stored = app.contents().await;
        for who in [&other, &customer, &portal] {
            let mut answers = Vec::new();
            for ticket in [&path, &missing] {
                let mut details = Vec::new();
                for reply in [
                    who.get(ticket).await,
                    who.get(&format!("{ticket}?include=messages")).await,
                    who.get(&format!("{ticket}/messages")).await,
                    who.post(&format!("{ticket}/messages"), json!({ "body": "Mine now" })).await,
                    who.act(&format!("{ticket}/read")).await,
                ] {
                    let mut problem = reply.refused(404, "not_found");
                    problem["request_id"] = Value::Null;
                    details.push(problem);
                }
                answers.push(details);
            }
            assert_eq!(answers[0], answers[1], "whether it exists makes no difference");
            let listed = who.get("tickets").await.ok();
            assert!(!listed.to_string().contains(path.strip_prefix("tickets/").unwrap()));
        }
        customer.get(&format!("{path}/events")).await.refused(404, "not_found");
        assert_eq!(app.contents().await, stored);
    }

    async fn a_route_of_the_desk_is_closed_to_customers(app) {
        let customer = app.customer("Cleo").await;
        let ticket = customer.post("tickets", json!({ "subject": "Mine" })).await.ok();
        let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
        let stored = app.contents().await;
        for verb in ["assign", "resolve", "close", "reopen"] {
            customer.act(&format!("{path}/{verb}")).await.refused(403, "forbidden");
        }
        customer.patch(&path, json!({ "priority": "urgent" })).await.refused(403, "forbidden");
        for address in ["tickets/stats", "users", "tokens", "deliveries", "inboxes"] {
            customer.get(address).await.refused(403, "forbidden");
        }
        customer.post("tokens", json!({ "scope": { "ticket": ticket["id"] } })).await.refused(403, "forbidden");
        customer.post("users", json!({ "email": "x@y.test", "password": "long enough 1" })).await.refused(403, "forbidden");
        let other = json!({ "subject": "For you", "requester": { "email": "victim@example.com" } });
        let refused = customer.post("tickets", other).await.refused(422, "invalid");
        assert_eq!(refused["errors"][0]["code"], "staff_only");
        let agent = app.agent("Ana").await;
        let before = app.contents().await;
        agent.post("users", json!({ "email": "x@y.test", "password": "long enough 1" })).await.refused(403, "forbidden");
        assert_eq!(app.contents().await, before);
        assert_eq!(before["support_conversations"], stored["support_conversations"]);
    }

    // api.md: the assignee, an admin, or any agent while it is unassigned
    async fn another_agents_ticket_is_changed_by_its_assignee_and_admins_only(app) {
        let (ana, ben, ada) = (app.agent("Ana").await, app.agent("Ben").await, app.admin("Ada").await);
        let path = open(&app.visitor().await).await;
        ana.post(&format!("{path}/assign"), json!({ "assignee": ana.id() })).await.ok();
        let stored = app.contents().await;
        for verb in ["resolve", "close", "reopen"] {
            ben.act(&format!("{path}/{verb}")).await.refused(403, "forbidden");
        }
        ben.post(&format!("{path}/assign"), json!({ "assignee": ben.id() })).await.refused(403, "forbidden");
        ben.patch(&path, json!({ "status": "closed" })).await.refused(403, "forbidden");
        ben.patch(&path, json!({ "priority": "low", "assigned_to": null })).await.refused(403, "forbidden");
        assert_eq!(app.contents().await, stored);
        ben.patch(&path, json!({ "priority": "low" })).await.ok();
        ben.post(&format!("{path}/messages"), json!({ "body": "I can help too." })).await.ok();
        ada.post(&format!("{path}/assign"), json!({ "assignee": ben.id() })).await.ok();
        ben.act(&format!("{path}/resolve")).await.ok();
    }

    async fn a_ticket_is_given_to_active_agents_only(app) {
        let agent = app.agent("Ana").await;
        let visitor = app.visitor().await;
        let path = open(&visitor).await;
        let stored = app.contents().await;
        for nobody in [visitor.id(), "01890000-0000-7000-8000-000000000000".parse().unwrap()] {
            let refused = agent.post(&format!("{path}/assign"), json!({ "assignee": nobody })).await.refused(422, "invalid");
            assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/assignee"), &json!("unknown_agent")));
            let refused = agent.patch(&path, json!({ "assigned_to": nobody })).await.refused(422, "invalid");
            assert_eq!(refused["errors"][0]["pointer"], "/assigned_to");
        }
        // Nor is an agent a customer.
        let refused = agent.post("tickets", json!({ "subject": "x", "requester": app.agent("Ben").await.id() })).await;
        assert_eq!(refused.refused(422, "invalid")["errors"][0]["pointer"], "/requester");
        assert_eq!(app.contents().await["support_conversations"], stored["support_conversations"]);
    }

    async fn a_credential_of_one_surface_opens_no_other(app) {
        let (visitor, agent) = (app.visitor().await, app.agent("Ana").await);
        let path = open(&visitor).await;
        let minted = agent.post("tokens", json!({ "scope": { "ticket": path.strip_prefix("tickets/").unwrap() } })).await.ok();
        let portal = app.portal(minted["token"].as_str().unwrap()).await;
        for (who, surfaces) in [
            (&visitor, ["/api/v1", "/portal/api/v1"]),
            (&portal, ["/api/v1", "/w/api/v1"]),
            (&agent, ["/w/api/v1", "/portal/api/v1"]),
        ] {
            for surface in surfaces {
                who.clone().on(surface).get("tickets").await.refused(401, "unauthenticated");
                who.clone().on(surface).get("events/stream").await.refused(401, "unauthenticated");
            }
        }
        app.stranger().get("tickets").await.refused(401, "unauthenticated");
        app.stranger().post("tickets", json!({ "subject": "x" })).await.refused(401, "unauthenticated");
    }
}
