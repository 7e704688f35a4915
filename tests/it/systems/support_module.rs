//! support-module: the customer portal and the agents' queue of a shop, as its frontend uses them.
//!
//! Its `mark-read` is `read` here, `order` is a link `order:…`, `user` and `contact` are the requester.

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_core::clock::Clock as _;
use support_tests::{actor::Actor, on_both};

async fn ids(actor: &Actor, list: &str) -> Vec<Value> {
    let page = actor.get(list).await.ok();
    page["data"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect()
}

fn at(ticket: &Value) -> String {
    format!("tickets/{}", ticket["id"].as_str().unwrap())
}

on_both! {
    // Promise: the ticket's fields, all of them in every answer, with what customers may not see left empty.
    async fn a_ticket_has_every_field_of_the_source(app) {
        let (agent, customer) = (app.agent("Ana").await, app.customer("Cleo").await);
        let ticket = customer.post("tickets", json!({ "subject": "Late", "description": "By mail", "initial_message": "Where is it?" })).await.ok();
        let change = json!({ "links": [{ "kind": "order", "id": "A-42" }], "category": "shipping", "assigned_to": agent.id(), "watchers": [agent.id()] });
        agent.patch(&at(&ticket), change).await.ok();
        let seen = agent.get(&at(&ticket)).await.ok();
        for field in [
            "id", "subject", "description", "status", "priority", "category", "channel", "sla_due_at", "requester", "links",
            "assigned_to", "watchers", "last_message_at", "unread_by_agent", "unread_by_customer", "ai_summary", "ai_confidence_score",
            "ai_first_response_time", "ai_auto_resolved", "created_at", "updated_at", "closed_at",
        ] {
            assert!(seen.get(field).is_some(), "{field}");
        }
        assert_eq!(seen["links"], json!([{ "kind": "order", "id": "A-42" }]));
        assert_eq!(seen["watchers"].as_array().unwrap().len(), 1);
        let theirs = customer.get(&at(&ticket)).await.ok();
        assert_eq!((&theirs["watchers"], &theirs["links"], &theirs["ai_summary"]), (&json!([]), &json!([]), &Value::Null));
        assert_eq!(theirs["assigned_to"]["email"], Value::Null);
    }

    // Promise: the list's filters, ranges, search and orderings, and pages by next and previous.
    async fn the_list_filters_searches_orders_and_pages(app) {
        let (agent, customer, other) = (app.agent("Ana").await, app.customer("Cleo").await, app.customer("Carl").await);
        let first = customer.post("tickets", json!({ "subject": "Broken lamp", "initial_message": "It flickers" })).await.ok();
        app.clock.advance(TimeDelta::hours(1));
        let second = other.post("tickets", json!({ "subject": "Wrong colour", "description": "Wanted teal", "priority": "high" })).await.ok();
        app.clock.advance(TimeDelta::hours(1));
        agent.patch(&at(&first), json!({ "links": [{ "kind": "order", "id": "A-42" }], "status": "pending", "assigned_to": agent.id() })).await.ok();
        let (one, two) = (vec![first["id"].clone()], vec![second["id"].clone()]);
        let me = agent.id();
        let between = (app.clock.now() - TimeDelta::minutes(90)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        for (query, expected) in [
            ("status=pending".to_owned(), &one),
            ("status=PENDING".to_owned(), &one),
            ("priority=high".to_owned(), &two),
            (format!("assigned_to={me}"), &one),
            ("assigned_to=me".to_owned(), &one),
            ("assigned_to=none".to_owned(), &two),
            (format!("requester={}", customer.id()), &one),
            ("link=order:A-42".to_owned(), &one),
            ("channel=api&status=open".to_owned(), &two),
            (format!("created_at_after={between}"), &two),
            (format!("created_at_before={between}"), &one),
            (format!("last_message_at_before={between}"), &one),
            // Search: subject, description, messages, the requester's address and name.
            ("search=lamp".to_owned(), &one),
            ("search=teal".to_owned(), &two),
            ("search=flickers".to_owned(), &one),
            ("search=carl@people.test".to_owned(), &two),
            ("search=Cleo".to_owned(), &one),
            ("search=nothing-like-it".to_owned(), &vec![]),
        ] {
            assert_eq!(ids(&agent, &format!("tickets?{query}")).await, *expected, "{query}");
        }
        let (ascending, descending) = ([one.clone(), two.clone()].concat(), [two.clone(), one.clone()].concat());
        assert_eq!(ids(&agent, "tickets?ordering=created_at").await, ascending);
        assert_eq!(ids(&agent, "tickets?ordering=-created_at").await, descending);
        for ordering in ["last_message_at", "-last_message_at", "sla_due_at", "-sla_due_at", "priority"] {
            assert_eq!(ids(&agent, &format!("tickets?ordering={ordering}")).await.len(), 2, "{ordering}");
        }
        agent.get("tickets?ordering=password").await.refused(400, "invalid_parameter");
        // Pages: a cursor leads on and another one back.
        let page = agent.get("tickets?ordering=created_at&limit=1").await.ok();
        let next = agent.get(&format!("tickets?ordering=created_at&limit=1&cursor={}", page["next"].as_str().unwrap())).await.ok();
        assert_eq!((&page["data"][0]["id"], &next["data"][0]["id"]), (&first["id"], &second["id"]));
        let back = agent.get(&format!("tickets?ordering=created_at&limit=1&cursor={}", next["previous"].as_str().unwrap())).await.ok();
        assert_eq!(back["data"], page["data"]);
    }

    // Promise: a customer opens a ticket with a first message and reads its thread; marking it read is for one's own side.
    async fn a_customer_opens_a_ticket_and_reads_the_answer(app) {
        let (agent, customer) = (app.agent("Ana").await, app.customer("Cleo").await);
        let ticket = customer.post("tickets", json!({ "subject": "Late", "initial_message": "Where is it?" })).await.ok();
        // Without a user in the body the ticket is the caller's own, and linked to their contact.
        assert_eq!(ticket["requester"]["id"], json!(customer.id()));
        customer.get(&format!("contacts/{}", customer.id())).await.ok();
        let list = format!("messages?ticket={}", ticket["id"].as_str().unwrap());
        assert_eq!(customer.get(&list).await.ok()["data"][0]["body"], "Where is it?");
        assert_eq!(agent.get(&at(&ticket)).await.ok()["unread_by_agent"], 1);
        agent.post("messages", json!({ "ticket": ticket["id"], "body": "On its way" })).await.ok();
        assert_eq!(customer.get(&at(&ticket)).await.ok()["unread_by_customer"], 1);
        customer.act(&format!("{}/read", at(&ticket))).await.ok();
        let seen = agent.get(&at(&ticket)).await.ok();
        assert_eq!((&seen["unread_by_customer"], &seen["unread_by_agent"]), (&json!(0), &json!(1)), "the desk's own counter stays");
        agent.act(&format!("{}/read", at(&ticket))).await.ok();
        assert_eq!(agent.get(&at(&ticket)).await.ok()["unread_by_agent"], 0);
    }

    // Promise: an agent takes the ticket, answers and notes; a customer's answer raises the desk's counter.
    async fn an_agent_takes_a_ticket_answers_and_leaves_a_note(app) {
        let (agent, customer) = (app.agent("Ana").await, app.customer("Cleo").await);
        let ticket = customer.post("tickets", json!({ "subject": "Late" })).await.ok();
        let before = agent.get(&at(&ticket)).await.ok();
        agent.patch(&at(&ticket), json!({ "assigned_to": agent.id(), "status": "pending", "priority": "high", "category": "shipping" })).await.ok();
        let answer = agent.post("messages", json!({ "ticket": ticket["id"], "body": "Hello Cleo" })).await.ok();
        let note = agent.post("messages", json!({ "ticket": ticket["id"], "body": "Ask the depot", "is_internal": true })).await.ok();
        let reply = customer.post("messages", json!({ "ticket": ticket["id"], "body": "Thanks" })).await.ok();
        // The direction is the author's side; the latest public message moves the ticket up.
        assert_eq!((&answer["direction"], &note["direction"], &reply["direction"]), (&json!("outbound"), &json!("outbound"), &json!("inbound")));
        let after = agent.get(&at(&ticket)).await.ok();
        assert_eq!(after["unread_by_agent"], 1);
        assert_ne!(after["last_message_at"], before["last_message_at"]);
        // The messages' list: by ticket, direction, internal or not, by time; oldest first.
        let list = |query: &str| format!("messages?ticket={}{query}", ticket["id"].as_str().unwrap());
        assert_eq!(ids(&agent, &list("")).await, [answer["id"].clone(), note["id"].clone(), reply["id"].clone()]);
        assert_eq!(ids(&agent, &list("&direction=inbound")).await, [reply["id"].clone()]);
        assert_eq!(ids(&agent, &list("&is_internal=true")).await, [note["id"].clone()]);
        assert_eq!(ids(&agent, &list("&is_internal=false&direction=outbound")).await, [answer["id"].clone()]);
        assert_eq!(ids(&agent, &list("&created_at_after=2099-01-01T00:00:00Z")).await, Vec::<Value>::new());
        assert_eq!(ids(&agent, &list("&created_at_before=2099-01-01T00:00:00Z")).await.len(), 3);
        assert_eq!(ids(&customer, &list("")).await, [answer["id"].clone(), reply["id"].clone()], "notes are the desk's");
        assert_eq!(ids(&customer, &list("&is_internal=true")).await, Vec::<Value>::new());
        // The events of the ticket, newest first.
        let events = agent.get(&format!("events?ticket={}", ticket["id"].as_str().unwrap())).await.ok();
        let kinds: Vec<_> = events["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(kinds.last(), Some(&"ticket.created"));
        for kind in ["ticket.updated", "ticket.assigned", "message.created", "note.created"] {
            assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
        }
        let theirs = customer.get(&format!("events?ticket={}", ticket["id"].as_str().unwrap())).await.ok();
        assert!(!theirs.to_string().contains("note.created"));
    }

    // Promise: agents see all tickets, status and assignment are the assignee's or an admin's; customers see their own.
    async fn agents_see_everything_and_customers_their_own(app) {
        let (admin, assignee, agent) = (app.admin("Ada").await, app.agent("Ben").await, app.agent("Ana").await);
        let (customer, other) = (app.customer("Cleo").await, app.customer("Carl").await);
        let ticket = customer.post("tickets", json!({ "subject": "Mine" })).await.ok();
        admin.patch(&at(&ticket), json!({ "assigned_to": assignee.id() })).await.ok();
        assert_eq!(ids(&agent, "tickets").await, [ticket["id"].clone()]);
        agent.patch(&at(&ticket), json!({ "status": "resolved" })).await.refused(403, "forbidden");
        agent.patch(&at(&ticket), json!({ "assigned_to": agent.id() })).await.refused(403, "forbidden");
        assignee.patch(&at(&ticket), json!({ "status": "pending" })).await.ok();
        admin.patch(&at(&ticket), json!({ "status": "open" })).await.ok();
        assert_eq!(ids(&other, "tickets").await, Vec::<Value>::new());
        other.get(&at(&ticket)).await.refused(404, "not_found");
        other.post("messages", json!({ "ticket": ticket["id"], "body": "Hi" })).await.refused(404, "not_found");
        // An internal note by a customer is 400; nobody at all is 401.
        customer.post("messages", json!({ "ticket": ticket["id"], "body": "x", "is_internal": true })).await.refused(400, "internal_by_customer");
        app.stranger().get("messages").await.refused(401, "unauthenticated");
    }

    // Promise: the AI fields are the desk's to write and customers never see them.
    async fn ai_fields_are_written_by_the_desk_and_hidden_from_customers(app) {
        let (agent, customer) = (app.agent("Ana").await, app.customer("Cleo").await);
        let ticket = customer.post("tickets", json!({ "subject": "Late" })).await.ok();
        let ai = json!({ "ai_summary": "Parcel is late", "ai_confidence_score": 0.9, "ai_auto_resolved": false });
        let seen = agent.patch(&at(&ticket), ai).await.ok();
        assert_eq!((&seen["ai_summary"], &seen["ai_confidence_score"]), (&json!("Parcel is late"), &json!(0.9)));
        let theirs = customer.get(&at(&ticket)).await.ok();
        assert_eq!((&theirs["ai_summary"], &theirs["ai_confidence_score"]), (&Value::Null, &Value::Null));
        assert!(!theirs.to_string().contains("Parcel is late"));
    }

    // Promise: the queue of breaches: `sla_overdue=true`, ordered by `sla_due_at`; a due time set by hand counts.
    async fn the_sla_queue_surfaces_breaches(app) {
        app.run();
        let (agent, customer) = (app.agent("Ana").await, app.customer("Cleo").await);
        let (late, calm) = (customer.post("tickets", json!({ "subject": "Late" })).await.ok(), customer.post("tickets", json!({ "subject": "Calm" })).await.ok());
        let due = (app.clock.now() + TimeDelta::minutes(5)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        assert_eq!(agent.patch(&at(&late), json!({ "sla_due_at": due })).await.ok()["sla_due_at"], json!(due));
        assert_eq!(ids(&agent, "tickets?sla_due_at_before=2099-01-01T00:00:00Z").await, [late["id"].clone()]);
        assert_eq!(ids(&agent, &format!("tickets?sla_due_at_after={due}&sla_due_at_before={due}")).await, Vec::<Value>::new());
        app.advance(TimeDelta::minutes(6)).await;
        app.until("the breach", || async { agent.get(&at(&late)).await.ok()["sla_overdue"] == json!(true) }).await;
        assert_eq!(ids(&agent, "tickets?sla_overdue=true&ordering=-sla_due_at").await, [late["id"].clone()]);
        assert!(!ids(&agent, "tickets?sla_overdue=false").await.contains(&late["id"]));
        assert!(ids(&agent, "tickets?sla_overdue=false").await.contains(&calm["id"]));
    }

    // Promise: a change may be made on condition that nobody else made one.
    async fn a_change_can_ask_that_nobody_was_faster(app) {
        let (agent, customer) = (app.agent("Ana").await, app.customer("Cleo").await);
        let ticket = customer.post("tickets", json!({ "subject": "Late" })).await.ok();
        let tag = agent.get(&at(&ticket)).await.header("etag").to_owned();
        agent.patch(&at(&ticket), json!({ "priority": "high" })).header("if-match", &tag).await.ok();
        agent.patch(&at(&ticket), json!({ "priority": "low" })).header("if-match", &tag).await.refused(412, "stale_version");
        let past = "Mon, 01 Jan 2024 00:00:00 GMT";
        agent.patch(&at(&ticket), json!({ "priority": "low" })).header("if-unmodified-since", past).await.refused(412, "stale_version");
    }

    // Promise: validation names the field; what one may not do is 403; who nobody knows is 401.
    async fn errors_name_what_is_wrong(app) {
        let (agent, customer) = (app.agent("Ana").await, app.customer("Cleo").await);
        let refused = agent.post("tickets", json!({ "subject": "x".repeat(10_000) })).await.refused(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/subject");
        customer.get("tickets/stats").await.refused(403, "forbidden");
        app.stranger().get("tickets").await.refused(401, "unauthenticated");
        agent.get("tickets?colour=red").await.refused(400, "invalid_parameter");
    }
}
