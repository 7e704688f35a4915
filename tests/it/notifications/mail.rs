//! Mail about what concerns somebody: at once, together, and not while they rest.

use chrono::TimeDelta;
use serde_json::json;
use support_core::{
    AccountOptions,
    channels::email::{CapturedMail, Email, Smtp, SmtpOptions, SmtpSecurity},
};
use support_tests::{
    app::{Backend, Plan, TestApp, email_options},
    on_both,
    smtp::SmtpServer,
};

use super::{assign, blind_role, change, open, quiet, write};

fn mails_to(app: &TestApp, who: &str) -> Vec<CapturedMail> {
    let address = format!("{who}@people.test");
    let mut mails: Vec<_> = app.mail.mails().into_iter().filter(|mail| mail.to == [address.clone()]).collect();
    mails.reverse();
    mails
}

fn subject(mail: &CapturedMail) -> &str {
    mail.raw.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default()
}

on_both! {
    async fn mail_says_what_happened_and_where(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let ticket = open(&customer).await;
        ben.patch("notifications/preferences", json!({ "kinds": { "message": { "mail": true } } })).await.ok();
        assign(&ana, &ticket, &ben).await;
        quiet(app).await;
        write(&customer, &ticket, "Hello? <b>Anybody</b> there?").await;
        quiet(app).await;
        let mails = mails_to(app, "ben");
        assert_eq!(mails.iter().map(subject).collect::<Vec<_>>(), ["[#1] Ana gave you the ticket: Late", "[#1] Cleo wrote: Late"]);
        let raw = mails[1].raw.replace("=\r\n", "");
        assert!(raw.contains("> Hello? <b>Anybody</b> there?") && raw.contains("&lt;b&gt;Anybody"), "{raw}");
        assert!(raw.contains(&format!("/admin/v/open/t/{}", ticket.strip_prefix("tickets/").unwrap())), "{raw}");
        assert!(!raw.contains("/portal#"), "no link that acts as the customer");
        for header in ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "References: <ticket-"] {
            assert!(raw.contains(header), "{header} in {raw}");
        }
    }

    async fn an_hourly_digest_is_one_mail_without_what_was_seen(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        ben.patch("notifications/preferences", json!({ "digest": "hourly" })).await.ok();
        app.advance(TimeDelta::minutes(10)).await;
        let mut tickets = Vec::new();
        for _ in 0..3 {
            tickets.push(open(&customer).await);
            assign(&ana, tickets.last().unwrap(), &ben).await;
            quiet(app).await;
        }
        ben.post("notifications/read", json!({ "ticket": tickets[1].strip_prefix("tickets/") })).await.ok();
        app.advance(TimeDelta::minutes(49)).await;
        quiet(app).await;
        assert_eq!(mails_to(app, "ben").len(), 0, "not before the hour");
        app.advance(TimeDelta::minutes(1)).await;
        app.until("the digest", || async { !mails_to(app, "ben").is_empty() }).await;
        quiet(app).await;
        let mails = mails_to(app, "ben");
        assert_eq!(mails.iter().map(subject).collect::<Vec<_>>(), ["2 notifications"]);
        let raw = mails[0].raw.replace("=\r\n", "");
        for (number, is_in) in [(1, true), (2, false), (3, true)] {
            assert_eq!(raw.contains(&format!("[#{number}] Ana gave you the ticket: Late")), is_in, "{number} {raw}");
        }
        let log = ana.get("deliveries?handler=email").await.ok();
        let to_ben = log["data"].as_array().unwrap().iter().filter(|one| one["recipient"] == "ben@people.test").count();
        assert_eq!(to_ben, 1, "one delivery for all of it");

        app.advance(TimeDelta::hours(1)).await;
        quiet(app).await;
        assert_eq!(mails_to(app, "ben").len(), 1, "nothing new, no mail");
    }

    async fn a_digest_whose_things_were_all_seen_is_not_sent(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        ben.patch("notifications/preferences", json!({ "digest": "daily", "digest_time": "17:00", "time_zone": "Europe/Berlin" })).await.ok();
        let ticket = open(&customer).await;
        assign(&ana, &ticket, &ben).await;
        quiet(app).await;
        ben.act("notifications/read").await.ok();
        app.advance(TimeDelta::hours(7)).await;
        app.until("an end", || async {
            let log = ana.get("deliveries?handler=email").await.ok();
            log["data"].as_array().unwrap().iter().any(|one| one["state"] == "skipped" && one["recipient"] == "ben@people.test")
        })
        .await;
        assert_eq!(mails_to(app, "ben").len(), 0);
        assign(&ana, &open(&customer).await, &ben).await;
        quiet(app).await;
        app.advance(TimeDelta::hours(24)).await;
        app.until("tomorrow's", || async { mails_to(app, "ben").len() == 1 }).await;
    }

    // SEC: A-07
    async fn quiet_hours_hold_mail_back_and_rights_are_asked_when_it_leaves(app) {
        app.run();
        let (admin, ana) = (app.admin("Ada").await, app.agent("Ana").await);
        let (ben, dora, customer) = (app.agent("Ben").await, app.agent("Dora").await, app.customer("Cleo").await);
        let wish = json!({ "quiet_hours": { "from": "09:30", "to": "11:00" }, "time_zone": "Europe/Berlin" });
        for one in [&ben, &dora] {
            one.patch("notifications/preferences", wish.clone()).await.ok();
        }
        // It is 10:00 in Berlin.
        for one in [&ben, &dora] {
            for _ in 0..2 {
                assign(&ana, &open(&customer).await, one).await;
                quiet(app).await;
            }
        }
        app.advance(TimeDelta::minutes(59)).await;
        quiet(app).await;
        assert_eq!((mails_to(app, "ben").len(), mails_to(app, "dora").len()), (0, 0));
        let role = blind_role(&admin).await;
        change(app, dora.id(), Some(role), true).await;
        app.advance(TimeDelta::minutes(1)).await;
        app.until("the morning's mail", || async { !mails_to(app, "ben").is_empty() }).await;
        quiet(app).await;
        assert_eq!(mails_to(app, "ben").iter().map(subject).collect::<Vec<_>>(), ["2 notifications"]);
        assert_eq!(mails_to(app, "dora").len(), 0, "who may not read them any more gets no mail about them");
        assign(&ana, &open(&customer).await, &ben).await;
        app.until("mail at once again", || async { mails_to(app, "ben").len() == 2 }).await;
    }
}

/// With a mail server that is down and comes up again, and a person whose account is deleted meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_was_down_gets_each_mail_once_under_its_id() {
    let mut server = SmtpServer::start().await.unwrap();
    let options = SmtpOptions {
        host: "127.0.0.1".to_owned(),
        port: Some(server.port),
        security: SmtpSecurity::None,
        credentials: None,
    };
    let mut app = Plan::new(Backend::Sqlite)
        .of(move |builder, _| {
            let smtp = Smtp::new(&options).expect("no TLS, no name to check");
            builder.accounts(AccountOptions::default()).plugin(Email::new(email_options(), smtp))
        })
        .start()
        .await
        .unwrap();
    app.run();
    let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
    let ticket = open(&app.customer("Cleo").await).await;
    quiet(&app).await;
    server.answer("ben@people.test", Some("451 try again"));
    assign(&ana, &ticket, &ben).await;
    app.until("a first try", || async { server.seen().len() >= 2 }).await;
    server.answer("ben@people.test", None);
    server.down().await;
    quiet(&app).await;
    server.up().await.unwrap();
    app.advance(TimeDelta::minutes(1)).await;
    app.until("the mail", || async { server.taken().iter().any(|mail| mail.to == "ben@people.test") }).await;
    quiet(&app).await;
    let taken: Vec<_> = server.taken().into_iter().filter(|mail| mail.to == "ben@people.test").collect();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].header("Subject"), "[#1] Ana gave you the ticket: Late");
    let id = taken[0].header("Message-ID");
    assert!(
        server.seen().iter().filter(|seen| *seen == id).count() >= 2,
        "every try under the same id: {:?}",
        server.seen()
    );
    app.close().await;
}
