//! The one client for every address that a user typed: what it refuses to call, and how it bounds an exchange.
//!
//! - The address must have a form that may be called: `https`, no user name, a port of receivers, no local name.
//! - Every network address behind its name is checked at every connection, and the connection goes to the one that was checked.
//! - Nothing is followed, kept, decompressed or taken from the environment: no redirects, cookies, content codings, proxies.
//! - An exchange takes 20 s at most, reads 16 KiB of head and 64 KiB of body.
//!
//! [`Outbound::new`] takes ranges of addresses that are allowed all the same; inside them any port will do, and `http`.

mod address;
mod destination;
mod exchange;
mod push;
mod signature;

use std::{net::IpAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use hyper::HeaderMap;
use url::Host;

use self::destination::Destination;
pub use self::{
    address::{AddressRange, AddressRangeError},
    destination::Refused,
};
pub use hyper::header as headers;
pub(crate) use push::{BrowserKeys, PushKey};
pub(crate) use signature::{fresh_secret, sign};

use crate::model::Timestamp;

/// Finds the network addresses behind a name.
#[async_trait]
pub trait Resolver: Send + Sync + 'static {
    /// All of them.
    ///
    /// # Errors
    /// When the name is not known, or nobody answers.
    async fn resolve(&self, name: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// The operating system's.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Why there is no answer. The sentences go into logs that admins read: they say nothing about the network behind an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The address must not be called.
    #[error("the address is not allowed: it {0}")]
    Refused(#[from] Refused),
    /// No address for the name.
    #[error("the name could not be resolved")]
    Unresolved,
    /// No connection, or it broke.
    #[error("{0}")]
    Broken(&'static str),
    /// No answer in time.
    #[error("no answer within 20 s")]
    Slow,
}

/// What the other side said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status, whatever it is: a redirect is an answer like any other.
    pub status: u16,
    /// The head.
    pub headers: HeaderMap,
    /// The first 64 KiB of the body, or as much as came.
    pub body: Bytes,
}

impl Answer {
    /// Whole seconds that the other side asks to be left alone: `Retry-After` in seconds or as a date, where the status is one that it
    /// belongs to.
    pub(crate) fn retry_after(&self, now: Timestamp) -> Option<i64> {
        if !matches!(self.status, 429 | 503) {
            return None;
        }
        let value = self.headers.get("retry-after")?.to_str().ok()?.trim();
        let seconds = value.parse::<i64>().ok().or_else(|| {
            let at = chrono::DateTime::parse_from_rfc2822(value).ok()?;
            Some(at.timestamp() - now.timestamp())
        });
        seconds.filter(|seconds| *seconds > 0)
    }
}

/// Calls addresses that users typed. Cheap to clone.
#[derive(Clone)]
pub struct Outbound {
    allowed: Arc<[AddressRange]>,
    resolver: Arc<dyn Resolver>,
    encryption: exchange::Encryption,
    whole_time: Duration,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbound").field("allowed", &self.allowed).finish_non_exhaustive()
    }
}

impl Default for Outbound {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Outbound {
    /// Calls public addresses, and those in `allowed` on any port and without encryption.
    #[must_use]
    pub fn new(allowed: Vec<AddressRange>) -> Self {
        Self::resolving(allowed, SystemResolver)
    }

    /// With names resolved in another way, such as in a test.
    #[must_use]
    pub fn resolving(allowed: Vec<AddressRange>, resolver: impl Resolver) -> Self {
        Self {
            allowed: allowed.into(),
            resolver: Arc::new(resolver),
            encryption: exchange::Encryption::new(),
            whole_time: exchange::WHOLE_TIME,
        }
    }

    /// Whether the address may be called as things are: its form, and where its name leads to right now. A name that leads nowhere is
    /// fine: it is asked again at every call.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn check(&self, url: &str) -> Result<(), Refused> {
        let destination = self.destination(url)?;
        let resolved = tokio::time::timeout(exchange::RESOLVE_TIME, self.addresses(&destination)).await;
        match resolved {
            Ok(Err(Undelivered::Refused(refused))) => Err(refused),
            Ok(Ok(_) | Err(_)) | Err(_) => Ok(()),
        }
    }

    /// Sends `body` there and waits for the answer. `Host` and the headers about the body and the connection are this client's own.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Bytes) -> Result<Answer, Undelivered> {
        let exchange = async {
            let destination = self.destination(url)?;
            let addresses = self.addresses(&destination).await?;
            exchange::post(&self.encryption, &destination, &addresses, headers, body).await
        };
        tokio::time::timeout(self.whole_time, exchange).await.unwrap_or(Err(Undelivered::Slow))
    }

    fn destination(&self, url: &str) -> Result<Destination, Refused> {
        Destination::parse(url, !self.allowed.is_empty())
    }

    /// Where a connection may go to. One address that must not be called spoils all: who gives such an answer is not to be trusted.
    async fn addresses(&self, destination: &Destination) -> Result<Vec<IpAddr>, Undelivered> {
        let addresses = match &destination.host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => self.resolver.resolve(name).await.map_err(|_| Undelivered::Unresolved)?,
        };
        for address in &addresses {
            let is_allowed = self.allowed.iter().any(|range| range.contains(address.to_canonical()));
            if !is_allowed {
                destination.fits_public(*address)?;
            }
        }
        if addresses.is_empty() { Err(Undelivered::Unresolved) } else { Ok(addresses) }
    }
}

#[cfg(test)]
mod tests;
