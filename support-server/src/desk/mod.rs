//! The running dashboard: signals around the plain state, and what changes them. Everything that acts runs in the browser only;
//! on the server the signals are read once.

mod browser;
mod change;
mod feed;
mod keys;
mod link;
mod log;
mod news;
mod open;
mod reading;
mod send;
mod start;
mod viewed;

use std::collections::HashMap;

use futures_channel::mpsc::UnboundedSender;
use futures_util::future::AbortHandle;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use support_core::{
    model::TicketId,
    protocol::{Me, Page, Ticket, TicketCounts, TicketView, UpFrame, User},
};

pub use browser::{Theme, focus, is_mac, is_shown, when_pressed_outside};
pub use keys::MESSAGES;
pub use link::Link;
pub use log::Log;
pub use open::row_id;
pub use send::COMPOSER;
pub use viewed::Viewed;

use crate::{
    api::Browser,
    app::{Customer, Lack, Opened, Snapshot},
    state::{Address, Clock, Connection, Mode, Obstacle, Outgoing, Presences, Thread, TicketList, Toasts, Undo, Zone},
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
    /// Whom to assign to.
    Assign,
    /// The shortcuts.
    Shortcuts,
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
}

type Navigate = Box<dyn Fn(&str, NavigateOptions)>;

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
    last_place: Option<usize>,
    counts_due: bool,
    typing_told_ms: f64,
    feed: Option<AbortHandle>,
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
    navigate: StoredValue<Navigate, LocalStorage>,
    /// What the URL shows.
    pub address: Memo<Option<Address>>,
    /// The list, which stays chosen while another page is open.
    pub view: RwSignal<TicketView>,
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
    pub fn provide(snapshot: Snapshot) -> Self {
        let Snapshot { base, csrf, can_sign_out, now, me, counts, team, tickets, opened, lack, deliveries } = snapshot;
        let pathname = use_location().pathname;
        let address = {
            let base = base.clone();
            Memo::new(move |_| pathname.with(|path| Address::parse(&base, path)))
        };
        let view = address.get_untracked().and_then(|address| address.view()).unwrap_or(TicketView::Open);
        let list_load = if tickets.is_some() { Load::Ready } else { Load::Loading };
        let nothing = Page { data: Vec::new(), next: None, previous: None };
        let (thread, customer) = opened.map_or((None, None), |opened| (Some(opened.thread), Some(opened.customer)));
        let desk = Self {
            navigate: StoredValue::new_local(Box::new(use_navigate())),
            address,
            view: RwSignal::new(view),
            counts: RwSignal::new(counts),
            list: RwSignal::new(TicketList::new(view, tickets.unwrap_or(nothing))),
            list_load: RwSignal::new(list_load),
            list_more: RwSignal::new(Load::Ready),
            unread_from: RwSignal::new(thread.as_ref().and_then(Thread::first_unread)),
            thread: RwSignal::new(thread),
            thread_load: RwSignal::new(lack.map_or(Load::Ready, Load::Failed)),
            older_load: RwSignal::new(Load::Ready),
            customer: RwSignal::new(customer),
            link: RwSignal::new(Link::None),
            team: RwSignal::new(team),
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
                last_place: None,
                counts_due: false,
                typing_told_ms: f64::MIN,
                feed: None,
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
    pub fn path(self, address: Address) -> String {
        self.backstage.with_value(|backstage| address.path(&backstage.base))
    }

    /// The path of a ticket in the list that is shown.
    #[must_use]
    pub fn ticket_path(self, ticket: TicketId) -> String {
        self.path(Address::Tickets { view: self.view.get(), ticket: Some(ticket) })
    }

    /// Goes to an address.
    pub fn go(self, address: Address) {
        let path = self.path(address);
        let options = NavigateOptions { resolve: false, scroll: false, ..NavigateOptions::default() };
        self.navigate.with_value(|navigate| navigate(&path, options));
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

    /// Tells what was done, for a while.
    pub fn tell(self, text: impl Into<String>, undo: Option<Undo>) {
        self.toast(text.into(), false, undo);
    }

    /// Tells what went wrong, until it is dismissed.
    pub fn tell_failure(self, text: impl Into<String>) {
        self.toast(text.into(), true, None);
    }

    fn toast(self, text: String, is_bad: bool, undo: Option<Undo>) {
        let id = self.toasts.try_update(|toasts| toasts.show(text, is_bad, undo));
        if let (Some(id), false) = (id, is_bad) {
            set_timeout(move || self.toasts.update(|toasts| toasts.dismiss(id)), browser::TOAST);
        }
    }
}
