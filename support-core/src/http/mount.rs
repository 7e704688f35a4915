//! The router for any mount point, and calls into it from inside the process.

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware,
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use tower::ServiceExt as _;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{BasePath, caller::Caller, layers, openapi, widget};
use crate::{error::Error, support::Support};

impl Support {
    /// Everything that this crate serves, for `nest`. Fits a host with any state.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        self.finish(self.routes(), true)
    }

    /// Everything that this crate serves, at `path`, for `merge`: what `nest` leaves out (the path with a trailing slash) is there too,
    /// and `/` is a valid path.
    pub fn mount<S: Clone + Send + Sync + 'static>(&self, path: &str) -> Router<S> {
        self.mount_with(path, Router::new())
    }

    /// Like [`mount`](Self::mount), with further routes of a crate that builds on this one.
    pub fn mount_with<S: Clone + Send + Sync + 'static>(&self, path: &str, more: Router<Self>) -> Router<S> {
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            // At the root a catch-all would take the host's own 404 away.
            return self.finish(self.routes().merge(more), false);
        }
        let routes = self.routes().merge(more);
        let inner: Router = self.finish(routes.clone(), true);
        let slash = any(move |request: Request| root(inner.clone(), request));
        Router::new().nest(path, self.finish(routes, true)).route(&format!("{path}/"), slash)
    }

    fn routes(&self) -> Router<Self> {
        let routes = self.inner.routes.get_or_init(|| {
            let mut router = openapi::routes()
                .merge(widget::files())
                .route("/api/openapi.json", get(described))
                .merge(docs())
                .route("/livez", get(|| async { StatusCode::NO_CONTENT }))
                .route("/readyz", get(ready));
            for (plugin, routes) in &self.inner.registered.routes {
                router = router.nest(&format!("/x/{plugin}"), routes.clone());
            }
            router
        });
        routes.clone()
    }

    fn finish<S: Clone + Send + Sync + 'static>(&self, routes: Router<Self>, catch_all: bool) -> Router<S> {
        let routes = routes.method_not_allowed_fallback(layers::method_not_allowed);
        let again: Router = routes.clone().fallback(async || Error::NotFound).with_state(self.clone());
        let rest = any(move |request: Request| rest(again.clone(), request));
        let routes = if catch_all {
            routes.route("/{*rest}", rest)
        } else {
            routes
                .route("/api/{*rest}", rest.clone())
                .route("/w/api/{*rest}", rest.clone())
                .route("/portal/api/{*rest}", rest)
        };
        routes.layer(middleware::from_fn_with_state(self.clone(), layers::surround)).with_state(self.clone())
    }

    /// A door into the router for code in the same process, such as a page that is rendered on the server.
    #[must_use]
    pub fn in_process(&self) -> InProcess {
        InProcess { router: self.router() }
    }
}

/// The API's document. Its paths start at the mount point, which only a request knows.
async fn described(State(support): State<Support>, base: BasePath) -> Result<Response, Error> {
    let document = match support.inner.document.get() {
        Some(document) => document,
        None => {
            let document = serde_json::to_string(&openapi::document()).map_err(Error::internal)?;
            support.inner.document.get_or_init(|| document)
        }
    };
    let servers = if base.0.is_empty() { None } else { Some(serde_json::json!([{ "url": base.0 }])) };
    let text = match (servers, document.strip_prefix('{')) {
        (Some(servers), Some(rest)) => format!("{{\"servers\":{servers},{rest}"),
        (None, _) | (_, None) => document.clone(),
    };
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response())
}

/// What no route took: once more without its trailing slash, or 404 in our own form.
async fn rest(router: Router, request: Request) -> Response {
    let path = request.uri().path();
    let Some(trimmed) = path.strip_suffix('/').filter(|trimmed| !trimmed.is_empty()) else {
        return Error::NotFound.into_response();
    };
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(uri) = format!("{trimmed}{query}").parse::<Uri>() else { return Error::NotFound.into_response() };
    let (mut parts, body) = request.into_parts();
    let base = BasePath::of(&parts);
    parts.uri = uri;
    parts.extensions.insert(base);
    let answer = router.oneshot(Request::from_parts(parts, body)).await;
    answer.unwrap_or_else(|never| match never {})
}

/// The mount point itself, asked for with a trailing slash, which `nest` does not match.
async fn root(router: Router, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(BasePath(parts.uri.path().trim_end_matches('/').to_owned()));
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(uri) = format!("/{query}").parse::<Uri>() else { return Error::NotFound.into_response() };
    parts.uri = uri;
    let answer = router.oneshot(Request::from_parts(parts, body)).await;
    answer.unwrap_or_else(|never| match never {})
}

/// A page that lets people read and try the API. Everything it needs is in the binary.
fn docs() -> Router<Support> {
    let page: Router<Support> = SwaggerUi::new("/api/docs").config(Config::from("../openapi.json")).into();
    let policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    page.layer(middleware::map_response(move |mut response: Response| async move {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        // The page's own redirect knows nothing of the mount point; a relative one needs not.
        if headers.contains_key(header::LOCATION) {
            headers.insert(header::LOCATION, HeaderValue::from_static("docs/"));
        }
        response
    }))
}

async fn ready(State(support): State<Support>) -> Result<StatusCode, Error> {
    support.check().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Calls our own routes with the rights of a request that is being handled. No network, the same checks.
#[derive(Clone, Debug)]
pub struct InProcess {
    router: Router,
}

impl InProcess {
    /// Sends a request with the head of `parts`: its cookies, its extensions, its origin. `path` starts behind the mount point.
    ///
    /// A body is sent as JSON. The answer is what a browser would get.
    pub async fn call(&self, parts: &Parts, method: Method, path: &str, body: Option<String>) -> Response {
        let media = HeaderValue::from_static("application/json");
        self.forward(parts, method, path, media, body.map_or_else(Body::empty, Body::from)).await
    }

    /// The same with a body of any type, which is read as it comes.
    pub async fn forward(&self, parts: &Parts, method: Method, path: &str, media: HeaderValue, body: Body) -> Response {
        let Ok(uri) = path.parse::<Uri>() else { return Error::NotFound.into_response() };
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.extensions_mut() = parts.extensions.clone();
        // Who calls is asked again: the page may have been on another surface than the route.
        request.extensions_mut().remove::<Caller>();
        request.extensions_mut().insert(BasePath::of(parts));
        *request.headers_mut() = head(&parts.headers);
        request.headers_mut().insert(header::CONTENT_TYPE, media);
        let answer = self.router.clone().oneshot(request).await;
        answer.unwrap_or_else(|never| match never {})
    }
}

/// The headers that say who asks and from where; none that describe the page's own body or caching.
fn head(headers: &HeaderMap) -> HeaderMap {
    let kept = [
        header::COOKIE,
        header::AUTHORIZATION,
        header::HOST,
        header::ORIGIN,
        header::HeaderName::from_static("sec-fetch-site"),
        layers::X_REQUEST_ID,
        header::HeaderName::from_static("traceparent"),
    ];
    headers.iter().filter(|(name, _)| kept.contains(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}
