//! Lists: filters, keyset cursors, pages.

use super::{Audience, Call, Desk, TicketQuery, message_view, said_view, search, ticket_view};
use crate::{
    error::{Error, Result},
    model::{Action, ConversationId, MessageRecord, TicketId, TicketRecord, limits},
    protocol::{Event, Message, Page, Ticket},
    secret,
    storage::{Edge, Key, MessageRange, PageRequest},
};

/// The bytes of a MAC that a cursor carries.
const CURSOR_MAC_BYTES: usize = 12;

/// Makes and reads opaque cursors. A cursor is bound to the list that it came from by a MAC, so it can be neither forged nor moved.
#[derive(Clone)]
pub(crate) struct Cursors {
    key: [u8; 32],
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cursors")
    }
}

impl Cursors {
    pub(crate) const fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// `list` names the list with its filters and its caller's reach.
    pub(crate) fn write(&self, list: &str, place: &str) -> String {
        let mac = secret::mac(&self.key, &[list.as_bytes(), b"\0", place.as_bytes()]);
        secret::base64url(&[&mac[..CURSOR_MAC_BYTES], place.as_bytes()].concat())
    }

    pub(crate) fn read(&self, list: &str, cursor: &str) -> Result<String> {
        let bad =
            || Error::BadRequest { code: "invalid_cursor", detail: "This cursor is not one of this list's.".into() };
        let bytes = secret::from_base64url(cursor).ok_or_else(bad)?;
        let (mac, place) = bytes.split_at_checked(CURSOR_MAC_BYTES).ok_or_else(bad)?;
        let expected = secret::mac(&self.key, &[list.as_bytes(), b"\0", place]);
        if !secret::same(mac, &expected[..CURSOR_MAC_BYTES]) {
            return Err(bad());
        }
        String::from_utf8(place.to_vec()).map_err(|_| bad())
    }
}

/// Which part of a thread is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageQuery {
    /// Only newer ones.
    pub after_seq: Option<i64>,
    /// 1 to 100; 50 when left out.
    pub limit: Option<u32>,
    /// Of an earlier page.
    pub cursor: Option<String>,
}

const MESSAGES_DEFAULT: u32 = 50;

impl Desk {
    /// A page of the tickets that the caller can find.
    ///
    /// # Errors
    /// `BadRequest` for a cursor of another list.
    pub async fn list_tickets(&self, call: &Call, query: &TicketQuery) -> Result<Page<Ticket>> {
        let actor = &call.actor;
        let mut tx = self.reader().await?;
        let mut filter = query.filter.clone();
        filter.search = search::resolve(&mut *tx, actor, &query.search).await?;
        let list =
            format!("tickets {} {:?} {filter:?} {:?} {}", actor.tenant, actor.scope, query.sort, query.descending);
        let edge = match &query.cursor {
            Some(cursor) => ticket_edge(&self.inner.cursors.read(&list, cursor)?)?,
            None => Edge::Start,
        };
        let limit = query.limit.clamp(1, limits::PAGE_MAX);
        let page = PageRequest { sort: query.sort, descending: query.descending, edge, limit: limit + 1 };
        let mut tickets = tx.list_tickets(actor.tenant, actor.scope, &filter, page).await?;
        drop(tx);
        let full = tickets.len() > limit as usize;
        if full {
            // The extra row lies at the far end, seen from the edge.
            match edge {
                Edge::Before(_) => drop(tickets.remove(0)),
                Edge::Start | Edge::After(_) => drop(tickets.pop()),
            }
        }
        let cursor = |word: char, ticket: &TicketRecord| {
            let key = query.sort.key(ticket);
            self.inner.cursors.write(&list, &format!("{word}{}.{}", key.value, key.id))
        };
        let has_next = full || matches!(edge, Edge::Before(_));
        let has_previous = match edge {
            Edge::Start => false,
            Edge::After(_) => true,
            Edge::Before(_) => full,
        };
        let audience = Audience::of(actor);
        Ok(Page {
            next: tickets.last().filter(|_| has_next).map(|ticket| cursor('a', ticket)),
            previous: tickets.first().filter(|_| has_previous).map(|ticket| cursor('b', ticket)),
            data: tickets.iter().map(|ticket| Ticket { sla: None, ..ticket_view(ticket, audience) }).collect(),
        })
    }

    /// A part of a ticket's thread, ascending. Without `after_seq` and cursor: the newest messages; `previous` leads to older ones.
    ///
    /// # Errors
    /// `NotFound`; `BadRequest` for a cursor of another list.
    pub async fn list_messages(&self, call: &Call, ticket: TicketId, query: &MessageQuery) -> Result<Page<Message>> {
        let actor = &call.actor;
        let audience = Audience::of(actor);
        let public_only = audience != Audience::Staff;
        let list = |ticket: TicketId| format!("messages {ticket} {audience:?}");
        let range = |ticket: TicketId| match (&query.cursor, query.after_seq) {
            (Some(cursor), _) => message_range(&self.inner.cursors.read(&list(ticket), cursor)?),
            (None, Some(seq)) => Ok(MessageRange::After(seq)),
            (None, None) => Ok(MessageRange::Latest),
        };
        let limit = query.limit.unwrap_or(MESSAGES_DEFAULT).clamp(1, limits::PAGE_MAX);
        let mut tx = self.reader().await?;
        // Nearly always the thread is the ticket's own: both are read at once.
        let own = range(ticket);
        let at = own.as_ref().copied().unwrap_or(MessageRange::Latest);
        let loaded = tx.load_thread(actor.tenant, actor.scope, ticket, public_only, at, limit + 1).await?;
        let (ticket, messages) = super::found(loaded)?;
        self.allow(actor, Action::Read, &ticket)?;
        let (ticket, range, messages) = if ticket.merged_into.is_none() {
            (ticket, own?, messages)
        } else {
            let into = super::merge::thread_of(&mut *tx, ticket).await?;
            let range = range(into.id)?;
            let messages = tx.list_messages(actor.tenant, into.id, public_only, range, limit + 1).await?;
            (into, range, messages)
        };
        let list = list(ticket.id);
        Ok(self.thread_page(&list, range, limit, messages, |message| message_view(message, &ticket, audience)))
    }

    /// A part of a thread, ascending, whatever kind of conversation it is.
    ///
    /// # Errors
    /// As [`list_messages`](Self::list_messages).
    pub async fn list_thread(&self, call: &Call, id: ConversationId, query: &MessageQuery) -> Result<Page<Message>> {
        let standing = match super::conversations::colleague(call) {
            None => None,
            Some(person) => {
                let conversation = self.reader().await?.find_conversation(call.actor.tenant, person, id).await?;
                conversation.map(|conversation| (conversation, person))
            }
        };
        let Some((conversation, person)) = standing else {
            return self.list_messages(call, id, query).await;
        };
        let list = format!("messages {id}");
        let range = match (&query.cursor, query.after_seq) {
            (Some(cursor), _) => message_range(&self.inner.cursors.read(&list, cursor)?)?,
            (None, Some(seq)) => MessageRange::After(seq),
            (None, None) => MessageRange::Latest,
        };
        let limit = query.limit.unwrap_or(MESSAGES_DEFAULT).clamp(1, limits::PAGE_MAX);
        let messages = self.reader().await?.list_messages(call.actor.tenant, id, false, range, limit + 1).await?;
        Ok(self.thread_page(&list, range, limit, messages, |message| said_view(message, &conversation, person)))
    }

    /// A page out of one message more than it shows.
    fn thread_page(
        &self,
        list: &str,
        range: MessageRange,
        limit: u32,
        mut messages: Vec<MessageRecord>,
        view: impl Fn(&MessageRecord) -> Message,
    ) -> Page<Message> {
        let full = messages.len() > limit as usize;
        let forward = matches!(range, MessageRange::After(_));
        if full {
            if forward { drop(messages.pop()) } else { drop(messages.remove(0)) }
        }
        let cursor = |word: char, seq: i64| self.inner.cursors.write(list, &format!("{word}{seq}"));
        let has_next = if forward { full } else { matches!(range, MessageRange::Before(_)) };
        let has_previous = if forward { messages.first().is_some_and(|first| first.seq > 1) } else { full };
        Page {
            next: messages.last().filter(|_| has_next).map(|last| cursor('a', last.seq)),
            previous: messages.first().filter(|_| has_previous).map(|first| cursor('b', first.seq)),
            data: messages.iter().map(view).collect(),
        }
    }

    /// A ticket's timeline, newest first.
    ///
    /// # Errors
    /// `NotFound`; `BadRequest` for a cursor of another list.
    pub async fn list_events(
        &self,
        call: &Call,
        ticket: TicketId,
        limit: Option<u32>,
        cursor: Option<&str>,
    ) -> Result<Page<Event>> {
        let mut tx = self.reader().await?;
        let ticket = self.readable(call, &mut *tx, ticket).await?;
        let audience = Audience::of(&call.actor);
        let list = format!("events {} {audience:?}", ticket.id);
        let before = match cursor {
            Some(cursor) => Some(place(&self.inner.cursors.read(&list, cursor)?)?),
            None => None,
        };
        let limit = limit.unwrap_or(limits::PAGE_DEFAULT).clamp(1, limits::PAGE_MAX);
        let public_only = audience != Audience::Staff;
        let mut events = tx.list_events(call.actor.tenant, ticket.id, public_only, before, limit + 1).await?;
        let full = events.len() > limit as usize;
        events.truncate(limit as usize);
        let next = events.last().filter(|_| full).map(|event| self.inner.cursors.write(&list, &event.id.to_string()));
        Ok(Page { data: events.iter().map(super::event_view).collect(), next, previous: None })
    }

    /// The ticket, if the caller can find it and may read it.
    pub(super) async fn readable(
        &self,
        call: &Call,
        tx: &mut dyn crate::storage::ReadTx,
        ticket: TicketId,
    ) -> Result<TicketRecord> {
        let ticket = super::found(tx.find_ticket(call.actor.tenant, call.actor.scope, ticket).await?)?;
        self.allow(&call.actor, Action::Read, &ticket)?;
        Ok(ticket)
    }
}

/// The place that a cursor of ours holds; its MAC was right, so another shape is a bug.
pub(super) fn place<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::internal("a cursor with a valid MAC and an unknown shape"))
}

fn ticket_edge(text: &str) -> Result<Edge> {
    let bad = || Error::internal("a cursor with a valid MAC and an unknown shape");
    let (word, rest) = text.split_at_checked(1).ok_or_else(bad)?;
    let (value, id) = rest.split_once('.').ok_or_else(bad)?;
    let key = Key { value: place(value)?, id: place(id)? };
    Ok(if word == "b" { Edge::Before(key) } else { Edge::After(key) })
}

fn message_range(text: &str) -> Result<MessageRange> {
    let (word, seq) = text.split_at_checked(1).unwrap_or_default();
    Ok(if word == "b" { MessageRange::Before(place(seq)?) } else { MessageRange::After(place(seq)?) })
}
