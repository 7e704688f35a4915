//! The desk against a bare handler on the same database, in the same run: only the ratios mean anything on another machine.
//!
//! `cargo xtask bench [--seconds N] [--tickets N]`
#![expect(clippy::print_stdout, reason = "the numbers are the program's purpose")]

mod bare;
mod desk;
mod load;

use std::time::Duration;

use anyhow::{Context as _, Result};

use self::load::{Figure, Load};

/// Clients that read at once.
const READERS: usize = 16;
/// Clients that write at once.
const WRITERS: usize = 32;
/// Each pair of figures is taken this often, in turns, and the median ratio counts.
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() -> Result<()> {
    let seconds = argument("--seconds")?.unwrap_or(3);
    let tickets = usize::try_from(argument("--tickets")?.unwrap_or(1_000))?;
    let round = Duration::from_secs(seconds);
    println!("{ROUNDS} rounds of {seconds} s, {tickets} tickets, durable commits, client and server share the machine");
    sqlite(round, tickets).await?;
    match std::env::var("SUPPORT_TEST_POSTGRES") {
        Ok(_) => postgres(round, tickets).await,
        Err(_) => {
            println!("\nSUPPORT_TEST_POSTGRES is not set: PostgreSQL is not measured");
            Ok(())
        }
    }
}

fn argument(name: &str) -> Result<Option<u64>> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    if arguments.next().is_none() {
        return Ok(None);
    }
    let value = arguments.next().with_context(|| format!("{name} needs a number"))?;
    Ok(Some(value.parse().with_context(|| format!("{name}: `{value}` is no number"))?))
}

async fn sqlite(round: Duration, tickets: usize) -> Result<()> {
    let desk = desk::Desk::on_sqlite(tickets).await?;
    let bare = bare::Bare::on_sqlite(desk.file().context("a SQLite desk has a file")?).await?;
    println!("\nSQLite                                    desk/s    bare/s   ratio   goal   p99 desk   p99 bare");
    compare("list of 25, 16 clients", 0.5, round, READERS, &desk.list(), &bare.list()).await?;
    compare("thread, 16 clients", 0.5, round, READERS, &desk.thread(), &bare.thread()).await?;
    compare("post, 1 client, one commit each", 0.5, round, 1, &desk.post(), &bare.post()).await?;
    compare("post, 32 clients, one commit each", 1.5, round, WRITERS, &desk.post(), &bare.post()).await
}

async fn postgres(round: Duration, tickets: usize) -> Result<()> {
    let desk = desk::Desk::on_postgres(tickets).await?;
    let bare = bare::Bare::on_postgres(desk.url().context("a PostgreSQL desk has an address")?).await?;
    println!("\nPostgreSQL                                desk/s    bare/s   ratio   goal   p99 desk   p99 bare");
    compare("list of 25, 16 clients", 0.5, round, READERS, &desk.list(), &bare.list()).await?;
    compare("thread, 16 clients", 0.5, round, READERS, &desk.thread(), &bare.thread()).await?;
    compare("post, 32 clients, one commit each", 0.4, round, WRITERS, &desk.post(), &bare.post()).await
}

async fn compare(what: &str, goal: f64, round: Duration, clients: usize, desk: &Load, bare: &Load) -> Result<()> {
    let mut pairs: Vec<(Figure, Figure)> = Vec::new();
    for _ in 0..ROUNDS {
        pairs.push((desk.run(clients, round).await?, bare.run(clients, round).await?));
    }
    pairs.sort_by(|a, b| (a.0.per_second / a.1.per_second).total_cmp(&(b.0.per_second / b.1.per_second)));
    let (desk, bare) = &pairs[pairs.len() / 2];
    println!(
        "{what:<40} {:>8.0} {:>9.0} {:>7.2} {goal:>6.1} {:>7.1} ms {:>7.1} ms",
        desk.per_second,
        bare.per_second,
        desk.per_second / bare.per_second,
        desk.p99.as_secs_f64() * 1e3,
        bare.p99.as_secs_f64() * 1e3,
    );
    Ok(())
}
