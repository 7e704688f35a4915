//! PostgreSQL: the suite, and the proof that the feed skips nothing where the obvious feeds do.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use sqlx::{PgConnection, Row as _};
use support_core::{
    clock::{Clock as _, SystemClock},
    model::{ActorKind, EventId, EventType, NewEvent, TenantId},
    storage::{
        Native, OwnedTx, PostgresOptions, PostgresStorage, Storage, StorageError,
        conformance::{Database as _, Schema},
    },
};
use support_tests::postgres::{PostgresDatabase, database};
use tokio::sync::watch;
use uuid::Uuid;

support_core::storage_conformance!(database);

/// What the obvious feeds read: each event with the number that its insertion drew and the id of its transaction.
const OBVIOUS_LOG: &str = "CREATE TABLE obvious_log (draft BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY, \
     xid XID8 NOT NULL DEFAULT pg_current_xact_id(), event UUID NOT NULL)";

/// What reads on from where it was.
enum Reader {
    /// Remembers the greatest insertion number that it saw.
    Naive(PgConnection, i64),
    /// The same, and leaves alone what is not older than every running transaction: the usual repair.
    Gated(PgConnection, i64),
    /// Ours.
    Feed(Arc<dyn Storage>, i64),
}

impl Reader {
    async fn read_on(&mut self) -> Vec<u128> {
        const NAIVE: &str = "SELECT draft, event FROM obvious_log WHERE draft > $1 ORDER BY draft";
        const GATED: &str = "SELECT draft, event FROM obvious_log \
             WHERE draft > $1 AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY draft";
        let (connection, sql, cursor) = match self {
            Self::Naive(connection, cursor) => (connection, NAIVE, cursor),
            Self::Gated(connection, cursor) => (connection, GATED, cursor),
            Self::Feed(storage, cursor) => {
                storage.number_events().await.unwrap();
                let entries = storage.read().await.unwrap().feed(*cursor, 100).await.unwrap();
                *cursor = entries.last().and_then(|entry| entry.event.seq).unwrap_or(*cursor);
                return entries.into_iter().map(|entry| entry.event.id.0.as_u128()).collect();
            }
        };
        let rows = sqlx::query(sql).bind(*cursor).fetch_all(connection).await.unwrap();
        *cursor = rows.last().map_or(*cursor, |row| row.get("draft"));
        rows.iter().map(|row| row.get::<Uuid, _>("event").as_u128()).collect()
    }
}

/// A transaction of the test, and the id that says its age.
struct Writer {
    tx: Box<dyn OwnedTx>,
    xid: i64,
}

impl Writer {
    async fn begin(storage: &Arc<dyn Storage>) -> Self {
        let mut tx = storage.write().await.unwrap();
        let Native::Postgres(connection) = tx.native() else { panic!("this is PostgreSQL") };
        let xid = "SELECT pg_current_xact_id()::text::bigint";
        let xid = sqlx::query_scalar(xid).fetch_one(connection).await.unwrap();
        Self { tx, xid }
    }

    async fn append(&mut self, number: u128) {
        append(&mut self.tx, number).await;
        let Native::Postgres(connection) = self.tx.native() else { panic!("this is PostgreSQL") };
        let insert = "INSERT INTO obvious_log (event) VALUES ($1)";
        sqlx::query(insert).bind(Uuid::from_u128(number)).execute(connection).await.unwrap();
    }

    async fn commit(self) {
        self.tx.commit().await.unwrap();
    }
}

async fn append(tx: &mut Box<dyn OwnedTx>, number: u128) {
    let event = NewEvent {
        id: EventId(Uuid::from_u128(number)),
        tenant: TenantId::DEFAULT,
        kind: EventType::ContactUpdated,
        is_internal: true,
        actor_kind: ActorKind::System,
        actor: None,
        conversation: None,
        message: None,
        up_to_seq: None,
        changes: BTreeMap::new(),
        resource: None,
        address: None,
        request_id: "req".into(),
        occurred_at: SystemClock.now(),
    };
    tx.append_event(&event).await.unwrap();
}

/// Until the gate has opened for `xid`: transactions of other tests on the same server hold it too.
async fn gate_passes(connection: &mut PgConnection, xid: i64) {
    let passed = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > $1";
    while !sqlx::query_scalar::<_, bool>(passed).bind(xid).fetch_one(&mut *connection).await.unwrap() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delayed_commits_make_both_obvious_feeds_skip_an_event_and_ours_none() {
    let Some(database) = PostgresDatabase::create(Schema::Ready).await else { return };
    let storage = database.open().await;
    let mut watcher = database.connect().await.unwrap();
    sqlx::query(OBVIOUS_LOG).execute(&mut watcher).await.unwrap();
    let mut naive = Reader::Naive(database.connect().await.unwrap(), 0);
    let mut gated = Reader::Gated(database.connect().await.unwrap(), 0);
    let mut feed = Reader::Feed(Arc::clone(&storage), 0);

    // The older transaction writes first and commits last. The gate holds back what the naive cursor runs past.
    let (mut older, mut newer) = (Writer::begin(&storage).await, Writer::begin(&storage).await);
    let both_ended = newer.xid;
    older.append(1).await;
    newer.append(2).await;
    newer.commit().await;
    assert_eq!((naive.read_on().await, gated.read_on().await, feed.read_on().await), (vec![2], vec![], vec![2]));
    older.commit().await;
    gate_passes(&mut watcher, both_ended).await;
    assert_eq!(naive.read_on().await, [0; 0], "the naive cursor no longer skips: this proof shows nothing");
    assert_eq!(gated.read_on().await, [1, 2]);
    assert_eq!(feed.read_on().await, [1]);

    // The older transaction writes last and commits first: the gate opens for it while a smaller number is still to come.
    let (mut older, mut newer) = (Writer::begin(&storage).await, Writer::begin(&storage).await);
    let (older_ended, both_ended) = (older.xid, newer.xid);
    newer.append(3).await;
    older.append(4).await;
    older.commit().await;
    gate_passes(&mut watcher, older_ended).await;
    assert_eq!((naive.read_on().await, gated.read_on().await, feed.read_on().await), (vec![4], vec![4], vec![4]));
    newer.commit().await;
    gate_passes(&mut watcher, both_ended).await;
    assert_eq!(naive.read_on().await, [0; 0], "the naive cursor no longer skips: this proof shows nothing");
    assert_eq!(gated.read_on().await, [0; 0], "the gated cursor no longer skips: this proof shows nothing");
    assert_eq!(feed.read_on().await, [3]);

    // A reader that comes late sees the commits in the order in which the others saw them.
    assert_eq!(Reader::Feed(Arc::clone(&storage), 0).read_on().await, [2, 1, 4, 3]);
    storage.close().await;
    database.drop_now().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_holds_a_transaction_can_look_something_up_however_many_hold_one() {
    let Some(database) = PostgresDatabase::create(Schema::Ready).await else { return };
    let mut options = PostgresOptions::new(database.url());
    options.connections = 5;
    let storage: Arc<dyn Storage> = Arc::new(PostgresStorage::connect_with(options).await.unwrap());
    let mut held = Vec::new();
    while let Ok(tx) = tokio::time::timeout(Duration::from_millis(500), storage.write()).await {
        held.push(tx.unwrap());
    }
    assert_eq!(held.len(), 2, "two are for reading alone");
    let look = async { storage.read().await.unwrap().list_config(TenantId::DEFAULT).await.unwrap() };
    let looked = tokio::time::timeout(Duration::from_secs(3), look).await;
    assert_eq!(looked.expect("there is a connection left for reading"), []);
    drop(held);
    storage.write().await.unwrap();
    storage.close().await;
    database.drop_now().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_commits_wakes_the_others_and_no_wake_up_wakes_again() {
    let Some(database) = PostgresDatabase::create(Schema::Ready).await else { return };
    let (here, there) = (database.open().await, database.open().await);
    let (mut own, mut others) = (here.commits(), there.commits());
    let commit = async |storage: &Arc<dyn Storage>, number| {
        let mut tx = storage.write().await.unwrap();
        append(&mut tx, number).await;
        tx.commit().await.unwrap();
    };
    // Before they listen nobody hears anything.
    let mut written = 0;
    while *others.borrow_and_update() == 0 {
        written += 1;
        commit(&here, written).await;
        let _ = tokio::time::timeout(Duration::from_millis(200), others.changed()).await;
    }
    let mut answered = 0;
    let told = |own: &watch::Receiver<u64>| u128::from(*own.borrow()) - written;
    while told(&own) < 20 {
        answered += 1;
        commit(&there, 1_000 + answered).await;
        let _ = tokio::time::timeout(Duration::from_millis(200), own.changed()).await;
    }
    // What was heard is not told on, or the two would have woken each other all the time.
    assert!(told(&own) <= answered, "{} for {answered}", told(&own));
    here.close().await;
    there.close().await;
    database.drop_now().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugins_swallowed_error_is_no_acknowledged_commit() {
    let Some(database) = PostgresDatabase::create(Schema::Ready).await else { return };
    let storage = database.open().await;
    let mut tx = storage.write().await.unwrap();
    append(&mut tx, 1).await;
    let Native::Postgres(connection) = tx.native() else { panic!("this is PostgreSQL") };
    assert!(sqlx::query("SELECT 1 FROM no_such_table").execute(connection).await.is_err());
    assert!(matches!(tx.commit().await, Err(StorageError::Other(_))));
    assert_eq!(Reader::Feed(Arc::clone(&storage), 0).read_on().await, [0; 0]);
    storage.close().await;
    database.drop_now().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_write_survives_a_power_cut_whatever_the_servers_default() {
    let Some(database) = PostgresDatabase::create(Schema::Ready).await else { return };
    let mut admin = database.connect().await.unwrap();
    sqlx::raw_sql(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$",
    )
    .execute(&mut admin)
    .await
    .unwrap();
    let storage = database.open().await;
    let mut tx = storage.write().await.unwrap();
    let Native::Postgres(connection) = tx.native() else { panic!("this is PostgreSQL") };
    let setting: String = sqlx::query_scalar("SHOW synchronous_commit").fetch_one(connection).await.unwrap();
    assert_eq!(setting, "on");
    drop(tx);
    storage.close().await;
    database.drop_now().await.unwrap();
}
