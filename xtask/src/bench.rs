//! `cargo xtask bench`: the comparison with a bare axum and sqlx handler.

use std::ffi::OsString;

use anyhow::Result;

use crate::cargo::cargo;
use crate::process;
use crate::project::Project;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Passed on to the benchmark.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn bench(project: &Project, options: &Options) -> Result<()> {
    let mut command = cargo(project);
    command
        .args([
            "run",
            "--release",
            "--package",
            "support-tests",
            "--bin",
            "bench",
            "--",
        ])
        .args(&options.arguments);
    process::run(&mut command)
}
