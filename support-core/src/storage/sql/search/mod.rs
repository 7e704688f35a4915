//! The index that texts are found by: FTS5 on SQLite, a `tsvector` with a GIN index on Postgres. Both get the words that
//! [`words`](crate::model::search::words) cut, so both find the same.
//!
//! Each message is a document of its own, and so is each ticket with its subject, description and requester (`seq` 0).

mod document;
mod find;
mod messages;
mod rebuild;

#[cfg(feature = "postgres")]
pub(super) use document::{DOCUMENT, REPLACE};
pub(super) use document::{Document, add, documents};
pub(super) use find::{list, narrow_all};
pub(super) use messages::messages;
pub(in crate::storage) use rebuild::rebuild;
pub(super) use rebuild::{reindex_messages, reindex_requester};
