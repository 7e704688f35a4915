//! Who is told of what, and who is not.

use chrono::TimeDelta;
use serde_json::json;
use support_tests::{on_both, receiver::Receiver};

use super::{assign, blind_role, change, kinds, list, open, quiet, unread, write};

on_both! {
    async fn the_assignee_is_told_of_what_others_do_and_nobody_else_is(app) {
        app.run();
        let (ana, ben, other) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Olga").await);
        let (customer, admin) = (app.customer("Cleo").await, app.admin("Ada").await);
        let ticket = open(&customer).await;
        assign(&ana, &ticket, &ben).await;
        write(&customer, &ticket, "Hello?").await;
        ana.post(&format!("{ticket}/messages"), json!({ "body": "Between us", "is_internal": true })).await.ok();
        write(&ben, &ticket, "It is on its way").await;
        assert_eq!(kinds(app, &ben).await, ["assignment", "message", "message"]);
        let told = list(app, &ben).await;
        assert_eq!((&told[0]["preview"], &told[0]["actor"]["name"]), (&json!("Between us"), &json!("Ana")));
        assert_eq!((&told[1]["preview"], &told[1]["actor"]["name"]), (&json!("Hello?"), &json!("Cleo")));
        assert_eq!((&told[2]["ticket"]["subject"], &told[2]["ticket"]["number"]), (&json!("Late"), &json!(1)));
        assert_eq!((&told[2]["change"], &told[2]["read_at"]), (&json!("assigned to Ben"), &json!(null)));
        for nobody in [&ana, &other, &admin] {
            assert_eq!(kinds(app, nobody).await, [""; 0]);
        }
        for outsider in [&customer, &app.visitor().await.on("/api/v1")] {
            let refused = outsider.get("notifications").await;
            assert!([401, 403].contains(&refused.status), "{}", refused.text);
        }
    }

    async fn whom_a_message_addresses_is_told_so_and_not_of_the_message_too(app) {
        app.run();
        let (ana, ben, other) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Olga").await);
        let customer = app.customer("Cleo").await;
        let ticket = open(&customer).await;
        ana.patch(&ticket, json!({ "watchers": [ben.id(), other.id()] })).await.ok();
        let note = json!({ "body": "What do *you* think?", "format": "markdown", "is_internal": true, "mentions": [ben.id(), ana.id()] });
        ana.post(&format!("{ticket}/messages"), note).await.ok();
        assert_eq!(kinds(app, &ben).await, ["mention"]);
        assert_eq!(kinds(app, &other).await, ["watched_message"]);
        assert_eq!(kinds(app, &ana).await, [""; 0], "nobody mentions themselves");
        assert_eq!(list(app, &ben).await[0]["preview"], "What do you think?");
        let mails: Vec<_> = app.mail.mails().into_iter().filter(|mail| mail.to == ["ben@people.test"]).collect();
        assert!(mails.len() == 1 && mails[0].raw.contains("Subject: [#1] Ana mentioned you: Late"), "{mails:?}");
        let message = ana.get(&format!("{ticket}/messages")).await.ok()["data"].as_array().unwrap().last().unwrap()["id"].clone();
        ana.delete(&format!("conversations/{}/messages/{}", ticket.strip_prefix("tickets/").unwrap(), message.as_str().unwrap())).await.ok();
        assert_eq!(list(app, &ben).await[0]["preview"], json!(null), "what was taken back is shown nowhere");
    }

    async fn watchers_are_told_of_messages_and_of_what_matters(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let ticket = open(&customer).await;
        ana.patch(&ticket, json!({ "watchers": [ana.id(), ben.id()] })).await.ok();
        ana.patch(&ticket, json!({ "tags": [] , "category": "shipping" })).await.ok();
        assert_eq!(kinds(app, &ben).await, [""; 0], "a category is nobody's news");
        write(&customer, &ticket, "Hello?").await;
        ana.patch(&ticket, json!({ "priority": "urgent" })).await.ok();
        ana.act(&format!("{ticket}/resolve")).await.ok();
        assert_eq!(kinds(app, &ben).await, ["watched_message", "watched_change", "watched_change"]);
        let told = list(app, &ben).await;
        assert_eq!((&told[0]["change"], &told[1]["change"]), (&json!("resolved"), &json!("priority urgent")));
        assert_eq!(kinds(app, &ana).await, ["watched_message"], "nobody is told of what they did themselves");
        assign(&ana, &ticket, &ben).await;
        assert_eq!(kinds(app, &ben).await.last().unwrap(), "assignment", "for the weightier reason, once");
        assert_eq!(list(app, &ben).await.len(), 4);
    }

    async fn a_team_is_told_while_nobody_of_it_has_the_ticket(app) {
        app.run();
        let (ana, ben, other) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Olga").await);
        let (admin, customer) = (app.admin("Ada").await, app.customer("Cleo").await);
        let team = admin.post("teams", json!({ "name": "Lamps", "members": [ana.id(), ben.id()] })).await.ok();
        let ticket = open(&customer).await;
        admin.patch(&ticket, json!({ "team": team["id"] })).await.ok();
        write(&customer, &ticket, "Hello?").await;
        for one in [&ana, &ben] {
            assert_eq!(kinds(app, one).await, ["message"]);
        }
        assign(&admin, &ticket, &ben).await;
        write(&customer, &ticket, "Anybody?").await;
        assert_eq!(kinds(app, &ben).await, ["message", "assignment", "message"]);
        assert_eq!(kinds(app, &ana).await, ["message"]);
        assert_eq!(kinds(app, &other).await, [""; 0]);
    }

    async fn of_promises_the_assignee_is_told_or_whoever_could_take_over(app) {
        let (admin, ana, ben) = (app.admin("Ada").await, app.agent("Ana").await, app.agent("Ben").await);
        let hour = json!({ "first_response_minutes": 10 });
        let targets = json!({ "low": {}, "medium": hour, "high": hour, "urgent": hour });
        admin.post("sla-policies", json!({ "name": "Gold", "warn_before_percent": 20, "targets": targets })).await.ok();
        let customer = app.customer("Cleo").await;
        let (nobodys, bens) = (open(&customer).await, open(&customer).await);
        assign(&ana, &bens, &ben).await;
        app.run();
        app.advance(TimeDelta::minutes(8)).await;
        app.until("warnings", || async { !list(app, &admin).await.is_empty() && list(app, &ben).await.len() == 2 }).await;
        app.advance(TimeDelta::minutes(2)).await;
        app.until("breaches", || async { list(app, &admin).await.len() == 2 && list(app, &ben).await.len() == 3 }).await;
        assert_eq!(kinds(app, &ben).await, ["assignment", "sla_warning", "sla_breach"]);
        assert_eq!(kinds(app, &admin).await, ["sla_warning", "sla_breach"]);
        assert_eq!(list(app, &admin).await[0]["ticket"]["id"], nobodys.strip_prefix("tickets/").unwrap());
        assert_eq!(list(app, &admin).await[0]["change"], "first response");
        assert_eq!(kinds(app, &ana).await, [""; 0], "an agent who may not take over and has neither");
    }

    async fn who_looks_after_webhooks_is_told_when_one_is_out_of_service(app) {
        app.run();
        let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
        let hook = json!({ "url": receiver.url, "events": ["ticket.created"] });
        let hook = admin.post("webhooks", hook).await.ok();
        receiver.answer(410, None, "");
        open(&app.customer("Cleo").await).await;
        app.until("a notice", || async { !list(app, &admin).await.is_empty() }).await;
        let told = list(app, &admin).await;
        assert_eq!((&told[0]["kind"], &told[0]["ticket"]), (&json!("webhook_disabled"), &json!(null)));
        assert_eq!(told[0]["resource"], format!("webhook:{}", hook["id"].as_str().unwrap()));
        assert_eq!(kinds(app, &agent).await, [""; 0]);
        app.until("a mail", || async { app.mail.mails().iter().any(|mail| mail.to == ["ada@people.test"]) }).await;
        assert!(app.mail.mails()[0].raw.contains("Subject: A webhook was taken out of service"));
    }

    // SEC
    async fn who_may_not_read_tickets_is_told_of_nothing_and_sees_nothing_of_before(app) {
        app.run();
        let (admin, ana, ben) = (app.admin("Ada").await, app.agent("Ana").await, app.agent("Ben").await);
        let customer = app.customer("Cleo").await;
        let ticket = open(&customer).await;
        assign(&ana, &ticket, &ben).await;
        let known = list(app, &ben).await;
        assert_eq!((known.len(), unread(app, &ben).await), (1, json!(1)));
        let mails = app.mail.mails().len();

        let role = blind_role(&admin).await;
        change(app, ben.id(), Some(role), true).await;
        write(&customer, &ticket, "CANARY").await;
        assert_eq!((list(app, &ben).await.len(), unread(app, &ben).await), (0, json!(0)));
        let one = format!("notifications/{}/read", known[0]["id"].as_str().unwrap());
        ben.act(&one).await.refused(404, "not_found");
        let to_ben = |app: &support_tests::app::TestApp| app.mail.mails().iter().filter(|mail| mail.to == ["ben@people.test"]).count();
        assert_eq!(to_ben(app), 1, "the first mail alone: {mails}");

        change(app, ben.id(), None, true).await;
        assert_eq!(kinds(app, &ben).await, ["assignment"], "of what came meanwhile nothing was kept for him");
        change(app, ben.id(), None, false).await;
        write(&customer, &ticket, "CANARY").await;
        quiet(app).await;
        change(app, ben.id(), None, true).await;
        assert_eq!(kinds(app, &ben).await, ["assignment"]);
    }

    async fn an_event_that_is_decided_again_tells_nobody_twice(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let ticket = open(&app.customer("Cleo").await).await;
        assign(&ana, &ticket, &ben).await;
        app.run();
        assert_eq!(kinds(app, &ben).await, ["assignment"]);
        let mut tx = app.storage.write().await.unwrap();
        let tenant = support_core::model::TenantId::DEFAULT;
        let filter = support_core::storage::DeliveryFilter { handler: Some("notification".into()), ..Default::default() };
        let decided: Vec<_> = tx.list_deliveries(tenant, &filter, None, 10).await.unwrap().iter().map(|one| one.id).collect();
        assert_eq!(tx.repeat_deliveries(tenant, &decided, support_core::clock::Clock::now(&app.clock)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(kinds(app, &ben).await, ["assignment"]);
        assert_eq!(app.mail.mails().iter().filter(|mail| mail.to == ["ben@people.test"]).count(), 1);
    }
}
