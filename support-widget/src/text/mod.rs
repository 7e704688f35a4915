//! Words: what the panel says, and how it reads what people wrote.

pub(crate) mod link;
pub(crate) mod strings;

pub(crate) use strings::{Strings, strings_for};
