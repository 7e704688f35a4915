//! Searching: what people type, and the words that texts are found by.

mod day;
mod query;
#[cfg(feature = "server")]
mod rank;
#[cfg(feature = "server")]
mod words;

pub use day::Day;
pub use query::{Assignee, Part, SearchFilter, SearchQuery, TicketState};
#[cfg(feature = "server")]
pub use rank::{Field, Found, excerpt, find};
#[cfg(feature = "server")]
pub use words::{Term, Word, terms, words};
