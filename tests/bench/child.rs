//! Servers as processes of their own, so that their processor time and memory can be told from the client's.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    net::SocketAddr,
    path::Path,
    process::{self, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};

/// What the kernel counts processor time in; Linux tells programs hundredths on every machine.
const TICK: Duration = Duration::from_millis(10);

/// A running server, stopped when dropped.
#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) address: SocketAddr,
    process: process::Child,
}

impl Child {
    /// Starts this program again as the server `role` on `database`.
    pub(crate) fn serve(role: &str, database: &str) -> Result<Self> {
        let program = std::env::current_exe()?;
        let mut command = Command::new(program);
        command.args(["--serve", role, database]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().with_context(|| format!("cannot start the server {role}"))?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("the output is piped")?).read_line(&mut line)?;
        let address = line.trim().parse().with_context(|| format!("the server {role} said {line:?}"))?;
        Ok(Self { address, process })
    }

    /// Starts another program, which will listen at `address`.
    pub(crate) fn program(mut command: Command, address: SocketAddr) -> Result<Self> {
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self { address, process })
    }

    /// Processor time so far, of all threads, in programs and in the kernel.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        cpu_of(&self.process.id().to_string())
    }

    /// Resident memory in MiB.
    pub(crate) fn resident_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a running process has memory")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // What a server keeps in its files is not looked at again.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Processor time of this program itself: the client's.
pub(crate) fn own_cpu() -> Result<Duration> {
    cpu_of("self")
}

fn cpu_of(process: &str) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold spaces; fields 14 and 15 count from 1, and two lie before the parenthesis closes.
    let (_, fields) = stat.rsplit_once(')').context("stat names the program in parentheses")?;
    let ticks: u32 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum();
    Ok(TICK * ticks)
}

/// Ends this process when the one that started it is gone.
pub(crate) fn end_with_parent() {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        process::exit(0);
    });
}

/// What a durable write of one page costs in this folder, the median of many: the least that a commit can take.
pub(crate) fn durable_write_us(folder: &Path) -> Result<f64> {
    use std::os::unix::fs::FileExt as _;
    let file = tempfile::tempfile_in(folder)?;
    file.write_all_at(&[1; 64 * 4096], 0)?;
    file.sync_all()?;
    let mut times = Vec::new();
    for page in 0..200_u64 {
        let start = std::time::Instant::now();
        file.write_all_at(&[2; 4096], page % 64 * 4096)?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2].as_secs_f64() * 1e6)
}
