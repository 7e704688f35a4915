//! Who of the desk is told of an event: decided once, in the outbox, and written down for the dashboard, mail and push.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::{
    model::notification::whom,
    plugin::{EventHandler, Failure, Handled, Handling, Occasion, Plugin, Registrar, Target},
};

/// The name in the delivery log.
pub const HANDLER: &str = "notification";
const DECIDE: &str = "decide";

/// What tells the people of the desk.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Notifications;

impl Plugin for Notifications {
    fn id(&self) -> &'static str {
        HANDLER
    }

    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
        registrar.event_handler(Handler);
        Ok(())
    }
}

struct Handler;

#[async_trait]
impl EventHandler for Handler {
    fn id(&self) -> &'static str {
        HANDLER
    }

    fn targets(&self, occasion: &Occasion<'_>) -> Vec<Target> {
        let Occasion { event, ticket, message, .. } = *occasion;
        let mentions = message.map_or(&[][..], |message| &message.details.mentions);
        if whom(event.kind, event.actor, &event.changes, ticket, mentions).is_empty() {
            return Vec::new();
        }
        // Who exactly, with which rights and wishes, is looked up when it is decided.
        let recipient = "agents".to_owned();
        vec![Target { purpose: DECIDE.to_owned(), recipient, lane: None, delay: TimeDelta::zero() }]
    }

    async fn handle(&self, handling: &Handling<'_>) -> Result<Handled, Failure> {
        match handling.desk.notify(handling.entry).await {
            Ok(0) => Ok(Handled::Skipped("concerns nobody who may know of it and wants to".to_owned())),
            Ok(_) => Ok(Handled::Done),
            Err(error) => Err(Failure::Later(error.code().to_owned())),
        }
    }
}
