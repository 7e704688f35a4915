//! The frame around every decision: begin, replay, guard, apply, commit.

use std::{future::Future, panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt as _;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{Call, Desk, Done, HOOK_TIME, config::Config};
use crate::{
    error::{Error, Result},
    model::{
        Actor, ChangeSet, DeliveryId, NewDelivery, NewEvent, NewMessage, PersonId, TenantId, TicketRecord, Timestamp,
        decide::{self, Circumstance},
        sla::Rules,
    },
    plugin::{HookContext, Knowledge, Occasion, Refusal},
    storage::{OwnedTx, StorageError, StoredAnswer, WriteTx},
};

/// A transaction with what surrounds it.
pub(super) struct Work<'d> {
    pub(super) tx: Box<dyn OwnedTx>,
    pub(super) now: Timestamp,
    addressing: Addressing,
    /// The service levels that every change is measured by. Read before the transaction, which waits for nothing.
    pub(super) rules: Arc<Rules>,
    pub(super) desk: &'d Desk,
    pub(super) call: &'d Call,
    /// What this process forgets once the change is durable.
    pub(super) after: Vec<fn(&Desk, TenantId)>,
}

/// What says who gets an event. Read before the transaction, which waits for nothing.
pub(super) struct Addressing {
    config: Arc<Config>,
    /// Of each handler, in their order.
    knowledge: Vec<Option<Knowledge>>,
}

/// How a verb starts.
pub(super) enum Begun<'d, T> {
    /// For the first time.
    New(Work<'d>),
    /// It was answered before.
    Replayed(Done<T>),
}

impl Desk {
    /// Opens the transaction; answers at once when the same request was answered before.
    pub(super) async fn begin<'d, T: DeserializeOwned>(&'d self, call: &'d Call) -> Result<Begun<'d, T>> {
        // Before the transaction: on SQLite it has the only writer.
        let addressing = self.addressing(call.actor.tenant).await?;
        let rules = self.rules(call.actor.tenant).await?;
        let mut tx = self.inner.storage.write().await?;
        if let Some(idempotency) = &call.idempotency {
            let stored = tx.stored_answer(call.actor.tenant, caller(&call.actor), &idempotency.key).await?;
            if let Some(stored) = stored {
                if stored.fingerprint != idempotency.fingerprint {
                    return Err(Error::IdempotencyMismatch);
                }
                let value = serde_json::from_str(&stored.body).map_err(Error::internal)?;
                return Ok(Begun::Replayed(Done::again(value)));
            }
        }
        Ok(Begun::New(Work { tx, now: self.now(), addressing, rules, desk: self, call, after: Vec::new() }))
    }

    /// Runs `decide` with the circumstances of this call.
    pub(super) fn decide<T>(&self, call: &Call, now: Timestamp, decide: impl FnOnce(&mut Circumstance<'_>) -> T) -> T {
        let mut ids = || -> Uuid { self.fresh_id(now) };
        let circumstance = &mut Circumstance {
            actor: &call.actor,
            now,
            request_id: &call.request_id,
            address: call.address,
            ids: &mut ids,
        };
        decide(circumstance)
    }

    /// Whether a decision can be made outside its transaction: nothing but the ticket's version has to hold until it is written.
    pub(super) fn is_free_of_hooks(&self, call: &Call) -> bool {
        call.idempotency.is_none() && self.inner.hooks.interceptors.is_empty()
    }

    /// Writes such a decision. None when the ticket changed meanwhile: nothing was written, and the decision has to be made anew.
    pub(super) async fn submit(&self, call: &Call, change: &mut ChangeSet, now: Timestamp) -> Result<Option<()>> {
        let addressing = self.addressing(call.actor.tenant).await?;
        let rules = self.rules(call.actor.tenant).await?;
        self.complete(call, &addressing, &rules, change, now);
        match self.inner.storage.submit(change, None).await {
            Ok(()) => Ok(Some(())),
            Err(StorageError::Conflict) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds to a decision what follows from it by itself, whichever way it is written: deadlines and deliveries.
    fn complete(&self, call: &Call, addressing: &Addressing, rules: &Rules, change: &mut ChangeSet, now: Timestamp) {
        self.decide(call, now, |around| decide::follow(around, change, rules));
        for event in &change.events {
            let message = change.messages.iter().find(|message| Some(message.id) == event.message);
            change.deliveries.extend(self.address(addressing, event, Some(change.ticket.ticket()), message, now));
        }
    }

    /// Puts a fact about something other than a ticket into the outbox, for the handlers that want it.
    pub(super) async fn deliver(
        &self,
        addressing: &Addressing,
        tx: &mut dyn WriteTx,
        event: &NewEvent,
        now: Timestamp,
    ) -> Result<()> {
        for delivery in self.address(addressing, event, None, None, now) {
            tx.append_delivery(&delivery).await?;
        }
        Ok(())
    }

    pub(super) async fn addressing(&self, tenant: TenantId) -> Result<Addressing> {
        let config = self.config(tenant).await?;
        let mut knowledge = Vec::with_capacity(self.inner.hooks.handlers.len());
        for handler in &self.inner.hooks.handlers {
            knowledge.push(handler.know(self, tenant).await?);
        }
        Ok(Addressing { config, knowledge })
    }

    /// One delivery for every handler and recipient that wants the event.
    fn address(
        &self,
        addressing: &Addressing,
        event: &NewEvent,
        ticket: Option<&TicketRecord>,
        message: Option<&NewMessage>,
        now: Timestamp,
    ) -> Vec<NewDelivery> {
        let mut deliveries = Vec::new();
        for (handler, knowledge) in self.inner.hooks.handlers.iter().zip(&addressing.knowledge) {
            let config = &addressing.config;
            let occasion = Occasion { event, ticket, message, config, knowledge: knowledge.as_ref() };
            for target in handler.targets(&occasion) {
                deliveries.push(NewDelivery {
                    id: DeliveryId(self.fresh_id(now)),
                    tenant: event.tenant,
                    handler: handler.id().to_owned(),
                    event: event.id,
                    purpose: target.purpose,
                    recipient: target.recipient,
                    lane: target.lane,
                    due_at: now + target.delay,
                    created_at: now,
                });
            }
        }
        deliveries
    }
}

fn caller(actor: &Actor) -> PersonId {
    actor.person.unwrap_or(PersonId(Uuid::nil()))
}

impl Work<'_> {
    /// Completes the change, asks the guards, writes, lets plugins write along.
    pub(super) async fn apply(&mut self, change: &mut ChangeSet, client_id: Option<&str>) -> Result<()> {
        self.desk.complete(self.call, &self.addressing, &self.rules, change, self.now);
        let context = HookContext { actor: &self.call.actor, request_id: &self.call.request_id };
        for hook in &self.desk.inner.hooks.interceptors {
            contain(hook.id(), hook.guard(&context, self.tx.as_write(), change)).await?;
        }
        self.tx.apply(change, client_id).await?;
        for hook in self.desk.inner.hooks.interceptors.iter().rev() {
            contain(hook.id(), hook.applied(&context, self.tx.as_write(), change)).await?;
        }
        Ok(())
    }

    /// [`Desk::deliver`] in this verb's transaction.
    pub(super) async fn deliver(&mut self, event: &NewEvent) -> Result<()> {
        self.desk.deliver(&self.addressing, self.tx.as_write(), event, self.now).await
    }

    /// Keeps the answer for a repetition and makes everything durable.
    pub(super) async fn commit<T: Serialize>(mut self, value: T) -> Result<Done<T>> {
        if let Some(idempotency) = &self.call.idempotency {
            let body = serde_json::to_string(&value).map_err(Error::internal)?;
            let answer = StoredAnswer { fingerprint: idempotency.fingerprint.clone(), body, created_at: self.now };
            self.tx.store_answer(self.call.actor.tenant, caller(&self.call.actor), &idempotency.key, &answer).await?;
        }
        self.tx.commit().await?;
        for after in self.after {
            after(self.desk, self.call.actor.tenant);
        }
        Ok(Done::now(value))
    }

    pub(super) fn tx(&mut self) -> &mut dyn WriteTx {
        self.tx.as_write()
    }
}

/// Runs a plugin's hook: in bounded time, and a panic in it is an error of that plugin alone.
pub(crate) async fn contain(plugin: &str, hook: impl Future<Output = std::result::Result<(), Refusal>>) -> Result<()> {
    match tokio::time::timeout(HOOK_TIME, AssertUnwindSafe(hook).catch_unwind()).await {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(refusal))) => Err(refusal.into()),
        Ok(Err(_)) => {
            tracing::error!(plugin, "a hook panicked");
            Err(Error::internal(format!("the plugin {plugin} panicked")))
        }
        Err(_) => {
            tracing::error!(plugin, "a hook took longer than {HOOK_TIME:?}");
            Err(Error::Unavailable(format!("the plugin {plugin} does not answer").into()))
        }
    }
}
