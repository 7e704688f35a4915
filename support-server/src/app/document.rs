//! The document around the application, on the server.
//!
//! No inline script and no inline style: the policy refuses them. The first state travels in a data block, which is none.

use leptos::prelude::*;

use super::{Snapshot, app};
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
    /// Its query.
    pub query: &'a str,
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
    let Document { path, query, style, script, wasm, theme } = document;
    let unread =
        snapshot.tickets.iter().flat_map(|page| &page.data).filter(|ticket| ticket.unread_by_agent > 0).count();
    let subject = snapshot.opened.as_ref().map(|opened| opened.thread.ticket.subject.as_str());
    let address = Address::parse(&snapshot.base, path, query);
    let title = escaped(&page_title(unread, subject, address.as_ref(), &snapshot.views));
    let theme = theme.attribute().map(|name| format!(" data-theme=\"{name}\"")).unwrap_or_default();
    let base = escaped(&snapshot.base);
    // `<` is all that could end the block or open a comment in it. The types have string keys, so they always serialise.
    let island = serde_json::to_string(&snapshot).unwrap_or_default().replace('<', "\\u003c");
    let app = rendered(path, query, snapshot);
    format!(
        "<!doctype html>\n<html lang=\"en\" data-base=\"{base}\" data-wasm=\"{wasm}\"{theme}>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"{FAVICON}\">\n<link rel=\"stylesheet\" href=\"{style}\">\n<link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"{script}\"></script>\n</head>\n<body>\n<div id=\"app\">{app}</div>\n\
         <script type=\"application/json\" id=\"snapshot\">{island}</script>\n</body>\n</html>\n"
    )
}

fn rendered(path: &str, query: &str, snapshot: Snapshot) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| app(snapshot, path, query).to_html());
    owner.cleanup();
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{Customer, Opened};
    use crate::state::{
        Thread,
        fake::{ME, at, inbound, page, ticket},
    };
    use support_core::{
        model::{ActorKind, Role},
        protocol::{Me, Message, Ticket, TicketCounts},
    };

    const NASTY: &str = "</script><script>alert(1)</script><!-- \"quoted\" & <b>bold</b>";

    fn rendered_page(base: &str) -> String {
        let nasty = Ticket { subject: NASTY.into(), preview: NASTY.into(), ..ticket(1, 10) };
        let message = Message { body: NASTY.into(), ..inbound(1) };
        let me = Me {
            id: ME,
            kind: ActorKind::Agent,
            name: NASTY.into(),
            email: None,
            role: Role::Admin,
            permissions: support_core::model::Permissions::ALL,
            cursor: "e-1".into(),
        };
        let counts = TicketCounts { mine: 0, unassigned: 1, open: 1, resolved: 0, by_status: [].into() };
        let path = format!("{base}/admin/v/open/t/{}", nasty.id);
        let snapshot = Snapshot {
            base: base.into(),
            csrf: "proof".into(),
            can_sign_out: true,
            now: at(1_000),
            me,
            counts,
            team: Vec::new(),
            views: Vec::new(),
            tags: Vec::new(),
            fields: Vec::new(),
            teams: Vec::new(),
            tickets: Some(page([nasty.clone()], None)),
            opened: Some(Opened {
                thread: Thread::new(nasty.clone(), page([message], None), page([], None)),
                customer: Customer { contact: None, tickets: vec![nasty] },
            }),
            lack: None,
            deliveries: None,
            chats: None,
            chat: None,
            file_max_bytes: 0,
        };
        let wasm = "/w.wasm";
        document(
            &Document { path: &path, query: "", style: "/s.css", script: "/s.js", wasm, theme: Theme::Dark },
            snapshot,
        )
    }

    #[test]
    fn nothing_that_people_write_becomes_markup_and_nothing_needs_an_inline_script_or_style() {
        let html = rendered_page("");
        assert_eq!(html.matches("<script").count(), 2, "the module and the data block");
        assert_eq!(html.matches("</script>").count(), 2);
        assert!(!html.contains("<b>bold"));
        assert!(!html.contains(" style="));
        assert!(!html.contains(" onclick="));
        assert!(html.contains("<html lang=\"en\" data-base=\"\" data-wasm=\"/w.wasm\" data-theme=\"dark\">"));
    }

    #[test]
    fn the_data_block_gives_the_same_state_again() {
        let html = rendered_page("/support");
        let (_, island) = html.split_once("id=\"snapshot\">").unwrap();
        let (json, _) = island.split_once("</script>").unwrap();
        let snapshot: Snapshot = serde_json::from_str(json).unwrap();
        assert_eq!(snapshot.opened.unwrap().thread.ticket.subject, NASTY);
    }

    #[test]
    fn every_link_stays_below_the_mount_point() {
        let html = rendered_page("/t/acme/help");
        let links: Vec<&str> = html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.len() > 8);
        for link in
            links.iter().filter(|link| link.starts_with('/') && !link.ends_with(".css") && !link.ends_with(".wasm"))
        {
            assert!(link.starts_with("/t/acme/help/"), "{link}");
        }
        assert!(html.contains("action=\"/t/acme/help/admin/sign-out\""));
    }
}
