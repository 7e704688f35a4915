//! Somebody else's website: another host name, a strict policy, one script tag of ours.

use std::net::{Ipv4Addr, SocketAddr};

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::KEY;
use crate::pages::{SHOP_STYLE, ShopPage, shop_page};

/// Serves the shop on 127.0.0.1, on the port after the desk's, or on any free one. Returns its address.
pub(super) async fn open(public_url: &str, desk: SocketAddr, stop: CancellationToken) -> Result<String, String> {
    let beside = SocketAddr::from((Ipv4Addr::LOCALHOST, desk.port().wrapping_add(1)));
    let listener = match TcpListener::bind(beside).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(|error| format!("no port for the shop: {error}"))?,
    };
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let app = shop(public_url);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(stop.cancelled_owned()).await {
            tracing::error!(%error, "the demo's shop has stopped");
        }
    });
    Ok(format!("http://{address}/"))
}

fn shop(public_url: &str) -> Router {
    let origin: String = public_url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let policy = format!(
        "default-src 'none'; script-src {origin}; frame-src {origin}; style-src 'self'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'"
    );
    let page = shop_page(&ShopPage {
        loader: format!("{public_url}/w/{KEY}.js"),
        style: "/shop.css".to_owned(),
        demo: format!("{public_url}/demo"),
    });
    let home = move || async move { with_policy(Html(page).into_response(), &policy) };
    let style = || async { ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], SHOP_STYLE) };
    Router::new().route("/", get(home)).route("/shop.css", get(style))
}

fn with_policy(mut response: Response, policy: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, value);
    }
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
