//! The words that the desk uses for people, states and facts.

use support_core::{
    model::{AuthorKind, Channel, EventType, Status, Timestamp, text},
    protocol::{Author, Event, Message, PersonRef},
};

/// A status in a sentence.
#[must_use]
pub const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Open => "Open",
        Status::Pending => "Pending",
        Status::Snoozed => "Snoozed",
        Status::Resolved => "Resolved",
        Status::Closed => "Closed",
    }
}

/// A channel for people: `Chat`, `Email`; a plugin's own word with a capital letter.
#[must_use]
pub fn channel_word(channel: &str) -> String {
    if channel == Channel::API.as_str() {
        return "API".to_owned();
    }
    let mut word = channel.to_owned();
    // A channel's word is ASCII.
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

/// A customer or colleague by name, by address, or as somebody who has not said either.
#[must_use]
pub fn person_name(person: &PersonRef) -> String {
    let name = person.name.trim();
    if name.is_empty() { person.email.clone().unwrap_or_else(|| "Visitor".to_owned()) } else { name.to_owned() }
}

/// Who did or wrote something.
#[must_use]
pub fn actor_name(author: &Author) -> String {
    let name = author.name.trim();
    match author.kind {
        _ if !name.is_empty() => name.to_owned(),
        AuthorKind::Agent => "An agent".to_owned(),
        AuthorKind::Customer => "Visitor".to_owned(),
        AuthorKind::System => "Support".to_owned(),
    }
}

/// The first words of a message; of one without words its first file, or that it was deleted.
#[must_use]
pub fn message_words(message: &Message) -> String {
    match (text::preview(&message.body), message.attachments.first()) {
        (words, _) if !words.is_empty() => words,
        (_, Some(file)) => file.name.clone(),
        (_, None) => "a deleted message".to_owned(),
    }
}

/// The first letters of the first and last word of a name.
#[must_use]
pub fn initials(name: &str) -> String {
    let letters: Vec<char> = name
        .split(|c: char| c.is_whitespace() || c == '@')
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .collect();
    match (letters.first(), letters.get(1..).and_then(<[char]>::last)) {
        (Some(first), Some(last)) if !name.contains('@') => format!("{first}{last}"),
        (Some(first), _) => first.to_string(),
        (None, _) => "?".to_owned(),
    }
}

/// Whether a fact stands in the thread; messages and reads speak for themselves.
#[must_use]
pub const fn is_shown(event: &Event) -> bool {
    matches!(
        event.kind,
        EventType::TicketAssigned
            | EventType::TicketResolved
            | EventType::TicketClosed
            | EventType::TicketReopened
            | EventType::TicketUpdated
            | EventType::TicketSnoozed
            | EventType::TicketMerged
            | EventType::SlaWarning
            | EventType::SlaBreached
            | EventType::SatisfactionSubmitted
    )
}

/// What happened, behind the actor's name: `assigned this to Ben`.
#[must_use]
pub fn event_sentence(event: &Event) -> String {
    let change = |field: &str| event.data.get(field);
    if event.kind == EventType::TicketSnoozed {
        return if event_time(event).is_some() { "snoozed this until" } else { "snoozed this" }.to_owned();
    }
    match event.kind {
        EventType::TicketAssigned => {
            match change("assigned_to").or_else(|| change("assignee")).and_then(|change| change.to.as_deref()) {
                Some(name) if name == event.actor.name => "took this".to_owned(),
                Some(name) => format!("assigned this to {name}"),
                None => "removed the assignee".to_owned(),
            }
        }
        EventType::TicketResolved => "resolved this".to_owned(),
        EventType::TicketClosed => "closed this".to_owned(),
        EventType::TicketReopened => "reopened this".to_owned(),
        EventType::TicketUpdated => {
            let mut changes: Vec<(&str, Option<&str>)> =
                event.data.iter().map(|(field, change)| (field.as_str(), change.to.as_deref())).collect();
            // The time goes last, because it is drawn behind the sentence.
            changes.sort_by_key(|(field, to)| is_time(field) && to.is_some());
            let changes: Vec<String> = changes.into_iter().map(|(field, to)| change_sentence(field, to)).collect();
            if changes.is_empty() { "changed this".to_owned() } else { changes.join(", ") }
        }
        EventType::TicketCreated => "opened this".to_owned(),
        EventType::TicketMerged => match change("merged_into").map(|change| change.to.as_deref()) {
            Some(Some(into)) => format!("merged this into {into}"),
            Some(None) => "took this out again".to_owned(),
            None => "merged another ticket into this".to_owned(),
        },
        EventType::SlaWarning => format!("noticed that {} is due soon", promise(event)),
        EventType::SlaBreached => format!("noticed that {} is late", promise(event)),
        EventType::SatisfactionSubmitted => match change("score").and_then(|change| change.to.as_deref()) {
            Some(score) => format!("rated the answer {score} of 5"),
            None => "rated the answer".to_owned(),
        },
        _ => event.kind.as_str().replace('.', " "),
    }
}

/// The time that an [`event_sentence`] ends with, to be shown behind it in the reader's own zone.
#[must_use]
pub fn event_time(event: &Event) -> Option<Timestamp> {
    let told = matches!(event.kind, EventType::TicketSnoozed | EventType::TicketUpdated);
    let changes = event.data.iter().filter(|(field, _)| told && is_time(field));
    let to = changes.filter_map(|(_, change)| change.to.as_deref()).next_back()?;
    chrono::DateTime::parse_from_rfc3339(to).ok().map(|at| at.to_utc())
}

fn is_time(field: &str) -> bool {
    field.ends_with("_at") || field.ends_with("_until")
}

fn change_sentence(field: &str, to: Option<&str>) -> String {
    let name = field.strip_prefix("custom_fields.").unwrap_or(field).replace('_', " ");
    match (field, to) {
        // Their values are ids.
        ("watchers", _) => "changed who follows this".to_owned(),
        ("team", Some(_)) => "moved this to another team".to_owned(),
        ("team", None) => "took this from its team".to_owned(),
        ("status", Some(status)) => format!("set this to {status}"),
        ("sla_due_at", Some(_)) => "set the deadline to".to_owned(),
        ("sla_due_at", None) => "took the deadline away".to_owned(),
        ("snoozed_until", Some(_)) => "snoozed this until".to_owned(),
        ("snoozed_until", None) => "woke this".to_owned(),
        (_, Some(_)) if is_time(field) => format!("set {name} to"),
        (_, Some(to)) => format!("set {name} to {to}"),
        (_, None) => format!("cleared {name}"),
    }
}

/// Which promise a fact is about: `the first response`.
fn promise(event: &Event) -> String {
    match event.data.get("target").and_then(|change| change.to.as_deref()) {
        Some("pinned") | None => "the promised answer".to_owned(),
        Some(target) => format!("the {}", target.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fake::fact;
    use support_core::protocol::Change;

    #[test]
    fn people_are_named_as_well_as_we_can() {
        let person = |name: &str, email: Option<&str>| {
            let id = crate::state::fake::ME;
            person_name(&PersonRef { id, name: name.into(), email: email.map(str::to_owned) })
        };
        assert_eq!(person("Mia Chen", Some("mia@example.com")), "Mia Chen");
        assert_eq!(person(" ", Some("mia@example.com")), "mia@example.com");
        assert_eq!(person("", None), "Visitor");
    }

    #[test]
    fn initials_are_one_or_two_letters() {
        for (name, letters) in [
            ("Mia Chen", "MC"),
            ("Anna Maria de Souza", "AS"),
            ("Plato", "P"),
            ("mia@example.com", "m"),
            ("", "?"),
            ("Étienne Ümit", "ÉÜ"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

    #[test]
    fn a_channel_reads_as_a_word() {
        assert_eq!(["chat", "api", "whatsapp", ""].map(channel_word), ["Chat", "API", "Whatsapp", ""]);
    }

    #[test]
    fn assignments_read_as_sentences() {
        let assigned = |to: Option<&str>| {
            let mut event = fact(EventType::TicketAssigned, 0);
            event.data.insert("assigned_to".into(), Change { from: None, to: to.map(str::to_owned) });
            event_sentence(&event)
        };
        assert_eq!(assigned(Some("Ben")), "assigned this to Ben");
        assert_eq!(assigned(Some("Ana")), "took this");
        assert_eq!(assigned(None), "removed the assignee");
    }

    #[test]
    fn times_stand_behind_the_sentence_and_ids_are_not_told() {
        let told = |kind: EventType, changes: &[(&str, Option<&str>)]| {
            let mut event = fact(kind, 0);
            for (field, to) in changes {
                event.data.insert((*field).into(), Change { from: None, to: to.map(str::to_owned) });
            }
            (event_sentence(&event), event_time(&event).map(|at| at.to_rfc3339()))
        };
        let at = "2026-11-21T14:05:00Z";
        let exact = Some("2026-11-21T14:05:00+00:00".to_owned());
        assert_eq!(
            told(EventType::TicketSnoozed, &[("status", Some("snoozed")), ("snoozed_until", Some(at))]),
            ("snoozed this until".into(), exact.clone())
        );
        assert_eq!(
            told(
                EventType::TicketUpdated,
                &[("custom_fields.bag_size", Some("L")), ("sla_due_at", Some(at)), ("team", Some("01a1"))]
            ),
            ("set bag size to L, moved this to another team, set the deadline to".into(), exact)
        );
        assert_eq!(told(EventType::TicketUpdated, &[("sla_due_at", None)]), ("took the deadline away".into(), None));
        assert_eq!(
            told(EventType::TicketUpdated, &[("watchers", Some("01a1"))]),
            ("changed who follows this".into(), None)
        );
        assert_eq!(told(EventType::TicketResolved, &[("resolved_at", Some(at))]), ("resolved this".into(), None));
    }
}
