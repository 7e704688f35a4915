//! The statistics' page, and its numbers as a file.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::{Days, NaiveDate};
use support_core::{
    Support,
    http::CsvLine,
    model::{Priority, Status},
    protocol::TicketStats,
};

use super::{
    answer::{page, status_of},
    ask::PageAsk,
    office::{enter, read, sorry},
};
use crate::{
    api::Failure,
    pages::{self, Breakdown, Day, Section, Slice, Statistics, Tile, priority_word},
    state::{channel_word, status_word},
};

/// What is shown when nobody says otherwise.
const DAYS: u64 = 30;
/// The longest range, as the API has it.
const DAYS_MAX: u64 = 366;

pub(super) async fn show(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    let office = enter(&support, &ask, Section::Statistics).await?;
    let today = support.desk().now().date_naive();
    let wish = Range::asked(&ask, today);
    let (range, stats, refusal) = match stats(&ask, wish).await {
        Ok(stats) => (wish, stats, None),
        // A range that is none: the usual one stands there with what was wrong.
        Err(failure) if failure.status() == Some(400) => {
            let usual = Range::last(DAYS, today);
            let stats = self::stats(&ask, usual).await.map_err(|failure| sorry(&ask, status_of(&failure)))?;
            (usual, stats, Some(failure.sentence()))
        }
        Err(failure) => return Err(sorry(&ask, status_of(&failure))),
    };
    let status = if refusal.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let model = model(range, today, &stats, refusal);
    Ok(page(&ask, status, pages::statistics(&office, &model)))
}

/// Every number of the page, a line each: what it is, of what, and how many.
pub(super) async fn file(State(support): State<Support>, ask: PageAsk) -> Result<Response, Response> {
    enter(&support, &ask, Section::Statistics).await?;
    let range = Range::asked(&ask, support.desk().now().date_naive());
    let stats = stats(&ask, range).await.map_err(|failure| sorry(&ask, status_of(&failure)))?;
    let name = format!("attachment; filename=\"statistics-{}-{}.csv\"", stats.from, stats.to);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (headers, lines(&stats)).into_response();
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn lines(stats: &TicketStats) -> String {
    let mut text = CsvLine::of(["number", "of", "value"]);
    let mut line = |number: &str, of: &str, value: Option<i64>| {
        let value = value.map(|value| value.to_string()).unwrap_or_default();
        text.push_str(&CsvLine::of([number, of, &value]));
    };
    line("open", "", Some(stats.open));
    line("unassigned", "", Some(stats.unassigned));
    line("overdue", "", Some(stats.overdue));
    for (number, spans) in [("first_response", &stats.first_response), ("resolution", &stats.resolution)] {
        line(&format!("{number}_count"), "", Some(spans.count));
        line(&format!("{number}_median_seconds"), "", spans.median_seconds);
        line(&format!("{number}_p90_seconds"), "", spans.p90_seconds);
    }
    for (number, counts) in
        [("status", &stats.by_status), ("priority", &stats.by_priority), ("channel", &stats.by_channel)]
    {
        for (of, count) in counts {
            line(number, of, Some(*count));
        }
    }
    for agent in &stats.by_assignee {
        line("assignee", &agent.name, Some(agent.count));
    }
    for day in &stats.per_day {
        line("created", &day.day, Some(day.created));
        line("resolved", &day.day, Some(day.resolved));
    }
    text
}

/// The days that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    from: NaiveDate,
    to: NaiveDate,
}

impl Range {
    fn last(days: u64, today: NaiveDate) -> Self {
        let from = today.checked_sub_days(Days::new(days.clamp(1, DAYS_MAX) - 1));
        Self { from: from.unwrap_or(NaiveDate::MIN), to: today }
    }

    /// `?days=7`, or `?from=&to=`; what is missing is as usual.
    fn asked(ask: &PageAsk, today: NaiveDate) -> Self {
        if let Some(days) = ask.query("days").and_then(|days| days.parse().ok()) {
            return Self::last(days, today);
        }
        let day = |name| ask.query(name).and_then(|day: String| day.parse::<NaiveDate>().ok());
        let to = day("to").unwrap_or(today);
        Self { from: day("from").unwrap_or_else(|| Self::last(DAYS, to).from), to }
    }
}

async fn stats(ask: &PageAsk, range: Range) -> Result<TicketStats, Failure> {
    read(ask, &format!("/tickets/stats?from={}&to={}", range.from, range.to)).await
}

fn model(range: Range, today: NaiveDate, stats: &TicketStats, error: Option<String>) -> Statistics {
    let list = |query: &str| format!("/admin/v/open?{query}");
    let (created, resolved) = stats.per_day.iter().fold((0, 0), |sum, day| (sum.0 + day.created, sum.1 + day.resolved));
    let overdue = Tile::count("Overdue", stats.overdue, "right now", Some(&list("sla_overdue=true")));
    let tiles = vec![
        Tile::count("Created", created, "in these days", None),
        Tile::count("Resolved", resolved, "in these days", None),
        Tile::count("Open", stats.open, "right now", Some("/admin/v/open")),
        Tile::count("Unassigned", stats.unassigned, "right now", Some("/admin/v/unassigned")),
        Tile { is_bad: stats.overdue > 0, ..overdue },
        Tile::time("First response", stats.first_response.median_seconds, stats.first_response.p90_seconds),
        Tile::time("Resolution", stats.resolution.median_seconds, stats.resolution.p90_seconds),
    ];
    let day = |day: &support_core::protocol::DayCount| {
        Some(Day { date: day.day.parse().ok()?, created: day.created, resolved: day.resolved })
    };
    let of =
        |counts: &std::collections::BTreeMap<String, i64>, word: &str| counts.get(word).copied().unwrap_or_default();
    let slice =
        |name: &str, count: i64, query: String| Slice { name: name.to_owned(), count, path: Some(list(&query)) };
    let statuses = Status::ALL
        .iter()
        .map(|status| slice(status_word(*status), of(&stats.by_status, status.as_str()), format!("status={status}")));
    let priorities = Priority::ALL.iter().rev().map(|priority| {
        slice(priority_word(*priority), of(&stats.by_priority, priority.as_str()), format!("priority={priority}"))
    });
    let mut channels: Vec<_> = stats
        .by_channel
        .iter()
        .map(|(channel, count)| {
            slice(
                &channel_word(channel),
                *count,
                serde_urlencoded::to_string([("channel", channel)]).unwrap_or_default(),
            )
        })
        .collect();
    channels.sort_by_key(|slice| std::cmp::Reverse(slice.count));
    let agents =
        stats.by_assignee.iter().map(|agent| slice(&agent.name, agent.count, format!("assigned_to={}", agent.id)));
    let breakdown = |id, title, column, slices| Breakdown { id, title, column, slices };
    Statistics {
        from: range.from,
        to: range.to,
        today,
        tiles,
        days: stats.per_day.iter().filter_map(day).collect(),
        breakdowns: vec![
            breakdown("status", "All tickets by status", "Status", statuses.collect()),
            breakdown("priority", "By priority", "Priority", priorities.collect()),
            breakdown("channel", "By channel", "Channel", channels),
            breakdown("assignee", "By assignee", "Assignee", agents.collect()),
        ],
        error,
    }
}
