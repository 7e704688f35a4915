//! What most tickets have little of, kept together in one place of their row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{PersonId, Status};
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

impl Details {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
