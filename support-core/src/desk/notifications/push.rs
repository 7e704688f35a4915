//! Browsers that are told of things while the dashboard is closed.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{decide::is_shared, reader_of, sentence};
use crate::{
    clock::random,
    desk::{Call, Desk, config::keys, reply::normal, webhooks::host},
    error::{Error, Fields, Result},
    model::{
        DeliveryRecord, EventType, NotificationWay, PersonId, PushSubscriptionId, PushSubscriptionRecord, SessionId,
        TenantId, limits, text,
    },
    outbound::{BrowserKeys, Refused, headers},
    protocol::{CreatePushSubscription, Page, PushSubscription},
    secret,
    storage::NotificationEntry,
};

/// Browsers of one person.
const BROWSERS_MAX: usize = 20;
/// Seconds that a push service keeps a message for a browser that is not there.
const KEPT_SECONDS: &str = "86400";
/// Things that one message counts.
const COUNTED: u32 = 100;
/// Bytes of a message's title and of the line below it.
const TITLE_MAX_BYTES: usize = 200;
const BODY_MAX_BYTES: usize = 500;

/// What is sealed of a browser: who has it can send there.
#[derive(Serialize, Deserialize)]
struct Sealed {
    endpoint: String,
    p256dh: String,
    auth: String,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PushOutcome {
    /// Nothing was sent, and why.
    Skipped(&'static str),
    /// The service answered with this status, and perhaps how long it wants to be left alone.
    Answered(u16, Option<i64>),
    /// No answer came, and why.
    Undelivered(String),
}

fn resource(id: PushSubscriptionId) -> String {
    format!("push_subscription:{id}")
}

fn view(subscription: &PushSubscriptionRecord) -> PushSubscription {
    let PushSubscriptionRecord { id, host, name, created_at, .. } = subscription;
    PushSubscription { id: *id, host: host.clone(), name: name.clone(), created_at: *created_at }
}

impl Desk {
    /// The caller's browsers, oldest first.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent.
    pub async fn list_push_subscriptions(&self, call: &Call) -> Result<Page<PushSubscription>> {
        let person = reader_of(call)?;
        let subscriptions = self.reader().await?.list_push_subscriptions(call.actor.tenant, person).await?;
        Ok(Page { data: subscriptions.iter().map(view).collect(), next: None, previous: None })
    }

    /// Adds a browser. One that was somebody else's is the caller's from then on. It ends with the session that it was made by.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent; `Invalid`; `Conflict` when there are too many.
    pub(crate) async fn create_push_subscription(
        &self,
        call: &Call,
        session: Option<SessionId>,
        input: CreatePushSubscription,
    ) -> Result<PushSubscription> {
        let person = reader_of(call)?;
        let mut fields = Fields::default();
        let given = normal(&input.name);
        let name = match given.trim() {
            "" => Some(String::new()),
            name => fields.check("/name", text::line(name, limits::LABEL_MAX)),
        };
        if BrowserKeys::new(&input.keys.p256dh, &input.keys.auth).is_none() {
            fields.refuse("/keys", "invalid_keys", "must be a point of P-256 and 16 bytes, both in base64url");
        }
        if let Err(refused) = self.inner.outbound.check(&input.endpoint).await {
            let refused: Refused = refused;
            fields.refuse("/endpoint", refused.code(), refused.to_string());
        }
        fields.finish()?;

        let (tenant, now) = (call.actor.tenant, self.now());
        let hash = secret::hash(&input.endpoint);
        let sealed = Sealed { endpoint: input.endpoint, p256dh: input.keys.p256dh, auth: input.keys.auth };
        let id = PushSubscriptionId(self.fresh_id(now));
        let mut subscription = PushSubscriptionRecord {
            id,
            tenant,
            person,
            session,
            sealed: self.seal(id, &sealed)?,
            host: host(&sealed.endpoint),
            name: name.unwrap_or_default(),
            created_at: now,
        };
        let mut tx = self.storage().write().await?;
        let known = tx.list_push_subscriptions(tenant, person).await?;
        if known.len() >= BROWSERS_MAX {
            let detail = format!("There are {BROWSERS_MAX} already: take one away first.");
            return Err(Error::Conflict { code: "too_many", detail });
        }
        let id = tx.put_push_subscription(&subscription, &hash).await?;
        if id != subscription.id {
            // It is known under that id, to which the seal is bound.
            (subscription.id, subscription.sealed) = (id, self.seal(id, &sealed)?);
            tx.put_push_subscription(&subscription, &hash).await?;
        }
        let host = crate::protocol::Change { from: None, to: Some(subscription.host.clone()) };
        let changes = [("host".to_owned(), host)].into();
        let about = resource(subscription.id);
        self.record(call, tx.as_write(), now, EventType::PushSubscriptionCreated, about, changes).await?;
        tx.commit().await?;
        Ok(view(&subscription))
    }

    fn seal(&self, id: PushSubscriptionId, sealed: &Sealed) -> Result<String> {
        let text = serde_json::to_string(sealed).map_err(Error::internal)?;
        self.inner.sealing.seal(&resource(id), &text, self.entropy())
    }

    /// Takes one of the caller's browsers away.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent; `NotFound` when it is not theirs.
    pub async fn delete_push_subscription(&self, call: &Call, id: PushSubscriptionId) -> Result<()> {
        let person = reader_of(call)?;
        self.forget_browser(call, person, id).await?.then_some(()).ok_or(Error::NotFound)
    }

    /// Takes a browser away that is not there any more.
    pub(crate) async fn forget_browser(&self, call: &Call, person: PersonId, id: PushSubscriptionId) -> Result<bool> {
        let now = self.now();
        let mut tx = self.storage().write().await?;
        if !tx.delete_push_subscription(call.actor.tenant, person, id).await? {
            return Ok(false);
        }
        let kind = EventType::PushSubscriptionDeleted;
        self.record(call, tx.as_write(), now, kind, resource(id), std::collections::BTreeMap::new()).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Sends what a delivery has to tell to its browser, if there is something still.
    ///
    /// # Errors
    /// When the storage fails, or what was sealed cannot be read.
    pub(crate) async fn push(&self, delivery: &DeliveryRecord) -> Result<PushOutcome> {
        let tenant = delivery.tenant;
        let id = delivery.lane.as_deref().and_then(|lane| lane.parse().ok());
        let Some(id) = id else { return Ok(PushOutcome::Skipped("for no browser")) };
        let Some(browser) = self.reader().await?.find_push_subscription(tenant, id).await? else {
            return Ok(PushOutcome::Skipped("the browser was taken away"));
        };
        if !self.is_signed_in(tenant, &browser).await? {
            let call = Call::new(crate::model::Actor::system(tenant), "push");
            self.forget_browser(&call, browser.person, browser.id).await?;
            return Ok(PushOutcome::Skipped("signed out in that browser"));
        }
        let entries = self.due_to(delivery, &browser).await?;
        let Some(first) = entries.first() else {
            return Ok(PushOutcome::Skipped("seen meanwhile, or out of reach"));
        };
        let text = self.push_text(first, entries.len());
        self.send_push(&browser, &text).await
    }

    /// A browser that was signed out is told of nothing: somebody else may sit before it.
    async fn is_signed_in(&self, tenant: TenantId, browser: &PushSubscriptionRecord) -> Result<bool> {
        let Some(session) = browser.session else { return Ok(true) };
        let session = self.reader().await?.find_session_by_id(tenant, session).await?;
        let now = self.now();
        Ok(session.is_some_and(|session| session.is_live(now) && session.person == Some(browser.person)))
    }

    /// What is to be told now: the fact that the delivery is about, with all that waited for the same moment.
    async fn due_to(
        &self,
        delivery: &DeliveryRecord,
        browser: &PushSubscriptionRecord,
    ) -> Result<Vec<NotificationEntry>> {
        let (tenant, id) = (delivery.tenant, browser.person);
        let mut tx = self.reader().await?;
        let person = tx.find_person(tenant, id).await?.filter(|person| person.is_active && person.is_user());
        let decided = tx.find_notification_of(tenant, id, delivery.event).await?;
        let (Some(person), Some(decided)) = (person, decided) else { return Ok(Vec::new()) };
        let Some(due_at) = decided.notification.push_due_at else { return Ok(Vec::new()) };
        let entries = if is_shared(&decided.notification, due_at) {
            tx.notifications_due(tenant, id, NotificationWay::Push, due_at, COUNTED).await?
        } else {
            Some(decided).filter(|entry| entry.notification.read_at.is_none()).into_iter().collect()
        };
        drop(tx);
        let actor = self.actor(&person).await?;
        Ok(entries.into_iter().filter(|entry| self.may_know(&actor, &entry.about)).collect())
    }

    /// What the service worker shows. No message's text: it would stand on locked screens.
    fn push_text(&self, first: &NotificationEntry, count: usize) -> String {
        let admin = format!("{}/admin", self.public_url());
        let (title, body, url, tag) = match &first.about.ticket {
            _ if count > 1 => (format!("{count} notifications"), String::new(), admin, "many".to_owned()),
            Some(ticket) => (
                sentence(&first.notification, &first.about),
                format!("#{} {}", ticket.number, ticket.subject),
                format!("{admin}/v/open/t/{}", ticket.id),
                ticket.id.to_string(),
            ),
            None => {
                let settings = format!("{admin}/settings/webhooks");
                (sentence(&first.notification, &first.about), String::new(), settings, "desk".to_owned())
            }
        };
        let (title, body) = (cut(title, TITLE_MAX_BYTES), cut(body, BODY_MAX_BYTES));
        json!({ "title": title, "body": body, "url": url, "tag": tag }).to_string()
    }

    async fn send_push(&self, browser: &PushSubscriptionRecord, text: &str) -> Result<PushOutcome> {
        let unreadable = || Error::internal("a browser's address was sealed with another key");
        let sealed = self.inner.sealing.open(&resource(browser.id), &browser.sealed).ok_or_else(unreadable)?;
        let sealed: Sealed = serde_json::from_str(&sealed).map_err(Error::internal)?;
        let keys = BrowserKeys::new(&sealed.p256dh, &sealed.auth).ok_or_else(unreadable)?;
        let body = keys.encrypt(text.as_bytes(), &random(self.entropy()), &random(self.entropy()));
        let Some(body) = body else { return Ok(PushOutcome::Skipped("too long for a message")) };
        let now = self.now();
        let origin = url::Url::parse(&sealed.endpoint).map_err(Error::internal)?.origin().ascii_serialization();
        let contact = self.push_contact(browser.tenant).await?;
        let authorization = self.inner.push.authorization(&origin, &contact, now);
        let authorization = authorization.ok_or_else(|| Error::internal("a push message could not be signed"))?;
        let mut head = headers::HeaderMap::new();
        for (name, value) in [
            ("content-type", "application/octet-stream"),
            ("content-encoding", "aes128gcm"),
            ("ttl", KEPT_SECONDS),
            ("urgency", "normal"),
            ("authorization", &authorization),
        ] {
            head.insert(name, headers::HeaderValue::from_str(value).map_err(Error::internal)?);
        }
        Ok(match self.inner.outbound.post(&sealed.endpoint, head, Bytes::from(body)).await {
            Ok(answer) => PushOutcome::Answered(answer.status, answer.retry_after(now)),
            Err(undelivered) => PushOutcome::Undelivered(undelivered.to_string()),
        })
    }

    /// Where the operators of a push service can complain.
    async fn push_contact(&self, tenant: TenantId) -> Result<String> {
        let config = self.config(tenant).await?;
        let team = config.text(keys::OPS_SUPPORT_EMAIL);
        Ok(if team.is_empty() { self.public_url().to_owned() } else { format!("mailto:{team}") })
    }
}

fn cut(mut text: String, max_bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(max_bytes));
    text
}
