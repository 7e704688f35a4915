//! `tags` and the other settings: what all of them share is shown on tags.

mod fields;
mod tags;
mod views;
