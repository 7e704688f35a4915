//! Portal links: minting, finding, revoking. What a holder may do is in `holder`, links by mail in `mailed`, how uses are counted in `uses`.

mod holder;
mod mailed;
mod uses;

use std::collections::BTreeMap;

pub(crate) use self::uses::{TokenUses, run};
pub use self::{
    holder::{LinkDescription, LinkDetails},
    mailed::{FreshLink, FreshLinks},
};
use super::{Call, Desk, Done, found, list::place, reply::normal, view::token_view, work::Begun};
use crate::{
    error::{Error, Fields, Result},
    model::{
        Action, EventType, Permission, PersonBrief, PersonId, PersonKind, PersonRecord, Role, Timestamp, TokenId,
        TokenRecord, limits, text,
    },
    protocol::{Change, CreateToken, Link, MintedToken, Page, Token, TokenAbility, TokenScope},
    secret::{self, prefix},
    storage::{TokenFilter, WriteTx},
};

/// Which links are asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TokenQuery {
    /// Of this scope and contact.
    pub filter: TokenFilter,
    /// Those that work, or those that do not.
    pub active: Option<bool>,
    /// 1 to 100; 25 when left out.
    pub limit: Option<u32>,
    /// Of an earlier page.
    pub cursor: Option<String>,
}

impl Desk {
    /// Mints a link. The secret is in this answer and nowhere else.
    ///
    /// # Errors
    /// `NotFound` for a ticket or contact out of reach; `Forbidden`; `Invalid`.
    pub async fn mint_token(&self, call: &Call, mut input: CreateToken) -> Result<MintedToken> {
        // A link reads for its holder: nobody hands out what they may not read themselves.
        if !call.actor.may(Permission::TicketsRead) {
            return Err(Error::Forbidden);
        }
        let mut fields = Fields::default();
        let days = input.expires_in_days.unwrap_or(limits::TOKEN_DAYS_DEFAULT);
        if !(1..=limits::TOKEN_DAYS_MAX).contains(&days) {
            fields.refuse("/expires_in_days", "out_of_range", "must be 1 to 30");
        }
        let mut can = input.can.unwrap_or_else(|| vec![TokenAbility::Read, TokenAbility::Reply]);
        can.sort_unstable();
        can.dedup();
        if !can.contains(&TokenAbility::Read) {
            fields.refuse("/can", "needs_read", "must contain `read`");
        }
        let note = input.note.as_deref();
        let note = note.and_then(|note| fields.check("/note", text::line(&normal(note), limits::LABEL_MAX)));
        match &mut input.scope {
            TokenScope::Link(link) => {
                if !Link::is_kind(&link.kind) {
                    fields.refuse("/scope/link/kind", "invalid_kind", "must be 1 to 40 of `a-z 0-9 _ -`");
                }
                let id = fields.check("/scope/link/id", text::line(&normal(&link.id), limits::LABEL_MAX));
                link.id = id.unwrap_or_default();
            }
            TokenScope::Ticket(_) | TokenScope::Contact(_) => {
                if input.contact.is_some() {
                    fields.refuse("/contact", "not_here", "goes with a link to a record of the host only");
                }
            }
        }
        fields.finish()?;
        let tenant = call.actor.tenant;
        let portal = self.portal_url(tenant).await?;
        let mut tx = self.storage().write().await?;
        let now = self.now();
        let id = TokenId(self.fresh_id(now));
        let contact = match &input.scope {
            TokenScope::Ticket(ticket) => {
                let ticket = found(tx.find_ticket(tenant, call.actor.scope, *ticket).await?)?;
                self.allow(&call.actor, Action::MintToken, &ticket)?;
                ticket.requester
            }
            TokenScope::Contact(contact) => self.contact_of_token(call, tx.as_write(), *contact).await?,
            TokenScope::Link(_) => match input.contact {
                Some(contact) => self.contact_of_token(call, tx.as_write(), contact).await?,
                None => self.holder(call, tx.as_write(), now, format!("token:{id}"), "", None).await?,
            },
        };
        // Held, since whoever is deleted meanwhile takes their address out of the links that are there by then.
        let contact = found(tx.hold_person(tenant, contact.id).await?)?;
        let secret = secret::fresh(prefix::PORTAL, self.entropy());
        let token = TokenRecord {
            id,
            tenant,
            scope: input.scope,
            can,
            note,
            contact: contact.id,
            address: contact.email.as_deref().map(text::email_key),
            created_by: call.actor.person,
            created_at: now,
            expires_at: now + chrono::TimeDelta::days(days.into()),
            use_count: 0,
            last_used_at: None,
            revoked_at: None,
        };
        tx.insert_token(&token, &secret::hash(&secret)).await?;
        let changes = facts(&token);
        self.record(call, tx.as_write(), now, EventType::TokenCreated, format!("token:{id}"), changes).await?;
        tx.commit().await?;
        Ok(MintedToken {
            id,
            url: format!("{portal}/portal#{secret}"),
            token: secret,
            scope: token.scope,
            can: token.can,
            expires_at: token.expires_at,
            use_count: 0,
        })
    }

    async fn contact_of_token(&self, call: &Call, tx: &mut dyn WriteTx, contact: PersonId) -> Result<PersonBrief> {
        if !call.actor.is_staff() {
            return Err(Error::Forbidden);
        }
        let person = tx.find_person(call.actor.tenant, contact).await?;
        found(person.filter(|person| person.kind == PersonKind::Contact)).map(|person| (&person).into())
    }

    /// Somebody whom only a link knows: what they say of themselves is nobody else's, even where the address is.
    pub(super) async fn holder(
        &self,
        call: &Call,
        tx: &mut dyn WriteTx,
        now: Timestamp,
        subject: String,
        name: &str,
        email: Option<String>,
    ) -> Result<PersonBrief> {
        let tenant = call.actor.tenant;
        if let Some(known) = tx.find_person_by_subject(tenant, PersonKind::Contact, &subject).await? {
            return Ok((&known).into());
        }
        let holder = PersonRecord {
            id: PersonId(self.fresh_id(now)),
            tenant,
            kind: PersonKind::Contact,
            subject: Some(subject),
            name: name.to_owned(),
            email,
            phone: None,
            verified: false,
            role: Role::Customer,
            custom_role: None,
            is_active: true,
            created_at: now,
            updated_at: now,
        };
        Ok((&tx.upsert_person(&holder).await?).into())
    }

    /// Links without their secrets, newest first.
    ///
    /// # Errors
    /// `BadRequest` for a cursor of another list.
    pub async fn list_tokens(&self, call: &Call, query: &TokenQuery) -> Result<Page<Token>> {
        let tenant = call.actor.tenant;
        let list = format!("tokens {tenant} {:?} {:?}", query.filter, query.active);
        let before = match &query.cursor {
            Some(cursor) => Some(place(&self.inner.cursors.read(&list, cursor)?)?),
            None => None,
        };
        let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT).clamp(1, limits::PAGE_MAX);
        let active = query.active.map(|active| (active, self.now()));
        let mut tokens = self.reader().await?.list_tokens(tenant, &query.filter, active, before, limit + 1).await?;
        let full = tokens.len() > limit as usize;
        tokens.truncate(limit as usize);
        // What this process has noted and not yet written shows at once; looking writes nothing.
        tokens.iter_mut().for_each(|token| self.inner.token_uses.show(token));
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
        let before = found(work.tx().find_token(tenant, id).await?)?;
        if before.revoked_at.is_none() {
            let now = work.now;
            work.tx().revoke_token(tenant, id, now).await?;
            work.record(EventType::TokenRevoked, format!("token:{id}"), BTreeMap::new()).await?;
        }
        let mut token = found(work.tx().find_token(tenant, id).await?)?;
        self.inner.token_uses.show(&mut token);
        work.commit(token_view(&token)).await
    }
}

/// A fresh link in words, without its secret.
fn facts(token: &TokenRecord) -> BTreeMap<String, Change> {
    let scope = match &token.scope {
        TokenScope::Ticket(ticket) => format!("ticket:{ticket}"),
        TokenScope::Contact(contact) => format!("contact:{contact}"),
        TokenScope::Link(link) => format!("link:{link}"),
    };
    let can: Vec<_> = token.can.iter().map(|ability| ability.word()).collect();
    let facts = [
        ("scope", scope),
        ("can", can.join(", ")),
        ("expires_at", token.expires_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
        ("contact", token.contact.to_string()),
    ];
    facts.into_iter().map(|(name, to)| (name.to_owned(), Change { from: None, to: Some(to) })).collect()
}
