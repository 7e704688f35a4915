//! The program as people run it: how soon it answers, and how much memory it takes.

use std::{
    env,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use tokio::time::sleep;

use crate::{
    child::Child,
    client::Request,
    compare::quantiles,
    desk::{EMAIL, PASSWORD},
    load::once,
    seed::Pair,
};

const STARTS: usize = 5;
/// An answer later than this is no start.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(1);
/// What settles after the start settles within this time.
const SETTLED: Duration = Duration::from_secs(2);

/// What was measured of the program.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) fresh_ms: f64,
    pub(crate) again_ms: f64,
    pub(crate) idle_mib: f64,
    pub(crate) loaded_mib: f64,
}

/// The program that `SUPPORT_BIN` names, or the one beside this one; none where neither is there.
pub(crate) fn find() -> Option<PathBuf> {
    let beside = || Some(env::current_exe().ok()?.with_file_name("support-server"));
    env::var_os("SUPPORT_BIN").map(PathBuf::from).or_else(beside).filter(|path| path.is_file())
}

/// Starts it on new folders and on the same again, then gives the last one `tickets` and reads and writes for `load`.
pub(crate) async fn measure(program: &Path, tickets: usize, load: Duration) -> Result<Product> {
    let (mut fresh, mut again) = (Vec::new(), Vec::new());
    let mut folder = tempfile::tempdir()?;
    for _ in 0..STARTS {
        folder = tempfile::tempdir()?;
        fresh.push(start(program, folder.path()).await?.1);
        again.push(start(program, folder.path()).await?.1);
    }
    set_up(program, folder.path())?;
    let (child, _) = start(program, folder.path()).await?;
    sleep(SETTLED).await;
    let idle_mib = child.resident_mib()?;
    let pair = Pair::of_one(Rc::new(child), tickets).await?;
    for requests in [pair.list().0, pair.thread().0] {
        requests.run(16, load).await?;
    }
    pair.post("/").0.run(32, load).await?;
    sleep(SETTLED).await;
    let loaded_mib = pair.desk.resident_mib()?;
    let middle = |times| quantiles(times)[1];
    Ok(Product { fresh_ms: middle(fresh), again_ms: middle(again), idle_mib, loaded_mib })
}

/// A running program with the milliseconds until its first answer.
async fn start(program: &Path, folder: &Path) -> Result<(Child, f64)> {
    let address = free_address()?;
    let mut command = Command::new(program);
    command.args(["serve", "--listen", &address.to_string(), "--data"]).arg(folder);
    for name in ["DATABASE_URL", "SUPPORT_DATA", "SUPPORT_SECRET", "SECRET_KEY", "SMTP_HOST"] {
        command.env_remove(name);
    }
    let began = Instant::now();
    let child = Child::program(command, address)?;
    while once(address, &Request::get("/livez", None)).await.is_err() {
        ensure!(began.elapsed() < PATIENCE, "{} does not answer", program.display());
        sleep(POLL).await;
    }
    Ok((child, began.elapsed().as_secs_f64() * 1e3))
}

fn set_up(program: &Path, folder: &Path) -> Result<()> {
    let password = folder.join("password");
    std::fs::write(&password, PASSWORD)?;
    let mut command = Command::new(program);
    command.args(["setup", "--yes", "--name", "Bench", "--email", EMAIL, "--data"]).arg(folder);
    let outcome = command.arg("--password-file").arg(&password).output()?;
    ensure!(outcome.status.success(), "setup: {}", String::from_utf8_lossy(&outcome.stderr));
    Ok(())
}

/// Free a moment ago.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
