//! What most tickets have little of, kept together in one place of their row.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{PersonId, Status, choice::choice};
use crate::protocol::{FieldValue, Link, Satisfaction};

/// Tags, links, watchers, custom fields, an assistant's view and the customer's verdict.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Labels, sorted, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Records of the host.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Who is told of what happens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub watchers: Vec<PersonId>,
    /// The desk's own fields.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_fields: BTreeMap<String, FieldValue>,
    /// What an assistant made of it.
    #[serde(skip_serializing_if = "Assessment::is_empty")]
    pub ai: Assessment,
    /// While it is merged into another: the status before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_before_merge: Option<Status>,
    /// The customer's verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<Satisfaction>,
}

/// What an assistant made of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assessment {
    /// In a few sentences.
    pub summary: Option<String>,
    /// 0 to 1.
    pub confidence_score: Option<f64>,
    /// Seconds.
    pub first_response_time: Option<i64>,
    /// Whether nobody else was needed.
    pub auto_resolved: Option<bool>,
}

impl Assessment {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

choice!(
    /// What tickets can be found by besides their own columns.
    IndexKind {
        /// A label.
        Tag = "tag",
        /// A record of the host, `kind:id`.
        Link = "link",
        /// A person's id.
        Watcher = "watcher",
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
    /// From one state of a ticket to the next.
    #[must_use]
    pub fn between(before: &Details, after: &Details) -> Self {
        if before.tags == after.tags && before.links == after.links && before.watchers == after.watchers {
            return Self::default();
        }
        let (before, after) = (before.entries(), after.entries());
        Self { add: after.difference(&before).cloned().collect(), remove: before.difference(&after).cloned().collect() }
    }
}

impl Details {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn entries(&self) -> BTreeSet<(IndexKind, String)> {
        let tags = self.tags.iter().map(|tag| (IndexKind::Tag, tag.clone()));
        let links = self.links.iter().map(|link| (IndexKind::Link, link.to_string()));
        let watchers = self.watchers.iter().map(|watcher| (IndexKind::Watcher, watcher.to_string()));
        tags.chain(links).chain(watchers).collect()
    }
}
