//! The dashboard's pages.

use axum::{extract::State, http::StatusCode, response::Response};
use support_core::{Support, model::Role};

use super::{
    answer::{go, page, refused, status_of},
    ask::PageAsk,
};
use crate::{
    api::Api as _,
    app::{Document, Snapshot, document},
    state::Address,
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
    let Some(address) = Address::parse("", &ask.path) else {
        return refused(&ask, 404, STYLE, ("/admin", "See the tickets"));
    };
    let loaded = Snapshot::load(&ask.api, ask.base.clone(), ask.csrf.clone(), support.desk().now(), address).await;
    let snapshot = match loaded {
        Ok(snapshot) => snapshot,
        Err(failure) => return refused(&ask, status_of(&failure), STYLE, ("/admin", "Try again")),
    };
    let is_missing = snapshot.lack.as_ref().is_some_and(|lack| lack.is_missing);
    let status = if is_missing { StatusCode::NOT_FOUND } else { StatusCode::OK };
    let html = document(
        &Document {
            path: &format!("{}{}", ask.base, ask.path),
            style: &ask.assets.address(&ask.base, STYLE),
            script: &ask.assets.address(&ask.base, "dashboard.js"),
            wasm: &ask.assets.address(&ask.base, "dashboard_bg.wasm"),
            theme: ask.theme,
        },
        snapshot,
    );
    page(&ask, status, html)
}
