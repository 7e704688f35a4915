//! What becomes of a message that is there: another text, none at all, signs of agreement; and what it said before.

use super::{Audience, Call, Desk, Done, Standing, normal, reply::markup_of, work::Begun, work::Work};
use crate::{
    error::{Error, Fields, Result},
    model::{
        Action, ChangeSet, ConversationChange, ConversationId, MessageId, MessageRecord, ParticipantRole, Permission,
        PersonId, PersonKind, TicketRecord, decide, limits, text,
    },
    protocol::{EditMessage, Message, React, Revision},
    storage::MessageRange,
};

/// How far back a list's preview is looked for when the latest message was deleted.
const PREVIEW_BACK: u32 = 20;

impl Desk {
    /// Gives one's own message another text; the one before is kept.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for another's message; `Invalid`; `Conflict` once it is deleted.
    pub async fn edit_message(
        &self,
        call: &Call,
        conversation: ConversationId,
        message: MessageId,
        input: EditMessage,
    ) -> Result<Done<Message>> {
        let mut fields = Fields::default();
        let body = fields.check("/body", text::block(&normal(&input.body), limits::BODY_MAX));
        fields.finish()?;
        let body = body.unwrap_or_default();
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let (standing, message) = self.message_to_change(&mut work, conversation, message).await?;
        if !is_author(call, &message) {
            return Err(Error::Forbidden);
        }
        there(&message)?;
        let markup = markup_of(&body, message.format);
        let now = work.now;
        let change = match &standing {
            Standing::Conversation(conversation, person) => self
                .decide(call, now, |around| decide::edit_said(around, conversation, &message, body, markup))
                .map(|change| Changed::Conversation(Box::new(change), *person)),
            Standing::Ticket(ticket, _) => {
                let later = latest_but(work.tx(), ticket, message.id).await?;
                let is_latest = !message.is_internal && later.is_none_or(|later| later.seq < message.seq);
                self.decide(call, now, |around| decide::edit_message(around, ticket, &message, body, markup, is_latest))
                    .map(|change| Changed::Ticket(Box::new(change)))
            }
        };
        finish(work, standing, message, change).await
    }

    /// Takes a message's text away, with all that it ever said. Its author may, and who may override.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`. A message that is deleted already stays so.
    pub async fn delete_message(&self, call: &Call, conversation: ConversationId, message: MessageId) -> Result<()> {
        let mut work = match self.begin::<()>(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(_) => return Ok(()),
        };
        let (standing, message) = self.message_to_change(&mut work, conversation, message).await?;
        let may_override = match &standing {
            Standing::Ticket(..) => call.actor.may(Permission::TicketsOverride),
            Standing::Conversation(conversation, person) => {
                conversation.participant(*person).is_some_and(|participant| participant.role == ParticipantRole::Owner)
            }
        };
        if !is_author(call, &message) && !may_override {
            return Err(Error::Forbidden);
        }
        if message.deleted_at.is_some() {
            return Ok(());
        }
        let now = work.now;
        match &standing {
            Standing::Conversation(conversation, _) => {
                let change = self.decide(call, now, |around| decide::delete_said(around, conversation, &message));
                work.tx().apply_conversation(&change).await?;
            }
            Standing::Ticket(ticket, _) => {
                let latest = latest_but(work.tx(), ticket, message.id).await?;
                let preview = latest.map(|latest| latest.preview()).unwrap_or_default();
                let mut change =
                    self.decide(call, now, |around| decide::delete_message(around, ticket, &message, preview));
                work.apply(&mut change, None).await?;
            }
        }
        work.tx().remove_attachments_of(call.actor.tenant, message.id, now).await?;
        work.commit(()).await.map(drop)
    }

    /// Gives a message a sign, or takes it back. The same twice changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`; `Invalid` for what is no emoji; `Conflict` once the message is deleted or has too many signs.
    pub async fn react(
        &self,
        call: &Call,
        conversation: ConversationId,
        message: MessageId,
        input: React,
    ) -> Result<Done<Message>> {
        let wanted = input.on.unwrap_or(true);
        let sign = normal(input.sign.trim());
        if !text::is_emoji(&sign, limits::SIGN_MAX_BYTES) {
            return Err(Error::field("/sign", "no_emoji", "must be one emoji"));
        }
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let (standing, message) = self.message_to_change(&mut work, conversation, message).await?;
        there(&message)?;
        let reactions = &message.details.reactions;
        let people = reactions.get(&sign).map(Vec::len);
        if wanted
            && (people.is_none() && reactions.len() >= limits::REACTIONS_MAX
                || people >= Some(limits::REACTION_PEOPLE_MAX))
        {
            return Err(Error::Conflict {
                code: "too_many_reactions",
                detail: "This message has too many signs.".into(),
            });
        }
        let change = self.decide(call, work.now, |around| match &standing {
            Standing::Ticket(ticket, _) => {
                decide::react(around, ticket, &message, &sign, wanted).map(|change| Changed::Ticket(Box::new(change)))
            }
            Standing::Conversation(conversation, person) => {
                decide::react_to_said(around, conversation, &message, &sign, wanted)
                    .map(|change| Changed::Conversation(Box::new(change), *person))
            }
        });
        finish(work, standing, message, change).await
    }

    /// What a message said before, oldest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn message_history(
        &self,
        call: &Call,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Vec<Revision>> {
        let mut tx = self.reader().await?;
        let standing = self.standing(call, &mut *tx, conversation).await?;
        let message = standing.find(&mut *tx, call.actor.tenant, message).await?;
        let revisions = tx.list_revisions(call.actor.tenant, message.id).await?;
        Ok(revisions.into_iter().map(|(body, written_at)| Revision { body, written_at }).collect())
    }

    /// Whether all who are addressed are agents.
    pub(super) async fn check_mentions(&self, call: &Call, mentions: &[PersonId]) -> Result<()> {
        if mentions.is_empty() {
            return Ok(());
        }
        let mut tx = self.reader().await?;
        let mut fields = Fields::default();
        for (index, id) in mentions.iter().enumerate() {
            let person = tx.find_person(call.actor.tenant, *id).await?;
            if !person.is_some_and(|person| person.kind == PersonKind::Agent && person.is_active) {
                fields.refuse(&format!("/mentions/{index}"), "unknown_agent", "there is no such agent");
            }
        }
        fields.finish()
    }

    /// The locked conversation and the message in it, if the caller can see both and may write such messages there.
    async fn message_to_change(
        &self,
        work: &mut Work<'_>,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<(Standing, MessageRecord)> {
        let (standing, message) = work.standing(conversation, message).await?;
        if let Standing::Ticket(ticket, _) = &standing {
            self.allow(&work.call.actor, writing(&message), ticket)?;
        }
        Ok((standing, message))
    }
}

/// What becomes of the conversation that the message stands in.
enum Changed {
    Ticket(Box<ChangeSet>),
    Conversation(Box<ConversationChange>, PersonId),
}

/// What somebody does who changes a message of this kind.
const fn writing(message: &MessageRecord) -> Action {
    if message.is_internal { Action::Note } else { Action::Reply }
}

fn is_author(call: &Call, message: &MessageRecord) -> bool {
    call.actor.person.is_some() && message.author == call.actor.person
}

fn there(message: &MessageRecord) -> Result<()> {
    match message.deleted_at {
        None => Ok(()),
        Some(_) => Err(Error::Conflict { code: "deleted", detail: "This message was deleted.".into() }),
    }
}

/// The latest public message that has a text, besides this one.
async fn latest_but(
    tx: &mut dyn crate::storage::WriteTx,
    ticket: &TicketRecord,
    message: MessageId,
) -> Result<Option<MessageRecord>> {
    let messages = tx.list_messages(ticket.tenant, ticket.id, true, MessageRange::Latest, PREVIEW_BACK).await?;
    Ok(messages.into_iter().rev().find(|other| other.deleted_at.is_none() && other.id != message))
}

/// Writes the change, if there is one, and answers with the message as it is then.
async fn finish(
    mut work: Work<'_>,
    standing: Standing,
    message: MessageRecord,
    change: Option<Changed>,
) -> Result<Done<Message>> {
    let (standing, edits) = match change {
        None => (standing, Vec::new()),
        Some(Changed::Ticket(mut change)) => {
            work.apply(&mut change, None).await?;
            let ticket = Box::new(change.ticket.ticket().clone());
            (Standing::Ticket(ticket, Audience::of(&work.call.actor)), change.edits)
        }
        Some(Changed::Conversation(change, person)) => {
            work.tx().apply_conversation(&change).await?;
            (Standing::Conversation(Box::new(change.after), person), change.edits)
        }
    };
    let message = edits.first().map_or(&message, |edit| &edit.message);
    let message = standing.view(message);
    work.commit(message).await
}
