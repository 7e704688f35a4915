//! The desk against a bare handler on the same database, in the same run: only the ratios mean anything on another machine.
//! Ends with a failure when a goal is missed.
//!
//! `cargo xtask bench [--seconds N] [--rounds N] [--tickets N]`; `--large [--tickets N] [--messages N] [--postgres]` compares a large
//! desk with a small one instead.
#![expect(clippy::print_stdout, reason = "the numbers are the program's purpose")]

mod bare;
mod child;
mod client;
mod compare;
mod desk;
mod large;
mod load;
mod product;
mod seed;

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use anyhow::{Context as _, Result, bail};
use support_core::storage::conformance::Schema;
use support_tests::postgres::PostgresDatabase;
use tokio::{net::TcpListener, runtime, task::LocalSet};

use self::{
    compare::{Plan, Rounds},
    seed::Pair,
};

/// Clients that read at once.
const READERS: usize = 16;
/// Clients that write at once.
const WRITERS: usize = 32;
/// Live streams that are open where realtime is measured.
const STREAMS: usize = 8;

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, role, database] = arguments.as_slice()
        && flag == "--serve"
    {
        runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(role, database))?;
        return Ok(ExitCode::SUCCESS);
    }
    let number = |name: &str, default: f64| -> Result<f64> {
        let Some(at) = arguments.iter().position(|argument| argument == name) else { return Ok(default) };
        let value = arguments.get(at + 1).with_context(|| format!("{name} needs a number"))?;
        value.parse().with_context(|| format!("{name}: `{value}` is no number"))
    };
    if arguments.iter().any(|argument| argument == "--large") {
        let (tickets, messages) = (whole(number("--tickets", 100_000.0)?), whole(number("--messages", 1_000_000.0)?));
        let on_postgres = arguments.iter().any(|argument| argument == "--postgres");
        let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
        return Ok(verdict(runtime.block_on(large::run(tickets.max(1), messages, on_postgres))?));
    }
    let plan = Plan {
        rounds: whole(number("--rounds", 9.0)?).max(1),
        round: Duration::from_secs_f64(number("--seconds", 1.0)?),
    };
    let tickets = whole(number("--tickets", 1_000.0)?).max(WRITERS);
    // The client has one thread, so that it cannot take more than one core.
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let missed = LocalSet::new().block_on(&runtime, run(plan, tickets))?;
    Ok(verdict(missed))
}

fn verdict(missed: usize) -> ExitCode {
    if missed == 0 {
        return ExitCode::SUCCESS;
    }
    println!("\n{missed} goals missed");
    ExitCode::FAILURE
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts from the command line")]
fn whole(number: f64) -> usize {
    number as usize
}

/// The other end: a server that says its address and ends with the program that started it.
async fn serve(role: &str, database: &str) -> Result<()> {
    child::end_with_parent();
    let router = match role {
        "desk-sqlite" => desk::on_sqlite(database).await?,
        "desk-postgres" => desk::on_postgres(database).await?,
        "bare-sqlite" => bare::on_sqlite(database).await?,
        "bare-postgres" => bare::on_postgres(database).await?,
        _ => bail!("there is no server {role}"),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

async fn run(plan: Plan, tickets: usize) -> Result<usize> {
    println!(
        "{} rounds of {:.1} s each, in turns; medians; {tickets} tickets; durable commits; client and servers share {} cores",
        plan.rounds,
        plan.round.as_secs_f64(),
        std::thread::available_parallelism().map_or(0, usize::from),
    );
    let mut missed = sqlite(plan, tickets).await?;
    match PostgresDatabase::create(Schema::Ready).await {
        Some(database) => missed += postgres(plan, tickets, &database.url()).await?,
        None => println!("PostgreSQL is not measured"),
    }
    match product::find() {
        Some(program) => missed += product(&program, tickets, plan.round * 3).await?,
        None => println!("\nThere is no release build of support-server: start and memory are not measured"),
    }
    println!("\nThe client took {:.1} s of processor time", child::own_cpu()?.as_secs_f64());
    Ok(missed)
}

async fn sqlite(plan: Plan, tickets: usize) -> Result<usize> {
    let folder = tempfile::tempdir()?;
    println!("A durable write of one page takes {:.0} µs here", child::durable_write_us(folder.path())?);
    let file = folder.path().join("desk.db").display().to_string();
    let pair = Pair::start("desk-sqlite", "bare-sqlite", &file, tickets).await?;
    println!("{}", Rounds::heading("SQLite"));
    let mut missed = 0;
    missed += reads(plan, &pair).await?;
    missed += throughput("H2 post, 32, one commit each", 1.5, &plan.compare(WRITERS, &pair.post("/post")).await?);
    missed +=
        throughput("H2 post, 32, a group's commit", 0.5, &plan.compare(WRITERS, &pair.post("/post-group")).await?);
    told("   post, 32, one batching writer", 0.2, &plan.compare(WRITERS, &pair.post("/post-batch")).await?);
    told("   post, 1 client", 0.5, &plan.compare(1, &pair.post("/post")).await?);
    Ok(missed)
}

async fn postgres(plan: Plan, tickets: usize, url: &str) -> Result<usize> {
    let pair = Pair::start("desk-postgres", "bare-postgres", url, tickets).await?;
    println!("{}", Rounds::heading("PostgreSQL (CPU without its own)"));
    let mut missed = reads(plan, &pair).await?;
    missed += throughput("H3 post, 32 clients", 0.4, &plan.compare(WRITERS, &pair.post("/post")).await?);
    // The desk with listeners against the same desk without.
    let (desk, _) = pair.post("/post");
    let mut rounds = Vec::new();
    for _ in 0..plan.rounds {
        let alone = desk.run(WRITERS, plan.round).await?;
        let streams = pair.streams(STREAMS).await?;
        rounds.push((desk.run(WRITERS, plan.round).await?, alone));
        drop(streams);
    }
    missed += throughput("H3 post, 8 streams open : none", 0.85, &rounds.into());
    Ok(missed)
}

/// H1 holds throughput, waiting time and processor time to the limit's.
async fn reads(plan: Plan, pair: &Pair) -> Result<usize> {
    let mut missed = 0;
    for (what, loads) in [("H1 list of 25, 16 clients", pair.list()), ("H1 thread, 16 clients", pair.thread())] {
        let rounds = plan.compare(READERS, &loads).await?;
        let held = [
            ("throughput", rounds.ratio() >= 0.5),
            ("p99", rounds.p99_ratio() <= 2.5),
            ("CPU", rounds.cpu_ratio() <= 2.0),
        ];
        let misses: Vec<_> = held.iter().filter(|(_, held)| !held).map(|(name, _)| *name).collect();
        missed += usize::from(!misses.is_empty());
        let verdict = if misses.is_empty() { "met".to_owned() } else { format!("MISSED: {}", misses.join(", ")) };
        println!("{}", rounds.line(what, 0.5, &verdict));
    }
    Ok(missed)
}

fn throughput(what: &str, goal: f64, rounds: &Rounds) -> usize {
    let held = rounds.ratio() >= goal;
    println!("{}", rounds.line(what, goal, if held { "met" } else { "MISSED: throughput" }));
    usize::from(!held)
}

/// A figure that nothing is gated by.
fn told(what: &str, wish: f64, rounds: &Rounds) {
    println!("{}", rounds.line(what, wish, "(no gate)"));
}

async fn product(program: &std::path::Path, tickets: usize, load: Duration) -> Result<usize> {
    let product = product::measure(program, tickets, load).await?;
    println!("\n{:<40} {:>8} {:>8}", "support-server", "measured", "at most");
    let lines = [
        ("M1 memory idle, MiB", product.idle_mib, 30.0),
        ("M1 memory after load, MiB", product.loaded_mib, 60.0),
        ("M2 first answer, fresh, ms", product.fresh_ms, 300.0),
        ("M2 first answer, again, ms", product.again_ms, 100.0),
    ];
    for (what, measured, goal) in lines {
        let verdict = if measured <= goal { "met" } else { "MISSED" };
        println!("{what:<40} {measured:>8.0} {goal:>8.0}  {verdict}");
    }
    Ok(lines.iter().filter(|(_, measured, goal)| measured > goal).count())
}
