//! Lists and threads are opened, paged, kept at hand and thrown away.

use std::collections::HashMap;

use leptos::{prelude::*, task::spawn_local};
use support_core::{model::TicketId, protocol::Page};

use super::{Desk, Link, Load, browser, filter_of, has_no_view};
use crate::{
    api::Api,
    app::{Lack, Opened, open},
    state::{Address, Connection, Filter, TicketList, filter::name},
};

/// Threads kept at hand.
const CACHE_MAX: usize = 40;
/// How many rows up and down are fetched ahead.
const AHEAD: usize = 3;

impl Desk {
    /// The address has changed: show what it names.
    pub(super) fn follow(self, address: Option<Address>) {
        self.views_shown.set(false);
        self.customer_shown.set(false);
        self.floating.set(None);
        let Some(address) = address else { return self.open_thread(None) };
        match &address {
            Address::Tickets { view, ticket, .. } => {
                let filter = self.views.with_untracked(|views| filter_of(&address, views));
                let is_here = self.list_load.get_untracked() == Load::Ready
                    && self.list.with_untracked(|list| *list.filter() == filter);
                self.view.set(*view);
                if self.views.with_untracked(|views| has_no_view(&address, views)) {
                    self.list_load.set(Load::Failed(Lack::no_view()));
                } else if !is_here {
                    self.load_list(filter);
                }
                self.open_thread(*ticket);
            }
            Address::Deliveries { filter } => {
                self.open_thread(None);
                self.load_log(*filter);
            }
            Address::Chats { chat } => {
                self.open_thread(None);
                self.open_chat(*chat);
            }
        }
    }

    /// Reads the first page of what a filter finds.
    pub fn load_list(self, filter: Filter) {
        self.list_load.set(Load::Loading);
        self.list_more.set(Load::Ready);
        self.marks.update(|marks| marks.clear());
        // Else `j` would walk through rows that are not on the screen any more.
        self.list.set(TicketList::new(filter.clone(), Page { data: Vec::new(), next: None, previous: None }));
        self.filter.set(filter);
        self.hits.update(HashMap::clear);
        self.refresh_list();
    }

    /// Reads the first page anew, without taking away what is shown.
    pub fn refresh_list(self) {
        self.refresh_hits();
        let (api, filter) = (self.api(), self.filter.get_untracked());
        spawn_local(async move {
            let page = api.tickets(&filter, None).await;
            if self.filter.with_untracked(|now| *now != filter) {
                return;
            }
            match page {
                Ok(page) => {
                    self.list.set(TicketList::new(filter, page));
                    self.list_load.set(Load::Ready);
                }
                Err(failure) => self.list_load.set(Load::Failed(Lack::from(&failure))),
            }
        });
    }

    /// Reads where the words of a search stand. A row that it does not reach shows its latest message.
    pub(super) fn refresh_hits(self) {
        let words = self.filter.with_untracked(|filter| filter.get(name::SEARCH).map(str::to_owned));
        let Some(words) = words else { return };
        let api = self.api();
        spawn_local(async move {
            let Ok(page) = api.search(&words).await else { return };
            if self.filter.with_untracked(|filter| filter.get(name::SEARCH) == Some(&words)) {
                self.hits.set(page.data.into_iter().map(|hit| (hit.ticket.id, hit.highlights)).collect());
            }
        });
    }

    /// Reads the list's next page, if there is one and it is not on its way.
    pub fn load_more(self) {
        let Some(cursor) = self.list.with_untracked(|list| list.next().map(str::to_owned)) else { return };
        if self.list_more.get_untracked() == Load::Loading {
            return;
        }
        self.list_more.set(Load::Loading);
        let (api, filter) = (self.api(), self.filter.get_untracked());
        spawn_local(async move {
            let page = api.tickets(&filter, Some(&cursor)).await;
            if self.filter.with_untracked(|now| *now != filter) {
                return;
            }
            match page {
                Ok(page) => {
                    self.list.update(|list| list.append(&cursor, page));
                    self.list_more.set(Load::Ready);
                }
                Err(failure) => self.list_more.set(Load::Failed(Lack::from(&failure))),
            }
        });
    }

    fn open_thread(self, id: Option<TicketId>) {
        if self.open_id() == id && id.is_some() {
            return;
        }
        self.leave_thread();
        let Some(id) = id else { return };
        let at_hand = match self.connection.get_untracked() {
            Connection::Live => self.backstage.try_update_value(|backstage| backstage.cache.remove(&id)).flatten(),
            // Without the feed nobody would have dropped what is out of date.
            Connection::Starting | Connection::Lost => None,
        };
        match at_hand {
            Some(opened) => self.show(opened),
            None => self.load_thread(id),
        }
        self.look_ahead(id);
    }

    fn leave_thread(self) {
        let thread = self.thread.try_update(Option::take).flatten();
        let customer = self.customer.try_update(Option::take).flatten();
        if let (Some(thread), Some(customer)) = (thread, customer) {
            self.keep_at_hand(Opened { thread, customer });
        }
        self.thread_load.set(Load::Ready);
        self.older_load.set(Load::Ready);
        self.link.set(Link::None);
    }

    /// Reads a thread and shows it, if it is still asked for then.
    pub fn load_thread(self, id: TicketId) {
        self.thread_load.set(Load::Loading);
        let api = self.api();
        let requester = self.list.with_untracked(|list| list.get(id).map(|ticket| ticket.requester.id));
        spawn_local(async move {
            let opened = open(&api, id, requester).await;
            if self.address.get_untracked().and_then(|address| address.ticket()) != Some(id) {
                return;
            }
            match opened {
                Ok(opened) => self.show(opened),
                Err(failure) => self.thread_load.set(Load::Failed(Lack::from(&failure))),
            }
        });
    }

    /// Reads a thread anew while it stays on the screen.
    pub(super) fn refresh_thread(self, id: TicketId) {
        let (api, requester) =
            (self.api(), self.thread.with_untracked(|thread| thread.as_ref().map(|it| it.ticket.requester.id)));
        spawn_local(async move {
            let Ok(opened) = open(&api, id, requester).await else { return };
            if self.open_id() == Some(id) {
                self.customer.set(Some(opened.customer));
                self.thread.set(Some(opened.thread));
            }
        });
    }

    fn show(self, opened: Opened) {
        let Opened { thread, customer } = opened;
        self.list.update(|list| list.apply(&thread.ticket, self.me().id));
        self.unread_from.set(thread.first_unread());
        self.restore_draft(thread.ticket.id);
        self.customer.set(Some(customer));
        self.thread.set(Some(thread));
        self.thread_load.set(Load::Ready);
    }

    fn keep_at_hand(self, opened: Opened) {
        self.backstage.update_value(|backstage| {
            if backstage.cache.len() >= CACHE_MAX {
                backstage.cache.clear();
            }
            backstage.cache.insert(opened.thread.ticket.id, opened);
        });
    }

    /// Fetches the neighbours, so that `j` and `k` wait for nothing.
    fn look_ahead(self, id: TicketId) {
        set_timeout(
            move || {
                // Somebody who leafs through the list quickly needs no neighbours of what is gone already.
                if self.address.get_untracked().and_then(|address| address.ticket()) != Some(id) {
                    return;
                }
                let wanted = self.list.with_untracked(|list| {
                    let around = list.around(id, AHEAD).into_iter();
                    around.filter_map(|id| list.get(id).map(|ticket| (id, ticket.requester.id))).collect::<Vec<_>>()
                });
                let api = self.api();
                spawn_local(async move {
                    for (id, requester) in wanted {
                        let is_known = self.backstage.with_value(|backstage| backstage.cache.contains_key(&id));
                        if is_known || self.connection.get_untracked() != Connection::Live {
                            continue;
                        }
                        if let Ok(opened) = open(&api, id, Some(requester)).await {
                            self.keep_at_hand(opened);
                        }
                    }
                });
            },
            std::time::Duration::from_millis(120),
        );
    }

    pub(super) fn forget(self, id: TicketId) {
        self.backstage.update_value(|backstage| {
            backstage.cache.remove(&id);
        });
    }

    pub(super) fn forget_all(self) {
        self.backstage.update_value(|backstage| backstage.cache.clear());
    }

    /// Reads the messages before the first one that is here.
    pub fn load_older(self) {
        let asked = self.thread.with_untracked(|thread| {
            thread.as_ref().and_then(|thread| thread.older().map(|cursor| (thread.ticket.id, cursor.to_owned())))
        });
        let Some((id, cursor)) = asked else { return };
        if self.older_load.get_untracked() == Load::Loading {
            return;
        }
        self.older_load.set(Load::Loading);
        let api = self.api();
        spawn_local(async move {
            let page = api.messages(id, Some(&cursor)).await;
            if self.open_id() != Some(id) {
                return;
            }
            match page {
                Ok(page) => {
                    self.thread.update(|thread| {
                        if let Some(thread) = thread {
                            thread.prepend(&cursor, page);
                        }
                    });
                    self.older_load.set(Load::Ready);
                }
                Err(failure) => self.older_load.set(Load::Failed(Lack::from(&failure))),
            }
        });
    }

    /// Opens the next or the previous ticket of the list.
    pub fn step(self, forward: bool) {
        let current = self.address.get_untracked().and_then(|address| address.ticket());
        let target = self.list.with_untracked(|list| {
            match (current, current.and_then(|id| list.place(id))) {
                (_, Some(place)) => list.step(Some(place), forward),
                // The open ticket has left the list: the one that took its place is next.
                (Some(_), None) => {
                    let gone = self.backstage.with_value(|backstage| backstage.last_place);
                    match gone {
                        Some(place) if forward => {
                            list.step(Some(place).filter(|place| *place > 0).map(|place| place - 1), true)
                        }
                        gone => list.step(gone, false),
                    }
                }
                (None, None) => list.step(None, forward),
            }
        });
        let Some(target) = target else { return };
        self.go_to_ticket(Some(target));
        request_animation_frame(move || browser::focus(&row_id(target)));
    }

    /// Opens a ticket of the list that is shown, or none.
    pub fn go_to_ticket(self, ticket: Option<TicketId>) {
        let address = self.address.get_untracked().unwrap_or_else(|| Address::of(self.view.get_untracked()));
        self.go(&address.with_ticket(ticket));
    }

    pub(super) fn remember_place(self) {
        let place = self
            .address
            .get_untracked()
            .and_then(|address| address.ticket())
            .and_then(|id| self.list.with_untracked(|list| list.place(id)));
        if place.is_some() {
            self.backstage.update_value(|backstage| backstage.last_place = place);
        }
    }
}

/// The element id of a ticket's row.
#[must_use]
pub fn row_id(ticket: TicketId) -> String {
    format!("ticket-{ticket}")
}
