//! What begins when the browser has taken over: following the address, the feed, the keyboard, the clocks.

use std::time::Duration;

use leptos::prelude::*;

use super::{Desk, browser};
use crate::state::{Address, Clock, TicketList, Zone, page_title};

/// Others forget who looks at a ticket after 30 s.
const VIEW_AGAIN: Duration = Duration::from_secs(20);
const SECOND: Duration = Duration::from_secs(1);
const CLOCK: Duration = Duration::from_secs(20);

impl Desk {
    /// Effects never run on the server, so none of this does.
    pub(super) fn start(self) {
        // What an effect itself owns ends with its next run; this has to stay.
        let owner = Owner::current();
        Effect::new(move |previous: Option<Option<Address>>| {
            let address = self.address.get();
            match previous {
                // The page was rendered for this address.
                None => match &owner {
                    Some(owner) => owner.with(|| self.take_over()),
                    None => self.take_over(),
                },
                Some(previous) if previous != address => self.follow(address.clone()),
                Some(_) => {}
            }
            address
        });
        // Counted by the key, so that a change of anything else in the thread asks for nothing.
        let unread = Memo::new(move |_| {
            self.thread
                .with(|thread| thread.as_ref().map(|it| (it.ticket.id, it.ticket.unread_by_agent, it.last_seq())))
        });
        Effect::new(move |_| {
            if unread.get().is_some() {
                self.mark_read_soon();
            }
        });
        let unread_chat = Memo::new(move |_| self.unread_chat());
        Effect::new(move |_| {
            if unread_chat.get().is_some() {
                self.read_chat_soon();
            }
        });
        let open = Memo::new(move |_| self.thread.with(|thread| thread.as_ref().map(|thread| thread.ticket.id)));
        Effect::new(move |_| {
            open.track();
            self.tell_view();
        });
        // What has left the list is not marked any more: nothing unseen is changed.
        Effect::new(move |_| {
            self.list.track();
            if self.marks.with_untracked(|marks| marks.count() > 0) {
                self.marks.update(|marks| self.list.with_untracked(|list| marks.keep(|id| list.get(id).is_some())));
            }
        });
        Effect::new(move |_| document().set_title(&self.title()));
    }

    fn take_over(self) {
        self.is_live.set(true);
        self.tick();
        if let Some(id) = self.open_id() {
            self.restore_draft(id);
        }
        self.follow_links();
        self.listen_to_keys();
        self.run_feed();
        self.refresh_view_counts();
        self.load_chats();
        let visibility = window_event_listener_untyped("visibilitychange", move |_| {
            self.tell_view();
            self.mark_read_soon();
            self.read_chat_soon();
        });
        on_cleanup(move || visibility.remove());
        every(CLOCK, move || {
            self.tick();
            self.refresh_log();
        });
        every(VIEW_AGAIN, move || self.tell_view());
        every(SECOND, move || {
            let now = browser::now_ms();
            let is_stale = self.presences.with_untracked(|presences| presences.clone().expire(now));
            if is_stale {
                self.presences.update(|presences| {
                    presences.expire(now);
                });
            }
        });
    }

    fn tick(self) {
        if let Some(now) = browser::now() {
            self.clock.set(Clock { now, zone: Zone::Browser });
        }
    }

    fn title(self) -> String {
        let unread = self.list.with(TicketList::unread);
        let address = self.address.get();
        self.thread.with(|thread| {
            let subject = thread.as_ref().map(|it| it.ticket.subject.as_str());
            self.views.with(|views| page_title(unread, subject, address.as_ref(), views))
        })
    }
}

fn every(interval: Duration, act: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(act, interval) {
        on_cleanup(move || handle.clear());
    }
}
