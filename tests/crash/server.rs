//! The server as an operator runs it: the binary, a data folder, a port, and SIGKILL.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::{
    process::{Child, Command},
    time::sleep,
};

pub(crate) const ADMIN: (&str, &str) = ("admin@example.com", "a long enough pass phrase");
/// A server that needs longer than this to be ready is a finding of its own.
const READY_MAX: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(10);

/// How the server is started.
#[derive(Debug)]
pub(crate) struct Server {
    program: PathBuf,
    folder: PathBuf,
    database_url: Option<String>,
    port: u16,
}

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    started: Instant,
    readiness: String,
    probe: reqwest::Client,
}

impl Server {
    pub(crate) fn prepare(program: PathBuf, folder: &Path, database_url: Option<String>) -> Result<Self> {
        // The same port each time, as behind a proxy: clients come back to where they were.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        Ok(Self { program, folder: folder.to_path_buf(), database_url, port })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Makes the first admin.
    pub(crate) async fn set_up(&self) -> Result<()> {
        let password = self.folder.join("password");
        fs::write(&password, ADMIN.1)?;
        let mut setup = self.command("setup")?;
        setup.args(["--yes", "--name", "Ada Alder", "--email", ADMIN.0, "--password-file"]).arg(&password);
        ensure!(setup.status().await?.success(), "setup failed");
        Ok(())
    }

    pub(crate) fn start(&self) -> Result<Running> {
        let mut serve = self.command("serve")?;
        serve.args(["--listen", &format!("127.0.0.1:{}", self.port), "--public-url", &self.origin()]);
        let child = serve.spawn().with_context(|| format!("cannot start {}", self.program.display()))?;
        let probe = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build()?;
        Ok(Running { child, started: Instant::now(), readiness: format!("{}/readyz", self.origin()), probe })
    }

    fn command(&self, verb: &str) -> Result<Command> {
        let log = File::options().create(true).append(true).open(self.folder.join("log"))?;
        let mut command = Command::new(&self.program);
        command.arg(verb).arg("--data").arg(self.folder.join("data"));
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        for name in ["DATABASE_URL", "SUPPORT_DATA", "SUPPORT_PUBLIC_URL", "SUPPORT_LISTEN", "SMTP_HOST"] {
            command.env_remove(name);
        }
        command.env("SUPPORT_LOG", "warn").env("SUPPORT_TEAM_EMAIL", "team@example.com");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        Ok(command)
    }

    /// The end of the log, for whoever has to find out what happened.
    pub(crate) fn last_words(&self) -> String {
        let log = fs::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(4_000)..]).into_owned()
    }
}

impl Running {
    /// Waits until the server takes requests, and says how long that took from its start.
    pub(crate) async fn ready(&mut self) -> Result<Duration> {
        while self.started.elapsed() < READY_MAX {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended by itself: {status}");
            }
            let answer = self.probe.get(&self.readiness).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(self.started.elapsed());
            }
            sleep(POLL).await;
        }
        bail!("the server is not ready after {} s", READY_MAX.as_secs());
    }

    /// SIGKILL. A server that is dead already was not supposed to be.
    pub(crate) async fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the server ended by itself: {status}");
        }
        self.child.kill().await?;
        Ok(())
    }
}
