//! What colleagues do in their direct and group conversations.

use super::{
    Circumstance, Posting, changed,
    edit::{about, edited, erased, first_words, rewritten, sign_given, signed},
};
use crate::model::{
    ConversationChange, ConversationId, ConversationKind, ConversationRecord, Direction, EventType, Markup,
    MessageEdit, MessageRecord, NewEvent, ParticipantRecord, ParticipantRole, PersonId, limits,
};

/// What somebody starts. Everything is already validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starting {
    /// Direct or group.
    pub kind: ConversationKind,
    /// May be empty.
    pub title: String,
    /// Who starts it, by id and name.
    pub owner: (PersonId, String),
    /// The others.
    pub others: Vec<(PersonId, String)>,
}

/// Starts a conversation.
pub fn start(around: &mut Circumstance<'_>, mut starting: Starting) -> ConversationChange {
    starting.others.sort_unstable();
    let now = around.now;
    let direct = starting.kind == ConversationKind::Direct;
    let (owner, name) = starting.owner;
    let pair = starting.others.first().filter(|_| direct).map(|(other, _)| ConversationRecord::pair_of(owner, *other));
    let role = if direct { ParticipantRole::Member } else { ParticipantRole::Owner };
    let mut participants = vec![ParticipantRecord::new(owner, name, role, now, 0)];
    participants.extend(starting.others.into_iter().map(|(id, name)| joining(id, name, around, 0)));
    let after = ConversationRecord {
        id: ConversationId((around.ids)()),
        tenant: around.actor.tenant,
        kind: starting.kind,
        title: starting.title,
        pair,
        created_by: around.actor.person,
        last_seq: 0,
        last_message_at: None,
        preview: String::new(),
        activity_at: now,
        created_at: now,
        updated_at: now,
        version: 1,
        participants,
    };
    let event = around.event_in(EventType::ConversationCreated, after.tenant, after.id);
    ConversationChange { before: None, after, messages: Vec::new(), edits: Vec::new(), events: vec![event] }
}

/// Gives a group another title. None when it is the same.
pub fn rename(
    around: &mut Circumstance<'_>,
    conversation: &ConversationRecord,
    title: String,
) -> Option<ConversationChange> {
    if title == conversation.title {
        return None;
    }
    let change = changed(Some(conversation.title.clone()), Some(title.clone()));
    let event = happened(around, EventType::ConversationUpdated, conversation);
    let event = NewEvent { changes: [("title".to_owned(), change)].into(), ..event };
    Some(told(conversation, ConversationRecord { title, ..next(around, conversation) }, event))
}

/// Takes people in. None when all of them are there.
pub fn add_people(
    around: &mut Circumstance<'_>,
    conversation: &ConversationRecord,
    mut people: Vec<(PersonId, String)>,
) -> Option<ConversationChange> {
    people.sort_unstable();
    let mut after = next(around, conversation);
    let mut events = Vec::new();
    for (id, name) in people {
        if after.has(id) {
            continue;
        }
        after.participants.push(joining(id, name, around, conversation.last_seq));
        let event = happened(around, EventType::ConversationUpdated, conversation);
        let change = changed(None, Some(id.to_string()));
        events.push(NewEvent { changes: [("participants".to_owned(), change)].into(), ..event });
    }
    let change = ConversationChange { events, ..told_nothing(conversation, after) };
    (!change.events.is_empty()).then_some(change)
}

/// Takes somebody out, who may be the caller. When the last owner goes, whoever was there longest becomes one.
pub fn remove(
    around: &mut Circumstance<'_>,
    conversation: &ConversationRecord,
    person: PersonId,
) -> ConversationChange {
    let mut after = next(around, conversation);
    after.participants.retain(|participant| participant.person != person);
    if !after.participants.iter().any(|participant| participant.role == ParticipantRole::Owner)
        && let Some(first) = after.participants.first_mut()
    {
        first.role = ParticipantRole::Owner;
    }
    let event = happened(around, EventType::ConversationUpdated, conversation);
    let change = changed(Some(person.to_string()), None);
    told(conversation, after, NewEvent { changes: [("participants".to_owned(), change)].into(), ..event })
}

/// Writes a message: one more that the others have not read. Writing marks nothing as read.
pub fn say(
    around: &mut Circumstance<'_>,
    conversation: &ConversationRecord,
    posting: Posting,
    answered: Option<&MessageRecord>,
) -> ConversationChange {
    let mut after = next(around, conversation);
    after.last_seq += 1;
    after.last_message_at = Some(around.now);
    after.activity_at = around.now;
    after.preview = posting.preview();
    for other in after.participants.iter_mut().filter(|other| Some(other.person) != around.actor.person) {
        other.unread += 1;
    }
    let place = (after.tenant, after.id, after.last_seq);
    let message = posting.message(around, place, Direction::Outbound, answered);
    let event = happened(around, EventType::MessageCreated, conversation);
    let event = NewEvent { message: Some(message.id), ..event };
    ConversationChange { messages: vec![message], ..told(conversation, after, event) }
}

/// As [`edit_message`](super::edit_message).
pub fn edit_said(
    around: &mut Circumstance<'_>,
    conversation: &ConversationRecord,
    message: &MessageRecord,
    body: String,
    markup: Option<Markup>,
) -> Option<ConversationChange> {
    let preview = first_words(&body, markup.as_ref());
    let edit = rewritten(around, message, body, markup)?;
    let mut after = next(around, conversation);
    if message.seq == conversation.last_seq {
        after.preview = preview;
    }
    let event = edited(happened(around, EventType::MessageUpdated, conversation), message);
    Some(with_edit(told(conversation, after, event), edit))
}

/// As [`delete_message`](super::delete_message): nobody has to read it any more.
pub fn delete_said(
    around: &mut Circumstance<'_>,
    conversation: &ConversationRecord,
    message: &MessageRecord,
) -> ConversationChange {
    let mut after = next(around, conversation);
    if message.seq == conversation.last_seq {
        after.preview = String::new();
    }
    for other in after.participants.iter_mut().filter(|other| Some(other.person) != message.author) {
        if !other.has_read(message.seq) {
            other.unread -= 1;
        }
        other.read_apart.retain(|seq| *seq != message.seq);
    }
    let event = about(happened(around, EventType::MessageDeleted, conversation), message);
    with_edit(told(conversation, after, event), erased(around, message))
}

/// As [`react`](super::react).
pub fn react_to_said(
    around: &mut Circumstance<'_>,
    conversation: &ConversationRecord,
    message: &MessageRecord,
    sign: &str,
    wanted: bool,
) -> Option<ConversationChange> {
    let edit = signed(around, message, sign, wanted)?;
    let event = happened(around, EventType::MessageUpdated, conversation);
    let after = ConversationRecord { version: conversation.version + 1, ..conversation.clone() };
    Some(with_edit(told(conversation, after, sign_given(event, message, sign, wanted)), edit))
}

/// The caller has read everything up to a message. `after_it`: how many messages of others come after it, without the
/// deleted ones. None when nothing changes: a watermark never goes back.
pub fn read_up_to(
    around: &mut Circumstance<'_>,
    conversation: &ConversationRecord,
    seq: i64,
    after_it: i64,
) -> Option<ConversationChange> {
    let seq = seq.min(conversation.last_seq);
    let mut after = next(around, conversation);
    let reader = reader(around, &mut after)?;
    if seq <= reader.read_seq {
        return None;
    }
    reader.read_seq = seq;
    reader.read_apart.retain(|apart| *apart > seq);
    reader.unread = after_it - i64::try_from(reader.read_apart.len()).unwrap_or_default();
    let event = happened(around, EventType::MessageRead, conversation);
    Some(told(conversation, after, NewEvent { up_to_seq: Some(seq), ..event }))
}

/// The caller has read one message, and maybe none before it. None when it counts as read already, or when the caller
/// read too many ahead one by one.
pub fn read_one(
    around: &mut Circumstance<'_>,
    conversation: &ConversationRecord,
    message: &MessageRecord,
) -> Option<ConversationChange> {
    let mut after = next(around, conversation);
    let reader = reader(around, &mut after)?;
    let counts = message.author == Some(reader.person) || message.deleted_at.is_some() || reader.has_read(message.seq);
    if counts || reader.read_apart.len() >= limits::READ_APART_MAX {
        return None;
    }
    reader.unread -= 1;
    reader.read_apart.push(message.seq);
    reader.read_apart.sort_unstable();
    while reader.read_apart.first() == Some(&(reader.read_seq + 1)) {
        reader.read_seq = reader.read_apart.remove(0);
    }
    if reader.unread == 0 {
        reader.read_seq = conversation.last_seq;
        reader.read_apart.clear();
    }
    let event = happened(around, EventType::MessageRead, conversation);
    Some(told(conversation, after, NewEvent { message: Some(message.id), ..event }))
}

fn joining(id: PersonId, name: String, around: &Circumstance<'_>, seq: i64) -> ParticipantRecord {
    ParticipantRecord::new(id, name, ParticipantRole::Member, around.now, seq)
}

fn reader<'c>(around: &Circumstance<'_>, after: &'c mut ConversationRecord) -> Option<&'c mut ParticipantRecord> {
    after.participants.iter_mut().find(|participant| Some(participant.person) == around.actor.person)
}

fn next(around: &Circumstance<'_>, conversation: &ConversationRecord) -> ConversationRecord {
    ConversationRecord { version: conversation.version + 1, updated_at: around.now, ..conversation.clone() }
}

/// Of whatever kind: it is the desk's own, and only those who take part learn of it.
fn happened(around: &mut Circumstance<'_>, kind: EventType, conversation: &ConversationRecord) -> NewEvent {
    NewEvent { is_internal: true, ..around.event_in(kind, conversation.tenant, conversation.id) }
}

fn told_nothing(before: &ConversationRecord, after: ConversationRecord) -> ConversationChange {
    let before = Some(Box::new(before.clone()));
    ConversationChange { before, after, messages: Vec::new(), edits: Vec::new(), events: Vec::new() }
}

fn told(before: &ConversationRecord, after: ConversationRecord, event: NewEvent) -> ConversationChange {
    ConversationChange { events: vec![event], ..told_nothing(before, after) }
}

fn with_edit(change: ConversationChange, edit: MessageEdit) -> ConversationChange {
    ConversationChange { edits: vec![edit], ..change }
}
