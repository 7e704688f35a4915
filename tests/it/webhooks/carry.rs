//! What a receiver gets, and how it knows that it comes from us.

use chrono::TimeDelta;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use support_core::clock::{Clock as _, SystemClock};
use support_tests::{
    on_both,
    receiver::{Heard, Receiver},
};

use super::{all_are, heard, hook, log, open};

/// Whether one of the signatures is this secret's, whenever it was sent.
fn is_genuine(secret: &str, heard: &Heard) -> bool {
    let timestamp = heard.header("webhook-timestamp").parse().unwrap_or_default();
    let signature = Webhook::new(secret).unwrap().sign(heard.id(), timestamp, &heard.bytes).unwrap();
    heard.header("webhook-signature").split(' ').any(|one| one == signature)
}

/// What the standard's own library says, by the machine's clock.
fn verify(secret: &str, heard: &Heard) -> bool {
    Webhook::new(secret).unwrap().verify(&heard.bytes, &heard.headers).is_ok()
}

on_both! {
    // SEC: S-08
    async fn an_event_arrives_signed_as_the_standard_says(app) {
        // The library goes by the machine's clock, so ours does too this time.
        app.clock.advance(SystemClock.now() - app.clock.now());
        app.run();
        let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
        let (path, secret) = hook(&admin, &receiver.url, &["ticket.created", "note.created"]).await;
        let ticket = open(&agent, "A late order").await;
        agent.post(&format!("{ticket}/messages"), json!({ "body": "To the customer" })).await.ok();
        agent.post(&format!("{ticket}/messages"), json!({ "body": "Between us", "is_internal": true })).await.ok();
        heard(app, &receiver, 2).await;
        let all = receiver.heard();
        let (created, noted) = if all[0].body["type"] == "ticket.created" { (&all[0], &all[1]) } else { (&all[1], &all[0]) };
        assert_eq!((&created.body["type"], &noted.body["type"]), (&json!("ticket.created"), &json!("note.created")), "and nothing else");
        assert_eq!(created.body["data"]["ticket"]["subject"], "A late order");
        assert_eq!(created.body["data"]["actor"]["name"], "Ana");
        assert_eq!((&noted.body["data"]["message"]["body"], &noted.body["data"]["message"]["is_internal"]), (&json!("Between us"), &json!(true)));
        assert_eq!(created.body.as_object().unwrap().keys().collect::<Vec<_>>(), ["data", "timestamp", "type"]);
        assert_eq!(created.header("content-type"), "application/json");
        assert_eq!(created.header("webhook-timestamp"), app.clock.now().timestamp().to_string());
        all_are(app, &admin, &path, "done").await;
        let entries = log(&admin, &path).await;
        assert!(entries.iter().any(|one| one["id"] == created.id()), "its id is the delivery's");
        let tries: Vec<_> = entries.iter().map(|one| (&one["tries"][0]["status"], &one["tries"][0]["answer"], &one["tries"][0]["error"])).collect();
        assert_eq!(tries, [(&json!(200), &json!("thanks"), &Value::Null); 2]);

        assert!(verify(&secret, created) && verify(&secret, noted));
        // The standard's own library refuses what is not ours, or not of now.
        assert!(!verify("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", created), "another secret");
        let forged = Heard { bytes: created.bytes.iter().copied().chain(*b" ").collect(), ..created.clone() };
        assert!(!verify(&secret, &forged), "one byte more");
        let later = (app.clock.now().timestamp() + 1).to_string();
        for (name, value) in [("webhook-id", "0"), ("webhook-timestamp", &later), ("webhook-signature", "v1,AAAA"), ("webhook-signature", "v2,AAAA")] {
            let mut forged = created.clone();
            forged.headers.insert(name, value.parse().unwrap());
            assert!(!verify(&secret, &forged), "another {name}");
            forged.headers.remove(name);
            assert!(!verify(&secret, &forged), "no {name}");
        }
        app.clock.advance(TimeDelta::minutes(-10));
        open(&agent, "Ten minutes ago").await;
        heard(app, &receiver, 3).await;
        let stale = receiver.heard().remove(2);
        assert!(is_genuine(&secret, &stale) && !verify(&secret, &stale), "ours, and too old for the library");
    }

    async fn a_day_long_two_secrets_sign(app) {
        app.run();
        let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
        let (path, former) = hook(&admin, &receiver.url, &["ticket.created"]).await;
        let changed = admin.act(&format!("{path}/secret")).await.ok();
        let secret = changed["secret"].as_str().unwrap().to_owned();
        assert_ne!(secret, former);
        open(&agent, "First").await;
        heard(app, &receiver, 1).await;
        let first = receiver.heard().remove(0);
        assert!(is_genuine(&secret, &first) && is_genuine(&former, &first));
        assert_eq!(first.header("webhook-signature").split(' ').count(), 2);
        app.advance(TimeDelta::hours(24)).await;
        open(&agent, "Second").await;
        heard(app, &receiver, 2).await;
        let second = receiver.heard().remove(1);
        assert!(is_genuine(&secret, &second) && !is_genuine(&former, &second));
        let stored = app.contents().await;
        assert!(stored.values().all(|rows| !rows.contains(&secret) && !rows.contains(&former)), "neither is stored in the clear");
    }

    // SEC: W-04, S-12
    async fn no_token_of_anybody_is_in_a_payload(app) {
        app.run();
        let (admin, agent, visitor) = (app.admin("Ada").await, app.agent("Ana").await, app.visitor().await);
        let receiver = Receiver::start().await;
        let every = ["ticket.created", "ticket.updated", "ticket.assigned", "ticket.resolved", "message.created", "message.read", "note.created", "contact.updated"];
        let (_, secret) = hook(&admin, &receiver.url, &every).await;
        visitor.patch("me", json!({ "name": "Mia", "email": "mia@example.com" })).await.ok();
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello", "client_id": "device-1" })).await.ok();
        let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
        visitor.post(&format!("{path}/messages"), json!({ "body": "Again", "client_id": "device-2" })).await.ok();
        let link = agent.post("tokens", json!({ "scope": { "ticket": ticket["id"] } })).await.ok();
        agent.post(&format!("{path}/messages"), json!({ "body": "Yes?", "client_id": "device-3" })).await.ok();
        agent.post(&format!("{path}/assign"), json!({ "assignee": agent.id() })).await.ok();
        visitor.act(&format!("{path}/read")).await.ok();
        agent.act(&format!("{path}/resolve")).await.ok();
        app.until("all kinds", || async { receiver.heard().len() >= 8 }).await;
        app.settle().await;
        let kinds: std::collections::BTreeSet<_> = receiver.heard().iter().map(|one| one.body["type"].as_str().unwrap().to_owned()).collect();
        assert!(["contact.updated", "message.read", "ticket.assigned", "ticket.resolved"].iter().all(|kind| kinds.contains(*kind)), "{kinds:?}");
        let contact = receiver.heard().into_iter().find(|one| one.body["type"] == "contact.updated").unwrap();
        assert_eq!((&contact.body["data"]["resource"], &contact.body["data"]["ticket"]), (&json!(format!("contact:{}", visitor.id())), &Value::Null));
        let cookies = [&visitor, &agent, &admin].map(|who| who.cookie().split_once('=').unwrap().1.to_owned());
        let link = link["token"].as_str().unwrap().to_owned();
        for one in receiver.heard() {
            let text = String::from_utf8_lossy(&one.bytes).into_owned();
            for canary in cookies.iter().chain([&link, &secret]) {
                assert!(!text.contains(canary.as_str()), "{text}");
            }
            for word in ["spt_", "sse_", "srt_", "whsec_", "\"device-"] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
    }

    // SEC: S-06
    async fn a_test_says_what_came_of_it_and_only_admins_read_answers(app) {
        app.run();
        let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
        let (path, secret) = hook(&admin, &receiver.url, &["ticket.created"]).await;
        let test = admin.act(&format!("{path}/test")).await.ok();
        assert_eq!((&test["delivered"], &test["status"], &test["answer"], &test["error"]), (&json!(true), &json!(200), &json!("thanks"), &Value::Null));
        assert_eq!(receiver.heard()[0].body["type"], "webhook.test");
        assert!(is_genuine(&secret, &receiver.heard()[0]));
        receiver.answer(500, None, &"CANARY ".repeat(1_000));
        let test = admin.act(&format!("{path}/test")).await.ok();
        assert_eq!((&test["delivered"], &test["status"], &test["error"]), (&json!(false), &json!(500), &json!("answered 500")));
        assert_eq!(test["answer"].as_str().unwrap().len(), 1_024);

        open(&agent, "One").await;
        app.until("a failed try", || async {
            let log = log(&admin, &path).await;
            log.iter().any(|one| one["tries"][0]["status"] == 500 && one["state"] == "pending")
        })
        .await;
        assert_eq!(log(&admin, &path).await[0]["tries"][0]["answer"].as_str().unwrap().len(), 1_024);
        // The log of all deliveries is the agents' too: it says how it stands, and nothing of where it leads or what was answered.
        let listed = agent.get("deliveries?handler=webhook").await.ok();
        assert_eq!(listed["data"].as_array().unwrap().len(), 1);
        let shown = &listed["data"][0];
        assert_eq!((&shown["state"], &shown["recipient"], &shown["last_error"]), (&json!("pending"), &json!(""), &Value::Null));
        assert!(!listed.to_string().contains("CANARY") && !listed.to_string().contains("/hook"), "{listed}");
        let listed = admin.get("deliveries?handler=webhook").await.ok();
        assert_eq!(listed["data"][0]["last_error"], "answered 500");
        assert!(listed["data"][0]["recipient"].as_str().unwrap().starts_with("127.0.0.1"), "{listed}");
        assert!(!listed.to_string().contains("CANARY") && !listed.to_string().contains("/hook"), "{listed}");

        // What may not be called says nothing about what is behind it.
        let mut tx = app.storage.write().await.unwrap();
        let tenant = support_core::model::TenantId::DEFAULT;
        let mut webhook = tx.list_webhooks(tenant).await.unwrap().remove(0);
        (webhook.url, webhook.version) = ("https://10.0.0.1/".into(), webhook.version + 1);
        tx.update_webhook(&webhook).await.unwrap();
        tx.commit().await.unwrap();
        let test = admin.act(&format!("{path}/test")).await.ok();
        assert_eq!((&test["status"], &test["answer"]), (&Value::Null, &Value::Null));
        assert_eq!(test["error"], "the address is not allowed: it must not lead into a private or reserved network");
    }
}
