//! Who holds a link: from its secret to an actor, and what the host says of the record that it is about.

use async_trait::async_trait;

use crate::{
    desk::{Call, Desk, HOOK_TIME, TicketQuery},
    error::Result,
    model::{Actor, ActorKind, Permissions, Role, Scope, TenantId, TokenRecord, text},
    protocol::{Link, LinkCard, LinkFact, PortalContext, TokenScope},
    secret::{self, prefix},
};

/// Tickets that a link shows at once; the list has the others.
const SHOWN: u32 = 50;

/// Says to the holder of a link what the record is that it is about. Registered with
/// [`Builder::link_details`](crate::Builder::link_details).
///
/// ```
/// use support_core::{desk::{LinkDescription, LinkDetails}, model::TenantId, protocol::Link};
///
/// struct Orders;
///
/// #[async_trait::async_trait]
/// impl LinkDetails for Orders {
///     async fn describe(&self, _: TenantId, link: &Link) -> Option<LinkDescription> {
///         (link.kind == "order").then(|| {
///             LinkDescription::titled(format!("Order {}", link.id)).fact("Shipped", "Monday").url("https://shop.example.com/orders")
///         })
///     }
/// }
/// ```
#[async_trait]
pub trait LinkDetails: Send + Sync + 'static {
    /// What the holder may know of the record; `None` where there is nothing to say. Has three seconds; a link works without.
    async fn describe(&self, tenant: TenantId, link: &Link) -> Option<LinkDescription>;
}

/// A record in the host's words, for people outside: whoever holds the link reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkDescription {
    title: String,
    url: Option<String>,
    facts: Vec<(String, String)>,
}

impl LinkDescription {
    /// With a name.
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// With a further line.
    #[must_use]
    pub fn fact(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((label.into(), value.into()));
        self
    }

    /// With the place where the host shows it; only `https:` and `http:` addresses are shown.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into()).filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        self
    }
}

impl Desk {
    /// The live token of a secret with its holder. Everything that can be wrong with it is one and the same: none.
    pub(crate) async fn token_holder(&self, tenant: TenantId, secret: &str) -> Result<Option<(TokenRecord, Actor)>> {
        if !secret::is_well_formed(prefix::PORTAL, secret) {
            return Ok(None);
        }
        let token = self.reader().await?.find_token_by_hash(tenant, &secret::hash(secret)).await?;
        let Some(token) = token.filter(|token| token.is_live(self.now())) else { return Ok(None) };
        let actor = self.portal_actor(&token).await?;
        Ok(actor.map(|actor| (token, actor)))
    }

    /// Who the holder of a token is to the desk. None when the person is not there any more, or not under the address that they had
    /// when the token was made: whoever reads the old mailbox must not read on.
    pub(crate) async fn portal_actor(&self, token: &TokenRecord) -> Result<Option<Actor>> {
        let person = self.reader().await?.find_person(token.tenant, token.contact).await?;
        let person = person.filter(|person| person.is_active);
        let person = person.filter(|person| match &token.address {
            Some(address) => person.email.as_deref().map(text::email_key).as_ref() == Some(address),
            None => true,
        });
        let (scope, link) = match &token.scope {
            TokenScope::Ticket(ticket) => (Scope::Ticket(*ticket), None),
            TokenScope::Contact(_) => (Scope::Requester(token.contact), None),
            TokenScope::Link(link) => (Scope::Link(token.id), Some(link.clone())),
        };
        Ok(person.map(|person| Actor {
            tenant: token.tenant,
            kind: ActorKind::Portal,
            person: Some(person.id),
            name: person.name,
            email: person.email,
            role: Role::Customer,
            permissions: Permissions::NONE,
            scope,
            can: token.can.clone(),
            link,
        }))
    }

    /// What the holder of a link sees at first.
    pub(crate) async fn portal_context(&self, call: &Call, token: &TokenRecord) -> Result<PortalContext> {
        let tickets = match call.actor.scope {
            Scope::Ticket(ticket) => vec![self.show(call, ticket, false).await?],
            _ => self.list_tickets(call, &TicketQuery { limit: SHOWN, ..TicketQuery::default() }).await?.data,
        };
        let link = match &token.scope {
            TokenScope::Link(link) => Some(self.link_card(token.tenant, link).await),
            TokenScope::Ticket(_) | TokenScope::Contact(_) => None,
        };
        Ok(PortalContext {
            scope: token.scope.clone(),
            can: token.can.clone(),
            tickets,
            expires_at: token.expires_at,
            link,
        })
    }

    async fn link_card(&self, tenant: TenantId, link: &Link) -> LinkCard {
        let described = match &self.inner.link_details {
            Some(details) => match tokio::time::timeout(HOOK_TIME, details.describe(tenant, link)).await {
                Ok(described) => described,
                Err(_) => {
                    tracing::warn!(link.kind, "the host took longer than {HOOK_TIME:?} to describe a record");
                    None
                }
            },
            None => None,
        };
        let (kind, id) = (link.kind.clone(), link.id.clone());
        match described {
            Some(LinkDescription { title, url, facts }) => {
                let facts = facts.into_iter().map(|(label, value)| LinkFact { label, value }).collect();
                LinkCard { kind, id, title: Some(title), url, facts }
            }
            None => LinkCard { kind, id, title: None, url: None, facts: Vec::new() },
        }
    }
}
