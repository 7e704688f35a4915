//! `GET tickets`.

use axum::{extract::RawQuery, response::Response};
use serde::Deserialize;

use super::super::{
    answer,
    caller::Asking,
    command::{Params, page_limit},
    gate::{CustomerOr, TicketsRead},
};
use crate::{
    desk::{Call, TicketQuery},
    error::{Error, Result},
    model::limits,
    protocol::{Page, Problem, Ticket},
    storage::{TicketFilter, TicketSort},
    support::Support,
};

/// The query of a list of tickets. Several values are separated by commas.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct TicketParams {
    /// Any of `open`, `pending`, `snoozed`, `resolved`, `closed`.
    #[param(example = "open,pending")]
    status: Option<String>,
    /// Any of `low`, `medium`, `high`, `urgent`.
    priority: Option<String>,
    /// `me`, `none` or an agent's id.
    assigned_to: Option<String>,
    /// A contact's id.
    requester: Option<String>,
    /// Any of these channels.
    channel: Option<String>,
    /// Whether messages wait for an agent.
    unread: Option<bool>,
    /// `last_message_at`, `created_at`, `updated_at`; with `-` in front for descending. `-last_message_at` when left out.
    ordering: Option<String>,
    /// 1 to 100; 25 when left out.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

fn bad(detail: impl Into<String>) -> Error {
    Error::BadRequest { code: "invalid_parameter", detail: detail.into() }
}

/// Comma separated words of one kind.
fn words<T: std::str::FromStr>(name: &str, value: Option<&str>) -> Result<Vec<T>>
where
    T::Err: std::fmt::Display,
{
    let words = value.into_iter().flat_map(|value| value.split(','));
    words.map(|word| word.trim().parse().map_err(|error| bad(format!("{name}: {error}.")))).collect()
}

impl TicketParams {
    fn query(self, call: &Call) -> Result<TicketQuery> {
        let assigned_to = match self.assigned_to.as_deref() {
            None => None,
            Some("none") => Some(None),
            Some("me") => Some(call.actor.person),
            Some(id) => Some(Some(id.parse().map_err(|_| bad("assigned_to: must be `me`, `none` or an id."))?)),
        };
        let requester = self.requester.as_deref().map(|id| id.parse().map_err(|_| bad("requester: must be an id.")));
        let ordering = self.ordering.as_deref().unwrap_or("-last_message_at");
        let (descending, field) = match ordering.strip_prefix('-') {
            Some(field) => (true, field),
            None => (false, ordering),
        };
        let sort = match field {
            "last_message_at" => TicketSort::Activity,
            "created_at" => TicketSort::CreatedAt,
            "updated_at" => TicketSort::UpdatedAt,
            _ => {
                return Err(bad(
                    "ordering: must be `last_message_at`, `created_at` or `updated_at`, with `-` for descending.",
                ));
            }
        };
        let limit = page_limit(self.limit)?.unwrap_or(limits::PAGE_DEFAULT);
        let channels: Vec<crate::model::Channel> = words("channel", self.channel.as_deref())?;
        Ok(TicketQuery {
            filter: TicketFilter {
                status: words("status", self.status.as_deref())?,
                priority: words("priority", self.priority.as_deref())?,
                assigned_to,
                requester: requester.transpose()?,
                channel: channels.iter().map(ToString::to_string).collect(),
                unread: self.unread,
            },
            sort,
            descending,
            limit,
            cursor: self.cursor,
        })
    }
}

/// The tickets that the caller can find: all for the desk, their own for customers.
#[utoipa::path(get, path = "/tickets", tag = "tickets", params(TicketParams), responses(
    (status = 200, description = "A page", body = Page<Ticket>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
))]
pub(in crate::http) async fn list(
    asking: Asking<CustomerOr<TicketsRead>>,
    axum::extract::State(support): axum::extract::State<Support>,
    Params(params): Params<TicketParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let query = params.query(&asking.call)?;
    let page = support.desk().list_tickets(&asking.call, &query).await?;
    Ok(answer::page(page, raw.as_deref()))
}
