//! Events of the past, sent again.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::json;
use support_core::clock::Clock as _;
use support_tests::{
    app::{Backend, Plan},
    meanwhile::Meanwhile,
    on_both,
    receiver::Receiver,
};

use super::{all_are, heard, hook, log, open};

on_both! {
    async fn a_range_is_sent_again_under_the_ids_that_it_had(app) {
        app.run();
        let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
        open(&agent, "Before there was a webhook").await;
        app.advance(TimeDelta::minutes(10)).await;
        let (path, _) = hook(&admin, &receiver.url, &["ticket.created"]).await;
        let start = app.clock.now();
        for (index, subject) in ["One", "Two", "Three"].iter().enumerate() {
            open(&agent, subject).await;
            // A minute is longer than a lease: what is under way must be over before it passes.
            heard(app, &receiver, index + 1).await;
            all_are(app, &admin, &path, "done").await;
            app.advance(TimeDelta::minutes(1)).await;
        }
        let ids: BTreeSet<_> = receiver.heard().iter().map(|one| one.id().to_owned()).collect();

        let replay = |from, to| json!({ "from": from, "to": to });
        let again = admin.post(&format!("{path}/replay"), replay(start, start + TimeDelta::minutes(2))).await.ok();
        assert_eq!((&again["count"], &again["is_complete"]), (&json!(2), &json!(true)), "from is in the range and to is not");
        heard(app, &receiver, 5).await;
        assert!(receiver.heard()[3..].iter().all(|one| ids.contains(one.id())), "a receiver can tell that it has them");
        all_are(app, &admin, &path, "done").await;

        // What was never meant for it comes for the first time.
        let all = replay(start - TimeDelta::hours(1), app.clock.now());
        let again = admin.post(&format!("{path}/replay"), all.clone()).await.ok();
        assert_eq!(again["count"], 4);
        heard(app, &receiver, 9).await;
        let subjects: BTreeSet<_> = receiver.heard()[5..].iter().map(|one| one.body["data"]["ticket"]["subject"].as_str().unwrap().to_owned()).collect();
        assert!(subjects.contains("Before there was a webhook"), "{subjects:?}");
        all_are(app, &admin, &path, "done").await;
        assert_eq!(log(&admin, &path).await.len(), 4, "one delivery an event, however often it is sent");

        admin.post(&format!("{path}/replay"), replay(start, start)).await.refused(422, "invalid");
        admin.post(&format!("{path}/replay"), json!({ "from": start })).await.refused(422, "invalid");
        let empty = admin.post(&format!("{path}/replay"), replay(start - TimeDelta::days(9), start - TimeDelta::days(8))).await.ok();
        assert_eq!(empty, json!({ "count": 0, "is_complete": true, "from": null }));
        let facts = admin.get("audit?action=webhook.replayed").await.ok();
        assert_eq!(facts["data"].as_array().unwrap().len(), 3);
    }

    async fn what_waits_for_a_webhook_that_is_gone_is_skipped(app) {
        let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
        let (gone, _) = hook(&admin, &receiver.url, &["ticket.created"]).await;
        let (resting, _) = hook(&admin, &receiver.url, &["ticket.created"]).await;
        open(&agent, "One").await;
        admin.delete(&gone).await;
        admin.patch(&resting, json!({ "is_active": false })).await.ok();
        app.run();
        all_are(app, &admin, &resting, "skipped").await;
        app.until("both are skipped", || async {
            admin.get("deliveries?handler=webhook&state=skipped").await.ok()["data"].as_array().unwrap().len() == 2
        })
        .await;
        assert_eq!(receiver.heard().len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_that_breaks_off_is_in_the_audit_all_the_same() {
    let meanwhile = Meanwhile::default();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(app) = Plan::new(backend).with(&meanwhile).start().await else { continue };
        let (admin, agent) = (app.admin("Ada").await, app.agent("Ana").await);
        open(&agent, "One").await;
        let (path, _) = hook(&admin, "http://127.0.0.1:9/hook", &["ticket.created"]).await;
        let (start, end) = (app.clock.now() - TimeDelta::hours(1), app.clock.now() + TimeDelta::hours(1));
        let (deleter, gone) = (admin.clone(), path.clone());
        meanwhile.before(2, move || async move {
            deleter.delete(&gone).await;
        });
        admin.post(&format!("{path}/replay"), json!({ "from": start, "to": end })).await.refused(404, "not_found");
        assert!(meanwhile.is_over());
        let facts = admin.get("audit?action=webhook.replayed").await.ok();
        assert_eq!(facts["data"].as_array().unwrap().len(), 1);
        assert!(facts["data"][0]["changes"]["range"]["from"].is_string(), "{facts}");
        app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_replay_at_once_put_an_event_out_once() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(app) = Plan::new(backend).start().await else { continue };
        let (admin, agent) = (app.admin("Ada").await, app.agent("Ana").await);
        for number in 0..30 {
            open(&agent, &format!("Number {number}")).await;
        }
        let (path, _) = hook(&admin, "http://127.0.0.1:9/hook", &["ticket.created"]).await;
        let range =
            json!({ "from": app.clock.now() - TimeDelta::hours(1), "to": app.clock.now() + TimeDelta::hours(1) });
        let replay =
            || async { admin.post(&format!("{path}/replay"), range.clone()).await.ok()["count"].as_u64().unwrap() };
        let counts = futures_util::future::join_all((0..4).map(|_| replay())).await;
        assert_eq!(counts.iter().sum::<u64>(), 30, "{counts:?}");
        assert_eq!(log(&admin, &path).await.len(), 30);
        app.close().await;
    }
}
