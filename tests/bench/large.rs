//! `cargo xtask bench --large`: what lists, searches, threads and statistics cost in a large desk against a small one.
//!
//! After the load the database gathers its statistics, as it would by itself in a while, and the desk's own counts are held against a
//! count of all tickets. Each answer has as many rows from the large desk as the small one has.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use axum::{Router, body::Body, http::Request};
use serde_json::{Value, json};
use support_core::{
    clock::{Clock as _, SystemClock},
    model::TenantId,
    storage::{MigrateMode, PostgresStorage, SqliteStorage, Storage, conformance::Schema},
};
use support_tests::{
    load::{Loaded, READS, load},
    postgres::PostgresDatabase,
};
use tower::ServiceExt as _;

use crate::desk::{EMAIL, PASSWORD, build};

/// Tickets of the small desk.
const SMALL: usize = 1_000;
/// Times that each request is measured.
const TIMES: usize = 60;
/// What a large desk may cost, as a multiple of a small one.
const RATIO_MAX: f64 = 3.0;
const STATISTICS_RATIO_MAX: f64 = 10.0;
/// S1: the slowest of a hundred searches, newest first and ranked.
const NEWEST_MAX: Duration = Duration::from_millis(20);
const RANKED_MAX: Duration = Duration::from_millis(50);

/// One desk and its router.
struct Desk {
    router: Router,
    bearer: String,
    loaded: Loaded,
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
        let loaded = load(&*storage, count, each, SystemClock.now()).await?;
        if let Some(database) = databases.last().filter(|_| on_postgres) {
            sqlx::raw_sql("VACUUM ANALYZE").execute(&mut database.connect().await?).await?;
        }
        ensure!(counts_hold(&*storage).await?, "the statistics are not what counting anew gives");
        println!(
            "{name}: {count} tickets with {each} messages each, loaded in {:.0} s",
            started.elapsed().as_secs_f64()
        );
        desks.push(Desk::start(storage, loaded).await?);
    }
    let [small, large] = desks.as_slice() else { anyhow::bail!("two desks were made") };
    println!("\n{:<24} {:>10} {:>10} {:>7} {:>6} {:>10}", "median", "small", "large", "ratio", "goal", "worst");
    let mut missed = 0;
    for (name, path) in READS {
        // A ranked search looks at as many of its newest candidates as there are, up to a bound: S1 holds that.
        let ratio_max = match *name {
            "statistics" => STATISTICS_RATIO_MAX,
            name if name.starts_with("ranked") => f64::INFINITY,
            _ => RATIO_MAX,
        };
        let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
        let path = small.fitted(path).await?;
        for _ in 0..TIMES {
            of_small.push(small.time(&path).await?);
            of_large.push(large.time(&path).await?);
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
        let kept = ratio <= ratio_max && bound.is_none_or(|bound| worst <= bound);
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

async fn counts_hold(storage: &dyn Storage) -> Result<bool> {
    let tenant = TenantId::DEFAULT;
    let mut tx = storage.write().await?;
    let summed = tx.sum_tally(tenant, 0, i64::MAX).await?;
    tx.recount_tally(tenant).await?;
    Ok(tx.sum_tally(tenant, 0, i64::MAX).await? == summed)
}

impl Desk {
    async fn start(storage: Arc<dyn Storage>, loaded: Loaded) -> Result<Self> {
        let mut desk = Self { router: build(storage).await?, bearer: String::new(), loaded };
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

    /// The same request for as many rows as this desk has, so that the answers of both are of one length.
    async fn fitted(&self, path: &str) -> Result<String> {
        let address = format!("/api/v1/{}", self.loaded.path(path));
        let request = Request::get(address).header("authorization", &self.bearer).body(Body::empty())?;
        let answer: Value = serde_json::from_slice(&self.answer(request).await?)?;
        Ok(match answer["data"].as_array() {
            Some(rows) => format!("{path}{}limit={}", if path.contains('?') { '&' } else { '?' }, rows.len().max(1)),
            None => path.to_owned(),
        })
    }

    async fn time(&self, path: &str) -> Result<Duration> {
        let path = format!("/api/v1/{}", self.loaded.path(path));
        let request = Request::get(path).header("authorization", &self.bearer).body(Body::empty())?;
        let started = Instant::now();
        self.answer(request).await?;
        Ok(started.elapsed())
    }
}
