//! One request to the desk, whoever makes it.

use std::net::IpAddr;

use crate::{
    error::{Error, Result},
    model::{Actor, TicketRecord, Timestamp},
};

/// Who asks, under which circumstances.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who.
    pub actor: Actor,
    /// For log, events and problems.
    pub request_id: String,
    /// Where the request came from; none inside the process.
    pub address: Option<IpAddr>,
    /// The `Idempotency-Key` with the request's fingerprint.
    pub idempotency: Option<IdempotencyKey>,
    /// What the caller believes the resource to be.
    pub precondition: Precondition,
}

impl Call {
    /// A call of the engine itself.
    #[must_use]
    pub fn new(actor: Actor, request_id: impl Into<String>) -> Self {
        Self {
            actor,
            request_id: request_id.into(),
            address: None,
            idempotency: None,
            precondition: Precondition::default(),
        }
    }
}

/// A key that makes a repeated request give the first answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// 1 to 255 visible ASCII characters, the caller's own.
    pub key: String,
    /// SHA-256 of method, path and body in hex.
    pub fingerprint: String,
}

/// What must hold of the resource before it is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Precondition {
    /// `If-Match`: any of these versions; `None` when the header is absent.
    pub versions: Option<Vec<i64>>,
    /// `If-Unmodified-Since`, whole seconds.
    pub unmodified_since: Option<Timestamp>,
}

impl Precondition {
    /// # Errors
    /// [`Error::StaleVersion`] when it does not hold.
    pub(crate) fn check(&self, ticket: &TicketRecord) -> Result<()> {
        self.holds(ticket.version, ticket.updated_at)
    }

    /// # Errors
    /// [`Error::StaleVersion`] when it does not hold of something at this version.
    pub(crate) fn holds(&self, version: i64, updated_at: Timestamp) -> Result<()> {
        let version_holds = self.versions.as_ref().is_none_or(|versions| versions.contains(&version));
        let time_holds = self.unmodified_since.is_none_or(|since| updated_at.timestamp() <= since.timestamp());
        if version_holds && time_holds { Ok(()) } else { Err(Error::StaleVersion) }
    }
}

/// A verb's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Done<T> {
    /// The answer.
    pub value: T,
    /// Whether it is the stored answer to an earlier request.
    pub replayed: bool,
}

impl<T> Done<T> {
    pub(crate) const fn now(value: T) -> Self {
        Self { value, replayed: false }
    }

    pub(crate) const fn again(value: T) -> Self {
        Self { value, replayed: true }
    }
}
