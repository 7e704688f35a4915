//! `cargo xtask test`: brings up what the tests need, then runs every suite.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::cargo;
use crate::debian::{self, Need};
use crate::postgres::Cluster;
use crate::project::Project;
use crate::{chromium, npm, process, step, wasm};

/// The WebAssembly crates never share a cargo call with the server: cargo would unify their features.
const SERVER_SIDE: [&str; 3] = ["--workspace", "--exclude", "support-widget"];
/// A journey that failed leaves servers and sockets open, and would keep node waiting for them.
const NODE_TEST: [&str; 5] =
    ["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-force-exit", "--test-timeout=600000"];

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Only tests whose name contains this.
    filter: Option<String>,
}

pub(crate) fn test(project: &Project, options: &Options) -> Result<()> {
    debian::ensure(&[Need::program("cc", "gcc")])?;
    let journeys = browser_tests(project)?;
    let chromium = chromium::ensure()?;
    npm::install(&project.root.join("tests/browser"))?;
    wasm::build_all(project)?;
    step::shown("build the programs", || process::run(cargo(project).arg("build").args(SERVER_SIDE).arg("--bins")))?;

    let cluster = Cluster::unless_given(project)?;
    let suite = Suite { project, options, chromium: &chromium, cluster: cluster.as_ref() };
    let mut failed = Vec::new();
    let mut run = |label: &'static str, command: &mut Command| {
        if let Err(error) = step::shown(label, || process::run(command)) {
            failed.push(format!("{error:#}"));
        }
    };
    run("cargo test, server side", &mut suite.cargo_test(&SERVER_SIDE));
    run("cargo test, widget", &mut suite.cargo_test(&["--package", "support-widget"]));
    if options.filter.is_none() {
        run("kill -9 under load", &mut suite.crash_test());
    }
    if !journeys.is_empty() {
        run("browser journeys", &mut suite.node_test(&journeys));
    }
    if !failed.is_empty() {
        bail!("{}", failed.join("; "));
    }
    Ok(())
}

struct Suite<'run> {
    project: &'run Project,
    options: &'run Options,
    chromium: &'run Path,
    cluster: Option<&'run Cluster>,
}

impl Suite<'_> {
    fn cargo_test(&self, packages: &[&str]) -> Command {
        let mut command = cargo(self.project);
        command.args(["test", "--no-fail-fast"]).args(packages).args(&self.options.filter);
        self.provide(&mut command);
        command
    }

    /// A program and not a `#[test]`: it takes minutes, and prints its own verdict.
    fn crash_test(&self) -> Command {
        let mut command = Command::new(self.project.target.join("debug/crash"));
        command.current_dir(&self.project.root);
        self.provide(&mut command);
        command
    }

    fn node_test(&self, journeys: &[PathBuf]) -> Command {
        let mut command = Command::new("node");
        command.args(NODE_TEST);
        if let Some(filter) = &self.options.filter {
            command.arg(format!("--test-name-pattern={filter}"));
        }
        command.args(journeys).current_dir(self.project.root.join("tests/browser"));
        self.provide(&mut command);
        command
    }

    fn provide(&self, command: &mut Command) {
        command.env("SUPPORT_BIN", self.project.target.join("debug/support-server"));
        command.env("CHROMIUM", self.chromium);
        if let Some(cluster) = self.cluster {
            cluster.announce(command);
        }
    }
}

fn browser_tests(project: &Project) -> Result<Vec<PathBuf>> {
    let folder = project.root.join("tests/browser");
    let entries = folder.read_dir().with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    Ok(files)
}
