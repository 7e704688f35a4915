//! The words of a message.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{MessageFile, PersonId, choice::choice};

choice!(
    /// Which way a message went, seen from the desk.
    Direction {
        /// From the customer.
        Inbound = "inbound",
        /// From the desk.
        Outbound = "outbound",
    }
);

choice!(
    /// Who wrote a message.
    AuthorKind {
        /// Staff.
        Agent = "agent",
        /// The customer, through any channel.
        Customer = "customer",
        /// The engine or a plugin.
        System = "system",
    }
);

choice!(
    /// How a message's text is meant.
    MessageFormat {
        /// As it stands.
        Text = "text",
        /// Markdown (CommonMark).
        Markdown = "markdown",
    }
);

#[expect(clippy::derivable_impls, reason = "the macro writes the variants, and no attribute of theirs goes through it")]
impl Default for MessageFormat {
    fn default() -> Self {
        Self::Text
    }
}

/// What most messages have none of, kept together in one place of their row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageDetails {
    /// Agents whom it addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<PersonId>,
    /// Who answered it with which sign, in the order of their coming.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reactions: BTreeMap<String, Vec<PersonId>>,
    /// What is attached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<MessageFile>,
}

impl MessageDetails {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A text that says more than its letters, made ready to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markup {
    /// Clean HTML.
    pub html: String,
    /// The bare words, for lists and notices.
    pub plain: String,
}
