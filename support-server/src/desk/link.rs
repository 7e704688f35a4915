//! Portal links for the customer of the open thread.

use leptos::{prelude::*, task::spawn_local};
use support_core::protocol::{CreateToken, TokenScope};

use super::Desk;
use crate::api::Api;

/// The portal link of the open thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// None was made here.
    None,
    /// It is being made.
    Making,
    /// Its address, which is shown this once.
    Made(String),
    /// It was not made, and why.
    Failed(String),
}

impl Desk {
    /// Makes a link that opens this ticket without a login.
    pub fn make_link(self) {
        let Some(id) = self.open_id() else { return };
        self.customer_shown.set(true);
        if matches!(self.link.get_untracked(), Link::Making | Link::Made(_)) {
            return;
        }
        self.link.set(Link::Making);
        let api = self.api();
        spawn_local(async move {
            let token = CreateToken::of(TokenScope::Ticket(id));
            let link = match api.mint(&token).await {
                Ok(minted) => Link::Made(minted.url),
                Err(failure) => Link::Failed(failure.sentence()),
            };
            if self.open_id() == Some(id) {
                self.link.set(link);
            }
        });
    }

    /// Puts a text into the clipboard and says so.
    pub fn copy(self, text: String) {
        let clipboard = window().navigator().clipboard();
        spawn_local(async move {
            match wasm_bindgen_futures::JsFuture::from(clipboard.write_text(&text)).await {
                Ok(_) => {
                    self.tell("Copied", None);
                }
                Err(_) => self.tell_failure("The browser did not allow copying. Select the link and copy it by hand."),
            }
        });
    }
}
