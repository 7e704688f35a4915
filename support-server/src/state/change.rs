//! What can be changed about tickets: shown at once, sent for one or for many, and taken back.

use support_core::{
    model::{PersonId, Priority, Status, TicketId, Timestamp},
    protocol::{FieldValue, Link, PersonRef, Ticket},
};

/// One change. What it sets replaces what was there.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Where it stands; never `Snoozed`, which needs a time.
    Status(Status),
    /// Who looks after it.
    Assign(Option<PersonRef>),
    /// How urgent it is.
    Priority(Priority),
    /// Its labels.
    Tags(Vec<String>),
    /// Put aside until then.
    Snooze(Timestamp),
    /// What of the host it is about.
    Links(Vec<Link>),
    /// Who is told of it.
    Watchers(Vec<PersonId>),
    /// One of the desk's own fields, by key.
    Field(String, Option<FieldValue>),
}

/// How a change is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What stands behind the ticket's path; empty: the ticket itself is patched.
    pub action: &'static str,
    /// JSON.
    pub body: String,
}

impl Change {
    /// The ticket as it will be.
    #[must_use]
    pub fn applied(&self, ticket: &Ticket) -> Ticket {
        let mut after = ticket.clone();
        match self {
            Self::Status(status) => {
                after.status = *status;
                after.snoozed_until = None;
            }
            Self::Assign(to) => after.assigned_to.clone_from(to),
            Self::Priority(priority) => after.priority = *priority,
            Self::Tags(tags) => after.tags.clone_from(tags),
            Self::Snooze(until) => {
                after.status = Status::Snoozed;
                after.snoozed_until = Some(*until);
            }
            Self::Links(links) => after.links.clone_from(links),
            Self::Watchers(watchers) => after.watchers.clone_from(watchers),
            Self::Field(key, Some(value)) => drop(after.custom_fields.insert(key.clone(), value.clone())),
            Self::Field(key, None) => drop(after.custom_fields.remove(key)),
        }
        after
    }

    /// What takes it back. `None`: it changes nothing.
    #[must_use]
    pub fn inverse(&self, before: &Ticket) -> Option<Self> {
        let inverse = match self {
            Self::Status(_) | Self::Snooze(_) => match (before.status, before.snoozed_until) {
                (Status::Snoozed, Some(until)) => Self::Snooze(until),
                (Status::Snoozed, None) => Self::Status(Status::Open),
                (status, _) => Self::Status(status),
            },
            Self::Assign(_) => Self::Assign(before.assigned_to.clone()),
            Self::Priority(_) => Self::Priority(before.priority),
            Self::Tags(_) => Self::Tags(before.tags.clone()),
            Self::Links(_) => Self::Links(before.links.clone()),
            Self::Watchers(_) => Self::Watchers(before.watchers.clone()),
            Self::Field(key, _) => Self::Field(key.clone(), before.custom_fields.get(key).cloned()),
        };
        (inverse != *self).then_some(inverse)
    }

    /// The members of `PATCH tickets/{id}`, and of the change of `POST tickets/bulk`.
    #[must_use]
    pub fn members(&self) -> String {
        // The wire types have string keys only, so they always serialise.
        fn json(value: &impl serde::Serialize) -> String {
            serde_json::to_string(value).unwrap_or_default()
        }
        match self {
            Self::Status(status) => format!("{{\"status\":\"{}\"}}", status.as_str()),
            Self::Assign(to) => format!("{{\"assigned_to\":{}}}", json(&to.as_ref().map(|person| person.id))),
            Self::Priority(priority) => format!("{{\"priority\":\"{}\"}}", priority.as_str()),
            Self::Tags(tags) => format!("{{\"tags\":{}}}", json(tags)),
            Self::Snooze(until) => format!("{{\"snoozed_until\":{}}}", json(until)),
            Self::Links(links) => format!("{{\"links\":{}}}", json(links)),
            Self::Watchers(watchers) => format!("{{\"watchers\":{}}}", json(watchers)),
            Self::Field(key, value) => format!("{{\"custom_fields\":{{{}:{}}}}}", json(key), json(value)),
        }
    }

    /// How it is asked for, for one ticket.
    #[must_use]
    pub fn wish(&self) -> Wish {
        match self {
            Self::Status(Status::Resolved) => Wish { action: "/resolve", body: "{}".to_owned() },
            Self::Status(Status::Closed) => Wish { action: "/close", body: "{}".to_owned() },
            Self::Snooze(_) => Wish { action: "/snooze", body: self.members().replacen("snoozed_until", "until", 1) },
            Self::Assign(_) => Wish { action: "/assign", body: self.members().replacen("assigned_to", "assignee", 1) },
            _ => Wish { action: "", body: self.members() },
        }
    }

    /// What was done, before `#12` or `3 tickets`: `Resolved`.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Status(Status::Resolved) => "Resolved",
            Self::Status(Status::Closed) => "Closed",
            Self::Status(Status::Pending) => "Waiting for the customer:",
            Self::Status(_) => "Opened",
            Self::Assign(Some(_)) => "Assigned",
            Self::Assign(None) => "Nobody looks after",
            Self::Priority(_) => "Changed the priority of",
            Self::Tags(_) => "Changed the tags of",
            Self::Snooze(_) => "Snoozed",
            Self::Links(_) => "Changed the links of",
            Self::Watchers(_) => "Changed who follows",
            Self::Field(..) => "Changed a field of",
        }
    }
}

/// One change to one ticket as it was before.
pub type Step = (Ticket, Change);

/// The same changes together, so that many tickets take few requests.
#[must_use]
pub fn grouped(steps: Vec<(TicketId, Change)>) -> Vec<(Change, Vec<TicketId>)> {
    let mut groups: Vec<(Change, Vec<TicketId>)> = Vec::new();
    for (ticket, change) in steps {
        match groups.iter_mut().find(|(known, _)| *known == change) {
            Some((_, tickets)) => tickets.push(ticket),
            None => groups.push((change, vec![ticket])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fake::{ME, assigned, at, ticket};

    #[test]
    fn what_takes_a_change_back_leaves_the_ticket_as_it_was() {
        let open = Ticket { tags: vec!["a".into()], ..assigned(ticket(1, 10), ME) };
        let snoozed = Ticket { status: Status::Snoozed, snoozed_until: Some(at(99)), ..open.clone() };
        for before in [open, snoozed] {
            for change in [
                Change::Status(Status::Resolved),
                Change::Assign(None),
                Change::Priority(Priority::Urgent),
                Change::Tags(vec!["b".into()]),
                Change::Snooze(at(50)),
                Change::Watchers(vec![ME]),
                Change::Field("size".into(), Some(FieldValue::Text("L".into()))),
            ] {
                let after = change.applied(&before);
                assert_ne!(after, before);
                assert_eq!(change.inverse(&before).unwrap().applied(&after), before, "{change:?}");
            }
        }
    }

    #[test]
    fn what_changes_nothing_needs_no_way_back() {
        assert_eq!(Change::Priority(Priority::Medium).inverse(&ticket(1, 10)), None);
    }

    #[test]
    fn changes_are_written_as_the_api_takes_them() {
        assert_eq!(Change::Tags(vec!["a \"b\"".into()]).members(), r#"{"tags":["a \"b\""]}"#);
        assert_eq!(Change::Assign(None).wish(), Wish { action: "/assign", body: r#"{"assignee":null}"#.into() });
        let field = Change::Field("size".into(), Some(FieldValue::Number(4.5)));
        assert_eq!(field.members(), r#"{"custom_fields":{"size":4.5}}"#);
        assert_eq!(Change::Field("size".into(), None).members(), r#"{"custom_fields":{"size":null}}"#);
        let snooze = Change::Snooze(at(0)).wish();
        assert_eq!(snooze.action, "/snooze");
        assert!(snooze.body.starts_with("{\"until\":\"20"), "{}", snooze.body);
    }

    #[test]
    fn many_steps_are_few_requests() {
        let (a, b, c) = (ticket(1, 0).id, ticket(2, 0).id, ticket(3, 0).id);
        let resolved = Change::Status(Status::Resolved);
        let groups = grouped(vec![(a, resolved.clone()), (b, Change::Priority(Priority::Low)), (c, resolved.clone())]);
        assert_eq!(groups, [(resolved, vec![a, c]), (Change::Priority(Priority::Low), vec![b])]);
    }
}
