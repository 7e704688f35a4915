//! A client that sends one message after the other, each under an id of its own, and sends it again until it has an answer.

use std::{ops::AddAssign, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support_core::{model::TicketId, protocol::Message};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    arguments::Random,
    client::Client,
    ledger::{Acknowledged, Ledger},
};

const PAUSE: Duration = Duration::from_millis(10);

/// What a writer did.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Sent {
    /// Messages that were sent again although the answer was there, and got the same one.
    pub(crate) repeated: usize,
    /// Tries that ended without an answer.
    pub(crate) retried: usize,
}

impl AddAssign for Sent {
    fn add_assign(&mut self, other: Self) {
        self.repeated += other.repeated;
        self.retried += other.retried;
    }
}

/// One of the clients.
#[derive(Debug)]
pub(crate) struct Writer {
    number: usize,
    client: Client,
    token: String,
    ticket: TicketId,
    ledger: Ledger,
    random: Random,
    sent: Sent,
}

/// What the message with this id says.
pub(crate) fn body(client_id: &str) -> String {
    format!("This is message {client_id}.")
}

impl Writer {
    pub(crate) fn new(
        number: usize,
        client: Client,
        token: String,
        ticket: TicketId,
        ledger: Ledger,
        random: Random,
    ) -> Self {
        Self { number, client, token, ticket, ledger, random, sent: Sent::default() }
    }

    /// Sends until it is told to end, and the last message until it is acknowledged.
    pub(crate) async fn run(mut self, ending: CancellationToken) -> Result<Sent> {
        let mut count = 0;
        while !ending.is_cancelled() {
            count += 1;
            let client_id = format!("w{}-{count}", self.number);
            let message = self.send(&client_id, &body(&client_id)).await?;
            ensure!(message.body == body(&client_id), "{client_id} was answered with another message");
            let (message, seq) = (message.id, message.seq);
            let entry =
                Acknowledged { writer: self.number, client_id: client_id.clone(), ticket: self.ticket, message, seq };
            self.ledger.write(entry).await?;
            self.test_identity(&client_id, message, seq).await?;
        }
        Ok(self.sent)
    }

    /// Until there is an answer.
    async fn send(&mut self, client_id: &str, body: &str) -> Result<Message> {
        loop {
            match self.attempt(client_id, body).await {
                Ok((status, answer)) if status.is_success() => {
                    return serde_json::from_value(answer).context("no message");
                }
                // Not now, or somebody else was faster: the same again is right.
                Ok((status, _)) if status.is_server_error() && status != StatusCode::INTERNAL_SERVER_ERROR => {}
                Ok((StatusCode::CONFLICT, answer)) if answer["code"] == "conflict" => {}
                Ok((status, answer)) => bail!("{client_id} was answered with {status}: {answer}"),
                Err(_) => self.sent.retried += 1,
            }
            sleep(PAUSE).await;
        }
    }

    async fn attempt(&self, client_id: &str, body: &str) -> Result<(StatusCode, Value)> {
        let path = format!("/api/v1/tickets/{}/messages", self.ticket);
        self.client.send(Method::POST, &path, &self.token, &json!({"body": body, "client_id": client_id})).await
    }

    /// Now and then: the same again gives the first answer, another text under the same id is refused.
    async fn test_identity(
        &mut self,
        client_id: &str,
        message: support_core::model::MessageId,
        seq: i64,
    ) -> Result<()> {
        if self.random.once_in(8) {
            let again = self.send(client_id, &body(client_id)).await?;
            ensure!((again.id, again.seq) == (message, seq), "{client_id} was written twice");
            self.sent.repeated += 1;
        }
        if self.random.once_in(64) {
            // Without an answer nothing is learnt; the next one will do.
            if let Ok((status, answer)) = self.attempt(client_id, "Something else.").await {
                let refused = status == StatusCode::CONFLICT && answer["code"] == "client_id_taken";
                ensure!(
                    refused || status.is_server_error(),
                    "another text under {client_id} was answered with {status}: {answer}"
                );
            }
        }
        Ok(())
    }
}
