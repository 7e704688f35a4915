//! `serve`: the desk, until somebody stops it.

use std::{
    future::IntoFuture as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use support_core::{
    AccountOptions, Support,
    channels::email::{Capture, Email, EmailOptions},
    desk::{Call, config::keys},
    files::FileFolder,
    model::{Actor, TenantId},
    storage::{MigrateMode, Storage},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{
    CommandError, Settings,
    config::{outbound, smtp, variable},
    logging,
};
use crate::{Site, demo::Demo};

/// How long requests that are under way may take after a stop.
const DRAIN: Duration = Duration::from_secs(8);
pub(super) const LISTEN: &str = "127.0.0.1:8080";
/// Who mail is from when nobody says otherwise.
pub(super) const SENDER: &str = "Support <support@localhost>";
/// Where attached files are kept in the data folder, unless `SUPPORT_FILES` says otherwise.
pub(super) const FILES: &str = "files";
/// Settings of the environment that are defaults of the configuration; what admins store there counts more.
pub(super) const PRESETS: [(&str, &str); 6] = [
    ("WHATSAPP_NUMBER", keys::WHATSAPP_NUMBER),
    ("SUPPORT_BUBBLE_ENABLED", keys::SUPPORT_BUBBLE_ENABLED),
    ("OPS_SUPPORT_EMAIL", keys::OPS_SUPPORT_EMAIL),
    ("SUPPORT_PORTAL_BASE_URL", keys::SUPPORT_PORTAL_BASE_URL),
    ("SUPPORT_DESK_NAME", keys::DESK_NAME),
    ("SUPPORT_REPLY_TIME", keys::REPLY_TIME),
];

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: Settings,
    /// Address and port [env: SUPPORT_LISTEN] [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Serve a desk with invented data, a shop to try the widget in, and mail that is shown instead of sent.
    #[arg(long)]
    demo: bool,
}

#[expect(clippy::print_stdout, reason = "the command line speaks to a person")]
pub(super) async fn run(options: Options) -> Result<(), CommandError> {
    logging::start();
    let mut settings = options.settings;
    if options.demo && settings.data.is_none() && std::env::var_os("SUPPORT_DATA").is_none() {
        settings.data = Some("support-data/demo".into());
    }
    let listener = bind(listen(options.listen)?).await?;
    let address = listener.local_addr().map_err(|error| CommandError::Failed(error.to_string()))?;
    let public_url = public_url(&settings, address.port())?;
    let folder = settings.folder()?;
    let capture = options.demo.then(Capture::default);
    let storage = settings.storage(&folder).await?;
    let support =
        build(&settings, &folder, Arc::clone(&storage), &public_url, capture.clone(), MigrateMode::Apply).await?;
    ensure_inbox(&support, options.demo).await?;

    let stop = CancellationToken::new();
    let demo = match capture {
        Some(capture) => {
            Some(Demo::start(&support, capture, storage, address, stop.clone()).await.map_err(CommandError::Failed)?)
        }
        None => None,
    };
    let workers = tokio::spawn(support.clone().run(stop.clone()));
    let app = match &demo {
        Some(demo) => {
            let site = Site::new(crate::demo::SHOP).demo();
            crate::mount_site("", &support, site, demo.pages().merge(crate::http::alone()))
        }
        None => crate::mount_site("", &support, Site::default(), crate::http::alone()),
    };
    println!("Support listens on {public_url}");
    match &demo {
        Some(demo) => println!(
            "  Dashboard  {public_url}/admin\n  Sign in    {public_url}/demo  (one click, as admin, agent or customer)\n  Shop       {}\n  \
             Mail       {public_url}/demo/mail\n  API        {public_url}/api/docs",
            demo.shop_url()
        ),
        None => match support.setup_code().await.map_err(|error| CommandError::Failed(error.to_string()))? {
            Some(code) => println!(
                "  Make the first admin (the link works once, for 30 minutes):\n  {public_url}/setup?code={code}"
            ),
            None => println!("  Dashboard  {public_url}/admin"),
        },
    }
    serve(listener, app, stop.clone()).await?;
    stop.cancel();
    let _ = tokio::time::timeout(DRAIN, workers).await;
    Ok(())
}

/// Where to listen.
pub(super) fn listen(flag: Option<SocketAddr>) -> Result<SocketAddr, CommandError> {
    if let Some(listen) = flag {
        return Ok(listen);
    }
    let text = variable("SUPPORT_LISTEN")?;
    let text = text.as_deref().unwrap_or(LISTEN);
    text.parse().map_err(|_| CommandError::Usage(format!("SUPPORT_LISTEN: `{text}` is no address like {LISTEN}.")))
}

/// Where people reach the desk.
pub(super) fn public_url(settings: &Settings, port: u16) -> Result<String, CommandError> {
    match settings.public_url.clone() {
        Some(url) => Ok(url),
        // `localhost`, not the number: the demo's shop is on 127.0.0.1, and browsers must see two sites.
        None => Ok(variable("SUPPORT_PUBLIC_URL")?.unwrap_or_else(|| format!("http://localhost:{port}"))),
    }
}

async fn bind(listen: SocketAddr) -> Result<TcpListener, CommandError> {
    TcpListener::bind(listen).await.map_err(|error| {
        let fix = match error.kind() {
            std::io::ErrorKind::AddrInUse => "Another program uses the port: stop it, or choose another with --listen.",
            std::io::ErrorKind::PermissionDenied => "Ports below 1024 need a privilege: choose another with --listen.",
            _ => "Choose another address with --listen.",
        };
        CommandError::Failed(format!("cannot listen on {listen}: {error}. {fix}"))
    })
}

pub(super) async fn build(
    settings: &Settings,
    folder: &Path,
    storage: Arc<dyn Storage>,
    public_url: &str,
    capture: Option<Capture>,
    mode: MigrateMode,
) -> Result<Support, CommandError> {
    let number = |name: &str, default: u32| -> Result<u32, CommandError> {
        match variable(name)? {
            Some(text) => {
                text.parse().map_err(|_| CommandError::Usage(format!("{name}: `{text}` is no whole number.")))
            }
            None => Ok(default),
        }
    };
    let defaults = AccountOptions::default();
    let accounts = AccountOptions {
        access_minutes: number("ACCESS_TOKEN_EXPIRE_MINUTES", defaults.access_minutes)?,
        refresh_days: number("REFRESH_TOKEN_EXPIRE_DAYS", defaults.refresh_days)?,
        open_registration: match variable("SUPPORT_OPEN_REGISTRATION")?.as_deref() {
            None => defaults.open_registration,
            Some("true") => true,
            Some("false") => false,
            Some(other) => {
                return Err(CommandError::Usage(format!(
                    "SUPPORT_OPEN_REGISTRATION: `{other}` is neither true nor false."
                )));
            }
        },
    };
    let email = EmailOptions {
        from: variable("SMTP_FROM")?.unwrap_or_else(|| SENDER.to_owned()),
        team: match variable("SUPPORT_TEAM_EMAIL")? {
            Some(team) => Some(team),
            None => capture.is_some().then(|| "team@juniper.example".to_owned()),
        },
        chat_delay: TimeDelta::seconds(i64::from(number(
            "SUPPORT_CHAT_MAIL_DELAY",
            if capture.is_some() { 5 } else { 60 },
        )?)),
    };
    let files = variable("SUPPORT_FILES")?.map_or_else(|| folder.join(FILES), PathBuf::from);
    let files = FileFolder::open(files).map_err(|error| CommandError::Failed(error.to_string()))?;
    let mut builder = Support::builder()
        .shared_storage(storage)
        .accounts(accounts)
        .secret(settings.secret(folder)?)
        .public_url(public_url)
        .outbound(outbound()?)
        .files(files)
        .migrate(mode);
    for (name, key) in PRESETS {
        if let Some(value) = variable(name)? {
            builder = builder.preset(key, value.as_str());
        }
    }
    match (smtp()?, capture) {
        (Some(smtp), None) => builder = builder.plugin(Email::new(email, smtp)),
        (_, Some(capture)) => builder = builder.plugin(Email::new(email, capture)),
        (None, None) => builder = builder.plugin(Email::new(email, super::config::Console)),
    }
    builder.build().await.map_err(|error| CommandError::Failed(error.to_string()))
}

/// A desk has an inbox from its first start on, so that there is a tag to paste; the environment's settings of it count at every start.
async fn ensure_inbox(support: &Support, demo: bool) -> Result<(), CommandError> {
    let failed = |error: support_core::Error| CommandError::Failed(error.to_string());
    let (origins, identity_secret) = (variable("SUPPORT_WIDGET_ORIGINS")?, variable("SUPPORT_IDENTITY_SECRET")?);
    if identity_secret.as_ref().is_some_and(|secret| secret.len() < 32) {
        return Err(CommandError::Usage("SUPPORT_IDENTITY_SECRET: must have at least 32 bytes.".into()));
    }
    let call = Call::new(Actor::system(TenantId::DEFAULT), "start");
    let first = support.desk().list_inboxes(&call).await.map_err(failed)?.into_iter().next();
    let known = match &first {
        Some(first) => support.desk().find_inbox(TenantId::DEFAULT, &first.key).await.map_err(failed)?,
        None => None,
    };
    let is_new = known.is_none();
    let mut inbox = known.unwrap_or_else(|| match demo {
        true => crate::demo::inbox(support.desk()),
        false => support.desk().new_inbox(TenantId::DEFAULT, "Support"),
    });
    let before = inbox.clone();
    if let Some(origins) = origins {
        inbox.allowed_origins =
            origins.split([' ', ',']).filter(|origin| !origin.is_empty()).map(str::to_owned).collect();
    }
    inbox.identity_secret = identity_secret.or(inbox.identity_secret);
    if is_new || inbox != before {
        support.desk().put_inbox(inbox).await.map_err(failed)?;
    }
    Ok(())
}

/// Serves until a signal, then lets what is under way finish.
async fn serve(listener: TcpListener, app: axum::Router, stop: CancellationToken) -> Result<(), CommandError> {
    let ended = {
        let stop = stop.clone();
        async move {
            signal().await;
            tracing::info!("stopping");
            // Live streams end first, or the server would wait for them.
            stop.cancel();
        }
    };
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, app).with_graceful_shutdown(ended).into_future();
    let deadline = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = server => served.map_err(|error| CommandError::Failed(error.to_string())),
        () = deadline => Ok(()),
    }
}

async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
