//! The way into the engine from outside: a [`Plugin`] registers hooks, event handlers, routes and tasks.
//!
//! Everything that the engine adds on top of its desk, mail first of all, is a plugin on this same trait.
//!
//! | phase | runs | may | when it fails |
//! |---|---|---|---|
//! | [`Interceptor::prepare`] | before the transaction, I/O allowed, 3 s | edit or refuse | a customer's message is accepted all the same; the desk's is 503 |
//! | [`Interceptor::guard`] | in the transaction | refuse | rolled back |
//! | [`Interceptor::applied`] | in the transaction, reverse order | write its own tables through [`WriteTx::native`] | rolled back |
//! | [`EventHandler::handle`] | after the commit, from the outbox | anything | backoff, then a dead letter; never touches the request |
//!
//! Hooks run in the order of registration.

mod handler;
mod registrar;

use async_trait::async_trait;

pub use self::{
    handler::{Capacity, EventHandler, Failure, Handled, Handling, Knowledge, Occasion, Target},
    registrar::{Registrar, Task},
};
pub(crate) use registrar::{Hooks, Registered};

use crate::{
    error::Error,
    model::{Actor, ChangeSet, TicketId, decide::Opening, decide::Posting},
    protocol::FieldError,
    storage::WriteTx,
};

/// A part that hooks into the engine.
pub trait Plugin: Send + Sync + 'static {
    /// Its name: in routes (`/x/{id}/`), table names, logs. Lower case letters, digits and `_`.
    fn id(&self) -> &'static str;

    /// Says what it takes part in. Called once, while the engine is built.
    ///
    /// # Errors
    /// What is wrong with its configuration, in a sentence. All plugins' errors are reported together.
    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String>;
}

/// Takes part in decisions. Every method does nothing by default.
#[async_trait]
pub trait Interceptor: Send + Sync + 'static {
    /// Its plugin's name, for logs.
    fn id(&self) -> &'static str;

    /// Before the transaction: may look things up, edit the draft or refuse it.
    async fn prepare(&self, context: &HookContext<'_>, draft: &mut Draft) -> Result<(), Refusal> {
        let _ = (context, draft);
        Ok(())
    }

    /// In the transaction, before the write: may refuse.
    async fn guard(&self, context: &HookContext<'_>, tx: &mut dyn WriteTx, change: &ChangeSet) -> Result<(), Refusal> {
        let _ = (context, tx, change);
        Ok(())
    }

    /// In the transaction, after the write: may write its own tables.
    async fn applied(
        &self,
        context: &HookContext<'_>,
        tx: &mut dyn WriteTx,
        change: &ChangeSet,
    ) -> Result<(), Refusal> {
        let _ = (context, tx, change);
        Ok(())
    }
}

/// What a hook may know of the request.
#[derive(Debug, Clone, Copy)]
pub struct HookContext<'a> {
    /// Who acts.
    pub actor: &'a Actor,
    /// For logs.
    pub request_id: &'a str,
}

/// What is about to happen. A hook may edit the texts; it must not replace the variant.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives for the length of a hook; a box would only be in every plugin's way"
)]
pub enum Draft {
    /// A ticket is to be opened.
    Open(Opening),
    /// A message is to be written.
    Reply {
        /// Where.
        ticket: TicketId,
        /// What.
        posting: Posting,
    },
}

/// Why a hook says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable, for programs; lower snake case.
    pub code: &'static str,
    /// One sentence for the person in front of it.
    pub detail: String,
    /// The field that is wrong, as an RFC 6901 pointer: then the answer is 422, otherwise 409.
    pub pointer: Option<String>,
}

impl Refusal {
    /// The state of things does not allow it.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), pointer: None }
    }

    /// A field is not acceptable.
    pub fn field(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), pointer: Some(pointer.into()) }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal.pointer {
            Some(pointer) => {
                Self::Invalid(vec![FieldError { pointer, code: refusal.code.to_owned(), detail: refusal.detail }])
            }
            None => Self::Conflict { code: refusal.code, detail: refusal.detail },
        }
    }
}
