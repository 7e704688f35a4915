//! References to records of the host.

use super::wire;
use crate::model::limits;

wire! {
    /// A record of the host: an order, an assignment, an invoice.
    #[derive(Eq, PartialOrd, Ord)]
    #[serde(deny_unknown_fields)]
    pub struct Link {
        /// What it is: 1 to 40 of `a-z 0-9 _ -`.
        pub kind: String,
        /// The host's own id of it, 1 to 100 characters.
        pub id: String,
    }
}

impl std::fmt::Display for Link {
    /// `kind:id`, as filters name it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl std::str::FromStr for Link {
    type Err = &'static str;

    /// Reads `kind:id`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((kind, id)) if Self::is_kind(kind) && !id.is_empty() => {
                Ok(Self { kind: kind.to_owned(), id: id.to_owned() })
            }
            _ => Err("must be written `kind:id`"),
        }
    }
}

impl Link {
    /// Whether it could be the kind of a host's record: 1 to 40 of `a-z 0-9 _ -`.
    #[must_use]
    pub fn is_kind(kind: &str) -> bool {
        (1..=limits::LINK_KIND_MAX_BYTES).contains(&kind.len())
            && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
    }
}
