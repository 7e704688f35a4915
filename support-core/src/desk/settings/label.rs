//! Names and descriptions, which most settings have.

use crate::{
    desk::reply::normal,
    error::Fields,
    model::{limits, text},
};

/// `/name`: one line.
pub(super) fn name(fields: &mut Fields, name: &str) -> String {
    fields.check("/name", text::line(&normal(name), limits::LABEL_MAX)).unwrap_or_default()
}

/// `/description`: one line, or nothing.
pub(super) fn description(fields: &mut Fields, description: &str) -> String {
    if description.trim().is_empty() {
        return String::new();
    }
    fields.check("/description", text::line(&normal(description), limits::SUBJECT_MAX)).unwrap_or_default()
}
