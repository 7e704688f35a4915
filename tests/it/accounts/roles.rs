//! Custom roles and teams: what agents may do, and who looks after what.

use serde_json::json;
use support_tests::{actor::Actor, app::TestApp, on_both};

/// An agent with a password, signed in as a program.
async fn agent(app: &TestApp, admin: &Actor, name: &str, role: Option<&str>) -> (Actor, String) {
    let credentials = json!({ "email": format!("{name}@people.test"), "password": "a fine password" });
    let mut body = credentials.clone();
    body["custom_role"] = json!(role);
    let made = admin.post("users", body).await.ok();
    let tokens = app.stranger().post("auth/login", credentials).await.ok();
    let actor = app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
    (actor, made["id"].as_str().unwrap().to_owned())
}

on_both! {
    async fn a_custom_role_says_what_an_agent_may_do_from_the_next_request_on(app) {
        let ada = app.admin("Ada").await;
        let opened = app.customer("Cleo").await.post("tickets", json!({ "subject": "Mine" })).await.ok();
        let path = format!("tickets/{}", opened["id"].as_str().unwrap());
        let watch = json!({ "name": "Watcher", "permissions": ["stats:read", "tickets:read"] });
        let role = ada.post("roles", watch).await.ok();
        assert_eq!(role["permissions"], json!(["tickets:read", "stats:read"]));
        let id = role["id"].as_str().unwrap().to_owned();
        let (ben, ben_id) = agent(app, &ada, "ben", Some(&id)).await;

        assert_eq!(ben.get("auth/me").await.ok()["permissions"], role["permissions"]);
        ben.get(&path).await.ok();
        let stored = app.contents().await;
        ben.post(&format!("{path}/messages"), json!({ "body": "Hello" })).await.refused(403, "forbidden");
        ben.post(&format!("{path}/messages"), json!({ "body": "x", "is_internal": true })).await.refused(403, "forbidden");
        ben.patch(&path, json!({ "priority": "high" })).await.refused(403, "forbidden");
        ben.act(&format!("{path}/resolve")).await.refused(403, "forbidden");
        // Who only watches does not clear what the others still have to read.
        ben.act(&format!("{path}/read")).await.refused(403, "forbidden");
        ben.post("tickets", json!({ "subject": "x" })).await.refused(403, "forbidden");
        ben.get("users").await.refused(403, "forbidden");
        assert_eq!(app.contents().await, stored);

        ada.patch(&format!("roles/{id}"), json!({ "permissions": ["tickets:note"] })).await.ok();
        ben.get(&path).await.refused(403, "forbidden");
        ben.get("tickets").await.refused(403, "forbidden");
        ben.get("events/stream").await.refused(403, "forbidden");
        ben.get("tickets/stats").await.refused(403, "forbidden");
        // Not even blindly: whoever may not read tickets finds none.
        ben.post(&format!("{path}/messages"), json!({ "body": "x", "is_internal": true })).await.refused(404, "not_found");

        ada.call(axum::http::Method::DELETE, &format!("roles/{id}")).await.refused(409, "in_use");
        ada.patch(&format!("users/{ben_id}"), json!({ "custom_role": null })).await.ok();
        assert_eq!(ada.call(axum::http::Method::DELETE, &format!("roles/{id}")).await.status, 204);
        // Other rights, other sessions.
        ben.get("auth/me").await.refused(401, "unauthenticated");
    }

    async fn a_right_to_status_or_assignment_is_enough_for_a_patch_of_that_alone(app) {
        let (ada, visitor) = (app.admin("Ada").await, app.visitor().await);
        let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let path = format!("tickets/{}", opened["id"].as_str().unwrap());
        let role = async |name: &str, permissions: serde_json::Value| {
            let role = ada.post("roles", json!({ "name": name, "permissions": permissions })).await.ok();
            agent(app, &ada, &name.to_lowercase(), role["id"].as_str()).await
        };
        let (dispatcher, dispatcher_id) = role("Dispatcher", json!(["tickets:read", "tickets:assign"])).await;
        let (closer, _) = role("Closer", json!(["tickets:read", "tickets:status", "tickets:override"])).await;
        let (writer, _) = role("Writer", json!(["tickets:read", "tickets:change"])).await;
        let stored = app.contents().await;
        for (who, body) in [
            (&dispatcher, json!({ "assigned_to": dispatcher_id, "priority": "high" })),
            (&dispatcher, json!({ "status": "resolved" })),
            (&dispatcher, json!({})),
            (&closer, json!({ "status": "resolved", "tags": [] })),
            (&closer, json!({ "assigned_to": null })),
            (&closer, json!({ "snoozed_until": null, "description": null })),
            (&writer, json!({ "status": "resolved" })),
            (&writer, json!({ "snoozed_until": null })),
        ] {
            who.patch(&path, body).await.refused(403, "forbidden");
        }
        assert_eq!(app.contents().await, stored);
        let assigned = dispatcher.patch(&path, json!({ "assigned_to": dispatcher_id })).await.ok();
        assert_eq!(assigned["assigned_to"]["id"], json!(dispatcher_id));
        assert_eq!(closer.patch(&path, json!({ "status": "pending" })).await.ok()["status"], "pending");
        assert_eq!(writer.patch(&path, json!({ "priority": "high" })).await.ok()["priority"], "high");
        assert_eq!(writer.patch(&path, json!({})).await.ok()["priority"], "high");
    }

    // SEC: N-10
    async fn nobody_gives_or_takes_rights_that_they_do_not_have(app) {
        let ada = app.admin("Ada").await;
        let lead = json!({ "name": "Lead", "permissions": ["tickets:read", "tickets:reply", "users:read", "users:manage"] });
        let lead = ada.post("roles", lead).await.ok();
        let more = ada.post("roles", json!({ "name": "More", "permissions": ["audit:read"] })).await.ok();
        let less = ada.post("roles", json!({ "name": "Less", "permissions": ["tickets:read"] })).await.ok();
        let (leo, _) = agent(app, &ada, "leo", lead["id"].as_str()).await;
        let (_, ann) = agent(app, &ada, "ann", None).await;
        let (_, uma) = agent(app, &ada, "uma", less["id"].as_str()).await;
        let stored = app.contents().await;
        let user = |role: &serde_json::Value| json!({ "email": "x@people.test", "password": "a fine password", "role": role });
        leo.post("users", user(&json!("admin"))).await.refused(403, "forbidden");
        leo.post("users", user(&json!("agent"))).await.refused(403, "forbidden");
        leo.patch(&format!("users/{ann}"), json!({ "is_active": false })).await.refused(403, "forbidden");
        leo.patch(&format!("users/{}", ada.id()), json!({ "first_name": "Eve" })).await.refused(403, "forbidden");
        leo.patch(&format!("users/{uma}"), json!({ "custom_role": more["id"] })).await.refused(403, "forbidden");
        leo.patch(&format!("users/{uma}"), json!({ "custom_role": null })).await.refused(403, "forbidden");
        leo.call(axum::http::Method::DELETE, &format!("users/{ann}")).await.refused(403, "forbidden");
        leo.patch(&format!("roles/{}", more["id"].as_str().unwrap()), json!({ "name": "x" })).await.refused(403, "forbidden");
        let refused = leo.post("roles", json!({ "name": "y", "permissions": ["audit:read"] })).await.refused(422, "invalid");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/permissions"), &json!("not_yours")));
        assert_eq!(app.contents().await, stored);
        leo.patch(&format!("users/{uma}"), json!({ "custom_role": lead["id"] })).await.ok();
        let refused = ada.patch(&format!("users/{uma}"), json!({ "role": "admin", "custom_role": less["id"] })).await;
        assert_eq!(refused.refused(422, "invalid")["errors"][0]["code"], "agents_only");
    }

    async fn a_team_has_agents_and_nobody_else(app) {
        let (ada, ana, cleo) = (app.admin("Ada").await, app.agent("Ana").await, app.customer("Cleo").await);
        let team = ada.post("teams", json!({ "name": "Returns", "members": [ana.id(), ana.id(), ada.id()] })).await.ok();
        assert_eq!(team["members"], json!([ana.id(), ada.id()]));
        let refused = ada.post("teams", json!({ "name": "Odd", "members": [ana.id(), cleo.id()] })).await.refused(422, "invalid");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/members/1"), &json!("unknown_agent")));
        ada.post("teams", json!({ "name": "RETURNS" })).await.refused(409, "name_taken");
        assert_eq!(ana.get("teams").await.ok()["data"][0]["id"], team["id"]);
        ana.post("teams", json!({ "name": "Mine" })).await.refused(403, "forbidden");
        cleo.get("teams").await.refused(403, "forbidden");
        let path = format!("teams/{}", team["id"].as_str().unwrap());
        assert_eq!(ada.patch(&path, json!({ "members": [] })).await.ok()["members"], json!([]));
    }
}
