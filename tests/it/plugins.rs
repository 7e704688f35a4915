//! Hooks: what a plugin may do inside a request, and what it cannot break.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;
use support_core::{
    AccountOptions, Builder,
    model::ChangeSet,
    plugin::{Draft, HookContext, Interceptor, Plugin, Refusal, Registrar},
    storage::{Native, WriteTx},
};
use support_tests::app::{Backend, Plan, TestApp};

/// What the hooks did, in order.
type Log = Arc<Mutex<Vec<String>>>;

/// Does what a message's words ask for.
#[derive(Clone)]
struct Actor {
    name: &'static str,
    log: Log,
}

impl Actor {
    fn note(&self, phase: &str) {
        self.log.lock().unwrap().push(format!("{}.{phase}", self.name));
    }
}

impl Plugin for Actor {
    fn id(&self) -> &'static str {
        self.name
    }

    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
        registrar.interceptor(self.clone());
        Ok(())
    }
}

#[async_trait]
impl Interceptor for Actor {
    fn id(&self) -> &'static str {
        self.name
    }

    async fn prepare(&self, _: &HookContext<'_>, draft: &mut Draft) -> Result<(), Refusal> {
        self.note("prepare");
        let Draft::Reply { posting, .. } = draft else { return Ok(()) };
        let wish = posting.body.clone();
        if wish.contains("edit") {
            posting.body = format!("{} {}", posting.body, self.name);
        }
        if wish.contains("refuse") {
            return Err(Refusal::field("/body", "bad_word", "must be friendlier"));
        }
        if wish.contains("panic") {
            posting.body = "half of an edit".into();
            panic!("as asked");
        }
        if wish.contains("sleep") {
            std::future::pending::<()>().await;
        }
        Ok(())
    }

    async fn guard(&self, _: &HookContext<'_>, _: &mut dyn WriteTx, change: &ChangeSet) -> Result<(), Refusal> {
        self.note("guard");
        let asked = |word: &str| change.messages.iter().any(|message| message.body.contains(word));
        assert!(!asked("break the guard"), "as asked");
        if asked("guarded") { Err(Refusal::conflict("not_now", "Not now.")) } else { Ok(()) }
    }

    async fn applied(&self, _: &HookContext<'_>, tx: &mut dyn WriteTx, change: &ChangeSet) -> Result<(), Refusal> {
        self.note("applied");
        let Native::Sqlite(connection) = tx.native() else { panic!("this is SQLite") };
        for message in &change.messages {
            let sql = "INSERT INTO support_x_seen (plugin, body) VALUES ($1, $2)";
            sqlx::query(sql).bind(self.name).bind(&message.body).execute(&mut *connection).await.unwrap();
        }
        if change.messages.iter().any(|message| message.body.contains("undo")) {
            return Err(Refusal::conflict("undone", "Undone."));
        }
        Ok(())
    }
}

/// An application with two such plugins and the table that they write.
async fn app(log: &Log) -> TestApp {
    let (first, second) =
        (Actor { name: "first", log: Arc::clone(log) }, Actor { name: "second", log: Arc::clone(log) });
    let with = |builder: Builder| builder.accounts(AccountOptions::default()).plugin(first).plugin(second);
    let app = Plan::new(Backend::Sqlite).of(|builder, _| with(builder)).start().await.unwrap();
    let mut tx = app.storage.write().await.unwrap();
    let Native::Sqlite(connection) = tx.native() else { panic!("this is SQLite") };
    sqlx::raw_sql("CREATE TABLE support_x_seen (plugin TEXT NOT NULL, body TEXT NOT NULL)")
        .execute(connection)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hooks_run_in_their_order_and_commit_with_the_change_or_not_at_all() {
    let log = Log::default();
    let app = app(&log).await;
    let agent = app.agent("Ana").await;
    let ticket = agent.post("tickets", json!({ "subject": "x" })).await.ok();
    let thread = format!("tickets/{}/messages", ticket["id"].as_str().unwrap());
    log.lock().unwrap().clear();

    let edited = agent.post(&thread, json!({ "body": "edit me" })).await.ok();
    assert_eq!(edited["body"], "edit me first second");
    assert_eq!(
        *log.lock().unwrap(),
        ["first.prepare", "second.prepare", "first.guard", "second.guard", "second.applied", "first.applied"]
    );
    let seen = app.contents().await["support_x_seen"].clone();
    assert_eq!(seen, "'first','edit me first second'\n'second','edit me first second'\n");

    let stored = app.contents().await;
    let refused = agent.post(&thread, json!({ "body": "refuse" })).await.refused(422, "invalid");
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!("/body"), &json!("bad_word"))
    );
    agent.post(&thread, json!({ "body": "guarded" })).header("idempotency-key", "k").await.refused(409, "not_now");
    agent.post(&thread, json!({ "body": "undo" })).await.refused(409, "undone");
    agent.post(&thread, json!({ "body": "break the guard" })).await.refused(500, "internal");
    agent.post(&thread, json!({ "body": "panic" })).await.refused(503, "unavailable");
    agent.post(&thread, json!({ "body": "sleep" })).await.refused(503, "unavailable");
    assert_eq!(app.contents().await, stored);
    agent.post(&thread, json!({ "body": "All is well" })).await.ok();
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customers_message_is_not_lost_to_a_broken_plugin() {
    let log = Log::default();
    let app = app(&log).await;
    let visitor = app.visitor().await;
    let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
    let thread = format!("tickets/{}/messages", ticket["id"].as_str().unwrap());
    for body in ["panic", "sleep"] {
        assert_eq!(
            visitor.post(&thread, json!({ "body": body })).await.ok()["body"],
            body,
            "as it was before the broken hook"
        );
    }
    // To refuse is a decision and no accident.
    visitor.post(&thread, json!({ "body": "refuse" })).await.refused(422, "invalid");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_engines_in_one_process_know_nothing_of_each_other() {
    let (mut one, mut two) = (TestApp::sqlite().await, TestApp::sqlite().await);
    one.run();
    two.run();
    let (here, there) = (one.agent("Ana").await, two.agent("Ben").await);
    let mut feed = there.feed("").await;
    feed.expect("ready").await;
    one.visitor().await.post("tickets", json!({ "initial_message": "To the first" })).await.ok();
    one.mails(1).await;
    two.visitor().await.post("tickets", json!({ "initial_message": "To the second" })).await.ok();
    two.mails(1).await;
    let frame = feed.expect("ticket.created").await;
    assert_eq!(frame["data"]["ticket"]["subject"], "To the second");
    assert_eq!(here.get("tickets").await.ok()["data"].as_array().unwrap().len(), 1);
    one.close().await;
    there.get("tickets").await.ok();
    two.close().await;
}
