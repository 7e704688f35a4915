//! A ticket from its opening to its end.

use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};
use support_tests::on_both;

on_both! {
    async fn a_visitor_opens_a_ticket_and_sees_none_of_the_desks_fields(app) {
        let visitor = app.visitor().await;
        let opened = visitor.post("tickets", json!({ "initial_message": "My order is late", "client_id": "c-1" })).await;
        allow_duplicates! { assert_snapshot!(opened.shown(), @r#"
        201
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
          "preview": "My order is late",
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
          "subject": "My order is late",
          "tags": [],
          "team": null,
          "unread_by_agent": 0,
          "unread_by_customer": 0,
          "updated_at": "2026-03-02T09:00:00Z",
          "version": 1,
          "watchers": []
        }
        "#); }
        assert_eq!(opened.header("etag"), visitor.get(&format!("tickets/{}", opened.body["id"].as_str().unwrap())).await.header("etag"));
    }

    async fn an_agent_opens_a_ticket_for_a_customer_by_address(app) {
        let agent = app.agent("Ana").await;
        let opened = agent
            .post("tickets", json!({ "title": "Refund", "description": "By phone.", "priority": "HIGH", "category": "billing",
                "requester": { "email": "Mia@Example.COM", "name": "Mia" } }))
            .await;
        allow_duplicates! { assert_snapshot!(opened.shown(), @r#"
        201
        {
          "ai_auto_resolved": null,
          "ai_confidence_score": null,
          "ai_first_response_time": null,
          "ai_summary": null,
          "assigned_to": null,
          "category": "billing",
          "channel": "api",
          "closed_at": null,
          "created_at": "2026-03-02T09:00:00Z",
          "created_by": "[id 1]",
          "custom_fields": {},
          "description": "By phone.",
          "first_response_at": null,
          "id": "[id 2]",
          "last_message_at": null,
          "last_seq": 0,
          "links": [],
          "merged_into": null,
          "number": 1,
          "preview": "",
          "priority": "high",
          "requester": {
            "email": "Mia@example.com",
            "id": "[id 3]",
            "name": "Mia"
          },
          "resolved_at": null,
          "satisfaction": null,
          "sla": null,
          "sla_due_at": null,
          "sla_overdue": false,
          "snoozed_until": null,
          "status": "open",
          "subject": "Refund",
          "tags": [],
          "team": null,
          "unread_by_agent": 0,
          "unread_by_customer": 0,
          "updated_at": "2026-03-02T09:00:00Z",
          "version": 1,
          "watchers": []
        }
        "#); }
        // The same address is the same contact.
        let again = agent.post("tickets", json!({ "subject": "Again", "requester": { "email": "mia@example.com" } })).await.ok();
        assert_eq!(again["requester"]["id"], opened.body["requester"]["id"]);
        assert_eq!(again["number"], 2);
    }

    async fn a_message_travels_to_the_agent_and_the_answer_back(app) {
        let visitor = app.visitor().await;
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello?" })).await.ok();
        let ticket = ticket["id"].as_str().unwrap();
        let thread = format!("tickets/{ticket}/messages");

        let agent = app.agent("Ana").await;
        let seen = agent.get(&thread).await;
        allow_duplicates! { assert_snapshot!(seen.shown(), @r#"
        200
        {
          "data": [
            {
              "attachments": [],
              "author": {
                "id": "[id 1]",
                "kind": "customer",
                "name": ""
              },
              "body": "Hello?",
              "body_html": "<p>Hello?</p>",
              "channel": "chat",
              "client_id": null,
              "conversation_id": "[id 2]",
              "created_at": "2026-03-02T09:00:00Z",
              "deleted_at": null,
              "direction": "inbound",
              "edited_at": null,
              "format": "text",
              "id": "[id 3]",
              "is_internal": false,
              "is_read": false,
              "mentions": [],
              "reactions": [],
              "receipts": {
                "delivered": true,
                "read": false
              },
              "reply_count": 0,
              "reply_to": null,
              "seq": 1
            }
          ],
          "next": null,
          "previous": null
        }
        "#); }
        let answer = agent.post(&thread, json!({ "body": "Hi, how can I help?", "client_id": "a-1" })).await;
        allow_duplicates! { assert_snapshot!(answer.shown(), @r#"
        201
        {
          "attachments": [],
          "author": {
            "id": "[id 1]",
            "kind": "agent",
            "name": "Ana"
          },
          "body": "Hi, how can I help?",
          "body_html": "<p>Hi, how can I help?</p>",
          "channel": "api",
          "client_id": "a-1",
          "conversation_id": "[id 2]",
          "created_at": "2026-03-02T09:00:00Z",
          "deleted_at": null,
          "direction": "outbound",
          "edited_at": null,
          "format": "text",
          "id": "[id 3]",
          "is_internal": false,
          "is_read": true,
          "mentions": [],
          "reactions": [],
          "receipts": {
            "delivered": false,
            "read": false
          },
          "reply_count": 0,
          "reply_to": null,
          "seq": 2
        }
        "#); }
        let arrived = visitor.get(&thread).await;
        allow_duplicates! { assert_snapshot!(arrived.shown(), @r#"
        200
        {
          "data": [
            {
              "attachments": [],
              "author": {
                "id": "[id 1]",
                "kind": "customer",
                "name": ""
              },
              "body": "Hello?",
              "body_html": "<p>Hello?</p>",
              "channel": "chat",
              "client_id": null,
              "conversation_id": "[id 2]",
              "created_at": "2026-03-02T09:00:00Z",
              "deleted_at": null,
              "direction": "inbound",
              "edited_at": null,
              "format": "text",
              "id": "[id 3]",
              "is_internal": false,
              "is_read": true,
              "mentions": [],
              "reactions": [],
              "receipts": {
                "delivered": true,
                "read": false
              },
              "reply_count": 0,
              "reply_to": null,
              "seq": 1
            },
            {
              "attachments": [],
              "author": {
                "id": "[id 4]",
                "kind": "agent",
                "name": "Ana"
              },
              "body": "Hi, how can I help?",
              "body_html": "<p>Hi, how can I help?</p>",
              "channel": "api",
              "client_id": null,
              "conversation_id": "[id 2]",
              "created_at": "2026-03-02T09:00:00Z",
              "deleted_at": null,
              "direction": "outbound",
              "edited_at": null,
              "format": "text",
              "id": "[id 5]",
              "is_internal": false,
              "is_read": false,
              "mentions": [],
              "reactions": [],
              "receipts": {
                "delivered": false,
                "read": false
              },
              "reply_count": 0,
              "reply_to": null,
              "seq": 2
            }
          ],
          "next": null,
          "previous": null
        }
        "#); }

        // The visitor reads; the agent sees that.
        let read = visitor.act(&format!("tickets/{ticket}/read")).await.ok();
        assert_eq!(read["unread_by_customer"], 0);
        let receipts = agent.get(&thread).await.ok()["data"][1]["receipts"].clone();
        assert_eq!(receipts, json!({ "delivered": true, "read": true }));
        // Twice changes nothing.
        assert_eq!(visitor.act(&format!("tickets/{ticket}/read")).await.ok()["version"], read["version"]);
    }

    async fn resolve_reopen_close_and_assign_leave_their_traces(app) {
        let agent = app.agent("Ana").await;
        let ticket = app.visitor().await.post("tickets", json!({ "initial_message": "Hello?" })).await.ok();
        let path = format!("tickets/{}", ticket["id"].as_str().unwrap());

        let assigned = agent.post(&format!("{path}/assign"), json!({ "assignee": agent.id() })).await.ok();
        assert_eq!(assigned["assigned_to"], json!({ "id": agent.id(), "name": "Ana", "email": "ana@people.test" }));
        let resolved = agent.act(&format!("{path}/resolve")).await.ok();
        assert_eq!((&resolved["status"], &resolved["resolved_at"]), (&json!("resolved"), &json!("2026-03-02T09:00:00Z")));
        let again = agent.act(&format!("{path}/resolve")).await.ok();
        assert_eq!(again, resolved, "twice changes nothing");
        let reopened = agent.act(&format!("{path}/reopen")).await.ok();
        assert_eq!((&reopened["status"], &reopened["resolved_at"]), (&json!("open"), &Value::Null));
        let closed = agent.act(&format!("{path}/close")).await.ok();
        assert_eq!((&closed["status"], &closed["closed_at"]), (&json!("closed"), &json!("2026-03-02T09:00:00Z")));
        let changed = agent.patch(&path, json!({ "status": "Pending", "priority": "urgent", "assigned_to": null })).await.ok();
        assert_eq!((&changed["status"], &changed["priority"], &changed["assigned_to"]), (&json!("pending"), &json!("urgent"), &Value::Null));

        app.storage.number_events().await.unwrap();
        let timeline = agent.get(&format!("{path}/events")).await;
        allow_duplicates! { assert_snapshot!(timeline.shown(), @r#"
        200
        {
          "data": [
            {
              "actor": {
                "id": "[id 1]",
                "kind": "agent",
                "name": "Ana"
              },
              "data": {
                "assigned_to": {
                  "from": "Ana",
                  "to": null
                }
              },
              "id": "[id 2]",
              "occurred_at": "2026-03-02T09:00:00Z",
              "seq": 10,
              "ticket": "[id 3]",
              "type": "ticket.assigned",
              "v": 1
            },
            {
              "actor": {
                "id": "[id 1]",
                "kind": "agent",
                "name": "Ana"
              },
              "data": {
                "status": {
                  "from": "closed",
                  "to": "pending"
                }
              },
              "id": "[id 4]",
              "occurred_at": "2026-03-02T09:00:00Z",
              "seq": 9,
              "ticket": "[id 3]",
              "type": "ticket.reopened",
              "v": 1
            },
            {
              "actor": {
                "id": "[id 1]",
                "kind": "agent",
                "name": "Ana"
              },
              "data": {
                "priority": {
                  "from": "medium",
                  "to": "urgent"
                }
              },
              "id": "[id 5]",
              "occurred_at": "2026-03-02T09:00:00Z",
              "seq": 8,
              "ticket": "[id 3]",
              "type": "ticket.updated",
              "v": 1
            },
            {
              "actor": {
                "id": "[id 1]",
                "kind": "agent",
                "name": "Ana"
              },
              "data": {
                "status": {
                  "from": "open",
                  "to": "closed"
                }
              },
              "id": "[id 6]",
              "occurred_at": "2026-03-02T09:00:00Z",
              "seq": 7,
              "ticket": "[id 3]",
              "type": "ticket.closed",
              "v": 1
            },
            {
              "actor": {
                "id": "[id 1]",
                "kind": "agent",
                "name": "Ana"
              },
              "data": {
                "status": {
                  "from": "resolved",
                  "to": "open"
                }
              },
              "id": "[id 7]",
              "occurred_at": "2026-03-02T09:00:00Z",
              "seq": 6,
              "ticket": "[id 3]",
              "type": "ticket.reopened",
              "v": 1
            },
            {
              "actor": {
                "id": "[id 1]",
                "kind": "agent",
                "name": "Ana"
              },
              "data": {
                "status": {
                  "from": "open",
                  "to": "resolved"
                }
              },
              "id": "[id 8]",
              "occurred_at": "2026-03-02T09:00:00Z",
              "seq": 5,
              "ticket": "[id 3]",
              "type": "ticket.resolved",
              "v": 1
            },
            {
              "actor": {
                "id": "[id 1]",
                "kind": "agent",
                "name": "Ana"
              },
              "data": {
                "assigned_to": {
                  "from": null,
                  "to": "Ana"
                }
              },
              "id": "[id 9]",
              "occurred_at": "2026-03-02T09:00:00Z",
              "seq": 4,
              "ticket": "[id 3]",
              "type": "ticket.assigned",
              "v": 1
            },
            {
              "actor": {
                "id": "[id 10]",
                "kind": "customer",
                "name": ""
              },
              "data": {},
              "id": "[id 11]",
              "occurred_at": "2026-03-02T09:00:00Z",
              "seq": 3,
              "ticket": "[id 3]",
              "type": "message.created",
              "v": 1
            },
            {
              "actor": {
                "id": "[id 10]",
                "kind": "customer",
                "name": ""
              },
              "data": {},
              "id": "[id 12]",
              "occurred_at": "2026-03-02T09:00:00Z",
              "seq": 2,
              "ticket": "[id 3]",
              "type": "ticket.created",
              "v": 1
            }
          ],
          "next": null,
          "previous": null
        }
        "#); }
    }

    async fn a_customers_message_reopens_what_was_resolved(app) {
        let visitor = app.visitor().await;
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello?" })).await.ok();
        let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
        let agent = app.agent("Ana").await;
        for (done, word) in [("resolve", "resolved"), ("close", "closed")] {
            assert_eq!(agent.act(&format!("{path}/{done}")).await.ok()["status"], word);
            visitor.post(&format!("{path}/messages"), json!({ "body": "Not yet." })).await.ok();
            let ticket = agent.get(&path).await.ok();
            assert_eq!((&ticket["status"], &ticket["resolved_at"], &ticket["closed_at"]), (&json!("open"), &Value::Null, &Value::Null));
        }
    }

    async fn the_views_count_what_they_list(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let visitor = app.visitor().await;
        let mut tickets = Vec::new();
        for number in 1..=5 {
            let opened = visitor.post("tickets", json!({ "initial_message": format!("Question {number}") })).await.ok();
            tickets.push(format!("tickets/{}", opened["id"].as_str().unwrap()));
        }
        ana.post(&format!("{}/assign", tickets[0]), json!({ "assignee": ana.id() })).await.ok();
        ana.post(&format!("{}/assign", tickets[1]), json!({ "assignee": ben.id() })).await.ok();
        ana.act(&format!("{}/resolve", tickets[2])).await.ok();
        ana.act(&format!("{}/close", tickets[3])).await.ok();
        let counts = ana.get("tickets/stats").await;
        assert_eq!(counts.body["by_status"], json!({ "closed": 1, "open": 3, "pending": 0, "resolved": 1, "snoozed": 0 }));
        let views = ["mine", "unassigned", "open", "resolved"].map(|view| counts.body[view].as_i64());
        assert_eq!(views, [Some(1), Some(1), Some(3), Some(2)]);
        for (query, count) in [
            ("status=open,pending,snoozed&assigned_to=me", &counts.body["mine"]),
            ("status=open,pending,snoozed&assigned_to=none", &counts.body["unassigned"]),
            ("status=open,pending,snoozed", &counts.body["open"]),
            ("status=resolved,closed", &counts.body["resolved"]),
        ] {
            let listed = ana.get(&format!("tickets?{query}")).await.ok();
            assert_eq!(json!(listed["data"].as_array().unwrap().len()), *count, "{query}");
        }
    }
}
