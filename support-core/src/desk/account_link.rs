//! Letters about accounts: an invitation, a link to a new password. The link's code is drawn when the letter is written, so that it is
//! stored nowhere but as a hash.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Call, Desk};
use crate::{
    error::Result,
    model::{DeliveryId, EventRecord, EventType, NewDelivery, PersonId, PersonRecord, SessionId, TenantId, Timestamp},
    secret::{self, prefix},
    storage::{SessionKind, SessionRecord, WriteTx},
};

/// How long an invitation holds.
const INVITE: TimeDelta = TimeDelta::days(7);
/// How long a link to a new password holds.
const RESET: TimeDelta = TimeDelta::hours(1);

/// What a letter about an account needs.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountLink {
    /// Where the person chooses a password. The code in it works once.
    pub url: String,
    /// The account's address.
    pub email: String,
    /// The person's name.
    pub name: String,
}

impl std::fmt::Debug for AccountLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountLink")
    }
}

/// The name of a person in the audit.
pub(crate) fn user(id: PersonId) -> String {
    format!("user:{id}")
}

fn kind_of(event: EventType) -> Option<SessionKind> {
    match event {
        EventType::UserInvited => Some(SessionKind::Invite),
        EventType::UserPasswordResetAsked => Some(SessionKind::Reset),
        _ => None,
    }
}

impl Desk {
    /// Records that a letter about an account is wanted, hands it to whoever writes such letters, and makes earlier links void. Says
    /// whether anybody writes such letters.
    pub(crate) async fn ask_letter(
        &self,
        call: &Call,
        tx: &mut dyn WriteTx,
        event: EventType,
        person: &PersonRecord,
    ) -> Result<bool> {
        let now = self.now();
        if let Some(kind) = kind_of(event) {
            tx.revoke_sessions_of(person.tenant, person.id, Some(kind), now).await?;
        }
        let event = self.record(call, tx, now, event, user(person.id), BTreeMap::new()).await?;
        let mut anybody = false;
        for handler in &self.inner.hooks.handlers {
            for target in handler.account_targets(&event, person) {
                anybody = true;
                let delivery = NewDelivery {
                    id: DeliveryId(self.fresh_id(now)),
                    tenant: person.tenant,
                    handler: handler.id().to_owned(),
                    event: event.id,
                    purpose: target.purpose,
                    recipient: target.recipient,
                    lane: target.lane,
                    due_at: now + target.delay,
                    created_at: now,
                };
                tx.append_delivery(&delivery).await?;
            }
        }
        Ok(anybody)
    }

    /// The link for the letter that an event asks for: `user.invited` or `user.password_reset_asked`. Each call draws a fresh code and
    /// makes earlier ones void. None when the person is gone or disabled, or needs none any more.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn account_link(&self, event: &EventRecord) -> Result<Option<AccountLink>> {
        let id =
            event.resource.as_deref().and_then(|resource| resource.strip_prefix("user:")?.parse::<PersonId>().ok());
        let (Some(kind), Some(id)) = (kind_of(event.kind), id) else { return Ok(None) };
        let (tenant, now) = (event.tenant, self.now());
        let (prefix, page, life) = match kind {
            SessionKind::Invite => (prefix::INVITE, "invite", INVITE),
            _ => (prefix::RESET, "reset", RESET),
        };
        // A letter that was held up beyond its link's life helps nobody.
        if event.occurred_at + life <= now {
            return Ok(None);
        }
        let mut tx = self.storage().write().await?;
        let person = tx.find_person(tenant, id).await?.filter(|person| person.is_active);
        let account = tx.find_account_of(tenant, id).await?;
        let (Some(person), Some(account)) = (person, account) else { return Ok(None) };
        let Some(email) = person.email.filter(|_| kind == SessionKind::Reset || account.password_hash.is_none()) else {
            return Ok(None);
        };
        let code = secret::fresh(prefix, self.entropy());
        tx.revoke_sessions_of(tenant, id, Some(kind), now).await?;
        tx.insert_session(&self.code_session(tenant, kind, id, now, life), Some(&secret::hash(&code))).await?;
        tx.commit().await?;
        Ok(Some(AccountLink { url: format!("{}/{page}#{code}", self.public_url()), email, name: person.name }))
    }

    fn code_session(
        &self,
        tenant: TenantId,
        kind: SessionKind,
        person: PersonId,
        now: Timestamp,
        life: TimeDelta,
    ) -> SessionRecord {
        SessionRecord {
            id: SessionId(self.fresh_id(now)),
            tenant,
            kind,
            person: Some(person),
            inbox: None,
            token: None,
            parent: None,
            created_at: now,
            expires_at: now + life,
            revoked_at: None,
        }
    }
}
