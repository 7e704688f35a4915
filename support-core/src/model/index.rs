//! What tickets are found by besides their own row: values that few tickets have can be read from there, whatever a list is ordered by.

use std::collections::BTreeSet;

use super::{TicketRecord, choice::choice};

choice!(
    /// A kind of value that tickets are found by.
    IndexKind {
        /// A label.
        Tag = "tag",
        /// A record of the host, `kind:id`.
        Link = "link",
        /// A person's id.
        Watcher = "watcher",
        /// The desk's own word.
        Category = "category",
        /// What it came through.
        Channel = "channel",
        /// A team's id.
        Team = "team",
        /// An agent's id.
        Assignee = "assignee",
    }
);

/// What the index of a ticket gains and loses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexChange {
    /// New entries.
    pub add: Vec<(IndexKind, String)>,
    /// Entries that are no longer true.
    pub remove: Vec<(IndexKind, String)>,
}

impl IndexChange {
    /// From one state of a ticket to the next; none where it is new.
    #[must_use]
    pub fn between(before: Option<&TicketRecord>, after: &TicketRecord) -> Self {
        if before.is_some_and(|before| is_found_alike(before, after)) {
            return Self::default();
        }
        let (before, after) = (before.map(entries).unwrap_or_default(), entries(after));
        Self { add: after.difference(&before).cloned().collect(), remove: before.difference(&after).cloned().collect() }
    }
}

fn is_found_alike(before: &TicketRecord, after: &TicketRecord) -> bool {
    let agent = |ticket: &TicketRecord| ticket.assignee.as_ref().map(|assignee| assignee.id);
    (&before.category, &before.channel, before.team, agent(before))
        == (&after.category, &after.channel, after.team, agent(after))
        && before.details.tags == after.details.tags
        && before.details.links == after.details.links
        && before.details.watchers == after.details.watchers
}

fn entries(ticket: &TicketRecord) -> BTreeSet<(IndexKind, String)> {
    let details = &ticket.details;
    let mut entries = BTreeSet::from([(IndexKind::Channel, ticket.channel.to_string())]);
    entries.extend(details.tags.iter().map(|tag| (IndexKind::Tag, tag.clone())));
    entries.extend(details.links.iter().map(|link| (IndexKind::Link, link.to_string())));
    entries.extend(details.watchers.iter().map(|watcher| (IndexKind::Watcher, watcher.to_string())));
    entries.extend(ticket.category.iter().map(|category| (IndexKind::Category, category.clone())));
    entries.extend(ticket.team.map(|team| (IndexKind::Team, team.to_string())));
    entries.extend(ticket.assignee.as_ref().map(|assignee| (IndexKind::Assignee, assignee.id.to_string())));
    entries
}
