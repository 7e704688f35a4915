//! The schema comes, once, beside whatever the host has in the same database.

use std::sync::Arc;

use super::{World, native, world::START};
use crate::storage::{MigrateMode, Storage, StorageError};

/// The engine's tables that are there, migrations included.
async fn tables(world: &World) -> Option<i64> {
    let mut tx = world.write().await;
    let sqlite = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name LIKE 'support\\_%' ESCAPE '\\'";
    let postgres = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'support\\_%'";
    if let Some(count) = native::number(tx.as_write(), sqlite).await {
        return Some(count);
    }
    drop(tx);
    let mut tx = world.write().await;
    native::number(tx.as_write(), postgres).await
}

fn refused(outcome: &Result<crate::storage::MigrationReport, StorageError>) -> bool {
    matches!(outcome, Err(StorageError::Schema(_)))
}

/// Several processes start at once on a new database: one applies each migration, all find the schema.
pub async fn many_processes_may_migrate_at_once(world: Arc<World>) {
    let mut storages: Vec<Arc<dyn Storage>> = vec![Arc::clone(&world.storage)];
    let opened = world.many(7, |world, _| async move { world.open_again().await }).await;
    storages.extend(opened);
    let mut tasks = Vec::new();
    for storage in &storages {
        for _ in 0..2 {
            let storage = Arc::clone(storage);
            tasks.push(tokio::spawn(async move { storage.migrate(MigrateMode::Apply, START).await }));
        }
    }
    let (mut applied, mut versions) = (Vec::new(), Vec::new());
    for task in tasks {
        let report = task.await.unwrap().unwrap();
        applied.extend(report.applied);
        versions.push(report.version);
    }
    let mut once = applied.clone();
    once.dedup();
    assert_eq!(applied, once, "a migration was applied twice");
    assert!(!applied.is_empty());
    assert!(versions.iter().all(|version| *version == versions[0] && *version > 0));
    let epochs = world.many(4, |world, _| async move { world.read().await.feed_position().await.unwrap().epoch }).await;
    assert!(epochs.iter().all(|epoch| *epoch == epochs[0]));
    for storage in storages.iter().skip(1) {
        storage.close().await;
    }
    let again = world.storage.migrate(MigrateMode::Apply, START).await.unwrap();
    assert_eq!((again.applied, again.version), (Vec::new(), versions[0]), "the second time there is nothing to do");
}

/// Neither the host's tables, nor its migration ledger, nor rows in them are touched.
pub async fn the_hosts_tables_and_ledger_stay_as_they_are(world: Arc<World>) {
    let host = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL); \
                INSERT INTO _sqlx_migrations VALUES (1, 'desk'); \
                CREATE TABLE people (id BIGINT PRIMARY KEY, name TEXT NOT NULL); \
                INSERT INTO people VALUES (1, 'host'); \
                CREATE TABLE migrations (version BIGINT PRIMARY KEY);";
    let mut tx = world.write().await;
    if native::run(tx.as_write(), host).await.is_none() {
        return;
    }
    tx.commit().await.unwrap();
    world.storage.migrate(MigrateMode::Apply, START).await.unwrap();
    world.storage.migrate(MigrateMode::Apply, START).await.unwrap();
    let desk = world.desk().await;
    world.open(&desk).await;
    let mut tx = world.write().await;
    for (rows, query) in [
        (1, "SELECT COUNT(*) FROM _sqlx_migrations WHERE version = 1 AND description = 'desk'"),
        (1, "SELECT COUNT(*) FROM _sqlx_migrations"),
        (1, "SELECT COUNT(*) FROM people WHERE name = 'host'"),
        (1, "SELECT COUNT(*) FROM people"),
        (0, "SELECT COUNT(*) FROM migrations"),
    ] {
        assert_eq!(native::number(tx.as_write(), query).await, Some(rows), "{query}");
    }
}

/// `Verify` never changes anything.
pub async fn verify_tells_whether_the_schema_is_there(world: Arc<World>) {
    assert!(refused(&world.storage.migrate(MigrateMode::Verify, START).await));
    if let Some(count) = tables(&world).await {
        assert_eq!(count, 0);
    }
    let applied = world.storage.migrate(MigrateMode::Apply, START).await.unwrap();
    let verified = world.storage.migrate(MigrateMode::Verify, START).await.unwrap();
    assert_eq!((verified.version, verified.applied), (applied.version, Vec::new()));
    let mut tx = world.write().await;
    if native::run(tx.as_write(), "DELETE FROM support_migrations").await.is_some() {
        tx.commit().await.unwrap();
        assert!(refused(&world.storage.migrate(MigrateMode::Verify, START).await));
    }
}

/// A database of a newer program, or one whose migrations were edited, is left alone.
pub async fn a_newer_or_another_schema_is_refused(world: Arc<World>) {
    world.storage.migrate(MigrateMode::Apply, START).await.unwrap();
    for spoil in [
        "UPDATE support_migrations SET version = version + 1000",
        "UPDATE support_migrations SET version = version - 1000, checksum = 'edited'",
    ] {
        let mut tx = world.write().await;
        if native::run(tx.as_write(), spoil).await.is_none() {
            return;
        }
        tx.commit().await.unwrap();
        let before = tables(&world).await;
        for mode in [MigrateMode::Apply, MigrateMode::Verify] {
            assert!(refused(&world.storage.migrate(mode, START).await), "{spoil} {mode:?}");
        }
        assert_eq!(tables(&world).await, before);
    }
}

/// Somebody else's table under one of our names: the whole migration is undone.
pub async fn a_migration_that_fails_leaves_nothing(world: Arc<World>) {
    let mut tx = world.write().await;
    // The name that the first migration reaches last.
    if native::run(tx.as_write(), "CREATE TABLE support_idempotency (id BIGINT PRIMARY KEY)").await.is_none() {
        return;
    }
    tx.commit().await.unwrap();
    assert!(world.storage.migrate(MigrateMode::Apply, START).await.is_err());
    assert_eq!(tables(&world).await, Some(1));
    let mut tx = world.write().await;
    native::run(tx.as_write(), "DROP TABLE support_idempotency").await;
    tx.commit().await.unwrap();
    assert!(!world.storage.migrate(MigrateMode::Apply, START).await.unwrap().applied.is_empty());
}

/// `Manual` neither looks nor touches.
pub async fn manual_changes_nothing(world: Arc<World>) {
    let report = world.storage.migrate(MigrateMode::Manual, START).await.unwrap();
    assert_eq!((report.version, report.applied), (0, Vec::new()));
    if let Some(count) = tables(&world).await {
        assert_eq!(count, 0);
    }
}
