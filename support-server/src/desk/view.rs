//! Saved views: made from what the list shows, changed, moved, taken away.

use leptos::{prelude::*, task::spawn_local};
use support_core::{
    model::{SettingId, Status, ViewVisibility},
    protocol::{CreateView, View},
};

use super::Desk;
use crate::{
    api::Api,
    state::{Address, Filter, ViewKey, filter::name, in_order},
};

impl Desk {
    /// Shows what another filter finds, in the same view.
    pub fn filter_by(self, mut filter: Filter) {
        // Nothing at all would mean the view's own filter again.
        if filter.query().is_empty() {
            let all = Status::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>();
            filter.set(name::STATUS, &all.join(","));
        }
        let view = self.view.get_untracked();
        let own = self.views.with_untracked(|views| view.filter(views));
        let filter = (own != Some(filter.clone())).then_some(filter);
        let ticket = self.address.get_untracked().and_then(|address| address.ticket());
        self.go(&Address::Tickets { view, filter, ticket });
    }

    /// Whether the list shows something else than its view says.
    #[must_use]
    pub fn is_altered(self) -> bool {
        matches!(self.address.get(), Some(Address::Tickets { filter: Some(_), .. }))
    }

    fn keep_view(self, view: View) {
        self.views.update(|views| {
            views.retain(|other| other.id != view.id);
            views.push(view);
            *views = in_order(std::mem::take(views));
        });
        self.refresh_view_counts();
    }

    /// Saves what the list shows under a name. `failed` is told why not.
    pub fn save_view(
        self,
        name: String,
        (visibility, team): (ViewVisibility, Option<SettingId>),
        failed: impl Fn(String) + 'static,
    ) {
        let position = self.views.with_untracked(|views| views.last().map_or(0, |view| view.position + 1));
        let query = self.filter.with_untracked(Filter::query);
        let view = CreateView { name, query, visibility: Some(visibility), team, position: Some(position) };
        let api = self.api();
        spawn_local(async move {
            match api.create_view(&view).await {
                Ok(view) => {
                    let id = view.id;
                    self.keep_view(view);
                    self.floating.set(None);
                    self.go(&Address::of(ViewKey::Saved(id)));
                }
                Err(failure) => failed(failure.sentence()),
            }
        });
    }

    /// Changes a view. `failed` is told why not.
    pub fn change_view(self, id: SettingId, body: String, failed: impl Fn(String) + 'static) {
        let api = self.api();
        spawn_local(async move {
            match api.change_view(id, body).await {
                Ok(view) => {
                    let filter = Filter::parse(&view.query);
                    self.keep_view(view);
                    self.floating.set(None);
                    if self.view.get_untracked() == ViewKey::Saved(id) {
                        self.go(&Address::of(ViewKey::Saved(id)));
                        if self.filter.with_untracked(|now| *now != filter) {
                            self.load_list(filter);
                        }
                    }
                }
                Err(failure) => failed(failure.sentence()),
            }
        });
    }

    /// Moves a view up or down among the saved ones.
    pub fn move_view(self, id: SettingId, down: bool) {
        let mut views = self.views.get_untracked();
        let Some(place) = views.iter().position(|view| view.id == id) else { return };
        let target = if down { place + 1 } else { place.wrapping_sub(1) };
        if target >= views.len() {
            return;
        }
        views.swap(place, target);
        // All are numbered anew: some may have had the same place.
        let mut moved = Vec::new();
        for (position, view) in (0..).zip(&mut views) {
            if view.position != position {
                view.position = position;
                moved.push((view.id, position));
            }
        }
        let before = self.views.get_untracked();
        self.views.set(views);
        let api = self.api();
        spawn_local(async move {
            for (id, position) in moved {
                if let Err(failure) = api.change_view(id, format!("{{\"position\":{position}}}")).await {
                    self.views.set(before);
                    return self.tell_failure(format!("The view was not moved. {}", failure.sentence()));
                }
            }
        });
    }

    /// Takes a view away.
    pub fn delete_view(self, id: SettingId) {
        let api = self.api();
        spawn_local(async move {
            match api.delete_view(id).await {
                Ok(()) => {
                    let gone = self.views.with_untracked(|views| views.iter().find(|view| view.id == id).cloned());
                    self.views.update(|views| views.retain(|view| view.id != id));
                    self.floating.set(None);
                    if self.view.get_untracked() == ViewKey::Saved(id) {
                        // What it showed stays shown, as an altered list of another view.
                        let filter = gone.map(|view| Filter::parse(&view.query));
                        self.go(&Address::Tickets { view: ViewKey::OPEN, filter, ticket: None });
                    }
                }
                Err(failure) => self.tell_failure(format!("The view is still there. {}", failure.sentence())),
            }
        });
    }

    /// Counts what the saved views hold.
    pub(super) fn refresh_view_counts(self) {
        if self.views.with_untracked(Vec::is_empty) {
            return;
        }
        let api = self.api();
        spawn_local(async move {
            if let Ok(counts) = api.view_counts().await {
                self.view_counts.set(counts);
            }
        });
    }
}
