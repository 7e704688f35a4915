//! `GET tickets/stats`.

use axum::{Json, extract::State};
use chrono::NaiveDate;
use serde::Deserialize;

use super::super::{
    caller::Asking,
    command::Params,
    gate::{May, StatsRead},
};
use crate::{
    desk::DayRange,
    error::Result,
    protocol::{Problem, TicketStats},
    support::Support,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct StatsParams {
    /// The first day of times and series, in UTC; 29 days before the last one when left out.
    #[param(example = "2026-03-01")]
    from: Option<NaiveDate>,
    /// The last day, at most 366 days later; today when left out.
    #[param(example = "2026-03-31")]
    to: Option<NaiveDate>,
}

/// Counts, times and series of all tickets. They cost the same for any number of tickets.
#[utoipa::path(get, path = "/tickets/stats", tag = "tickets", params(StatsParams), responses(
    (status = 200, description = "The statistics", body = TicketStats),
    (status = 400, description = "An unknown parameter, or a range that is none", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
pub(in crate::http) async fn stats(
    State(support): State<Support>,
    asking: Asking<May<StatsRead>>,
    Params(params): Params<StatsParams>,
) -> Result<Json<TicketStats>> {
    let range = DayRange { from: params.from, to: params.to };
    Ok(Json(support.desk().statistics(&asking.call, range).await?))
}
