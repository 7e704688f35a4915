//! The application under test: a real database, a fake clock, mail that is kept, and the actors who use it.

use std::{future::Future, sync::Arc, time::Duration};

use axum::{Router, http::HeaderValue};
use chrono::TimeDelta;
use serde_json::{Value, json};
use support_core::{
    AccountOptions, SecretKey, Support,
    channels::email::{Capture, CapturedMail, Email, EmailOptions},
    clock::{Clock as _, Entropy as _},
    files::FileFolder,
    http::BasePath,
    model::{InboxRecord, PersonId, PersonKind, PersonRecord, Role, TenantId},
    outbound::{AddressRange, Outbound},
    storage::{
        Storage,
        conformance::{Database, Schema},
    },
};
use tempfile::TempDir;
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    actor::{Actor, ORIGIN},
    clock::{FakeClock, SeededEntropy},
    contents::{Contents, contents},
    feed::PATIENCE,
    meanwhile::Meanwhile,
    postgres, sqlite,
};

/// The widget inbox's public key.
pub const KEY: &str = "pk_test";
/// What the host signs visitors' identities with.
pub const IDENTITY_SECRET: &str = "an identity secret of 40 characters, say";
/// Where the team reads its mail.
pub const TEAM: &str = "team@support.test";

/// Which database an application runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the test server.
    Postgres,
}

/// How an application is put together; [`start`](Plan::start) does it.
pub struct Plan {
    backend: Backend,
    database: Option<Box<dyn Database>>,
    meanwhile: Option<Meanwhile>,
    mount: String,
    #[expect(clippy::type_complexity, reason = "a closure, named once")]
    configure: Box<dyn FnOnce(support_core::Builder, &Capture) -> support_core::Builder + Send>,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("backend", &self.backend).field("mount", &self.mount).finish_non_exhaustive()
    }
}

/// What mail is sent with, unless a test says otherwise.
pub fn email_options() -> EmailOptions {
    EmailOptions {
        from: "Support <desk@support.test>".to_owned(),
        team: Some(TEAM.to_owned()),
        chat_delay: TimeDelta::seconds(60),
    }
}

impl Plan {
    /// Built-in accounts and captured mail, at `/`.
    pub fn new(backend: Backend) -> Self {
        let configure = |builder: support_core::Builder, mail: &Capture| {
            builder.accounts(AccountOptions::default()).plugin(Email::new(email_options(), mail.clone()))
        };
        Self { backend, database: None, meanwhile: None, mount: String::new(), configure: Box::new(configure) }
    }

    /// On a database that is there already.
    pub fn on(mut self, database: Box<dyn Database>) -> Self {
        self.database = Some(database);
        self
    }

    /// Where something happens in the middle of what somebody does.
    pub fn with(mut self, meanwhile: &Meanwhile) -> Self {
        self.meanwhile = Some(meanwhile.clone());
        self
    }

    /// At another place.
    pub fn mounted(mut self, mount: &str) -> Self {
        mount.clone_into(&mut self.mount);
        self
    }

    /// Built from other parts.
    pub fn of(
        mut self,
        configure: impl FnOnce(support_core::Builder, &Capture) -> support_core::Builder + Send + 'static,
    ) -> Self {
        self.configure = Box::new(configure);
        self
    }

    /// The application; none where its database is not to be had.
    pub async fn start(self) -> Option<TestApp> {
        let database: Box<dyn Database> = match (self.database, self.backend) {
            (Some(database), _) => database,
            (None, Backend::Sqlite) => sqlite::database(Schema::Ready).await?,
            (None, Backend::Postgres) => postgres::database(Schema::Ready).await?,
        };
        let mut storage = database.open().await;
        if let Some(meanwhile) = self.meanwhile {
            storage = meanwhile.in_front_of(storage);
        }
        let (clock, entropy, mail) = (FakeClock::default(), Arc::new(SeededEntropy::default()), Capture::default());
        let files = Arc::new(tempfile::Builder::new().prefix("support-files-").tempdir().expect("a folder"));
        let builder = builder(&storage, &clock, &entropy, &files).public_url(format!("{ORIGIN}{}", self.mount));
        let support = (self.configure)(builder, &mail).build().await.expect("the configuration is complete");
        let desk = support.desk();
        let inbox = InboxRecord {
            public_key: KEY.to_owned(),
            identity_secret: Some(IDENTITY_SECRET.to_owned()),
            allowed_origins: vec!["https://shop.test".to_owned()],
            ..desk.new_inbox(TenantId::DEFAULT, "Test shop")
        };
        desk.put_inbox(inbox).await.expect("the inbox can be stored");
        let router = support.mount(&self.mount);
        Some(TestApp {
            support,
            storage,
            clock,
            mail,
            router,
            mount: self.mount,
            entropy,
            database: Some(database),
            files,
            stop: CancellationToken::new(),
            workers: None,
        })
    }
}

/// What every engine of a test begins with.
fn builder(
    storage: &Arc<dyn Storage>,
    clock: &FakeClock,
    entropy: &Arc<SeededEntropy>,
    files: &TempDir,
) -> support_core::Builder {
    Support::builder()
        .shared_storage(Arc::clone(storage))
        .clock(Arc::new(clock.clone()))
        .entropy(Arc::<SeededEntropy>::clone(entropy))
        .secret(SecretKey::new(*b"0123456789abcdefghijklmnopqrstuv"))
        .outbound(Outbound::new(AddressRange::list("127.0.0.0/8").expect("a range")))
        .files(FileFolder::open(files.path()).expect("a folder of our own can be opened"))
        .public_url(ORIGIN)
}

/// A running application.
pub struct TestApp {
    /// The engine.
    pub support: Support,
    /// What it keeps everything in.
    pub storage: Arc<dyn Storage>,
    /// Its clock.
    pub clock: FakeClock,
    /// The mail that it sent.
    pub mail: Capture,
    /// Everything that it serves.
    pub router: Router,
    mount: String,
    entropy: Arc<SeededEntropy>,
    /// None where it is another application's.
    database: Option<Box<dyn Database>>,
    files: Arc<TempDir>,
    stop: CancellationToken,
    workers: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp").field("support", &self.support).finish_non_exhaustive()
    }
}

impl TestApp {
    /// The usual application on a SQLite file.
    pub async fn sqlite() -> Self {
        Plan::new(Backend::Sqlite).start().await.expect("a file can always be had")
    }

    /// The usual application once more, as another process on the same database would be: nothing in memory is shared but the clock.
    /// To be closed before this one.
    pub async fn beside(&self) -> Self {
        let storage = self.database.as_ref().expect("an application with a database").open().await;
        let (clock, entropy, mail) = (self.clock.clone(), Arc::clone(&self.entropy), Capture::default());
        let files = Arc::clone(&self.files);
        let builder = builder(&storage, &clock, &entropy, &files).accounts(AccountOptions::default());
        let builder = builder.plugin(Email::new(email_options(), mail.clone()));
        let support = builder.build().await.expect("the configuration is complete");
        let router = support.mount("");
        Self {
            support,
            storage,
            clock,
            mail,
            router,
            mount: String::new(),
            entropy,
            database: None,
            files,
            stop: CancellationToken::new(),
            workers: None,
        }
    }

    /// Lets the workers run: the live feed, the outbox.
    pub fn run(&mut self) {
        self.workers = Some(tokio::spawn(self.support.clone().run(self.stop.clone())));
    }

    /// Stops the workers and waits until they are done.
    pub async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(workers) = self.workers.take() {
            timeout(PATIENCE, workers).await.expect("workers stop when they are told to").expect("no worker panics");
        }
    }

    /// Removes the database.
    pub async fn close(mut self) {
        self.stop().await;
        self.storage.close().await;
        if let Some(database) = self.database {
            database.remove().await;
        }
    }

    /// Moves the clock on and wakes whoever waits for a time.
    pub async fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
        let tx = self.storage.write().await.expect("the database is there");
        tx.commit().await.expect("an empty transaction can be committed");
    }

    /// Everything that the database holds.
    pub async fn contents(&self) -> Contents {
        contents(&*self.storage).await
    }

    /// The names of all files in the file store, whole or not, in order.
    pub fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.files.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder of our own can be read") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.files.path()).expect("inside").to_string_lossy().into_owned();
                    files.push(name);
                }
            }
        }
        files.sort();
        files
    }

    /// Waits until something holds. Looks again after every commit, and now and then.
    #[track_caller]
    pub fn until<F: Future<Output = bool>>(
        &self,
        what: &'static str,
        mut holds: impl FnMut() -> F,
    ) -> impl Future<Output = ()> {
        let mut commits = self.storage.commits();
        async move {
            let wait = async {
                while !holds().await {
                    let _ = timeout(Duration::from_millis(20), commits.changed()).await;
                }
            };
            assert!(timeout(PATIENCE, wait).await.is_ok(), "in vain: {what}");
        }
    }

    /// Waits until so many mails have been sent; oldest first.
    pub async fn mails(&self, count: usize) -> Vec<CapturedMail> {
        self.until("mails", || async { self.mail.mails().len() >= count }).await;
        let mut mails = self.mail.mails();
        mails.reverse();
        assert_eq!(mails.len(), count, "{mails:#?}");
        mails
    }

    /// Waits until nothing in the outbox is due.
    pub async fn settle(&self) {
        self.until("a quiet outbox", || async {
            let due =
                self.storage.read().await.expect("the database is there").next_delivery_at().await.expect("readable");
            due.is_none_or(|due| due > self.clock.now())
        })
        .await;
    }

    /// Somebody whom nobody knows.
    pub fn stranger(&self) -> Actor {
        Actor::new(self.router.clone(), &self.mount, "/api/v1")
    }

    /// A signed-in agent in a browser.
    pub async fn agent(&self, name: &str) -> Actor {
        self.person(name, PersonKind::Agent, Role::Agent).await
    }

    /// A signed-in admin in a browser.
    pub async fn admin(&self, name: &str) -> Actor {
        self.person(name, PersonKind::Agent, Role::Admin).await
    }

    /// A signed-in customer in a browser.
    pub async fn customer(&self, name: &str) -> Actor {
        self.person(name, PersonKind::Contact, Role::Customer).await
    }

    async fn person(&self, name: &str, kind: PersonKind, role: Role) -> Actor {
        let now = self.clock.now();
        let mut random = [0; 10];
        self.entropy.fill(&mut random);
        let at_ms = u64::try_from(now.timestamp_millis()).expect("after 1970");
        let person = PersonRecord {
            id: PersonId(uuid::Builder::from_unix_timestamp_millis(at_ms, &random).into_uuid()),
            tenant: TenantId::DEFAULT,
            kind,
            subject: Some(format!("test:{name}")),
            name: name.to_owned(),
            email: Some(format!("{}@people.test", name.to_lowercase())),
            phone: None,
            verified: true,
            role,
            custom_role: None,
            is_active: true,
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.storage.write().await.expect("the database is there");
        let person = tx.upsert_person(&person).await.expect("a person can be stored");
        tx.commit().await.expect("committed");
        let cookie = self.support.sign_in_as(&BasePath(self.mount.clone()), person.id).await.expect("somebody active");
        self.signed_in(person.id, cookie)
    }

    /// A browser with this cookie.
    pub fn signed_in(&self, person: PersonId, cookie: HeaderValue) -> Actor {
        let actor = self.stranger().with_person(person);
        actor.store([cookie]);
        actor
    }

    /// Somebody on a surface, with whatever the test gives them.
    pub fn caller_on(&self, surface: &'static str) -> Actor {
        Actor::new(self.router.clone(), &self.mount, surface)
    }

    /// A new visitor in the widget.
    pub async fn visitor(&self) -> Actor {
        self.visitor_with(json!({ "key": KEY })).await
    }

    /// A visitor whose session starts with this body.
    pub async fn visitor_with(&self, body: Value) -> Actor {
        let actor = Actor::new(self.router.clone(), &self.mount, "/w/api/v1");
        let session = actor.post("session", body).await.ok();
        actor.with_person(session["contact"]["id"].as_str().expect("an id").parse().expect("an id"))
    }

    /// The holder of a portal link, after its exchange.
    pub async fn portal(&self, token: &str) -> Actor {
        let actor = self.portal_browser();
        actor.post("session", json!({ "token": token })).await.ok();
        actor
    }

    /// A browser on the portal, before any exchange.
    pub fn portal_browser(&self) -> Actor {
        Actor::new(self.router.clone(), &self.mount, "/portal/api/v1")
    }
}

/// Runs each test on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both {
    ($(async fn $name:ident($app:ident) $body:block)+) => {$(
        async fn $name($app: &mut $crate::app::TestApp) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let mut app = $crate::app::TestApp::sqlite().await;
                super::$name(&mut app).await;
                app.close().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(mut app) = $crate::app::Plan::new($crate::app::Backend::Postgres).start().await else { return };
                super::$name(&mut app).await;
                app.close().await;
            }
        }
    )+};
}
