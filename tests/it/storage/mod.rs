//! The storage: the public suite on both databases, and what only one of them does.

mod postgres;
mod sqlite;
