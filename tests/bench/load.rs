//! A fixed number of clients that send the same kind of request, each the next as soon as it has its answer.

use std::{
    net::SocketAddr,
    rc::Rc,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    child::Child,
    client::{Connection, Request},
};

/// What was measured in one round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    pub(crate) per_second: f64,
    pub(crate) p99_ms: f64,
    /// Processor time of the server's process for one request.
    pub(crate) cpu_us: f64,
}

/// One kind of request to one server.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) server: Rc<Child>,
    /// Some of many addresses, so that writers do not all meet on one row.
    pub(crate) requests: Rc<[Request]>,
}

impl Load {
    pub(crate) async fn run(&self, clients: usize, round: Duration) -> Result<Figure> {
        let mut connections = Vec::new();
        for _ in 0..clients {
            connections.push(Connection::open(self.server.address).await?);
        }
        let cpu = self.server.cpu()?;
        let start = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for (number, connection) in connections.into_iter().enumerate() {
            tasks.spawn_local(send(connection, Rc::clone(&self.requests), number, clients, start + round));
        }
        let mut times = Vec::new();
        while let Some(task) = tasks.join_next().await {
            times.extend(task??);
        }
        let (elapsed, cpu) = (start.elapsed(), self.server.cpu()?.saturating_sub(cpu));
        times.sort_unstable();
        let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a count of requests is far below 2^52")]
        let count = times.len() as f64;
        Ok(Figure {
            per_second: count / elapsed.as_secs_f64(),
            p99_ms: p99.as_secs_f64() * 1e3,
            cpu_us: cpu.as_secs_f64() * 1e6 / count,
        })
    }
}

async fn send(
    mut connection: Connection,
    requests: Rc<[Request]>,
    mut turn: usize,
    step: usize,
    end: Instant,
) -> Result<Vec<Duration>> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let mut times = Vec::new();
    while Instant::now() < end {
        let request = &requests[turn % requests.len()];
        turn += step;
        let sent = Instant::now();
        connection.send(request, NUMBER.fetch_add(1, Ordering::Relaxed)).await?;
        times.push(sent.elapsed());
    }
    Ok(times)
}

/// One request on a connection of its own, for what is not measured.
pub(crate) async fn once(address: SocketAddr, request: &Request) -> Result<Vec<u8>> {
    Ok(Connection::open(address).await?.send(request, 0).await?.to_vec())
}
