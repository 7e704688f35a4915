//! What must not be tried often: sign-ins, codes, links. Counted in the database, so that a restart or another process changes nothing.

use std::net::IpAddr;

use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use super::{Call, Desk};
use crate::{
    error::{Error, Result},
    model::{TenantId, Timestamp, text},
    storage::WriteTx,
};

/// How often something may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// Its name in the `RateLimit` headers, and a part of what is counted: two limits never share a count.
    pub(crate) name: &'static str,
    /// Tries in one window.
    pub(crate) quota: u32,
    /// How long a window lasts, from its first try.
    pub(crate) window: TimeDelta,
}

impl Limit {
    /// Failed sign-ins of one account.
    pub(crate) const SIGN_IN: Self = Self { name: "account", quota: 10, window: TimeDelta::minutes(15) };
    /// Failed sign-ins from one address.
    pub(crate) const ADDRESS: Self = Self { name: "address", quota: 100, window: TimeDelta::hours(1) };
    /// Wrong secrets of ours from one address: portal tokens, API keys, refresh tokens, codes out of letters. Apart from sign-ins: a
    /// program whose key was revoked must not keep its whole office from signing in.
    const SECRETS: Self = Self { name: "secrets", quota: 100, window: TimeDelta::hours(1) };
    /// Letters about a new password to one account. Beyond it none is sent, and nobody is told.
    const RESET: Self = Self { name: "reset", quota: 3, window: TimeDelta::hours(1) };
    /// Requests for such letters from one address.
    const RESET_ADDRESS: Self = Self { name: "reset-address", quota: 20, window: TimeDelta::hours(1) };
    /// Letters with fresh portal links to one mailbox. Beyond it none is sent, and nobody is told.
    const LINKS: Self = Self { name: "links", quota: 3, window: TimeDelta::hours(1) };
    /// Requests for such letters from one address.
    const LINKS_ADDRESS: Self = Self { name: "links-address", quota: 20, window: TimeDelta::hours(1) };
    /// Requests for such letters from everywhere: strangers cause a row each, and behind a proxy no address tells them apart. Beyond it
    /// none is sent, and nobody is told.
    const LINKS_DESK: Self = Self { name: "links-desk", quota: 1_000, window: TimeDelta::hours(1) };
}

/// One thing that is limited: what, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limited {
    limit: Limit,
    key: [u8; 32],
}

impl Limited {
    /// For one mailbox, however it is spelt.
    pub(crate) fn mailbox(limit: Limit, email: &str) -> Self {
        Self::of(limit, &text::mailbox_key(email))
    }

    /// For one address of the network. None for one that cannot be a caller of its own: behind a proxy all callers seem to come from
    /// its private address, and one of them must not lock out the rest.
    pub(crate) fn address(limit: Limit, address: Option<IpAddr>) -> Option<Self> {
        let network = match address?.to_canonical() {
            IpAddr::V4(v4) if v4.is_private() || v4.is_loopback() || v4.is_link_local() => return None,
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) if v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() => return None,
            // One subscriber has a whole /64.
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}")
            }
        };
        Some(Self::of(limit, &network))
    }

    /// For all who ask.
    fn everybody(limit: Limit) -> Self {
        Self::of(limit, "")
    }

    fn of(limit: Limit, text: &str) -> Self {
        let mut digest = Sha256::new();
        digest.update(limit.name);
        digest.update(b"\0");
        digest.update(text);
        Self { limit, key: digest.finalize().into() }
    }
}

/// A try that was counted, to be taken back if it was no failure.
#[derive(Debug)]
pub(crate) struct Counted {
    key: [u8; 32],
    ends_at: Timestamp,
    /// Whether this try was the first one too many: worth a line in the audit, once a window.
    pub(crate) is_first_refused: bool,
    is_refused: Option<Error>,
}

impl Counted {
    /// Whether the try may go on.
    ///
    /// # Errors
    /// `TooManyRequests`.
    pub(crate) fn admit(&mut self) -> Result<()> {
        self.is_refused.take().map_or(Ok(()), Err)
    }
}

/// A wish for a letter, counted.
#[derive(Debug)]
pub(crate) struct Wish {
    /// Whether the letter may be written. Whoever asked is not told.
    pub(crate) is_granted: bool,
    is_refused: Option<Error>,
}

impl Wish {
    /// What whoever asked is told, once the count is durable: nothing, or that their network asks too often.
    ///
    /// # Errors
    /// `TooManyRequests`.
    pub(crate) fn answer(self) -> Result<()> {
        self.is_refused.map_or(Ok(()), Err)
    }
}

impl Desk {
    /// Counts a wish for a new password's link.
    pub(crate) async fn count_reset_wish(&self, call: &Call, tx: &mut dyn WriteTx, email: &str) -> Result<Wish> {
        let mailbox = Limited::mailbox(Limit::RESET, email);
        self.count_wish(call, tx, &[mailbox], Limited::address(Limit::RESET_ADDRESS, call.address)).await
    }

    /// Counts a wish for fresh portal links.
    pub(crate) async fn count_links_wish(&self, call: &Call, tx: &mut dyn WriteTx, email: &str) -> Result<Wish> {
        let silent = [Limited::mailbox(Limit::LINKS, email), Limited::everybody(Limit::LINKS_DESK)];
        self.count_wish(call, tx, &silent, Limited::address(Limit::LINKS_ADDRESS, call.address)).await
    }

    async fn count_wish(
        &self,
        call: &Call,
        tx: &mut dyn WriteTx,
        silent: &[Limited],
        address: Option<Limited>,
    ) -> Result<Wish> {
        let tenant = call.actor.tenant;
        let mut is_granted = true;
        for limited in silent {
            is_granted &= self.count_try(tx, tenant, limited).await?.admit().is_ok();
        }
        let is_refused = match &address {
            Some(address) => self.count_try(tx, tenant, address).await?.admit().err(),
            None => None,
        };
        Ok(Wish { is_granted: is_granted && is_refused.is_none(), is_refused })
    }

    /// Counts a try before it is made, in `tx`, so that many at once cannot all be the last one allowed.
    pub(crate) async fn count_try(&self, tx: &mut dyn WriteTx, tenant: TenantId, limited: &Limited) -> Result<Counted> {
        let now = self.now();
        let Limited { limit, key } = limited;
        let tries = tx.count_try(tenant, key, now, now + limit.window).await?;
        let over = tries.count > i64::from(limit.quota);
        Ok(Counted {
            key: *key,
            ends_at: tries.ends_at,
            is_first_refused: tries.count == i64::from(limit.quota) + 1,
            is_refused: over.then(|| too_many(*limit, tries.ends_at, now)),
        })
    }

    /// Takes back a try that was no failure.
    pub(crate) async fn uncount_try(&self, tx: &mut dyn WriteTx, tenant: TenantId, counted: &Counted) -> Result<()> {
        Ok(tx.uncount_try(tenant, &counted.key, counted.ends_at).await?)
    }

    /// Forgets all failures: whoever it was has proved to be the right one.
    pub(crate) async fn forget_tries(&self, tx: &mut dyn WriteTx, tenant: TenantId, counted: &Counted) -> Result<()> {
        Ok(tx.forget_tries(tenant, &counted.key).await?)
    }

    /// What a wrong secret of ours is answered with: `error`, or, after many from one address, that there were too many.
    ///
    /// Asked only once a secret has turned out to be wrong. Nobody finds 256 random bits, so a right one is let in however much was
    /// wrong before it: whoever shares an address with a guesser, or with a program whose key has ended, notices nothing.
    pub(crate) async fn wrong_secret(&self, tenant: TenantId, address: Option<IpAddr>, error: Error) -> Error {
        match self.count_wrong_secret(tenant, address).await {
            Ok(()) => error,
            Err(refused) => refused,
        }
    }

    async fn count_wrong_secret(&self, tenant: TenantId, address: Option<IpAddr>) -> Result<()> {
        let Some(limited) = Limited::address(Limit::SECRETS, address) else { return Ok(()) };
        let Limited { limit, key } = &limited;
        let now = self.now();
        // Looked at first, so that a flood of guesses costs no write each.
        if let Some(tries) = self.reader().await?.tries(tenant, key, now).await?
            && tries.count >= i64::from(limit.quota)
        {
            return Err(too_many(*limit, tries.ends_at, now));
        }
        let mut tx = self.storage().write().await?;
        self.count_try(tx.as_write(), tenant, &limited).await?;
        Ok(tx.commit().await?)
    }
}

fn too_many(limit: Limit, ends_at: Timestamp, now: Timestamp) -> Error {
    let seconds = |time: TimeDelta| u64::try_from(time.num_seconds()).unwrap_or_default();
    Error::TooManyRequests {
        policy: limit.name,
        quota: limit.quota,
        window_s: seconds(limit.window),
        retry_after_s: seconds(ends_at - now) + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SEC: N-20
    #[test]
    fn spellings_of_one_mailbox_share_a_count() {
        let count = |email| Limited::mailbox(Limit::SIGN_IN, email);
        for same in ["A@X.test", "a+b@x.test", "a(comment)@x.test", " a@x.test ", "\"a\"@x.test", "a@X.TEST."] {
            assert_eq!(count(same), count("a@x.test"), "{same}");
        }
        assert_ne!(count("b@x.test"), count("a@x.test"));
        assert_ne!(Limited::mailbox(Limit::RESET, "a@x.test"), count("a@x.test"));
    }

    #[test]
    fn a_network_is_counted_and_a_proxy_is_not() {
        let of = |text: &str| Limited::address(Limit::ADDRESS, Some(text.parse().expect("an address")));
        for proxy in ["127.0.0.1", "10.1.2.3", "192.168.0.7", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"] {
            assert_eq!(of(proxy), None, "{proxy}");
        }
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.9"), of("203.0.113.9"));
        assert_ne!(of("203.0.113.8"), of("203.0.113.9"));
        assert_eq!(Limited::address(Limit::ADDRESS, None), None);
    }
}
