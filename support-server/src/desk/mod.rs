//! The running dashboard: signals around the plain state, and what changes them. Everything that acts runs in the browser only;
//! on the server the signals are read once.

mod browser;
mod change;
mod chat;
mod feed;
mod files;
mod find;
mod keys;
mod link;
mod log;
mod mark;
mod merge;
mod message;
mod news;
mod open;
mod palette;
mod place;
mod reading;
mod send;
mod start;
mod view;
mod viewed;

use std::collections::HashMap;

use futures_channel::mpsc::UnboundedSender;
use futures_util::future::AbortHandle;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use support_core::{
    model::{ConversationId, MessageId, SettingId, TicketId},
    protocol::{Field, Highlight, Me, Page, Tag, Team, Ticket, TicketCounts, UpFrame, User, View},
};
use web_sys::XmlHttpRequest;

pub use browser::{Theme, focus, folded, is_mac, is_shown, when_pressed_outside};
pub use chat::{CHAT_COMPOSER, Chats};
pub use keys::{MESSAGES, SEARCH};
pub use link::Link;
pub use log::Log;
pub use message::AGREE;
pub use open::row_id;
pub use palette::{Act, Line};
pub use send::{COMPOSER, choose_send_delay, send_delay_s};
pub use viewed::Viewed;

use crate::{
    api::Browser,
    app::{Customer, Lack, Opened, Snapshot},
    state::{
        Address, Aim, Clock, Connection, Filter, Level, Marks, Mode, Obstacle, Outgoing, Presences, Thread, TicketList,
        Toasts, Undo, ViewKey, WaitingFile, Zone, in_order,
    },
};

/// Whether something is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load {
    /// It is.
    Ready,
    /// It is on its way.
    Loading,
    /// It is not, and why.
    Failed(Lack),
}

/// What floats above the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floating {
    /// The palette, at one of its levels.
    Palette(Level),
    /// The shortcuts.
    Shortcuts,
    /// The form for a view: a new one, or one that is there.
    ViewForm(Option<SettingId>),
    /// The form for a conversation among colleagues: a new one, or a group that is there.
    ChatForm(Option<ConversationId>),
}

/// What is being written.
#[derive(Debug, Clone, Copy)]
pub struct Composer {
    /// For whom.
    pub mode: RwSignal<Mode>,
    /// The text.
    pub text: RwSignal<String>,
    /// Why a text came back.
    pub obstacle: RwSignal<Option<Obstacle>>,
    /// What the server has not taken yet.
    pub outgoing: RwSignal<Vec<Outgoing>>,
    /// What the text is to become.
    pub aim: RwSignal<Aim>,
    /// Files that wait for their message.
    pub files: RwSignal<Vec<WaitingFile>>,
}

/// What never changes, and what no view watches.
struct Backstage {
    base: String,
    csrf: String,
    can_sign_out: bool,
    me: Me,
    api: Browser,
    /// Threads that were open or are likely to be; a frame of the feed drops the one it is about.
    cache: HashMap<TicketId, Opened>,
    up: Option<UnboundedSender<UpFrame>>,
    /// Messages that are deleted in a moment.
    deleting: Vec<MessageId>,
    /// The id of what was last written to colleagues: sending it twice stores it once.
    said_as: String,
    last_place: Option<usize>,
    counts_due: bool,
    typing_told_ms: f64,
    file_max_bytes: i64,
    /// The number of the latest file that was chosen.
    last_file: u32,
    /// Files on their way, to be cut off.
    uploads: HashMap<u32, SendWrapper<XmlHttpRequest>>,
    feed: Option<AbortHandle>,
    wanted_words: Option<String>,
    is_finding: bool,
}

impl std::fmt::Debug for Backstage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backstage").field("base", &self.base).finish_non_exhaustive()
    }
}

/// The running dashboard; a handle.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    backstage: StoredValue<Backstage>,
    place: RwSignal<place::Place>,
    /// What the URL shows.
    pub address: Memo<Option<Address>>,
    /// The list, which stays chosen while another page is open.
    pub view: RwSignal<ViewKey>,
    /// What the list shows.
    pub filter: RwSignal<Filter>,
    /// The saved views, in order.
    pub views: RwSignal<Vec<View>>,
    /// What each saved view holds.
    pub view_counts: RwSignal<HashMap<SettingId, i64>>,
    /// The desk's labels.
    pub tags: RwSignal<Vec<Tag>>,
    /// The desk's own fields, in order.
    pub fields: RwSignal<Vec<Field>>,
    /// The desk's teams.
    pub teams: RwSignal<Vec<Team>>,
    /// Where the words of the list's search stand.
    pub hits: RwSignal<HashMap<TicketId, Vec<Highlight>>>,
    /// Which tickets are marked for a common change.
    pub marks: RwSignal<Marks>,
    /// How many of the tickets that are being changed are done, and of how many.
    pub progress: RwSignal<Option<(usize, usize)>>,
    /// What the palette found by its words.
    pub found: RwSignal<Vec<Ticket>>,
    /// What the views count.
    pub counts: RwSignal<TicketCounts>,
    /// The list.
    pub list: RwSignal<TicketList>,
    /// Whether the list is there.
    pub list_load: RwSignal<Load>,
    /// Whether its next page is on the way.
    pub list_more: RwSignal<Load>,
    /// The open thread.
    pub thread: RwSignal<Option<Thread>>,
    /// Whether the open thread is there.
    pub thread_load: RwSignal<Load>,
    /// Whether older messages are on the way.
    pub older_load: RwSignal<Load>,
    /// The first message that was unread when the thread was opened.
    pub unread_from: RwSignal<Option<i64>>,
    /// The open thread's customer.
    pub customer: RwSignal<Option<Customer>>,
    /// The portal link that was made for the open thread.
    pub link: RwSignal<Link>,
    /// Whom tickets can be assigned to.
    pub team: RwSignal<Vec<User>>,
    /// What colleagues have among themselves.
    pub chats: Chats,
    /// The delivery log.
    pub log: Log,
    /// Now.
    pub clock: RwSignal<Clock>,
    /// Who looks and writes where.
    pub presences: RwSignal<Presences>,
    /// How the live feed is doing.
    pub connection: RwSignal<Connection>,
    /// What was done.
    pub toasts: RwSignal<Toasts>,
    /// What is being written.
    pub composer: Composer,
    /// What floats.
    pub floating: RwSignal<Option<Floating>>,
    /// Whether the customer is shown where that needs a choice.
    pub customer_shown: RwSignal<bool>,
    /// Whether a phone shows the views.
    pub views_shown: RwSignal<bool>,
    /// What screen readers are told: the newest message of the customer.
    pub announcement: RwSignal<String>,
    /// Whether the browser has taken over.
    pub is_live: RwSignal<bool>,
}

impl Desk {
    /// Builds the dashboard from a page's first state and hands it to all views below.
    pub fn provide(snapshot: Snapshot, path: &str, query: &str) -> Self {
        let Snapshot {
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
            deliveries,
            chats,
            chat,
            file_max_bytes,
        } = snapshot;
        let place = RwSignal::new((path.to_owned(), query.to_owned()));
        let address = {
            let base = base.clone();
            Memo::new(move |_| place.with(|(path, query)| Address::parse(&base, path, query)))
        };
        let views = in_order(views);
        let view = address.get_untracked().and_then(|address| address.view()).unwrap_or(ViewKey::OPEN);
        let filter = address.get_untracked().map(|address| filter_of(&address, &views)).unwrap_or_default();
        let list_load = match (&tickets, address.get_untracked()) {
            (Some(_), _) => Load::Ready,
            (None, Some(address)) if has_no_view(&address, &views) => Load::Failed(Lack::no_view()),
            (None, _) => Load::Loading,
        };
        let chat_lack =
            lack.clone().filter(|_| address.get_untracked().is_some_and(|address| address.chat().is_some()));
        let lack = lack.filter(|_| address.get_untracked().is_some_and(|address| address.ticket().is_some()));
        let nothing = Page { data: Vec::new(), next: None, previous: None };
        let (thread, customer) = opened.map_or((None, None), |opened| (Some(opened.thread), Some(opened.customer)));
        let desk = Self {
            place,
            address,
            view: RwSignal::new(view),
            counts: RwSignal::new(counts),
            list: RwSignal::new(TicketList::new(filter.clone(), tickets.unwrap_or(nothing))),
            filter: RwSignal::new(filter),
            views: RwSignal::new(views),
            view_counts: RwSignal::default(),
            tags: RwSignal::new(tags),
            fields: RwSignal::new(fields),
            teams: RwSignal::new(teams),
            hits: RwSignal::default(),
            marks: RwSignal::default(),
            progress: RwSignal::new(None),
            found: RwSignal::default(),
            list_load: RwSignal::new(list_load),
            list_more: RwSignal::new(Load::Ready),
            unread_from: RwSignal::new(thread.as_ref().and_then(Thread::first_unread)),
            thread: RwSignal::new(thread),
            thread_load: RwSignal::new(lack.map_or(Load::Ready, Load::Failed)),
            older_load: RwSignal::new(Load::Ready),
            customer: RwSignal::new(customer),
            link: RwSignal::new(Link::None),
            team: RwSignal::new(team),
            chats: Chats::new(chats, chat, chat_lack),
            log: Log::new(deliveries),
            clock: RwSignal::new(Clock { now, zone: Zone::Utc }),
            presences: RwSignal::default(),
            connection: RwSignal::new(Connection::Starting),
            toasts: RwSignal::default(),
            composer: Composer {
                mode: RwSignal::new(Mode::Reply),
                text: RwSignal::default(),
                obstacle: RwSignal::new(None),
                outgoing: RwSignal::default(),
                aim: RwSignal::default(),
                files: RwSignal::default(),
            },
            floating: RwSignal::new(None),
            customer_shown: RwSignal::new(false),
            views_shown: RwSignal::new(false),
            announcement: RwSignal::default(),
            is_live: RwSignal::new(false),
            backstage: StoredValue::new(Backstage {
                api: Browser::new(&base),
                base,
                csrf,
                can_sign_out,
                me,
                cache: HashMap::new(),
                up: None,
                deleting: Vec::new(),
                said_as: String::new(),
                last_place: None,
                counts_due: false,
                typing_told_ms: f64::MIN,
                file_max_bytes,
                last_file: 0,
                uploads: HashMap::new(),
                feed: None,
                wanted_words: None,
                is_finding: false,
            }),
        };
        provide_context(desk);
        desk.start();
        desk
    }

    /// The dashboard that this view belongs to.
    ///
    /// # Panics
    /// Outside of [`Desk::provide`]'s views, which is a mistake in the program.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// Who is signed in.
    #[must_use]
    pub fn me(self) -> Me {
        self.backstage.with_value(|backstage| backstage.me.clone())
    }

    /// The mount prefix.
    #[must_use]
    pub fn base(self) -> String {
        self.backstage.with_value(|backstage| backstage.base.clone())
    }

    /// Goes with forms.
    #[must_use]
    pub fn csrf(self) -> String {
        self.backstage.with_value(|backstage| backstage.csrf.clone())
    }

    /// Whether the session is the desk's own, and can be ended here.
    #[must_use]
    pub fn can_sign_out(self) -> bool {
        self.backstage.with_value(|backstage| backstage.can_sign_out)
    }

    /// The path of an address.
    #[must_use]
    pub fn path(self, address: &Address) -> String {
        self.backstage.with_value(|backstage| address.path(&backstage.base))
    }

    /// The path of a ticket in the list that is shown.
    #[must_use]
    pub fn ticket_path(self, ticket: TicketId) -> String {
        let address = self.address.get().unwrap_or_else(|| Address::of(self.view.get()));
        self.path(&address.with_ticket(Some(ticket)))
    }

    /// The path of a ticket without what stands behind the question mark, for forms.
    #[must_use]
    pub fn plain_ticket_path(self, ticket: TicketId) -> String {
        self.path(&Address::of(self.view.get()).with_ticket(Some(ticket)))
    }

    /// Goes to an address.
    pub fn go(self, address: &Address) {
        self.push(&self.path(address));
    }

    /// Leaves for a page that is rendered on the server alone.
    fn leave_for(self, path: &str) {
        let _ = window().location().set_href(&format!("{}{path}", self.base()));
    }

    fn api(self) -> Browser {
        self.backstage.with_value(|backstage| backstage.api.clone())
    }

    /// The ticket of the open thread.
    #[must_use]
    pub fn ticket(self) -> Option<Ticket> {
        self.thread.with(|thread| thread.as_ref().map(|thread| thread.ticket.clone()))
    }

    fn open_id(self) -> Option<TicketId> {
        self.thread.with_untracked(|thread| thread.as_ref().map(|thread| thread.ticket.id))
    }

    /// Tells what was done, for a while. Answers the toast's id.
    pub fn tell(self, text: impl Into<String>, undo: Option<Undo>) -> u64 {
        self.toast(text.into(), false, undo)
    }

    /// Tells what went wrong, until it is dismissed.
    pub fn tell_failure(self, text: impl Into<String>) {
        self.toast(text.into(), true, None);
    }

    fn toast(self, text: String, is_bad: bool, undo: Option<Undo>) -> u64 {
        let id = self.toasts.try_update(|toasts| toasts.show(text, is_bad, undo)).unwrap_or_default();
        if !is_bad {
            set_timeout(move || self.toasts.update(|toasts| toasts.dismiss(id)), browser::TOAST);
        }
        id
    }
}

/// Whether an address names a saved view that is not there.
fn has_no_view(address: &Address, saved: &[View]) -> bool {
    matches!(address, Address::Tickets { view, filter: None, .. } if view.filter(saved).is_none())
}

/// What a list shows: what the address says, else what its view says.
fn filter_of(address: &Address, saved: &[View]) -> Filter {
    match address {
        Address::Tickets { filter: Some(filter), .. } => filter.clone(),
        Address::Tickets { view, .. } => view.filter(saved).unwrap_or_default(),
        Address::Deliveries { .. } | Address::Chats { .. } => Filter::default(),
    }
}
