//! Statistics: how the desk is doing. Every plot is drawn by the server and has its numbers below it.

mod bars;
mod days;
mod span;

use chrono::NaiveDate;
use leptos::prelude::*;

use super::office::{Body, Office, Section};
use crate::ui::{Icon, IconName};
pub use bars::{Breakdown, Slice};
pub use days::Day;

/// What the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The last of all days: today.
    pub today: NaiveDate,
    /// Numbers of right now, or of the range.
    pub tiles: Vec<Tile>,
    /// Every day of the range.
    pub days: Vec<Day>,
    /// By status, priority and so on.
    pub breakdowns: Vec<Breakdown>,
    /// Why the range could not be shown.
    pub error: Option<String>,
}

/// One number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tile {
    /// What it counts.
    pub name: &'static str,
    /// The number.
    pub value: String,
    /// What goes with it.
    pub note: String,
    /// The list behind it, under the mount prefix.
    pub path: Option<String>,
    /// Whether somebody should look.
    pub is_bad: bool,
}

impl Tile {
    /// A number of things.
    #[must_use]
    pub fn count(name: &'static str, count: i64, note: &str, path: Option<&str>) -> Self {
        Self { name, value: grouped(count), note: note.to_owned(), path: path.map(str::to_owned), is_bad: false }
    }

    /// A time that is usual and one that nine of ten stay below, both in seconds.
    #[must_use]
    pub fn time(name: &'static str, median: Option<i64>, p90: Option<i64>) -> Self {
        let note = p90.map_or_else(String::new, |p90| format!("90% within {}", span::told(p90)));
        Self { name, value: median.map_or_else(|| "–".to_owned(), span::told), note, ..Self::default() }
    }
}

/// The ranges that are one click away, in days.
const RANGES: [i64; 3] = [7, 30, 90];

/// `GET /admin/statistics`.
#[must_use]
pub fn statistics(office: &Office, page: &Statistics) -> String {
    office.page(Section::Statistics, None, || {
        let query = format!("from={}&to={}", page.from, page.to);
        let download = view! {
            <a class="button" href=office.to(&format!("/admin/statistics.csv?{query}")) download>
                <Icon name=IconName::Download />
                "CSV"
            </a>
        };
        let tile = |tile: &Tile| {
            let class = if tile.is_bad { "tile is-bad" } else { "tile" };
            let value = match &tile.path {
                Some(path) => view! { <a class="tile-value" href=office.to(path)>{tile.value.clone()}</a> }.into_any(),
                None => view! { <span class="tile-value">{tile.value.clone()}</span> }.into_any(),
            };
            view! {
                <div class=class>
                    <dt class="tile-name">{tile.name}</dt>
                    <dd>{value} <span class="tile-note">{tile.note.clone()}</span></dd>
                </div>
            }
        };
        let breakdowns = page.breakdowns.iter().map(|breakdown| bars::bars(office, breakdown)).collect_view();
        let content = view! {
            {range(office, page)}
            <dl class="tiles">{page.tiles.iter().map(tile).collect_view()}</dl>
            {days::days(&page.days)}
            <div class="plots">{breakdowns}</div>
        };
        Body { actions: Some(download.into_any()), content: content.into_any() }
    })
}

fn range(office: &Office, page: &Statistics) -> impl IntoView + use<> {
    let path = Section::Statistics.path();
    let quick = RANGES.map(|days| {
        let from = page.today - chrono::Days::new(days.unsigned_abs() - 1);
        let is_here = page.from == from && page.to == page.today;
        view! {
            <a
                class="filter"
                href=office.to(&format!("{path}?days={days}"))
                aria-current=is_here.then_some("page")
            >
                {format!("{days} days")}
            </a>
        }
    });
    let error = page.error.clone().map(|error| super::field::field_error("range-note".to_owned(), error));
    let invalid = page.error.is_some().then_some("true");
    let describes = page.error.is_some().then_some("range-note");
    let date = |name: &'static str, label: &'static str, value: NaiveDate| {
        view! {
            <div class="field">
                <label class="field-label" for=name>{label}</label>
                <input
                    class="input"
                    type="date"
                    id=name
                    name=name
                    value=value.to_string()
                    max=page.today.to_string()
                    aria-invalid=invalid
                    aria-describedby=describes
                />
            </div>
        }
    };
    view! {
        <div class="range">
            <nav class="filters" aria-label="Range">{quick.into_iter().collect_view()}</nav>
            <form class="sieve" method="get" action=office.to(path)>
                {date("from", "From", page.from)}
                {date("to", "To", page.to)}
                <button class="button">"Show"</button>
            </form>
            {error}
        </div>
    }
}

/// A number with its thousands apart.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "-1,000")] {
            assert_eq!(super::grouped(number), text);
        }
    }
}
