//! The API and its OpenAPI document, generated from the same routes.

mod completed;
mod examples;

use axum::Router;
use utoipa::openapi::{
    ComponentsBuilder, OpenApi, OpenApiBuilder, Required,
    info::InfoBuilder,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
    schema::{Object, Type},
};
use utoipa_axum::router::OpenApiRouter;

use self::examples::Schemas;
use super::cookies::Surface;
use super::{
    api_keys, attachments, audit, auth, config, contacts, conversations, deliveries, events, inboxes, messages,
    notifications, portal, routes::Routes, search, settings, tickets, tokens, users, webhooks, widget,
};
use crate::support::Support;

const DESCRIPTION: &str = "Support desk: tickets, messages, portal links, realtime. Errors are RFC 9457 problems; lists are keyset \
     pages; a POST with an Idempotency-Key can be repeated safely.";

/// Where a surface is mounted, the word that its operations' names start with, and its routes.
type OfSurface = (Surface, &'static str, Routes);

fn surfaces() -> [OfSurface; 4] {
    let shared = || {
        tickets::shared()
            .merge(search::shared())
            .merge(messages::shared())
            .merge(conversations::shared())
            .merge(attachments::shared())
            .merge(events::shared())
    };
    let desk = shared()
        .merge(tickets::desk())
        .merge(messages::desk())
        .merge(conversations::desk())
        .merge(events::desk())
        .merge(auth::desk())
        .merge(users::desk())
        .merge(api_keys::desk())
        .merge(contacts::desk())
        .merge(tokens::desk())
        .merge(deliveries::desk())
        .merge(webhooks::desk())
        .merge(notifications::desk())
        .merge(inboxes::desk())
        .merge(config::desk())
        .merge(settings::desk())
        .merge(audit::desk());
    let link = tickets::shared()
        .merge(messages::shared())
        .merge(attachments::shared())
        .merge(portal::link::own())
        .merge(portal::link::both());
    [
        (Surface::Api, "", desk),
        (Surface::Widget, "widget_", shared().merge(widget::own())),
        (Surface::Portal, "portal_", shared().merge(portal::own())),
        (Surface::Link, "link_", link),
    ]
}

const fn prefix(surface: Surface) -> &'static str {
    match surface {
        Surface::Api => "/api/v1",
        Surface::Widget => "/w/api/v1",
        Surface::Portal => "/portal/api/v1",
        Surface::Link => "/api/v1/portal/{token}",
    }
}

/// All routes that are in the document.
pub(super) fn routes() -> Router<Support> {
    surfaces().into_iter().fold(Router::new(), |all, (surface, _, routes)| {
        let mut routes = routes.served();
        if surface == Surface::Link {
            routes = routes.layer(axum::middleware::from_fn(portal::link::count));
        }
        all.nest(prefix(surface), routes.layer(axum::Extension(surface)))
    })
}

/// The OpenAPI 3.1 document of the API. It takes megabytes while it is a tree: a server makes it when somebody asks, and keeps its text only.
#[must_use]
pub fn document() -> OpenApi {
    let info = InfoBuilder::new().title("Support").version("1").description(Some(DESCRIPTION)).build();
    let mut all = OpenApiRouter::with_openapi(OpenApiBuilder::new().info(info).build());
    for (surface, word, routes) in surfaces() {
        let mut routes = routes.described();
        for item in routes.get_openapi_mut().paths.paths.values_mut() {
            if surface == Surface::Link {
                // First, so that what a missing address answers is said of every operation.
                for operation in operations(item) {
                    operation.parameters.get_or_insert_default().insert(0, token_parameter().into());
                }
            }
            if let Some(operation) = &mut item.get {
                completed::complete(operation, surface, true);
            }
            for operation in [&mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten() {
                completed::complete(operation, surface, false);
            }
            for operation in operations(item) {
                let id = operation.operation_id.take().unwrap_or_default();
                let tag = operation.tags.as_ref().and_then(|tags| tags.first()).cloned().unwrap_or_default();
                operation.operation_id = Some(format!("{word}{tag}_{id}"));
            }
        }
        all = all.nest(prefix(surface), routes);
    }
    let (_, mut document) = all.split_for_parts();
    let components = document.components.take().map_or_else(ComponentsBuilder::new, ComponentsBuilder::from);
    document.components = Some(completed::schemes(components).build());
    let schemas = Schemas::of(&document);
    document.paths.paths.values_mut().flat_map(operations).for_each(|operation| schemas.illustrate(operation));
    document
}

fn token_parameter() -> Parameter {
    ParameterBuilder::new()
        .name("token")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The secret of a portal link"))
        .schema(Some(Object::with_type(Type::String)))
        .build()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete]
        .into_iter()
        .filter_map(Option::as_mut)
}
