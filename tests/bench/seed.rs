//! A desk with tickets in it, and the requests that both sides are measured by.

use std::{net::SocketAddr, rc::Rc};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::{
    child::Child,
    client::{Connection, Request},
    desk::{EMAIL, PASSWORD},
    load::{Load, once},
};

/// Tickets are made by this many clients at once.
const MAKERS: usize = 32;
/// Messages in each thread before the measurement.
const MESSAGES: usize = 5;
/// Threads that are written into.
const WRITTEN: usize = 64;

/// The two servers on one database; one server where only one is measured.
pub(crate) struct Pair {
    pub(crate) desk: Rc<Child>,
    pub(crate) bare: Rc<Child>,
    token: String,
    tickets: Vec<String>,
}

impl Pair {
    pub(crate) async fn start(desk: &str, bare: &str, database: &str, tickets: usize) -> Result<Self> {
        let desk = Rc::new(Child::serve(desk, database)?);
        let token = sign_in(desk.address).await?;
        let tickets = fill(desk.address, &token, tickets).await?;
        // Last, so that its first statements are planned on the same data.
        let bare = Rc::new(Child::serve(bare, database)?);
        Ok(Self { desk, bare, token, tickets })
    }

    /// A desk without a limit beside it.
    pub(crate) async fn of_one(desk: Rc<Child>, tickets: usize) -> Result<Self> {
        let token = sign_in(desk.address).await?;
        let tickets = fill(desk.address, &token, tickets).await?;
        Ok(Self { bare: Rc::clone(&desk), desk, token, tickets })
    }

    fn of_desk(&self, requests: impl IntoIterator<Item = Request>) -> Load {
        Load { server: Rc::clone(&self.desk), requests: requests.into_iter().collect() }
    }

    fn of_bare(&self, requests: impl IntoIterator<Item = Request>) -> Load {
        Load { server: Rc::clone(&self.bare), requests: requests.into_iter().collect() }
    }

    /// A page of live tickets, from the desk and from the limit.
    pub(crate) fn list(&self) -> (Load, Load) {
        let desk = Request::get("/api/v1/tickets?status=open,pending,snoozed", Some(&self.token));
        (self.of_desk([desk]), self.of_bare([Request::get("/list", None)]))
    }

    /// A page of one ticket's messages.
    pub(crate) fn thread(&self) -> (Load, Load) {
        let path = |id: &String| format!("/api/v1/tickets/{id}/messages");
        let desk = self.tickets.iter().map(|id| Request::get(&path(id), Some(&self.token)));
        let bare = self.tickets.iter().map(|id| Request::get(&format!("/thread/{id}"), None));
        (self.of_desk(desk), self.of_bare(bare))
    }

    /// One message, in the desk and by `path` of the limit.
    pub(crate) fn post(&self, path: &str) -> (Load, Load) {
        let body = json!({ "body": "Message {n} of some length, as people write them.", "client_id": "bench-{n}" });
        let body = body.to_string();
        let desk = |id: &String| Request::post(&format!("/api/v1/tickets/{id}/messages"), Some(&self.token), &body);
        (self.of_desk(self.tickets.iter().take(WRITTEN).map(desk)), self.of_bare([Request::post(path, None, &body)]))
    }

    /// Opens live streams that are read until the returned tasks are dropped.
    pub(crate) async fn streams(&self, count: usize) -> Result<tokio::task::JoinSet<Result<()>>> {
        let request = Request::get("/api/v1/events/stream", Some(&self.token));
        let mut streams = tokio::task::JoinSet::new();
        for _ in 0..count {
            let connection = Connection::open(self.desk.address).await?;
            let request = request.clone();
            streams.spawn_local(async move { connection.listen(&request).await });
        }
        Ok(streams)
    }
}

async fn sign_in(address: SocketAddr) -> Result<String> {
    let credentials = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    let answer = once(address, &Request::post("/api/v1/auth/login", None, &credentials)).await?;
    let tokens: Value = serde_json::from_slice(&answer)?;
    Ok(tokens["access_token"].as_str().context("a login gives a token")?.to_owned())
}

async fn fill(address: SocketAddr, token: &str, tickets: usize) -> Result<Vec<String>> {
    let mut makers = tokio::task::JoinSet::new();
    for maker in 0..MAKERS {
        let token = token.to_owned();
        makers.spawn_local(async move {
            let mut connection = Connection::open(address).await?;
            let mut ids = Vec::new();
            for number in (maker..tickets).step_by(MAKERS) {
                let body = json!({ "subject": format!("Ticket {number}"), "initial_message": "Where is my order?" });
                let request = Request::post("/api/v1/tickets", Some(&token), &body.to_string());
                let ticket: Value = serde_json::from_slice(connection.send(&request, 0).await?)?;
                let id = ticket["id"].as_str().context("a ticket has an id")?.to_owned();
                for message in 1..MESSAGES {
                    let body = json!({ "body": format!("Message {message} of some length, as people write them.") });
                    let path = format!("/api/v1/tickets/{id}/messages");
                    connection.send(&Request::post(&path, Some(&token), &body.to_string()), 0).await?;
                }
                ids.push(id);
            }
            anyhow::Ok(ids)
        });
    }
    let mut all = Vec::new();
    while let Some(ids) = makers.join_next().await {
        all.extend(ids??);
    }
    Ok(all)
}
