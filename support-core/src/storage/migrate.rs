//! Our own migrations with our own ledger, so that a host's migrations and ours never meet.

use sha2::{Digest, Sha256};

use super::{
    Result, StorageError,
    sql::{Executor, args, rebuild},
};
use crate::model::Timestamp;

/// What [`Storage::migrate`](super::Storage::migrate) may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MigrateMode {
    /// Bring the schema up to date.
    #[default]
    Apply,
    /// Fail unless it is up to date.
    Verify,
    /// Neither check nor change: somebody else applies the files.
    Manual,
}

/// What a migration did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationReport {
    /// The names of the migrations that were applied now.
    pub applied: Vec<String>,
    /// The version of the schema now.
    pub version: i64,
}

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migration {
    pub(super) version: i64,
    pub(super) name: &'static str,
    pub(super) sql: &'static str,
}

/// The migration after whose statements the search index is filled, which SQL alone cannot do.
const SEARCH: i64 = 6;

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS support_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, \
     checksum TEXT NOT NULL)";

/// Runs inside one transaction under a lock that the adapter holds.
pub(super) async fn migrate<E: Executor>(
    executor: &mut E,
    migrations: &[Migration],
    mode: MigrateMode,
    now: Timestamp,
) -> Result<MigrationReport> {
    if mode == MigrateMode::Manual {
        return Ok(MigrationReport::default());
    }
    if mode == MigrateMode::Apply {
        executor.execute(ledger(executor).into(), Vec::new()).await?;
    }
    let rows =
        executor.fetch("SELECT version, checksum FROM support_migrations ORDER BY version".into(), Vec::new()).await;
    let rows = match rows {
        Ok(rows) => rows,
        Err(StorageError::Other(_)) if mode == MigrateMode::Verify => {
            return Err(StorageError::Schema(
                "the database has no support schema yet: run the migrations first".into(),
            ));
        }
        Err(error) => return Err(error),
    };
    let mut report = MigrationReport::default();
    for row in &rows {
        let version = row.int("version")?;
        let Some(known) = migrations.iter().find(|migration| migration.version == version) else {
            return Err(StorageError::Schema(format!(
                "the database is at schema version {version}, newer than this program knows: start the newer program, or restore a backup"
            )));
        };
        if row.text("checksum")? != checksum(known.sql) {
            return Err(StorageError::Schema(format!(
                "migration {:04}_{} was applied in another form than this program carries",
                version, known.name
            )));
        }
        report.version = version;
    }
    let reached = report.version;
    for migration in migrations.iter().filter(|migration| migration.version > reached) {
        if mode == MigrateMode::Verify {
            return Err(StorageError::Schema(format!(
                "the database is at schema version {}, this program needs {}: run the migrations first",
                report.version,
                migrations.last().map_or(0, |last| last.version)
            )));
        }
        for statement in statements(migration.sql) {
            executor.execute(statement.into(), Vec::new()).await?;
        }
        if migration.version == SEARCH {
            rebuild(executor).await?;
        }
        let insert = "INSERT INTO support_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
        let values = args![migration.version, migration.name, checksum(migration.sql), now];
        executor.execute(insert.into(), values).await?;
        report.applied.push(format!("{:04}_{}", migration.version, migration.name));
        report.version = migration.version;
    }
    Ok(report)
}

fn ledger<E: Executor>(executor: &E) -> String {
    let time = match executor.dialect() {
        #[cfg(feature = "sqlite")]
        super::sql::Dialect::Sqlite => "INTEGER",
        #[cfg(feature = "postgres")]
        super::sql::Dialect::Postgres => "TIMESTAMPTZ",
    };
    LEDGER.replacen("checksum TEXT NOT NULL)", &format!("checksum TEXT NOT NULL, applied_at {time} NOT NULL)"), 1)
}

/// The statements of a file. Our files hold no semicolon inside a statement, which a test checks by applying them.
fn statements(sql: &'static str) -> impl Iterator<Item = &'static str> {
    sql.split(";\n").map(str::trim).filter(|statement| !statement.is_empty())
}

fn checksum(sql: &str) -> String {
    let digest = Sha256::digest(sql.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
