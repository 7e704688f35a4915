//! The one place where the desk asks who may do what: the built-in rules first, then the host's policy.

use super::Desk;
use crate::{
    error::{Error, Result},
    model::{Action, Actor, TicketRecord, Verdict, policy},
};

impl Desk {
    /// Whether the caller may do this with a ticket that it has found within its scope.
    #[must_use]
    pub fn can(&self, actor: &Actor, action: Action, ticket: &TicketRecord) -> Verdict {
        let usual = policy::can(actor, action, ticket);
        match &self.inner.policy {
            Some(host) => host.verdict(actor, action, ticket, usual),
            None => usual,
        }
    }

    /// Like [`can`](Self::can), as a verb wants it.
    ///
    /// # Errors
    /// `Forbidden`.
    pub(crate) fn allow(&self, actor: &Actor, action: Action, ticket: &TicketRecord) -> Result<()> {
        match self.can(actor, action, ticket) {
            Verdict::Allow => Ok(()),
            Verdict::Forbid => Err(Error::Forbidden),
        }
    }
}
