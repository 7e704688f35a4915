//! What the binary can do, and how it says that it cannot.

mod config;
mod logging;
mod print;
mod serve;
mod setup;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::config::Settings;

/// A support desk: dashboard, portal, chat widget and API in one program.
#[derive(Debug, Parser)]
#[command(version, about, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the desk. This is what happens without a command, too.
    Serve(Box<serve::Options>),
    /// Make the first admin without the setup page.
    Setup(Box<setup::Options>),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(print::ConfigCommand),
    /// Print the OpenAPI 3.1 document of the API.
    Openapi,
}

/// Why a command did not do its work: a cause and a way out, on one line each.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// The configuration or the arguments are wrong. Exit code 2.
    #[error("{0}")]
    Usage(String),
    /// Something outside is not as it should be. Exit code 1.
    #[error("{0}")]
    Failed(String),
}

impl Arguments {
    /// Carries the command out. 0: done; 1: something outside failed; 2: the arguments or settings are wrong.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return fail(&CommandError::Failed(format!("no threads: {error}"))),
        };
        let result = runtime.block_on(async {
            match self.command {
                None => serve::run(serve::Options::default()).await,
                Some(Command::Serve(options)) => serve::run(*options).await,
                Some(Command::Setup(options)) => setup::run(*options).await,
                Some(Command::Config(command)) => print::run(command).await,
                Some(Command::Openapi) => openapi(),
            }
        });
        // Password hashing may still be on its thread; nobody waits for the answer.
        runtime.shutdown_background();
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error),
        }
    }
}

#[expect(clippy::print_stderr, reason = "the command line speaks to a person")]
fn fail(error: &CommandError) -> ExitCode {
    eprintln!("support-server: {error}");
    match error {
        CommandError::Usage(_) => ExitCode::from(2),
        CommandError::Failed(_) => ExitCode::FAILURE,
    }
}

#[expect(clippy::print_stdout, reason = "the document is the output")]
fn openapi() -> Result<(), CommandError> {
    let document = support_core::http::openapi_document().to_pretty_json();
    println!("{}", document.map_err(|error| CommandError::Failed(error.to_string()))?);
    Ok(())
}
