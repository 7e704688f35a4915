//! `cargo deny`: licences, banned crates and sources, without the advisory database.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::cargo::cargo;
use crate::project::Project;
use crate::{process, step};

const VERSION: &str = "0.20.2";

pub(crate) fn deny(project: &Project) -> Result<()> {
    let program = install(project)?;
    let mut command = Command::new(program);
    command.args(["--workspace", "--all-features", "check", "bans", "licenses", "sources"]).current_dir(&project.root);
    process::run(&mut command)
}

/// Compiled once a machine, without optimisation: it runs for a second and would compile for minutes.
fn install(project: &Project) -> Result<PathBuf> {
    let root = project.cache()?.join(format!("cargo-deny-{VERSION}"));
    let program = root.join("bin/cargo-deny");
    if !program.is_file() {
        let mut command = cargo(project);
        command.args(["install", "cargo-deny", "--locked", "--debug", "--no-track", "--version", VERSION, "--root"]);
        // In cargo's own temporary folder, which it removes: nothing else uses what is compiled there.
        command.arg(&root).env_remove("CARGO_TARGET_DIR");
        step::shown("cargo install cargo-deny", || process::run(&mut command))?;
    }
    Ok(program)
}
