//! The demo: a desk with invented data, one-click sign-in, a shop on another site, and mail that is shown instead of sent.

mod pages;
mod scenarios;
mod seed;
mod shop;

use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use support_core::{
    Support,
    channels::email::Capture,
    desk::Desk,
    model::{InboxRecord, PersonId, TenantId},
    storage::Storage,
};
use tokio_util::sync::CancellationToken;

/// The shop's name, which the widget shows too.
pub(crate) const SHOP: &str = "Juniper Coffee";
/// The public key of the shop's inbox.
const KEY: &str = "pk_demo";

/// The shop's inbox, not stored yet.
pub(crate) fn inbox(desk: &Desk) -> InboxRecord {
    InboxRecord {
        public_key: KEY.to_owned(),
        greeting: "Questions about coffee or an order? We usually answer within minutes.".to_owned(),
        accent: "#2f6f4f".to_owned(),
        ..desk.new_inbox(TenantId::DEFAULT, SHOP)
    }
}

/// Somebody whom a visitor of the demo can be with one click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Persona {
    /// The name in the address.
    pub(crate) who: &'static str,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) person: PersonId,
    pub(crate) is_team: bool,
}

/// A running demo.
#[derive(Debug, Clone)]
pub(crate) struct Demo {
    pub(crate) capture: Capture,
    pub(crate) personas: Arc<[Persona]>,
    pub(crate) ticket_count: usize,
    shop_url: String,
}

impl Demo {
    /// Fills the desk if it is empty, and opens the shop beside it on the next port.
    ///
    /// # Errors
    /// What went wrong, in a sentence.
    pub(crate) async fn start(
        support: &Support,
        capture: Capture,
        storage: Arc<dyn Storage>,
        desk: SocketAddr,
        stop: CancellationToken,
    ) -> Result<Self, String> {
        let (personas, ticket_count) =
            seed::fill(support, storage).await.map_err(|error| format!("the demo's data: {error}"))?;
        let shop_url = shop::open(support.desk().public_url(), desk, stop).await?;
        Ok(Self { capture, personas: personas.into(), ticket_count, shop_url })
    }

    /// Where the shop is.
    pub(crate) fn shop_url(&self) -> &str {
        &self.shop_url
    }

    /// The demo's own pages.
    pub(crate) fn pages(&self) -> Router<Support> {
        pages::router(self.clone())
    }
}
