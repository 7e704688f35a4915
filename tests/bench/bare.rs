//! The limit: one axum handler and one statement a request on the same database, without accounts, permissions or events.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Result;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use serde::{Deserialize, Serialize};
use sqlx::{
    FromRow, PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::load::Load;

pub(crate) struct Bare {
    origin: String,
    client: reqwest::Client,
    threads: Vec<Uuid>,
}

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

#[derive(Deserialize)]
struct NewPost {
    body: String,
    client_id: String,
}

const LIST: &str = "SELECT id, number, subject, status, priority, preview FROM support_conversations \
     WHERE kind = 'ticket' ORDER BY activity_at DESC, id DESC LIMIT 25";
const THREAD: &str =
    "SELECT id, seq, body, direction FROM support_messages WHERE conversation_id = $1 ORDER BY seq DESC LIMIT 50";
const THREADS: &str = "SELECT id FROM support_conversations ORDER BY id LIMIT 1000";
const TABLE: &str = "CREATE TABLE bench_posts (client_id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO bench_posts (client_id, body) VALUES ($1, $2)";

/// The same three handlers over either driver.
macro_rules! handlers {
    ($pool:ty) => {
        Router::new()
            .route(
                "/list",
                get(|State(pool): State<$pool>| async move {
                    let rows: Vec<Row> = sqlx::query_as(LIST).fetch_all(&pool).await.map_err(refused)?;
                    Ok::<_, Refused>(Json(rows))
                })
                .post(|State(pool): State<$pool>, Json(post): Json<NewPost>| async move {
                    sqlx::query(INSERT).bind(post.client_id).bind(post.body).execute(&pool).await.map_err(refused)?;
                    Ok::<_, Refused>("{}")
                }),
            )
            .route(
                "/thread/{id}",
                get(|State(pool): State<$pool>, Path(id): Path<Uuid>| async move {
                    let rows: Vec<Post> = sqlx::query_as(THREAD).bind(id).fetch_all(&pool).await.map_err(refused)?;
                    Ok::<_, Refused>(Json(rows))
                }),
            )
    };
}

type Refused = (StatusCode, String);

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
fn refused(error: sqlx::Error) -> Refused {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

impl Bare {
    pub(crate) async fn on_sqlite(file: PathBuf) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(std::time::Duration::from_secs(30));
        let pool: SqlitePool = SqlitePoolOptions::new().max_connections(5).connect_with(options).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        let threads = sqlx::query_scalar(THREADS).fetch_all(&pool).await?;
        Self::serve(handlers!(SqlitePool).with_state(pool), threads).await
    }

    pub(crate) async fn on_postgres(url: String) -> Result<Self> {
        let pool: PgPool = PgPoolOptions::new().max_connections(16).connect(&url).await?;
        sqlx::query(TABLE).execute(&pool).await?;
        let threads = sqlx::query_scalar(THREADS).fetch_all(&pool).await?;
        Self::serve(handlers!(PgPool).with_state(pool), threads).await
    }

    async fn serve(app: Router, threads: Vec<Uuid>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { origin, client: reqwest::Client::builder().build()?, threads })
    }

    fn load(&self, urls: Vec<String>, body: Option<&str>) -> Load {
        Load { client: self.client.clone(), urls, body: body.map(str::to_owned) }
    }

    pub(crate) fn list(&self) -> Load {
        self.load(vec![format!("{}/list", self.origin)], None)
    }

    pub(crate) fn thread(&self) -> Load {
        self.load(self.threads.iter().map(|id| format!("{}/thread/{id}", self.origin)).collect(), None)
    }

    pub(crate) fn post(&self) -> Load {
        let body = r#"{"body":"Message {n} of some length, as people write them.","client_id":"bench-{n}"}"#;
        self.load(vec![format!("{}/list", self.origin)], Some(body))
    }
}
