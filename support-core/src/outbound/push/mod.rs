//! Web push: how a message for a browser is closed (RFC 8291), and how it is signed for the service that carries it (RFC 8292).

mod encryption;
mod vapid;

pub(crate) use self::{encryption::BrowserKeys, vapid::PushKey};
