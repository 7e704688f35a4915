//! The limit: axum and one sqlx statement a request on the same database, without accounts, permissions or events.

use std::str::FromStr as _;

use anyhow::Result;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use sqlx::{
    ConnectOptions as _, FromRow, PgPool, SqliteConnection, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use support_core::model::TenantId;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Callers that share one commit at most, as in the desk.
const GROUP_MAX: usize = 64;

#[derive(Serialize, FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    subject: String,
    status: String,
    priority: String,
    preview: String,
}

#[derive(Serialize, FromRow)]
struct Post {
    id: Uuid,
    seq: i64,
    body: String,
    direction: String,
}

#[derive(Serialize, Deserialize)]
struct NewPost {
    body: String,
    client_id: String,
}

/// The same order from the same index as the desk's list of live tickets.
const LIST: &str = "SELECT id, number, subject, status, priority, preview FROM support_conversations \
     WHERE tenant_id = $1 AND kind = 'ticket' AND is_done = false ORDER BY activity_at DESC, id DESC LIMIT 25";
const THREAD: &str =
    "SELECT id, seq, body, direction FROM support_messages WHERE conversation_id = $1 ORDER BY seq DESC LIMIT 50";
const TABLE: &str = "CREATE TABLE IF NOT EXISTS bench_posts (client_id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO bench_posts (client_id, body) VALUES ($1, $2)";
const MEMBER: &str = "SAVEPOINT s; INSERT INTO bench_posts (client_id, body) VALUES (?1, ?2); RELEASE s";
const BATCH: &str =
    "INSERT INTO bench_posts SELECT value ->> 'client_id', value ->> 'body' FROM json_each($1) WHERE true";

#[derive(Clone)]
struct Pools<P> {
    readers: P,
    /// SQLite has one writer: more connections would only wait for each other's locks, asleep.
    writers: P,
}

/// The same three handlers over either driver.
macro_rules! handlers {
    ($pools:ty) => {
        Router::new()
            .route(
                "/list",
                get(|State(pools): State<$pools>| async move {
                    let rows = sqlx::query_as(LIST).bind(TenantId::DEFAULT.0).fetch_all(&pools.readers).await;
                    let rows: Vec<Row> = rows.map_err(refused)?;
                    Ok::<_, Refused>(Json(rows))
                }),
            )
            .route(
                "/thread/{id}",
                get(|State(pools): State<$pools>, Path(id): Path<Uuid>| async move {
                    let rows = sqlx::query_as(THREAD).bind(id).fetch_all(&pools.readers).await;
                    let rows: Vec<Post> = rows.map_err(refused)?;
                    Ok::<_, Refused>(Json(rows))
                }),
            )
            .route(
                "/post",
                post(|State(pools): State<$pools>, Json(post): Json<NewPost>| async move {
                    let insert = sqlx::query(INSERT).bind(post.client_id).bind(post.body);
                    insert.execute(&pools.writers).await.map_err(refused)?;
                    Ok::<_, Refused>("{}")
                }),
            )
    };
}

type Refused = (StatusCode, String);

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn refused(error: sqlx::Error) -> Refused {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

pub(crate) async fn on_postgres(url: &str) -> Result<Router> {
    let pool: PgPool = PgPoolOptions::new().max_connections(16).connect(url).await?;
    sqlx::query(TABLE).execute(&pool).await?;
    Ok(handlers!(Pools<PgPool>).with_state(Pools { readers: pool.clone(), writers: pool }))
}

pub(crate) async fn on_sqlite(file: &str) -> Result<Router> {
    let options = SqliteConnectOptions::from_str("sqlite:")?
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(std::time::Duration::from_secs(30))
        .disable_statement_logging();
    let readers = SqlitePoolOptions::new().max_connections(4).connect_with(options.clone()).await?;
    let writers: SqlitePool = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    sqlx::query(TABLE).execute(&writers).await?;
    let (group, grouped) = mpsc::channel(1_024);
    tokio::spawn(group_writer(options.connect().await?, grouped));
    let (batch, batched) = mpsc::channel(1_024);
    tokio::spawn(batch_writer(options.connect().await?, batched));
    let router = handlers!(Pools<SqlitePool>).with_state(Pools { readers, writers });
    let queued = |queue: mpsc::Sender<Waiting>| {
        post(move |Json(post): Json<NewPost>| async move {
            let (done, outcome) = oneshot::channel();
            let gone = || (StatusCode::SERVICE_UNAVAILABLE, "the writer is gone".to_owned());
            queue.send(Waiting { post, done }).await.map_err(|_| gone())?;
            outcome.await.map_err(|_| gone())?;
            Ok::<_, Refused>("{}")
        })
    };
    Ok(router.route("/post-group", queued(group)).route("/post-batch", queued(batch)))
}

struct Waiting {
    post: NewPost,
    done: oneshot::Sender<()>,
}

/// One commit for all who wait, each in a savepoint of its own, through one sqlx connection: the desk's frame without the desk.
async fn group_writer(mut connection: SqliteConnection, mut queue: mpsc::Receiver<Waiting>) -> Result<()> {
    let mut members = Vec::new();
    while queue.recv_many(&mut members, GROUP_MAX).await > 0 {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
        let mut done = Vec::with_capacity(members.len());
        for Waiting { post, done: member } in members.drain(..) {
            sqlx::query(MEMBER).bind(post.client_id).bind(post.body).execute(&mut connection).await?;
            done.push(member);
        }
        sqlx::query("COMMIT").execute(&mut connection).await?;
        for member in done {
            let _ = member.send(());
        }
    }
    Ok(())
}

/// The class of one batching writer: everything that waits is one statement, one hop and one commit.
async fn batch_writer(mut connection: SqliteConnection, mut queue: mpsc::Receiver<Waiting>) -> Result<()> {
    let mut members = Vec::new();
    while queue.recv_many(&mut members, GROUP_MAX).await > 0 {
        let (posts, done): (Vec<_>, Vec<_>) = members.drain(..).map(|member| (member.post, member.done)).unzip();
        sqlx::query(BATCH).bind(serde_json::to_string(&posts)?).execute(&mut connection).await?;
        for member in done {
            let _ = member.send(());
        }
    }
    Ok(())
}
