//! What people do: one verb a file. Every verb authorises, loads, lets the model decide, applies one change set, commits.

mod account_link;
mod api_keys;
mod assign;
mod attachments;
mod audit;
mod bulk;
mod call;
mod change;
pub mod config;
mod contacts;
mod conversations;
mod deliveries;
mod edit;
mod inboxes;
mod list;
mod merge;
mod messages;
mod notifications;
mod open;
mod patch;
mod people;
mod permit;
mod query;
mod read;
mod record;
mod reply;
mod search;
mod settings;
mod show;
mod sign_out;
mod sla;
mod snooze;
mod statistics;
mod status;
mod throttle;
pub(crate) mod tokens;
mod view;
mod webhooks;
mod work;

use std::{sync::Arc, time::Duration};

use uuid::Uuid;

pub use self::{
    account_link::AccountLink,
    attachments::{FileAccess, FileVariant, Incoming},
    audit::AuditQuery,
    call::{Call, Done, IdempotencyKey, Precondition},
    deliveries::DeliveryQuery,
    list::MessageQuery,
    notifications::{LetterItem, NotificationLetter, NotificationQuery},
    people::{Identity, UserQuery},
    query::{TicketParams, TicketQuery},
    statistics::DayRange,
    tokens::{FreshLink, FreshLinks, LinkDescription, LinkDetails, TokenQuery},
    view::Audience,
};
pub(crate) use self::{
    account_link::user,
    conversations::Standing,
    list::Cursors,
    notifications::{PushOutcome, woken},
    people::PeopleCache,
    record::differences,
    reply::normal,
    settings::{
        CalendarSetting, FieldSetting, RoleSetting, Setting, SettingsCache, SlaPolicySetting, TagSetting, TeamSetting,
        ViewSetting,
    },
    throttle::{Counted, Limit, Limited},
    view::{
        actor_view, attachment_view, conversation_view, event_view, me_view, message_view, said_view, ticket_view,
        user_view, webhook_payload,
    },
    webhooks::{Disabled, Sent, Subscription},
};
use crate::{
    clock::{Clock, Entropy, IdSource},
    error::{Error, Result},
    files::{BlobStore, Pictures},
    model::{Policy, Timestamp},
    outbound::{Outbound, PushKey},
    plugin::Hooks,
    secret::Sealing,
    storage::{ReadTx, Storage},
};

/// How long one hook of a plugin may take inside a request.
pub(crate) const HOOK_TIME: Duration = Duration::from_secs(3);

/// The verbs. Cheap to clone; holds no state of its own but caches.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(crate) inner: Arc<DeskInner>,
}

#[derive(Debug)]
pub(crate) struct DeskInner {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) ids: IdSource,
    pub(crate) hooks: Hooks,
    pub(crate) cursors: Cursors,
    pub(crate) people: PeopleCache,
    pub(crate) config: config::ConfigRegistry,
    pub(crate) token_uses: tokens::TokenUses,
    pub(crate) link_details: Option<Arc<dyn LinkDetails>>,
    /// Whether customers may have made their accounts themselves: then nobody vouches for them.
    pub(crate) has_accounts: bool,
    pub(crate) config_cache: config::ConfigCache,
    pub(crate) settings: SettingsCache,
    /// The host's say in who may do what.
    pub(crate) policy: Option<Arc<dyn Policy>>,
    pub(crate) rules: sla::RulesCache,
    pub(crate) resting: sla::Resting,
    /// Calls what users typed.
    pub(crate) outbound: Outbound,
    /// Where attached files are kept; none where the host keeps none.
    pub(crate) file_store: Option<Arc<dyn BlobStore>>,
    /// Looks at images, a few at a time.
    pub(crate) pictures: Pictures,
    pub(crate) sealing: Sealing,
    /// Signs what is sent to browsers.
    pub(crate) push: PushKey,
    /// `https://host/prefix`, no trailing slash: what links in mail and snippets start with.
    pub(crate) public_url: String,
}

impl std::fmt::Debug for dyn Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl std::fmt::Debug for dyn Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Policy")
    }
}

impl std::fmt::Debug for dyn LinkDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkDetails")
    }
}

impl std::fmt::Debug for dyn Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy")
    }
}

impl Desk {
    /// Now, by the injected clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub(crate) fn fresh_id(&self, now: Timestamp) -> Uuid {
        self.inner.ids.next(now, &*self.inner.entropy)
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &*self.inner.entropy
    }

    pub(crate) fn storage(&self) -> &dyn Storage {
        &*self.inner.storage
    }

    pub(crate) async fn reader(&self) -> Result<Box<dyn ReadTx>> {
        Ok(self.inner.storage.read().await?)
    }

    /// The one way to call an address that a user typed.
    #[must_use]
    pub fn outbound(&self) -> &Outbound {
        &self.inner.outbound
    }

    /// Where links start: `https://host/prefix`, no trailing slash.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.inner.public_url
    }
}

/// `Some` or not found.
pub(crate) fn found<T>(value: Option<T>) -> Result<T> {
    value.ok_or(Error::NotFound)
}
