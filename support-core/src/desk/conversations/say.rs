//! Writing, whatever kind of conversation it is.

use super::participant;
use crate::{
    desk::{
        Call, Desk, Done,
        attachments::own_files,
        found,
        reply::{as_written, same_posting},
        said_view,
        work::Begun,
    },
    error::{Error, Fields, Result},
    model::{ConversationId, ConversationRecord, MessageRecord, PersonId, decide, decide::Posting},
    protocol::{CreateMessage, Message},
    storage::{MessageRange, ReadTx},
};

/// Messages that a 409 carries at most.
const NEWER_MAX: u32 = 20;

impl Desk {
    /// Writes a message into a conversation that the caller takes part in, or into a ticket: [`reply`](Self::reply).
    ///
    /// # Errors
    /// As `reply`.
    pub async fn write_message(
        &self,
        call: &Call,
        conversation: ConversationId,
        input: CreateMessage,
    ) -> Result<Done<Message>> {
        if self.takes_part(call, conversation).await? {
            return self.say(call, conversation, input).await;
        }
        self.reply(call, conversation, input).await
    }

    async fn say(&self, call: &Call, id: ConversationId, input: CreateMessage) -> Result<Done<Message>> {
        let person = participant(call)?;
        if input.is_internal {
            return Err(Error::field("/is_internal", "no_notes", "must be false: there is no customer here"));
        }
        let last_seen_seq = input.last_seen_seq;
        let posting = self.posting(call, input)?;
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let conversation = work.conversation(person, id).await?;
        if let Some(client_id) = posting.client_id.as_deref()
            && let Some(earlier) = work.tx().find_message_by_client_id(call.actor.tenant, person, client_id).await?
        {
            same_posting(&earlier, id, &posting)?;
            return Ok(Done::again(said_view(&earlier, &conversation, person)));
        }
        check_mentions(&conversation, &posting.mentions)?;
        check_seen(work.tx(), &conversation, person, last_seen_seq).await?;
        let answered = match posting.reply_to {
            None => None,
            Some(answered) => {
                let message = work.tx().find_message(conversation.tenant, id, answered).await?;
                let unknown = || Error::field("/reply_to", "unknown", "must be a message of this conversation");
                Some(message.ok_or_else(unknown)?)
            }
        };
        let files = own_files(work.tx(), call, &posting.attachments).await?;
        let posting = Posting { files, ..posting };
        let change =
            self.decide(call, work.now, |around| decide::say(around, &conversation, posting, answered.as_ref()));
        work.tx().apply_conversation(&change).await?;
        work.attach(&change.messages).await?;
        let message = found(change.messages.first())?;
        let message = said_view(&as_written(message, call), &change.after, person);
        work.commit(message).await
    }
}

/// Only those who take part can be addressed: nobody else would find the message.
fn check_mentions(conversation: &ConversationRecord, mentions: &[PersonId]) -> Result<()> {
    let mut fields = Fields::default();
    for (index, _) in mentions.iter().enumerate().filter(|(_, id)| !conversation.has(**id)) {
        fields.refuse(&format!("/mentions/{index}"), "unknown_agent", "must take part in this conversation");
    }
    fields.finish()
}

/// What others wrote since the caller last looked.
async fn check_seen(
    tx: &mut dyn ReadTx,
    conversation: &ConversationRecord,
    person: PersonId,
    last_seen_seq: Option<i64>,
) -> Result<()> {
    let Some(seen) = last_seen_seq.filter(|seen| *seen < conversation.last_seq) else { return Ok(()) };
    let newer =
        tx.list_messages(conversation.tenant, conversation.id, false, MessageRange::After(seen), NEWER_MAX).await?;
    let of_others = |message: &&MessageRecord| message.author != Some(person);
    let newer: Vec<_> =
        newer.iter().filter(of_others).map(|message| said_view(message, conversation, person)).collect();
    if newer.is_empty() { Ok(()) } else { Err(Error::NewerMessages(newer)) }
}
