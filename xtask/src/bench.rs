//! `cargo xtask bench`: the goals of performance, as ratios to a bare axum and sqlx handler in the same run.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::cargo::cargo;
use crate::debian::{self, Need};
use crate::postgres::Cluster;
use crate::process;
use crate::project::Project;

/// What is measured, and what measures.
const BINS: [&str; 4] = ["--bin", "support-server", "--bin", "bench"];

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Passed on to the benchmark.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn bench(project: &Project, options: &Options) -> Result<()> {
    debian::ensure(&[Need::program("cc", "gcc")])?;
    process::run(
        cargo(project)
            .args(["build", "--release", "--package", "support-server", "--package", "support-tests"])
            .args(BINS),
    )?;
    let cluster = Cluster::unless_given(project)?;
    let mut command = Command::new(project.target.join("release/bench"));
    command.args(&options.arguments).env("SUPPORT_BIN", project.target.join("release/support-server"));
    if let Some(cluster) = &cluster {
        cluster.announce(&mut command);
    }
    process::run(&mut command)
}
