//! Receivers that mean it badly, beside a hundred who mean it well.

use std::time::{Duration, Instant};

use serde_json::json;
use support_tests::{
    app::TestApp,
    receiver::{Receiver, raw},
};
use tokio::io::AsyncWriteExt as _;

use super::{hook, log, open};

const HEALTHY: usize = 100;
const EVENTS: usize = 5;

/// Prints its figures: they belong to the reliability plan (T20).
// SEC: S-05, S-07
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receivers_that_hang_flood_or_redirect_do_not_delay_a_hundred_healthy_ones() {
    let mut app = TestApp::sqlite().await;
    let (admin, agent) = (app.admin("Ada").await, app.agent("Ana").await);
    let trap = Receiver::start().await;
    let (hanging, hang) = raw(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let (endless, flood) = raw(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n").await;
        while stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
    })
    .await;
    let (dripping, drip) = raw(|mut stream| async move {
        for byte in b"HTTP/1.1 200 OK\r\nx: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy".iter().cycle() {
            let _ = stream.write_all(&[*byte]).await;
            tokio::time::interval_at(tokio::time::Instant::now() + Duration::from_secs(1), Duration::from_secs(1))
                .tick()
                .await;
        }
    })
    .await;
    let (resetting, reset) = raw(|stream| async move {
        let _ = stream.set_zero_linger();
        drop(stream);
    })
    .await;
    let (gone, busy, redirecting) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    gone.answer(410, None, "");
    busy.answer(429, Some(("retry-after", "60")), "");
    let location: &'static str = Box::leak(trap.url.clone().into_boxed_str());
    redirecting.answer(307, Some(("location", location)), "");
    let tls = format!("https://{hanging}/");
    let mut poison = Vec::new();
    for url in [
        format!("http://{hanging}/"),
        format!("http://{endless}/"),
        format!("http://{dripping}/"),
        format!("http://{resetting}/"),
        tls,
    ]
    .iter()
    .chain([&gone.url, &busy.url, &redirecting.url])
    {
        poison.push(hook(&admin, url, &["ticket.created"]).await.0);
    }
    let healthy = Receiver::start().await;
    for _ in 0..HEALTHY {
        hook(&admin, &healthy.url, &["ticket.created"]).await;
    }
    app.run();
    let began = Instant::now();
    for number in 0..EVENTS {
        open(&agent, &format!("Event {number}")).await;
    }
    let mut reached = Vec::new();
    app.until("all healthy ones have all", || {
        reached.resize(healthy.heard().len(), began.elapsed());
        async { healthy.heard().len() == HEALTHY * EVENTS }
    })
    .await;
    reached.sort();
    let p99 = reached[reached.len() * 99 / 100 - 1];
    println!(
        "T20: {} healthy deliveries beside {} bad receivers: p99 {p99:?}, last {:?}",
        reached.len(),
        poison.len(),
        began.elapsed()
    );
    assert!(p99 < Duration::from_secs(5), "{p99:?}; the goal of 2 s is for a machine with nothing else to do");
    assert_eq!(trap.heard().len(), 0, "a redirect is followed by nobody");

    app.until("the flood counts by its status", || async {
        log(&admin, &poison[1]).await.iter().any(|one| one["state"] == "done")
    })
    .await;
    app.until("the reset is a failure", || async {
        log(&admin, &poison[3])
            .await
            .iter()
            .any(|one| one["last_error"] == "the connection broke before an answer came")
    })
    .await;
    app.until("410 disables", || async { admin.get(&poison[5]).await.ok()["disabled_reason"] == "gone" }).await;
    app.until("the redirect is a failure", || async {
        log(&admin, &poison[7]).await.iter().any(|one| one["last_error"] == "answered 307; redirects are not followed")
    })
    .await;
    for path in &poison {
        admin.patch(path, json!({ "is_active": false })).await.ok();
    }
    app.close().await;
    for task in [hang, flood, drip, reset] {
        task.abort();
    }
}
