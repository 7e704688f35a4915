//! Building the engine and running it.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use axum::http::request::Parts;
use tokio_util::sync::CancellationToken;

use crate::{
    accounts::{AccessKey, AccountOptions, Accounts},
    channels::{notifications::Notifications, push::Push, webhooks::Webhooks},
    clock::{Clock, Entropy, IdSource, SystemClock, SystemEntropy},
    desk::{
        Cursors, Desk, DeskInner, Identity, LinkDetails, PeopleCache,
        config::{ConfigCache, keys},
        tokens::TokenUses,
    },
    error::Error,
    files::BlobStore,
    http::Assets,
    live::Hub,
    model::{Policy, TenantId},
    outbound::{Outbound, PushKey},
    outbox,
    plugin::{Plugin, Registered, Registrar},
    protocol::ConfigValue,
    secret::{Sealing, SecretError, SecretKey},
    storage::{MigrateMode, Storage},
};

/// Says who is asking, from the request's head: a session, a header, an extension that a middleware of the host has set.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// The identity, or `None` when the request carries none that this authenticator knows.
    ///
    /// # Errors
    /// When it cannot be found out right now: the request is answered with 503, never let through.
    async fn authenticate(&self, parts: &Parts) -> Result<Option<Identity>, AuthenticateError>;
}

/// Why an authenticator could not say who is asking.
#[derive(Debug, thiserror::Error)]
#[error("the caller's identity could not be established: {0}")]
pub struct AuthenticateError(pub String);

/// Authenticators made of closures.
pub mod auth {
    use super::{AuthenticateError, Authenticator, Identity, Parts, async_trait};

    /// Reads a value that the host's middleware has put into the request's extensions.
    pub fn from_extension<T, F>(identity: F) -> impl Authenticator
    where
        T: Clone + Send + Sync + 'static,
        F: Fn(&T) -> Option<Identity> + Send + Sync + 'static,
    {
        FromParts(move |parts: &Parts| parts.extensions.get::<T>().and_then(&identity))
    }

    /// Reads anything of the request's head.
    pub fn from_parts<F>(identity: F) -> impl Authenticator
    where
        F: Fn(&Parts) -> Option<Identity> + Send + Sync + 'static,
    {
        FromParts(identity)
    }

    struct FromParts<F>(F);

    #[async_trait]
    impl<F: Fn(&Parts) -> Option<Identity> + Send + Sync + 'static> Authenticator for FromParts<F> {
        async fn authenticate(&self, parts: &Parts) -> Result<Option<Identity>, AuthenticateError> {
            Ok((self.0)(parts))
        }
    }
}

/// Says which tenant a request belongs to, before anybody is authenticated.
pub type TenantResolver = Arc<dyn Fn(&Parts) -> Option<TenantId> + Send + Sync>;

/// Everything that is wrong with a configuration, at once.
#[derive(Debug, thiserror::Error)]
#[error("support cannot start:\n{}", .0.iter().map(|problem| format!("  - {problem}\n")).collect::<String>())]
pub struct BuildError(pub Vec<String>);

/// The engine. Cheap to clone; not generic, so any host can hold it in its state.
#[derive(Clone)]
pub struct Support {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) desk: Desk,
    pub(crate) hub: Arc<Hub>,
    pub(crate) authenticator: Option<Arc<dyn Authenticator>>,
    pub(crate) tenant: TenantResolver,
    pub(crate) accounts: Option<Accounts>,
    pub(crate) csrf_key: [u8; 32],
    pub(crate) secure_cookies: bool,
    pub(crate) assets: Assets,
    pub(crate) registered: Registered,
    pub(crate) stopped: CancellationToken,
    /// What every router of this engine starts from.
    pub(crate) routes: OnceLock<axum::Router<Support>>,
    /// The text of the API's document, once somebody has asked for it.
    pub(crate) document: OnceLock<String>,
}

impl std::fmt::Debug for Support {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Support").field("desk", &self.inner.desk).finish_non_exhaustive()
    }
}

/// Collects what an engine needs.
#[must_use]
pub struct Builder {
    storage: Option<Arc<dyn Storage>>,
    authenticator: Option<Arc<dyn Authenticator>>,
    accounts: Option<AccountOptions>,
    policy: Option<Arc<dyn Policy>>,
    secret: Option<Result<SecretKey, SecretError>>,
    tenant: TenantResolver,
    public_url: String,
    migrate: MigrateMode,
    assets: Option<PathBuf>,
    plugins: Vec<Box<dyn Plugin>>,
    presets: Vec<(String, ConfigValue)>,
    link_details: Option<Arc<dyn LinkDetails>>,
    outbound: Outbound,
    files: Option<Arc<dyn BlobStore>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

impl Builder {
    /// Where everything is kept. Required.
    pub fn storage(self, storage: impl Storage) -> Self {
        self.shared_storage(Arc::new(storage))
    }

    /// Where everything is kept, shared with the host.
    pub fn shared_storage(mut self, storage: Arc<dyn Storage>) -> Self {
        self.storage = Some(storage);
        self
    }

    /// Who is asking, in the host's words. This or [`accounts`](Self::accounts) is required.
    pub fn authenticator(mut self, authenticator: impl Authenticator) -> Self {
        self.authenticator = Some(Arc::new(authenticator));
        self
    }

    /// Built-in accounts with email and password, for desks whose host has none.
    pub fn accounts(mut self, options: AccountOptions) -> Self {
        self.accounts = Some(options);
        self
    }

    /// The host's own say in who may do what with a ticket: it may widen or narrow each verdict. See [`Policy`] for an example.
    pub fn policy(mut self, policy: impl Policy) -> Self {
        self.policy = Some(Arc::new(policy));
        self
    }

    /// What everything is signed with. Required; the same in all processes of one desk.
    pub fn secret(mut self, secret: impl IntoSecret) -> Self {
        self.secret = Some(secret.into_secret());
        self
    }

    /// `https://host/prefix`: what links in mail and the widget's snippet start with. Never taken from a request.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = url.into().trim_end_matches('/').to_owned();
        self
    }

    /// Which tenant a request belongs to; a request of no tenant is 404. One tenant by default.
    pub fn tenant(mut self, resolver: impl Fn(&Parts) -> Option<TenantId> + Send + Sync + 'static) -> Self {
        self.tenant = Arc::new(resolver);
        self
    }

    /// What to do about the schema at start. [`MigrateMode::Apply`] by default.
    pub fn migrate(mut self, mode: MigrateMode) -> Self {
        self.migrate = mode;
        self
    }

    /// A folder with the widget's built files, instead of the embedded ones.
    pub fn assets(mut self, folder: impl Into<PathBuf>) -> Self {
        self.assets = Some(folder.into());
        self
    }

    /// Adds a plugin. Hooks run in the order of these calls.
    pub fn plugin(mut self, plugin: impl Plugin) -> Self {
        self.plugins.push(Box::new(plugin));
        self
    }

    /// Another default for a key of the configuration ([`keys`](crate::desk::config::keys)), such as the environment says. What admins
    /// store counts more. A text is read as the key's kind.
    pub fn preset(mut self, key: impl Into<String>, value: impl Into<ConfigValue>) -> Self {
        self.presets.push((key.into(), value.into()));
        self
    }

    /// Says to holders of links what the record of the host is that their link is about.
    pub fn link_details(mut self, details: impl LinkDetails) -> Self {
        self.link_details = Some(Arc::new(details));
        self
    }

    /// Who may be called at addresses that users typed, such as webhooks: by default everybody on the public internet, by `https`.
    pub fn outbound(mut self, outbound: Outbound) -> Self {
        self.outbound = outbound;
        self
    }

    /// Where attached files are kept, such as a [`FileFolder`](crate::files::FileFolder). Without it the desk takes none.
    pub fn files(self, store: impl BlobStore) -> Self {
        self.shared_files(Arc::new(store))
    }

    /// Where attached files are kept, shared with the host.
    pub fn shared_files(mut self, store: Arc<dyn BlobStore>) -> Self {
        self.files = Some(store);
        self
    }

    /// Another clock, for tests.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Another source of randomness, for tests.
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Puts the engine together and migrates the database.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub async fn build(self) -> Result<Support, BuildError> {
        let mut problems = Vec::new();
        if self.storage.is_none() {
            problems.push("no storage: call `.storage(…)`".to_owned());
        }
        if self.authenticator.is_none() && self.accounts.is_none() {
            problems.push("nobody could sign in: call `.authenticator(…)` or `.accounts(…)`".to_owned());
        }
        let secret = match self.secret {
            Some(Ok(secret)) => Some(secret),
            Some(Err(error)) => {
                problems.push(error.to_string());
                None
            }
            None => {
                problems.push("no secret: call `.secret(SecretKey::from_env(\"SUPPORT_SECRET\"))`".to_owned());
                None
            }
        };
        if !self.public_url.starts_with("https://") && !self.public_url.starts_with("http://") {
            problems.push("no public URL: call `.public_url(\"https://support.example.com\")`".to_owned());
        }
        let mut registered = Registered::default();
        let ours: [Box<dyn Plugin>; 3] = [Box::new(Webhooks), Box::new(Notifications), Box::new(Push)];
        for plugin in self.plugins.iter().chain(&ours) {
            let mut registrar = Registrar { plugin: plugin.id(), registered: &mut registered };
            if let Err(problem) = plugin.register(&mut registrar) {
                problems.push(format!("{}: {problem}", plugin.id()));
            }
        }
        // After the plugins: some keys are theirs. A host's own presets come last and win.
        if let Some(accounts) = &self.accounts {
            let preset = registered.config.preset(keys::OPEN_REGISTRATION, accounts.open_registration.into());
            problems.extend(preset.err());
        }
        for (key, value) in self.presets {
            problems.extend(registered.config.preset(&key, value).err());
        }
        let (Some(storage), Some(secret), true) = (self.storage, secret, problems.is_empty()) else {
            return Err(BuildError(problems));
        };
        let Some(push) = PushKey::new(&secret) else {
            return Err(BuildError(vec!["the secret: no key for push can be made of it; make another one".to_owned()]));
        };
        if let Err(error) = storage.migrate(self.migrate, self.clock.now()).await {
            return Err(BuildError(vec![format!("the database: {error}")]));
        }
        let secure_cookies = self.public_url.starts_with("https://");
        let desk = Desk {
            inner: Arc::new(DeskInner {
                storage,
                clock: self.clock,
                entropy: self.entropy,
                ids: IdSource::default(),
                hooks: std::mem::take(&mut registered.hooks),
                cursors: Cursors::new(secret.derive("cursor")),
                people: PeopleCache::default(),
                config: std::mem::take(&mut registered.config),
                config_cache: ConfigCache::default(),
                settings: Default::default(),
                policy: self.policy,
                rules: Default::default(),
                resting: Default::default(),
                token_uses: TokenUses::default(),
                link_details: self.link_details,
                has_accounts: self.accounts.is_some(),
                outbound: self.outbound,
                file_store: self.files,
                pictures: Default::default(),
                sealing: Sealing::new(secret.derive("sealed secrets")),
                push,
                public_url: self.public_url,
            }),
        };
        let accounts =
            self.accounts.map(|options| Accounts::new(options, AccessKey::new(&secret.derive("access token"))));
        Ok(Support {
            inner: Arc::new(Inner {
                desk,
                hub: Arc::new(Hub::new()),
                authenticator: self.authenticator,
                tenant: self.tenant,
                accounts,
                csrf_key: secret.derive("csrf"),
                secure_cookies,
                assets: Assets::widget(self.assets),
                registered,
                stopped: CancellationToken::new(),
                routes: OnceLock::new(),
                document: OnceLock::new(),
            }),
        })
    }
}

/// A secret, or the error of finding one: both may be handed to [`Builder::secret`], which reports the error at `build`.
pub trait IntoSecret {
    /// The secret.
    ///
    /// # Errors
    /// Why there is none.
    fn into_secret(self) -> Result<SecretKey, SecretError>;
}

impl IntoSecret for SecretKey {
    fn into_secret(self) -> Result<SecretKey, SecretError> {
        Ok(self)
    }
}

impl IntoSecret for Result<SecretKey, SecretError> {
    fn into_secret(self) -> Result<SecretKey, SecretError> {
        self
    }
}

/// How long a supervised task rests before it is started again.
const RESTART: Duration = Duration::from_secs(1);

impl Support {
    /// Starts to put an engine together.
    pub fn builder() -> Builder {
        Builder {
            storage: None,
            authenticator: None,
            accounts: None,
            policy: None,
            secret: None,
            tenant: Arc::new(|_| Some(TenantId::DEFAULT)),
            public_url: String::new(),
            migrate: MigrateMode::default(),
            assets: None,
            plugins: Vec::new(),
            presets: Vec::new(),
            link_details: None,
            outbound: Outbound::default(),
            files: None,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }

    /// The verbs, for a host that wants to use them in process.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.inner.desk
    }

    /// Runs the workers until `stop`: realtime, the outbox, plugins' tasks. Without it requests are answered, but nothing is live and
    /// no mail goes out. When it returns, all live streams have ended and what was under way is finished.
    pub async fn run(self, stop: CancellationToken) {
        let desk = &self.inner.desk;
        let mut tasks = tokio::task::JoinSet::new();
        for (plugin, task) in &self.inner.registered.tasks {
            let (support, stop, task) = (self.clone(), stop.clone(), Arc::clone(task));
            let plugin = *plugin;
            tasks.spawn(async move {
                while !stop.is_cancelled() {
                    let running = tokio::spawn(task(support.clone(), stop.clone()));
                    if running.await.is_err() {
                        tracing::error!(plugin, "a plugin's task panicked");
                    }
                    tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(RESTART) => {} }
                }
            });
        }
        let (live, outbox, purge) = (self.clone(), desk.clone(), desk.clone());
        let (live_stop, outbox_stop, purge_stop) = (stop.clone(), stop.clone(), stop.clone());
        tasks.spawn(async move { crate::live::run(live.inner.desk.clone(), &live.inner.hub, live_stop).await });
        tasks.spawn(outbox::run(outbox, outbox_stop));
        tasks.spawn(crate::desk::tokens::run(desk.clone(), stop.clone()));
        tasks.spawn(crate::upkeep::run(purge, purge_stop));
        tasks.spawn(crate::timers::run(desk.clone(), stop.clone()));
        tasks.spawn(crate::timers::apply_rules(desk.clone(), stop.clone()));
        stop.cancelled().await;
        self.inner.stopped.cancel();
        while tasks.join_next().await.is_some() {}
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), Error> {
        Ok(self.inner.desk.storage().check().await?)
    }

    pub(crate) fn accounts(&self) -> Result<&Accounts, Error> {
        self.inner.accounts.as_ref().ok_or(Error::NotFound)
    }
}
