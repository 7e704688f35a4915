//! Every test of the product but those in the browser, in one binary.

mod accounts;
mod conventions;
mod embedding;
mod live;
mod outbox;
mod plugins;
mod portal;
mod storage;
mod tickets;
mod visitors;
