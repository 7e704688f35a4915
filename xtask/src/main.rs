//! The one tool to learn: `cargo xtask run | test | ci | tidy | contract | bench | wasm`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "xtask talks to the person who runs it")]

mod bench;
mod cargo;
mod chromium;
mod ci;
mod contract;
mod debian;
mod deny;
mod npm;
mod postgres;
mod process;
mod project;
mod run;
mod step;
mod test;
mod tidy;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::project::Project;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Build, run and check Support")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build everything and start the server with demo data.
    Run(run::Options),
    /// Install or start what the tests need and run all of them.
    Test(test::Options),
    /// Every check that a change must pass, each one timed.
    Ci,
    /// Check the rules of the house that no compiler knows.
    Tidy,
    /// Hold a running server to its OpenAPI document, by schemathesis and by a generated client.
    Contract,
    /// Compare Support with a bare axum and sqlx handler.
    Bench(bench::Options),
    /// Build widget and dashboard for the browser, within their size budgets.
    Wasm(wasm::Options),
}

fn main() -> ExitCode {
    match execute(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> anyhow::Result<()> {
    let project = Project::find()?;
    match command {
        Command::Run(options) => run::run(&project, &options),
        Command::Test(options) => test::test(&project, &options),
        Command::Ci => ci::ci(&project),
        Command::Tidy => tidy::tidy(&project),
        Command::Contract => contract::contract(&project),
        Command::Bench(options) => bench::bench(&project, &options),
        Command::Wasm(options) => wasm::wasm(&project, &options),
    }
}
