//! A PostgreSQL cluster of our own: private port, private folder, gone when the tests are.

use std::env;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::debian::{self, Need};
use crate::project::Project;
use crate::{process, step};

/// The environment variable by which tests and benchmark find the cluster.
const ADDRESS: &str = "SUPPORT_TEST_POSTGRES";
/// Durability as in production, since the kill tests prove it; the rest keeps to loopback and to the folder.
const SETTINGS: [&str; 7] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=.",
    "max_connections=200",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "timezone=UTC",
];
const READY: Duration = Duration::from_secs(60);
const STOPPED: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

/// A running cluster. Dropping it stops the server and removes the folder; when xtask dies, the kernel tells the server.
#[derive(Debug)]
pub(crate) struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Starts a cluster unless the caller's environment names one.
    pub(crate) fn unless_given(project: &Project) -> Result<Option<Self>> {
        if env::var_os(ADDRESS).is_some() {
            return Ok(None);
        }
        step::silent("start PostgreSQL", || Self::start(project)).map(Some)
    }

    /// Tells a command where the cluster is.
    pub(crate) fn announce(&self, command: &mut Command) {
        let url = format!("postgres://postgres@127.0.0.1:{}/postgres", self.port);
        command.env(ADDRESS, url);
    }

    fn start(project: &Project) -> Result<Self> {
        debian::ensure(&[Need::found(programs().is_some(), "postgresql")])?;
        let programs =
            programs().context("postgresql was installed and its programs are not where Debian puts them")?;
        let user = User::choose()?;
        let folder = data_folder(project, &user)?;
        let data = folder.join("data");
        let mut initdb = user.command(&programs.join("initdb"));
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        process::output(initdb.arg("--pgdata").arg(&data))?;

        let port = free_port()?;
        let log_file = folder.join("log");
        let log = File::create(&log_file).with_context(|| format!("cannot write {}", log_file.display()))?;
        let mut postgres = user.command(&programs.join("postgres"));
        postgres.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        let server =
            postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().context("cannot start postgres")?;
        let mut cluster = Self { server, folder, port };
        cluster.wait_until_ready(&programs).with_context(|| fs::read_to_string(&log_file).unwrap_or_default())?;
        Ok(cluster)
    }

    fn wait_until_ready(&mut self, programs: &Path) -> Result<()> {
        let start = Instant::now();
        let port = self.port.to_string();
        while start.elapsed() < READY {
            if let Some(status) = self.server.try_wait()? {
                bail!("postgres ended at once with {status}");
            }
            let mut probe = Command::new(programs.join("pg_isready"));
            if process::output(probe.args(["-q", "-h", "127.0.0.1", "-p", &port])).is_ok() {
                return Ok(());
            }
            thread::sleep(POLL);
        }
        bail!("postgres was not ready within {} s", READY.as_secs());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: it ends open sessions and leaves a clean folder.
        let _ = Command::new("sh").args(["-c", "kill -INT \"$0\"", &self.server.id().to_string()]).status();
        let start = Instant::now();
        while start.elapsed() < STOPPED && matches!(self.server.try_wait(), Ok(None)) {
            thread::sleep(POLL);
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Where Debian keeps the newest version's programs, or where `PATH` has them.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = Path::new("/usr/lib/postgresql")
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, folder)| folder);
    newest.or_else(|| Some(process::find("initdb")?.parent()?.to_path_buf()))
}

/// Who runs the server: ourselves, or, as PostgreSQL refuses root, another user of the machine.
#[derive(Debug)]
enum User {
    Ourselves,
    Other { uid: u32, gid: u32 },
}

impl User {
    fn choose() -> Result<Self> {
        if !debian::is_root()? {
            return Ok(Self::Ourselves);
        }
        let number = |kind: &str, name: &str| -> Result<u32> {
            Ok(process::output(Command::new("id").args([kind, name]))?.trim().parse()?)
        };
        for name in ["postgres", "nobody"] {
            if let (Ok(uid), Ok(gid)) = (number("-u", name), number("-g", name)) {
                return Ok(Self::Other { uid, gid });
            }
        }
        bail!("PostgreSQL does not run as root, and there is neither a user postgres nor nobody");
    }

    fn command(&self, program: &Path) -> Command {
        let Some(setpriv) = process::find("setpriv") else {
            return Command::new(program);
        };
        let mut command = Command::new(setpriv);
        command.arg("--pdeathsig=INT");
        if let Self::Other { uid, gid } = self {
            command.arg(format!("--reuid={uid}")).arg(format!("--regid={gid}")).arg("--clear-groups");
        }
        command.arg(program).current_dir("/");
        command
    }

    fn can_use(&self, folder: &Path) -> bool {
        self.command(Path::new("test")).arg("-w").arg(folder).status().is_ok_and(|status| status.success())
    }
}

/// A folder of this process below cargo's target; below the temporary folder where that user cannot reach the target.
fn data_folder(project: &Project, user: &User) -> Result<PathBuf> {
    let parents = [project.target.join("postgres"), env::temp_dir().join("support-postgres")];
    for parent in &parents {
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        remove_abandoned(parent);
        let folder = parent.join(std::process::id().to_string());
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        if let User::Other { uid, gid } = user {
            chown(&folder, Some(*uid), Some(*gid))?;
        }
        if user.can_use(&folder) {
            return Ok(folder);
        }
        fs::remove_dir_all(&folder)?;
    }
    bail!(
        "no folder for PostgreSQL's data: its user can write neither {} nor {}",
        parents[0].display(),
        parents[1].display()
    );
}

/// Folders are named after the process that made them; a killed one could not clean up.
fn remove_abandoned(parent: &Path) {
    for entry in parent.read_dir().into_iter().flatten().flatten() {
        if Path::new("/proc/self").exists() && !Path::new("/proc").join(entry.file_name()).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}
