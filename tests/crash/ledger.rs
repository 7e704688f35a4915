//! The oracle's own record of what the server acknowledged: on the disk before anybody counts it.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use anyhow::{Context as _, Result};
use support_core::model::{MessageId, TicketId};
use tokio::sync::oneshot;

/// One message that the server said it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) writer: usize,
    pub(crate) client_id: String,
    pub(crate) ticket: TicketId,
    pub(crate) message: MessageId,
    pub(crate) seq: i64,
}

/// The record. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    path: PathBuf,
    entries: mpsc::Sender<(Acknowledged, oneshot::Sender<()>)>,
}

impl Ledger {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let mut file = File::create_new(path)?;
        let (entries, waiting) = mpsc::channel::<(Acknowledged, oneshot::Sender<()>)>();
        thread::spawn(move || -> std::io::Result<()> {
            while let Ok(first) = waiting.recv() {
                let batch: Vec<_> = std::iter::once(first).chain(waiting.try_iter()).collect();
                for (entry, _) in &batch {
                    let Acknowledged { writer, client_id, ticket, message, seq } = entry;
                    writeln!(file, "{writer} {client_id} {ticket} {message} {seq}")?;
                }
                file.sync_data()?;
                for (_, synced) in batch {
                    // The writer may have ended meanwhile.
                    let _ = synced.send(());
                }
            }
            Ok(())
        });
        Ok(Self { path: path.to_path_buf(), entries })
    }

    /// Returns when the entry is on the disk.
    pub(crate) async fn write(&self, entry: Acknowledged) -> Result<()> {
        let (synced, done) = oneshot::channel();
        self.entries.send((entry, synced)).ok().context("the ledger cannot be written")?;
        done.await.context("the ledger cannot be written")
    }

    /// What stands on the disk, in the order of its writing.
    pub(crate) fn read_back(&self) -> Result<Vec<Acknowledged>> {
        let text = fs::read_to_string(&self.path)?;
        text.lines().map(|line| parse(line).with_context(|| format!("a damaged entry: {line}"))).collect()
    }
}

fn parse(line: &str) -> Option<Acknowledged> {
    let words: Vec<_> = line.split(' ').collect();
    let [writer, client_id, ticket, message, seq] = words[..] else { return None };
    Some(Acknowledged {
        writer: writer.parse().ok()?,
        client_id: client_id.to_owned(),
        ticket: ticket.parse().ok()?,
        message: message.parse().ok()?,
        seq: seq.parse().ok()?,
    })
}
