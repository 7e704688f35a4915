//! `cargo xtask bench`: the comparison with a bare axum and sqlx handler.

use std::ffi::OsString;

use anyhow::Result;

use crate::cargo::cargo;
use crate::debian::{self, Need};
use crate::postgres::Cluster;
use crate::process;
use crate::project::Project;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Passed on to the benchmark.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn bench(project: &Project, options: &Options) -> Result<()> {
    debian::ensure(&[Need::program("cc", "gcc")])?;
    let cluster = Cluster::unless_given(project)?;
    let mut command = cargo(project);
    command.args(["run", "--release", "--package", "support-tests", "--bin", "bench", "--"]);
    command.args(&options.arguments);
    if let Some(cluster) = &cluster {
        cluster.announce(&mut command);
    }
    process::run(&mut command)
}
