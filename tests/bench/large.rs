//! `cargo xtask bench --large`: what lists, searches, threads and statistics cost in a large desk against a small one.
//!
//! The data goes in through the storage's own `apply`, many decisions a commit, so that every index is as it would be.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use axum::{Router, body::Body, http::Request};
use chrono::TimeDelta;
use serde_json::{Value, json};
use support_core::{
    clock::{Clock as _, SystemClock},
    model::{
        Actor, Channel, Details, PersonBrief, PersonId, PersonKind, PersonRecord, Priority, Role, TenantId, Timestamp,
        decide::{self, Circumstance, Opening, Posting},
    },
    storage::{MigrateMode, PostgresStorage, SqliteStorage, Storage, conformance::Schema},
};
use support_tests::postgres::PostgresDatabase;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::desk::{EMAIL, PASSWORD, build};

/// Tickets of the small desk.
const SMALL: usize = 1_000;
/// Decisions that share one commit while the data goes in.
const TOGETHER: usize = 500;
/// Times that each request is measured.
const TIMES: usize = 60;
/// What a large desk may cost, as a multiple of a small one.
const RATIO_MAX: f64 = 3.0;
const STATISTICS_RATIO_MAX: f64 = 10.0;
/// S1: the slowest of a hundred searches, newest first and ranked.
const NEWEST_MAX: Duration = Duration::from_millis(20);
const RANKED_MAX: Duration = Duration::from_millis(50);

/// A request, and how many times the small desk's cost it may cost.
const REQUESTS: &[(&str, &str, f64)] = &[
    ("list", "tickets", RATIO_MAX),
    ("list, live", "tickets?status=open,pending,snoozed", RATIO_MAX),
    ("list, one category", "tickets?category=c7", RATIO_MAX),
    ("list, urgent", "tickets?priority=urgent", RATIO_MAX),
    ("list, one tag", "tickets?tag=t7", RATIO_MAX),
    ("list, by priority", "tickets?ordering=-priority", RATIO_MAX),
    ("list, by creation", "tickets?ordering=created_at", RATIO_MAX),
    ("list, by deadline", "tickets?ordering=sla_due_at", RATIO_MAX),
    ("search, rare word", "tickets?search=needle", RATIO_MAX),
    ("search, medium word", "tickets?search=medium", RATIO_MAX),
    ("search, common word", "tickets?search=order", RATIO_MAX),
    ("search, two words", "tickets?search=order+medium", RATIO_MAX),
    ("search, last activity", "tickets?search=order&ordering=-last_message_at", RATIO_MAX),
    ("search, while typing", "tickets?search=med", RATIO_MAX),
    ("ranked, rare word", "search?q=needle", RATIO_MAX),
    ("ranked, medium word", "search?q=medium", RATIO_MAX),
    ("ranked, common word", "search?q=order", RATIO_MAX),
    ("thread", "tickets/{ticket}/messages", RATIO_MAX),
    ("statistics", "tickets/stats", STATISTICS_RATIO_MAX),
];

/// One desk and its router.
struct Desk {
    router: Router,
    bearer: String,
    ticket: String,
}

/// Measures and prints everything; returns how many goals are missed.
pub(crate) async fn run(tickets: usize, messages: usize, on_postgres: bool) -> Result<usize> {
    let folder = tempfile::tempdir()?;
    let mut databases = Vec::new();
    let mut desks = Vec::new();
    let each = (messages / tickets).max(1);
    for (name, count) in [("small", SMALL), ("large", tickets)] {
        let storage: Arc<dyn Storage> = if on_postgres {
            let database = PostgresDatabase::create(Schema::Ready).await.context("SUPPORT_TEST_POSTGRES is not set")?;
            let storage = PostgresStorage::connect(&database.url()).await?;
            databases.push(database);
            Arc::new(storage)
        } else {
            Arc::new(SqliteStorage::open(folder.path().join(name)).await?)
        };
        let started = Instant::now();
        storage.migrate(MigrateMode::Apply, SystemClock.now()).await?;
        let ticket = fill(&*storage, count, each).await?;
        println!(
            "{name}: {count} tickets with {each} messages each, loaded in {:.0} s",
            started.elapsed().as_secs_f64()
        );
        desks.push(Desk::start(storage, ticket).await?);
    }
    let [small, large] = desks.as_slice() else { anyhow::bail!("two desks were made") };
    println!("\n{:<24} {:>10} {:>10} {:>7} {:>6} {:>10}", "median", "small", "large", "ratio", "goal", "worst");
    let mut missed = 0;
    for (name, path, ratio_max) in REQUESTS {
        let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            of_small.push(small.time(path).await?);
            of_large.push(large.time(path).await?);
        }
        of_small.sort_unstable();
        of_large.sort_unstable();
        let (median_small, median_large) = (of_small[TIMES / 2], of_large[TIMES / 2]);
        let worst = of_large[TIMES - 1];
        let ratio = median_large.as_secs_f64() / median_small.as_secs_f64();
        let bound = if name.starts_with("ranked") {
            Some(RANKED_MAX)
        } else {
            name.starts_with("search").then_some(NEWEST_MAX)
        };
        let kept = ratio <= *ratio_max && bound.is_none_or(|bound| worst <= bound);
        missed += usize::from(!kept);
        println!(
            "{name:<24} {:>7.2} ms {:>7.2} ms {ratio:>7.2} {ratio_max:>6.1} {:>7.2} ms{}",
            median_small.as_secs_f64() * 1e3,
            median_large.as_secs_f64() * 1e3,
            worst.as_secs_f64() * 1e3,
            if kept { "" } else { "  missed" },
        );
    }
    Ok(missed)
}

impl Desk {
    async fn start(storage: Arc<dyn Storage>, ticket: String) -> Result<Self> {
        let mut desk = Self { router: build(storage).await?, bearer: String::new(), ticket };
        let credentials = json!({ "email": EMAIL, "password": PASSWORD });
        let request = Request::post("/api/v1/auth/login").header("content-type", "application/json");
        let tokens = desk.answer(request.body(Body::from(credentials.to_string()))?).await?;
        let tokens: Value = serde_json::from_slice(&tokens)?;
        desk.bearer = format!("Bearer {}", tokens["access_token"].as_str().context("a login gives a token")?);
        Ok(desk)
    }

    async fn answer(&self, request: Request<Body>) -> Result<bytes::Bytes> {
        let path = request.uri().clone();
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
        ensure!(status.is_success(), "{path} answered {status}: {}", String::from_utf8_lossy(&body));
        Ok(body)
    }

    async fn time(&self, path: &str) -> Result<Duration> {
        let path = format!("/api/v1/{}", path.replace("{ticket}", &self.ticket));
        let request = Request::get(path).header("authorization", &self.bearer).body(Body::empty())?;
        let started = Instant::now();
        self.answer(request).await?;
        Ok(started.elapsed())
    }
}

/// Ascending ids and times.
struct Source {
    now: Timestamp,
    steps: u64,
}

impl Source {
    fn id(&mut self) -> Uuid {
        self.steps += 1;
        let ms = u64::try_from(self.now.timestamp_millis()).unwrap_or_default();
        Uuid::from_u64_pair((ms << 16) | 0x7000, 0x8000_0000_0000_0000 | self.steps)
    }

    /// Words as their frequencies are: few that are everywhere, many that are rare.
    fn text(&mut self, number: usize) -> String {
        let mut text = String::new();
        for place in 0..30_u64 {
            self.steps = self.steps.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let draw = self.steps >> 40;
            // Half of all words are among the first hundred.
            let word = if draw.is_multiple_of(2) { (draw / 2) % 100 } else { (draw / 2) % 30_000 };
            text.push_str(&format!("w{word}{} ", if place % 7 == 6 { "." } else { "" }));
        }
        if number.is_multiple_of(3) {
            text.push_str("order ");
        }
        if number % 500 == 7 {
            text.push_str("medium ");
        }
        text
    }
}

/// Loads tickets with messages; the id of one in the middle.
async fn fill(storage: &dyn Storage, tickets: usize, messages: usize) -> Result<String> {
    let tenant = TenantId::DEFAULT;
    let system = Actor::system(tenant);
    let mut source = Source { now: SystemClock.now() - TimeDelta::days(300), steps: 1 };
    let mut customers: Vec<PersonBrief> = Vec::new();
    let mut middle = String::new();
    let mut tx = storage.write().await?;
    let mut together = 0;
    for number in 0..tickets {
        if number % 20 == 0 {
            let id = PersonId(Uuid::from_u64_pair((number as u64) << 16 | 0x7000, 0x8000_0000_0000_0001));
            let customer = customer(tenant, id, number, source.now);
            customers.push((&tx.upsert_person(&customer).await?).into());
        }
        source.now += TimeDelta::seconds(200);
        let (now, mut details) = (source.now, Details::default());
        if number % 50 == 0 {
            details.tags.push(format!("t{}", number / 50 % 20));
        }
        let opening = Opening {
            subject: format!(
                "Ticket {number} {}",
                if number % 200 == 3 && tickets - number < 1_000 { "needle" } else { "" }
            ),
            description: None,
            priority: Priority::ALL[number % 4],
            category: Some(format!("c{}", number % 40)),
            channel: Channel::CHAT,
            inbox: None,
            requester: customers[number % customers.len()].clone(),
            message: None,
            details,
            number: tx.next_ticket_number(tenant).await?,
        };
        let mut texts: Vec<String> = (0..messages).map(|message| source.text(number * messages + message)).collect();
        let mut ids = || source.id();
        let mut around = Circumstance { actor: &system, now, request_id: "bench", address: None, ids: &mut ids };
        let mut changes = vec![decide::open(&mut around, opening)];
        for body in texts.drain(..) {
            let posting = Posting { body, is_internal: false, client_id: None, channel: Channel::CHAT };
            let Some(last) = changes.last() else { continue };
            let change = decide::post(&mut around, last.ticket.ticket(), posting);
            changes.push(change);
        }
        for change in &changes {
            tx.apply(change, None).await?;
        }
        if number == tickets / 2 {
            middle = changes[0].ticket.ticket().id.to_string();
        }
        together += changes.len();
        if together >= TOGETHER {
            tx.commit().await?;
            tx = storage.write().await?;
            together = 0;
        }
    }
    tx.commit().await?;
    Ok(middle)
}

fn customer(tenant: TenantId, id: PersonId, number: usize, now: Timestamp) -> PersonRecord {
    PersonRecord {
        id,
        tenant,
        kind: PersonKind::Contact,
        subject: Some(format!("email:c{number}@example.com")),
        name: format!("Customer {number}"),
        email: Some(format!("c{number}@example.com")),
        phone: None,
        verified: false,
        role: Role::Customer,
        custom_role: None,
        is_active: true,
        created_at: now,
        updated_at: now,
    }
}
