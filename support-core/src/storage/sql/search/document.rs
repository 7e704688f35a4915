//! Documents as each database's index takes them.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    model::{
        ChangeSet, MessageRecord, NewMessage, Past, PersonBrief, TenantId, TicketRecord, TicketWrite, search::words,
    },
    storage::sql::{Arg, Dialect, args, batch::Batch},
};

/// Bits of a rowid in FTS5 that tell the message, and those that tell the ticket's number. The rest tells the tenant.
pub(super) const SEQ_BITS: u32 = 20;
pub(super) const NUMBER_BITS: u32 = 26;
/// Between two fields of one document, so that no phrase reaches from one into the other.
#[cfg(feature = "postgres")]
const FIELD_GAP: usize = 2;
/// What PostgreSQL counts in a document, and how often it counts one word.
#[cfg(feature = "postgres")]
const POSITION_MAX: usize = 16_383;
#[cfg(feature = "postgres")]
const POSITIONS_MAX: usize = 255;

#[cfg(feature = "postgres")]
pub(in crate::storage::sql) const DOCUMENT: &str = "tenant_id, number, seq, is_note, words";
/// What an insert of [`DOCUMENT`] ends with.
#[cfg(feature = "postgres")]
pub(in crate::storage::sql) const REPLACE: &str =
    " ON CONFLICT (tenant_id, number, seq) DO UPDATE SET is_note = EXCLUDED.is_note, words = EXCLUDED.words";

/// A text that a ticket is found by.
#[derive(Debug, Clone)]
pub(in crate::storage::sql) struct Document {
    pub(super) tenant: TenantId,
    pub(super) number: i64,
    pub(super) seq: i64,
    pub(super) content: Content,
}

/// What is in it, already cut into words.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Ticket { subject: Vec<String>, requester: Vec<String>, description: Vec<String> },
    Message(Vec<String>),
    Note(Vec<String>),
}

fn cut(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.folded).collect()
}

impl Document {
    /// The ticket itself.
    pub(super) fn ticket(
        tenant: TenantId,
        number: i64,
        subject: &str,
        description: Option<&str>,
        requester: &PersonBrief,
    ) -> Self {
        let mut names = cut(&requester.name);
        names.extend(requester.email.as_deref().map(cut).unwrap_or_default());
        let content = Content::Ticket {
            subject: cut(subject),
            requester: names,
            description: description.map(cut).unwrap_or_default(),
        };
        Self { tenant, number, seq: 0, content }
    }

    /// A message or a note.
    pub(super) fn message(tenant: TenantId, number: i64, seq: i64, is_internal: bool, body: &str) -> Self {
        let content = if is_internal { Content::Note(cut(body)) } else { Content::Message(cut(body)) };
        Self { tenant, number, seq, content }
    }

    /// Whether FTS5's rowid has room for it. 67 million tickets and a million messages in one of them are beyond what one file is for.
    #[cfg(feature = "sqlite")]
    fn fits(&self) -> bool {
        (0..1 << NUMBER_BITS).contains(&self.number) && (0..1 << SEQ_BITS).contains(&self.seq)
    }

    #[cfg(feature = "sqlite")]
    fn fts5_values(&self) -> Vec<Arg> {
        let empty = String::new;
        let [subject, requester, body, note] = match &self.content {
            Content::Ticket { subject, requester, description } => {
                [subject.join(" "), requester.join(" "), description.join(" "), empty()]
            }
            Content::Message(body) => [empty(), empty(), body.join(" "), empty()],
            Content::Note(body) => [empty(), empty(), empty(), body.join(" ")],
        };
        args![self.tenant, self.number << SEQ_BITS | self.seq, subject, requester, body, note]
    }

    /// The values of [`DOCUMENT`].
    #[cfg(feature = "postgres")]
    pub(in crate::storage::sql) fn tsvector_values(&self) -> Vec<Arg> {
        let is_note = matches!(self.content, Content::Note(_));
        args![self.tenant, self.number, self.seq, is_note, self.tsvector()]
    }

    #[cfg(feature = "postgres")]
    fn tsvector(&self) -> String {
        let fields: &[(&[String], &str)] = match &self.content {
            Content::Ticket { subject, requester, description } => {
                &[(subject, ""), (requester, "B"), (description, "")]
            }
            Content::Message(body) | Content::Note(body) => &[(body, "")],
        };
        let mut places: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
        let mut position = 0;
        for (field, label) in fields {
            for word in *field {
                position += 1;
                let places = places.entry(word).or_default();
                if position <= POSITION_MAX && places.len() < POSITIONS_MAX || places.is_empty() {
                    places.push((position.min(POSITION_MAX), label));
                }
            }
            position += FIELD_GAP;
        }
        let mut vector = String::new();
        for (word, places) in places {
            // A word has letters, digits and marks only: nothing to escape.
            let _ = write!(vector, "'{word}':");
            for (index, (position, label)) in places.iter().enumerate() {
                let _ = write!(vector, "{}{position}{label}", if index > 0 { "," } else { "" });
            }
            vector.push(' ');
        }
        vector
    }
}

/// The documents that a change writes.
pub(in crate::storage::sql) fn documents(change: &ChangeSet) -> Vec<Document> {
    let ticket = change.ticket.ticket();
    let head = head_changed(change).then(|| head_of(ticket));
    let written = change.messages.iter().map(|message| (ticket, message).into());
    let rewritten =
        change.edits.iter().filter(|edit| edit.past != Past::Same).map(|edit| (ticket, &edit.message).into());
    head.into_iter().chain(written).chain(rewritten).collect()
}

/// The document of a ticket.
fn head_of(ticket: &TicketRecord) -> Document {
    Document::ticket(ticket.tenant, ticket.number, &ticket.subject, ticket.description.as_deref(), &ticket.requester)
}

/// Whether a change touches what the ticket's own document holds.
fn head_changed(change: &ChangeSet) -> bool {
    let named = |field: &str| change.events.iter().any(|event| event.changes.contains_key(field));
    matches!(change.ticket, TicketWrite::Insert(_)) || ["subject", "description", "requester"].into_iter().any(named)
}

impl From<(&TicketRecord, &NewMessage)> for Document {
    fn from((ticket, message): (&TicketRecord, &NewMessage)) -> Self {
        Self::message(ticket.tenant, ticket.number, message.seq, message.is_internal, &message.body)
    }
}

impl From<(&TicketRecord, &MessageRecord)> for Document {
    fn from((ticket, message): (&TicketRecord, &MessageRecord)) -> Self {
        Self::message(ticket.tenant, ticket.number, message.seq, message.is_internal, &message.body)
    }
}

/// Writes documents; one that is there already is replaced.
pub(in crate::storage::sql) fn add(batch: &mut Batch, documents: &[Document]) {
    match batch.dialect() {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => {
            let mut tenants: Vec<_> =
                documents.iter().filter(|document| document.seq == 0).map(|document| document.tenant).collect();
            tenants.sort_unstable();
            tenants.dedup();
            for tenant in tenants {
                // The last tenants that fit into a rowid have their places; who comes after them is not found by words.
                batch.add(args![tenant], |sql, n| {
                    let _ = write!(
                        sql,
                        "INSERT OR IGNORE INTO support_search_tenants (tenant_id, base) SELECT ${n}, \
                         COALESCE(MAX(base) + (1 << 46), 0) FROM support_search_tenants HAVING COALESCE(MAX(base), 0) < (131071 << 46)"
                    );
                });
            }
            batch.insert_from(
                "INSERT OR REPLACE INTO support_search (rowid, subject, requester, body, note) \
                 SELECT t.base | v.column2, v.column3, v.column4, v.column5, v.column6 FROM (VALUES ",
                documents.iter().filter(|document| document.fits()).map(Document::fts5_values),
                "",
                ") v JOIN support_search_tenants t ON t.tenant_id = v.column1",
            );
        }
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            batch.insert_from(
                &format!("INSERT INTO support_search ({DOCUMENT}) VALUES "),
                documents.iter().map(Document::tsvector_values),
                "::text::tsvector",
                REPLACE,
            );
        }
    }
}
