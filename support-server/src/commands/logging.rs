//! Where log lines go: people's lines on a terminal, JSON elsewhere.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// `SUPPORT_LOG` chooses what is logged, in the syntax of tracing's `EnvFilter`. `info` by default.
pub(super) fn start() {
    let filter = EnvFilter::try_from_env("SUPPORT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if std::io::stderr().is_terminal() {
        builder.with_target(false).try_init()
    } else {
        builder.json().flatten_event(true).try_init()
    };
    // Somebody has set a subscriber already: theirs stays.
    drop(started);
}
