//! The storage: the public suite on both databases, and what only one of them does.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is a failed test")]

mod differential;
mod plans;
mod postgres;
mod sqlite;
mod upgrade;
