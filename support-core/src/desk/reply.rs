//! Writing into a ticket: a reply, or a note for the desk alone.

use super::{
    Audience, Call, Desk, Done,
    attachments::{check_attachments, own_files},
    found, message_view,
    work::Begun,
};
use crate::{
    error::{Error, Fields, Result},
    markup,
    model::{
        Action, AttachmentId, ChangeSet, Markup, MessageFormat, MessageId, MessageRecord, NewMessage, Scope, TicketId,
        TicketRecord, Timestamp, decide, decide::Posting, limits, text,
    },
    plugin::Draft,
    protocol::{CreateMessage, Message},
    storage::{MessageRange, ReadTx},
};

/// Messages that a 409 carries at most.
const NEWER_MAX: u32 = 20;

/// What came of a request to write a message.
enum Reply {
    /// It was written before.
    Earlier(Box<Message>),
    /// To be written now.
    New(Box<ChangeSet>),
}

impl Desk {
    /// Writes a message. The same `client_id` of the same author gives the first message again.
    ///
    /// # Errors
    /// `NotFound` for a ticket out of reach; `Forbidden`; `Invalid`; `NewerMessages` when `last_seen_seq` is behind;
    /// `Conflict` when the client id stands for another text; what plugins refuse.
    pub async fn reply(&self, call: &Call, ticket: TicketId, input: CreateMessage) -> Result<Done<Message>> {
        let staff = call.actor.is_staff();
        if input.is_internal && !staff {
            return Err(Error::BadRequest {
                code: "internal_by_customer",
                detail: "Only the desk writes internal notes.".into(),
            });
        }
        let last_seen_seq = input.last_seen_seq;
        let posting = self.posting(call, input)?;
        self.check_mentions(call, &posting.mentions).await?;
        let mut draft = Draft::Reply { ticket, posting };
        self.prepare(call, &mut draft).await?;
        let Draft::Reply { posting, .. } = draft else { return Err(Error::internal("a hook replaced the draft")) };

        // Files are bound in the transaction of their message.
        if self.is_free_of_hooks(call) && posting.attachments.is_empty() {
            let now = self.now();
            let mut tx = self.reader().await?;
            let decided = self.decide_reply(call, &mut *tx, now, ticket, &posting, last_seen_seq).await?;
            drop(tx);
            let mut change = match decided {
                Reply::Earlier(message) => return Ok(Done::again(*message)),
                Reply::New(change) => change,
            };
            if self.submit(call, &mut change, now).await?.is_some() {
                return Ok(Done::now(written(&change, call)?));
            }
            // Somebody else wrote into the ticket in between. Under the lock nobody can.
        }
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let now = work.now;
        match self.decide_reply(call, work.tx(), now, ticket, &posting, last_seen_seq).await? {
            Reply::Earlier(message) => Ok(Done::again(*message)),
            Reply::New(mut change) => {
                work.apply(&mut change, None).await?;
                work.attach(&change.messages).await?;
                let message = written(&change, call)?;
                work.commit(message).await
            }
        }
    }

    /// What is to be written, if anything.
    async fn decide_reply(
        &self,
        call: &Call,
        tx: &mut dyn ReadTx,
        now: Timestamp,
        ticket: TicketId,
        posting: &Posting,
        last_seen_seq: Option<i64>,
    ) -> Result<Reply> {
        let actor = &call.actor;
        let client_id = posting.client_id.as_deref();
        let context = tx.load_for_post(actor.tenant, actor.scope, ticket, actor.person, client_id).await?;
        let mut context = found(context)?;
        if let Some(into) = context.ticket.merged_into {
            // What is written to a merged ticket goes on where its thread goes on. Both have one requester, so no scope is left.
            let followed = tx.load_for_post(actor.tenant, Scope::Desk, into, actor.person, client_id).await?;
            context = found(followed)?;
        }
        let ticket = context.ticket.id;
        let action = if posting.is_internal { Action::Note } else { Action::Reply };
        self.allow(actor, action, &context.ticket)?;
        let audience = Audience::of(actor);
        if context.earlier.is_some() {
            let client_id = client_id.unwrap_or_default();
            let author = actor.person.unwrap_or(context.ticket.requester.id);
            let earlier = found(tx.find_message_by_client_id(actor.tenant, author, client_id).await?)?;
            same_posting(&earlier, ticket, posting)?;
            return Ok(Reply::Earlier(Box::new(message_view(&earlier, &context.ticket, audience))));
        }
        if let Some(seen) = last_seen_seq.filter(|seen| *seen < context.ticket.last_seq) {
            let public_only = audience != Audience::Staff;
            let newer = MessageRange::After(seen);
            let newer = tx.list_messages(actor.tenant, ticket, public_only, newer, NEWER_MAX).await?;
            let newer: Vec<_> = newer.into_iter().filter(|message| message.author != actor.person).collect();
            if !newer.is_empty() {
                let newer = newer.iter().map(|message| message_view(message, &context.ticket, audience)).collect();
                return Err(Error::NewerMessages(newer));
            }
        }
        let answered = match posting.reply_to {
            None => None,
            Some(id) => Some(answered(tx, &context.ticket, audience, posting, id).await?),
        };
        let posting = Posting { files: own_files(tx, call, &posting.attachments).await?, ..posting.clone() };
        let change = self.decide(call, now, |around| decide::post(around, &context.ticket, posting, answered.as_ref()));
        Ok(Reply::New(Box::new(change)))
    }

    /// The validated text of a message. Whom it mentions has to be looked up still.
    pub(super) fn posting(&self, call: &Call, input: CreateMessage) -> Result<Posting> {
        let mut fields = Fields::default();
        if !input.mentions.is_empty() && !call.actor.is_staff() {
            fields.refuse("/mentions", "staff_only", "must be empty: only agents address agents");
        }
        if input.mentions.len() > limits::MENTIONS_MAX {
            fields.refuse("/mentions", "too_many", "must name at most 20 people");
        }
        let body = match input.body.trim() {
            // The files say enough.
            "" if !input.attachments.is_empty() => Some(String::new()),
            _ => fields.check("/body", text::block(&normal(&input.body), limits::BODY_MAX)),
        };
        check_attachments(&mut fields, &input.attachments);
        check_client_id(&mut fields, input.client_id.as_deref());
        fields.finish()?;
        let body = body.unwrap_or_default();
        let mut mentions = input.mentions;
        mentions.sort_unstable();
        mentions.dedup();
        Ok(Posting {
            markup: markup_of(&body, input.format),
            body,
            format: input.format,
            reply_to: input.reply_to,
            mentions,
            attachments: input.attachments,
            files: Vec::new(),
            is_internal: input.is_internal,
            client_id: input.client_id,
            channel: call.actor.channel(),
        })
    }
}

/// The text made ready to be shown, where the format asks for it.
pub(super) fn markup_of(body: &str, format: MessageFormat) -> Option<Markup> {
    match format {
        MessageFormat::Text => None,
        MessageFormat::Markdown => Some(markup::markdown(body)),
    }
}

/// The message that a posting answers: one of this ticket that the caller can see, and no note under what the customer reads.
async fn answered(
    tx: &mut dyn ReadTx,
    ticket: &TicketRecord,
    audience: Audience,
    posting: &Posting,
    id: MessageId,
) -> Result<MessageRecord> {
    let message = tx.find_message(ticket.tenant, ticket.id, id).await?;
    let Some(message) = message.filter(|message| audience == Audience::Staff || !message.is_internal) else {
        return Err(Error::field("/reply_to", "unknown", "must be a message of this conversation"));
    };
    if message.is_internal && !posting.is_internal {
        return Err(Error::field("/reply_to", "is_note", "must not be a note: the customer reads the answer"));
    }
    Ok(message)
}

pub(super) fn check_client_id(fields: &mut Fields, client_id: Option<&str>) {
    if client_id.is_some_and(|id| !text::is_client_id(id)) {
        fields.refuse("/client_id", "invalid_client_id", "must be 1 to 64 letters, digits, `_`, `.` or `-`");
    }
}

/// Unicode NFC, so that what looks the same is the same.
pub(crate) fn normal(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfc(text).collect()
}

/// A repeated client id must mean the same message.
pub(super) fn same_posting(earlier: &MessageRecord, ticket: TicketId, posting: &Posting) -> Result<()> {
    if earlier.conversation == ticket
        && earlier.body == posting.body
        && earlier.is_internal == posting.is_internal
        && earlier.reply_to == posting.reply_to
        && has_files(earlier, &posting.attachments)
    {
        return Ok(());
    }
    Err(client_id_taken())
}

/// Whether the files of a message are these.
pub(super) fn has_files(message: &MessageRecord, ids: &[AttachmentId]) -> bool {
    message.details.files.iter().map(|file| file.id).eq(ids.iter().copied())
}

pub(super) fn client_id_taken() -> Error {
    Error::Conflict { code: "client_id_taken", detail: "This client_id already stands for another message.".into() }
}

/// The message that a change set adds, as its author sees it.
fn written(change: &ChangeSet, call: &Call) -> Result<Message> {
    let message = change.messages.first().ok_or_else(|| Error::internal("a reply without a message"))?;
    Ok(message_view(&as_written(message, call), change.ticket.ticket(), Audience::of(&call.actor)))
}

/// A message of the caller's as it is stored.
pub(super) fn as_written(message: &NewMessage, call: &Call) -> MessageRecord {
    MessageRecord {
        id: message.id,
        tenant: message.tenant,
        conversation: message.conversation,
        seq: message.seq,
        client_id: message.client_id.clone(),
        author_kind: message.author_kind,
        author: message.author,
        author_name: call.actor.name.clone(),
        direction: message.direction,
        is_internal: message.is_internal,
        body: message.body.clone(),
        format: message.format,
        html: message.html.clone(),
        reply_to: message.reply_to.map(|answered| answered.id),
        reply_count: 0,
        details: message.details.clone(),
        channel: message.channel.clone(),
        created_at: message.created_at,
        edited_at: None,
        deleted_at: None,
    }
}
