//! A desk that was filled by an older program: the later migrations find, count and index what is there.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Row as _};
use support_core::{
    clock::Clock as _,
    model::{
        PersonId, Scope, SettingId, TenantId,
        search::{SearchQuery, terms},
    },
    storage::{
        Edge, MigrateMode, Native, PageRequest, Search, Storage, TicketFilter, TicketSort,
        conformance::{Database, Schema},
    },
};
use support_tests::{clock::FakeClock, postgres, sqlite};
use uuid::Uuid;

/// The files whose schema the old program knew.
const SQLITE: [&str; 5] = [
    include_str!("../../../support-core/migrations/sqlite/0001_desk.sql"),
    include_str!("../../../support-core/migrations/sqlite/0002_tickets.sql"),
    include_str!("../../../support-core/migrations/sqlite/0003_access.sql"),
    include_str!("../../../support-core/migrations/sqlite/0004_sla.sql"),
    include_str!("../../../support-core/migrations/sqlite/0005_portal.sql"),
];
const POSTGRES: [&str; 5] = [
    include_str!("../../../support-core/migrations/postgres/0001_desk.sql"),
    include_str!("../../../support-core/migrations/postgres/0002_tickets.sql"),
    include_str!("../../../support-core/migrations/postgres/0003_access.sql"),
    include_str!("../../../support-core/migrations/postgres/0004_sla.sql"),
    include_str!("../../../support-core/migrations/postgres/0005_portal.sql"),
];
const LEDGER: &str = "CREATE TABLE support_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
     checksum TEXT NOT NULL, applied_at TIME NOT NULL)";
const TICKETS: i64 = 6;

/// What the two databases write in their own way.
#[derive(Clone, Copy)]
struct Words {
    is_sqlite: bool,
}

impl Words {
    fn id(self, number: i64) -> String {
        let id = id(number);
        if self.is_sqlite { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
    }

    /// So many hours after the start of 2026.
    fn time(self, hours: i64) -> String {
        let seconds = 1_767_225_600 + hours * 3_600;
        if self.is_sqlite { format!("{seconds}000000") } else { format!("to_timestamp({seconds})") }
    }

    fn flag(self, flag: bool) -> &'static str {
        match (self.is_sqlite, flag) {
            (true, true) => "1",
            (true, false) => "0",
            (false, true) => "TRUE",
            (false, false) => "FALSE",
        }
    }
}

fn id(number: i64) -> Uuid {
    Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | number.unsigned_abs())
}

async fn run(storage: &dyn Storage, statements: &[String]) {
    let mut tx = storage.write().await.unwrap();
    for statement in statements {
        let sql = AssertSqlSafe(statement.clone());
        match tx.native() {
            Native::Sqlite(connection) => drop(sqlx::raw_sql(sql).execute(connection).await.unwrap()),
            Native::Postgres(connection) => drop(sqlx::raw_sql(sql).execute(connection).await.unwrap()),
            other => unreachable!("no test runs on {other:?}"),
        }
    }
    tx.commit().await.unwrap();
}

/// What the ledger of a desk of today says of the first five.
async fn checksums(storage: &dyn Storage) -> Vec<(i64, String, String)> {
    const SQL: &str = "SELECT version, name, checksum FROM support_migrations WHERE version < 6 ORDER BY version";
    let mut tx = storage.write().await.unwrap();
    match tx.native() {
        Native::Sqlite(connection) => {
            let rows = sqlx::query(SQL).fetch_all(connection).await.unwrap();
            rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
        }
        Native::Postgres(connection) => {
            let rows = sqlx::query(SQL).fetch_all(connection).await.unwrap();
            rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
        }
        other => unreachable!("no test runs on {other:?}"),
    }
}

/// People, and tickets of two tenants that differ in everything that is counted and indexed.
fn rows(words: Words) -> Vec<String> {
    let tenants = [TenantId::DEFAULT.0, id(900)];
    let literal = |id: Uuid| if words.is_sqlite { format!("x'{}'", id.simple()) } else { format!("'{id}'") };
    let mut rows = Vec::new();
    for (place, tenant) in tenants.into_iter().enumerate() {
        let (tenant, base) = (literal(tenant), i64::try_from(place).unwrap() * 1_000);
        let (agent, customer) = (words.id(base + 1), words.id(base + 2));
        rows.push(format!("INSERT INTO support_tenants (id, last_number) VALUES ({tenant}, {TICKETS})"));
        for (person, kind, name, role) in
            [(&agent, "agent", "Ada", "agent"), (&customer, "contact", "Cem Cedar", "customer")]
        {
            rows.push(format!(
                "INSERT INTO support_people (id, tenant_id, kind, subject, name, email, verified, role, is_active, created_at, updated_at) \
                 VALUES ({person}, {tenant}, '{kind}', '{name}', '{name}', '{kind}@example.com', {yes}, '{role}', {yes}, {now}, {now})",
                yes = words.flag(true),
                now = words.time(0)
            ));
        }
        for number in 1..=TICKETS {
            let ticket = words.id(base + 100 + number);
            let done = number > 3;
            rows.push(format!(
                "INSERT INTO support_conversations (id, tenant_id, kind, number, subject, status, is_done, priority, category, channel, \
                   requester_id, assignee_id, last_seq, last_public_seq, last_message_at, preview, activity_at, unread_by_agent, \
                   unread_by_customer, agent_read_seq, customer_read_seq, first_response_at, resolved_at, created_at, updated_at, \
                   version, team_id) \
                 VALUES ({ticket}, {tenant}, 'ticket', {number}, 'Order {number}', '{status}', {is_done}, 'high', {category}, 'chat', \
                   {customer}, {assignee}, 1, 1, {at}, 'zebra', {at}, {unread}, 0, 0, 0, {response}, {resolved}, {opened}, {at}, 1, {team})",
                status = if done { "resolved" } else { "open" },
                is_done = words.flag(done),
                category = if number == 2 { "'billing'" } else { "NULL" },
                assignee = if number % 2 == 0 { agent.as_str() } else { "NULL" },
                at = words.time(number * 10),
                unread = number % 2,
                response = if number > 2 { words.time(number + 1) } else { "NULL".into() },
                resolved = if done { words.time(number * 10) } else { "NULL".into() },
                opened = words.time(number),
                team = if number == 5 { words.id(77) } else { "NULL".into() },
            ));
            rows.push(format!(
                "INSERT INTO support_messages (id, tenant_id, conversation_id, seq, author_kind, author_id, direction, is_internal, body, \
                   channel, created_at) \
                 VALUES ({}, {tenant}, {ticket}, 1, 'customer', {customer}, 'inbound', {}, 'a zebra in ticket {number}', 'chat', {})",
                words.id(base + 200 + number),
                words.flag(number == 6),
                words.time(number)
            ));
        }
    }
    rows
}

/// A desk at the old program's schema, brought up to today's.
async fn upgraded(database: &dyn Database, today: Arc<dyn Storage>, words: Words) -> Arc<dyn Storage> {
    let now = FakeClock::default().now();
    today.migrate(MigrateMode::Apply, now).await.unwrap();
    let checksums = checksums(&*today).await;
    today.close().await;
    let storage = database.open().await;
    let files = if words.is_sqlite { SQLITE } else { POSTGRES };
    let mut statements: Vec<String> = files.iter().map(|&file| file.to_owned()).collect();
    statements.push(LEDGER.replace("TIME", if words.is_sqlite { "INTEGER" } else { "TIMESTAMPTZ" }));
    for (version, name, checksum) in checksums {
        let at = words.time(0);
        statements.push(format!("INSERT INTO support_migrations VALUES ({version}, '{name}', '{checksum}', {at})"));
    }
    statements.extend(rows(words));
    run(&*storage, &statements).await;
    let report = storage.migrate(MigrateMode::Apply, now).await.unwrap();
    assert_eq!(report.applied.first().map(String::as_str), Some("0006_search"));
    storage
}

async fn an_old_desk_is_found_counted_and_indexed(storage: &dyn Storage) {
    let (tenant, agent) = (TenantId::DEFAULT, PersonId(id(1)));
    let list = async |filter: TicketFilter| {
        let page = PageRequest { sort: TicketSort::Number, descending: false, edge: Edge::Start, limit: 50 };
        let mut tx = storage.read().await.unwrap();
        let rows = tx.list_tickets(tenant, Scope::Desk, &filter, page).await.unwrap();
        rows.into_iter().map(|ticket| ticket.number).collect::<Vec<_>>()
    };
    let none = TicketFilter::default;
    let searched = |text: &str, public_only| {
        let search = Search { terms: terms(&SearchQuery::parse(text)), public_only, ..Search::default() };
        TicketFilter { search, ..none() }
    };
    let all: Vec<i64> = (1..=TICKETS).collect();
    assert_eq!(list(searched("zebra", false)).await, all);
    assert_eq!(list(searched("zebra", true)).await, [1, 2, 3, 4, 5], "a note was a note before");
    assert_eq!(list(searched("cedar", false)).await, all);
    assert_eq!(list(searched("\"order 3\"", false)).await, [3]);
    assert_eq!(list(TicketFilter { category: vec!["billing".into()], ..none() }).await, [2]);
    assert_eq!(list(TicketFilter { channel: vec!["chat".into()], ..none() }).await, all);
    assert_eq!(list(TicketFilter { assigned_to: vec![Some(agent)], ..none() }).await, [2, 4, 6]);
    assert_eq!(list(TicketFilter { team: vec![Some(SettingId(id(77)))], ..none() }).await, [5]);
    assert_eq!(list(TicketFilter { unread_by_agent: Some(true), ..none() }).await, [1, 3, 5]);
    assert_eq!(list(TicketFilter { sla_overdue: Some(true), ..none() }).await, [0; 0]);
    for tenant in [tenant, TenantId(id(900))] {
        let mut tx = storage.write().await.unwrap();
        let counted = tx.sum_tally(tenant, 0, i64::MAX).await.unwrap();
        let of = |metric: &str, value: &str| {
            counted
                .iter()
                .filter(|tally| tally.metric == metric && tally.value == value)
                .map(|tally| tally.count)
                .sum::<i64>()
        };
        assert_eq!((of("status", "open"), of("status", "resolved"), of("priority", "high")), (3, 3, 6));
        assert_eq!((of("assignee", ""), of("created", ""), of("resolved", "")), (3, 6, 3));
        assert_eq!(of("first_response", "3600"), 4, "an hour each, on the days of the responses");
        tx.recount_tally(tenant).await.unwrap();
        assert_eq!(tx.sum_tally(tenant, 0, i64::MAX).await.unwrap(), counted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_finds_counts_and_indexes_what_an_older_program_wrote() {
    let (database, today) =
        (sqlite::database(Schema::Blank).await.unwrap(), sqlite::database(Schema::Blank).await.unwrap());
    let storage = upgraded(&*database, today.open().await, Words { is_sqlite: true }).await;
    an_old_desk_is_found_counted_and_indexed(&*storage).await;
    storage.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_finds_counts_and_indexes_what_an_older_program_wrote() {
    let Some(database) = postgres::database(Schema::Blank).await else { return };
    let today = postgres::database(Schema::Ready).await.unwrap();
    let storage = upgraded(&*database, today.open().await, Words { is_sqlite: false }).await;
    an_old_desk_is_found_counted_and_indexed(&*storage).await;
    storage.close().await;
    database.remove().await;
    today.remove().await;
}
