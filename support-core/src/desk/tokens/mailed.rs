//! Fresh links by mail, for whoever has none that works. At the door everybody is the same: whether anybody is known by the address is
//! looked up when the letter is written, so that neither the answer nor its time says.

use std::collections::BTreeMap;

use crate::{
    desk::{Call, Desk, TicketQuery, normal},
    error::{Fields, Result},
    model::{Actor, DeliveryId, EventType, NewDelivery, TenantId, text},
    protocol::{AskForLinks, CreateToken, TokenScope},
};

/// Contacts of one address who get a link each: people write from several browsers.
const CONTACTS_MAX: u32 = 5;

/// What a letter with fresh links needs.
#[derive(Clone, PartialEq, Eq)]
pub struct FreshLinks {
    /// The address on file, which is where the letter goes.
    pub email: String,
    /// The links, one for each contact with this address; those whom we heard of last come first.
    pub links: Vec<FreshLink>,
}

/// A link to all requests of a contact.
#[derive(Clone, PartialEq, Eq)]
pub struct FreshLink {
    /// The portal with the secret in the fragment.
    pub url: String,
    /// The number of the ticket in which something happened last. Not its subject: anybody may have opened it under this address.
    pub number: i64,
    /// Whether there are more tickets.
    pub has_more: bool,
}

impl std::fmt::Debug for FreshLinks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FreshLinks").field("links", &self.links.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for FreshLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FreshLink").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Desk {
    /// Whether anybody mails fresh links: without, it is no use to offer them.
    #[must_use]
    pub fn mails_links(&self) -> bool {
        self.inner.hooks.handlers.iter().any(|handler| handler.links_purpose().is_some())
    }

    /// Has fresh links mailed to an address, if somebody is known by it. Nobody is told whether.
    ///
    /// # Errors
    /// `Invalid` for what is no address; `TooManyRequests`.
    pub async fn ask_for_links(&self, call: &Call, input: &AskForLinks) -> Result<()> {
        let mut fields = Fields::default();
        let email = fields.check("/email", text::email(&normal(&input.email))).unwrap_or_default();
        fields.finish()?;
        let (tenant, now) = (call.actor.tenant, self.now());
        let mut tx = self.storage().write().await?;
        let wish = self.count_links_wish(call, tx.as_write(), &email).await?;
        for handler in self.inner.hooks.handlers.iter().filter(|_| wish.is_granted) {
            let Some(purpose) = handler.links_purpose() else { continue };
            let id = DeliveryId(self.fresh_id(now));
            let resource = format!("delivery:{id}");
            let event = self.record(call, tx.as_write(), now, EventType::TokenAsked, resource, BTreeMap::new()).await?;
            let delivery = NewDelivery {
                id,
                tenant,
                handler: handler.id().to_owned(),
                event: event.id,
                purpose: purpose.to_owned(),
                recipient: email.clone(),
                lane: None,
                due_at: now,
                created_at: now,
            };
            tx.append_delivery(&delivery).await?;
        }
        tx.commit().await?;
        wish.answer()
    }

    /// The links for a letter that was asked for under an address. Each call mints fresh ones. None when nobody who ever wrote to us is
    /// known by it.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn fresh_links(&self, tenant: TenantId, address: &str) -> Result<Option<FreshLinks>> {
        let key = text::email_key(address);
        let contacts = self.reader().await?.list_askers_by_address(tenant, &key, CONTACTS_MAX).await?;
        let mut fresh = Vec::new();
        for contact in contacts {
            let own = Call::new(self.actor(&contact).await?, "fresh-links");
            let tickets = self.list_tickets(&own, &TicketQuery { limit: 1, ..TicketQuery::default() }).await?;
            let Some(newest) = tickets.data.first() else { continue };
            let by_engine = Call::new(Actor::system(tenant), "fresh-links");
            let scope = TokenScope::Contact(contact.id);
            let wish = CreateToken { note: Some("asked for by mail".into()), ..CreateToken::of(scope) };
            let url = self.mint_token(&by_engine, wish).await?.url;
            let link = FreshLink { url, number: newest.number, has_more: tickets.next.is_some() };
            fresh.push((newest.last_message_at.unwrap_or(newest.created_at), contact.email, link));
        }
        fresh.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        let email = fresh.first().and_then(|(_, email, _)| email.clone());
        let links = fresh.into_iter().map(|(.., link)| link).collect();
        Ok(email.map(|email| FreshLinks { email, links }))
    }
}
