//! The kill test: the real server under load, killed with SIGKILL again and again, and an oracle outside of it that keeps its own
//! synced record of every acknowledgement and compares it with the database at the end.
//! Four readers follow the live feed through every break, and at the end the outbox must come empty within one lease.
//!
//! `cargo run --package support-tests --bin crash -- [sqlite] [postgres] [--cycles 50] [--seed N]`, or `cargo xtask test`, which also
//! starts the PostgreSQL server that `SUPPORT_TEST_POSTGRES` names. Exit code 0 only when nothing was lost, doubled or out of order.

mod arguments;
mod client;
mod ledger;
mod reader;
mod server;
mod verdict;
mod writer;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use support_core::storage::conformance::Schema;
use support_tests::postgres::PostgresDatabase;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use self::{
    arguments::{Arguments, Engine, Random},
    client::{Client, Desk},
    ledger::Ledger,
    reader::Reader,
    server::Server,
    verdict::{Stored, Verdict},
    writer::{Sent, Writer},
};

const WRITERS: usize = 8;
const READERS: usize = 4;
/// A server that is killed lives this long at most, counted from its start: it dies while it opens its database, too.
const LIFE_MAX_MS: u64 = 2_000;
/// How long the last server may take until everybody has caught up.
const CATCH_UP: Duration = Duration::from_secs(60);
/// How long until mail is out that a killed worker had in its hands: one lease of a minute, and some work.
const OUTBOX_MAX: Duration = Duration::from_secs(120);
/// The tail of the log looks at least each second.
const TAIL: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(500);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stderr, reason = "the command line speaks to a person")]
async fn main() -> ExitCode {
    match Arguments::from_command_line() {
        Ok(arguments) => match all(&arguments).await {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => eprintln!("crash: {error:#}"),
        },
        Err(error) => eprintln!("crash: {error:#}"),
    }
    ExitCode::FAILURE
}

#[expect(clippy::print_stdout, reason = "the figures are the program's purpose")]
async fn all(arguments: &Arguments) -> Result<()> {
    for engine in &arguments.engines {
        let start = Instant::now();
        let Some((verdict, figures)) = one(*engine, arguments).await.with_context(|| engine.to_string())? else {
            continue;
        };
        println!(
            "{engine}: {} kills, seed {}, {} s; {figures}",
            arguments.cycles,
            arguments.seed,
            start.elapsed().as_secs()
        );
        println!("{verdict}");
        for finding in verdict.findings.iter().take(20) {
            println!("  {finding}");
        }
        ensure!(verdict.findings.is_empty(), "{} findings", verdict.findings.len());
        println!("integrity ok");
    }
    Ok(())
}

/// None where the engine is not to be had.
async fn one(engine: Engine, arguments: &Arguments) -> Result<Option<(Verdict, String)>> {
    let database = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => match PostgresDatabase::create(Schema::Blank).await {
            Some(database) => Some(database),
            None => return Ok(None),
        },
    };
    let folder = tempfile::Builder::new().prefix("support-crash-").tempdir()?;
    let url = database.as_ref().map(PostgresDatabase::url);
    let server = Server::prepare(arguments.server.clone(), folder.path(), url)?;
    let outcome = torture(&server, arguments).await.with_context(|| server.last_words());
    if let Some(database) = database {
        database.drop_now().await?;
    }
    outcome.map(Some)
}

async fn torture(server: &Server, arguments: &Arguments) -> Result<(Verdict, String)> {
    let mut random = Random::new(arguments.seed);
    server.set_up().await?;
    let mut running = server.start()?;
    running.ready().await?;
    let client = Client::new(server.origin())?;
    let desk = Desk::open(&client, WRITERS / 2).await?;
    let ledger = Ledger::create(&server.folder().join("acknowledged"))?;

    let (ending, goal) = (CancellationToken::new(), watch::Sender::new(None));
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        readers.spawn(Reader::new(client.clone(), &desk).run(goal.subscribe()));
    }
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let account = if number % 2 == 0 { &desk.customer } else { &desk.agent };
        let random = Random::new(random.next());
        let writer =
            Writer::new(number, client.clone(), account.clone(), desk.tickets[number / 2], ledger.clone(), random);
        writers.spawn(writer.run(ending.clone()));
    }

    let mut ready_ms = Vec::new();
    for _ in 0..arguments.cycles {
        let life = sleep(Duration::from_millis(random.next() % LIFE_MAX_MS));
        tokio::pin!(life);
        tokio::select! {
            ready = running.ready() => {
                ready_ms.push(ready?.as_millis());
                life.await;
            }
            () = &mut life => {}
        }
        running.kill().await?;
        if let Some(failure) = writers.try_join_next() {
            failure??;
            bail!("a writer ended before it was told to");
        }
        running = server.start()?;
    }
    running.ready().await?;
    ending.cancel();
    let mut sent = Sent::default();
    while let Some(writer) = timeout(CATCH_UP, writers.join_next()).await.context("a writer does not end")? {
        sent += writer??;
    }

    let outbox = Instant::now();
    loop {
        let left = Stored::undelivered(server).await?;
        if left == 0 {
            break;
        }
        ensure!(
            outbox.elapsed() < OUTBOX_MAX,
            "{left} deliveries are still waiting: their workers died with their leases"
        );
        sleep(POLL).await;
    }
    let outbox = outbox.elapsed().as_secs();
    // Events are numbered while somebody listens, and the outbox logs some of its own: the readers stay for them.
    sleep(TAIL).await;

    // The log is complete now: whoever still misses something after a minute never gets it.
    goal.send_replace(Some(Stored::read(server).await?.message_events().count()));
    let mut met = Vec::new();
    while let Ok(Some(reader)) = timeout(CATCH_UP, readers.join_next()).await {
        met.push(reader??);
    }
    ensure!(met.len() == READERS, "{} readers of the live feed never got to its end", READERS - met.len());
    running.kill().await?;

    let verdict = Verdict::reach(&ledger.read_back()?, &Stored::read(server).await?, &met);
    ready_ms.sort_unstable();
    let slowest = ready_ms.last().copied().unwrap_or_default();
    let figures = format!(
        "ready within {slowest} ms; outbox empty after {outbox} s; {} answers repeated, {} sends after a broken connection, {} reconnects of {READERS} streams",
        sent.repeated,
        sent.retried,
        met.iter().map(|met| met.connections).sum::<usize>(),
    );
    Ok((verdict, figures))
}
