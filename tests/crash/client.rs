//! HTTP as any client of the API speaks it.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use support_core::{
    model::TicketId,
    protocol::{Me, Ticket, Tokens},
};

use super::server::ADMIN;

const CUSTOMER: (&str, &str) = ("cem@example.com", "another long pass phrase");
/// A request that takes longer is given up and sent again, as clients do.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection pool and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    origin: String,
}

/// Two people and their tickets.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) agent: String,
    pub(crate) customer: String,
    pub(crate) tickets: Vec<TicketId>,
    /// Where the live feed stood before the first message of the load.
    pub(crate) cursor: String,
}

impl Client {
    pub(crate) fn new(origin: String) -> Result<Self> {
        // No time-out over all: a live feed never ends by itself.
        Ok(Self { http: reqwest::Client::builder().no_proxy().connect_timeout(PATIENCE).build()?, origin })
    }

    /// One try. An error means that nobody knows what became of it.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Result<(StatusCode, Value)> {
        let mut request = self.http.request(method, format!("{}{path}", self.origin)).timeout(PATIENCE);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await?;
        let status = response.status();
        let bytes = response.bytes().await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    async fn expect<T: DeserializeOwned>(&self, method: Method, path: &str, token: &str, body: Value) -> Result<T> {
        let (status, answer) = self.send(method, path, token, &body).await?;
        if !status.is_success() {
            bail!("{path} answered {status}: {answer}");
        }
        serde_json::from_value(answer).with_context(|| path.to_owned())
    }

    /// Opens the live feed after a cursor.
    pub(crate) async fn feed(&self, token: &str, cursor: &str) -> Result<reqwest::Response> {
        let url = format!("{}/api/v1/events/stream", self.origin);
        let response = self.http.get(url).bearer_auth(token).header("last-event-id", cursor).send().await?;
        Ok(response.error_for_status()?)
    }
}

impl Desk {
    /// Signs both people in and opens the customer's tickets.
    pub(crate) async fn open(client: &Client, tickets: usize) -> Result<Self> {
        let register = json!({"email": CUSTOMER.0, "password": CUSTOMER.1, "first_name": "Cem", "last_name": "Cedar"});
        let _: Value = client.expect(Method::POST, "/api/v1/auth/register", "", register).await?;
        let customer = sign_in(client, CUSTOMER).await?;
        let agent = sign_in(client, ADMIN).await?;
        let mut opened = Vec::new();
        for number in 0..tickets {
            let ticket = json!({"subject": format!("Order {number}")});
            let ticket: Ticket = client.expect(Method::POST, "/api/v1/tickets", &customer, ticket).await?;
            opened.push(ticket.id);
        }
        let me: Me = client.expect(Method::GET, "/api/v1/auth/me", &agent, Value::Null).await?;
        Ok(Self { agent, customer, tickets: opened, cursor: me.cursor })
    }
}

async fn sign_in(client: &Client, (email, password): (&str, &str)) -> Result<String> {
    let credentials = json!({"email": email, "password": password});
    let tokens: Tokens = client.expect(Method::POST, "/api/v1/auth/login", "", credentials).await?;
    Ok(tokens.access_token)
}
