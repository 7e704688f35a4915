//! Web push: tells browsers that have agreed to it, through the push services of their makers (RFC 8030).

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::{
    desk::{Call, PushOutcome},
    model::{Actor, NotificationWay, push_backoff},
    plugin::{Capacity, EventHandler, Failure, Handled, Handling, Occasion, Plugin, Registrar, Target},
};

/// The name in the delivery log.
pub const HANDLER: &str = "push";
const PURPOSE: &str = "notification";

/// Tries under way at once in a process.
const CAPACITY: Capacity = Capacity { tries: 32, in_lane: 1 };

/// Push to the browsers of the desk's people.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Push;

impl Plugin for Push {
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

    /// Its deliveries are made where it is decided who is told.
    fn targets(&self, _: &Occasion<'_>) -> Vec<Target> {
        Vec::new()
    }

    fn notifies(&self) -> Option<(NotificationWay, &'static str)> {
        Some((NotificationWay::Push, PURPOSE))
    }

    async fn handle(&self, handling: &Handling<'_>) -> Result<Handled, Failure> {
        let outcome = handling.desk.push(handling.delivery).await;
        match outcome.map_err(|error| Failure::Later(error.code().to_owned()))? {
            PushOutcome::Skipped(why) => Ok(Handled::Skipped(why.to_owned())),
            PushOutcome::Undelivered(why) => Err(Failure::Later(why)),
            PushOutcome::Answered(200..=299, _) => Ok(Handled::Done),
            PushOutcome::Answered(404 | 410, _) => {
                self.forget(handling).await;
                Ok(Handled::Skipped("the browser has given its address up".to_owned()))
            }
            PushOutcome::Answered(status @ (408 | 429 | 500..=599), wait) => {
                let why = format!("answered {status}");
                Err(match wait.and_then(TimeDelta::try_seconds) {
                    Some(wait) => Failure::NotBefore(wait, why),
                    None => Failure::Later(why),
                })
            }
            PushOutcome::Answered(status, _) => Err(Failure::Never(format!("answered {status}"))),
        }
    }

    fn backoff(&self, attempts: i64, jitter: u16) -> Option<i64> {
        push_backoff(attempts, jitter)
    }

    fn capacity(&self) -> Capacity {
        CAPACITY
    }
}

impl Handler {
    async fn forget(&self, handling: &Handling<'_>) {
        let tenant = handling.delivery.tenant;
        let call = Call::new(Actor::system(tenant), HANDLER);
        let forget = async {
            let Some(id) = handling.delivery.lane.as_deref().and_then(|lane| lane.parse().ok()) else { return Ok(()) };
            let browser = handling.desk.reader().await?.find_push_subscription(tenant, id).await?;
            if let Some(browser) = browser {
                handling.desk.forget_browser(&call, browser.person, id).await?;
            }
            Ok::<_, crate::error::Error>(())
        };
        if let Err(error) = forget.await {
            tracing::warn!(%error, delivery.id = %handling.delivery.id, "a browser that is gone could not be forgotten");
        }
    }
}
