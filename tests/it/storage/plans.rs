//! How both databases come by what the product reads: never by looking at everything, never by sorting everything.
//!
//! Every statement that the application sends while it is used is explained on a desk of a few thousand tickets.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::http::Method;
use serde_json::{Value, json};
use support_core::{
    clock::Clock as _,
    http::openapi_document,
    storage::{
        Explained, MigrateMode, PostgresStorage, QueryPlan, QueryPlans, SqliteStorage, Storage,
        conformance::{Database, Schema},
    },
};
use support_tests::{
    actor::Actor,
    app::{Backend, Plan, TestApp},
    clock::FakeClock,
    load::{Loaded, READS, load},
    postgres::PostgresDatabase,
    sqlite::SqliteFile,
};

const TICKETS: usize = 3_000;
const MESSAGES: usize = 3;
const ORDERINGS: [&str; 7] =
    ["last_message_at", "-created_at", "created_at", "-updated_at", "sla_due_at", "-priority", "-number"];
/// Tables that grow with the desk and that no request may read whole.
const GROWING: [&str; 7] = [
    "support_conversations",
    "support_messages",
    "support_events",
    "support_search",
    "support_ticket_index",
    "support_tally",
    "support_people",
];
/// Indexes of what is few by its nature: all of it may be looked at.
const FEW: [&str; 3] =
    ["support_conversations_live ", "support_conversations_unread ", "support_conversations_overdue "];
/// Statements that read much and may, with the reason.
const ARGUED: [(&str, &str); 4] = [
    ("FROM support_tally GROUP BY", "the upkeep makes the table smaller"),
    ("SUM(delta)", "what is summed is what the upkeep left"),
    ("e.request_id = ", "the audit by request follows the log; an index would cost every message"),
    ("e.address = ", "the audit by address follows the log; an index would cost every message"),
];
/// Rows that PostgreSQL may expect to sort: those of a small set and a page, not those of the desk.
const SORTED_MAX: f64 = 1_500.0;

/// A database that says how it came by its answers.
#[derive(Debug)]
struct Explaining<D> {
    database: D,
    plans: Arc<Mutex<Option<QueryPlans>>>,
}

impl<D> Explaining<D> {
    fn explained<A>(&self, adapter: A) -> Explained<A> {
        let explained = Explained::new(adapter);
        *self.plans.lock().unwrap() = Some(explained.plans());
        explained
    }
}

#[async_trait]
impl Database for Explaining<SqliteFile> {
    async fn open(&self) -> Arc<dyn Storage> {
        Arc::new(self.explained(SqliteStorage::open(self.database.path()).await.unwrap()))
    }

    async fn remove(self: Box<Self>) {}
}

#[async_trait]
impl Database for Explaining<PostgresDatabase> {
    async fn open(&self) -> Arc<dyn Storage> {
        Arc::new(self.explained(PostgresStorage::connect(&self.database.url()).await.unwrap()))
    }

    async fn remove(self: Box<Self>) {
        self.database.drop_now().await.unwrap();
    }
}

async fn filled(storage: &dyn Storage) -> Loaded {
    let now = FakeClock::default().now();
    storage.migrate(MigrateMode::Apply, now).await.unwrap();
    load(storage, TICKETS, MESSAGES, now).await.unwrap()
}

async fn start<D>(backend: Backend, database: D) -> (TestApp, QueryPlans)
where
    Explaining<D>: Database,
{
    let plans = Arc::new(Mutex::new(None));
    let database = Box::new(Explaining { database, plans: Arc::clone(&plans) });
    let app = Plan::new(backend).on(database).start().await.unwrap();
    let plans = plans.lock().unwrap().take().unwrap();
    (app, plans)
}

async fn sqlite(analyze: bool) {
    let file = SqliteFile::new().unwrap();
    let storage = SqliteStorage::open(file.path()).await.unwrap();
    let loaded = filled(&storage).await;
    if analyze {
        let mut tx = storage.write().await.unwrap();
        let support_core::storage::Native::Sqlite(connection) = tx.native() else { panic!("this is SQLite") };
        sqlx::raw_sql("ANALYZE").execute(connection).await.unwrap();
        tx.commit().await.unwrap();
    }
    storage.close().await;
    let (mut app, plans) = start(Backend::Sqlite, file).await;
    let seen = use_everything(&mut app, &loaded, &plans).await;
    app.close().await;
    judge(&seen, wrong_on_sqlite);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_looks_at_no_whole_table() {
    sqlite(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_with_statistics_looks_at_no_whole_table() {
    sqlite(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_looks_at_no_whole_table() {
    let Some(database) = PostgresDatabase::create(Schema::Ready).await else { return };
    let storage = PostgresStorage::connect(&database.url()).await.unwrap();
    let loaded = filled(&storage).await;
    storage.close().await;
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut database.connect().await.unwrap()).await.unwrap();
    let (mut app, plans) = start(Backend::Postgres, database).await;
    let seen = use_everything(&mut app, &loaded, &plans).await;
    app.close().await;
    judge(&seen, wrong_on_postgres);
}

/// Asks for everything that can be asked for, in every way, and changes a little of it; returns each plan once.
async fn use_everything(app: &mut TestApp, loaded: &Loaded, plans: &QueryPlans) -> Vec<QueryPlan> {
    app.run();
    let admin = app.admin("Ada").await;
    let customer = app.customer("Cem").await;
    let visitor = app.visitor().await;
    for (_, path) in READS {
        let path = loaded.path(path);
        look(&admin, &path).await;
        if path.starts_with("tickets") && !path.contains("/") && !path.contains("ordering=") {
            let with = if path.contains('?') { '&' } else { '?' };
            for ordering in ORDERINGS {
                look(&admin, &format!("{path}{with}limit=3&ordering={ordering}")).await;
            }
        }
        for actor in [&customer, &visitor] {
            let _ = actor.get(&path).await;
        }
    }
    for (path, parameters) in gets() {
        let path = path.replace("{ticket_id}", &loaded.ticket.to_string());
        let _ = admin.get(&path).await;
        for parameter in parameters {
            if let Some(value) = value_of(&parameter, loaded) {
                let _ = admin.get(&format!("{path}?{parameter}={value}")).await;
            }
        }
    }
    let opened = json!({ "subject": "One more", "description": "order" });
    let ticket = customer.post("tickets", opened).await.ok();
    let ticket = ticket["id"].as_str().unwrap().to_owned();
    admin.post(&format!("tickets/{ticket}/messages"), json!({ "body": "medium" })).await.ok();
    customer.post(&format!("tickets/{ticket}/messages"), json!({ "body": "order" })).await.ok();
    admin.act(&format!("tickets/{ticket}/resolve")).await.ok();
    admin.post("tickets/bulk", json!({ "ids": [ticket], "action": "close" })).await;
    app.settle().await;
    let mut seen = plans.take();
    let mut once = BTreeSet::new();
    seen.retain(|plan| once.insert(plan.sql.clone()));
    seen
}

/// A page and the one behind it.
async fn look(actor: &Actor, path: &str) {
    let page = actor.get(path).await.ok();
    if let Some(next) = page["next"].as_str() {
        let with = if path.contains('?') { '&' } else { '?' };
        actor.get(&format!("{path}{with}cursor={next}")).await.ok();
    }
}

/// What the document says can be read: paths that need no id but a ticket's, and the names of their query parameters.
fn gets() -> Vec<(String, Vec<String>)> {
    let document = serde_json::to_value(openapi_document()).unwrap();
    let mut gets = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/api/v1/") else { continue };
        let Some(operation) = item.get(Method::GET.as_str().to_lowercase()) else { continue };
        if path.replace("{ticket_id}", "").contains('{') || path.starts_with("events/") || path == "ws" {
            continue;
        }
        let names = operation["parameters"].as_array().into_iter().flatten();
        let names = names.filter(|parameter| parameter["in"] == "query");
        gets.push((path.to_owned(), names.map(|name| text(&name["name"])).collect()));
    }
    assert!(gets.len() > 20, "{gets:?}");
    gets
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn value_of(parameter: &str, loaded: &Loaded) -> Option<String> {
    Some(match parameter {
        "cursor" | "ordering" => return None,
        "limit" => "2".to_owned(),
        "q" | "search" => "order".to_owned(),
        "ticket" | "ticket_id" => loaded.ticket.to_string(),
        "actor" | "agent" | "author" => loaded.agent.to_string(),
        "contact" | "requester" | "customer" => loaded.customer.to_string(),
        "resource" => format!("ticket:{}", loaded.ticket),
        "action" => "user.created".to_owned(),
        "direction" => "inbound".to_owned(),
        name if name.ends_with("after") || name.ends_with("before") => "2026-01-15T00:00:00Z".to_owned(),
        name if name.starts_with("is_") || name == "unread" || name == "sla_overdue" => "true".to_owned(),
        _ => "x".to_owned(),
    })
}

fn judge(seen: &[QueryPlan], wrong: impl Fn(&QueryPlan) -> Option<String>) {
    assert!(seen.len() > 150, "only {} statements were seen", seen.len());
    let mut report = String::new();
    for plan in seen {
        if plan.sql.contains("1 = 0") || ARGUED.iter().any(|(words, _)| plan.sql.contains(words)) {
            continue;
        }
        if let Some(wrong) = wrong(plan) {
            let _ = writeln!(report, "{wrong}\n{}\n{}\n", plan.sql, plan.lines.join("\n"));
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// The names by which a statement calls a table.
fn aliases(sql: &str, table: &str) -> BTreeSet<String> {
    let mut aliases = BTreeSet::from([table.to_owned()]);
    for (at, _) in sql.match_indices(table) {
        let mut words = sql[at + table.len()..].split_whitespace();
        let word = words.next().filter(|word| *word != "AS").or_else(|| words.next()).unwrap_or_default();
        aliases.insert(word.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned());
    }
    aliases
}

fn wrong_on_sqlite(plan: &QueryPlan) -> Option<String> {
    let growing: BTreeSet<String> = GROWING.iter().flat_map(|table| aliases(&plan.sql, table)).collect();
    // A walk along an order is a subquery of its own with an end; what it met is sorted once more.
    let walks = plan.lines.iter().any(|line| line == "CO-ROUTINE c");
    let sorts = plan.lines.iter().filter(|line| line.starts_with("USE TEMP B-TREE FOR")).count() > usize::from(walks);
    for line in &plan.lines {
        let mut words = line.split_whitespace();
        let (Some(verb), Some(table)) = (words.next(), words.next()) else { continue };
        if !growing.contains(table) || FEW.iter().any(|index| line.contains(index)) {
            continue;
        }
        let by_words = line.contains("VIRTUAL TABLE INDEX") && line.contains('M');
        // Where the statistics know of one tenant, the table in its own order is as good as an index on the tenant.
        let along_ids = line == "SCAN m" && !sorts && plan.sql.contains(" LIMIT ");
        let is_meant = by_words || along_ids || walks && line == "SCAN c";
        if verb == "SCAN" && !is_meant {
            return Some(format!("reads a whole table: {line}"));
        }
        // All that a tenant has: only along an order, and only so far.
        if verb == "SEARCH" && line.ends_with("(tenant_id=?)") && (sorts || !plan.sql.contains(" LIMIT ")) {
            return Some(format!("reads everything that a tenant has: {line}"));
        }
    }
    None
}

fn wrong_on_postgres(plan: &QueryPlan) -> Option<String> {
    for line in &plan.lines {
        let line = line.trim_start_matches(['-', '>', ' ']);
        if let Some(table) = line.strip_prefix("Seq Scan on ").and_then(|rest| rest.split_whitespace().next())
            && GROWING.contains(&table)
            // There are too few of them here for a planner to care.
            && table != "support_people"
        {
            return Some(format!("reads a whole table: {line}"));
        }
        let rows = line.split("rows=").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        if (line.starts_with("Sort") || line.starts_with("Incremental Sort"))
            && rows.is_some_and(|rows| rows > SORTED_MAX)
        {
            return Some(format!("sorts everything: {line}"));
        }
    }
    None
}
