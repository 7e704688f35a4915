//! A secret that travels through everything shows up nowhere else.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use serde_json::json;
use support_tests::app::TestApp;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

// SEC: P-04
#[tokio::test]
async fn a_links_secret_is_in_no_log_no_table_no_mail_to_others_and_no_answer_but_its_own() {
    // For the whole process: a log of this thread alone would miss what other threads were first to say.
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_env_filter("support_core=trace,support_server=trace");
    tracing::subscriber::set_global_default(lines.with_writer(move || writer.clone()).finish()).unwrap();
    let mut app = TestApp::sqlite().await;
    app.run();
    let (admin, agent, visitor) = (app.admin("Ada").await, app.agent("Ana").await, app.visitor().await);
    let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
    let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
    let link = agent
        .post("tokens", json!({ "scope": { "ticket": ticket["id"] }, "can": ["read", "reply", "close"] }))
        .await
        .ok();
    let secret = link["token"].as_str().unwrap();
    let base = format!("portal/{secret}");

    // By the page and by the address, well and badly, up to an error inside.
    let portal = app.portal(secret).await;
    let mut answers = vec![
        portal.get("session").await.text,
        portal.post(&format!("{path}/messages"), json!({ "body": "By page" })).await.text,
        app.stranger().get(&base).await.text,
        app.stranger().post(&format!("{base}/messages"), json!({ "body": "By address" })).await.text,
        app.stranger().post(&format!("{base}/messages"), json!({ "unknown": 1 })).await.text,
        app.stranger().get(&format!("{base}/nothing/here")).await.text,
        app.stranger().get(&format!("nothing/{secret}")).await.text,
        app.stranger().get(&format!("{base}/tickets?cursor={secret}")).await.text,
        app.portal_browser().post("session", json!({ "token": format!("{secret}x") })).await.text,
        app.stranger().act(&format!("{base}/{path}/close")).await.text,
        agent.act(&format!("tokens/{}/revoke", link["id"].as_str().unwrap())).await.text,
        app.stranger().get(&base).await.text,
    ];
    for list in ["tokens", "audit?limit=100", "audit/export", "deliveries", &path, &format!("{path}/events"), "tickets"]
    {
        answers.push(admin.get(list).await.text);
    }
    app.settle().await;
    app.stop().await;
    let marker = &secret[4..];
    for answer in &answers {
        assert!(!answer.contains(marker), "{answer}");
    }
    for (table, rows) in app.contents().await {
        assert!(!rows.contains(marker), "{table}");
    }
    for mail in app.mail.mails() {
        assert!(!mail.raw.contains(marker), "{}", mail.raw);
    }
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(!logged.contains(marker), "{}", logged.lines().find(|line| line.contains(marker)).unwrap_or_default());
    assert!(logged.contains("/api/v1/portal/…/messages"), "the log is on, and masks");
    app.close().await;
}
