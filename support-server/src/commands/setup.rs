//! `setup`: the first admin, without a browser.

use std::{io::Write as _, path::PathBuf};

use support_core::{AccountOptions, Error, Support};

use super::{CommandError, Settings};

/// The address that a command uses where none is configured: it sends nobody a link.
const NO_URL: &str = "http://localhost";

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: Settings,
    /// The admin's address.
    #[arg(long)]
    email: String,
    /// A file with the password; a trailing line end is dropped.
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
    /// The admin's name, as customers will see it.
    #[arg(long, default_value = "")]
    name: String,
    /// Do not ask before writing.
    #[arg(long)]
    yes: bool,
}

#[expect(clippy::print_stdout, reason = "the command line speaks to a person")]
pub(super) async fn run(options: Options) -> Result<(), CommandError> {
    let password = std::fs::read_to_string(&options.password_file).map_err(|error| {
        CommandError::Usage(format!("--password-file: cannot read {}: {error}", options.password_file.display()))
    })?;
    let password = password.trim_end_matches(['\r', '\n']);
    let folder = options.settings.folder()?;
    if !options.yes
        && !confirmed(&format!("Make {} the first admin of the desk in {}?", options.email, folder.display()))?
    {
        return Err(CommandError::Failed("nothing was written".into()));
    }
    let support = Support::builder()
        .shared_storage(options.settings.storage(&folder).await?)
        .accounts(AccountOptions::default())
        .secret(options.settings.secret(&folder)?)
        .public_url(options.settings.public_url.as_deref().unwrap_or(NO_URL))
        .build()
        .await
        .map_err(|error| CommandError::Failed(error.to_string()))?;
    match support.create_first_admin(&options.email, password, &options.name).await {
        Ok(_) => {
            println!("{} is the first admin. Start the desk with `support-server serve`.", options.email);
            Ok(())
        }
        Err(Error::Invalid(errors)) => {
            let sentences: Vec<_> = errors
                .iter()
                .map(|error| format!("{} {}", error.pointer.trim_start_matches('/'), error.detail))
                .collect();
            Err(CommandError::Usage(format!("{}.", sentences.join("; "))))
        }
        Err(Error::Conflict { .. }) => {
            Err(CommandError::Failed("there is an admin already. Sign in, and make further users there.".into()))
        }
        Err(error) => Err(CommandError::Failed(error.to_string())),
    }
}

#[expect(clippy::print_stdout, reason = "the command line speaks to a person")]
fn confirmed(question: &str) -> Result<bool, CommandError> {
    print!("{question} [y/N] ");
    let asked = std::io::stdout().flush();
    asked.map_err(|error| CommandError::Failed(error.to_string()))?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| CommandError::Failed(error.to_string()))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
