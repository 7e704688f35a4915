//! Making, changing and taking away; who may.

use serde_json::{Value, json};
use support_core::{http::BasePath, outbound::Outbound};
use support_tests::{
    app::{Backend, Plan},
    on_both,
};

use super::hook;

on_both! {
    async fn a_webhook_is_made_shown_changed_and_taken_away(app) {
        let admin = app.admin("Ada").await;
        let input = json!({ "url": "http://127.0.0.1:9/hook", "events": ["note.created", "ticket.created", "note.created"], "description": " Our shop " });
        let reply = admin.post("webhooks", input).await;
        assert_eq!(reply.status, 201);
        let mut made = reply.ok();
        let secret = made["secret"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("whsec_") && secret.len() == 50, "32 bytes in base64");
        assert_eq!(made["events"], json!(["ticket.created", "note.created"]), "each once, in one order");
        assert_eq!((&made["is_active"], &made["disabled_reason"], &made["description"]), (&json!(true), &Value::Null, &json!("Our shop")));
        made.as_object_mut().unwrap().remove("secret");
        let path = format!("webhooks/{}", made["id"].as_str().unwrap());
        assert_eq!(admin.get(&path).await.ok(), made, "the secret is shown once");
        assert_eq!(admin.get("webhooks").await.ok(), json!({ "data": [made], "next": null, "previous": null }));

        let changed = admin.patch(&path, json!({ "events": ["message.created"], "is_active": false })).await.ok();
        assert_eq!((&changed["events"], &changed["is_active"], &changed["disabled_reason"]), (&json!(["message.created"]), &json!(false), &json!("by_hand")));
        assert_eq!(changed["version"], 2);
        assert_eq!(changed["url"], made["url"], "what is left out stays");
        assert_eq!(admin.patch(&path, json!({})).await.ok(), changed, "nothing to do");
        let again = admin.patch(&path, json!({ "is_active": true })).await.ok();
        assert_eq!((&again["is_active"], &again["disabled_at"], &again["disabled_reason"]), (&json!(true), &Value::Null, &Value::Null));
        let stale = admin.call("PATCH".parse().unwrap(), &path).header("if-match", "\"1\"").json(&json!({ "description": "x" })).await;
        stale.refused(412, "stale_version");

        assert_eq!(admin.delete(&path).await.status, 204);
        admin.get(&path).await.refused(404, "not_found");
        admin.delete(&path).await.refused(404, "not_found");
        // Every step is a fact, and none of them says the secret or what may be a key in the address.
        let audit = admin.get("audit?limit=100").await.ok();
        let of = |action: &str| audit["data"].as_array().unwrap().iter().filter(|one| one["action"] == action).count();
        let counts = ["webhook.created", "webhook.updated", "webhook.deleted"].map(of);
        assert_eq!(counts, [1, 2, 1], "{audit}");
        assert!(!audit.to_string().contains(&secret) && !audit.to_string().contains("/hook"), "{audit}");
    }

    async fn only_who_may_manage_webhooks_reaches_them(app) {
        let (admin, agent, customer) = (app.admin("Ada").await, app.agent("Ana").await, app.customer("Cleo").await);
        let (path, _) = hook(&admin, "http://127.0.0.1:9/hook", &["ticket.created"]).await;
        let stored = app.contents().await;
        for who in [&agent, &customer] {
            who.get("webhooks").await.refused(403, "forbidden");
            who.get(&path).await.refused(403, "forbidden");
            who.get(&format!("{path}/deliveries")).await.refused(403, "forbidden");
            who.patch(&path, json!({ "is_active": false })).await.refused(403, "forbidden");
            for verb in ["test", "secret", "replay"] {
                who.act(&format!("{path}/{verb}")).await.refused(403, "forbidden");
            }
            who.delete(&path).await.refused(403, "forbidden");
            who.post("webhooks", json!({ "url": "https://93.184.216.34", "events": ["ticket.created"] })).await.refused(403, "forbidden");
        }
        app.visitor().await.get("webhooks").await.refused(404, "not_found");
        let after = app.contents().await;
        assert_eq!((&after["support_webhooks"], &after["support_deliveries"]), (&stored["support_webhooks"], &stored["support_deliveries"]));
        // A role that has the permission is enough, and so is a key with the scope.
        let role = admin.post("roles", json!({ "name": "Integrator", "permissions": ["webhooks:manage"] })).await.ok();
        admin.patch(&format!("users/{}", agent.id()), json!({ "custom_role": role["id"] })).await.ok();
        // A change of rights ends the sessions before it.
        let cookie = app.support.sign_in_as(&BasePath::default(), agent.id()).await.unwrap();
        app.signed_in(agent.id(), cookie).get(&path).await.ok();
        let key = admin.post("api-keys", json!({ "name": "Deploy", "scopes": ["webhooks:manage"] })).await.ok();
        app.stranger().with_bearer(key["key"].as_str().unwrap()).get(&path).await.ok();
    }
}

// SEC: S-02, S-03, S-11
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_must_not_be_called_is_refused_when_it_is_entered() {
    let plan = Plan::new(Backend::Sqlite)
        .of(|builder, _| builder.accounts(support_core::AccountOptions::default()).outbound(Outbound::default()));
    let app = plan.start().await.unwrap();
    let admin = app.admin("Ada").await;
    let fine =
        admin.post("webhooks", json!({ "url": "https://93.184.216.34/x", "events": ["ticket.created"] })).await.ok();
    let path = format!("webhooks/{}", fine["id"].as_str().unwrap());
    let stored = app.contents().await;
    let refused = [
        ("https://127.0.0.1", "address_not_allowed"),
        ("https://127.1/hook", "address_not_allowed"),
        ("https://0x7f.1", "address_not_allowed"),
        ("https://2130706433", "address_not_allowed"),
        ("https://0177.0.0.1", "address_not_allowed"),
        ("https://[::ffff:127.0.0.1]", "address_not_allowed"),
        ("https://169.254.169.254/latest", "address_not_allowed"),
        ("https://[fd00:ec2::254]/", "address_not_allowed"),
        ("https://10.0.0.1.nip.io", "address_not_allowed"),
        ("https://localhost.", "address_not_allowed"),
        ("https://localhost", "address_not_allowed"),
        ("https://127。0。0。1", "address_not_allowed"),
        ("https://x@127.0.0.1", "user_info"),
        ("https://a:b@93.184.216.34", "user_info"),
        ("https://93.184.216.34:0", "port_not_allowed"),
        ("https://93.184.216.34:22", "port_not_allowed"),
        ("https://93.184.216.34:6379", "port_not_allowed"),
        ("http://93.184.216.34", "not_https"),
        ("ftp://93.184.216.34", "not_https"),
        ("javascript:alert(1)", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("hooks.example.com", "no_url"),
        ("", "no_url"),
    ];
    for (url, code) in refused {
        for reply in [
            admin.post("webhooks", json!({ "url": url, "events": ["ticket.created"] })).await,
            admin.patch(&path, json!({ "url": url })).await,
        ] {
            let problem = reply.refused(422, "invalid");
            assert_eq!(
                (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
                (&json!("/url"), &json!(code)),
                "{url}"
            );
        }
    }
    assert_eq!(app.contents().await, stored);
    app.close().await;
}

// SEC: S-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_a_rule_is_refused_field_by_field() {
    let app = support_tests::app::TestApp::sqlite().await;
    let admin = app.admin("Ada").await;
    let (path, _) = hook(&admin, "http://127.0.0.1:9/hook", &["ticket.created"]).await;
    let stored = app.contents().await;
    let url = "http://127.0.0.1:9/";
    let cases = [
        (json!({ "url": url, "events": [] }), "/events", "empty"),
        (json!({ "url": url, "events": ["ticket.created", "user.signed_in"] }), "/events/1", "not_for_webhooks"),
        (json!({ "url": url, "events": ["ticket.eaten"] }), "/events/0", "invalid_value"),
        (json!({ "url": url }), "/events", "missing_field"),
        (json!({ "events": ["ticket.created"] }), "/url", "missing_field"),
        (
            json!({ "url": url, "events": ["ticket.created"], "description": "x".repeat(101) }),
            "/description",
            "too_long",
        ),
    ];
    for (body, pointer, code) in cases {
        let problem = admin.post("webhooks", body).await.refused(422, "invalid");
        assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!(code)));
    }
    // Nobody can choose headers or the secret.
    for (name, value) in [("headers", json!({ "Host": "evil" })), ("secret", json!("whsec_AAAA"))] {
        let mut body = json!({ "url": url, "events": ["ticket.created"] });
        body[name] = value;
        admin.post("webhooks", body).await.refused(422, "unknown_field");
    }
    for verb in ["webhooks", &format!("{path}/secret"), &format!("{path}/test")] {
        let call = admin.call("POST".parse().unwrap(), verb).header("idempotency-key", "once");
        let problem = call.json(&json!({ "url": url, "events": ["ticket.created"] })).await.refused(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], "not_here", "an answer with a secret is never kept");
    }
    admin.get(&format!("{path}/deliveries?state=odd")).await.refused(400, "invalid_parameter");
    admin.get(&format!("{path}/deliveries?stat=done")).await.refused(400, "invalid_parameter");
    admin.get(&format!("{path}/deliveries?cursor=AAAA")).await.refused(400, "invalid_cursor");
    assert_eq!(app.contents().await, stored);
    app.close().await;
}
