//! Changing a ticket's plain fields.

use std::collections::{BTreeMap, BTreeSet};

use super::{Circumstance, changed, next, promise::wire_time, update};
use crate::{
    model::{Assessment, ChangeSet, EventType, PersonId, Priority, SettingId, TicketRecord, Timestamp},
    protocol::{Change, FieldValue, Link},
};

/// The fields to change; what is none stays. Texts are already validated, lists have each entry once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patch {
    /// One line.
    pub subject: Option<String>,
    /// Longer text; inner none takes it away.
    pub description: Option<Option<String>>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// The desk's own word; inner none takes it away.
    pub category: Option<Option<String>>,
    /// The team with its name; inner none takes it away.
    pub team: Option<Option<(SettingId, String)>>,
    /// A deadline set by hand; inner none gives it back to the policy.
    pub sla_due_at: Option<Option<Timestamp>>,
    /// All labels.
    pub tags: Option<Vec<String>>,
    /// All records of the host.
    pub links: Option<Vec<Link>>,
    /// All who are told of what happens.
    pub watchers: Option<Vec<PersonId>>,
    /// All of the desk's own fields.
    pub custom_fields: Option<BTreeMap<String, FieldValue>>,
    /// What an assistant made of it, whole.
    pub ai: Option<Assessment>,
}

/// Applies the patch as one `ticket.updated` for everybody and one for the desk alone, as needed. None when every field is so already.
pub fn change(around: &mut Circumstance<'_>, ticket: &TicketRecord, patch: Patch) -> Option<ChangeSet> {
    let mut after = next(ticket, around.now);
    let mut open = BTreeMap::new();
    let mut internal = BTreeMap::new();
    if let Some(subject) = patch.subject.filter(|subject| *subject != ticket.subject) {
        open.insert("subject".into(), changed(Some(ticket.subject.clone()), Some(subject.clone())));
        after.subject = subject;
    }
    if let Some(description) = patch.description.filter(|description| *description != ticket.description) {
        // The texts themselves stay out of the log: they may be long, and erasing a person must not search it.
        open.insert("description".into(), changed(None, None));
        after.description = description;
    }
    if let Some(priority) = patch.priority.filter(|priority| *priority != ticket.priority) {
        open.insert("priority".into(), changed(Some(ticket.priority.to_string()), Some(priority.to_string())));
        after.priority = priority;
    }
    if let Some(category) = patch.category.filter(|category| *category != ticket.category) {
        open.insert("category".into(), changed(ticket.category.clone(), category.clone()));
        after.category = category;
    }
    if let Some(team) = patch.team.filter(|team| team.as_ref().map(|(id, _)| *id) != ticket.team) {
        internal.insert("team".into(), changed(None, team.as_ref().map(|(_, name)| name.clone())));
        after.team = team.map(|(id, _)| id);
    }
    let pinned = ticket.sla.as_ref().and_then(|sla| sla.pin).map(|pin| pin.due_at);
    if let Some(due_at) = patch.sla_due_at.filter(|due_at| *due_at != pinned) {
        internal.insert("sla_due_at".into(), changed(ticket.sla_due_at.map(wire_time), due_at.map(wire_time)));
        after.sla.get_or_insert_default().pin(due_at, around.now);
    }
    let details = &ticket.details;
    if let Some(tags) = patch.tags.filter(|tags| *tags != details.tags) {
        internal.insert("tags".into(), lists(&details.tags, &tags));
        after.details.tags = tags;
    }
    if let Some(links) = patch.links.filter(|links| *links != details.links) {
        internal.insert("links".into(), lists(&details.links, &links));
        after.details.links = links;
    }
    if let Some(watchers) = patch.watchers.filter(|watchers| *watchers != details.watchers) {
        internal.insert("watchers".into(), lists(&details.watchers, &watchers));
        after.details.watchers = watchers;
    }
    if let Some(values) = patch.custom_fields {
        let keys: BTreeSet<_> = details.custom_fields.keys().chain(values.keys()).collect();
        for key in keys {
            let (from, to) = (details.custom_fields.get(key), values.get(key));
            if from != to {
                let word = |value: Option<&FieldValue>| value.map(ToString::to_string);
                internal.insert(format!("custom_fields.{key}"), changed(word(from), word(to)));
            }
        }
        after.details.custom_fields = values;
    }
    if let Some(ai) = patch.ai.filter(|ai| *ai != details.ai) {
        internal.insert("assistant".into(), changed(None, None));
        after.details.ai = ai;
    }
    let mut events = Vec::new();
    for (changes, is_internal) in [(open, false), (internal, true)] {
        if !changes.is_empty() {
            let event = around.event(EventType::TicketUpdated, ticket);
            events.push(crate::model::NewEvent { changes, is_internal, ..event });
        }
    }
    (!events.is_empty()).then(|| update(ticket, after, events))
}

fn lists<T: ToString>(from: &[T], to: &[T]) -> Change {
    let words = |list: &[T]| (!list.is_empty()).then(|| list.iter().map(T::to_string).collect::<Vec<_>>().join(", "));
    changed(words(from), words(to))
}
