//! The same script of what people do, on SQLite and on PostgreSQL: every answer and every refusal is the same.
//!
//! Each script has a tenant of its own, so that hundreds share one pair of databases. Ids are compared by the order in which they appear.

use std::{collections::HashMap, fmt::Debug};

use chrono::TimeDelta;
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use support_core::{
    Error,
    clock::Clock as _,
    desk::{Call, DayRange, MessageQuery, Precondition, TicketParams, TicketQuery},
    model::{
        Actor, ActorKind, ConversationId, Permission, Permissions, PersonId, PersonKind, PersonRecord, Role, Scope,
        TenantId, TicketId, Timestamp,
    },
};
use support_tests::app::{Backend, Plan, TestApp};
use tokio::runtime::Runtime;
use uuid::Uuid;

const SCRIPTS: u32 = 500;
const STEPS: usize = 14;
/// Who acts: an admin, two agents, one who may only read, and two customers.
const ACTORS: usize = 6;

#[derive(Debug, Clone, Copy)]
enum Verb {
    Open,
    Reply,
    Note,
    Assign,
    Resolve,
    Close,
    Reopen,
    Snooze,
    Change,
    Tag,
    Merge,
    Unmerge,
    Bulk,
    Read,
    Wake,
    Show,
    List,
    Count,
    Search,
    Thread,
    Timeline,
    Statistics,
}

const VERBS: [Verb; 22] = [
    Verb::Open,
    Verb::Reply,
    Verb::Note,
    Verb::Assign,
    Verb::Resolve,
    Verb::Close,
    Verb::Reopen,
    Verb::Snooze,
    Verb::Change,
    Verb::Tag,
    Verb::Merge,
    Verb::Unmerge,
    Verb::Bulk,
    Verb::Read,
    Verb::Wake,
    Verb::Show,
    Verb::List,
    Verb::Count,
    Verb::Search,
    Verb::Thread,
    Verb::Timeline,
    Verb::Statistics,
];

/// One thing that somebody does, with two numbers to choose its words by.
#[derive(Debug, Clone, Copy)]
struct Step {
    verb: Verb,
    actor: usize,
    /// Among those opened so far, and one that there never was.
    ticket: usize,
    one: usize,
    other: usize,
    /// Whether the caller believes in a version, and in the right one.
    belief: u8,
}

fn script() -> impl Strategy<Value = Vec<Step>> {
    // Without tickets nothing can be done: opening is drawn more often.
    let verb = prop_oneof![3 => Just(Verb::Open), 22 => prop::sample::select(VERBS.to_vec())];
    let step = (verb, 0..ACTORS, 0..5_usize, 0..64_usize, 0..64_usize, 0..12_u8)
        .prop_map(|(verb, actor, ticket, one, other, belief)| Step { verb, actor, ticket, one, other, belief });
    prop::collection::vec(step, 3..STEPS)
}

/// One of the two databases while a script runs on it.
struct Side<'a> {
    app: &'a TestApp,
    people: Vec<PersonRecord>,
    tickets: Vec<(TicketId, i64)>,
    seen: HashMap<String, usize>,
}

impl<'a> Side<'a> {
    async fn new(app: &'a TestApp, number: u64) -> Self {
        let tenant = TenantId(Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | number << 8));
        let now = app.clock.now();
        let mut people = Vec::new();
        let mut tx = app.storage.write().await.unwrap();
        for place in 0..ACTORS {
            let is_agent = place < 4;
            let person = PersonRecord {
                id: PersonId(Uuid::from_u64_pair(0x0190_0000_0000_7000, tenant.0.as_u64_pair().1 | (place as u64 + 1))),
                tenant,
                kind: if is_agent { PersonKind::Agent } else { PersonKind::Contact },
                subject: Some(format!("person-{place}")),
                name: ["Ada", "Ben", "Cleo", "Dov", "Éva Ünal", "Finn O'Neil"][place].to_owned(),
                email: Some(format!("p{place}@people.test")),
                phone: None,
                verified: true,
                role: [Role::Admin, Role::Agent, Role::Agent, Role::Agent, Role::Customer, Role::Customer][place],
                custom_role: None,
                is_active: true,
                created_at: now,
                updated_at: now,
            };
            people.push(tx.upsert_person(&person).await.unwrap());
        }
        tx.commit().await.unwrap();
        Self { app, people, tickets: Vec::new(), seen: HashMap::new() }
    }

    fn call(&self, step: Step) -> Call {
        let person = &self.people[step.actor];
        let is_agent = person.kind == PersonKind::Agent;
        let permissions = match step.actor {
            0 => Permissions::ALL,
            1 | 2 => Permissions::AGENT,
            3 => Permissions::of(&[Permission::TicketsRead]),
            _ => Permissions::NONE,
        };
        let actor = Actor {
            tenant: person.tenant,
            kind: if is_agent { ActorKind::Agent } else { ActorKind::Customer },
            person: Some(person.id),
            name: person.name.clone(),
            email: person.email.clone(),
            role: person.role,
            permissions,
            scope: if is_agent { Scope::Desk } else { Scope::Requester(person.id) },
            can: Vec::new(),
            link: None,
        };
        let version = self.tickets.get(step.ticket).map_or(1, |(_, version)| *version);
        let versions = match step.belief {
            0 => Some(vec![version]),
            1 => Some(vec![version + 1, version + 7]),
            2 => Some(Vec::new()),
            _ => None,
        };
        let unmodified_since = (step.belief == 3).then(|| self.app.clock.now() - TimeDelta::minutes(2));
        Call { precondition: Precondition { versions, unmodified_since }, ..Call::new(actor, "script") }
    }

    fn ticket(&self, place: usize) -> TicketId {
        let unknown = Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_00FF);
        self.tickets.get(place).map_or(ConversationId(unknown), |(id, _)| *id)
    }

    fn agent(&self, number: usize) -> Option<PersonId> {
        // The last is a customer, to whom nothing can be assigned.
        pick([Some(0), Some(1), Some(2), None, Some(4)], number).map(|place: usize| self.people[place].id)
    }

    fn in_hours(&self, number: usize) -> Timestamp {
        self.app.clock.now() + TimeDelta::hours(i64::try_from(number % 7).unwrap() - 1)
    }

    /// Does what the step says; returns what came of it in words that do not depend on the ids.
    async fn act(&mut self, step: Step) -> String {
        let (call, ticket) = (self.call(step), self.ticket(step.ticket));
        let support = self.app.support.clone();
        let desk = support.desk();
        let Step { one, other, .. } = step;
        let words = pick(["order", "zebra crossing", "an Apple", "100% sure", "späte Größe", ""], one);
        match step.verb {
            Verb::Open => {
                let requester = (step.actor < 4 && one % 3 > 0).then(|| json!(self.people[4 + one % 2].id));
                let input = json!({
                    "subject": format!("{words} {}", pick(["late", "lost", ""], other)),
                    "description": (other % 4 == 0).then_some("What happened"),
                    "initial_message": (other % 3 > 0).then_some(words),
                    "priority": pick(["low", "medium", "high", "urgent"], one),
                    "category": (other % 5 > 1).then(|| format!("c{}", other % 3)),
                    "requester": requester,
                    "tags": if step.actor < 4 && one % 5 == 0 { vec!["VIP", "late"] } else { Vec::new() },
                    "client_id": (other % 7 == 0).then(|| format!("client-{}", one % 2)),
                });
                let opened = desk.open(&call, None, input_of(input)).await;
                if let Ok(opened) = &opened {
                    self.tickets.retain(|(id, _)| *id != opened.value.id);
                    self.tickets.push((opened.value.id, opened.value.version));
                }
                self.tell(opened.map(|done| (done.replayed, done.value)))
            }
            Verb::Reply | Verb::Note => {
                let input = json!({
                    "body": words,
                    "is_internal": matches!(step.verb, Verb::Note),
                    "client_id": (other % 5 == 0).then(|| format!("message-{}", other % 3)),
                });
                let said = desk.reply(&call, ticket, input_of(input)).await;
                self.tell(said.map(|done| (done.replayed, done.value)))
            }
            Verb::Assign => {
                let done = desk.assign(&call, ticket, input_of(json!({ "assignee": self.agent(one) }))).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Resolve => {
                let done = desk.resolve(&call, ticket).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Close => {
                let done = desk.close(&call, ticket).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Reopen => {
                let done = desk.reopen(&call, ticket).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Snooze => {
                let done = desk.snooze(&call, ticket, &input_of(json!({ "until": self.in_hours(one) }))).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Change => {
                let done = desk.change(&call, ticket, input_of(self.change(one, other))).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Tag => {
                let tags = ["vip", "Late", "new label", "a,b", "VIP"];
                let change = json!({ "tags": tags.iter().skip(one % 5).take(1 + other % 2).collect::<Vec<_>>() });
                let done = desk.change(&call, ticket, input_of(change)).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Merge => {
                let done = desk.merge(&call, ticket, &input_of(json!({ "into": self.ticket(one % 5) }))).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Unmerge => {
                let done = desk.unmerge(&call, ticket).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Bulk => {
                let ids: Vec<_> = (0..1 + one % 4).map(|place| self.ticket((step.ticket + place) % 5)).collect();
                let input = json!({ "ids": ids, "change": self.change(other, one) });
                let done = desk.change_many(&call, input_of(input)).await;
                self.tell(done.map(|done| done.value))
            }
            Verb::Read => {
                let up_to_seq = (one % 3 > 0).then_some(other % 6);
                let done = desk.read(&call, ticket, input_of(json!({ "up_to_seq": up_to_seq }))).await;
                self.told(step, done.map(|done| done.value))
            }
            Verb::Wake => {
                self.app.clock.advance(TimeDelta::minutes(i64::try_from(one).unwrap()));
                let outcome = desk.wake_due().await;
                self.tell(outcome.map(|_| ()))
            }
            Verb::Show => {
                let shown = desk.show(&call, ticket, one % 2 == 0).await;
                self.tell(shown)
            }
            Verb::List => self.list(&call, one, other).await,
            Verb::Count => {
                // All pages of everything, one ticket each.
                let mut query = TicketQuery { limit: 1, ..TicketQuery::default() };
                let mut pages = Vec::new();
                loop {
                    let page = match desk.list_tickets(&call, &query).await {
                        Ok(page) => page,
                        Err(error) => return self.tell::<()>(Err(error)),
                    };
                    pages.extend(page.data.into_iter().map(|ticket| ticket.number));
                    query.cursor = page.next;
                    if query.cursor.is_none() {
                        return self.tell(Ok(pages));
                    }
                }
            }
            Verb::Search => {
                let found = desk.search(&call, &query_words(one, other), 5, None).await;
                self.tell(found)
            }
            Verb::Thread => {
                let after_seq = (one % 2 == 0).then(|| i64::try_from(other % 4).unwrap());
                let query = MessageQuery { after_seq, limit: Some(1 + u32::try_from(one % 4).unwrap()), cursor: None };
                let thread = desk.list_messages(&call, ticket, &query).await;
                self.tell(thread)
            }
            Verb::Timeline => {
                // PostgreSQL numbers while somebody listens.
                self.app.storage.number_events().await.unwrap();
                let events = desk.list_events(&call, ticket, Some(50), None).await;
                self.tell(events)
            }
            Verb::Statistics => {
                let day = self.app.clock.now().date_naive();
                let range = DayRange { from: Some(day - TimeDelta::days(3)), to: Some(day) };
                let statistics = desk.statistics(&call, range).await;
                self.tell(statistics)
            }
        }
    }

    fn change(&self, one: usize, other: usize) -> Value {
        match one % 9 {
            0 => json!({ "status": pick(["open", "pending", "snoozed", "resolved", "closed"], other) }),
            1 => json!({ "priority": pick(["low", "urgent"], other), "category": null }),
            2 => json!({ "subject": pick(["A zebra", "", "  spaced  "], other) }),
            3 => json!({ "links": [{ "kind": "order", "id": format!("A-{}", other % 2) }] }),
            4 => json!({ "watchers": self.agent(other).into_iter().collect::<Vec<_>>() }),
            5 => json!({ "category": pick(["c1", "neu", ""], other), "tags": ["late"] }),
            6 => json!({ "assigned_to": self.agent(other), "status": "pending" }),
            7 => json!({ "sla_due_at": self.in_hours(other) }),
            _ => json!({ "description": pick(["order 66", "words"], other), "custom_fields": { "nope": 1 } }),
        }
    }

    async fn list(&mut self, call: &Call, one: usize, other: usize) -> String {
        let person = self.people[4 + other % 2].id.to_string();
        let me = "me".to_owned();
        let parameters = match one % 16 {
            0 => json!({ "status": "open,pending" }),
            1 => json!({ "status": "resolved" }),
            2 => json!({ "priority": "low,urgent" }),
            3 => json!({ "assigned_to": "none" }),
            4 => json!({ "assigned_to": me }),
            5 => json!({ "requester": person }),
            6 => json!({ "watcher": me }),
            7 => json!({ "category": "c1,neu" }),
            8 => json!({ "tag": "vip,late" }),
            9 => json!({ "link": "order:A-1" }),
            10 => json!({ "unread": true }),
            11 => json!({ "sla_overdue": other.is_multiple_of(2) }),
            12 => json!({ "created_at_after": self.in_hours(other) - TimeDelta::hours(2) }),
            13 => json!({ "last_message_at_before": self.in_hours(other) }),
            14 => json!({ "channel": "api,portal", "status": "closed" }),
            _ => json!({ "search": query_words(other, one) }),
        };
        let mut parameters: TicketParams = input_of(parameters);
        let orderings = ["last_message_at", "-created_at", "-updated_at", "sla_due_at", "-priority", "number"];
        parameters.ordering = (!other.is_multiple_of(7)).then(|| pick(orderings, other).to_owned());
        parameters.limit = Some(2);
        let query = match TicketQuery::read(parameters, &call.actor) {
            Ok(query) => query,
            Err(error) => return self.tell::<()>(Err(error)),
        };
        let support = self.app.support.clone();
        let mut pages = Vec::new();
        let mut query = query;
        loop {
            match support.desk().list_tickets(call, &query).await {
                Err(error) => return self.tell::<()>(Err(error)),
                Ok(page) => {
                    query.cursor.clone_from(&page.next);
                    pages.push(page);
                }
            }
            if query.cursor.is_none() || pages.len() > 9 {
                return self.tell(Ok(pages));
            }
        }
    }

    /// The answer of a verb that changes a ticket, whose version the next caller may believe in.
    fn told(&mut self, step: Step, outcome: Result<support_core::protocol::Ticket, Error>) -> String {
        if let (Ok(ticket), Some(known)) = (&outcome, self.tickets.get_mut(step.ticket)) {
            known.1 = ticket.version;
        }
        self.tell(outcome)
    }

    fn tell<T: Serialize>(&mut self, outcome: Result<T, Error>) -> String {
        let text = match outcome {
            Ok(value) => {
                let mut value = serde_json::to_value(value).unwrap();
                without_cursors(&mut value);
                value.to_string()
            }
            Err(error) => format!("{}: {error:?}", error.code()),
        };
        self.without_ids(&text)
    }

    /// Each id becomes the place at which it was seen first.
    fn without_ids(&mut self, text: &str) -> String {
        let (mut told, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(next) = rest.chars().next() {
            let id = rest.get(..36).filter(|id| next.is_ascii_hexdigit() && Uuid::try_parse(id).is_ok());
            if let Some(id) = id {
                let count = self.seen.len();
                let place = *self.seen.entry(id.to_owned()).or_insert(count);
                told.push_str(&format!("#{place}"));
                rest = &rest[36..];
            } else {
                told.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
        told
    }
}

fn pick<T: Copy, const N: usize>(among: [T; N], number: usize) -> T {
    among[number % N]
}

fn query_words(one: usize, other: usize) -> String {
    let first =
        ["order", "zeb", "\"zebra crossing\"", "apple -order", "groesse", "grosse", "is:open", "tag:vip", "-is:closed"];
    let second =
        ["", " late", " assignee:none", " priority:urgent", " category:c1", " before:2026-03-03", " #1", " from:eva"];
    format!("{}{}", pick(first, one), pick(second, other))
}

fn input_of<T: DeserializeOwned + Debug>(value: Value) -> T {
    let mut value = value;
    if let Some(fields) = value.as_object_mut() {
        // What was not said is left out, which is not the same as null everywhere.
        fields
            .retain(|name, value| !value.is_null() || matches!(name.as_str(), "category" | "assignee" | "assigned_to"));
    }
    serde_json::from_value(value).unwrap()
}

/// A cursor is made of ids and of the moment's key.
fn without_cursors(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if matches!(name.as_str(), "next" | "previous") {
                    *value = json!(!value.is_null());
                } else {
                    without_cursors(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_cursors),
        _ => {}
    }
}

/// Runs a share of the scripts on a pair of databases of its own.
fn run_share(share: u64) {
    let runtime = Runtime::new().unwrap();
    let start = |backend| runtime.block_on(Plan::new(backend).start());
    let Some(postgres) = start(Backend::Postgres) else { return };
    let sqlite = start(Backend::Sqlite).unwrap();
    let config =
        Config { cases: SCRIPTS / 2, failure_persistence: None, rng_seed: RngSeed::Fixed(share), ..Config::default() };
    let number = std::cell::Cell::new(0_u64);
    let outcome = TestRunner::new(config).run(&script(), |steps| {
        number.set(number.get() + 1);
        runtime.block_on(async {
            let mut one = Side::new(&sqlite, number.get()).await;
            let mut other = Side::new(&postgres, number.get()).await;
            for (place, step) in steps.iter().enumerate() {
                let (on_sqlite, on_postgres) = (one.act(*step).await, other.act(*step).await);
                prop_assert_eq!(on_sqlite, on_postgres, "SQLite, PostgreSQL at step {}: {:?}", place, step);
            }
            Ok(())
        })
    });
    runtime.block_on(async {
        sqlite.close().await;
        postgres.close().await;
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn both_databases_answer_every_script_alike() {
    run_share(1);
}

#[test]
fn both_databases_answer_other_scripts_alike() {
    run_share(2);
}
