//! The support engine: tickets, conversations, portal links and a chat widget, mounted in an axum router.
//!
//! ```no_run
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! use support_core::{AccountOptions, SecretKey, Support, storage::SqliteStorage};
//! use tokio_util::sync::CancellationToken;
//!
//! let support = Support::builder()
//!     .storage(SqliteStorage::open("support.db").await?)
//!     .accounts(AccountOptions::default())
//!     .secret(SecretKey::from_env("SUPPORT_SECRET"))
//!     .public_url("https://example.com/support")
//!     .build()
//!     .await?;
//! tokio::spawn(support.clone().run(CancellationToken::new()));
//! let app: axum::Router = axum::Router::new().merge(support.mount("/support"));
//! # Ok(())
//! # }
//! ```
//!
//! Without default features only [`model`] and [`protocol`] remain. They compile to wasm32, and the dashboard and the widget
//! speak the same types as the server through them.
#![deny(missing_docs)]

pub mod model;
pub mod protocol;

#[cfg(feature = "server")]
mod accounts;
#[cfg(feature = "server")]
pub mod channels;
#[cfg(feature = "server")]
pub mod clock;
#[cfg(feature = "server")]
pub mod desk;
#[cfg(feature = "server")]
mod error;
#[cfg(feature = "server")]
pub mod files;
#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
mod live;
#[cfg(feature = "server")]
mod markup;
#[cfg(feature = "server")]
pub mod outbound;
#[cfg(feature = "server")]
mod outbox;
#[cfg(feature = "server")]
pub mod plugin;
#[cfg(feature = "server")]
mod secret;
#[cfg(feature = "server")]
pub mod storage;
#[cfg(feature = "server")]
mod support;
#[cfg(feature = "server")]
mod timers;
#[cfg(feature = "server")]
mod upkeep;

#[cfg(feature = "server")]
pub use self::{
    accounts::{AccountOptions, PasswordError},
    desk::Identity,
    error::{Error, Result},
    secret::{SecretError, SecretKey},
    support::{AuthenticateError, Authenticator, BuildError, Builder, IntoSecret, Support, TenantResolver, auth},
};
