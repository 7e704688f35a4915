//! `audit`: who did what, as pages and as a file.

use axum::{
    extract::{RawQuery, State},
    http::Method,
    response::Response,
};
use futures_util::stream;
use serde::Deserialize;

use super::{
    answer,
    caller::Asking,
    command::{Params, page_limit},
    csv,
    gate::{AuditRead, May},
};
use crate::{
    desk::AuditQuery,
    error::{Error, Result},
    http::routes::{Routes, routes},
    model::{DateTime, PersonId, TicketId, Utc},
    protocol::{AuditEntry, Page, Problem},
    storage::LogFilter,
    support::Support,
};

pub(super) fn desk() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(export))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditParams {
    /// Only what this person did.
    actor: Option<PersonId>,
    /// Only these actions, such as `ticket.assigned`; several by comma.
    action: Option<String>,
    /// Only what was done with this, such as `user:{id}` or `config:WHATSAPP_NUMBER`.
    resource: Option<String>,
    /// Only what was done with this ticket.
    ticket: Option<TicketId>,
    /// Only what this request did.
    request_id: Option<String>,
    /// Only what came from this address.
    address: Option<String>,
    /// Only later than this.
    created_at_after: Option<DateTime<Utc>>,
    /// Only earlier than this.
    created_at_before: Option<DateTime<Utc>>,
    /// 1 to 100; 25 when left out. Not for the file, which is whole.
    limit: Option<u32>,
    /// Of an earlier page.
    cursor: Option<String>,
}

impl AuditParams {
    fn filter(&self) -> Result<LogFilter> {
        let bad = |detail: String| Error::BadRequest { code: "invalid_parameter", detail };
        let words = self.action.as_deref().unwrap_or_default().split(',').filter(|word| !word.is_empty());
        let actions = words.map(str::parse).collect::<Result<Vec<_>, _>>();
        Ok(LogFilter {
            actor: self.actor,
            actions: actions.map_err(|error| bad(format!("action: {error}.")))?,
            resource: self.resource.clone(),
            ticket: self.ticket,
            tickets_only: false,
            request_id: self.request_id.clone(),
            address: self.address.clone(),
            after: self.created_at_after,
            before: self.created_at_before,
        })
    }
}

/// The log, newest first. It only grows: there is no way to change or delete a fact.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditParams), responses(
    (status = 200, description = "A page", body = Page<AuditEntry>),
    (status = 400, description = "An unknown parameter, value or cursor", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn list(
    State(support): State<Support>,
    asking: Asking<May<AuditRead>>,
    Params(params): Params<AuditParams>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let query =
        AuditQuery { filter: params.filter()?, limit: page_limit(params.limit)?, cursor: params.cursor.clone() };
    Ok(answer::page(support.desk().list_audit(&asking.call, &query).await?, raw.as_deref()))
}

/// Everything that the filter lets through as CSV, newest first. That it was taken is a fact of the log itself.
#[utoipa::path(get, path = "/audit/export", tag = "audit", params(AuditParams), responses(
    (status = 200, description = "The file", body = String, content_type = "text/csv"),
    (status = 400, description = "An unknown parameter or value", body = Problem),
    (status = 401, description = "Not signed in", body = Problem),
    (status = 403, description = "Not allowed", body = Problem),
))]
async fn export(
    State(support): State<Support>,
    asking: Asking<May<AuditRead>>,
    method: Method,
    Params(params): Params<AuditParams>,
) -> Result<Response> {
    if params.limit.is_some() || params.cursor.is_some() {
        let detail = "A file is whole: leave limit and cursor out.".to_owned();
        return Err(Error::BadRequest { code: "invalid_parameter", detail });
    }
    let filter = params.filter()?;
    let name = format!("audit-{}", support.desk().now().format("%Y-%m-%d"));
    if method == Method::HEAD {
        // Takes nothing away, so there is nothing to note.
        return csv::file(&name, stream::empty());
    }
    let start = support.desk().start_audit_export(&asking.call, &filter).await?;
    let header = csv::Line::of(COLUMNS);
    let reading = (support, asking.call, filter, start);
    let parts = stream::try_unfold(reading, |(support, call, filter, edge)| async move {
        let Some((entries, edge)) = support.desk().export_audit(&call, &filter, edge).await? else { return Ok(None) };
        let lines: String = entries.iter().map(line).collect();
        Ok(Some((lines, (support, call, filter, edge))))
    });
    csv::file(&name, futures_util::StreamExt::chain(stream::iter([Ok(header)]), parts))
}

const COLUMNS: [&str; 10] = [
    "created_at",
    "action",
    "resource",
    "actor_kind",
    "actor_id",
    "actor_name",
    "address",
    "request_id",
    "changes",
    "id",
];

fn line(entry: &AuditEntry) -> String {
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    let changes =
        entry.changes.iter().map(|(field, change)| format!("{field}: {} → {}", word(&change.from), word(&change.to)));
    let cells = [
        entry.created_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        entry.action.to_string(),
        word(&entry.resource),
        entry.actor.kind.to_string(),
        entry.actor.id.map(|id| id.to_string()).unwrap_or_default(),
        entry.actor.name.clone(),
        word(&entry.address),
        entry.request_id.clone(),
        changes.collect::<Vec<_>>().join("; "),
        entry.id.to_string(),
    ];
    csv::Line::of(cells.iter().map(String::as_str))
}
