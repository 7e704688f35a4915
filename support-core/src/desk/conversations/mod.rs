//! Direct and group conversations of colleagues, and what they share with tickets: one thread, one set of verbs for messages.

mod change;
mod list;
mod read;
mod say;
mod start;

use super::{Audience, Call, Desk, conversation_view, found, merge::thread_of, message_view, said_view, work::Work};
use crate::{
    error::{Error, Fields, Result},
    model::{
        Action, ActorKind, ConversationChange, ConversationId, ConversationRecord, MessageId, MessageRecord, PersonId,
        PersonKind, Scope, TenantId, TicketRecord, limits,
    },
    protocol::{Conversation, Message},
    storage::ReadTx,
};

/// Where a message stands, and who looks at it there.
#[derive(Debug)]
pub(crate) enum Standing {
    /// In a ticket that the caller can find.
    Ticket(Box<TicketRecord>, Audience),
    /// In a conversation that the caller takes part in.
    Conversation(Box<ConversationRecord>, PersonId),
}

impl Standing {
    /// The message as the caller may see it.
    pub(super) fn view(&self, message: &MessageRecord) -> Message {
        match self {
            Self::Ticket(ticket, audience) => message_view(message, ticket, *audience),
            Self::Conversation(conversation, person) => said_view(message, conversation, *person),
        }
    }

    pub(super) fn id(&self) -> ConversationId {
        match self {
            Self::Ticket(ticket, _) => ticket.id,
            Self::Conversation(conversation, _) => conversation.id,
        }
    }

    /// A message of it, if the caller can see that.
    pub(super) async fn find(&self, tx: &mut dyn ReadTx, tenant: TenantId, id: MessageId) -> Result<MessageRecord> {
        let message = tx.find_message(tenant, self.id(), id).await?;
        found(message.filter(|message| !self.public_only() || !message.is_internal))
    }

    /// Whether notes are kept from the caller.
    pub(super) fn public_only(&self) -> bool {
        matches!(self, Self::Ticket(_, Audience::Customer | Audience::Guest))
    }
}

/// The caller, where they are somebody who can take part: an agent. Programs and customers have tickets.
pub(super) fn colleague(call: &Call) -> Option<PersonId> {
    call.actor.person.filter(|_| call.actor.kind == ActorKind::Agent)
}

/// The caller as somebody who takes part.
fn participant(call: &Call) -> Result<PersonId> {
    colleague(call).ok_or(Error::Forbidden)
}

impl Desk {
    /// The conversation or the ticket of that id, as far as the caller has a part in it. A merged ticket stands for the one that its
    /// thread goes on in.
    pub(super) async fn standing(&self, call: &Call, tx: &mut dyn ReadTx, id: ConversationId) -> Result<Standing> {
        if let Some(person) = colleague(call)
            && let Some(conversation) = tx.find_conversation(call.actor.tenant, person, id).await?
        {
            return Ok(Standing::Conversation(Box::new(conversation), person));
        }
        let ticket = self.readable(call, tx, id).await?;
        let ticket = thread_of(tx, ticket).await?;
        Ok(Standing::Ticket(Box::new(ticket), Audience::of(&call.actor)))
    }

    /// Whether the caller takes part in a conversation of that id.
    async fn takes_part(&self, call: &Call, id: ConversationId) -> Result<bool> {
        let Some(person) = colleague(call) else { return Ok(false) };
        Ok(self.reader().await?.find_conversation(call.actor.tenant, person, id).await?.is_some())
    }

    /// The agents of these ids, with their names. `at` names the member of the body.
    async fn colleagues(&self, call: &Call, at: &str, ids: &[PersonId]) -> Result<Vec<(PersonId, String)>> {
        if ids.is_empty() {
            return Err(Error::field(at, "empty", "must name at least one agent"));
        }
        if ids.len() >= limits::PARTICIPANTS_MAX {
            return Err(Error::field(at, "too_many", "must name at most 99 agents"));
        }
        let mut fields = Fields::default();
        let mut tx = self.reader().await?;
        let mut people: Vec<(PersonId, String)> = Vec::with_capacity(ids.len());
        for (index, id) in ids.iter().enumerate() {
            let person = tx.find_person(call.actor.tenant, *id).await?;
            match person.filter(|person| person.kind == PersonKind::Agent && person.is_active) {
                None => fields.refuse(&format!("{at}/{index}"), "unknown_agent", "there is no such agent"),
                Some(person) if people.iter().all(|(known, _)| known != id) => people.push((*id, person.name)),
                Some(_) => {}
            }
        }
        fields.finish()?;
        Ok(people)
    }
}

impl Work<'_> {
    /// The locked conversation; not found for whoever takes no part.
    async fn conversation(&mut self, person: PersonId, id: ConversationId) -> Result<ConversationRecord> {
        let tenant = self.call.actor.tenant;
        found(self.tx().load_conversation(tenant, person, id).await?)
    }

    /// The locked conversation or ticket with the message in it, if the caller can see both.
    pub(super) async fn standing(
        &mut self,
        id: ConversationId,
        message: MessageId,
    ) -> Result<(Standing, MessageRecord)> {
        let call = self.call;
        let tenant = call.actor.tenant;
        if let Some(person) = colleague(call)
            && let Some(conversation) = self.tx().load_conversation(tenant, person, id).await?
        {
            let standing = Standing::Conversation(Box::new(conversation), person);
            let message = standing.find(self.tx(), tenant, message).await?;
            return Ok((standing, message));
        }
        let mut ticket = found(self.tx().load_ticket(tenant, call.actor.scope, id).await?)?;
        self.desk.allow(&call.actor, Action::Read, &ticket)?;
        if let Some(into) = ticket.merged_into {
            ticket = found(self.tx().load_ticket(tenant, Scope::Desk, into).await?)?;
        }
        let standing = Standing::Ticket(Box::new(ticket), Audience::of(&call.actor));
        let message = standing.find(self.tx(), tenant, message).await?;
        Ok((standing, message))
    }

    /// Writes a change if there is one; how the conversation looks then.
    async fn converse(
        &mut self,
        conversation: ConversationRecord,
        change: Option<&ConversationChange>,
        person: PersonId,
    ) -> Result<Conversation> {
        let Some(change) = change else { return Ok(conversation_view(&conversation, person)) };
        self.tx().apply_conversation(change).await?;
        Ok(conversation_view(&change.after, person))
    }
}
