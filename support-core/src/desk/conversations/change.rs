//! Changing a group: its title, and who takes part.

use super::{participant, start::title};
use crate::{
    desk::{Call, Desk, Done, work::Begun},
    error::{Error, Fields, Result},
    model::{ConversationId, ConversationKind, ConversationRecord, ParticipantRole, PersonId, decide, limits},
    protocol::{AddParticipants, ChangeConversation, Conversation},
};

impl Desk {
    /// Gives a group another title.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`; `Conflict` for a direct conversation; `StaleVersion`.
    pub async fn change_conversation(
        &self,
        call: &Call,
        id: ConversationId,
        input: ChangeConversation,
    ) -> Result<Done<Conversation>> {
        let person = participant(call)?;
        let mut fields = Fields::default();
        let title = title(&mut fields, &input.title);
        fields.finish()?;
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let conversation = work.conversation(person, id).await?;
        call.precondition.holds(conversation.version, conversation.updated_at)?;
        group(&conversation)?;
        let change = self.decide(call, work.now, |around| decide::rename(around, &conversation, title));
        let conversation = work.converse(conversation, change.as_ref(), person).await?;
        work.commit(conversation).await
    }

    /// Takes agents into a group. Whoever takes part may; whoever is there already stays.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`; `Conflict` for a direct conversation, or a full one.
    pub async fn add_participants(
        &self,
        call: &Call,
        id: ConversationId,
        input: AddParticipants,
    ) -> Result<Done<Conversation>> {
        let person = participant(call)?;
        // Before it is said which agents there are: whoever takes no part finds nothing here.
        if !self.takes_part(call, id).await? {
            return Err(Error::NotFound);
        }
        let people = self.colleagues(call, "/participants", &input.participants).await?;
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let conversation = work.conversation(person, id).await?;
        group(&conversation)?;
        let change = self.decide(call, work.now, |around| decide::add_people(around, &conversation, people));
        if change.as_ref().is_some_and(|change| change.after.participants.len() > limits::PARTICIPANTS_MAX) {
            let detail = "A group has at most 100 people.".into();
            return Err(Error::Conflict { code: "full", detail });
        }
        let conversation = work.converse(conversation, change.as_ref(), person).await?;
        work.commit(conversation).await
    }

    /// Takes somebody out of a group. Its owners may; everybody may take out themselves.
    ///
    /// # Errors
    /// `NotFound`, also for somebody who takes no part; `Forbidden`; `Conflict` for a direct conversation.
    pub async fn remove_participant(&self, call: &Call, id: ConversationId, who: PersonId) -> Result<()> {
        let person = participant(call)?;
        let mut work = match self.begin::<()>(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(_) => return Ok(()),
        };
        let conversation = work.conversation(person, id).await?;
        group(&conversation)?;
        let is_owner = conversation.participant(person).is_some_and(|own| own.role == ParticipantRole::Owner);
        if who != person && !is_owner {
            return Err(Error::Forbidden);
        }
        if !conversation.has(who) {
            return Err(Error::NotFound);
        }
        let change = self.decide(call, work.now, |around| decide::remove(around, &conversation, who));
        work.tx().apply_conversation(&change).await?;
        work.commit(()).await.map(drop)
    }

    /// Goes out of a group.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for a direct conversation.
    pub async fn leave_conversation(&self, call: &Call, id: ConversationId) -> Result<()> {
        self.remove_participant(call, id, participant(call)?).await
    }
}

/// Two people stay two people.
fn group(conversation: &ConversationRecord) -> Result<()> {
    if conversation.kind == ConversationKind::Group {
        return Ok(());
    }
    let detail = "A direct conversation has two people and no title. Start a group instead.".into();
    Err(Error::Conflict { code: "direct", detail })
}
