//! The words that the desk uses for people, states and facts.

use support_core::{
    model::{AuthorKind, EventType, Status},
    protocol::{Author, Event, PersonRef},
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
            let changes: Vec<String> = event
                .data
                .iter()
                .map(|(field, change)| match &change.to {
                    Some(to) => format!("set {} to {to}", field.replace('_', " ")),
                    None => format!("cleared {}", field.replace('_', " ")),
                })
                .collect();
            if changes.is_empty() { "changed this".to_owned() } else { changes.join(", ") }
        }
        EventType::TicketCreated => "opened this".to_owned(),
        EventType::TicketSnoozed => "snoozed this".to_owned(),
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
}
