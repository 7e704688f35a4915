//! `contacts`.

use axum::{Json, extract::State};

use super::{
    caller::Asking,
    gate::{ContactsRead, CustomerOr},
    ids::Id,
};
use crate::{
    error::Result,
    http::routes::{Routes, routes},
    model::PersonId,
    protocol::{Contact, Problem},
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new().routes(routes!(show))
}

/// One contact. Customers see themselves only.
#[utoipa::path(get, path = "/contacts/{person_id}", tag = "contacts",
    params(("person_id" = PersonId, Path, description = "The contact's id")),
    responses(
        (status = 200, description = "The contact", body = Contact),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 404, description = "Not there, or out of reach", body = Problem),
    ))]
async fn show(
    State(support): State<Support>,
    Id(id): Id<PersonId>,
    asking: Asking<CustomerOr<ContactsRead>>,
) -> Result<Json<Contact>> {
    Ok(Json(support.desk().show_contact(&asking.call, id).await?))
}
