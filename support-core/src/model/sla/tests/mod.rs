//! Deadlines against models that step from minute to minute.

mod hours;
mod promises;
mod stepping;
