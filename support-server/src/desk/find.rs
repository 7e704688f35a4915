//! Finding tickets by words, for the palette: one request at a time, and the last words win.

use leptos::{prelude::*, task::spawn_local};

use super::Desk;
use crate::{
    api::Api,
    state::{Filter, filter::name},
};

impl Desk {
    /// Looks for tickets; what was found before stays until something else is.
    pub fn find(self, words: &str) {
        let words = words.trim();
        // A number alone means the ticket with that number.
        let is_number = !words.is_empty() && words.bytes().all(|byte| byte.is_ascii_digit());
        let words = if is_number { format!("#{words}") } else { words.to_owned() };
        let is_running = self.backstage.try_update_value(|backstage| {
            backstage.wanted_words = Some(words.clone());
            std::mem::replace(&mut backstage.is_finding, true)
        });
        if is_running == Some(true) {
            return;
        }
        let api = self.api();
        spawn_local(async move {
            while let Some(words) = self.backstage.try_update_value(|it| it.wanted_words.take()).flatten() {
                let found = if words.is_empty() {
                    Vec::new()
                } else {
                    let filter = Filter::default().with(name::SEARCH, &words);
                    // Words that the server refuses find nothing.
                    api.few_tickets(&filter).await.map(|page| page.data).unwrap_or_default()
                };
                self.found.set(found);
            }
            self.backstage.update_value(|backstage| backstage.is_finding = false);
        });
    }
}
