//! Progress: what runs, how long it has been running, how long it took.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How often a silent step says that it is alive.
const TICK: Duration = Duration::from_secs(10);

/// Runs a step that prints nothing itself; says every ten seconds that it still runs.
pub(crate) fn silent<T>(label: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let (done, running) = mpsc::channel::<()>();
    let result = thread::scope(|scope| {
        scope.spawn(move || {
            while running.recv_timeout(TICK) == Err(mpsc::RecvTimeoutError::Timeout) {
                eprintln!("    … {label}, {} s", start.elapsed().as_secs());
            }
        });
        let result = work();
        drop(done);
        result
    });
    close(label, start, result)
}

/// Runs a step whose own output is its progress.
pub(crate) fn shown<T>(label: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("==> {label}");
    close(label, Instant::now(), work())
}

fn close<T>(label: &str, start: Instant, result: Result<T>) -> Result<T> {
    let seconds = start.elapsed().as_secs_f64();
    match &result {
        Ok(_) => eprintln!("  ok  {label}, {seconds:.1} s"),
        Err(_) => eprintln!("FAIL  {label}, {seconds:.1} s"),
    }
    result.with_context(|| label.to_owned())
}
