//! SQLite: the suite, and the writer that shares its commits.

use std::{future::ready, sync::Arc, time::Duration};

use futures_util::future::join_all;
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use support_core::{
    clock::{Clock as _, SystemClock},
    model::{InboxId, InboxRecord, TenantId},
    storage::{MigrateMode, Native, OwnedTx, SqliteOptions, SqliteStorage, Storage, StorageError},
};
use support_tests::sqlite::{SqliteFile, database};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

support_core::storage_conformance!(database);

const TENANT: TenantId = TenantId::DEFAULT;

async fn storage(file: &SqliteFile, longest_write: Duration) -> Arc<SqliteStorage> {
    let options = SqliteOptions { longest_write, ..SqliteOptions::new(file.path()) };
    let storage = SqliteStorage::open_with(options).await.unwrap();
    storage.migrate(MigrateMode::Apply, SystemClock.now()).await.unwrap();
    Arc::new(storage)
}

/// Two inboxes of one key conflict.
fn inbox(number: u128, key: &str) -> InboxRecord {
    InboxRecord {
        id: InboxId(Uuid::from_u128(number)),
        tenant: TENANT,
        name: number.to_string(),
        public_key: key.into(),
        greeting: String::new(),
        accent: String::new(),
        allowed_origins: Vec::new(),
        identity_secret: None,
        created_at: SystemClock.now(),
    }
}

async fn put(storage: &SqliteStorage, inbox: &InboxRecord) -> Result<(), StorageError> {
    let mut tx = storage.write().await?;
    tx.put_inbox(inbox).await?;
    tx.commit().await
}

async fn stored(storage: &SqliteStorage) -> Vec<String> {
    let inboxes = storage.read().await.unwrap().list_inboxes(TENANT).await.unwrap();
    inboxes.into_iter().map(|inbox| inbox.name).collect()
}

async fn run(tx: &mut Box<dyn OwnedTx>, sql: &'static str) {
    let Native::Sqlite(connection) = tx.native() else { panic!("this is SQLite") };
    sqlx::raw_sql(sql).execute(connection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_member_of_a_group_does_not_hurt_the_others() {
    let file = SqliteFile::new().unwrap();
    let storage = storage(&file, Duration::from_secs(5)).await;
    put(&storage, &inbox(0, "taken")).await.unwrap();
    let commits = *storage.commits().borrow();

    // All stand in the queue while somebody else writes. Every third fails.
    let holder = storage.write().await.unwrap();
    let queue = join_all((1..=30_u128).map(|number| {
        let storage = Arc::clone(&storage);
        async move {
            let key = if number % 3 == 0 { "taken".to_owned() } else { format!("key {number}") };
            put(&storage, &inbox(number, &key)).await
        }
    }));
    tokio::pin!(queue);
    tokio::select! {
        biased;
        _ = &mut queue => panic!("somebody passed the holder"),
        () = ready(()) => drop(holder),
    }
    for (outcome, number) in queue.await.into_iter().zip(1..) {
        match outcome {
            Ok(()) => assert_ne!(number % 3, 0),
            Err(error) => assert!(matches!(error, StorageError::Conflict) && number % 3 == 0, "{number}: {error}"),
        }
    }
    let expected: Vec<_> =
        (0..=30).filter(|number| number % 3 != 0 || *number == 0).map(|number| number.to_string()).collect();
    assert_eq!(stored(&storage).await, expected);
    let shared = *storage.commits().borrow() - commits;
    assert!(shared < 20, "twenty writers that waited together used {shared} commits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_fails_is_told_to_every_member_and_the_writer_goes_on() {
    let file = SqliteFile::new().unwrap();
    let storage = storage(&file, Duration::from_secs(5)).await;
    // A reference to nobody, which SQLite looks at only when it commits.
    let spoil = async {
        let mut tx = storage.write().await.unwrap();
        run(
            &mut tx,
            "PRAGMA defer_foreign_keys = ON; \
             INSERT INTO support_refresh_tokens (secret_hash, session_id) VALUES (x'00', x'00')",
        )
        .await;
        tx.commit().await
    };
    let holder = storage.write().await.unwrap();
    let innocent = join_all([1_u128, 2].map(|number| {
        let storage = Arc::clone(&storage);
        async move { put(&storage, &inbox(number, &number.to_string())).await }
    }));
    let group = async { tokio::join!(spoil, innocent) };
    tokio::pin!(group);
    tokio::select! {
        biased;
        _ = &mut group => panic!("somebody passed the holder"),
        () = ready(()) => drop(holder),
    }
    let (spoiler, innocent) = group.await;
    assert!(matches!(spoiler, Err(StorageError::Unavailable(_))), "a failed commit was acknowledged");
    let acknowledged: Vec<_> =
        innocent.iter().zip(1..).filter(|(outcome, _)| outcome.is_ok()).map(|(_, number)| number.to_string()).collect();
    assert_eq!(stored(&storage).await, acknowledged, "what was acknowledged is there, and nothing else");
    put(&storage, &inbox(3, "3")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_takes_too_long_is_rolled_back_and_the_writer_goes_on() {
    let file = SqliteFile::new().unwrap();
    let storage = storage(&file, Duration::from_millis(100)).await;
    let mut slow = storage.write().await.unwrap();
    slow.put_inbox(&inbox(1, "slow")).await.unwrap();
    let start = Instant::now();
    timeout(Duration::from_secs(10), put(&storage, &inbox(2, "quick")))
        .await
        .expect("the writer stands still")
        .unwrap();
    assert!(start.elapsed() >= Duration::from_millis(90), "the slow one was not given its time");
    // Whatever the slow one does now touches nobody else's transaction.
    let mut other = storage.write().await.unwrap();
    assert!(matches!(slow.put_inbox(&inbox(3, "late")).await, Err(StorageError::Unavailable(_))));
    other.put_inbox(&inbox(4, "other")).await.unwrap();
    assert!(slow.commit().await.is_err());
    other.commit().await.unwrap();
    assert_eq!(stored(&storage).await, ["2", "4"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_commit_of_a_transaction_that_took_too_long_is_refused() {
    let file = SqliteFile::new().unwrap();
    let storage = storage(&file, Duration::from_millis(100)).await;
    let mut slow = storage.write().await.unwrap();
    slow.put_inbox(&inbox(1, "slow")).await.unwrap();
    put(&storage, &inbox(2, "quick")).await.unwrap();
    assert!(matches!(slow.commit().await, Err(StorageError::Unavailable(_))));
    assert_eq!(stored(&storage).await, ["2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_keeps_the_drivers_connection_stops_nobody_for_good() {
    let file = SqliteFile::new().unwrap();
    let storage = storage(&file, Duration::from_millis(100)).await;
    let mut slow = storage.write().await.unwrap();
    slow.put_inbox(&inbox(1, "slow")).await.unwrap();
    run(&mut slow, "SELECT 1").await;
    // The writer gives the connection up and opens another one, which has to wait until the file is free.
    let meanwhile = inbox(2, "meanwhile");
    let (refused, ()) = tokio::join!(put(&storage, &meanwhile), async {
        timeout(Duration::from_millis(600), std::future::pending::<()>()).await.unwrap_err();
        drop(slow);
    });
    assert!(refused.is_ok() || matches!(refused, Err(StorageError::Unavailable(_))));
    put(&storage, &inbox(3, "afterwards")).await.unwrap();
    let names = stored(&storage).await;
    assert_eq!(names.contains(&"2".to_owned()), refused.is_ok());
    assert!(names.contains(&"3".to_owned()) && !names.contains(&"1".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_waits_for_another_process_that_holds_the_file() {
    let file = SqliteFile::new().unwrap();
    let storage = storage(&file, Duration::from_secs(5)).await;
    let mut other = SqliteConnectOptions::new().filename(file.path()).connect().await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let waiting = timeout(Duration::from_millis(200), put(&storage, &inbox(1, "waits"))).await;
    assert!(waiting.is_err(), "two processes wrote at the same time");
    let queued = tokio::spawn({
        let storage = Arc::clone(&storage);
        async move { put(&storage, &inbox(2, "waits too")).await }
    });
    assert_eq!(stored(&storage).await, [""; 0], "reading goes on");
    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    queued.await.unwrap().unwrap();
    assert_eq!(stored(&storage).await, ["2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_write_survives_a_power_cut_unless_the_host_says_otherwise() {
    for (survive_power_loss, expected) in [(true, 2), (false, 1)] {
        let file = SqliteFile::new().unwrap();
        let defaults = SqliteOptions::new(file.path());
        assert!(defaults.survive_power_loss);
        let storage = SqliteStorage::open_with(SqliteOptions { survive_power_loss, ..defaults }).await.unwrap();
        let mut tx = storage.write().await.unwrap();
        let Native::Sqlite(connection) = tx.native() else { panic!("this is SQLite") };
        let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *connection).await.unwrap();
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(connection).await.unwrap();
        assert_eq!((synchronous, journal.as_str()), (expected, "wal"));
    }
}
