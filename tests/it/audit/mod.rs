//! `audit`: who did what, from which request, and the file of it.

mod export;

use axum::http::Method;
use chrono::TimeDelta;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};
use support_tests::{actor::Actor, app::TestApp, on_both};

/// The actions of a page, newest first.
fn actions(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

/// A desk where a few things happened, a minute apart.
async fn history(app: &TestApp) -> (Actor, Actor, String) {
    let (admin, agent) = (app.admin("Ada").await, app.agent("Ana").await);
    let visitor = app.visitor().await;
    let ticket = visitor
        .post("tickets", json!({ "subject": "Hello" }))
        .header("x-request-id", "0000000000000000aaa1")
        .await
        .ok();
    let ticket = ticket["id"].as_str().unwrap().to_owned();
    app.clock.advance(TimeDelta::minutes(1));
    let assign = json!({ "assignee": agent.id() });
    agent.post(&format!("tickets/{ticket}/assign"), assign).header("x-request-id", "0000000000000000aaa2").await.ok();
    app.clock.advance(TimeDelta::minutes(1));
    let config = json!({ "WHATSAPP_NUMBER": "917975357599", "REPLY_TIME": "Soon" });
    admin.call(Method::PUT, "config").json(&config).header("x-request-id", "0000000000000000aaa3").await.ok();
    app.clock.advance(TimeDelta::minutes(1));
    let link = agent
        .post("tokens", json!({ "scope": { "ticket": ticket } }))
        .header("x-request-id", "0000000000000000aaa4")
        .await
        .ok();
    agent
        .act(&format!("tokens/{}/revoke", link["id"].as_str().unwrap()))
        .header("x-request-id", "0000000000000000aaa5")
        .await
        .ok();
    (admin, agent, ticket)
}

on_both! {
    // SEC: O-05
    async fn every_fact_says_who_did_what_with_what_when_and_by_which_request(app) {
        let (admin, ..) = history(app).await;
        let audit = admin.get("audit?limit=100").await;
        let interesting = ["token.revoked", "token.created", "config.updated", "ticket.assigned", "ticket.created"];
        let facts: Vec<_> = audit.body["data"].as_array().unwrap().iter()
            .filter(|fact| interesting.contains(&fact["action"].as_str().unwrap())).cloned().collect();
        let shown = support_tests::reply::Reply { body: json!(facts), ..audit };
        allow_duplicates! { assert_snapshot!(shown.shown(), @r#"
        200
        [
          {
            "action": "token.revoked",
            "actor": {
              "id": "[id 1]",
              "kind": "agent",
              "name": "Ana"
            },
            "address": null,
            "changes": {},
            "created_at": "2026-03-02T09:03:00Z",
            "id": "[id 2]",
            "request_id": "[request]",
            "resource": "token:[id 3]"
          },
          {
            "action": "token.created",
            "actor": {
              "id": "[id 1]",
              "kind": "agent",
              "name": "Ana"
            },
            "address": null,
            "changes": {
              "can": {
                "from": null,
                "to": "read, reply"
              },
              "contact": {
                "from": null,
                "to": "[id 4]"
              },
              "expires_at": {
                "from": null,
                "to": "2026-03-09T09:03:00Z"
              },
              "scope": {
                "from": null,
                "to": "ticket:[id 5]"
              }
            },
            "created_at": "2026-03-02T09:03:00Z",
            "id": "[id 6]",
            "request_id": "[request]",
            "resource": "token:[id 3]"
          },
          {
            "action": "config.updated",
            "actor": {
              "id": "[id 7]",
              "kind": "agent",
              "name": "Ada"
            },
            "address": null,
            "changes": {
              "value": {
                "from": null,
                "to": "917975357599"
              }
            },
            "created_at": "2026-03-02T09:02:00Z",
            "id": "[id 8]",
            "request_id": "[request]",
            "resource": "config:WHATSAPP_NUMBER"
          },
          {
            "action": "config.updated",
            "actor": {
              "id": "[id 7]",
              "kind": "agent",
              "name": "Ada"
            },
            "address": null,
            "changes": {
              "value": {
                "from": null,
                "to": "Soon"
              }
            },
            "created_at": "2026-03-02T09:02:00Z",
            "id": "[id 9]",
            "request_id": "[request]",
            "resource": "config:REPLY_TIME"
          },
          {
            "action": "ticket.assigned",
            "actor": {
              "id": "[id 1]",
              "kind": "agent",
              "name": "Ana"
            },
            "address": null,
            "changes": {
              "assigned_to": {
                "from": null,
                "to": "Ana"
              }
            },
            "created_at": "2026-03-02T09:01:00Z",
            "id": "[id 10]",
            "request_id": "[request]",
            "resource": "ticket:[id 5]"
          },
          {
            "action": "ticket.created",
            "actor": {
              "id": "[id 4]",
              "kind": "visitor",
              "name": ""
            },
            "address": null,
            "changes": {},
            "created_at": "2026-03-02T09:00:00Z",
            "id": "[id 11]",
            "request_id": "[request]",
            "resource": "ticket:[id 5]"
          }
        ]
        "#); }
    }

    async fn filters_show_what_they_name_and_nothing_else(app) {
        let (admin, agent, ticket) = history(app).await;
        let visible = async |query: String| {
            let page = admin.get(&format!("audit?{query}")).await.ok();
            actions(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let by_agent = visible(format!("actor={}", agent.id())).await;
        assert_eq!(by_agent, ["token.revoked", "token.created", "ticket.assigned", "user.signed_in"]);
        assert_eq!(visible("action=config.updated".into()).await, ["config.updated", "config.updated"]);
        assert_eq!(visible("action=Token.Created,ticket.assigned".into()).await, ["token.created", "ticket.assigned"]);
        assert_eq!(visible("resource=config:REPLY_TIME".into()).await, ["config.updated"]);
        assert_eq!(visible(format!("ticket={ticket}")).await, ["ticket.assigned", "ticket.created"]);
        assert_eq!(visible(format!("resource=ticket:{ticket}&action=ticket.created")).await, ["ticket.created"]);
        assert_eq!(visible("request_id=0000000000000000aaa2".into()).await, ["ticket.assigned"]);
        assert_eq!(visible("created_at_after=2026-03-02T09:02:30Z".into()).await, ["token.revoked", "token.created"]);
        let middle = "created_at_after=2026-03-02T09:00:30Z&created_at_before=2026-03-02T09:01:30Z";
        assert_eq!(visible(middle.into()).await, ["ticket.assigned"]);
        assert_eq!(visible("address=203.0.113.9".into()).await, [""; 0]);
        assert_eq!(visible("resource=user:nobody".into()).await, [""; 0]);
        for wrong in ["action=ticket.eaten", "actor=me", "created_at_after=yesterday", "limit=0", "cursor=x", "who=ada"] {
            let refused = admin.get(&format!("audit?{wrong}")).await;
            assert_eq!(refused.status, 400, "{wrong}: {}", refused.text);
        }
    }

    async fn the_log_pages_both_ways_while_it_grows(app) {
        let (admin, agent, ticket) = history(app).await;
        let all = admin.get("audit?limit=100").await.ok();
        let all: Vec<_> = all["data"].as_array().unwrap().clone();
        let first = admin.get("audit?limit=3").await.ok();
        agent.post(&format!("tickets/{ticket}/messages"), json!({ "body": "Meanwhile" })).await.ok();
        let mut met = first["data"].as_array().unwrap().clone();
        let mut page = first.clone();
        while let Some(cursor) = page["next"].as_str() {
            page = admin.get(&format!("audit?limit=3&cursor={cursor}")).await.ok();
            met.extend(page["data"].as_array().unwrap().clone());
        }
        assert_eq!(met, all, "each fact once, in order");
        let cursor = page["previous"].as_str().unwrap();
        let back = admin.get(&format!("audit?limit=3&cursor={cursor}")).await.ok();
        let last = met.len() - page["data"].as_array().unwrap().len();
        assert_eq!(back["data"].as_array().unwrap().as_slice(), &met[last - 3..last]);
        // A cursor belongs to its filter.
        let cursor = first["next"].as_str().unwrap();
        admin.get(&format!("audit?action=config.updated&cursor={cursor}")).await.refused(400, "invalid_cursor");
    }

    async fn neither_agents_nor_customers_see_the_audit(app) {
        let (_, agent, _) = history(app).await;
        let cara = app.customer("Cara").await;
        let stored = app.contents().await;
        for path in ["audit", "audit/export"] {
            agent.get(path).await.refused(403, "forbidden");
            cara.get(path).await.refused(403, "forbidden");
            app.stranger().get(path).await.refused(401, "unauthenticated");
            app.visitor().await.get(path).await.refused(404, "not_found");
        }
        let after = app.contents().await;
        assert_eq!(after["support_events"], stored["support_events"], "a refused export is none");
    }

    // SEC: O-05
    async fn nothing_changes_or_deletes_a_fact(app) {
        let (admin, ..) = history(app).await;
        let before = app.contents().await;
        for method in [Method::DELETE, Method::PUT, Method::PATCH, Method::POST] {
            admin.call(method.clone(), "audit").await.refused(405, "method_not_allowed");
        }
        // Not even somebody with the database in hand, by accident.
        for sql in ["DELETE FROM support_events", "UPDATE support_events SET kind = 'ticket.closed'", "UPDATE support_events SET actor_id = NULL"] {
            assert!(support_tests::contents::run(&*app.storage, sql).await.is_err(), "{sql}");
        }
        assert_eq!(app.contents().await, before);
    }
}
