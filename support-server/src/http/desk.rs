//! The dashboard's pages.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use support_core::{
    Support,
    model::{MessageFormat, Role},
    protocol::CreateMessage,
};

use super::{
    answer::{go, page, refused, status_of, told},
    ask::PageAsk,
    attached::AttachedForm,
};
use crate::{
    api::Api as _,
    app::{Document, Opening, Snapshot, document},
    state::{Address, Mode},
};

const STYLE: &str = "dashboard.css";

pub(super) async fn home(ask: PageAsk) -> Response {
    go(&ask, "/admin/v/open", Vec::new())
}

pub(super) async fn show(State(support): State<Support>, ask: PageAsk) -> Response {
    let me = match ask.api.me().await {
        Ok(me) => me,
        Err(failure) if failure.status() == Some(401) => {
            let next = serde_urlencoded::to_string([("next", &ask.path)]).unwrap_or_default();
            return go(&ask, &format!("/admin/sign-in?{next}"), Vec::new());
        }
        Err(failure) => return refused(&ask, status_of(&failure), STYLE, ("/admin", "Try again")),
    };
    if me.role == Role::Customer {
        return refused(&ask, 403, STYLE, ("/admin/sign-in", "Sign in as somebody else"));
    }
    let Some(address) = Address::parse("", &ask.path, &ask.query) else {
        return refused(&ask, 404, STYLE, ("/admin", "See the tickets"));
    };
    let opening = Opening {
        base: ask.base.clone(),
        csrf: ask.csrf.clone(),
        can_sign_out: support.has_accounts(),
        now: support.desk().now(),
        file_max_bytes: ask.config.file_max_bytes,
    };
    let loaded = Snapshot::load(&ask.api, opening, address).await;
    let snapshot = match loaded {
        Ok(snapshot) => snapshot,
        Err(failure) => return refused(&ask, status_of(&failure), STYLE, ("/admin", "Try again")),
    };
    let is_missing = snapshot.lack.as_ref().is_some_and(|lack| lack.is_missing);
    let status = if is_missing { StatusCode::NOT_FOUND } else { StatusCode::OK };
    let html = document(
        &Document {
            path: &format!("{}{}", ask.base, ask.path),
            query: &ask.query,
            style: &ask.assets.address(&ask.base, STYLE),
            script: &ask.assets.address(&ask.base, "dashboard.js"),
            wasm: &ask.assets.address(&ask.base, "dashboard_bg.wasm"),
            theme: ask.theme,
        },
        snapshot,
    );
    page(&ask, status, html)
}

/// The composer's form, where no script has taken it over.
pub(super) async fn reply(
    State(support): State<Support>,
    headers: HeaderMap,
    ask: PageAsk,
    form: AttachedForm,
) -> Response {
    let back = ask.path.trim_end_matches("/reply").to_owned();
    let way_back = (back.as_str(), "Back to the conversation");
    let Some(ticket) = ask.ticket else { return refused(&ask, 404, STYLE, ("/admin", "See the tickets")) };
    let is_proved =
        |fields: &BTreeMap<String, String>| fields.get("csrf").is_some_and(|csrf| support.csrf_matches(&headers, csrf));
    let Ok(mut form) = form.read(&ask, "/api/v1/attachments", is_proved).await else {
        return refused(&ask, 400, STYLE, way_back);
    };
    if !is_proved(&form.fields) {
        return refused(&ask, 403, STYLE, way_back);
    }
    if let Some(failure) = &form.failure {
        return told(&ask, failure, STYLE, way_back);
    }
    let mut field = |name: &str| form.fields.remove(name).unwrap_or_default();
    // Never a public reply by default: what nobody chose is refused.
    let is_internal = match field("kind") {
        kind if kind == Mode::Note.as_str() => true,
        kind if kind == Mode::Reply.as_str() => false,
        _ => return refused(&ask, 400, STYLE, way_back),
    };
    let message = CreateMessage {
        format: MessageFormat::Markdown,
        body: field("body"),
        attachments: form.files,
        is_internal,
        last_seen_seq: field("last_seen_seq").parse().ok(),
        ..CreateMessage::default()
    };
    match ask.api.write(ticket, &message).await {
        Ok(_) => go(&ask, &back, Vec::new()),
        Err(failure) => told(&ask, &failure, STYLE, way_back),
    }
}
