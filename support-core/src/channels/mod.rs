//! Ways in and out, each a plugin on the public trait.

#[cfg(feature = "email")]
pub mod email;
pub mod notifications;
pub mod push;
pub mod webhooks;
