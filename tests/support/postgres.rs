//! PostgreSQL databases for tests: each a clone of one migrated template, on the server that `SUPPORT_TEST_POSTGRES` names.

use std::{
    env,
    path::Path,
    process,
    str::FromStr as _,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions};
use support_core::{
    clock::{Clock as _, SystemClock},
    storage::{
        MigrateMode, PostgresStorage, Storage,
        conformance::{Database, Schema},
    },
};
use tokio::sync::OnceCell;

const SERVER: &str = "SUPPORT_TEST_POSTGRES";
/// Databases are named after the process that made them, so that a later run can tell which were left behind.
const PREFIX: &str = "support_test_";
/// Not the server's default: what orders or compares text by the database's alphabet shows up as a difference to SQLite.
const LOCALE: &str = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'";

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database of its own on the test server.
#[derive(Debug)]
pub struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    /// Makes one, or none where no server is given: the test is skipped then, aloud, and fails in CI.
    pub async fn create(schema: Schema) -> Option<Self> {
        let Ok(server) = env::var(SERVER) else {
            assert!(env::var_os("CI").is_none(), "{SERVER} is not set: run the tests by `cargo xtask test`");
            #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
            {
                eprintln!("SKIPPED: {SERVER} is not set; `cargo xtask test` starts a server and sets it");
            }
            return None;
        };
        let created = Self::on(server, schema).await;
        Some(created.expect("the test server takes new databases"))
    }

    async fn on(server: String, schema: Schema) -> Result<Self> {
        let name = format!("{PREFIX}{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let origin = match schema {
            Schema::Blank => LOCALE.to_owned(),
            Schema::Ready => {
                let template = TEMPLATE.get_or_try_init(|| template(&server)).await?;
                format!("TEMPLATE {template}")
            }
        };
        statement(&server, format!("CREATE DATABASE {name} {origin}")).await?;
        Ok(Self { server, name })
    }

    /// What a client connects to.
    pub fn url(&self) -> String {
        url(&self.server, &self.name)
    }

    /// A connection beside the adapter's, for what a test has to see or do by itself.
    pub async fn connect(&self) -> Result<PgConnection> {
        Ok(PgConnectOptions::from_str(&self.url())?.disable_statement_logging().connect().await?)
    }

    /// Ends whoever is still connected and removes the database.
    pub async fn drop_now(self) -> Result<()> {
        statement(&self.server, format!("DROP DATABASE {} WITH (FORCE)", self.name)).await
    }
}

#[async_trait]
impl Database for PostgresDatabase {
    async fn open(&self) -> Arc<dyn Storage> {
        Arc::new(PostgresStorage::connect(&self.url()).await.expect("the database was made a moment ago"))
    }

    async fn remove(self: Box<Self>) {
        self.drop_now().await.expect("nobody else uses the database");
    }
}

/// A database for `storage_conformance!`.
pub async fn database(schema: Schema) -> Option<Box<dyn Database>> {
    Some(Box::new(PostgresDatabase::create(schema).await?))
}

/// Makes the template of this process and removes what processes left behind that were killed.
async fn template(server: &str) -> Result<String> {
    let mut connection = PgConnectOptions::from_str(server)?.connect().await.context("cannot reach the test server")?;
    let databases: Vec<String> =
        sqlx::query_scalar("SELECT datname FROM pg_database WHERE datname LIKE 'support\\_test\\_%'")
            .fetch_all(&mut connection)
            .await?;
    for name in databases {
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()).unwrap_or_default();
        if Path::new("/proc/self").exists() && !Path::new("/proc").join(owner).exists() {
            // Another process may be at the same clean-up.
            let _ =
                sqlx::query(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).execute(&mut connection).await;
        }
    }
    let name = format!("{PREFIX}{}_template", process::id());
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name} {LOCALE}"))).execute(&mut connection).await?;
    connection.close().await?;
    let storage = PostgresStorage::connect(&url(server, &name)).await?;
    storage.migrate(MigrateMode::Apply, SystemClock.now()).await?;
    storage.close().await;
    Ok(name)
}

async fn statement(server: &str, sql: String) -> Result<()> {
    let mut connection = PgConnectOptions::from_str(server)?.connect().await.context("cannot reach the test server")?;
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// The server's address with another database at its end.
fn url(server: &str, name: &str) -> String {
    let (address, parameters) =
        server.split_once('?').map_or((server, String::new()), |(address, rest)| (address, format!("?{rest}")));
    let host = address
        .rsplit_once('/')
        .filter(|(host, _)| host.contains("://") && !host.ends_with('/'))
        .map_or(address, |(host, _)| host);
    format!("{host}/{name}{parameters}")
}
