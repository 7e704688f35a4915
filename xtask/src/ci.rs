//! `cargo xtask ci`: every check, each one timed; all of them run, so that one push shows all that is wrong.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cargo::cargo;
use crate::project::Project;
use crate::{contract, deny, process, step, test, tidy, wasm};

const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

type Check<'project> = (&'static str, Box<dyn FnOnce() -> Result<()> + 'project>);

pub(crate) fn ci(project: &Project) -> Result<()> {
    let mut results = Vec::new();
    for (name, check) in checks(project) {
        let start = Instant::now();
        let result = step::shown(name, check);
        if let Err(error) = &result {
            eprintln!("error: {error:#}");
        }
        results.push((name, result.is_ok(), start.elapsed()));
    }
    summarise(&results)
}

/// In the order of their cost, so that the cheap ones speak first.
fn checks(project: &Project) -> Vec<Check<'_>> {
    vec![
        ("fmt", Box::new(|| process::run(cargo(project).args(["fmt", "--all", "--", "--check", "-l"])))),
        ("tidy", Box::new(|| tidy::tidy(project))),
        ("deny", Box::new(|| deny::deny(project))),
        ("clippy, server side", clippy(project, &["--workspace", "--exclude", "support-widget", "--all-targets"])),
        ("clippy, widget", clippy(project, &["--package", "support-widget", "--all-targets"])),
        (
            "clippy, dashboard in the browser",
            clippy(
                project,
                &["--package", "support-server", "--no-default-features", "--features", "hydrate", "--lib"],
            ),
        ),
        (
            "clippy, model and protocol alone",
            clippy(project, &["--package", "support-core", "--no-default-features", "--lib"]),
        ),
        ("docs", Box::new(|| process::run(&mut docs(project)))),
        ("wasm", Box::new(|| wasm::wasm(project, &wasm::Options::default()))),
        ("contract", Box::new(|| contract::contract(project))),
        ("test", Box::new(|| test::test(project, &test::Options::default()))),
    ]
}

fn clippy<'project>(
    project: &'project Project,
    packages: &'static [&'static str],
) -> Box<dyn FnOnce() -> Result<()> + 'project> {
    Box::new(move || process::run(cargo(project).arg("clippy").args(packages).args(DENY_WARNINGS)))
}

fn docs(project: &Project) -> Command {
    let mut command = cargo(project);
    command.args(["doc", "--no-deps", "--package", "support-core"]).env("RUSTDOCFLAGS", "-D warnings");
    command
}

fn summarise(results: &[(&str, bool, Duration)]) -> Result<()> {
    println!();
    for (name, passed, took) in results {
        println!("{} {name}, {:.1} s", if *passed { "  ok " } else { "FAIL " }, took.as_secs_f64());
    }
    let failed: Vec<_> = results.iter().filter(|(_, passed, _)| !passed).map(|(name, ..)| *name).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
