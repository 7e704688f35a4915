//! Starting a conversation.

use super::participant;
use crate::{
    desk::{Call, Desk, Done, conversation_view, normal, work::Begun},
    error::{Error, Fields, Result},
    model::{ConversationKind, ConversationRecord, PersonId, decide, decide::Starting, limits, text},
    protocol::{Conversation, CreateConversation},
    storage::StorageError,
};

impl Desk {
    /// Starts a conversation. A second direct one of the same two answers the first, as a replay.
    ///
    /// # Errors
    /// `Forbidden` for whoever is no agent; `Invalid`.
    pub async fn start_conversation(&self, call: &Call, input: CreateConversation) -> Result<Done<Conversation>> {
        let owner = participant(call)?;
        let mut fields = Fields::default();
        let title = title(&mut fields, &input.title);
        match input.kind {
            ConversationKind::Ticket => {
                fields.refuse("/kind", "ticket", "must be direct or group: tickets have a route");
            }
            ConversationKind::Direct if !title.is_empty() => {
                fields.refuse("/title", "direct", "must be empty: a direct conversation has no title");
            }
            ConversationKind::Direct | ConversationKind::Group => {}
        }
        fields.finish()?;
        let mut others = self.colleagues(call, "/participants", &input.participants).await?;
        others.retain(|(id, _)| *id != owner);
        let pair = match (input.kind, others.as_slice()) {
            (ConversationKind::Direct, [(other, _)]) => Some(ConversationRecord::pair_of(owner, *other)),
            (ConversationKind::Direct, _) => {
                return Err(Error::field("/participants", "not_one", "must name one other agent"));
            }
            _ => None,
        };
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        if let Some(pair) = &pair
            && let Some(first) = work.tx().find_direct(call.actor.tenant, pair).await?
        {
            return Ok(Done::again(conversation_view(&first, owner)));
        }
        let starting = Starting { kind: input.kind, title, owner: (owner, call.actor.name.clone()), others };
        let change = self.decide(call, work.now, |around| decide::start(around, starting));
        match (work.tx().apply_conversation(&change).await, pair) {
            (Err(StorageError::Conflict), Some(pair)) => {
                drop(work);
                self.first_direct(call, &pair, owner).await
            }
            (outcome, _) => {
                outcome?;
                work.commit(conversation_view(&change.after, owner)).await
            }
        }
    }

    /// Both started it at once: what the other one made.
    async fn first_direct(&self, call: &Call, pair: &str, owner: PersonId) -> Result<Done<Conversation>> {
        let first = self.reader().await?.find_direct(call.actor.tenant, pair).await?;
        let first = first.ok_or_else(|| Error::internal("a direct conversation that is neither new nor there"))?;
        Ok(Done::again(conversation_view(&first, owner)))
    }
}

/// A title, which may be empty.
pub(super) fn title(fields: &mut Fields, given: &str) -> String {
    let given = normal(given);
    if given.trim().is_empty() {
        return String::new();
    }
    fields.check("/title", text::line(&given, limits::SUBJECT_MAX)).unwrap_or_default()
}
