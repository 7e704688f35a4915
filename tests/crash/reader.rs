//! A client of the live feed that comes back with its cursor after every break.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use support_core::{
    model::MessageId,
    protocol::{Frame, frame_type},
};
use tokio::{sync::watch, time::sleep};

use super::client::{Client, Desk};

const PAUSE: Duration = Duration::from_millis(20);

/// What a reader got.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// The messages in the order of their frames, over all connections.
    pub(crate) messages: Vec<MessageId>,
    pub(crate) connections: usize,
}

/// One of the clients.
#[derive(Debug)]
pub(crate) struct Reader {
    client: Client,
    token: String,
    cursor: String,
    met: Met,
}

impl Reader {
    pub(crate) fn new(client: Client, desk: &Desk) -> Self {
        Self { client, token: desk.agent.clone(), cursor: desk.cursor.clone(), met: Met::default() }
    }

    /// Reads until it has met as many messages as there are, once that is known.
    pub(crate) async fn run(mut self, mut goal: watch::Receiver<Option<usize>>) -> Result<Met> {
        while !self.is_done(&goal) {
            if let Ok(feed) = self.client.feed(&self.token, &self.cursor).await {
                self.met.connections += 1;
                self.follow(feed, &mut goal).await?;
            }
            sleep(PAUSE).await;
        }
        Ok(self.met)
    }

    fn is_done(&self, goal: &watch::Receiver<Option<usize>>) -> bool {
        goal.borrow().is_some_and(|goal| self.met.messages.len() >= goal)
    }

    /// Until the connection breaks. What is cut off in the middle of an event counts for nothing, as in a browser.
    async fn follow(&mut self, mut feed: reqwest::Response, goal: &mut watch::Receiver<Option<usize>>) -> Result<()> {
        let mut text = Vec::new();
        while !self.is_done(goal) {
            let chunk = tokio::select! {
                chunk = feed.chunk() => chunk,
                _ = goal.changed() => continue,
            };
            let Ok(Some(chunk)) = chunk else { return Ok(()) };
            text.extend_from_slice(&chunk);
            while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
                let event = String::from_utf8(text.drain(..end + 2).collect())?;
                self.take(&event)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, event: &str) -> Result<()> {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_start);
        if let Some(data) = field("data:") {
            let frame: Frame = serde_json::from_str(data)?;
            if frame.kind == frame_type::RESET {
                bail!("the feed was reset: a cursor that is seconds old must be good");
            }
            if frame.kind == "message.created" {
                self.met.messages.push(frame.data.message.context("a message's event without the message")?.id);
            }
        }
        if let Some(cursor) = field("id:") {
            cursor.clone_into(&mut self.cursor);
        }
        Ok(())
    }
}
