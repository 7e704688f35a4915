//! `cargo xtask tidy`: the rules of the house that no compiler knows.

mod boundaries;
mod code;
mod exceptions;
mod files;
mod habits;
mod security;
mod versions;

use std::fmt;

use anyhow::{Result, bail};

use self::code::Source;
use crate::project::Project;

/// One broken rule, at one place.
#[derive(Debug, PartialEq)]
pub(crate) struct Finding {
    rule: &'static str,
    path: String,
    /// Zero where the whole file is meant.
    line: usize,
    message: String,
}

impl Finding {
    fn new(rule: &'static str, source: &Source, line: usize, message: impl Into<String>) -> Self {
        Self { rule, path: source.path.clone(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, path, line, message } = self;
        match line {
            0 => write!(f, "{path}: {message} [{rule}]"),
            _ => write!(f, "{path}:{line}: {message} [{rule}]"),
        }
    }
}

pub(crate) fn tidy(project: &Project) -> Result<()> {
    let sources = files::load(project)?;
    let mut findings = Vec::new();
    for source in &sources {
        findings.extend(files::check(source));
        findings.extend(habits::check(source));
        findings.extend(boundaries::check(source));
    }
    findings.extend(security::check(&sources));
    findings.extend(versions::check(&sources));
    let findings = exceptions::apply(findings);
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy found {} in {} files", findings.len(), sources.len());
    }
    println!("tidy: {} files, nothing found", sources.len());
    Ok(())
}
