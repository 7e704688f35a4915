//! What becomes of a message that is there: another text, none at all, signs of agreement.

use super::{Circumstance, changed, next, update};
use crate::model::{
    ChangeSet, Direction, EventType, Markup, MessageDetails, MessageEdit, MessageRecord, Past, TicketRecord, text,
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
    if body == message.body {
        return None;
    }
    let mut after = next(ticket, around.now);
    if is_latest {
        after.preview = text::preview(markup.as_ref().map_or(&body, |markup| &markup.plain));
    }
    let written_at = message.edited_at.unwrap_or(message.created_at);
    let past = Past::Kept { id: around.revision_id(), body: message.body.clone(), written_at };
    let edited =
        MessageRecord { body, html: markup.map(|markup| markup.html), edited_at: Some(around.now), ..message.clone() };
    let mut event = around.event(EventType::MessageUpdated, ticket);
    // That it changed, not what: a text that is deleted later must not live on in the log.
    event.changes.insert("body".into(), changed(None, None));
    Some(told(event, message, update(ticket, after, Vec::new()), edited, past))
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
    let deleted = MessageRecord {
        body: String::new(),
        html: None,
        details: MessageDetails::default(),
        deleted_at: Some(around.now),
        ..message.clone()
    };
    let event = around.event(EventType::MessageDeleted, ticket);
    told(event, message, update(ticket, after, Vec::new()), deleted, Past::Erased)
}

/// Adds the caller's sign to a message or takes it back. None when nothing changes.
pub fn react(
    around: &mut Circumstance<'_>,
    ticket: &TicketRecord,
    message: &MessageRecord,
    sign: &str,
    wanted: bool,
) -> Option<ChangeSet> {
    let person = around.actor.person?;
    let mut details = message.details.clone();
    let people = details.reactions.entry(sign.to_owned()).or_default();
    if people.contains(&person) == wanted {
        return None;
    }
    if wanted {
        people.push(person)
    } else {
        people.retain(|other| *other != person)
    }
    details.reactions.retain(|_, people| !people.is_empty());
    let mut event = around.event(EventType::MessageUpdated, ticket);
    let (from, to) = if wanted { (None, Some(sign.to_owned())) } else { (Some(sign.to_owned()), None) };
    event.changes.insert("reactions".into(), changed(from, to));
    // No change of the ticket's own: it neither moves in lists nor counts as updated.
    let after = TicketRecord { version: ticket.version + 1, ..ticket.clone() };
    let changed = MessageRecord { details, ..message.clone() };
    Some(told(event, message, update(ticket, after, Vec::new()), changed, Past::Same))
}

fn told(
    mut event: crate::model::NewEvent,
    before: &MessageRecord,
    mut change: ChangeSet,
    message: MessageRecord,
    past: Past,
) -> ChangeSet {
    event.message = Some(before.id);
    event.is_internal = before.is_internal;
    change.events.push(event);
    change.edits.push(MessageEdit { message, past });
    change
}
