//! The desk under load: the whole router on a real socket, with accounts and workers.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use support_core::{
    AccountOptions, SecretKey, Support,
    clock::SystemEntropy,
    storage::{PostgresStorage, SqliteStorage, Storage, conformance::Schema},
};
use support_tests::postgres::PostgresDatabase;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::load::Load;

/// Tickets are made by this many clients at once.
const MAKERS: usize = 32;
/// Messages in each thread before the measurement.
const MESSAGES: usize = 5;
/// Threads that are written into.
const WRITTEN: usize = 64;
const EMAIL: &str = "bench@support.test";
const PASSWORD: &str = "correct horse battery staple";

pub(crate) struct Desk {
    origin: String,
    client: reqwest::Client,
    tickets: Vec<String>,
    stop: CancellationToken,
    place: Place,
}

/// Where the data is, for as long as the desk is.
pub(crate) enum Place {
    File(tempfile::TempDir),
    Server(PostgresDatabase),
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Desk {
    pub(crate) async fn on_sqlite(tickets: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let storage = SqliteStorage::open(folder.path().join("desk.db")).await?;
        Self::start(Arc::new(storage), Place::File(folder), tickets).await
    }

    pub(crate) async fn on_postgres(tickets: usize) -> Result<Self> {
        let database = PostgresDatabase::create(Schema::Ready).await.context("SUPPORT_TEST_POSTGRES is set")?;
        let storage = PostgresStorage::connect(&database.url()).await?;
        Self::start(Arc::new(storage), Place::Server(database), tickets).await
    }

    async fn start(storage: Arc<dyn Storage>, place: Place, tickets: usize) -> Result<Self> {
        let support = Support::builder()
            .shared_storage(storage)
            .accounts(AccountOptions::default())
            .secret(SecretKey::generate(&SystemEntropy))
            .public_url("http://localhost")
            .build()
            .await?;
        support.create_first_admin(EMAIL, PASSWORD, "Bench").await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let app = support.mount::<()>("/").into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let stop = CancellationToken::new();
        tokio::spawn(support.run(stop.clone()));
        let client = signed_in(&origin).await?;
        let mut desk = Self { origin, client, tickets: Vec::new(), stop, place };
        desk.fill(tickets).await?;
        Ok(desk)
    }

    async fn fill(&mut self, tickets: usize) -> Result<()> {
        let mut makers = tokio::task::JoinSet::new();
        for maker in 0..MAKERS {
            let (client, url) = (self.client.clone(), format!("{}/api/v1/tickets", self.origin));
            makers.spawn(async move {
                let mut ids = Vec::new();
                for number in (maker..tickets).step_by(MAKERS) {
                    let body =
                        json!({ "subject": format!("Ticket {number}"), "initial_message": "Where is my order?" });
                    let ticket = post(&client, &url, &body).await?;
                    let id = ticket["id"].as_str().context("a ticket has an id")?.to_owned();
                    for message in 1..MESSAGES {
                        let body =
                            json!({ "body": format!("Message {message} of some length, as people write them.") });
                        post(&client, &format!("{url}/{id}/messages"), &body).await?;
                    }
                    ids.push(id);
                }
                anyhow::Ok(ids)
            });
        }
        while let Some(ids) = makers.join_next().await {
            self.tickets.extend(ids??);
        }
        Ok(())
    }

    pub(crate) fn file(&self) -> Option<PathBuf> {
        match &self.place {
            Place::File(folder) => Some(folder.path().join("desk.db")),
            Place::Server(_) => None,
        }
    }

    pub(crate) fn url(&self) -> Option<String> {
        match &self.place {
            Place::File(_) => None,
            Place::Server(database) => Some(database.url()),
        }
    }

    fn load(&self, urls: Vec<String>, body: Option<String>) -> Load {
        Load { client: self.client.clone(), urls, body }
    }

    fn threads(&self) -> Vec<String> {
        self.tickets.iter().map(|id| format!("{}/api/v1/tickets/{id}/messages", self.origin)).collect()
    }

    pub(crate) fn list(&self) -> Load {
        self.load(vec![format!("{}/api/v1/tickets?status=open,pending,snoozed", self.origin)], None)
    }

    pub(crate) fn thread(&self) -> Load {
        self.load(self.threads(), None)
    }

    pub(crate) fn post(&self) -> Load {
        let body = json!({ "body": "Message {n} of some length, as people write them.", "client_id": "bench-{n}" });
        self.load(self.threads().into_iter().take(WRITTEN).collect(), Some(body.to_string()))
    }
}

async fn post(client: &reqwest::Client, url: &str, body: &Value) -> Result<Value> {
    let answer = client.post(url).json(body).send().await?.error_for_status()?;
    Ok(answer.json().await?)
}

async fn signed_in(origin: &str) -> Result<reqwest::Client> {
    let anonymous = reqwest::Client::builder().build()?;
    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    let tokens = post(&anonymous, &format!("{origin}/api/v1/auth/login"), &credentials).await?;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().context("a login gives a token")?);
    let headers = [(reqwest::header::AUTHORIZATION, bearer.parse()?)].into_iter().collect();
    Ok(reqwest::Client::builder().default_headers(headers).build()?)
}
