//! Settings: flag before environment before default. Every secret can come from a file.

use std::{
    env,
    path::{Path, PathBuf},
    sync::Arc,
};

use support_core::{
    SecretKey,
    channels::email::{Mailer, Message, SendError, Smtp, SmtpOptions, SmtpSecurity},
    clock::{Entropy as _, SystemEntropy},
    outbound::{AddressRange, Outbound},
    storage::{PostgresStorage, SqliteStorage, Storage},
};

use super::CommandError;

/// What every command needs to reach the data.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Settings {
    /// Folder for the database and the secret [env: SUPPORT_DATA] [default: ./support-data].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// postgres://… instead of SQLite in the data folder [env: DATABASE_URL].
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Where people reach the desk, such as https://support.example.com [env: SUPPORT_PUBLIC_URL].
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
}

/// A setting of the environment: `NAME`, or the content of the file that `NAME_FILE` names. A trailing line end is dropped.
pub(crate) fn variable(name: &str) -> Result<Option<String>, CommandError> {
    if let Some(path) = env::var_os(format!("{name}_FILE")) {
        let path = PathBuf::from(path);
        let text = std::fs::read_to_string(&path);
        let text =
            text.map_err(|error| CommandError::Usage(format!("{name}_FILE: cannot read {}: {error}", path.display())))?;
        return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    Ok(env::var(name).ok().filter(|value| !value.is_empty()))
}

impl Settings {
    /// The data folder, whether it is there or not.
    pub(crate) fn place(&self) -> PathBuf {
        let folder = self.data.clone().or_else(|| env::var_os("SUPPORT_DATA").map(PathBuf::from));
        folder.unwrap_or_else(|| PathBuf::from("support-data"))
    }

    /// The database's address, where it is not SQLite in the data folder.
    pub(crate) fn database(&self) -> Result<Option<String>, CommandError> {
        match &self.database_url {
            Some(url) => Ok(Some(url.clone())),
            None => variable("DATABASE_URL"),
        }
    }

    pub(crate) fn folder(&self) -> Result<PathBuf, CommandError> {
        let folder = self.place();
        std::fs::create_dir_all(&folder).map_err(|error| {
            CommandError::Failed(format!(
                "cannot make the data folder {}: {error}. Choose another with --data DIR.",
                folder.display()
            ))
        })?;
        private(&folder, 0o700)?;
        Ok(folder)
    }

    /// The database: SQLite in the data folder, or what `DATABASE_URL` names.
    pub(crate) async fn storage(&self, folder: &Path) -> Result<Arc<dyn Storage>, CommandError> {
        match self.database()?.as_deref() {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                let storage = PostgresStorage::connect(url).await;
                let storage = storage.map_err(|error| {
                    CommandError::Failed(format!(
                        "cannot reach the database: {error}. Check DATABASE_URL and that PostgreSQL runs."
                    ))
                })?;
                Ok(Arc::new(storage))
            }
            Some(_) => {
                Err(CommandError::Usage("DATABASE_URL: must start with postgres://. Leave it out for SQLite.".into()))
            }
            None => {
                let path = folder.join("support.db");
                let storage = SqliteStorage::open(&path).await.map_err(|error| {
                    CommandError::Failed(format!("cannot open {}: {error}. Is the folder writable?", path.display()))
                })?;
                private(&path, 0o600)?;
                Ok(Arc::new(storage))
            }
        }
    }

    /// The signing secret: `SUPPORT_SECRET` or `SECRET_KEY`, or one that is drawn at the first start and kept in the data folder.
    pub(crate) fn secret(&self, folder: &Path) -> Result<SecretKey, CommandError> {
        for name in ["SUPPORT_SECRET", "SECRET_KEY"] {
            if let Some(secret) = variable(name)? {
                return SecretKey::new(secret).map_err(|error| CommandError::Usage(format!("{name}: {error}.")));
            }
        }
        let path = folder.join("secret");
        let bad = |error: String| CommandError::Failed(format!("the secret in {}: {error}", path.display()));
        if let Ok(text) = std::fs::read_to_string(&path) {
            return SecretKey::new(text.trim_end()).map_err(|error| bad(error.to_string()));
        }
        let mut bytes = [0; 48];
        SystemEntropy.fill(&mut bytes);
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        write_private(&path, &text).map_err(|error| bad(error.to_string()))?;
        SecretKey::new(text).map_err(|error| bad(error.to_string()))
    }
}

/// The SMTP server of the environment, if one is named.
pub(crate) fn smtp() -> Result<Option<Smtp>, CommandError> {
    let Some(host) = variable("SMTP_HOST")? else { return Ok(None) };
    let port = match variable("SMTP_PORT")? {
        Some(port) => Some(port.parse().map_err(|_| CommandError::Usage(format!("SMTP_PORT: `{port}` is no port.")))?),
        None => None,
    };
    let security = match variable("SMTP_SECURITY")?.as_deref() {
        Some("starttls") => SmtpSecurity::StartTls,
        Some("tls") => SmtpSecurity::Tls,
        Some("none") => SmtpSecurity::None,
        Some(other) => {
            return Err(CommandError::Usage(format!("SMTP_SECURITY: `{other}` is none of starttls, tls, none.")));
        }
        None if port == Some(465) => SmtpSecurity::Tls,
        None => SmtpSecurity::StartTls,
    };
    let credentials = match (variable("SMTP_USER")?, variable("SMTP_PASSWORD")?) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => return Err(CommandError::Usage("SMTP_USER and SMTP_PASSWORD: set both or neither.".into())),
    };
    let options = SmtpOptions { host, port, credentials, security };
    Smtp::new(&options).map(Some).map_err(|error| CommandError::Usage(format!("SMTP_HOST: {error}")))
}

/// Who may be called at addresses that users typed: the public internet, and the ranges that the environment names.
pub(crate) fn outbound() -> Result<Outbound, CommandError> {
    let ranges = variable("SUPPORT_WEBHOOKS_ALLOW")?.unwrap_or_default();
    let ranges = AddressRange::list(&ranges)
        .map_err(|error| CommandError::Usage(format!("SUPPORT_WEBHOOKS_ALLOW: {error}.")))?;
    Ok(Outbound::new(ranges))
}

/// Keeps other users of the machine out.
fn private(path: &Path, mode: u32) -> Result<(), CommandError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let set = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
        set.map_err(|error| CommandError::Failed(format!("cannot protect {}: {error}", path.display())))?;
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Without an SMTP server, mail is a line on the console: who would have got it, and about what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console;

#[async_trait::async_trait]
impl Mailer for Console {
    async fn send(&self, mail: Message) -> Result<(), SendError> {
        let to: Vec<_> = mail.envelope().to().iter().map(ToString::to_string).collect();
        let text = String::from_utf8_lossy(&mail.formatted()).into_owned();
        let subject = text.lines().find(|line| line.starts_with("Subject: ")).unwrap_or_default();
        tracing::info!(to = to.join(", "), "no SMTP_HOST is set, so this mail goes nowhere: {subject}");
        Ok(())
    }
}
