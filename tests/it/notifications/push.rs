//! Web push: a browser of somebody's, and a push service of whoever made it.

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_core::clock::Clock as _;
use support_tests::{
    actor::Actor,
    app::TestApp,
    on_both,
    push::{Browser, sender},
    receiver::Receiver,
};

use super::{assign, blind_role, change, open, quiet, write};

/// A push service that takes everything, and a browser of this agent at it.
async fn subscribed(actor: &Actor, seed: u8) -> (Receiver, Browser, Value) {
    let (service, browser) = (Receiver::start().await, Browser::new(seed));
    service.answer(201, None, "");
    let made = actor.post("push-subscriptions", browser.subscription(&service.url)).await.ok();
    (service, browser, made)
}

async fn heard(app: &TestApp, service: &Receiver, count: usize) {
    app.until("messages at the push service", || async { service.heard().len() >= count }).await;
    quiet(app).await;
    assert_eq!(service.heard().len(), count);
}

on_both! {
    async fn a_browser_reads_what_its_service_carries_and_cannot_read(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let (service, browser, made) = subscribed(&ben, 7).await;
        assert_eq!((&made["name"], made.get("endpoint"), made.get("keys")), (&json!("A laptop"), None, None));
        let ticket = open(&customer).await;
        assign(&ana, &ticket, &ben).await;
        heard(app, &service, 1).await;
        let message = service.heard().remove(0);
        let url = format!("https://support.test/admin/v/open/t/{}", ticket.strip_prefix("tickets/").unwrap());
        let expected = json!({ "title": "Ana gave you the ticket", "body": "#1 Late", "url": url, "tag": ticket.strip_prefix("tickets/") });
        assert_eq!(browser.open(&message), expected);
        assert_eq!((message.header("ttl"), message.header("urgency")), ("86400", "normal"));
        let key = ben.get("notifications/preferences").await.ok()["push_key"].as_str().unwrap().to_owned();
        let claims = sender(&message, &key, service.url.strip_suffix("/hook").unwrap());
        let good_for = claims["exp"].as_i64().unwrap() - app.clock.now().timestamp();
        assert!((0..=86_400).contains(&good_for), "{claims}");
        assert_eq!(claims["sub"], "mailto:team@support.test");

        // What is said is on a locked screen for all to see: never the text itself. Every message has the same length.
        write(&customer, &ticket, "CANARY").await;
        heard(app, &service, 2).await;
        let second = service.heard().remove(1);
        assert_eq!(browser.open(&second)["title"], "Cleo wrote");
        assert!(!browser.open(&second).to_string().contains("CANARY"));
        assert_eq!(second.bytes.len(), message.bytes.len());
        assert_ne!(second.bytes[..16], message.bytes[..16], "a fresh salt");

        // Address and keys are in no answer, and closed in the database.
        let log = ana.get("deliveries?handler=push").await.ok();
        assert_eq!((&log["data"][0]["state"], log["data"].as_array().unwrap().len()), (&json!("done"), 2));
        assert!(!log.to_string().contains("/hook") && !ben.get("push-subscriptions").await.text.contains("/hook"));
        let stored = app.contents().await;
        assert!(stored.values().all(|rows| !rows.contains("/hook")), "the address is a secret");
    }

    async fn who_signs_out_is_told_of_nothing_there(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let (service, _browser, _) = subscribed(&ben, 7).await;
        ben.apart().delete("auth/session").await.ok();
        assign(&ana, &open(&customer).await, &ben).await;
        quiet(app).await;
        assert_eq!(service.heard().len(), 0);
        let log = ana.get("deliveries?handler=push").await.ok();
        assert_eq!(log["data"][0]["state"], "skipped", "{log}");
    }

    // SEC: A-07
    async fn who_lost_the_right_gets_no_message_that_waited(app) {
        app.run();
        let (admin, ana, ben) = (app.admin("Ada").await, app.agent("Ana").await, app.agent("Ben").await);
        let customer = app.customer("Cleo").await;
        ben.patch("notifications/preferences", json!({ "quiet_hours": { "from": "08:00", "to": "10:00" } })).await.ok();
        let (service, browser, _) = subscribed(&ben, 7).await;
        for _ in 0..3 {
            assign(&ana, &open(&customer).await, &ben).await;
            quiet(app).await;
        }
        app.advance(TimeDelta::minutes(59)).await;
        quiet(app).await;
        assert_eq!(service.heard().len(), 0, "quiet hours");
        app.advance(TimeDelta::minutes(1)).await;
        heard(app, &service, 1).await;
        assert_eq!(browser.open(&service.heard()[0])["title"], "3 notifications", "one message for all that waited");

        app.advance(TimeDelta::hours(22)).await;
        assign(&ana, &open(&customer).await, &ben).await;
        quiet(app).await;
        let role = blind_role(&admin).await;
        change(app, ben.id(), Some(role), true).await;
        app.advance(TimeDelta::hours(1)).await;
        quiet(app).await;
        assert_eq!(service.heard().len(), 1);
    }

    async fn a_service_that_is_busy_is_left_alone_and_a_browser_that_is_gone_forgotten(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let (service, _browser, _) = subscribed(&ben, 7).await;
        service.answer(429, Some(("retry-after", "120")), "");
        let ticket = open(&customer).await;
        assign(&ana, &ticket, &ben).await;
        heard(app, &service, 1).await;
        app.advance(TimeDelta::seconds(119)).await;
        heard(app, &service, 1).await;
        service.answer(201, None, "");
        app.advance(TimeDelta::seconds(1)).await;
        heard(app, &service, 2).await;
        service.answer(400, None, "");
        write(&customer, &ticket, "Hello?").await;
        heard(app, &service, 3).await;
        let log = ana.get("deliveries?handler=push&state=dead").await.ok();
        assert_eq!(log["data"][0]["last_error"], "answered 400");
        service.answer(410, None, "");
        write(&customer, &ticket, "Hello?").await;
        heard(app, &service, 4).await;
        assert_eq!(ben.get("push-subscriptions").await.ok()["data"], json!([]));
        write(&customer, &ticket, "Hello?").await;
        quiet(app).await;
        assert_eq!(service.heard().len(), 4);
    }

    async fn a_browser_belongs_to_whoever_uses_it_last(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let (service, browser, made) = subscribed(&ben, 7).await;
        let taken = ana.post("push-subscriptions", browser.subscription(&service.url)).await.ok();
        assert_eq!(taken["id"], made["id"], "the same browser");
        assert_eq!(ben.get("push-subscriptions").await.ok()["data"], json!([]));
        let path = format!("push-subscriptions/{}", made["id"].as_str().unwrap());
        ben.delete(&path).await.refused(404, "not_found");
        assign(&ana, &open(&customer).await, &ben).await;
        quiet(app).await;
        assert_eq!(service.heard().len(), 0, "it is not his any more");
        assign(&ben, &open(&customer).await, &ana).await;
        heard(app, &service, 1).await;
        assert_eq!(browser.open(&service.heard()[0])["title"], "Ben gave you the ticket");
        assert_eq!(ana.delete(&path).await.status, 204);
        ana.delete(&path).await.refused(404, "not_found");
    }

    // SEC: S-01, S-02
    async fn an_address_that_leads_inside_and_keys_that_are_none_are_refused(app) {
        let (ben, customer, browser) = (app.agent("Ben").await, app.customer("Cleo").await, Browser::new(7));
        let before = app.contents().await;
        for endpoint in ["http://10.0.0.1/push", "https://169.254.169.254/latest", "https://[::1]/", "https://10.0.0.1/", "push.example.com", "ftp://example.com/"] {
            let refused = ben.post("push-subscriptions", browser.subscription(endpoint)).await.refused(422, "invalid");
            assert_eq!(refused["errors"][0]["pointer"], "/endpoint", "{endpoint}");
        }
        let mut wrong = browser.subscription("https://127.0.0.1/push");
        wrong["keys"]["auth"] = json!("AAAA");
        let refused = ben.post("push-subscriptions", wrong).await.refused(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/keys");
        customer.post("push-subscriptions", browser.subscription("https://127.0.0.1/push")).await.refused(403, "forbidden");
        ben.post("push-subscriptions", browser.subscription("https://127.0.0.1/push")).header("idempotency-key", "k").await.refused(422, "invalid");
        assert_eq!(app.contents().await, before, "nothing was stored");
    }
}
