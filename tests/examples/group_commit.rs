//! What sharing commits is worth on this machine: messages a second through the storage, each with its load, its change set and a
//! durable commit, against one plain insert and one commit a message.
//!
//! `cargo run --release --package support-tests --example group_commit`

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use sqlx::{
    ConnectOptions as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use support_core::{
    clock::{Clock as _, SystemClock},
    model::{
        Actor, ActorKind, Channel, Permissions, PersonBrief, PersonKind, PersonRecord, Priority, Role, Scope, TenantId,
        TicketId,
        decide::{self, Circumstance, Opening, Posting},
    },
    storage::{MigrateMode, SqliteStorage, Storage},
};
use support_tests::sqlite::SqliteFile;
use tokio::sync::Mutex;
use uuid::Uuid;

const TASKS: usize = 32;
const ROUND: Duration = Duration::from_secs(3);

static IDS: AtomicU64 = AtomicU64::new(0);

fn id() -> Uuid {
    Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | IDS.fetch_add(1, Ordering::Relaxed))
}

fn decide<T>(actor: &Actor, decision: impl FnOnce(&mut Circumstance<'_>) -> T) -> T {
    decision(&mut Circumstance { actor, now: SystemClock.now(), request_id: "bench", address: None, ids: &mut id })
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "the numbers are the program's purpose")]
async fn main() -> Result<()> {
    let (mut shared, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        shared.push(messages().await?);
        plain.push(inserts().await?);
    }
    let (shared, plain) = (median(shared), median(plain));
    println!("{TASKS} senders, every commit survives a power cut, median of three rounds of {} s", ROUND.as_secs());
    println!("storage: load, change set, shared commit   {shared:8.0} messages/s");
    println!("plain:   one insert, one commit            {plain:8.0} inserts/s");
    println!("ratio                                      {:8.2}", shared / plain);
    Ok(())
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

/// Runs one endless job a task for the round and returns how often they went through in a second.
async fn measure<F: Future<Output = Result<()>> + Send + 'static>(
    job: impl Fn(usize) -> F + Clone + Send + 'static,
) -> Result<f64> {
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let job = job.clone();
            tokio::spawn(async move {
                let mut count = 0_u32;
                while start.elapsed() < ROUND {
                    job(task).await?;
                    count += 1;
                }
                Ok::<_, anyhow::Error>(count)
            })
        })
        .collect();
    let mut total = 0.0;
    for task in tasks {
        total += f64::from(task.await??);
    }
    Ok(total / start.elapsed().as_secs_f64())
}

async fn messages() -> Result<f64> {
    let file = SqliteFile::new()?;
    let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::open(file.path()).await?);
    storage.migrate(MigrateMode::Apply, SystemClock.now()).await?;
    let (customer, tickets) = desk(&*storage).await?;
    let rate = measure({
        let (storage, customer, tickets) = (Arc::clone(&storage), Arc::new(customer), Arc::new(tickets));
        move |task| {
            let (storage, customer, ticket) = (Arc::clone(&storage), Arc::clone(&customer), tickets[task]);
            async move { post(&*storage, &customer, ticket).await }
        }
    })
    .await?;
    storage.close().await;
    Ok(rate)
}

async fn post(storage: &dyn Storage, actor: &Actor, ticket: TicketId) -> Result<()> {
    let body = "Where is my order? It should have been here on Tuesday.".into();
    let posting = Posting { client_id: Some(id().to_string()), ..Posting::text(body, Channel::CHAT) };
    let mut tx = storage.write().await?;
    let client_id = posting.client_id.as_deref();
    let context = tx.load_for_post(actor.tenant, actor.scope, ticket, actor.person, client_id).await?;
    let context = context.context("the ticket is there")?;
    let change = decide(actor, |around| decide::post(around, &context.ticket, posting, None));
    tx.apply(&change, None).await?;
    Ok(tx.commit().await?)
}

/// A customer with one ticket a task.
async fn desk(storage: &dyn Storage) -> Result<(Actor, Vec<TicketId>)> {
    let now = SystemClock.now();
    let person = PersonRecord {
        id: id().into(),
        tenant: TenantId::DEFAULT,
        kind: PersonKind::Contact,
        subject: Some("customer".into()),
        name: "Cem Cedar".into(),
        email: None,
        phone: None,
        verified: true,
        role: Role::Customer,
        custom_role: None,
        is_active: true,
        created_at: now,
        updated_at: now,
    };
    let customer = Actor {
        tenant: person.tenant,
        kind: ActorKind::Customer,
        person: Some(person.id),
        name: person.name.clone(),
        email: None,
        role: Role::Customer,
        permissions: Permissions::NONE,
        scope: Scope::Requester(person.id),
        can: Vec::new(),
        link: None,
    };
    let mut tx = storage.write().await?;
    tx.upsert_person(&person).await?;
    let mut tickets = Vec::new();
    for number in 1.. {
        if tickets.len() == TASKS {
            break;
        }
        let opening = Opening {
            subject: "Order".into(),
            description: None,
            priority: Priority::Medium,
            category: None,
            channel: Channel::CHAT,
            inbox: None,
            requester: PersonBrief::from(&person),
            message: None,
            details: support_core::model::Details::default(),
            number,
        };
        let change = decide(&customer, |around| decide::open(around, opening));
        tx.apply(&change, None).await?;
        tickets.push(change.ticket.ticket().id);
    }
    tx.commit().await?;
    Ok((customer, tickets))
}

async fn inserts() -> Result<f64> {
    let file = SqliteFile::new()?;
    let mut connection: SqliteConnection = SqliteConnectOptions::new()
        .filename(file.path())
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::raw_sql("CREATE TABLE messages (id BLOB NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID")
        .execute(&mut connection)
        .await?;
    let connection = Arc::new(Mutex::new(connection));
    measure(move |_| {
        let connection = Arc::clone(&connection);
        async move {
            let insert = sqlx::query("INSERT INTO messages VALUES ($1, $2)").bind(id());
            let insert = insert.bind("Where is my order? It should have been here on Tuesday.");
            insert.execute(&mut *connection.lock().await).await?;
            Ok(())
        }
    })
    .await
}
