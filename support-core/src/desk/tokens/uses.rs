//! Uses of links, counted in memory and written together: looking at a ticket by a link costs no write of its own.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use crate::{
    desk::Desk,
    error::Result,
    model::{TenantId, Timestamp, TokenId, TokenRecord},
};

/// How long a use may wait for being written.
const EVERY: Duration = Duration::from_secs(1);

/// Uses that are not written yet, in the order in which they are written: two processes that write the same ones do not wait for each
/// other in turn.
#[derive(Debug, Default)]
pub(crate) struct TokenUses(Mutex<BTreeMap<(TenantId, TokenId), Uses>>);

#[derive(Debug, Clone, Copy)]
struct Uses {
    count: i64,
    last_at: Timestamp,
}

impl TokenUses {
    fn add(&self, token: (TenantId, TokenId), uses: Uses) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = waiting.entry(token).or_insert(Uses { count: 0, last_at: uses.last_at });
        entry.count += uses.count;
        entry.last_at = entry.last_at.max(uses.last_at);
    }

    /// Adds to a record what waits.
    pub(super) fn show(&self, token: &mut TokenRecord) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(uses) = waiting.get(&(token.tenant, token.id)) {
            token.use_count += uses.count;
            token.last_used_at = token.last_used_at.max(Some(uses.last_at));
        }
    }

    fn take(&self) -> BTreeMap<(TenantId, TokenId), Uses> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Desk {
    /// Notes an accepted request.
    pub(crate) fn note_token_use(&self, tenant: TenantId, token: TokenId) {
        self.inner.token_uses.add((tenant, token), Uses { count: 1, last_at: self.now() });
    }

    /// Writes what is noted. What cannot be written stays noted.
    pub(crate) async fn write_token_uses(&self) -> Result<()> {
        let waiting = self.inner.token_uses.take();
        if waiting.is_empty() {
            return Ok(());
        }
        let written = async {
            let mut tx = self.storage().write().await?;
            for ((tenant, token), uses) in &waiting {
                tx.count_token_uses(*tenant, *token, uses.count, uses.last_at).await?;
            }
            tx.commit().await
        };
        let written = written.await;
        if written.is_err() {
            for (token, uses) in waiting {
                self.inner.token_uses.add(token, uses);
            }
        }
        Ok(written?)
    }
}

/// Writes every second until `stop`, and a last time then.
pub(crate) async fn run(desk: Desk, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = desk.write_token_uses().await {
            tracing::warn!(%error, "uses of portal links could not be written yet");
        }
        if stop.is_cancelled() {
            return;
        }
    }
}
