//! The audit log's page.

use axum::{extract::State, http::StatusCode, response::Response};
use support_core::{
    Support,
    protocol::{AuditEntry, Page, User},
};

use super::{
    answer::{page, status_of},
    ask::PageAsk,
    office::{enter, read, read_all, sorry},
};
use crate::pages::{self, Audit, Choice, Entries, Section};

const FILTERS: [&str; 7] = ["actor", "action", "resource", "ticket", "request_id", "from", "to"];

pub(super) async fn show(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let office = enter(&support, &ask, Section::Audit).await?;
    let given = FILTERS.into_iter().filter_map(|name| Some((name.to_owned(), ask.query(name)?)));
    let given: Vec<_> = given.filter(|(_, value)| !value.trim().is_empty()).collect();
    let query = given.iter().filter_map(|(name, value)| api_parameter(name, value)).collect::<Vec<_>>();
    let file = format!("{}/api/v1/audit/export?{}", ask.base, encoded(&query));
    let cursor = ask.query("cursor").map(|cursor| ("cursor".to_owned(), cursor));
    let asked: Vec<_> = query.into_iter().chain(cursor).collect();
    let rows: Page<AuditEntry> = read(&ask, &format!("/audit?limit=50&{}", encoded(&asked)))
        .await
        .map_err(|failure| sorry(&ask, status_of(&failure)))?;
    // Whoever may read the log need not be allowed to see the people: then there is nobody to choose.
    let people = read_all::<User>(&ask, "/users").await.unwrap_or_default();
    let turn = |cursor: Option<String>| {
        let query: Vec<_> = given.iter().cloned().chain([("cursor".to_owned(), cursor?)]).collect();
        Some(format!("{}{}?{}", ask.base, Section::Audit.path(), encoded(&query)))
    };
    let model = Audit {
        entries: rows.data,
        people: people.into_iter().map(|user| Choice::new(user.id, user.name)).collect(),
        file,
        previous: turn(rows.previous),
        next: turn(rows.next),
        filters: Entries::new(given.clone()),
    };
    Ok(page(&ask, StatusCode::OK, pages::audit(&office, &model)))
}

/// A filter of the page as the API takes it: whole days become points in time.
fn api_parameter(name: &str, value: &str) -> Option<(String, String)> {
    let day = |value: &str| value.parse::<chrono::NaiveDate>().ok();
    // Both ends are left out by the API: a microsecond before the first day, and the day behind the last one.
    match name {
        "from" => Some(("created_at_after".to_owned(), format!("{}T23:59:59.999999Z", day(value)?.pred_opt()?))),
        "to" => Some(("created_at_before".to_owned(), format!("{}T00:00:00Z", day(value)?.succ_opt()?))),
        name => Some((name.to_owned(), value.trim().to_owned())),
    }
}

fn encoded(query: &[(String, String)]) -> String {
    serde_urlencoded::to_string(query).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_what_is_no_day_is_left_out() {
        let parameter =
            |name: &str, value: &str| api_parameter(name, value).map(|(name, value)| format!("{name}={value}"));
        assert_eq!(parameter("from", "2026-03-01").as_deref(), Some("created_at_after=2026-02-28T23:59:59.999999Z"));
        assert_eq!(parameter("to", "2026-03-31").as_deref(), Some("created_at_before=2026-04-01T00:00:00Z"));
        assert_eq!(parameter("from", "soon"), None);
        assert_eq!(parameter("resource", " tag:1 ").as_deref(), Some("resource=tag:1"));
    }
}
