//! Every test of the product but those in the browser, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test relies on may panic; clippy sees that in `#[test]` functions only"
)]

mod access;
mod accounts;
mod audit;
mod config;
mod contract;
mod conventions;
mod conversations;
mod embedding;
mod files;
mod leptos_host;
mod live;
mod notifications;
mod outbox;
mod plugins;
mod portal;
mod search;
mod settings;
mod sla;
mod storage;
mod systems;
mod tickets;
mod visitors;
mod webhooks;
