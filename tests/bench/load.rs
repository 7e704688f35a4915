//! A fixed number of clients that send the same kind of request, each the next as soon as it has its answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

/// What was measured in one round.
pub(crate) struct Figure {
    pub(crate) per_second: f64,
    pub(crate) p99: Duration,
}

/// One kind of request.
pub(crate) struct Load {
    pub(crate) client: reqwest::Client,
    /// Some of many addresses, so that writers do not all meet on one row.
    pub(crate) urls: Vec<String>,
    /// A JSON body to post, with `{n}` for a number that is never the same; none to get.
    pub(crate) body: Option<String>,
}

impl Load {
    pub(crate) async fn run(&self, clients: usize, round: Duration) -> Result<Figure> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let end = Instant::now() + round;
        let urls = Arc::new(self.urls.clone());
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..clients {
            let (client, urls, body) = (self.client.clone(), Arc::clone(&urls), self.body.clone());
            tasks.spawn(async move {
                let mut times = Vec::new();
                let mut turn = task;
                while Instant::now() < end {
                    let url = &urls[turn % urls.len()];
                    turn += clients;
                    let request = match &body {
                        None => client.get(url),
                        Some(body) => {
                            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                            let body = body.replace("{n}", &number.to_string());
                            client.post(url).header("content-type", "application/json").body(body)
                        }
                    };
                    let sent = Instant::now();
                    let answer = request.send().await?;
                    let status = answer.status();
                    answer.bytes().await?;
                    ensure!(status.is_success(), "{url} answered {status}");
                    times.push(sent.elapsed());
                }
                Ok(times)
            });
        }
        let mut times = Vec::new();
        while let Some(task) = tasks.join_next().await {
            times.extend(task??);
        }
        times.sort_unstable();
        let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a count of requests is far below 2^52")]
        let per_second = times.len() as f64 / round.as_secs_f64();
        Ok(Figure { per_second, p99 })
    }
}
