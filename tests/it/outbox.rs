//! The outbox and the mail that leaves through it.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use chrono::TimeDelta;
use serde_json::{Value, json};
use support_core::{
    AccountOptions,
    channels::email::{CapturedMail, Email, Smtp, SmtpOptions, SmtpSecurity},
    clock::Clock as _,
    model::{DeliveryId, EventType},
    plugin::{EventHandler, Failure, Handled, Handling, Occasion, Plugin, Registrar, Target},
    storage::{DeliveryOutcome, Engaged},
};
use support_tests::{
    actor::Actor,
    app::{Backend, Plan, TEAM, TestApp, email_options},
    on_both,
    smtp::SmtpServer,
};

async fn open(visitor: &Actor, text: &str) -> String {
    let ticket = visitor.post("tickets", json!({ "initial_message": text })).await.ok();
    format!("tickets/{}", ticket["id"].as_str().unwrap())
}

/// Recipient and subject.
fn envelope(mail: &CapturedMail) -> (&str, &str) {
    let subject = mail.raw.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default();
    (&mail.to[0], subject)
}

/// The secret of the portal link in a mail's text, whose lines are broken for the way.
pub(crate) fn secret(raw: &str) -> String {
    let whole = raw.replace("=\r\n", "").replace("=23", "#");
    let start = whole.find("/portal#spt_").expect("a link") + "/portal#".len();
    whole[start..start + 47].to_owned()
}

async fn deliveries(admin: &Actor, query: &str) -> Vec<Value> {
    admin.get(&format!("deliveries{query}")).await.ok()["data"].as_array().unwrap().clone()
}

on_both! {
    async fn the_first_message_of_a_ticket_opened_without_one_reaches_the_team(app) {
        app.run();
        let visitor = app.visitor().await;
        let ticket = visitor.post("tickets", json!({ "subject": "Later" })).await.ok();
        assert_eq!(envelope(&app.mails(1).await[0]), (TEAM, "[#1] New: Later"));
        let path = format!("tickets/{}/messages", ticket["id"].as_str().unwrap());
        visitor.post(&path, json!({ "body": "Here it is" })).await.ok();
        let mails = app.mails(2).await;
        assert_eq!(envelope(&mails[1]), (TEAM, "[#1] Later"));
        assert!(mails[1].raw.contains("> Here it is"));
    }
}

on_both! {
    async fn each_side_is_told_what_the_other_did(app) {
        app.run();
        let (visitor, agent) = (app.visitor().await, app.agent("Ana").await);
        visitor.patch("me", json!({ "name": "Mia", "email": "mia@example.com" })).await.ok();
        let path = open(&visitor, "My order is late").await;
        assert_eq!(envelope(&app.mails(1).await[0]), (TEAM, "[#1] New: My order is late"));
        visitor.post(&format!("{path}/messages"), json!({ "body": "Hello?" })).await.ok();
        let mails = app.mails(2).await;
        assert_eq!(envelope(&mails[1]), (TEAM, "[#1] My order is late"));
        assert!(mails[1].raw.contains("> Hello?") && mails[1].raw.contains("/admin/v/open/t/"));

        // A note is nobody's mail; an answer waits for being read in the chat.
        agent.post(&format!("{path}/messages"), json!({ "body": "CANARY", "is_internal": true })).await.ok();
        agent.post(&format!("{path}/messages"), json!({ "body": "It is <b>on</b> its way" })).await.ok();
        app.settle().await;
        app.mails(2).await;
        app.advance(TimeDelta::seconds(59)).await;
        app.settle().await;
        app.mails(2).await;
        app.advance(TimeDelta::seconds(1)).await;
        let mails = app.mails(3).await;
        assert_eq!(envelope(&mails[2]), ("mia@example.com", "Re: [#1] My order is late"));
        let raw = &mails[2].raw.replace("=\r\n", "");
        for part in ["multipart/alternative", "text/plain", "text/html", "Auto-Submitted: auto-generated", "Message-ID: <", "&lt;b&gt;on"] {
            assert!(raw.contains(part), "{part} in {raw}");
        }
        assert!(!raw.contains("CANARY") && !raw.contains("ana@people.test") && !raw.contains("/admin"), "{raw}");
        // Its link opens the thread and takes a reply.
        let portal = app.portal(&secret(raw)).await;
        portal.post(&format!("{path}/messages"), json!({ "body": "Thanks" })).await.ok();
        assert_eq!(envelope(&app.mails(4).await[3]), (TEAM, "[#1] My order is late"));

        // Every change of status by the desk.
        agent.act(&format!("{path}/resolve")).await.ok();
        assert!(app.mails(5).await[4].raw.contains("resolved"));
        agent.act(&format!("{path}/reopen")).await.ok();
        assert!(app.mails(6).await[5].raw.contains("open again"));
        agent.patch(&path, json!({ "status": "pending", "priority": "low" })).await.ok();
        assert!(app.mails(7).await[6].raw.contains("waits for your answer"));
        agent.patch(&path, json!({ "priority": "high" })).await.ok();
        agent.post(&format!("{path}/assign"), json!({ "assignee": agent.id() })).await.ok();
        agent.act(&format!("{path}/close")).await.ok();
        assert!(app.mails(8).await[7].raw.contains("closed"));
        // What customers do themselves is no news to them: the team alone hears of the reopening.
        visitor.post(&format!("{path}/messages"), json!({ "body": "One more thing" })).await.ok();
        app.settle().await;
        assert_eq!(envelope(&app.mails(9).await[8]).0, TEAM);
    }

    async fn an_answer_that_was_read_in_the_chat_is_no_mail(app) {
        app.run();
        let (visitor, agent, admin) = (app.visitor().await, app.agent("Ana").await, app.admin("Ada").await);
        visitor.patch("me", json!({ "email": "mia@example.com" })).await.ok();
        let path = open(&visitor, "Hello").await;
        agent.post(&format!("{path}/messages"), json!({ "body": "Read in time" })).await.ok();
        visitor.act(&format!("{path}/read")).await.ok();
        let (silent, other) = (app.visitor().await, "tickets");
        let unknown = open(&silent, "Who am I?").await;
        agent.post(&format!("{unknown}/messages"), json!({ "body": "To nobody" })).await.ok();
        // The team's mails are out before the clock leaps: a try that was under way would count as given up.
        app.mails(2).await;
        app.advance(TimeDelta::seconds(60)).await;
        app.until("two skipped", || async { deliveries(&admin, "?state=skipped").await.len() == 2 }).await;
        let reasons: BTreeSet<_> = deliveries(&admin, "?state=skipped").await.iter().map(|one| one["last_error"].to_string()).collect();
        assert_eq!(reasons, BTreeSet::from(["\"read in the chat\"".to_owned(), "\"the customer left no address\"".to_owned()]), "{other}");
        assert!(app.mails(2).await.iter().all(|mail| mail.to == [TEAM]));
    }

    // SEC: O-05
    async fn whom_a_letter_goes_to_is_shown_to_those_who_may_see_that_person(app) {
        let ada = app.admin("Ada").await;
        let visitor = app.visitor().await;
        visitor.patch("me", json!({ "email": "mia@people.test" })).await.ok();
        visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        ada.post("users", json!({ "email": "ben@people.test" })).await.ok();
        app.portal_browser().post("links", json!({ "email": "mia@people.test" })).await;
        // What came of it is as much about them as where it went.
        let ids: Vec<DeliveryId> = deliveries(&ada, "").await.iter().map(|one| one["id"].as_str().unwrap().parse().unwrap()).collect();
        let (now, mut tx) = (app.clock.now() + chrono::TimeDelta::hours(1), app.storage.write().await.unwrap());
        tx.claim_deliveries(now, now, &ids).await.unwrap();
        for id in &ids {
            let dead = DeliveryOutcome::Dead("550 no such mailbox at people.test".into());
            tx.finish_delivery(*id, 1, &dead, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        let role = async |name: &str, permissions: serde_json::Value| {
            let role = ada.post("roles", json!({ "name": name, "permissions": permissions })).await.ok();
            let credentials = json!({ "email": format!("{name}@people.test"), "password": "a fine password" });
            let mut body = credentials.clone();
            body["custom_role"] = role["id"].clone();
            ada.post("users", body).await.ok();
            let login = app.stranger().post("auth/login", credentials).await.ok();
            app.stranger().with_bearer(login["access_token"].as_str().unwrap())
        };
        let clerk = role("clerk", json!(["tickets:read"])).await;
        let greeter = role("greeter", json!(["tickets:read", "contacts:read"])).await;
        let warden = role("warden", json!(["tickets:read", "users:read"])).await;
        let (link, invitation) = ("token.asked", "user.invited");
        for (who, shown) in [
            (&clerk, vec![]), (&greeter, vec![link]), (&warden, vec![invitation]), (&ada, vec![link, invitation]),
        ] {
            let all = deliveries(who, "").await;
            assert_eq!(all.len(), ids.len());
            assert!([link, invitation].iter().all(|kind| all.iter().any(|one| one["event_type"] == *kind)), "{all:?}");
            for delivery in all {
                let kind = delivery["event_type"].as_str().unwrap();
                let is_shown = (delivery["recipient"] != "", !delivery["last_error"].is_null());
                let expected = shown.contains(&kind) || kind.starts_with("message.") || kind.starts_with("ticket.");
                assert_eq!(is_shown, (expected, expected), "{delivery}");
            }
        }
        // Retrying is a fact, and shows no more than the list.
        let porter = role("porter", json!(["deliveries:manage"])).await;
        let retried = porter.act(&format!("deliveries/{}/retry", ids[0])).await.ok();
        assert_eq!((&retried["state"], &retried["recipient"], &retried["last_error"]), (&json!("pending"), &json!(""), &Value::Null));
        let facts = ada.get("audit?action=delivery.retried").await.ok();
        assert_eq!(facts["data"][0]["resource"], format!("delivery:{}", ids[0]));
        porter.act(&format!("deliveries/{}/retry", ids[0])).await.refused(409, "not_dead");
    }

    async fn the_log_of_mail_is_the_desks_and_a_retry_an_admins(app) {
        let (visitor, agent, admin) = (app.visitor().await, app.agent("Ana").await, app.admin("Ada").await);
        open(&visitor, "Hello").await;
        let listed = deliveries(&agent, "?handler=email").await;
        assert_eq!((listed.len(), &listed[0]["state"], &listed[0]["recipient"]), (1, &json!("pending"), &json!(TEAM)));
        let retry = format!("deliveries/{}/retry", listed[0]["id"].as_str().unwrap());
        agent.act(&retry).await.refused(403, "forbidden");
        admin.act(&retry).await.refused(409, "not_dead");
        admin.act("deliveries/01890000-0000-7000-8000-000000000000/retry").await.refused(404, "not_found");
        agent.get("deliveries?state=lost").await.refused(400, "invalid_parameter");
    }
}

/// An application whose mail goes to a real server.
pub(crate) async fn with_smtp(smtp: &SmtpServer) -> TestApp {
    let options = SmtpOptions {
        host: "127.0.0.1".into(),
        port: Some(smtp.port),
        credentials: None,
        security: SmtpSecurity::None,
    };
    let plan = Plan::new(Backend::Sqlite).of(move |builder, _| {
        let mailer = Smtp::new(&options).expect("no TLS, no name to check");
        builder.accounts(AccountOptions::default()).plugin(Email::new(email_options(), mailer))
    });
    plan.start().await.expect("a file can always be had")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_smtp_server_delays_mail_and_loses_none() {
    let mut smtp = SmtpServer::start().await.unwrap();
    let mut app = with_smtp(&smtp).await;
    app.run();
    let (visitor, admin) = (app.visitor().await, app.admin("Ada").await);
    open(&visitor, "Before").await;
    app.until("one mail", || async { smtp.taken().len() == 1 }).await;
    smtp.down().await;
    for number in 1..=5 {
        open(&visitor, &format!("While it is down {number}")).await;
    }
    let tried = |attempts: i64| {
        let admin = &admin;
        async move {
            deliveries(admin, "?state=pending").await.iter().filter(|one| one["attempts"] == attempts).count() == 5
        }
    };
    app.until("a first try each", || tried(1)).await;
    app.advance(TimeDelta::milliseconds(5_500)).await;
    app.until("a second try each", || tried(2)).await;
    assert_eq!(smtp.taken().len(), 1);
    smtp.up().await.unwrap();
    app.advance(TimeDelta::milliseconds(16_500)).await;
    app.until("all mails", || async { deliveries(&admin, "?state=done").await.len() == 6 }).await;
    app.advance(TimeDelta::days(1)).await;
    app.settle().await;
    let taken = smtp.taken();
    let ids: BTreeSet<_> = taken.iter().map(|mail| mail.header("Message-ID").to_owned()).collect();
    assert_eq!((taken.len(), ids.len()), (6, 6), "each once");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_refused_for_good_waits_for_somebody_to_retry_it() {
    let smtp = SmtpServer::start().await.unwrap();
    smtp.answer(TEAM, Some("550 no such mailbox"));
    let mut app = with_smtp(&smtp).await;
    app.run();
    let (visitor, admin) = (app.visitor().await, app.admin("Ada").await);
    open(&visitor, "Hello").await;
    app.until("a dead letter", || async { deliveries(&admin, "?state=dead").await.len() == 1 }).await;
    let dead = deliveries(&admin, "?state=dead").await.remove(0);
    assert_eq!((&dead["attempts"], &dead["recipient"], &dead["ticket_number"]), (&json!(1), &json!(TEAM), &json!(1)));
    assert!(dead["last_error"].as_str().unwrap().contains("550"), "{dead}");
    smtp.answer(TEAM, None);
    let retried = admin.act(&format!("deliveries/{}/retry", dead["id"].as_str().unwrap())).await.ok();
    assert_eq!((&retried["state"], &retried["attempts"]), (&json!("pending"), &json!(0)));
    app.until("the mail", || async { smtp.taken().len() == 1 }).await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_try_of_a_mail_has_the_same_id_and_all_tries_end() {
    let smtp = SmtpServer::start().await.unwrap();
    smtp.answer(TEAM, Some("451 later"));
    let mut app = with_smtp(&smtp).await;
    app.run();
    open(&app.visitor().await, "Hello").await;
    for attempt in 1..=10 {
        let admin = app.admin("Ada").await;
        app.until("a try", || async { smtp.seen().len() == attempt }).await;
        app.until("its outcome", || async { deliveries(&admin, "?state=running").await.is_empty() }).await;
        app.advance(TimeDelta::hours(22)).await;
    }
    let admin = app.admin("Ada").await;
    assert_eq!(deliveries(&admin, "?state=dead").await.len(), 1);
    let ids: BTreeSet<_> = smtp.seen().into_iter().collect();
    assert_eq!(ids.len(), 1);
    assert!(ids.first().unwrap().ends_with("@support.test>"));
    app.close().await;
}

// SEC: C-09
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_people_write_becomes_a_header() {
    let smtp = SmtpServer::start().await.unwrap();
    let mut app = with_smtp(&smtp).await;
    app.run();
    let visitor = app.visitor().await;
    for subject in ["Hi\r\nBcc: eve@evil.test", "Hi\nX-Evil: 1", "Hi\u{2028}X-Evil: 1", "Hi\u{0}"] {
        visitor.post("tickets", json!({ "subject": subject })).await.refused(422, "invalid");
    }
    for address in [
        "mia@example.com\r\nBcc: eve@evil.test",
        "mia@example.com, eve@evil.test",
        "<mia@example.com>",
        "\"a\r\nb\"@example.com",
    ] {
        visitor.patch("me", json!({ "email": address })).await.refused(422, "invalid");
    }
    let body = "First\r\n.\r\nBcc: eve@evil.test\r\n\r\n.MAIL FROM";
    visitor.post("tickets", json!({ "subject": "Bcc: eve@evil.test ünïcode", "initial_message": body })).await.ok();
    app.until("the mail", || async { smtp.taken().len() == 1 }).await;
    let mail = smtp.taken().remove(0);
    let head = mail.data.split("\r\n\r\n").next().unwrap();
    let names: BTreeSet<_> = head
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        names,
        BTreeSet::from([
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "References",
            "Subject",
            "To",
            "X-Auto-Response-Suppress"
        ])
    );
    assert_eq!(mail.header("To"), TEAM);
    app.close().await;
}

/// Panics at its first try, and does its work at the second.
struct Clumsy(Arc<AtomicUsize>);

impl Plugin for Clumsy {
    fn id(&self) -> &'static str {
        "clumsy"
    }

    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
        registrar.event_handler(Self(Arc::clone(&self.0)));
        Ok(())
    }
}

#[async_trait]
impl EventHandler for Clumsy {
    fn id(&self) -> &'static str {
        "clumsy"
    }

    fn targets(&self, occasion: &Occasion<'_>) -> Vec<Target> {
        let wanted = occasion.event.kind == EventType::TicketCreated;
        let target =
            || Target { purpose: "count".into(), recipient: "nobody".into(), lane: None, delay: TimeDelta::zero() };
        wanted.then(target).into_iter().collect()
    }

    async fn handle(&self, _: &Handling<'_>) -> Result<Handled, Failure> {
        assert!(self.0.fetch_add(1, Ordering::SeqCst) > 0, "clumsy");
        Ok(Handled::Done)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_in_a_handler_costs_one_try() {
    let tries = Arc::new(AtomicUsize::new(0));
    let clumsy = Clumsy(Arc::clone(&tries));
    let plan = Plan::new(Backend::Sqlite).of(|builder, _| builder.accounts(AccountOptions::default()).plugin(clumsy));
    let mut app = plan.start().await.unwrap();
    app.run();
    let (visitor, admin) = (app.visitor().await, app.admin("Ada").await);
    open(&visitor, "Hello").await;
    app.until("the panic", || async {
        deliveries(&admin, "?state=pending").await.iter().any(|one| one["last_error"] == "the handler panicked")
    })
    .await;
    app.advance(TimeDelta::seconds(6)).await;
    app.until("the second try", || async { deliveries(&admin, "?state=done").await.len() == 1 }).await;
    assert_eq!(tries.load(Ordering::SeqCst), 2);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_worker_held_comes_back_when_its_lease_ends() {
    let mut app = TestApp::sqlite().await;
    let (visitor, admin) = (app.visitor().await, app.admin("Ada").await);
    open(&visitor, "Hello").await;
    // A worker of another process takes it, and dies.
    let now = app.clock.now();
    let mut tx = app.storage.write().await.unwrap();
    let due = tx.due_deliveries(now, &Engaged::default(), 10).await.unwrap();
    let claimed = tx.claim_deliveries(now, now + TimeDelta::seconds(60), &[due[0].id]).await.unwrap();
    assert_eq!((due.len(), claimed.len()), (1, 1));
    tx.commit().await.unwrap();
    app.run();
    app.advance(TimeDelta::seconds(59)).await;
    app.settle().await;
    assert_eq!(app.mail.mails(), []);
    app.advance(TimeDelta::seconds(1)).await;
    app.mails(1).await;
    app.until("its end", || async { deliveries(&admin, "?state=done").await.iter().any(|one| one["attempts"] == 2) })
        .await;
    app.close().await;
}
