//! The routes of the settings: the same seven for every kind of thing.

mod configuration;
mod listing;
mod notifications;
mod posted;
mod sheet;
mod webhook;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use support_core::Support;

use super::{
    answer::{page, status_of},
    ask::PageAsk,
    office::{enter, read_all, sorry},
};
use crate::{
    api::{Api as _, Failure},
    pages::{
        self, ApiKeys, Calendars, Choice, Fields, Known, Need, Policies, Resource, Roles, Section, Tags, Teams, Tokens,
        Users, Webhooks,
    },
};

/// The routes under `/admin/settings`.
pub(super) fn routes() -> Router<Support> {
    Router::new()
        .route("/admin/settings", get(overview))
        .route(Section::Inboxes.path(), get(inboxes))
        .route(Section::Configuration.path(), get(configuration::show).post(configuration::change))
        .merge(notifications::routes())
        .merge(kind::<Users>())
        .merge(kind::<Roles>())
        .merge(kind::<Teams>())
        .merge(kind::<ApiKeys>())
        .merge(webhooks())
        .merge(kind::<Tokens>())
        .merge(kind::<Tags>())
        .merge(kind::<Fields>())
        .merge(kind::<Policies>())
        .merge(kind::<Calendars>())
}

fn kind<R: Resource>() -> Router<Support> {
    let path = R::SECTION.path();
    Router::new()
        .route(path, get(listing::show::<R>).post(sheet::create::<R>))
        .route(&format!("{path}/new"), get(sheet::fresh::<R>))
        .route(&format!("{path}/{{setting_id}}"), get(sheet::edit::<R>).post(sheet::change::<R>))
        .route(&format!("{path}/{{setting_id}}/delete"), post(sheet::remove::<R>))
}

/// Webhooks have a page of their own before their form.
fn webhooks() -> Router<Support> {
    let path = Section::Webhooks.path();
    let one = |rest: &str| format!("{path}/{{setting_id}}{rest}");
    Router::new()
        .route(path, get(listing::show::<Webhooks>).post(sheet::create::<Webhooks>))
        .route(&format!("{path}/new"), get(sheet::fresh::<Webhooks>))
        .route(&one(""), get(webhook::show).post(sheet::change::<Webhooks>))
        .route(&one("/edit"), get(sheet::edit::<Webhooks>))
        .route(&one("/delete"), post(sheet::remove::<Webhooks>))
        .route(&one("/test"), post(webhook::test))
        .route(&one("/secret"), post(webhook::secret))
        .route(&one("/replay"), post(webhook::replay))
        .route(&one("/service"), post(webhook::service))
        .route(&one("/retry"), post(webhook::retry))
}

async fn overview(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let office = enter(&support, &ask, Section::Overview).await?;
    Ok(page(&ask, StatusCode::OK, pages::overview(&office)))
}

async fn inboxes(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let office = enter(&support, &ask, Section::Inboxes).await?;
    let inboxes = ask.api.inboxes().await.map_err(|failure| sorry(&ask, status_of(&failure)))?;
    Ok(page(&ask, StatusCode::OK, pages::inboxes(&office, &inboxes.data)))
}

/// What a kind needs to know beside itself.
async fn known<R: Resource>(support: &Support, ask: &PageAsk) -> Result<Known, Failure> {
    let mut known = Known { now: Some(support.desk().now()), ..Known::default() };
    for need in R::NEEDS {
        match need {
            Need::People => {
                let people = read_all::<support_core::protocol::User>(ask, "/users").await?;
                let active = people.into_iter().filter(|user| user.is_active);
                known.people = active.map(|user| Choice::new(user.id, user.name)).collect();
            }
            Need::Roles => known.roles = named(ask, "/roles").await?,
            Need::Calendars => known.calendars = named(ask, "/calendars").await?,
        }
    }
    Ok(known)
}

#[derive(serde::Deserialize)]
struct Named {
    id: String,
    name: String,
}

async fn named(ask: &PageAsk, path: &str) -> Result<Vec<Choice>, Failure> {
    let all = read_all::<Named>(ask, path).await?;
    Ok(all.into_iter().map(|named| Choice::new(named.id, named.name)).collect())
}
