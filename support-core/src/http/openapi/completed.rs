//! What the routes of a surface have in common, written into the document in one place: who may call them, and the refusals
//! that any of them can answer.

use utoipa::openapi::{
    ComponentsBuilder, Content, Ref, RefOr, Response, ResponseBuilder,
    path::{Operation, Parameter, ParameterIn},
    security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};

use super::super::cookies::Surface;

const PROBLEM: &str = "application/problem+json";

/// The credentials that each surface takes, by their names in the document.
fn credentials(surface: Surface) -> &'static [&'static str] {
    match surface {
        Surface::Api => &["bearer", "api_key", "desk_cookie"],
        Surface::Widget => &["visitor_cookie"],
        Surface::Portal => &["portal_cookie"],
        // The credential is a part of the address.
        Surface::Link => &[],
    }
}

/// The schemes that [`credentials`] names.
pub(super) fn schemes(components: ComponentsBuilder) -> ComponentsBuilder {
    let cookie = |name: &str, what: &str| {
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            name.to_owned(),
            format!("{what} The name ends in a hash of desk and mount point, and starts with `__Host-` on https."),
        )))
    };
    let key = ApiKeyValue::with_description("X-API-Key", "An API key. `Authorization: Bearer` takes it too.");
    components
        .security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)))
        .security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(key)))
        .security_scheme("desk_cookie", cookie("support_desk", "Set by `POST auth/session`."))
        .security_scheme("visitor_cookie", cookie("support_visitor", "Set by `POST session`, for the widget."))
        .security_scheme("portal_cookie", cookie("support_portal", "Set by `POST session`, for a portal link."))
}

/// Completes one operation. A route says for itself that it asks nobody for a credential: `security(())`.
pub(super) fn complete(operation: &mut Operation, surface: Surface, is_get: bool) {
    let no_scopes = std::iter::empty::<String>;
    let ours = || credentials(surface).iter().map(|name| SecurityRequirement::new(*name, no_scopes())).collect();
    let security = operation.security.get_or_insert_with(ours);
    if security.is_empty() {
        security.push(SecurityRequirement::default());
    }
    let is_open = security.contains(&SecurityRequirement::default());
    let has = |place: ParameterIn| {
        let parameters = operation.parameters.iter().flatten();
        parameters
            .into_iter()
            .any(|one| matches!(one, RefOr::T(Parameter { parameter_in, .. }) if *parameter_in == place))
    };
    let refusals = [
        (400, "The query, a header or the JSON cannot be read", !is_get || has(ParameterIn::Query)),
        (401, "Without a valid credential", !is_open),
        (403, "Not allowed, or sent by another site with the browser's cookie", !is_get),
        (404, "Not there, or out of reach", has(ParameterIn::Path)),
        (409, "Somebody else was faster", !is_get && !is_open),
        (413, "The body is too large", !is_get),
        (415, "The body is no JSON", !is_get),
        (422, "A field breaks a rule", !is_get),
        (429, "Too many wrong API keys from this network", surface == Surface::Api && !is_open),
        (429, "Too many wrong tokens from this network", surface == Surface::Link),
        (503, "The database is not available; try again", true),
    ];
    let responses = &mut operation.responses.responses;
    for (status, when, applies) in refusals {
        if applies {
            responses.entry(status.to_string()).or_insert_with(|| RefOr::T(problem(when)));
        }
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response
            && !status.starts_with(['1', '2', '3'])
            && let Some(body) = response.content.shift_remove("application/json")
        {
            response.content.insert(PROBLEM.to_owned(), body);
        }
    }
}

fn problem(when: &str) -> Response {
    let body = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(when).content(PROBLEM, body).build()
}
