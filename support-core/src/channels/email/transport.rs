//! Ways for a mail to leave: SMTP, the console, or a list that a demo shows.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
pub use lettre::Message;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor, transport::smtp::authentication::Credentials};

/// Why a mail did not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server said no for good: an unknown recipient, a refused message.
    #[error("refused: {0}")]
    Refused(String),
    /// Worth another try: no connection, a time-out, a temporary answer.
    #[error("not reachable: {0}")]
    Unreachable(String),
}

/// Lets a mail leave.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Sends one mail. `Ok` when the other side has taken it over.
    async fn send(&self, mail: Message) -> Result<(), SendError>;
}

/// How the connection to an SMTP server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SmtpSecurity {
    /// `STARTTLS` or nothing is sent. Port 587.
    #[default]
    StartTls,
    /// TLS from the first byte. Port 465.
    Tls,
    /// None, for a relay on the same machine.
    None,
}

/// Which SMTP server takes our mail.
#[derive(Clone)]
pub struct SmtpOptions {
    /// Its name, which its certificate must carry.
    pub host: String,
    /// Its port; none: the usual one of the security.
    pub port: Option<u16>,
    /// User and password, where it wants them.
    pub credentials: Option<(String, String)>,
    /// How the connection is protected.
    pub security: SmtpSecurity,
}

impl std::fmt::Debug for SmtpOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { host, port, credentials: _, security } = self;
        f.debug_struct("SmtpOptions")
            .field("host", host)
            .field("port", port)
            .field("security", security)
            .finish_non_exhaustive()
    }
}

const SMTP_TIME: Duration = Duration::from_secs(20);

/// Mail over SMTP, with a pool of connections.
pub struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Smtp")
    }
}

impl Smtp {
    /// Prepares the connection; none is made yet.
    ///
    /// # Errors
    /// When the host's name cannot be used for TLS.
    pub fn new(options: &SmtpOptions) -> Result<Self, String> {
        type Transport = AsyncSmtpTransport<Tokio1Executor>;
        let builder = match options.security {
            SmtpSecurity::StartTls => Transport::starttls_relay(&options.host).map_err(|error| error.to_string())?,
            SmtpSecurity::Tls => Transport::relay(&options.host).map_err(|error| error.to_string())?,
            SmtpSecurity::None => Transport::builder_dangerous(&options.host).port(25),
        };
        let builder = match options.port {
            Some(port) => builder.port(port),
            None => builder,
        };
        let builder = match &options.credentials {
            Some((user, password)) => builder.credentials(Credentials::new(user.clone(), password.clone())),
            None => builder,
        };
        Ok(Self(builder.timeout(Some(SMTP_TIME)).build()))
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: Message) -> Result<(), SendError> {
        self.0.send(mail).await.map(drop).map_err(|error| {
            let why = error.to_string();
            if error.is_permanent() { SendError::Refused(why) } else { SendError::Unreachable(why) }
        })
    }
}

/// A mail that was kept instead of sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedMail {
    /// Counts up from 1.
    pub number: u64,
    /// The recipients' addresses.
    pub to: Vec<String>,
    /// The whole message as it would have gone out.
    pub raw: String,
}

/// Mails kept at most; older ones go.
const CAPTURED_MAX: usize = 200;

/// Keeps mail in memory instead of sending it: for the demo and for tests.
#[derive(Debug, Clone, Default)]
pub struct Capture(Arc<Mutex<(u64, VecDeque<CapturedMail>)>>);

impl Capture {
    /// What was kept, newest first.
    #[must_use]
    pub fn mails(&self) -> Vec<CapturedMail> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.1.iter().rev().cloned().collect()
    }
}

#[async_trait]
impl Mailer for Capture {
    async fn send(&self, mail: Message) -> Result<(), SendError> {
        let raw = String::from_utf8_lossy(&mail.formatted()).into_owned();
        let to = mail.envelope().to().iter().map(ToString::to_string).collect();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        let number = kept.0;
        if kept.1.len() == CAPTURED_MAX {
            kept.1.pop_front();
        }
        kept.1.push_back(CapturedMail { number, to, raw });
        Ok(())
    }
}
