//! Who may know whom: what ARCHITECTURE.md states as absences.

use super::Finding;
use super::code::{Source, has_word, is_name, lines_where, lines_with_word};

/// A folder, words that its production code never names, and why.
struct Boundary {
    folder: &'static str,
    words: &'static [&'static str],
    reason: &'static str,
}

const IMPURE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant",
    "Utc::now",
    "Local::now",
    "now_v7",
    "new_v4",
    "rand",
    "getrandom",
    "tokio",
    "axum",
    "sqlx",
    "reqwest",
    "lettre",
    "leptos",
    "web_sys",
];

const BOUNDARIES: &[Boundary] = &[
    Boundary {
        folder: "support-core/src/model/",
        words: IMPURE,
        reason: "the model decides; it does no I/O and has neither clock nor randomness",
    },
    Boundary {
        folder: "support-core/src/protocol/",
        words: IMPURE,
        reason: "the protocol is data on the wire; it does no I/O and has neither clock nor randomness",
    },
    Boundary {
        folder: "support-core/src/desk/",
        words: &["axum", "axum_extra", "leptos", "sqlx"],
        reason: "a verb of the desk knows neither its callers nor its database",
    },
    Boundary {
        folder: "support-core/src/http/",
        words: &["sqlx"],
        reason: "a door asks the desk and never the database",
    },
    Boundary {
        folder: "support-core/src/",
        words: &["leptos"],
        reason: "the library that hosts mount has no user interface framework",
    },
];

/// The one client for addresses that users typed, and what another one would be made of. Databases and the mail server are the
/// operator's own addresses, and their crates connect by themselves.
const OUTBOUND: &str = "support-core/src/outbound/";
const CLIENTS: &[&str] = &["reqwest", "hyper", "hyper_util", "ureq", "TcpStream", "TlsConnector"];
const SERVERS: [&str; 2] = ["support-core/src/", "support-server/src/"];

const HTTP: &str = "support-core/src/http/";
const VIEWS: &str = "support-server/src/";

pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for boundary in BOUNDARIES.iter().filter(|boundary| source.is_in(boundary.folder)) {
        for word in boundary.words {
            for line in lines_with_word(&source.production, word) {
                findings.push(Finding::new("boundary", source, line, format!("names {word}: {}", boundary.reason)));
            }
        }
    }
    if SERVERS.iter().any(|folder| source.is_in(folder)) && !source.is_in(OUTBOUND) {
        for client in CLIENTS {
            for line in lines_with_word(&source.production, client) {
                let message =
                    format!("names {client}: every call to the outside goes through support-core/src/outbound");
                findings.push(Finding::new("outbound", source, line, message));
            }
        }
    }
    if source.is_in(HTTP) && source.stem() != "ids" && names_raw_path(&source.production) {
        let message = "takes axum's Path: under a host's own parameters it answers 500; use the Ids extractor";
        findings.push(Finding::new("raw-path", source, 0, message));
    }
    if source.is_in(VIEWS) {
        for line in lines_where(&source.production, has_style_attribute) {
            let message = "a style attribute, which our content security policy refuses; use a class";
            findings.push(Finding::new("style-attribute", source, line, message));
        }
    }
    findings
}

/// `Path` in an import from axum, or written out as `extract::Path`.
fn names_raw_path(code: &str) -> bool {
    let imported = code.match_indices("use axum").any(|(start, _)| {
        let import = code[start..].split(';').next().unwrap_or_default();
        has_word(import, "Path")
    });
    imported || has_word(code, "extract::Path")
}

/// `style="…"` or `style:name=…` as a view writes them.
fn has_style_attribute(line: &str) -> bool {
    line.match_indices("style").any(|(start, word)| {
        let begins = !line[..start].chars().next_back().is_some_and(|before| is_name(before) || "-.:".contains(before));
        let after = &line[start + word.len()..];
        let property = after.strip_prefix(':').map(|after| after.trim_start_matches(|c: char| is_name(c) || c == '-'));
        // A struct field is followed by a space, an assignment by one before its sign.
        begins
            && (after.starts_with('=') && !after.starts_with("==")
                || property.is_some_and(|after| after.starts_with('=')))
    })
}

#[cfg(test)]
mod tests {
    use super::super::code::Source;
    use super::{check, has_style_attribute};

    fn rules(path: &str, text: &str) -> Vec<(&'static str, usize)> {
        let source = Source::new(path.to_owned(), text.to_owned());
        check(&source).into_iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    #[test]
    fn the_model_has_no_clock_and_the_desk_no_database() {
        assert_eq!(rules("support-core/src/model/ticket.rs", "fn a() {\n    Utc::now();\n}"), [("boundary", 2)]);
        assert_eq!(rules("support-core/src/desk/open.rs", "use sqlx::query;"), [("boundary", 1)]);
        assert_eq!(rules("support-core/src/storage/sqlite/open.rs", "use sqlx::query;"), []);
        assert_eq!(rules("support-core/src/desk/open.rs", "// sqlx\n#[cfg(test)]\nmod tests { use sqlx; }"), []);
    }

    #[test]
    fn only_the_ids_extractor_takes_a_raw_path() {
        let import = "use axum::{\n    extract::{Path, State},\n};";
        assert_eq!(rules("support-core/src/http/tickets/show.rs", import), [("raw-path", 0)]);
        assert_eq!(
            rules("support-core/src/http/tickets/show.rs", "fn a(p: axum::extract::Path<u8>) {}"),
            [("raw-path", 0)]
        );
        assert_eq!(rules("support-core/src/http/extract/ids.rs", import), []);
        assert_eq!(
            rules("support-core/src/http/assets.rs", "use std::path::Path;\nuse axum::extract::MatchedPath;"),
            []
        );
    }

    // SEC: S-01
    #[test]
    fn nothing_calls_the_outside_but_the_one_client() {
        for code in
            ["reqwest::Client::builder()", "hyper::client::conn::http1::handshake(io)", "TcpStream::connect(url)"]
        {
            assert_eq!(rules("support-core/src/channels/chat.rs", code), [("outbound", 1)], "{code}");
            assert_eq!(rules("support-server/src/http/avatar.rs", code), [("outbound", 1)], "{code}");
            assert_eq!(rules("support-core/src/outbound/exchange.rs", code), [], "{code}");
        }
    }

    #[test]
    fn views_have_no_style_attribute() {
        assert!(has_style_attribute("<p style=  >"));
        assert!(has_style_attribute("<p style:color=move || colour()>"));
        assert!(!has_style_attribute("let style = 3; Look { style: 3 }"));
        assert!(!has_style_attribute("if style==3 { data-style=4 }"));
    }
}
