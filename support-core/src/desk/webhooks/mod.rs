//! Webhooks: who is told of events, by which secret, and what becomes of it.

mod log;
mod replay;
mod send;
mod subscriptions;

use std::collections::BTreeMap;

use chrono::TimeDelta;

pub(super) use self::send::host;
pub(crate) use self::{send::Sent, subscriptions::Subscription};
use super::{Call, Desk, differences, found, reply::normal, view::webhook_view};
use crate::{
    error::{Error, Fields, Result},
    model::{Actor, EventType, TenantId, WebhookId, WebhookRecord, limits, text},
    outbound::{Refused, fresh_secret},
    protocol::{Change, ChangeWebhook, CreateWebhook, MintedWebhook, Page, Webhook, WebhookSecret},
};

/// How long the former secret signs too after a change.
const BOTH_SIGN: TimeDelta = TimeDelta::hours(24);

/// Why nothing is sent any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disabled {
    /// Somebody said so.
    ByHand,
    /// The receiver did: 410.
    Gone,
    /// No try went well for as long as one event is tried.
    Failing,
}

impl Disabled {
    const fn word(self) -> &'static str {
        match self {
            Self::ByHand => "by_hand",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }
}

fn resource(id: WebhookId) -> String {
    format!("webhook:{id}")
}

/// What the audit is told of it: never a secret, and of the address only where it leads, since some carry a key.
fn told(webhook: &WebhookRecord) -> serde_json::Value {
    serde_json::json!({
        "host": send::host(&webhook.url),
        "url": webhook.url,
        "events": webhook.events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(" "),
        "description": webhook.description,
        "disabled_reason": webhook.disabled_why,
    })
}

/// Members of [`told`] whose values the audit does not show.
const HIDDEN: &[&str] = &["url"];

fn line(fields: &mut Fields, given: &str) -> String {
    let given = normal(given);
    if given.trim().is_empty() {
        return String::new();
    }
    fields.check("/description", text::line(&given, limits::LABEL_MAX)).unwrap_or_default()
}

fn chosen(fields: &mut Fields, given: &[EventType]) -> Vec<EventType> {
    if given.is_empty() {
        fields.refuse("/events", "empty", "must have at least one");
    }
    for (index, event) in given.iter().enumerate().filter(|(_, event)| !event.is_for_webhooks()) {
        fields.refuse(&format!("/events/{index}"), "not_for_webhooks", format!("{event} never leaves the desk"));
    }
    EventType::ALL.iter().copied().filter(|event| given.contains(event)).collect()
}

impl Desk {
    /// All of them, oldest first.
    pub(crate) async fn list_webhooks(&self, call: &Call) -> Result<Page<Webhook>> {
        let webhooks = self.reader().await?.list_webhooks(call.actor.tenant).await?;
        Ok(Page { data: webhooks.iter().map(webhook_view).collect(), next: None, previous: None })
    }

    /// One of them.
    ///
    /// # Errors
    /// `NotFound`.
    pub(crate) async fn show_webhook(&self, call: &Call, id: WebhookId) -> Result<Webhook> {
        let webhook = self.reader().await?.find_webhook(call.actor.tenant, id).await?;
        found(webhook).map(|webhook| webhook_view(&webhook))
    }

    /// Makes one. The secret is in this answer and nowhere else.
    ///
    /// # Errors
    /// `Invalid`; `Conflict` when there are too many.
    pub(crate) async fn create_webhook(&self, call: &Call, input: CreateWebhook) -> Result<MintedWebhook> {
        let mut fields = Fields::default();
        let description = line(&mut fields, &input.description);
        let events = chosen(&mut fields, &input.events);
        self.check_address(&mut fields, &input.url).await;
        fields.finish()?;
        let (tenant, now) = (call.actor.tenant, self.now());
        let id = WebhookId(self.fresh_id(now));
        let secret = fresh_secret(self.entropy());
        let webhook = WebhookRecord {
            id,
            tenant,
            url: input.url,
            description,
            events,
            secret: self.inner.sealing.seal(&resource(id), &secret, self.entropy())?,
            former_secret: None,
            former_until: None,
            disabled_at: None,
            disabled_why: None,
            failing_since: None,
            last_success_at: None,
            version: 1,
            created_by: call.actor.person,
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.storage().write().await?;
        if tx.list_webhooks(tenant).await?.len() >= limits::WEBHOOKS_MAX {
            let detail = format!("There are {} already: take one away first.", limits::WEBHOOKS_MAX);
            return Err(Error::Conflict { code: "too_many", detail });
        }
        tx.insert_webhook(&webhook).await?;
        let changes = differences(&serde_json::Value::Null, &told(&webhook), HIDDEN);
        self.record(call, tx.as_write(), now, EventType::WebhookCreated, resource(id), changes).await?;
        tx.commit().await?;
        self.forget_subscriptions(tenant);
        Ok(MintedWebhook { webhook: webhook_view(&webhook), secret })
    }

    /// Changes one, or takes it out of service and back.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`; `StaleVersion`.
    pub(crate) async fn change_webhook(&self, call: &Call, id: WebhookId, input: ChangeWebhook) -> Result<Webhook> {
        let mut fields = Fields::default();
        let description = input.description.map(|given| line(&mut fields, &given));
        let events = input.events.map(|given| chosen(&mut fields, &given));
        if let Some(url) = &input.url {
            self.check_address(&mut fields, url).await;
        }
        fields.finish()?;
        let (tenant, now) = (call.actor.tenant, self.now());
        let mut tx = self.storage().write().await?;
        let before = found(tx.find_webhook(tenant, id).await?)?;
        call.precondition.holds(before.version, before.updated_at)?;
        let mut after = before.clone();
        after.url = input.url.unwrap_or(after.url);
        after.events = events.unwrap_or(after.events);
        after.description = description.unwrap_or(after.description);
        match input.is_active {
            // It starts afresh: what failed before says nothing about it any more.
            Some(true) => (after.disabled_at, after.disabled_why, after.failing_since) = (None, None, None),
            Some(false) if after.disabled_at.is_none() => {
                (after.disabled_at, after.disabled_why) = (Some(now), Some(Disabled::ByHand.word().to_owned()));
            }
            Some(false) | None => {}
        }
        if after == before {
            return Ok(webhook_view(&before));
        }
        (after.version, after.updated_at) = (before.version + 1, now);
        tx.update_webhook(&after).await?;
        let changes = differences(&told(&before), &told(&after), HIDDEN);
        self.record(call, tx.as_write(), now, EventType::WebhookUpdated, resource(id), changes).await?;
        tx.commit().await?;
        self.forget_subscriptions(tenant);
        Ok(webhook_view(&after))
    }

    /// Takes one away. What still waits for it in the outbox is skipped.
    ///
    /// # Errors
    /// `NotFound`; `StaleVersion`.
    pub(crate) async fn delete_webhook(&self, call: &Call, id: WebhookId) -> Result<()> {
        let (tenant, now) = (call.actor.tenant, self.now());
        let mut tx = self.storage().write().await?;
        let webhook = found(tx.find_webhook(tenant, id).await?)?;
        call.precondition.holds(webhook.version, webhook.updated_at)?;
        tx.delete_webhook(tenant, id).await?;
        let host = Change { from: Some(send::host(&webhook.url)), to: None };
        let changes = BTreeMap::from([("host".to_owned(), host)]);
        self.record(call, tx.as_write(), now, EventType::WebhookDeleted, resource(id), changes).await?;
        tx.commit().await?;
        self.forget_subscriptions(tenant);
        Ok(())
    }

    /// Gives it another secret. For a day both sign, so that the receiver can change at leisure.
    ///
    /// # Errors
    /// `NotFound`.
    pub(crate) async fn change_webhook_secret(&self, call: &Call, id: WebhookId) -> Result<WebhookSecret> {
        let (tenant, now) = (call.actor.tenant, self.now());
        let secret = fresh_secret(self.entropy());
        let sealed = self.inner.sealing.seal(&resource(id), &secret, self.entropy())?;
        let mut tx = self.storage().write().await?;
        let before = found(tx.find_webhook(tenant, id).await?)?;
        let former_secret_until = now + BOTH_SIGN;
        let after = WebhookRecord {
            former_secret: Some(before.secret.clone()),
            former_until: Some(former_secret_until),
            secret: sealed,
            version: before.version + 1,
            updated_at: now,
            ..before
        };
        tx.update_webhook(&after).await?;
        self.record(call, tx.as_write(), now, EventType::WebhookSecretChanged, resource(id), BTreeMap::new()).await?;
        tx.commit().await?;
        Ok(WebhookSecret { id, secret, former_secret_until })
    }

    /// Takes one out of service because of what its receiver did, with a fact that says so.
    pub(crate) async fn disable_webhook(&self, tenant: TenantId, id: WebhookId, why: Disabled) -> Result<()> {
        let call = Call::new(Actor::system(tenant), "webhooks");
        let addressing = self.addressing(tenant).await?;
        let now = self.now();
        let mut tx = self.storage().write().await?;
        let Some(before) = tx.find_webhook(tenant, id).await?.filter(|webhook| webhook.disabled_at.is_none()) else {
            return Ok(());
        };
        let after = WebhookRecord {
            disabled_at: Some(now),
            disabled_why: Some(why.word().to_owned()),
            version: before.version + 1,
            updated_at: now,
            ..before.clone()
        };
        tx.update_webhook(&after).await?;
        let changes = differences(&told(&before), &told(&after), HIDDEN);
        let event = self.record(&call, tx.as_write(), now, EventType::WebhookDisabled, resource(id), changes).await?;
        self.deliver(&addressing, tx.as_write(), &event, now).await?;
        tx.commit().await?;
        self.forget_subscriptions(tenant);
        tracing::warn!(webhook.id = %id, why = why.word(), "a webhook was disabled");
        Ok(())
    }

    async fn check_address(&self, fields: &mut Fields, url: &str) {
        if let Err(refused) = self.inner.outbound.check(url).await {
            let refused: Refused = refused;
            fields.refuse("/url", refused.code(), refused.to_string());
        }
    }
}
