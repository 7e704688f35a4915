//! Two desks in one database, and everybody who may knock: on our own desk, and an admin of the other.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use support_core::{
    AccountOptions, auth,
    channels::email::Email,
    clock::Clock as _,
    model::{InboxRecord, NotificationId, NotificationKind, NotificationRecord, PersonId, TenantId},
};
use support_tests::{
    actor::Actor,
    app::{Backend, KEY, Plan, TestApp, email_options},
    contents::Contents,
    push::Browser,
};

/// The other desk's host name, which is how requests find their tenant here.
pub(super) const OTHER_HOST: &str = "other.test";
/// The other desk's widget.
pub(super) const OTHER_KEY: &str = "pk_other";
/// The other desk.
pub(super) const OTHER_TENANT: TenantId = TenantId(uuid::Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_00b0));
/// An id, well formed, that nobody has.
pub(super) const NOBODYS_ID: &str = "01890000-0000-7000-8000-000000000000";
/// Everybody's password.
pub(super) const PASSWORD: &str = "correct horse battery";

/// Who calls, in the order of the table's columns; `matrix.txt` says who they are.
pub(super) const ACTORS: [&str; 14] = [
    "none", "visit", "visi2", "cust", "cust2", "link", "link2", "rokey", "clerk", "agent", "assig", "admin", "other",
    "gone",
];

/// What a key may have that only looks.
pub(super) const READING: [&str; 6] =
    ["tickets:read", "contacts:read", "stats:read", "users:read", "settings:read", "audit:read"];

/// The application with its actors.
pub(super) struct World {
    pub(super) app: TestApp,
    actors: Vec<Actor>,
    /// An admin who prepares what the others ask for.
    pub(super) keeper: Actor,
    /// An admin of the other desk.
    pub(super) other_admin: Actor,
    /// A visitor of the other desk.
    pub(super) other_visitor: Actor,
    serial: AtomicUsize,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::on(Backend::Sqlite).await.expect("a file can always be had")
    }

    /// None where that database is not to be had.
    pub(super) async fn on(backend: Backend) -> Option<Self> {
        let plan = Plan::new(backend).of(|builder, mail| {
            builder
                .accounts(AccountOptions::default())
                .plugin(Email::new(email_options(), mail.clone()))
                .tenant(|parts| {
                    let host = parts.headers.get("host").and_then(|host| host.to_str().ok());
                    Some(if host == Some(OTHER_HOST) { OTHER_TENANT } else { TenantId::DEFAULT })
                })
                // The other desk's people are its host's own: a second way in, beside the built-in accounts.
                .authenticator(auth::from_parts(|parts| {
                    let user = parts.headers.get("x-user")?.to_str().ok()?;
                    let identity = support_core::Identity::agent(user).admin(true).name(user);
                    Some(identity.email("otto@other.test"))
                }))
        });
        let app = plan.start().await?;
        let desk = app.support.desk();
        let inbox = InboxRecord { public_key: OTHER_KEY.to_owned(), ..desk.new_inbox(OTHER_TENANT, "Other shop") };
        desk.put_inbox(inbox).await.expect("the inbox can be stored");
        let other_admin = app.stranger().with_header("host", OTHER_HOST).with_header("x-user", "otto");
        let other_visitor = app.caller_on("/w/api/v1").with_header("host", OTHER_HOST);
        other_visitor.post("session", json!({ "key": OTHER_KEY })).await.ok();
        let keeper = app.admin("Kim").await;
        // Somebody with a password who stays an admin whatever becomes of the others.
        let last = json!({ "email": "last@people.test", "password": PASSWORD, "role": "admin" });
        keeper.post("users", last).await.ok();
        let mut world =
            Self { app, actors: Vec::new(), keeper, other_admin, other_visitor, serial: AtomicUsize::new(0) };
        world.renew().await;
        Some(world)
    }

    /// Everybody comes in anew, each with a session that is live.
    pub(super) async fn renew(&mut self) {
        let app = &self.app;
        let (keeper, admin) = (&self.keeper, app.admin("Ada").await);
        let (visitor, visitor_2) = (app.visitor().await, app.visitor().await);
        let (customer, customer_2) = (app.customer("Cleo").await, app.customer("Carl").await);
        let mut portals = Vec::new();
        for name in ["Pia", "Paul"] {
            let contact = app.customer(name).await.id();
            let token = json!({ "scope": { "contact": contact }, "can": ["read", "reply", "create", "close"] });
            let minted = keeper.post("tokens", token).await.ok();
            portals.push(app.portal(minted["token"].as_str().unwrap()).await.with_person(contact));
        }
        let [portal, portal_2] = <[Actor; 2]>::try_from(portals).unwrap();
        let (agent, assignee) = (app.agent("Ana").await, app.agent("Ben").await);
        let (key, clerk) = (self.reading_key().await, self.clerk().await);
        let disabled = self.disabled().await;
        let (nobody, other) = (app.stranger(), self.other_admin.clone());
        self.actors = vec![
            nobody, visitor, visitor_2, customer, customer_2, portal, portal_2, key, clerk, agent, assignee, admin,
            other, disabled,
        ];
    }

    /// A program that may read all that a key may read, and change nothing.
    async fn reading_key(&self) -> Actor {
        let key = json!({ "name": self.word("reader"), "scopes": READING });
        let key = self.keeper.post("api-keys", key).await.ok();
        let program = self.app.stranger().silent().with_header("x-api-key", key["key"].as_str().unwrap());
        // Its first use is noted, and no other one within a minute, which never passes here.
        program.get("auth/me").await.ok();
        program.with_person(key["id"].as_str().unwrap().parse().unwrap())
    }

    /// An agent with a narrow role of the desk's own: reads tickets and answers them, and nothing else.
    async fn clerk(&self) -> Actor {
        let role = json!({ "name": self.word("Clerk"), "permissions": ["tickets:read", "tickets:reply"] });
        let role = self.keeper.post("roles", role).await.ok();
        let credentials = json!({ "email": self.address("clara"), "password": PASSWORD });
        let mut user = credentials.clone();
        user["custom_role"] = role["id"].clone();
        let user = self.keeper.post("users", user).await.ok();
        let tokens = self.app.stranger().post("auth/login", credentials).await.ok();
        let clerk = self.app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
        clerk.with_person(user["id"].as_str().unwrap().parse().unwrap())
    }

    /// Somebody with an access token that has not expired, whose account has been disabled since.
    async fn disabled(&self) -> Actor {
        let email = self.address("dora");
        let user = json!({ "email": email, "password": PASSWORD, "first_name": "Dora", "role": "admin" });
        let user = self.keeper.post("users", user).await.ok();
        let signed_in = json!({ "email": email, "password": PASSWORD });
        let tokens = self.app.stranger().post("auth/login", signed_in).await.ok();
        let path = format!("users/{}", user["id"].as_str().unwrap());
        self.keeper.patch(&path, json!({ "is_active": false })).await.ok();
        self.app.stranger().with_bearer(tokens["access_token"].as_str().unwrap())
    }

    /// An actor by the name of their column, with a cookie jar of this call's own.
    pub(super) fn actor(&self, name: &str) -> Actor {
        let column = ACTORS.iter().position(|actor| *actor == name).expect("a column's name");
        self.actors[column].apart()
    }

    /// A word that nothing was called before.
    pub(super) fn word(&self, stem: &str) -> String {
        format!("{stem}{}", self.serial.fetch_add(1, Ordering::Relaxed))
    }

    /// An address that nobody had before.
    pub(super) fn address(&self, name: &str) -> String {
        format!("{}@people.test", self.word(name))
    }

    /// A time of day that nobody said before.
    pub(super) fn minute(&self) -> String {
        let minute = self.serial.fetch_add(1, Ordering::Relaxed) % 1_000;
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }

    /// A browser that nobody had before.
    pub(super) fn browser(&self) -> Value {
        Browser::new(1).subscription(&format!("http://127.0.0.1:9/{}", self.word("browser")))
    }

    /// Something that the keeper, or the other desk's admin, was told of.
    pub(super) async fn notification(&self, is_other: bool, ticket: &str) -> String {
        let admin = if is_other { &self.other_admin } else { &self.keeper };
        let person = admin.get("auth/me").await.ok()["id"].as_str().unwrap().parse().unwrap();
        let tenant = if is_other { OTHER_TENANT } else { TenantId::DEFAULT };
        let ticket = ticket.parse().unwrap();
        let mut tx = self.app.storage.write().await.unwrap();
        let event = tx.list_events(tenant, ticket, false, None, 1).await.unwrap().remove(0).id;
        // Ids of one kind are those of no other: the event's will do.
        let id = NotificationId(event.0);
        let created_at = self.app.clock.now();
        let record = NotificationRecord {
            id,
            tenant,
            person,
            kind: NotificationKind::Assignment,
            event,
            ticket: Some(ticket),
            is_shown: true,
            mail_due_at: None,
            push_due_at: None,
            created_at,
            read_at: None,
        };
        assert!(tx.insert_notification(&record).await.unwrap());
        tx.commit().await.unwrap();
        id.to_string()
    }

    pub(super) async fn contents(&self) -> Contents {
        self.app.contents().await
    }

    /// A new ticket of our own desk, of whoever is the customer on that surface, in the hands of `assignee`.
    pub(super) async fn ticket(&self, surface: &str) -> String {
        let opened = match surface {
            "/w/api/v1" => self.actor("visit").post("tickets", json!({ "initial_message": "Hello" })).await,
            "/portal/api/v1" => {
                self.actor("link").post("tickets", json!({ "subject": "By link", "initial_message": "Hello" })).await
            }
            _ => self.actor("cust").post("tickets", json!({ "initial_message": "Hello" })).await,
        };
        let ticket = opened.ok()["id"].as_str().unwrap().to_owned();
        let assignee = self.actor("assig").id();
        self.keeper.post(&format!("tickets/{ticket}/assign"), json!({ "assignee": assignee })).await.ok();
        ticket
    }

    /// A new group of our own desk that `assig` owns and the keeper is in; or one of the other desk.
    pub(super) async fn group(&self, is_other: bool) -> String {
        let (owner, member) = if is_other {
            let id: PersonId = self.other_admin.get("auth/me").await.ok()["id"].as_str().unwrap().parse().unwrap();
            (self.other_admin.clone(), id)
        } else {
            (self.actor("assig"), self.keeper.id())
        };
        let started = owner.post("conversations", json!({ "kind": "group", "participants": [member] })).await.ok();
        started["id"].as_str().unwrap().to_owned()
    }

    /// A new ticket of the other desk.
    pub(super) async fn others_ticket(&self) -> String {
        let opened = self.other_visitor.post("tickets", json!({ "initial_message": "Hello over there" })).await.ok();
        opened["id"].as_str().unwrap().to_owned()
    }

    /// The newest of a list, as an admin sees it.
    pub(super) async fn newest(&self, admin: &Actor, list: &str) -> Value {
        admin.get(list).await.ok()["data"][0].clone()
    }

    pub(super) const fn inbox_key(is_other: bool) -> &'static str {
        if is_other { OTHER_KEY } else { KEY }
    }
}
