//! `config`: what the program would start with, where each value comes from, and whether it holds together. Secrets are never shown.

use std::{env, fmt::Write as _, path::Path, sync::Arc};

use support_core::{
    channels::email::Capture,
    desk::Call,
    model::{Actor, TenantId},
    protocol::ConfigSource,
    storage::{MigrateMode, Storage},
};

use super::{
    CommandError, Settings,
    config::{outbound, smtp, variable},
    serve,
};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print every setting with its value and where that comes from.
    Print(Box<Settings>),
    /// Read everything as `serve` would, and say what is wrong.
    Check(Box<Settings>),
}

/// One setting of the environment.
struct Variable {
    name: &'static str,
    default: &'static str,
    is_secret: bool,
}

const fn plain(name: &'static str, default: &'static str) -> Variable {
    Variable { name, default, is_secret: false }
}

const fn secret(name: &'static str, default: &'static str) -> Variable {
    Variable { name, default, is_secret: true }
}

/// Everything that the environment can say; each also as `NAME_FILE`.
const VARIABLES: [Variable; 23] = [
    plain("SUPPORT_LISTEN", serve::LISTEN),
    plain("SUPPORT_PUBLIC_URL", "http://localhost and the port"),
    plain("SUPPORT_DATA", "support-data"),
    plain("SUPPORT_FILES", "`files` in the data folder"),
    secret("DATABASE_URL", "SQLite in the data folder"),
    secret("SUPPORT_SECRET", "drawn at the first start, in the data folder"),
    secret("SECRET_KEY", ""),
    plain("ACCESS_TOKEN_EXPIRE_MINUTES", "30"),
    plain("REFRESH_TOKEN_EXPIRE_DAYS", "7"),
    plain("SUPPORT_OPEN_REGISTRATION", "true"),
    plain("SMTP_HOST", "none: mail goes to the console"),
    plain("SMTP_PORT", "of the kind of security"),
    plain("SMTP_SECURITY", "starttls"),
    plain("SMTP_USER", ""),
    secret("SMTP_PASSWORD", ""),
    plain("SMTP_FROM", serve::SENDER),
    plain("SUPPORT_TEAM_EMAIL", ""),
    plain("SUPPORT_CHAT_MAIL_DELAY", "60"),
    plain("SUPPORT_WIDGET_ORIGINS", "any"),
    secret("SUPPORT_IDENTITY_SECRET", ""),
    plain("SUPPORT_WEBHOOKS_ALLOW", "public addresses only"),
    plain("SUPPORT_ASSETS", "inside the program"),
    plain("SUPPORT_LOG", "info"),
];

#[expect(clippy::print_stdout, reason = "the table is the output")]
pub(super) async fn run(command: ConfigCommand) -> Result<(), CommandError> {
    match command {
        ConfigCommand::Print(settings) => {
            println!("{}", table(&rows(&settings)?).trim_end());
            println!();
            match stored(&settings).await? {
                Some(rows) => print!("{}", table(&rows)),
                None => println!("There is no database yet: every key of the configuration has its default."),
            }
            Ok(())
        }
        ConfigCommand::Check(settings) => {
            check(&settings).await?;
            println!("The configuration is complete and fits together.");
            Ok(())
        }
    }
}

/// Name, value, origin.
type Row = [String; 3];

fn rows(settings: &Settings) -> Result<Vec<Row>, CommandError> {
    let flag = |name: &str| match name {
        "SUPPORT_DATA" => settings.data.as_ref().map(|data| (data.display().to_string(), "--data")),
        "DATABASE_URL" => settings.database_url.clone().map(|url| (url, "--database-url")),
        "SUPPORT_PUBLIC_URL" => settings.public_url.clone().map(|url| (url, "--public-url")),
        _ => None,
    };
    let presets = serve::PRESETS.iter().map(|(name, _)| plain(name, ""));
    let row = |known: Variable| {
        let (value, origin) = match (flag(known.name), variable(known.name)?) {
            (Some((value, flag)), _) => (value, format!("flag {flag}")),
            (None, Some(value)) if env::var_os(format!("{}_FILE", known.name)).is_some() => {
                (value, format!("file of {}_FILE", known.name))
            }
            (None, Some(value)) => (value, "environment".to_owned()),
            (None, None) => return Ok([known.name.to_owned(), known.default.to_owned(), "default".to_owned()]),
        };
        let shown = if known.is_secret { redacted(known.name, &value) } else { value };
        Ok([known.name.to_owned(), shown, origin])
    };
    VARIABLES.into_iter().chain(presets).map(row).collect()
}

/// Nothing of a secret, and of an address with a password everything but that.
fn redacted(name: &str, value: &str) -> String {
    if name != "DATABASE_URL" {
        return "(set)".to_owned();
    }
    let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
    let (place, _) = rest.split_once('?').unwrap_or((rest, ""));
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    if scheme.is_empty() { "(set)".to_owned() } else { format!("{scheme}://…@{host}") }
}

/// What admins have set, read without changing anything.
async fn stored(settings: &Settings) -> Result<Option<Vec<Row>>, CommandError> {
    let folder = settings.place();
    if settings.database()?.is_none() && !folder.join("support.db").exists() {
        return Ok(None);
    }
    let storage = settings.storage(&folder).await?;
    let support = build(settings, &folder, storage, MigrateMode::Verify).await?;
    let call = Call::new(Actor::system(TenantId::DEFAULT), "config print");
    let entries = support.desk().list_config(&call).await;
    let entries = entries.map_err(|error| CommandError::Failed(error.to_string()))?;
    let origin = |source| match source {
        ConfigSource::Default => "default",
        ConfigSource::Environment => "environment",
        ConfigSource::Stored => "stored",
    };
    let row = |entry: support_core::protocol::ConfigEntry| {
        [entry.key, entry.value.to_string(), origin(entry.source).to_owned()]
    };
    Ok(Some(entries.into_iter().map(row).collect()))
}

async fn check(settings: &Settings) -> Result<(), CommandError> {
    smtp()?;
    outbound()?;
    serve::listen(None)?;
    let folder = settings.place();
    if settings.database()?.is_none() && !folder.join("support.db").exists() {
        // The parts that need no database: a fresh folder is not made for looking.
        for name in ["SUPPORT_SECRET", "SECRET_KEY"] {
            if let Some(secret) = variable(name)? {
                support_core::SecretKey::new(secret)
                    .map_err(|error| CommandError::Usage(format!("{name}: {error}.")))?;
            }
        }
        return Ok(());
    }
    let storage = settings.storage(&folder).await?;
    build(settings, &folder, storage, MigrateMode::Verify).await.map(drop)
}

async fn build(
    settings: &Settings,
    folder: &Path,
    storage: Arc<dyn Storage>,
    mode: MigrateMode,
) -> Result<support_core::Support, CommandError> {
    let url = serve::public_url(settings, 8080)?;
    serve::build(settings, folder, storage, &url, None::<Capture>, mode).await
}

fn table(rows: &[Row]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (names, values) = (width(0), width(1).min(60));
    rows.iter().fold(String::new(), |mut table, [name, value, origin]| {
        let _ = writeln!(table, "{name:names$}  {value:values$}  {origin}");
        table
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_secret_is_shown() {
        for url in
            ["postgres://ana:hunter2@db.test/support", "postgres://ana:hun%40ter2@db.test/support?password=hunter2"]
        {
            let shown = redacted("DATABASE_URL", url);
            assert_eq!(shown, "postgres://…@db.test/support");
        }
        assert_eq!(redacted("DATABASE_URL", "hunter2"), "(set)");
        assert_eq!(redacted("SMTP_PASSWORD", "hunter2"), "(set)");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["A", "x", "default"], ["LONGER", "a value", "stored"]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows), "A       x        default\nLONGER  a value  stored\n");
    }
}
