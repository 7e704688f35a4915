//! `POST portal/api/v1/links`: a fresh link, by mail, for whoever has none that works.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use chrono::TimeDelta;
use serde_json::{Value, json};
use support_tests::{
    actor::{Actor, Call},
    app::{TEAM, TestApp},
    on_both,
    smtp::SmtpServer,
};

use crate::outbox::{secret, with_smtp};

/// Somebody who wrote to us, and the ticket's number.
async fn asker(app: &TestApp, email: &str) -> (Actor, Value) {
    let visitor = app.visitor().await;
    visitor.patch("me", json!({ "email": email })).await.ok();
    let ticket = visitor.post("tickets", json!({ "subject": "CANARY", "initial_message": "CANARY" })).await.ok();
    (visitor, ticket)
}

fn ask(app: &TestApp, email: &str) -> Call {
    app.portal_browser().post("links", json!({ "email": email }))
}

fn from(call: Call, address: &str) -> Call {
    let peer: SocketAddr = format!("{address}:1234").parse().unwrap();
    call.extension(ConnectInfo(peer))
}

/// Waits until nothing is left to be sent.
async fn sent(app: &TestApp) {
    app.until("an empty outbox", || async {
        app.storage.read().await.unwrap().next_delivery_at().await.unwrap().is_none()
    })
    .await;
}

/// How many rows each table has, which is what the door has to do.
async fn rows(app: &TestApp) -> Vec<(String, usize)> {
    app.contents().await.into_iter().map(|(table, rows)| (table, rows.lines().count())).collect()
}

on_both! {
    // SEC: P-01, P-05, P-07, N-14
    async fn only_the_address_on_file_gets_a_link_and_whoever_asks_is_told_the_same(app) {
        let (visitor, ticket) = asker(app, "Vera@people.test").await;
        app.agent("Ana").await;
        let mut work = Vec::new();
        for email in ["vera@PEOPLE.test", "nobody@people.test", "ana@people.test"] {
            let before = rows(app).await;
            let call = ask(app, email).header("host", "evil.test").header("x-forwarded-host", "evil.test");
            let heard = call.await;
            assert_eq!((heard.status, heard.text.as_str(), heard.header("set-cookie")), (202, "", ""), "{email}");
            let after = rows(app).await;
            let written: Vec<_> = after.into_iter().zip(before).filter(|(after, before)| after != before)
                .map(|((table, after), (_, before))| (table, after - before)).collect();
            work.push(written);
        }
        assert_eq!(work[0], [("support_deliveries".to_owned(), 1), ("support_events".to_owned(), 1)]);
        assert!(work.windows(2).all(|pair| pair[0] == pair[1]), "the door does the same for everybody: {work:?}");

        app.run();
        sent(app).await;
        let mails: Vec<_> = app.mail.mails().into_iter().filter(|mail| mail.to[0] != TEAM).collect();
        assert_eq!(mails.iter().map(|mail| mail.to.clone()).collect::<Vec<_>>(), [["Vera@people.test"]]);
        // Nothing that strangers can put into it: anybody may have opened a ticket under the address.
        assert!(!mails[0].raw.contains("CANARY") && !mails[0].raw.contains("evil.test"), "{}", mails[0].raw);
        let portal = app.portal(&secret(&mails[0].raw)).await;
        let context = portal.get("session").await.ok();
        assert_eq!((&context["scope"], &context["can"]), (&json!({ "contact": visitor.id() }), &json!(["read", "reply"])));
        assert_eq!(context["tickets"][0]["id"], ticket["id"]);
        // Who asked stands in the audit, and not for whom.
        let facts = app.admin("Ada").await.get("audit?action=token.asked").await;
        assert_eq!(facts.body["data"].as_array().unwrap().len(), 3);
        assert!(!facts.text.contains("people.test"), "{}", facts.text);
    }

    async fn each_browser_that_somebody_wrote_from_has_a_link_of_its_own(app) {
        let (first, _) = asker(app, "vera@people.test").await;
        app.clock.advance(TimeDelta::hours(1));
        let (second, _) = asker(app, "vera@people.test").await;
        second.post("tickets", json!({ "subject": "Another" })).await.ok();
        // One without a request, and one who is somebody else.
        app.visitor().await.patch("me", json!({ "email": "vera@people.test" })).await.ok();
        asker(app, "vero@people.test").await;
        app.run();
        sent(app).await;
        let before = app.mail.mails().len();
        assert_eq!(ask(app, "vera@people.test").await.status, 202);
        let mail = app.mails(before + 1).await.pop().unwrap();
        let text = mail.raw.replace("=\r\n", "").replace("=23", "#");
        let plain = text.split("text/html").next().unwrap();
        let links: Vec<_> = plain.split("/portal#").skip(1).map(|rest| rest[..47].to_owned()).collect();
        assert_eq!(links.len(), 2, "{plain}");
        for (link, whose) in links.iter().zip([&second, &first]) {
            let scope = app.portal(link).await.get("session").await.ok()["scope"].clone();
            assert_eq!(scope, json!({ "contact": whose.id() }), "the newest comes first");
        }
        assert!(plain.contains("Request #3 and the others: ") && plain.contains("Request #1: "), "{plain}");
    }

    // SEC: N-20
    async fn nobody_can_flood_a_mailbox_or_ask_for_many(app) {
        asker(app, "vera@people.test").await;
        app.run();
        sent(app).await;
        let team = app.mail.mails().len();
        for spelt in ["vera@people.test", "Vera@people.test", "vera@people.test", "vera@people.test", "VERA@people.test"] {
            assert_eq!(ask(app, spelt).await.status, 202);
        }
        sent(app).await;
        assert_eq!(app.mails(team + 3).await.len(), team + 3, "three in an hour, and nobody is told");
        app.clock.advance(TimeDelta::hours(1));
        for number in 0..20 {
            assert_eq!(from(ask(app, &format!("a{number}@people.test")), "203.0.113.9").await.status, 202);
        }
        sent(app).await;
        let stored = app.contents().await;
        let refused = from(ask(app, "vera@people.test"), "203.0.113.9").await;
        assert_eq!(refused.header("ratelimit-policy"), "\"links-address\";q=20;w=3600");
        refused.refused(429, "too_many_requests");
        assert_eq!(app.contents().await, stored, "no letter either");
        assert_eq!(from(ask(app, "vera@people.test"), "203.0.113.10").await.status, 202);
        app.mails(team + 4).await;
    }

    async fn what_is_no_address_is_refused(app) {
        let stored = app.contents().await;
        for email in ["", "vera", "vera@", "a@b\r\nBcc: c@d.test", "\0@people.test"] {
            let refused = ask(app, email).await.refused(422, "invalid");
            assert_eq!(refused["errors"][0]["pointer"], "/email");
        }
        app.portal_browser().post("links", json!({ "email": "a@b.test", "number": 1 })).await.refused(422, "unknown_field");
        app.portal_browser().post("links", json!({})).await.refused(422, "invalid");
        assert_eq!(app.contents().await, stored);
    }
}

// SEC: P-01
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_ended_is_replaced_over_a_real_smtp_conversation() {
    let mut smtp = SmtpServer::start().await.unwrap();
    let mut app = with_smtp(&smtp).await;
    let (_, ticket) = asker(&app, "vera@people.test").await;
    let agent = app.agent("Ana").await;
    let ended = agent.post("tokens", json!({ "scope": { "ticket": ticket["id"] }, "expires_in_days": 1 })).await.ok();
    app.clock.advance(TimeDelta::days(1));
    let number = json!({ "number": ticket["number"], "email": "vera@people.test" });
    app.portal_browser().post("session", json!({ "token": ended["token"] })).await.refused(404, "not_found");
    // Number and address open nothing, at either door.
    app.portal_browser().post("session", number.clone()).await.refused(422, "unknown_field");
    app.portal_browser().post("links", number).await.refused(422, "unknown_field");
    smtp.down().await;
    app.run();
    assert_eq!(ask(&app, "vera@people.test").await.status, 202);
    let admin = app.admin("Ada").await;
    let tried = async || {
        let pending = admin.get("deliveries?state=pending").await.ok();
        let rows = pending["data"].as_array().unwrap().clone();
        rows.iter().any(|row| row["recipient"] == "vera@people.test" && row["attempts"] == 1)
    };
    app.until("a first try", tried).await;
    smtp.up().await.unwrap();
    app.advance(TimeDelta::seconds(10)).await;
    let arrived = || smtp.taken().into_iter().find(|mail| mail.to == "vera@people.test");
    app.until("the letter", || async { arrived().is_some() }).await;
    let letter = arrived().unwrap();
    assert_eq!((letter.header("Subject"), letter.header("Auto-Submitted")), ("Your link", "auto-generated"));
    let portal = app.portal(&secret(&letter.data)).await;
    assert_eq!(portal.get("tickets").await.ok()["data"][0]["id"], ticket["id"]);
    app.close().await;
}
