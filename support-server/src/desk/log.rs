//! The delivery log: what the desk owes to others, and what was given up.

use leptos::{prelude::*, task::spawn_local};
use support_core::{
    model::DeliveryId,
    protocol::{Delivery, Page},
};

use super::{Desk, Load};
use crate::{
    api::{Api, LIST_PAGE as PAGE},
    app::Lack,
    state::{Address, DeliveryFilter},
};

/// The delivery log's page.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    /// The rows that were loaded.
    pub rows: RwSignal<Vec<Delivery>>,
    /// Where the next ones start.
    pub next: RwSignal<Option<String>>,
    /// Whether it is there.
    pub load: RwSignal<Load>,
    /// Which of them are being tried again.
    pub retrying: RwSignal<Vec<DeliveryId>>,
}

impl Log {
    pub(super) fn new(page: Option<Page<Delivery>>) -> Self {
        let load = if page.is_some() { Load::Ready } else { Load::Loading };
        let (rows, next) = page.map_or((Vec::new(), None), |page| (page.data, page.next));
        Self {
            rows: RwSignal::new(rows),
            next: RwSignal::new(next),
            load: RwSignal::new(load),
            retrying: RwSignal::default(),
        }
    }
}

impl Desk {
    /// Reads the log.
    pub fn load_log(self, filter: DeliveryFilter) {
        self.log.load.set(Load::Loading);
        self.read_log(filter, None);
    }

    /// Reads the log anew while it is looked at and nobody has paged on.
    pub(super) fn refresh_log(self) {
        if let (Some(Address::Deliveries { filter }), Load::Ready) =
            (self.address.get_untracked(), self.log.load.get_untracked())
            && self.log.rows.with_untracked(Vec::len) <= PAGE
        {
            self.read_log(filter, None);
        }
    }

    /// Reads the log's next page.
    pub fn load_more_log(self, filter: DeliveryFilter) {
        if let Some(cursor) = self.log.next.get_untracked() {
            self.read_log(filter, Some(cursor));
        }
    }

    fn read_log(self, filter: DeliveryFilter, cursor: Option<String>) {
        let api = self.api();
        spawn_local(async move {
            let page = api.deliveries(filter, cursor.as_deref()).await;
            if self.address.get_untracked() != Some(Address::Deliveries { filter }) {
                return;
            }
            match page {
                Ok(page) if cursor.is_some() => {
                    self.log.rows.update(|rows| rows.extend(page.data));
                    self.log.next.set(page.next);
                }
                Ok(page) => {
                    self.log.rows.set(page.data);
                    self.log.next.set(page.next);
                    self.log.load.set(Load::Ready);
                }
                Err(failure) => self.log.load.set(Load::Failed(Lack::from(&failure))),
            }
        });
    }

    /// Tries a delivery again.
    pub fn retry(self, id: DeliveryId) {
        self.log.retrying.update(|ids| ids.push(id));
        let api = self.api();
        spawn_local(async move {
            match api.retry(id).await {
                Ok(delivery) => {
                    self.tell(format!("The mail to {} is tried again", delivery.recipient), None);
                    self.log.rows.update(|rows| {
                        for row in rows.iter_mut().filter(|row| row.id == id) {
                            row.clone_from(&delivery);
                        }
                    });
                }
                Err(failure) => self.tell_failure(format!("Not tried again. {}", failure.sentence())),
            }
            self.log.retrying.update(|ids| ids.retain(|other| *other != id));
        });
    }
}
