//! The one tool to learn: `cargo xtask run | test | ci | tidy | bench | wasm`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "xtask talks to the person who runs it")]

mod bench;
mod cargo;
mod debian;
mod npm;
mod process;
mod project;
mod step;
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
        Command::Bench(options) => bench::bench(&project, &options),
        Command::Wasm(options) => wasm::wasm(&project, &options),
    }
}
