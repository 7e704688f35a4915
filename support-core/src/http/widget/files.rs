//! The loader, the panel's document and its built files.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::super::{base::BasePath, caller::tenant, command::Head, ids::text};
use crate::{
    error::{Error, Result},
    model::InboxRecord,
    support::Support,
};

/// What the built loader carries in the place of its configuration.
const PLACEHOLDER: &str = "\"__SUPPORT_CONFIG__\"";
/// A page view does not wait for us, and what a visitor wrote survives a reload while we are down; in return a switch of the
/// configuration reaches who has been here before with their second view.
const LOADER_KEPT: &str = "public, max-age=300, stale-while-revalidate=86400";
/// The document says who may embed it, so nobody keeps it for long.
const FRAME_KEPT: &str = "public, max-age=300";

async fn inbox(support: &Support, parts: &Parts, key: &str) -> Result<InboxRecord> {
    support.desk().find_inbox(tenant(support, parts)?, key).await?.ok_or(Error::NotFound)
}

/// Where the browser reaches us: the public URL's origin with the prefix that this request came under.
fn address(support: &Support, base: &BasePath) -> String {
    let url = support.desk().public_url();
    let authority =
        url.find("://").map_or(url.len(), |at| at + 3 + url[at + 3..].find('/').unwrap_or(url.len() - at - 3));
    format!("{}{}", &url[..authority], base.0)
}

/// `GET /w/{key}.js`: the loader with the inbox's configuration inlined, so that it needs no second request.
pub(super) async fn loader(State(support): State<Support>, Head(mut parts): Head) -> Result<Response> {
    let file = text(&mut parts, &support, "file").await?;
    let key = file.strip_suffix(".js").ok_or(Error::NotFound)?;
    let inbox = inbox(&support, &parts, key).await?;
    let settings = support.desk().public_config(inbox.tenant).await?;
    let base = BasePath::of(&parts);
    let assets = &support.inner.assets;
    let source = assets.text("loader.js")?;
    let config = json!({
        "base": address(&support, &base),
        "key": inbox.public_key,
        "version": assets.version("panel_bg.wasm"),
        "name": inbox.name,
        "greeting": inbox.greeting,
        "accent": inbox.accent,
        "bubble": settings.support_bubble_enabled,
    });
    // `<` cannot close a script element that somebody inlines this into.
    let script = source.replacen(PLACEHOLDER, &config.to_string().replace('<', "\\u003c"), 1);
    Ok(fresh(&parts.headers, "text/javascript; charset=utf-8", LOADER_KEPT, HeaderMap::new(), script))
}

/// A file that the desk's configuration is part of.
fn fresh(
    request: &HeaderMap,
    media: &'static str,
    kept: &'static str,
    mut headers: HeaderMap,
    body: String,
) -> Response {
    let tag = super::super::assets::tag(body.as_bytes());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, value);
    }
    if super::super::etag::is_known(request, &tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    (headers, body).into_response()
}

/// `GET /w/{key}/frame`: the panel's document. Sets no cookie and knows nothing of the visitor.
pub(super) async fn frame(State(support): State<Support>, Head(mut parts): Head) -> Result<Response> {
    let key = text(&mut parts, &support, "key").await?;
    let inbox = inbox(&support, &parts, &key).await?;
    let settings = support.desk().public_config(inbox.tenant).await?;
    let greeting = [inbox.greeting.as_str(), &settings.reply_time].join(" ");
    let base = BasePath::of(&parts);
    let assets = &support.inner.assets;
    let url = |file: &str| format!("{}/w/a/{}/{file}", base.0, assets.version(file));
    let page = format!(
        "<!doctype html>\n<html lang=\"en\" data-base=\"{base}\" data-key=\"{key}\" data-wasm=\"{wasm}\" data-name=\"{name}\" \
         data-greeting=\"{greeting}\" data-accent=\"{accent}\" data-files=\"{files}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, interactive-widget=resizes-content\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{name}</title>\n<link rel=\"stylesheet\" href=\"{css}\">\n\
         <script type=\"module\" src=\"{js}\"></script>\n</head>\n<body>\n<div id=\"panel\"></div>\n{whatsapp}</body>\n</html>\n",
        base = escape(&base.0),
        key = escape(&inbox.public_key),
        wasm = escape(&url("panel_bg.wasm")),
        name = escape(&inbox.name),
        greeting = escape(greeting.trim()),
        whatsapp = whatsapp(&settings.whatsapp_number),
        accent = escape(&inbox.accent),
        files = settings.file_max_bytes,
        css = escape(&url("panel.css")),
        js = escape(&url("panel.js")),
    );
    let ancestors = if inbox.allowed_origins.is_empty() { "*".to_owned() } else { inbox.allowed_origins.join(" ") };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; \
         media-src 'self'; frame-ancestors {ancestors}; base-uri 'none'; form-action 'none'"
    );
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).map_err(Error::internal)?);
    headers.insert("cross-origin-embedder-policy", HeaderValue::from_static("require-corp"));
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    );
    Ok(fresh(&parts.headers, "text/html; charset=utf-8", FRAME_KEPT, headers, page))
}

/// The other way to reach the desk, below the panel. Part of the document: it costs the panel's program nothing.
fn whatsapp(number: &str) -> String {
    if number.is_empty() {
        return String::new();
    }
    format!(
        "<a class=\"elsewhere\" href=\"https://wa.me/{number}\" target=\"_blank\" rel=\"noopener noreferrer\">WhatsApp</a>\n"
    )
}

/// `GET /w/a/{hash}/{file}`: a built file under an address that changes with its content.
pub(super) async fn asset(State(support): State<Support>, Head(mut parts): Head) -> Result<Response> {
    let file = text(&mut parts, &support, "file").await?;
    let hash = text(&mut parts, &support, "hash").await?;
    support.inner.assets.serve(&file, &hash, &parts.headers)
}

/// Text inside an HTML attribute or element.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
