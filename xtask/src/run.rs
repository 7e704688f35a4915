//! `cargo xtask run`: from a fresh clone to a server with demo data.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::cargo;
use crate::debian::{self, Need};
use crate::project::Project;
use crate::{process, step, wasm};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Build with optimisation: minutes more to compile, for measuring.
    #[arg(long)]
    release: bool,
    /// Passed on to `support-server serve --demo`.
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    debian::ensure(&[Need::program("cc", "gcc")])?;
    wasm::build_all(project)?;
    let server = step::shown("build support-server", || build_server(project, options.release))?;
    // The server takes xtask's place, so that Ctrl-C and signals reach it and nobody else.
    let mut command = Command::new(&server);
    command.args(["serve", "--demo"]).args(&options.arguments);
    Err(command.exec()).with_context(|| format!("cannot start {}", server.display()))
}

fn build_server(project: &Project, release: bool) -> Result<std::path::PathBuf> {
    let mut command = cargo(project);
    command.args(["build", "--package", "support-server", "--bin", "support-server"]);
    if release {
        command.arg("--release");
    }
    process::run(&mut command)?;
    Ok(project.target.join(if release { "release" } else { "debug" }).join("support-server"))
}
