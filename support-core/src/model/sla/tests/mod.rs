//! Deadlines against models that step from minute to minute.
#![expect(clippy::unwrap_used, reason = "here a panic is a failed test")]

mod hours;
mod promises;
mod stepping;
