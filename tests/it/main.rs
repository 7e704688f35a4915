//! Every test of the product but those in the browser, in one binary.

mod accounts;
mod conventions;
mod portal;
mod storage;
mod tickets;
mod visitors;
