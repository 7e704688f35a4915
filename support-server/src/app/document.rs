//! The document around the application, on the server.
//!
//! No inline script and no inline style: the policy refuses them. The first state travels in a data block, which is none.

use leptos::prelude::*;
use leptos_router::location::RequestUrl;

use super::{App, Snapshot};
use crate::{
    desk::Theme,
    pages::FAVICON,
    state::{Address, page_title},
};

/// Where the built files are, and how the page looks.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The path that was asked for, with the mount prefix.
    pub path: &'a str,
    /// The style sheet.
    pub style: &'a str,
    /// The script that starts the rest.
    pub script: &'a str,
    /// The WebAssembly file that it starts.
    pub wasm: &'a str,
    /// Light or dark.
    pub theme: Theme,
}

/// Renders a page of the dashboard.
#[must_use]
pub fn document(document: &Document<'_>, snapshot: Snapshot) -> String {
    let Document { path, style, script, wasm, theme } = document;
    let unread =
        snapshot.tickets.iter().flat_map(|page| &page.data).filter(|ticket| ticket.unread_by_agent > 0).count();
    let subject = snapshot.opened.as_ref().map(|opened| opened.thread.ticket.subject.as_str());
    let title = escaped(&page_title(unread, subject, Address::parse(&snapshot.base, path)));
    let theme = theme.attribute().map(|name| format!(" data-theme=\"{name}\"")).unwrap_or_default();
    let base = escaped(&snapshot.base);
    // `<` is all that could end the block or open a comment in it. The types have string keys, so they always serialise.
    let island = serde_json::to_string(&snapshot).unwrap_or_default().replace('<', "\\u003c");
    let app = rendered(path, snapshot);
    format!(
        "<!doctype html>\n<html lang=\"en\" data-base=\"{base}\" data-wasm=\"{wasm}\"{theme}>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"{FAVICON}\">\n<link rel=\"stylesheet\" href=\"{style}\">\n<link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"{script}\"></script>\n</head>\n<body>\n<div id=\"app\">{app}</div>\n\
         <script type=\"application/json\" id=\"snapshot\">{island}</script>\n</body>\n</html>\n"
    )
}

fn rendered(path: &str, snapshot: Snapshot) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        provide_context(RequestUrl::new(path));
        view! { <App snapshot /> }.to_html()
    });
    owner.cleanup();
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
