//! What plugins have registered.

use std::{future::Future, pin::Pin, sync::Arc};

use axum::Router;
use tokio_util::sync::CancellationToken;

use super::{EventHandler, Interceptor};
use crate::{
    desk::config::{ConfigKey, ConfigRegistry},
    protocol::ConfigValue,
    support::Support,
};

/// A supervised task of a plugin: started by [`Support::run`](crate::Support::run), started again when it ends before the token.
pub type Task = Arc<dyn Fn(Support, CancellationToken) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What takes part in requests and deliveries.
#[derive(Default)]
pub(crate) struct Hooks {
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) handlers: Vec<Arc<dyn EventHandler>>,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let handlers: Vec<_> = self.handlers.iter().map(|handler| handler.id()).collect();
        f.debug_struct("Hooks").field("interceptors", &self.interceptors.len()).field("handlers", &handlers).finish()
    }
}

/// Everything that plugins have registered.
#[derive(Default)]
pub(crate) struct Registered {
    pub(crate) hooks: Hooks,
    pub(crate) routes: Vec<(&'static str, Router<Support>)>,
    pub(crate) tasks: Vec<(&'static str, Task)>,
    pub(crate) config: ConfigRegistry,
}

/// Where a plugin says what it takes part in.
pub struct Registrar<'r> {
    pub(crate) plugin: &'static str,
    pub(crate) registered: &'r mut Registered,
}

impl std::fmt::Debug for Registrar<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registrar").field("plugin", &self.plugin).finish_non_exhaustive()
    }
}

impl Registrar<'_> {
    /// Takes part in decisions.
    pub fn interceptor(&mut self, interceptor: impl Interceptor) {
        self.registered.hooks.interceptors.push(Arc::new(interceptor));
    }

    /// Carries events somewhere.
    pub fn event_handler(&mut self, handler: impl EventHandler) {
        self.registered.hooks.handlers.push(Arc::new(handler));
    }

    /// Adds a key to the configuration, which admins then set without a restart.
    ///
    /// # Errors
    /// When there is a key of that name.
    pub fn setting(&mut self, key: ConfigKey) -> Result<(), String> {
        self.registered.config.add(key)
    }

    /// Another default for a key, such as the program's environment says.
    ///
    /// # Errors
    /// When there is no such key, or it does not take the value.
    pub fn preset(&mut self, key: &str, value: impl Into<ConfigValue>) -> Result<(), String> {
        self.registered.config.preset(key, value.into())
    }

    /// Adds routes under `/x/{plugin}/`. They are public: use the extractors of [`http`](crate::http) to ask who calls.
    pub fn routes(&mut self, router: Router<Support>) {
        self.registered.routes.push((self.plugin, router));
    }

    /// Adds a task that runs as long as the engine does.
    pub fn task<F>(&mut self, task: impl Fn(Support, CancellationToken) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.registered.tasks.push((self.plugin, Arc::new(move |support, stop| Box::pin(task(support, stop)))));
    }
}
