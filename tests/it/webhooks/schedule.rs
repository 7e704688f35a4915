//! How long it is tried, and when it is given up.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use support_core::{clock::Clock as _, model::TenantId};
use support_tests::{actor::Actor, app::TestApp, on_both, receiver::Receiver};
use tokio_util::sync::CancellationToken;

use super::{heard, hook, log, open};

/// Seconds between the tries of one event, as Standard Webhooks recommends.
const SCHEDULE: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Moves on to the moment at which the only waiting delivery is due.
async fn advance_to_next(app: &TestApp) -> i64 {
    let due = app.storage.read().await.unwrap().next_delivery_at().await.unwrap().expect("another try");
    let wait = due - app.clock.now();
    app.advance(wait).await;
    wait.num_milliseconds()
}

async fn tried(app: &TestApp, admin: &Actor, path: &str, count: i64) -> Value {
    app.until("a try", || async { log(admin, path).await[0]["tries"].as_array().unwrap().len() as i64 >= count }).await;
    app.until("its outcome", || async { log(admin, path).await[0]["state"] != "running" }).await;
    log(admin, path).await.remove(0)
}

on_both! {
    async fn who_is_down_for_days_is_tried_by_the_schedule_and_then_disabled(app) {
        app.run();
        let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
        receiver.answer(503, None, "later");
        let (path, _) = hook(&admin, &receiver.url, &["ticket.created"]).await;
        open(&agent, "Nobody listens").await;
        for (index, seconds) in SCHEDULE.iter().enumerate() {
            let delivery = tried(app, &admin, &path, index as i64 + 1).await;
            assert_eq!((&delivery["state"], &delivery["last_error"]), (&json!("pending"), &json!("answered 503")));
            assert_eq!(admin.get(&path).await.ok()["is_active"], true);
            let waited = advance_to_next(app).await;
            let (least, most) = (seconds * 900, seconds * 1_100);
            assert!((least..=most).contains(&waited), "try {}: {waited} ms, and not {seconds} s", index + 2);
        }
        let delivery = tried(app, &admin, &path, 10).await;
        assert_eq!((&delivery["state"], &delivery["attempts"], &delivery["next_attempt_at"]), (&json!("dead"), &json!(10), &Value::Null));
        let ids: std::collections::BTreeSet<_> = receiver.heard().iter().map(|one| one.id().to_owned()).collect();
        assert_eq!((receiver.heard().len(), ids.len()), (10, 1), "every try carries the same id");
        let first: DateTime<Utc> = delivery["created_at"].as_str().unwrap().parse().unwrap();
        // Three days and four hours, each wait a tenth shorter or longer.
        assert!(app.clock.now() - first >= TimeDelta::seconds(SCHEDULE.iter().sum::<i64>() * 9 / 10));
        app.until("out of service", || async { admin.get(&path).await.ok()["is_active"] == false }).await;
        assert_eq!(admin.get(&path).await.ok()["disabled_reason"], "failing");
        let audit = admin.get("audit?action=webhook.disabled").await.ok();
        assert_eq!((&audit["data"][0]["actor"]["kind"], audit["data"].as_array().unwrap().len()), (&json!("system"), 1));
        // What happens now is not for it.
        open(&agent, "Later").await;
        app.settle().await;
        assert_eq!(log(&admin, &path).await.len(), 1);
        // Repaired, it comes back, and the dead letter is sent at last.
        receiver.answer(204, None, "");
        admin.patch(&path, json!({ "is_active": true })).await.ok();
        admin.act(&format!("deliveries/{}/retry", delivery["id"].as_str().unwrap())).await.ok();
        heard(app, &receiver, 11).await;
        assert_eq!(receiver.heard()[10].id(), delivery["id"].as_str().unwrap());
        app.until("well again", || async {
            let webhook = admin.get(&path).await.ok();
            webhook["failing_since"].is_null() && !webhook["last_success_at"].is_null()
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_success_meanwhile_keeps_it_in_service() {
    let mut app = TestApp::sqlite().await;
    app.run();
    let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
    receiver.answer(500, None, "");
    let (path, _) = hook(&admin, &receiver.url, &["ticket.created"]).await;
    open(&agent, "Unlucky").await;
    for index in 0..9 {
        tried(&app, &admin, &path, index + 1).await;
        if index == 5 {
            receiver.answer(200, None, "");
            let sent = receiver.heard().len();
            open(&agent, "Lucky").await;
            heard(&app, &receiver, sent + 1).await;
            receiver.answer(500, None, "");
            // The unlucky one is the older of the two from here on.
            break;
        }
        advance_to_next(&app).await;
    }
    let unlucky = || async { log(&admin, &path).await.pop().unwrap() };
    while unlucky().await["state"] != "dead" {
        advance_to_next(&app).await;
        let before = unlucky().await["tries"].as_array().unwrap().len();
        app.until("another try", || async {
            let now = unlucky().await;
            now["tries"].as_array().unwrap().len() >= before && now["state"] != "running"
        })
        .await;
        app.settle().await;
    }
    assert_eq!(admin.get(&path).await.ok()["is_active"], true, "somebody was there lately");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_gone_is_sent_nothing_more() {
    let mut app = TestApp::sqlite().await;
    app.run();
    let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
    let (path, _) = hook(&admin, &receiver.url, &["ticket.created"]).await;
    receiver.answer(410, None, "no more");
    open(&agent, "One").await;
    app.until("out of service", || async { admin.get(&path).await.ok()["disabled_reason"] == "gone" }).await;
    app.until("given up", || async { log(&admin, &path).await[0]["state"] == "dead" }).await;
    open(&agent, "Two").await;
    app.settle().await;
    assert_eq!(receiver.heard().len(), 1);
    let refused = admin
        .post(&format!("{path}/replay"), json!({ "from": "2026-03-01T00:00:00Z", "to": "2026-03-03T00:00:00Z" }))
        .await;
    refused.refused(409, "disabled");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_a_pause_gets_it_within_reason() {
    let mut app = TestApp::sqlite().await;
    app.run();
    let (admin, agent, receiver) = (app.admin("Ada").await, app.agent("Ana").await, Receiver::start().await);
    let (path, _) = hook(&admin, &receiver.url, &["ticket.created"]).await;
    receiver.answer(429, Some(("retry-after", "3600")), "slowly");
    open(&agent, "One").await;
    tried(&app, &admin, &path, 1).await;
    assert_eq!(advance_to_next(&app).await, 3_600_000, "an hour, and not 5 s");
    receiver.answer(503, Some(("retry-after", "99999999")), "never");
    tried(&app, &admin, &path, 2).await;
    let waited = advance_to_next(&app).await;
    assert!(waited <= 24 * 3_600_000, "{waited} ms");
    receiver.answer(429, Some(("retry-after", "1")), "soon");
    tried(&app, &admin, &path, 3).await;
    let waited = advance_to_next(&app).await;
    assert!(waited >= 1_800 * 900, "the schedule is the least: {waited} ms");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_in_the_middle_leaves_its_work_to_the_next_within_a_minute() {
    let app = TestApp::sqlite().await;
    let (admin, agent) = (app.admin("Ada").await, app.agent("Ana").await);
    // It hears the first request and says nothing; the second one it answers.
    let (heard_by, mut requests) = tokio::sync::mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let receiver = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut first = None;
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = vec![0; 16_384];
            let read = stream.read(&mut bytes).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
            let id = text.lines().find_map(|line| line.strip_prefix("webhook-id: ")).unwrap_or_default().to_owned();
            let _ = heard_by.send(id);
            if first.is_some() {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
            } else {
                first = Some(stream);
            }
        }
    });
    let (path, _) = hook(&admin, &url, &["ticket.created"]).await;
    let worker = tokio::spawn(app.support.clone().run(CancellationToken::new()));
    open(&agent, "One").await;
    let first = requests.recv().await.unwrap();
    worker.abort();
    let _ = worker.await;
    assert_eq!(log(&admin, &path).await[0]["state"], "running", "the dead worker still holds it");

    let stop = CancellationToken::new();
    let worker = tokio::spawn(app.support.clone().run(stop.clone()));
    app.advance(TimeDelta::seconds(60)).await;
    let second = requests.recv().await.unwrap();
    assert_eq!((first.as_str(), first.len()), (second.as_str(), 36), "under the same id");
    app.until("done", || async { log(&admin, &path).await[0]["state"] == "done" }).await;
    assert_eq!(log(&admin, &path).await[0]["attempts"], 2);
    stop.cancel();
    worker.await.unwrap();
    receiver.abort();
    assert_eq!(app.storage.read().await.unwrap().list_webhooks(TenantId::DEFAULT).await.unwrap().len(), 1);
    app.close().await;
}
