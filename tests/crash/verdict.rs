//! What the database holds at the end, compared with what was acknowledged and with what the readers of the live feed got.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    time::Duration,
};

use anyhow::Result;
use sqlx::{
    ConnectOptions as _, PgConnection, SqliteConnection, postgres::PgConnectOptions, sqlite::SqliteConnectOptions,
};
use support_core::model::MessageId;
use uuid::Uuid;

use super::{ledger::Acknowledged, reader::Met, server::Server, writer::body};

#[derive(Debug, sqlx::FromRow)]
struct Message {
    id: Uuid,
    conversation_id: Uuid,
    seq: i64,
    client_id: Option<String>,
    body: String,
}

#[derive(Debug, sqlx::FromRow)]
struct Event {
    seq: Option<i64>,
    kind: String,
    message_id: Option<Uuid>,
}

/// A ticket's counters beside what they count, and everything else that must be 0.
#[derive(Debug, sqlx::FromRow)]
struct Wrong {
    what: String,
    count: i64,
}

const MESSAGES: &str =
    "SELECT id, conversation_id, seq, client_id, body FROM support_messages ORDER BY conversation_id, seq";
const EVENTS: &str = "SELECT seq, kind, message_id FROM support_events ORDER BY seq";
const UNDELIVERED: &str = "SELECT COUNT(*) FROM support_deliveries WHERE next_attempt_at IS NOT NULL";
/// A ticket's first message goes out with the news of the ticket.
const WRONG: &str = "\
    SELECT 'tickets whose last_seq is not their last message''s' AS what, COUNT(*) AS count FROM support_conversations c \
      WHERE c.last_seq <> (SELECT COUNT(*) FROM support_messages m WHERE m.conversation_id = c.id) \
    UNION ALL SELECT 'tickets whose unread messages are miscounted', COUNT(*) FROM support_conversations c \
      WHERE c.unread_by_agent <> (SELECT COUNT(*) FROM support_messages m WHERE m.conversation_id = c.id AND m.direction = 'inbound') \
    UNION ALL SELECT 'deliveries without their event', COUNT(*) FROM support_deliveries d \
      WHERE NOT EXISTS (SELECT 1 FROM support_events e WHERE e.id = d.event_id) \
    UNION ALL SELECT 'messages whose team was not told', COUNT(*) FROM support_events e \
      JOIN support_messages m ON m.id = e.message_id AND m.direction = 'inbound' AND m.seq > 1 \
      WHERE NOT EXISTS (SELECT 1 FROM support_deliveries d WHERE d.event_id = e.id) \
    UNION ALL SELECT 'deliveries that were given up', COUNT(*) FROM support_deliveries d WHERE d.state = 'dead' \
    UNION ALL SELECT 'deliveries that are there twice', COUNT(*) FROM ( \
      SELECT 1 AS one FROM support_deliveries GROUP BY event_id, handler, purpose, recipient HAVING COUNT(*) > 1) twice";

/// The database, read by nobody's code but this file's.
#[derive(Debug)]
pub(crate) struct Stored {
    messages: Vec<Message>,
    events: Vec<Event>,
    damage: Vec<String>,
}

impl Stored {
    pub(crate) async fn read(server: &Server) -> Result<Self> {
        match server.database_url() {
            Some(url) => Self::read_postgres(url.parse::<PgConnectOptions>()?.connect().await?).await,
            None => Self::read_sqlite(file(server).connect().await?).await,
        }
    }

    /// What the outbox still has to carry.
    pub(crate) async fn undelivered(server: &Server) -> Result<i64> {
        Ok(match server.database_url() {
            Some(url) => {
                let mut connection = url.parse::<PgConnectOptions>()?.connect().await?;
                sqlx::query_scalar(UNDELIVERED).fetch_one(&mut connection).await?
            }
            None => sqlx::query_scalar(UNDELIVERED).fetch_one(&mut file(server).connect().await?).await?,
        })
    }

    async fn read_sqlite(mut connection: SqliteConnection) -> Result<Self> {
        let messages = sqlx::query_as(MESSAGES).fetch_all(&mut connection).await?;
        let events = sqlx::query_as(EVENTS).fetch_all(&mut connection).await?;
        let wrong: Vec<Wrong> = sqlx::query_as(WRONG).fetch_all(&mut connection).await?;
        let mut damage = damage(&wrong);
        let checks: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut connection).await?;
        damage.extend(checks.into_iter().filter(|check| check != "ok"));
        let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await?;
        if !orphans.is_empty() {
            damage.push(format!("{} rows that refer to nothing", orphans.len()));
        }
        Ok(Self { messages, events, damage })
    }

    async fn read_postgres(mut connection: PgConnection) -> Result<Self> {
        let messages = sqlx::query_as(MESSAGES).fetch_all(&mut connection).await?;
        let events = sqlx::query_as(EVENTS).fetch_all(&mut connection).await?;
        let wrong: Vec<Wrong> = sqlx::query_as(WRONG).fetch_all(&mut connection).await?;
        Ok(Self { messages, events, damage: damage(&wrong) })
    }

    /// The messages of the log, in its order.
    pub(crate) fn message_events(&self) -> impl Iterator<Item = MessageId> {
        self.events
            .iter()
            .filter(|event| event.kind == "message.created")
            .filter_map(|event| event.message_id)
            .map(MessageId)
    }
}

fn file(server: &Server) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(server.folder().join("data/support.db")).busy_timeout(Duration::from_secs(5))
}

fn damage(wrong: &[Wrong]) -> Vec<String> {
    wrong.iter().filter(|wrong| wrong.count != 0).map(|wrong| format!("{} {}", wrong.count, wrong.what)).collect()
}

/// The figures, and one sentence for each thing that is wrong.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    acknowledged: usize,
    lost: usize,
    duplicated: usize,
    reordered: usize,
    pub(crate) findings: Vec<String>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { acknowledged, lost, duplicated, reordered, .. } = self;
        write!(f, "{acknowledged} acked, {lost} lost, {duplicated} duplicated, {reordered} reordered")
    }
}

impl Verdict {
    pub(crate) fn reach(acknowledged: &[Acknowledged], stored: &Stored, met: &[Met]) -> Self {
        let mut verdict = Self { acknowledged: acknowledged.len(), findings: stored.damage.clone(), ..Self::default() };
        verdict.messages(acknowledged, stored);
        verdict.places(acknowledged, stored);
        verdict.log(stored);
        for met in met {
            verdict.reader(stored, met);
        }
        if acknowledged.is_empty() {
            verdict.findings.push("nothing was acknowledged: this run shows nothing".into());
        }
        verdict
    }

    /// Every acknowledged message is there as it was acknowledged, once, and nothing else is.
    fn messages(&mut self, acknowledged: &[Acknowledged], stored: &Stored) {
        let mut by_client_id: HashMap<&str, Vec<&Message>> = HashMap::new();
        for message in &stored.messages {
            by_client_id.entry(message.client_id.as_deref().unwrap_or_default()).or_default().push(message);
        }
        for entry in acknowledged {
            let rows = by_client_id.remove(entry.client_id.as_str()).unwrap_or_default();
            let is_it = |message: &&&Message| {
                (message.id, message.conversation_id, message.seq) == (entry.message.0, entry.ticket.0, entry.seq)
                    && message.body == body(&entry.client_id)
            };
            if rows.iter().find(is_it).is_none() {
                self.lost += 1;
                self.findings.push(format!("{} was acknowledged and is not there as it was", entry.client_id));
            }
            if rows.len() > 1 {
                self.duplicated += rows.len() - 1;
                self.findings.push(format!("{} is there {} times", entry.client_id, rows.len()));
            }
        }
        for (client_id, rows) in by_client_id {
            self.duplicated += rows.len();
            self.findings.push(format!("{} messages {client_id:?} that nobody was told of", rows.len()));
        }
    }

    /// One gapless sequence a ticket, in which each writer's messages stand in the order in which they were sent.
    fn places(&mut self, acknowledged: &[Acknowledged], stored: &Stored) {
        for tickets in stored.messages.chunk_by(|one, other| one.conversation_id == other.conversation_id) {
            let gaps = tickets.iter().zip(1..).filter(|(message, seq)| message.seq != *seq).count();
            self.out_of_order(gaps, "messages are not at their place in their ticket");
        }
        let mut last: HashMap<usize, i64> = HashMap::new();
        for entry in acknowledged {
            let before = last.insert(entry.writer, entry.seq).unwrap_or(0);
            self.out_of_order(usize::from(before >= entry.seq), "messages stand before an earlier one of their sender");
        }
    }

    /// One gapless log, with one event a message, in each ticket's order.
    fn log(&mut self, stored: &Stored) {
        let gaps = stored.events.iter().zip(1..).filter(|(event, seq)| event.seq != Some(*seq)).count();
        self.out_of_order(gaps, "events are not at their place in the log");
        let places: HashMap<_, _> = stored.messages.iter().map(|message| (message.id, message)).collect();
        let (mut once, mut last) = (HashSet::new(), HashMap::new());
        for id in stored.message_events() {
            let Some(message) = places.get(&id.0) else {
                self.findings.push(format!("an event about a message that is not there: {id}"));
                continue;
            };
            if !once.insert(id) {
                self.duplicated += 1;
                self.findings.push(format!("two events about message {id}"));
            }
            let before = last.insert(message.conversation_id, message.seq).unwrap_or(0);
            self.out_of_order(usize::from(before + 1 != message.seq), "events do not come in their ticket's order");
        }
        let silent = stored.messages.iter().filter(|message| !once.contains(&MessageId(message.id))).count();
        if silent > 0 {
            self.lost += silent;
            self.findings.push(format!("{silent} messages without an event"));
        }
    }

    /// What came over the live feed, through all its breaks, is the log.
    fn reader(&mut self, stored: &Stored, met: &Met) {
        let logged: Vec<_> = stored.message_events().collect();
        let distinct: HashSet<_> = met.messages.iter().collect();
        let missed = logged.iter().filter(|id| !distinct.contains(id)).count();
        if missed > 0 {
            self.lost += missed;
            self.findings.push(format!("a reader of the live feed missed {missed} messages"));
        }
        let twice = met.messages.len() - distinct.len();
        if twice > 0 {
            self.duplicated += twice;
            self.findings.push(format!("a reader of the live feed got {twice} messages again"));
        }
        if missed == 0 && twice == 0 {
            let elsewhere = met.messages.iter().zip(&logged).filter(|(met, logged)| met != logged).count();
            self.out_of_order(elsewhere, "messages came over the live feed out of order");
        }
    }

    fn out_of_order(&mut self, count: usize, what: &str) {
        if count > 0 {
            self.reordered += count;
            self.findings.push(format!("{count} {what}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number as u128)
    }

    /// One writer's four messages in one ticket, acknowledged, stored, logged and read.
    fn sound() -> (Vec<Acknowledged>, Stored, Met) {
        let entry = |number: usize| Acknowledged {
            writer: 0,
            client_id: format!("w0-{number}"),
            ticket: id(100).into(),
            message: id(number).into(),
            seq: number as i64,
        };
        let acknowledged: Vec<_> = (1..=4).map(entry).collect();
        let message = |entry: &Acknowledged| Message {
            id: entry.message.0,
            conversation_id: entry.ticket.0,
            seq: entry.seq,
            client_id: Some(entry.client_id.clone()),
            body: body(&entry.client_id),
        };
        let event = |entry: &Acknowledged| Event {
            seq: Some(entry.seq),
            kind: "message.created".into(),
            message_id: Some(entry.message.0),
        };
        let messages = acknowledged.iter().map(message).collect();
        let events = acknowledged.iter().map(event).collect();
        let met = Met { messages: acknowledged.iter().map(|entry| entry.message).collect(), connections: 1 };
        (acknowledged, Stored { messages, events, damage: Vec::new() }, met)
    }

    /// The verdict after something was spoilt.
    fn after(spoil: impl FnOnce(&mut Vec<Acknowledged>, &mut Stored, &mut Met)) -> String {
        let (mut acknowledged, mut stored, mut met) = sound();
        spoil(&mut acknowledged, &mut stored, &mut met);
        let verdict = Verdict::reach(&acknowledged, &stored, &[met]);
        assert_eq!(verdict.findings.is_empty(), verdict.to_string().ends_with(" 0 lost, 0 duplicated, 0 reordered"));
        verdict.to_string()
    }

    #[test]
    fn what_is_sound_is_found_sound() {
        assert_eq!(after(|_, _, _| {}), "4 acked, 0 lost, 0 duplicated, 0 reordered");
    }

    #[test]
    fn what_is_missing_is_lost() {
        let gone = |_: &mut Vec<_>, stored: &mut Stored, met: &mut Met| {
            stored.messages.pop();
            stored.events.pop();
            met.messages.pop();
        };
        assert_eq!(after(gone), "4 acked, 1 lost, 0 duplicated, 0 reordered");
        assert_eq!(
            after(|_, stored, _| stored.messages[3].body.push('!')),
            "4 acked, 1 lost, 0 duplicated, 0 reordered"
        );
        assert_eq!(after(|_, _, met| met.messages.truncate(3)), "4 acked, 1 lost, 0 duplicated, 0 reordered");
    }

    #[test]
    fn what_is_there_twice_is_duplicated() {
        let twice = |_: &mut Vec<_>, stored: &mut Stored, met: &mut Met| {
            let client_id = stored.messages[3].client_id.clone();
            let seq = 5;
            stored.messages.push(Message { id: id(5), conversation_id: id(100), seq, client_id, body: body("w0-4") });
            stored.events.push(Event { seq: Some(seq), kind: "message.created".into(), message_id: Some(id(5)) });
            met.messages.push(id(5).into());
        };
        assert_eq!(after(twice), "4 acked, 0 lost, 1 duplicated, 0 reordered");
        let again = |_: &mut Vec<_>, _: &mut Stored, met: &mut Met| met.messages.push(id(4).into());
        assert_eq!(after(again), "4 acked, 0 lost, 1 duplicated, 0 reordered");
        let unknown = |acknowledged: &mut Vec<_>, _: &mut Stored, _: &mut Met| drop(acknowledged.pop());
        assert_eq!(after(unknown), "3 acked, 0 lost, 1 duplicated, 0 reordered");
    }

    #[test]
    fn what_changed_places_is_reordered() {
        assert_eq!(after(|_, _, met| met.messages.swap(1, 2)), "4 acked, 0 lost, 0 duplicated, 2 reordered");
        assert_eq!(after(|acknowledged, _, _| acknowledged.swap(1, 2)), "4 acked, 0 lost, 0 duplicated, 1 reordered");
        assert_eq!(after(|_, stored, _| stored.events[2].seq = None), "4 acked, 0 lost, 0 duplicated, 1 reordered");
    }
}
