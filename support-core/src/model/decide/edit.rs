//! What becomes of a message that is there: another text, none at all, signs of agreement.

use super::{Circumstance, changed, next, update};
use crate::{
    model::{
        ChangeSet, Direction, EventType, Markup, MessageDetails, MessageEdit, MessageRecord, NewEvent, Past,
        TicketRecord, text,
    },
    protocol::Change,
};

/// Gives a message another text. None when it is the same. `is_latest`: lists show its first words.
pub fn edit_message(
    around: &mut Circumstance<'_>,
    ticket: &TicketRecord,
    message: &MessageRecord,
    body: String,
    markup: Option<Markup>,
    is_latest: bool,
) -> Option<ChangeSet> {
    let preview = is_latest.then(|| first_words(&body, markup.as_ref()));
    let edit = rewritten(around, message, body, markup)?;
    let mut after = next(ticket, around.now);
    after.preview = preview.unwrap_or(after.preview);
    let event = around.event(EventType::MessageUpdated, ticket);
    Some(told(edited(event, message), update(ticket, after, Vec::new()), edit))
}

/// Takes a message's text away; what is left says that there was one. `preview`: the first words of the latest
/// public one that is left.
pub fn delete_message(
    around: &mut Circumstance<'_>,
    ticket: &TicketRecord,
    message: &MessageRecord,
    preview: String,
) -> ChangeSet {
    let mut after = next(ticket, around.now);
    if !message.is_internal {
        after.preview = preview;
        match message.direction {
            Direction::Inbound if message.seq > ticket.agent_read_seq => after.unread_by_agent -= 1,
            Direction::Outbound if message.seq > ticket.customer_read_seq => after.unread_by_customer -= 1,
            Direction::Inbound | Direction::Outbound => {}
        }
    }
    let event = about(around.event(EventType::MessageDeleted, ticket), message);
    told(event, update(ticket, after, Vec::new()), erased(around, message))
}

/// Adds the caller's sign to a message or takes it back. None when nothing changes.
pub fn react(
    around: &mut Circumstance<'_>,
    ticket: &TicketRecord,
    message: &MessageRecord,
    sign: &str,
    wanted: bool,
) -> Option<ChangeSet> {
    let edit = signed(around, message, sign, wanted)?;
    let event = around.event(EventType::MessageUpdated, ticket);
    // No change of the ticket's own: it neither moves in lists nor counts as updated.
    let after = TicketRecord { version: ticket.version + 1, ..ticket.clone() };
    Some(told(sign_given(event, message, sign, wanted), update(ticket, after, Vec::new()), edit))
}

/// The message with another text. None when it is the same.
pub(super) fn rewritten(
    around: &mut Circumstance<'_>,
    message: &MessageRecord,
    body: String,
    markup: Option<Markup>,
) -> Option<MessageEdit> {
    if body == message.body {
        return None;
    }
    let written_at = message.edited_at.unwrap_or(message.created_at);
    let past = Past::Kept { id: around.revision_id(), body: message.body.clone(), written_at };
    let html = markup.map(|markup| markup.html);
    let message = MessageRecord { body, html, edited_at: Some(around.now), ..message.clone() };
    Some(MessageEdit { message, past })
}

/// The message without its text.
pub(super) fn erased(around: &Circumstance<'_>, message: &MessageRecord) -> MessageEdit {
    let message = MessageRecord {
        body: String::new(),
        html: None,
        details: MessageDetails::default(),
        deleted_at: Some(around.now),
        ..message.clone()
    };
    MessageEdit { message, past: Past::Erased }
}

/// The message with the caller's sign or without it. None when it is so already.
pub(super) fn signed(
    around: &Circumstance<'_>,
    message: &MessageRecord,
    sign: &str,
    wanted: bool,
) -> Option<MessageEdit> {
    let person = around.actor.person?;
    let mut details = message.details.clone();
    let people = details.reactions.entry(sign.to_owned()).or_default();
    if people.contains(&person) == wanted {
        return None;
    }
    if wanted {
        people.push(person);
    } else {
        people.retain(|other| *other != person);
    }
    details.reactions.retain(|_, people| !people.is_empty());
    Some(MessageEdit { message: MessageRecord { details, ..message.clone() }, past: Past::Same })
}

/// That the text changed, and not what it says: a text that is deleted later must not live on in the log.
pub(super) fn edited(event: NewEvent, message: &MessageRecord) -> NewEvent {
    with_change(about(event, message), "body", changed(None, None))
}

pub(super) fn sign_given(event: NewEvent, message: &MessageRecord, sign: &str, wanted: bool) -> NewEvent {
    let sign = Some(sign.to_owned());
    let change = if wanted { changed(None, sign) } else { changed(sign, None) };
    with_change(about(event, message), "reactions", change)
}

/// What happened to a note is the desk's alone.
pub(super) fn about(event: NewEvent, message: &MessageRecord) -> NewEvent {
    NewEvent { message: Some(message.id), is_internal: event.is_internal || message.is_internal, ..event }
}

pub(super) fn first_words(body: &str, markup: Option<&Markup>) -> String {
    text::preview(markup.map_or(body, |markup| &markup.plain))
}

fn with_change(mut event: NewEvent, name: &str, change: Change) -> NewEvent {
    event.changes.insert(name.to_owned(), change);
    event
}

fn told(event: NewEvent, mut change: ChangeSet, edit: MessageEdit) -> ChangeSet {
    change.events.push(event);
    change.edits.push(edit);
    change
}
