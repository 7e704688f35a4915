//! `GET tickets/stats`.

use axum::{Json, extract::State};

use super::super::{
    caller::Asking,
    gate::{May, StatsRead},
};
use crate::{
    error::Result,
    protocol::{Problem, TicketCounts},
    support::Support,
};

/// What the desk's views count.
#[utoipa::path(get, path = "/tickets/stats", tag = "tickets", responses(
    (status = 200, description = "The counts", body = TicketCounts),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
pub(in crate::http) async fn stats(
    State(support): State<Support>,
    asking: Asking<May<StatsRead>>,
) -> Result<Json<TicketCounts>> {
    Ok(Json(support.desk().count_tickets(&asking.call).await?))
}
