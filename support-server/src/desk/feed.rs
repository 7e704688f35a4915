//! The live feed: one WebSocket, resumed where it broke off.

use std::time::Duration;

use futures_channel::mpsc::{self, UnboundedReceiver};
use futures_util::{
    FutureExt, SinkExt, StreamExt,
    future::{AbortHandle, Abortable},
    select,
};
use gloo_net::websocket::{Message, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use support_core::protocol::{Frame, UpFrame, frame_type};

use super::{Desk, browser};
use crate::{
    api::{Api, read},
    state::{Connection, backoff_ms},
};

/// The server pings every 15 s; two that are missing mean a dead line.
const SILENCE_MS: u32 = 40_000;
/// A break that is shorter than this is nobody's business.
const NOTICE: Duration = Duration::from_secs(3);

impl Desk {
    /// Keeps the feed alive as long as the dashboard stands.
    pub(super) fn run_feed(self) {
        let (handle, registration) = AbortHandle::new_pair();
        self.backstage.update_value(|backstage| backstage.feed = Some(handle));
        spawn_local(async move {
            // Aborted when the dashboard goes; then there is nothing to say.
            let _ = Abortable::new(self.feed(), registration).await;
        });
        on_cleanup(move || {
            self.backstage.try_update_value(|backstage| backstage.feed.take().map(|feed| feed.abort()));
        });
    }

    async fn feed(self) {
        let mut cursor = self.me().cursor;
        let mut attempt = 0;
        loop {
            if self.listen(&mut cursor).await {
                attempt = 0;
            }
            self.lost();
            if attempt > 0 {
                // A socket does not say why it was refused. If the session is over, this call finds out and leaves the page.
                let _ = self.api().me().await;
            }
            TimeoutFuture::new(backoff_ms(attempt, js_sys::Math::random())).await;
            attempt += 1;
        }
    }

    /// One connection, until it ends. Whether it ever lived.
    async fn listen(self, cursor: &mut String) -> bool {
        let Some(url) = self.feed_url(cursor) else { return false };
        let Ok(socket) = WebSocket::open(&url) else { return false };
        let (mut down, frames) = socket.split();
        let mut frames = frames.fuse();
        let (up, mut wishes): (_, UnboundedReceiver<UpFrame>) = mpsc::unbounded();
        self.backstage.update_value(|backstage| backstage.up = Some(up));
        let mut is_alive = false;
        loop {
            let mut silence = TimeoutFuture::new(SILENCE_MS).fuse();
            select! {
                frame = frames.next() => {
                    let Some(Ok(Message::Text(text))) = frame else { break };
                    let Some(frame) = read::<Frame>(&text) else { continue };
                    if let Some(seq) = &frame.seq {
                        cursor.clone_from(seq);
                    }
                    if frame.kind == frame_type::READY {
                        is_alive = true;
                        self.connected();
                    }
                    if frame.ticket.is_none() && frame.conversation.is_some() {
                        if let Some(frame) = read(&text) {
                            self.take_chat_frame(frame);
                        }
                    } else {
                        self.take_frame(frame);
                    }
                }
                wish = wishes.next() => {
                    let Some(wish) = wish else { break };
                    let Ok(text) = serde_json::to_string(&wish) else { continue };
                    if down.send(Message::Text(text)).await.is_err() {
                        break;
                    }
                }
                () = silence => break,
            }
        }
        self.backstage.update_value(|backstage| backstage.up = None);
        is_alive
    }

    fn feed_url(self, cursor: &str) -> Option<String> {
        let location = window().location();
        let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
        Some(format!("{scheme}://{}{}/api/v1/ws?since={cursor}", location.host().ok()?, self.base()))
    }

    fn connected(self) {
        self.connection.set(Connection::Live);
        self.tell_view();
    }

    fn lost(self) {
        if self.connection.get_untracked() == Connection::Live {
            self.connection.set(Connection::Starting);
            // Nobody drops what gets out of date now.
            self.forget_all();
            self.presences.update(crate::state::Presences::clear);
        }
        set_timeout(
            move || {
                if self.connection.get_untracked() != Connection::Live {
                    self.connection.set(Connection::Lost);
                }
            },
            NOTICE,
        );
    }

    /// Says something to the server, if it listens.
    pub(super) fn tell_server(self, frame: UpFrame) {
        self.backstage.with_value(|backstage| {
            if let Some(up) = &backstage.up {
                // A connection that broke just now takes no more; typing and views are told again.
                let _ = up.unbounded_send(frame);
            }
        });
    }

    /// Tells the others what is looked at here.
    pub(super) fn tell_view(self) {
        let ticket = self.open_id().filter(|_| browser::is_visible());
        self.tell_server(UpFrame::View { ticket });
    }
}
