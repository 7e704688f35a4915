//! `tickets` and what lies below them.

mod fields;
mod filters;
mod idempotency;
mod lifecycle;
mod list;
mod messages;
mod preconditions;
mod refusals;
mod stats;
