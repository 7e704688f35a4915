//! `portal/{token}`: the portal for programs, and links to records of the host.

use axum::http::Method;
use chrono::TimeDelta;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};
use support_core::{
    channels::email::Email,
    desk::{LinkDescription, LinkDetails},
    model::TenantId,
    protocol::Link,
};
use support_tests::{
    actor::Actor,
    app::{Backend, Plan, TestApp, email_options},
    on_both,
};

/// A link to an order, and the address that its secret makes.
async fn order_link(agent: &Actor, can: &[&str]) -> (Value, String) {
    let wish = json!({ "scope": { "link": { "kind": "order", "id": "A-42" } }, "can": can });
    let link = agent.post("tokens", wish).await.ok();
    let base = format!("portal/{}", link["token"].as_str().unwrap());
    (link, base)
}

/// A ticket about an order, opened by somebody else's link to it.
async fn about(app: &TestApp, agent: &Actor, order: &str) -> String {
    let wish = json!({ "scope": { "link": { "kind": "order", "id": order } }, "can": ["read", "create"] });
    let link = agent.post("tokens", wish).await.ok();
    let who = json!({ "email": "vera@people.test", "name": "Vera" });
    let wish = json!({ "subject": format!("About {order}"), "initial_message": "Hello", "requester": who });
    let ticket = app.stranger().post(&format!("portal/{}/tickets", link["token"].as_str().unwrap()), wish).await.ok();
    ticket["id"].as_str().unwrap().to_owned()
}

async fn uses(agent: &Actor) -> Value {
    agent.get("tokens").await.ok()["data"][0]["use_count"].clone()
}

on_both! {
    // zen-ops, "External (Token-based - no auth)"
    async fn a_program_reads_opens_writes_marks_and_closes_by_the_token_alone(app) {
        let agent = app.agent("Ana").await;
        let (link, base) = order_link(&agent, &["read", "reply", "create", "close"]).await;
        assert_eq!(link["can"], json!(["read", "reply", "create", "close"]));
        let program = app.stranger().silent();
        let context = program.get(&base).await;
        allow_duplicates! { assert_snapshot!(context.shown(), @r#"
        200
        {
          "can": [
            "read",
            "reply",
            "create",
            "close"
          ],
          "expires_at": "2026-03-09T09:00:00Z",
          "link": {
            "facts": [],
            "id": "A-42",
            "kind": "order",
            "title": null,
            "url": null
          },
          "scope": {
            "link": {
              "id": "A-42",
              "kind": "order"
            }
          },
          "tickets": []
        }
        "#); }
        let wish = json!({ "subject": "Where is it?", "initial_message": "Late again", "requester": { "email": "cara@people.test", "name": "Cara" } });
        let ticket = program.post(&format!("{base}/tickets"), wish).await;
        assert_eq!((ticket.status, &ticket.body["channel"], &ticket.body["requester"]["name"]), (201, &json!("portal"), &json!("Cara")));
        let id = ticket.body["id"].as_str().unwrap().to_owned();
        // Staff see what it is about, and who asked.
        let seen = agent.get(&format!("tickets/{id}")).await.ok();
        assert_eq!(seen["links"], json!([{ "kind": "order", "id": "A-42" }]));
        assert_eq!(seen["requester"]["email"], "cara@people.test");
        let listed = program.get(&format!("{base}/tickets")).await.ok();
        assert_eq!(listed["data"][0]["id"], json!(id));
        assert_eq!((&listed["data"][0]["links"], &listed["data"][0]["requester"]["email"]), (&json!([]), &Value::Null));
        let said = program.post(&format!("{base}/messages"), json!({ "ticket": id, "body": "Hello?", "client_id": "m-1" })).await.ok();
        let again = program.post(&format!("{base}/messages"), json!({ "ticket": id, "body": "Hello?", "client_id": "m-1" })).await.ok();
        assert_eq!((&said["seq"], &again["id"]), (&json!(2), &said["id"]));
        agent.post(&format!("tickets/{id}/messages"), json!({ "body": "On its way" })).await.ok();
        agent.post(&format!("tickets/{id}/messages"), json!({ "body": "He is angry", "is_internal": true })).await.ok();
        let thread = program.get(&format!("{base}/tickets/{id}/messages")).await.ok();
        let bodies: Vec<_> = thread["data"].as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap()).collect();
        assert_eq!(bodies, ["Late again", "Hello?", "On its way"]);
        assert_eq!(program.act(&format!("{base}/tickets/{id}/read")).await.ok()["unread_by_customer"], 0);
        assert_eq!(program.act(&format!("{base}/tickets/{id}/close")).await.ok()["status"], "closed");
        assert_eq!(uses(&agent).await, 8, "each accepted request, and no other");
    }

    // SEC: P-02, P-07
    async fn a_token_to_a_record_opens_the_tickets_that_carry_it_and_no_other(app) {
        let agent = app.agent("Ana").await;
        let (_, base) = order_link(&agent, &["read", "reply"]).await;
        let (mine, other) = (about(app, &agent, "A-42").await, about(app, &agent, "A-43").await);
        app.visitor().await.post("tickets", json!({ "subject": "About nothing" })).await.ok();
        let program = app.stranger().silent();
        let listed = program.get(&format!("{base}/tickets")).await.ok();
        assert_eq!(listed["data"].as_array().unwrap().iter().map(|ticket| &ticket["id"]).collect::<Vec<_>>(), [&json!(mine)]);
        program.get(&format!("{base}/tickets/{mine}/messages")).await.ok();
        let stored = app.contents().await;
        for path in [format!("tickets/{other}"), format!("tickets/{other}/messages")] {
            program.get(&format!("{base}/{path}")).await.refused(404, "not_found");
        }
        for path in [format!("tickets/{other}/read"), format!("tickets/{other}/close")] {
            program.act(&format!("{base}/{path}")).await.refused(404, "not_found");
        }
        program.post(&format!("{base}/messages"), json!({ "ticket": other, "body": "x" })).await.refused(404, "not_found");
        program.post(&format!("{base}/messages"), json!({ "body": "x" })).await.refused(422, "invalid");
        // What the token may not do.
        program.post(&format!("{base}/tickets"), json!({ "subject": "x" })).await.refused(403, "forbidden");
        program.act(&format!("{base}/tickets/{mine}/close")).await.refused(403, "forbidden");
        assert_eq!(app.contents().await, stored);
    }

    // SEC: P-07, N-12, P-10
    async fn whatever_is_wrong_with_a_token_in_the_address_the_answer_is_the_same(app) {
        let agent = app.agent("Ana").await;
        let (revoked, revoked_base) = order_link(&agent, &["read"]).await;
        agent.act(&format!("tokens/{}/revoke", revoked["id"].as_str().unwrap())).await.ok();
        let wish = json!({ "scope": { "link": { "kind": "order", "id": "A-42" } }, "expires_in_days": 1 });
        let expired = agent.post("tokens", wish).await.ok();
        app.clock.advance(TimeDelta::days(1));
        let (_, good) = order_link(&agent, &["read"]).await;
        let stored = app.contents().await;
        let mut answers = Vec::new();
        for base in [revoked_base, format!("portal/{}", expired["token"].as_str().unwrap()), good.to_uppercase().replace("PORTAL", "portal"),
            good[..good.len() - 1].to_owned(), format!("{good}%20"), "portal/1".into(), "portal/spt_".into(), "portal/%00".into(),
            "portal/01890000-0000-7000-8000-000000000000".into()]
        {
            for path in ["", "/tickets", "/tickets/01890000-0000-7000-8000-000000000000/messages"] {
                let mut problem = app.stranger().get(&format!("{base}{path}")).await.refused(404, "not_found");
                problem["request_id"] = Value::Null;
                answers.push(problem);
            }
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(app.contents().await, stored);
    }

    async fn a_ticket_token_writes_without_naming_its_ticket(app) {
        let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let link = agent.post("tokens", json!({ "scope": { "ticket": ticket["id"] } })).await.ok();
        let base = format!("portal/{}", link["token"].as_str().unwrap());
        let said = app.stranger().post(&format!("{base}/messages"), json!({ "body": "By token" })).await;
        assert_eq!((said.status, &said.body["conversation_id"]), (201, &ticket["id"]));
        // Its holder is the requester, whose messages these are.
        assert_eq!(visitor.get(&format!("tickets/{}", ticket["id"].as_str().unwrap())).await.ok()["last_seq"], 2);
        // A cookie of somebody else in the same browser changes nothing of who asks.
        let as_agent = agent.get(&base).await.ok();
        assert_eq!(as_agent["scope"], json!({ "ticket": ticket["id"] }));
    }

    async fn a_record_token_can_be_a_certain_customers(app) {
        let (agent, cara) = (app.agent("Ana").await, app.customer("Cara").await);
        let order = json!({ "link": { "kind": "order", "id": "A-42" } });
        let link = agent.post("tokens", json!({ "scope": order, "contact": cara.id(), "can": ["read", "create"] })).await.ok();
        let base = format!("portal/{}", link["token"].as_str().unwrap());
        let ticket = app.stranger().post(&format!("{base}/tickets"), json!({ "subject": "Mine" })).await.ok();
        assert_eq!(ticket["requester"]["id"], json!(cara.id()));
        assert_eq!(cara.get("tickets").await.ok()["data"][0]["id"], ticket["id"]);
        let listed = agent.get(&format!("tokens?contact={}&link=order:A-42&active=true", cara.id())).await.ok();
        assert_eq!(listed["data"][0]["id"], link["id"]);
        assert_eq!(agent.get("tokens?active=false").await.ok()["data"], json!([]));
        for (body, pointer) in [
            (json!({ "scope": { "contact": cara.id() }, "contact": cara.id() }), "/contact"),
            (json!({ "scope": { "link": { "kind": "Order", "id": "1" } } }), "/scope/link/kind"),
            (json!({ "scope": { "link": { "kind": "order", "id": "" } } }), "/scope/link/id"),
        ] {
            assert_eq!(agent.post("tokens", body).await.refused(422, "invalid")["errors"][0]["pointer"], pointer);
        }
        agent.post("tokens", json!({ "scope": order, "contact": agent.id() })).await.refused(404, "not_found");
        for wrong in ["link=order", "active=perhaps", "ticket=1", "state=dead"] {
            assert_eq!(agent.get(&format!("tokens?{wrong}")).await.status, 400, "{wrong}");
        }
    }

    async fn nobodys_own_contact_is_touched_by_what_a_holder_says_of_themselves(app) {
        let (agent, cara) = (app.agent("Ana").await, app.customer("Cara").await);
        let (_, base) = order_link(&agent, &["read", "create"]).await;
        let wish = |subject: &str| json!({ "subject": subject, "requester": { "email": "cara@people.test", "name": "Not Cara" } });
        let first = app.stranger().post(&format!("{base}/tickets"), wish("One")).await.ok();
        let second = app.stranger().post(&format!("{base}/tickets"), wish("Two")).await.ok();
        assert_ne!(first["requester"]["id"], json!(cara.id()));
        assert_eq!(first["requester"]["id"], second["requester"]["id"], "the same words are the same person");
        assert_eq!(cara.get("tickets").await.ok()["data"], json!([]));
        let by_id = json!({ "subject": "x", "requester": cara.id() });
        app.stranger().post(&format!("{base}/tickets"), by_id).await.refused(422, "invalid");
    }

    // SEC: P-02, A-08
    async fn nobody_hands_out_a_link_to_what_they_may_not_read_themselves(app) {
        let (ada, visitor) = (app.admin("Ada").await, app.visitor().await);
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let role = ada.post("roles", json!({ "name": "Doorman", "permissions": ["tokens:manage"] })).await.ok();
        let ben = json!({ "email": "ben@people.test", "password": "a fine password", "custom_role": role["id"] });
        ada.post("users", ben).await.ok();
        let credentials = json!({ "email": "ben@people.test", "password": "a fine password" });
        let login = app.stranger().post("auth/login", credentials).await.ok();
        let ben = app.stranger().with_bearer(login["access_token"].as_str().unwrap());
        let stored = app.contents().await;
        for scope in [
            json!({ "contact": visitor.id() }),
            json!({ "ticket": ticket["id"] }),
            json!({ "link": { "kind": "order", "id": "A-42" } }),
        ] {
            ben.post("tokens", json!({ "scope": scope })).await.refused(403, "forbidden");
        }
        assert_eq!(app.contents().await, stored);
    }

    // SEC: P-02
    async fn the_holder_of_a_link_to_a_record_cannot_feel_for_addresses(app) {
        let agent = app.agent("Ana").await;
        let (link, base) = order_link(&agent, &["read"]).await;
        about(app, &agent, "A-42").await;
        let portal = app.portal(link["token"].as_str().unwrap()).await;
        for words in ["vera", "from:vera@people.test", "v", "is:open", "-from:x"] {
            app.stranger().get(&format!("{base}/tickets?search={words}")).await.refused(400, "invalid_parameter");
            portal.get(&format!("tickets?search={words}")).await.refused(400, "invalid_parameter");
            portal.get(&format!("search?q={words}")).await.refused(400, "invalid_parameter");
        }
        assert_eq!(portal.get("tickets?search=").await.ok()["data"].as_array().unwrap().len(), 1);
        // Whoever holds a link to a customer's tickets sees that address anyway.
        let own = agent.get("tickets").await.ok()["data"][0]["requester"]["id"].clone();
        let link = agent.post("tokens", json!({ "scope": { "contact": own } })).await.ok();
        let portal = app.portal(link["token"].as_str().unwrap()).await;
        assert_eq!(portal.get("tickets?search=vera").await.ok()["data"].as_array().unwrap().len(), 1);
    }

    // SEC: P-09, N-11
    async fn a_token_is_dead_under_another_address_and_for_somebody_disabled(app) {
        let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        visitor.patch("me", json!({ "email": "old@people.test" })).await.ok();
        let link = agent.post("tokens", json!({ "scope": { "ticket": ticket["id"] } })).await.ok();
        let base = format!("portal/{}", link["token"].as_str().unwrap());
        let session = app.portal(link["token"].as_str().unwrap()).await;
        app.stranger().get(&base).await.ok();
        visitor.patch("me", json!({ "email": "new@people.test" })).await.ok();
        app.stranger().get(&base).await.refused(404, "not_found");
        session.get("session").await.refused(401, "unauthenticated");
        app.portal_browser().post("session", json!({ "token": link["token"] })).await.refused(404, "not_found");
        let fresh = agent.post("tokens", json!({ "scope": { "ticket": ticket["id"] } })).await.ok();
        app.stranger().get(&format!("portal/{}", fresh["token"].as_str().unwrap())).await.ok();
    }

    async fn uses_are_counted_whoever_looks_and_refusals_are_not(app) {
        let agent = app.agent("Ana").await;
        let (link, base) = order_link(&agent, &["read"]).await;
        for _ in 0..3 {
            app.stranger().get(&base).await.ok();
        }
        app.stranger().get(&format!("{base}/tickets/01890000-0000-7000-8000-000000000000")).await.refused(404, "not_found");
        app.stranger().post(&format!("{base}/tickets"), json!({ "subject": "x" })).await.refused(403, "forbidden");
        let listed = agent.get("tokens").await.ok()["data"][0].clone();
        assert_eq!((&listed["use_count"], &listed["last_used_at"]), (&json!(3), &json!("2026-03-02T09:00:00Z")));
        app.clock.advance(TimeDelta::hours(1));
        app.portal(link["token"].as_str().unwrap()).await;
        let revoked = agent.act(&format!("tokens/{}/revoke", link["id"].as_str().unwrap())).await.ok();
        assert_eq!((&revoked["use_count"], &revoked["last_used_at"]), (&json!(4), &json!("2026-03-02T10:00:00Z")));
    }

    async fn uses_that_nobody_looks_at_are_written_by_themselves(app) {
        let agent = app.agent("Ana").await;
        let (_, base) = order_link(&agent, &["read"]).await;
        app.run();
        app.stranger().get(&base).await.ok();
        app.until("the use is written", || async { written(app).await == 1 }).await;
        app.stranger().get(&base).await.ok();
        // A stop loses none.
        app.stop().await;
        assert_eq!(written(app).await, 2);
    }
}

/// What is in the database, without asking the desk, which would write what it has noted.
async fn written(app: &TestApp) -> i64 {
    let filter = support_core::storage::TokenFilter::default();
    let mut tx = app.storage.read().await.unwrap();
    tx.list_tokens(TenantId::DEFAULT, &filter, None, None, 1).await.unwrap()[0].use_count
}

struct Orders;

#[async_trait::async_trait]
impl LinkDetails for Orders {
    async fn describe(&self, _: TenantId, link: &Link) -> Option<LinkDescription> {
        let order = || LinkDescription::titled(format!("Order {}", link.id)).fact("Shipped", "Monday");
        match link.id.as_str() {
            "A-42" => Some(order().url("https://shop.test/orders/A-42")),
            "A-43" => Some(order().url("javascript:alert(1)")),
            _ => None,
        }
    }
}

#[tokio::test]
async fn the_host_says_what_a_record_is() {
    let plan = Plan::new(Backend::Sqlite).of(|builder, mail| {
        let builder = builder.accounts(support_core::AccountOptions::default()).link_details(Orders);
        builder.plugin(Email::new(email_options(), mail.clone()))
    });
    let app = plan.start().await.unwrap();
    let agent = app.agent("Ana").await;
    let mut cards = Vec::new();
    for id in ["A-42", "A-43", "A-44"] {
        let link = agent.post("tokens", json!({ "scope": { "link": { "kind": "order", "id": id } } })).await.ok();
        let secret = link["token"].as_str().unwrap();
        let by_program = app.stranger().get(&format!("portal/{secret}")).await.ok();
        let by_page = app.portal(secret).await.get("session").await.ok();
        assert_eq!(by_program["link"], by_page["link"]);
        cards.push(by_program["link"].clone());
    }
    let facts = json!([{ "label": "Shipped", "value": "Monday" }]);
    assert_eq!(
        cards[0],
        json!({ "kind": "order", "id": "A-42", "title": "Order A-42", "url": "https://shop.test/orders/A-42", "facts": facts })
    );
    assert_eq!(cards[1]["url"], Value::Null, "no address of another kind");
    assert_eq!(cards[2], json!({ "kind": "order", "id": "A-44", "title": null, "url": null, "facts": [] }));
    app.close().await;
}

// SEC: P-02
#[tokio::test]
async fn the_live_feed_of_a_record_shows_its_tickets_without_anybodys_address() {
    let mut app = TestApp::sqlite().await;
    app.run();
    let agent = app.agent("Ana").await;
    let (ticket, other) = (about(&app, &agent, "A-42").await, about(&app, &agent, "A-43").await);
    let (link, _) = order_link(&agent, &["read"]).await;
    let portal = app.portal(link["token"].as_str().unwrap()).await;
    let mut feed = portal.feed("").await;
    agent.post(&format!("tickets/{other}/messages"), json!({ "body": "Of another order" })).await.ok();
    agent.post(&format!("tickets/{ticket}/messages"), json!({ "body": "A note", "is_internal": true })).await.ok();
    agent.post(&format!("tickets/{ticket}/messages"), json!({ "body": "An answer" })).await.ok();
    let frames = feed.until("message.created").await;
    let answer = frames.last().unwrap();
    assert_eq!((&answer["ticket"], &answer["data"]["message"]["body"]), (&json!(ticket), &json!("An answer")));
    assert_eq!(answer["data"]["ticket"]["requester"]["email"], Value::Null);
    assert!(!json!(frames).to_string().contains("vera@people.test"));
    drop(feed);
    app.close().await;
}

#[tokio::test]
async fn other_methods_are_refused_with_the_ones_that_are_there() {
    let app = TestApp::sqlite().await;
    let agent = app.agent("Ana").await;
    let (_, base) = order_link(&agent, &["read"]).await;
    app.stranger().call(Method::DELETE, &base).await.refused(405, "method_not_allowed");
    app.close().await;
}
