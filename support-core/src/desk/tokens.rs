//! Portal links: minting, finding, revoking.

use super::{Call, Desk, Done, found, list::place, reply::normal, view::token_view, work::Begun};
use crate::{
    error::{Error, Fields, Result},
    model::{
        Action, Actor, ActorKind, Permissions, PersonId, PersonKind, Role, Scope, TenantId, TicketId, TokenId,
        TokenRecord, limits, text,
    },
    protocol::{CreateToken, MintedToken, Page, Token, TokenAbility, TokenScope},
    secret::{self, prefix},
};

impl Desk {
    /// Mints a link. The secret is in this answer and nowhere else.
    ///
    /// # Errors
    /// `NotFound` for a ticket or contact out of reach; `Forbidden`; `Invalid`.
    pub async fn mint_token(&self, call: &Call, input: CreateToken) -> Result<MintedToken> {
        let mut fields = Fields::default();
        let days = input.expires_in_days.unwrap_or(limits::TOKEN_DAYS_DEFAULT);
        if !(1..=limits::TOKEN_DAYS_MAX).contains(&days) {
            fields.refuse("/expires_in_days", "out_of_range", "must be 1 to 30");
        }
        let can = input.can.unwrap_or_else(|| vec![TokenAbility::Read, TokenAbility::Reply]);
        if !can.contains(&TokenAbility::Read) {
            fields.refuse("/can", "needs_read", "must contain `read`");
        }
        let note = input.note.as_deref();
        let note = note.and_then(|note| fields.check("/note", text::line(&normal(note), limits::LABEL_MAX)));
        fields.finish()?;
        let tenant = call.actor.tenant;
        let portal = self.portal_url(tenant).await?;
        let mut tx = self.storage().write().await?;
        let contact = match input.scope {
            TokenScope::Ticket(ticket) => {
                let ticket = found(tx.find_ticket(tenant, call.actor.scope, ticket).await?)?;
                self.allow(&call.actor, Action::MintToken, &ticket)?;
                ticket.requester.id
            }
            TokenScope::Contact(contact) => {
                if !call.actor.is_staff() {
                    return Err(Error::Forbidden);
                }
                let person = tx.find_person(tenant, contact).await?;
                found(person.filter(|person| person.kind == PersonKind::Contact))?.id
            }
        };
        let now = self.now();
        let secret = secret::fresh(prefix::PORTAL, self.entropy());
        let token = TokenRecord {
            id: TokenId(self.fresh_id(now)),
            tenant,
            scope: input.scope,
            can,
            note,
            contact,
            created_by: call.actor.person,
            created_at: now,
            expires_at: now + chrono::TimeDelta::days(days.into()),
            use_count: 0,
            revoked_at: None,
        };
        tx.insert_token(&token, &secret::hash(&secret)).await?;
        tx.commit().await?;
        Ok(MintedToken {
            id: token.id,
            url: format!("{portal}/portal#{secret}"),
            token: secret,
            scope: token.scope,
            can: token.can,
            expires_at: token.expires_at,
            use_count: 0,
        })
    }

    /// Tokens, newest first; of one ticket, or all.
    ///
    /// # Errors
    /// `BadRequest` for a cursor of another list.
    pub async fn list_tokens(
        &self,
        call: &Call,
        ticket: Option<TicketId>,
        limit: Option<u32>,
        cursor: Option<&str>,
    ) -> Result<Page<Token>> {
        let list = format!("tokens {} {ticket:?}", call.actor.tenant);
        let before = match cursor {
            Some(cursor) => Some(place(&self.inner.cursors.read(&list, cursor)?)?),
            None => None,
        };
        let limit = limit.unwrap_or(limits::PAGE_DEFAULT).clamp(1, limits::PAGE_MAX);
        let mut tokens = self.reader().await?.list_tokens(call.actor.tenant, ticket, before, limit + 1).await?;
        let full = tokens.len() > limit as usize;
        tokens.truncate(limit as usize);
        let next = tokens.last().filter(|_| full).map(|last| self.inner.cursors.write(&list, &last.id.to_string()));
        Ok(Page { data: tokens.iter().map(token_view).collect(), next, previous: None })
    }

    /// Ends a link and every session that came from it. Doing it twice changes nothing.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn revoke_token(&self, call: &Call, id: TokenId) -> Result<Done<Token>> {
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let tenant = call.actor.tenant;
        found(work.tx().find_token(tenant, id).await?)?;
        let now = work.now;
        work.tx().revoke_token(tenant, id, now).await?;
        let token = found(work.tx().find_token(tenant, id).await?)?;
        work.commit(token_view(&token)).await
    }

    /// The live token of a secret. Unknown, expired and revoked are one and the same: none.
    pub(crate) async fn live_token(&self, tenant: TenantId, secret: &str) -> Result<Option<TokenRecord>> {
        if !secret::is_well_formed(prefix::PORTAL, secret) {
            return Ok(None);
        }
        let token = self.reader().await?.find_token_by_hash(tenant, &secret::hash(secret)).await?;
        Ok(token.filter(|token| token.revoked_at.is_none() && token.expires_at > self.now()))
    }

    /// Who the holder of a token is to the desk.
    pub(crate) async fn portal_actor(&self, token: &TokenRecord) -> Result<Option<Actor>> {
        let person = self.reader().await?.find_person(token.tenant, token.contact).await?;
        Ok(person.filter(|person| person.is_active).map(|person| Actor {
            tenant: token.tenant,
            kind: ActorKind::Portal,
            person: Some(person.id),
            name: person.name,
            email: person.email,
            role: Role::Customer,
            permissions: Permissions::NONE,
            scope: scope(token.scope, token.contact),
            can: token.can.clone(),
        }))
    }
}

fn scope(scope: TokenScope, contact: PersonId) -> Scope {
    match scope {
        TokenScope::Ticket(ticket) => Scope::Ticket(ticket),
        TokenScope::Contact(_) => Scope::Requester(contact),
    }
}
