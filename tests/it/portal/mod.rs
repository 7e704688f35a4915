//! Portal links: `tokens` for those who hand them out, `portal/api/v1` for those who hold one.

mod canary;
mod links;
mod mailed;

use axum::http::Method;
use chrono::TimeDelta;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};
use support_tests::{actor::Actor, app::TestApp, on_both};

/// A visitor's ticket and an agent.
async fn desk(app: &TestApp) -> (Actor, Actor, String) {
    let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
    let opened = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
    (agent, visitor, opened["id"].as_str().unwrap().to_owned())
}

async fn minted(agent: &Actor, ticket: &str) -> Value {
    agent.post("tokens", json!({ "scope": { "ticket": ticket } })).await.ok()
}

on_both! {
    // SEC: P-02, P-03, N-05
    async fn a_link_becomes_a_cookie_that_opens_its_ticket_alone(app) {
        let (agent, visitor, ticket) = desk(app).await;
        let other = visitor.post("tickets", json!({ "initial_message": "Another of the same person" })).await.ok();
        let link = agent.post("tokens", json!({ "scope": { "ticket": ticket }, "note": "by phone" })).await;
        allow_duplicates! { assert_snapshot!(link.shown(), @r#"
        201
        {
          "can": [
            "read",
            "reply"
          ],
          "expires_at": "2026-03-09T09:00:00Z",
          "id": "[id 1]",
          "scope": {
            "ticket": "[id 2]"
          },
          "token": "[secret]",
          "url": "https://support.test/portal#[secret]",
          "use_count": 0
        }
        "#); }
        let secret = link.body["token"].as_str().unwrap();
        let browser = app.portal_browser();
        let entered = browser.post("session", json!({ "token": secret })).await;
        allow_duplicates! { assert_snapshot!(entered.shown(), @r#"
        200
        {
          "can": [
            "read",
            "reply"
          ],
          "expires_at": "2026-03-09T09:00:00Z",
          "link": null,
          "scope": {
            "ticket": "[id 1]"
          },
          "tickets": [
            {
              "ai_auto_resolved": null,
              "ai_confidence_score": null,
              "ai_first_response_time": null,
              "ai_summary": null,
              "assigned_to": null,
              "category": null,
              "channel": "chat",
              "closed_at": null,
              "created_at": "2026-03-02T09:00:00Z",
              "created_by": null,
              "custom_fields": {},
              "description": null,
              "first_response_at": null,
              "id": "[id 1]",
              "last_message_at": "2026-03-02T09:00:00Z",
              "last_seq": 1,
              "links": [],
              "merged_into": null,
              "number": 1,
              "preview": "Hello",
              "priority": "medium",
              "requester": {
                "email": null,
                "id": "[id 2]",
                "name": ""
              },
              "resolved_at": null,
              "satisfaction": null,
              "sla": null,
              "sla_due_at": null,
              "sla_overdue": false,
              "snoozed_until": null,
              "status": "open",
              "subject": "Hello",
              "tags": [],
              "team": null,
              "unread_by_agent": 0,
              "unread_by_customer": 0,
              "updated_at": "2026-03-02T09:00:00Z",
              "version": 1,
              "watchers": []
            }
          ]
        }
        "#); }
        let cookie = entered.header("set-cookie").to_owned();
        assert!(cookie.starts_with("__Host-support_portal_") && !cookie.contains(secret), "{cookie}");
        for attribute in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Max-Age=604800"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert_eq!(browser.get("session").await.ok(), entered.body);
        let path = format!("tickets/{ticket}");
        let written = browser.post(&format!("{path}/messages"), json!({ "body": "From the portal", "client_id": "p-1" })).await.ok();
        assert_eq!((&written["channel"], &written["direction"], &written["seq"]), (&json!("portal"), &json!("inbound"), &json!(2)));
        browser.act(&format!("{path}/read")).await.ok();
        let listed = browser.get("tickets").await.ok();
        assert_eq!((listed["data"].as_array().unwrap().len(), &listed["data"][0]["id"]), (1, &json!(ticket)));
        browser.get(&format!("tickets/{}", other["id"].as_str().unwrap())).await.refused(404, "not_found");
        let stored = app.contents().await;
        browser.post("tickets", json!({ "subject": "More" })).await.refused(403, "forbidden");
        assert_eq!(app.contents().await, stored);
        assert!(stored.values().all(|rows| !rows.contains(secret)), "only its hash is stored");
        let listed = agent.get(&format!("tokens?ticket={ticket}")).await;
        allow_duplicates! { assert_snapshot!(listed.shown(), @r#"
        200
        {
          "data": [
            {
              "can": [
                "read",
                "reply"
              ],
              "contact": "[id 1]",
              "created_at": "2026-03-02T09:00:00Z",
              "created_by": "[id 2]",
              "expires_at": "2026-03-09T09:00:00Z",
              "id": "[id 3]",
              "last_used_at": "2026-03-02T09:00:00Z",
              "note": "by phone",
              "revoked_at": null,
              "scope": {
                "ticket": "[id 4]"
              },
              "use_count": 1
            }
          ],
          "next": null,
          "previous": null
        }
        "#); }
    }

    async fn a_link_to_a_contact_opens_all_of_theirs_and_what_it_allows(app) {
        let (agent, visitor, _) = desk(app).await;
        let body = json!({ "scope": { "contact": visitor.id() }, "can": ["read", "create"], "expires_in_days": 30 });
        let link = agent.post("tokens", body).await.ok();
        assert_eq!(link["expires_at"], "2026-04-01T09:00:00Z");
        let portal = app.portal(link["token"].as_str().unwrap()).await;
        let opened = portal.post("tickets", json!({ "subject": "By link" })).await.ok();
        assert_eq!(portal.get("tickets").await.ok()["data"].as_array().unwrap().len(), 2);
        let thread = format!("tickets/{}/messages", opened["id"].as_str().unwrap());
        portal.post(&thread, json!({ "body": "No reply allowed" })).await.refused(403, "forbidden");
    }

    // SEC: P-06, A-12
    async fn a_scanner_that_looks_at_everything_changes_nothing(app) {
        let (agent, _, ticket) = desk(app).await;
        agent.post(&format!("tickets/{ticket}/messages"), json!({ "body": "An answer" })).await.ok();
        let link = minted(&agent, &ticket).await;
        let portal = app.portal(link["token"].as_str().unwrap()).await;
        let stored = app.contents().await;
        let scanner = app.portal_browser().silent();
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            for address in ["session".to_owned(), "session/end".into(), "tickets".into(), format!("tickets/{ticket}"),
                format!("tickets/{ticket}/messages"), format!("tickets/{ticket}/read"), "/portal".into(), "/livez".into()]
            {
                scanner.call(method.clone(), &address).await;
                portal.call(method.clone(), &address).await;
            }
        }
        assert_eq!(app.contents().await, stored);
        assert_eq!(agent.get(&format!("tickets/{ticket}")).await.ok()["unread_by_customer"], 1);
    }

    // SEC: P-07, N-12, N-13
    async fn whatever_is_wrong_with_a_link_the_answer_is_the_same(app) {
        let (agent, _, ticket) = desk(app).await;
        let revoked = minted(&agent, &ticket).await;
        agent.act(&format!("tokens/{}/revoke", revoked["id"].as_str().unwrap())).await.ok();
        let expired = agent.post("tokens", json!({ "scope": { "ticket": ticket }, "expires_in_days": 1 })).await.ok();
        app.clock.advance(TimeDelta::days(1));
        let good = minted(&agent, &ticket).await;
        let good = good["token"].as_str().unwrap();
        let stored = app.contents().await;
        let mut answers = Vec::new();
        for token in [revoked["token"].as_str().unwrap(), expired["token"].as_str().unwrap(), "", " ", "\0", "null", &good.to_uppercase(),
            &format!("{good} "), &format!("{good}\t"), &good[..46], "spt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
        {
            let reply = app.portal_browser().post("session", json!({ "token": token })).await;
            assert_eq!(reply.header("set-cookie"), "");
            let mut problem = reply.refused(404, "not_found");
            problem["request_id"] = Value::Null;
            answers.push(problem);
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
        for shape in [json!(["x"]), json!(7), json!(null), json!({})] {
            app.portal_browser().post("session", json!({ "token": shape })).await.refused(422, "invalid");
        }
        assert_eq!(app.contents().await, stored);
    }

    async fn a_revoked_or_expired_link_ends_its_sessions(app) {
        let (agent, _, ticket) = desk(app).await;
        let (first, second) = (minted(&agent, &ticket).await, minted(&agent, &ticket).await);
        let (one, two) = (app.portal(first["token"].as_str().unwrap()).await, app.portal(second["token"].as_str().unwrap()).await);
        one.get(&format!("tickets/{ticket}")).await.ok();
        let revoke = format!("tokens/{}/revoke", first["id"].as_str().unwrap());
        let revoked = agent.act(&revoke).await.ok();
        assert_eq!((&revoked["revoked_at"], &revoked["use_count"]), (&json!("2026-03-02T09:00:00Z"), &json!(1)));
        app.clock.advance(TimeDelta::hours(1));
        assert_eq!(agent.act(&revoke).await.ok(), revoked, "twice changes nothing");
        one.get("session").await.refused(401, "unauthenticated");
        one.post(&format!("tickets/{ticket}/messages"), json!({ "body": "x" })).await.refused(401, "unauthenticated");
        two.get("session").await.ok();
        app.clock.advance(TimeDelta::days(7));
        two.get("session").await.refused(401, "unauthenticated");
    }

    async fn leaving_ends_the_session_and_not_the_link(app) {
        let (agent, _, ticket) = desk(app).await;
        let link = minted(&agent, &ticket).await;
        let portal = app.portal(link["token"].as_str().unwrap()).await;
        let cookie = portal.cookie();
        assert_eq!(portal.act("session/end").await.status, 204);
        app.portal_browser().get("session").header("cookie", &cookie).await.refused(401, "unauthenticated");
        let again = app.portal(link["token"].as_str().unwrap()).await;
        // Another exchange in the same browser replaces the session, and the one before it is over.
        let before = again.cookie();
        again.post("session", json!({ "token": link["token"] })).await.ok();
        assert_ne!(again.cookie(), before);
        app.portal_browser().get("session").header("cookie", &before).await.refused(401, "unauthenticated");
        assert_eq!(agent.get("tokens").await.ok()["data"][0]["use_count"], 3);
    }

    async fn a_link_is_minted_within_its_limits(app) {
        let (agent, visitor, ticket) = desk(app).await;
        let stored = app.contents().await;
        for (body, status, code) in [
            (json!({ "scope": { "ticket": ticket }, "expires_in_days": 0 }), 422, "invalid"),
            (json!({ "scope": { "ticket": ticket }, "expires_in_days": 31 }), 422, "invalid"),
            (json!({ "scope": { "ticket": ticket }, "can": ["reply"] }), 422, "invalid"),
            (json!({ "scope": { "ticket": ticket, "contact": visitor.id() } }), 422, "invalid"),
            (json!({ "scope": {} }), 422, "invalid"),
            (json!({ "scope": { "ticket": visitor.id() } }), 404, "not_found"),
            (json!({ "scope": { "contact": agent.id() } }), 404, "not_found"),
            (json!({ "scope": { "ticket": ticket }, "use_count": 5 }), 422, "unknown_field"),
        ] {
            agent.post("tokens", body).await.refused(status, code);
        }
        assert_eq!(app.contents().await, stored);
    }
}
