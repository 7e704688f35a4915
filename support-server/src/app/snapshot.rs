//! All that a page shows at first. The server renders from it and hands it to the browser, which starts from the same.

use futures_util::future::{join, join3, try_join, try_join3, try_join4};
use support_core::{
    model::{Permission, PersonId, TicketId, Timestamp},
    protocol::{Contact, Conversation, Delivery, Field, Me, Page, Tag, Team, Ticket, TicketCounts, User, View},
};

use crate::{
    api::{Api, Failure},
    state::{Address, Chat, Thread},
};

/// All that a page shows at first.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Snapshot {
    /// The mount prefix.
    pub base: String,
    /// Goes with the form that signs out.
    pub csrf: String,
    /// Whether the session is the desk's own, and can be ended here.
    pub can_sign_out: bool,
    /// The server's clock, so that both sides tell the same relative times.
    pub now: Timestamp,
    /// Who is signed in.
    pub me: Me,
    /// What the views count.
    pub counts: TicketCounts,
    /// Whom tickets can be assigned to.
    pub team: Vec<User>,
    /// The saved views.
    pub views: Vec<View>,
    /// The desk's labels.
    pub tags: Vec<Tag>,
    /// The desk's own fields, in order.
    pub fields: Vec<Field>,
    /// The desk's teams.
    pub teams: Vec<Team>,
    /// The list, on a page with one.
    pub tickets: Option<Page<Ticket>>,
    /// The open thread.
    pub opened: Option<Opened>,
    /// Why the ticket of the address is not shown.
    pub lack: Option<Lack>,
    /// The delivery log, on its page.
    pub deliveries: Option<Page<Delivery>>,
    /// What colleagues have among themselves, on its page.
    pub chats: Option<Page<Conversation>>,
    /// The conversation that is open there.
    pub chat: Option<Chat>,
    /// The largest file that can be attached; 0: none can.
    pub file_max_bytes: i64,
}

/// What the server knows before it has read anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The mount prefix.
    pub base: String,
    /// Goes with forms.
    pub csrf: String,
    /// Whether the session is the desk's own.
    pub can_sign_out: bool,
    /// Now.
    pub now: Timestamp,
    /// The largest file that can be attached.
    pub file_max_bytes: i64,
}

/// A thread with its customer.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Opened {
    /// The thread.
    pub thread: Thread,
    /// The customer.
    pub customer: Customer,
}

/// What the desk knows of a customer.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Customer {
    /// The record; `None` where it could not be read.
    pub contact: Option<Contact>,
    /// The latest tickets, this one among them.
    pub tickets: Vec<Ticket>,
}

/// Why something is not shown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Lack {
    /// There is no such thing, or none that the agent may know of.
    pub is_missing: bool,
    /// One sentence.
    pub reason: String,
}

impl Lack {
    /// The saved view of the address is not there, or somebody else's.
    #[must_use]
    pub fn no_view() -> Self {
        Self { is_missing: true, reason: "There is no such view, or it is somebody else's.".to_owned() }
    }
}

impl From<&Failure> for Lack {
    fn from(failure: &Failure) -> Self {
        Self { is_missing: failure.status() == Some(404), reason: failure.sentence() }
    }
}

impl Snapshot {
    /// Reads everything that the page at `address` needs.
    ///
    /// # Errors
    /// When the page cannot be shown at all. A ticket that is not there is no error: it is told on the page.
    pub async fn load(api: &impl Api, site: Opening, address: Address) -> Result<Self, Failure> {
        let Opening { base, csrf, can_sign_out, now, file_max_bytes } = site;
        // First, because its cursor covers all that is read after it.
        let me = api.me().await?;
        let team = async { permitted(api.team().await) };
        let tags = async { permitted(api.tags().await) };
        let fields = async { permitted(api.fields().await) };
        let teams = async { permitted(api.teams().await) };
        let counts = async {
            if me.permissions.has(Permission::StatsRead) { api.counts().await } else { Ok(TicketCounts::default()) }
        };
        // A saved view's filter is known only when the views are.
        let views = api.views().await?.data;
        let filter = match &address {
            Address::Tickets { view, filter, .. } => filter.clone().or_else(|| view.filter(&views)),
            Address::Deliveries { .. } | Address::Chats { .. } => None,
        };
        let tickets = async {
            match &filter {
                Some(filter) => api.tickets(filter, None).await.map(Some),
                None => Ok(None),
            }
        };
        let opened = async {
            match address.ticket() {
                Some(id) => Some(open(api, id, None).await),
                None => None,
            }
        };
        let deliveries = async {
            match address {
                Address::Deliveries { filter } => api.deliveries(filter, None).await.map(Some),
                Address::Tickets { .. } | Address::Chats { .. } => Ok(None),
            }
        };
        let chats = async {
            match address {
                Address::Chats { .. } => api.chats().await.map(Some),
                Address::Tickets { .. } | Address::Deliveries { .. } => Ok(None),
            }
        };
        let chat = async {
            match address.chat() {
                Some(id) => Some(api.said(id, None).await.map(|page| Chat::new(id, page))),
                None => None,
            }
        };
        let (chats, chat) = join(chats, chat).await;
        let (must, opened, deliveries) =
            join3(try_join(try_join4(team, tags, fields, teams), try_join(counts, tickets)), opened, deliveries).await;
        let ((team, tags, fields, teams), (counts, tickets)) = must?;
        let fields = in_position(fields);
        let is_list = matches!(address, Address::Tickets { .. });
        let (opened, lack) = match opened.transpose() {
            Ok(_) if is_list && filter.is_none() => (None, Some(Lack::no_view())),
            Ok(opened) => (opened, None),
            Err(failure) => (None, Some(Lack::from(&failure))),
        };
        let (chat, lack) = match chat.transpose() {
            Ok(chat) => (chat, lack),
            Err(failure) => (None, Some(Lack::from(&failure))),
        };
        Ok(Self {
            base,
            csrf,
            can_sign_out,
            now,
            me,
            counts,
            team,
            views,
            tags,
            fields,
            teams,
            tickets,
            opened,
            lack,
            deliveries: deliveries?,
            chats: chats?,
            chat,
            file_max_bytes,
        })
    }
}

/// What a list holds; nothing for those who may not know it, who work without it.
fn permitted<T>(page: Result<Page<T>, Failure>) -> Result<Vec<T>, Failure> {
    match page {
        Ok(page) => Ok(page.data),
        Err(failure) if failure.status() == Some(403) => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

fn in_position(mut fields: Vec<Field>) -> Vec<Field> {
    fields.sort_by(|a, b| (a.position, &a.label).cmp(&(b.position, &b.label)));
    fields
}

/// Reads a thread and its customer. All at once when the customer is known already.
///
/// # Errors
/// When the thread cannot be read; a customer who cannot be read leaves gaps.
pub async fn open(api: &impl Api, id: TicketId, requester: Option<PersonId>) -> Result<Opened, Failure> {
    let thread = async {
        let (ticket, messages, events) = try_join3(api.ticket(id), api.messages(id, None), api.events(id)).await?;
        Ok::<_, Failure>(Thread::new(ticket, messages, events))
    };
    let (thread, customer) = match requester {
        Some(requester) => {
            let (thread, customer) = join(thread, customer(api, requester)).await;
            (thread?, customer)
        }
        None => {
            let thread = thread.await?;
            let customer = customer(api, thread.ticket.requester.id).await;
            (thread, customer)
        }
    };
    Ok(Opened { thread, customer })
}

async fn customer(api: &impl Api, id: PersonId) -> Customer {
    let (contact, tickets) = join(api.contact(id), api.tickets_of(id)).await;
    Customer { contact: contact.ok(), tickets: tickets.map(|page| page.data).unwrap_or_default() }
}
