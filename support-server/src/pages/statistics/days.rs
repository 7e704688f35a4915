//! What came and what was resolved, day by day: two bars a day.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::grouped;

/// One day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: NaiveDate,
    /// Tickets that were opened.
    pub created: i64,
    /// Tickets that were resolved.
    pub resolved: i64,
}

/// The drawing's units: a day is so wide, the whole so high.
const SLOT: usize = 10;
const HEIGHT: i64 = 100;
const GRID_LINES: i64 = 4;
/// Dates under the plot at most.
const LABELS: usize = 7;

pub(super) fn days(days: &[Day]) -> AnyView {
    let highest = days.iter().map(|day| day.created.max(day.resolved)).max().unwrap_or_default();
    let top = ceiling(highest);
    let (created, resolved): (i64, i64) =
        days.iter().fold((0, 0), |sum, day| (sum.0 + day.created, sum.1 + day.resolved));
    let width = days.len() * SLOT;
    let grid = (0..=GRID_LINES).map(|line| {
        let y = HEIGHT * line / GRID_LINES;
        view! { <line class="plot-grid" x1="0" x2=width y1=y y2=y></line> }
    });
    let bars = days.iter().enumerate().map(|(place, day)| {
        let bar = |class: &'static str, x: f64, count: i64| {
            let height = scaled(count, top);
            view! { <rect class=class x=format!("{x:.1}") y=format!("{:.2}", 100.0 - height) width="3.4" height=format!("{height:.2}")></rect> }
        };
        #[expect(clippy::cast_precision_loss, reason = "a few hundred days at most")]
        let left = (place * SLOT) as f64;
        let told = format!("{}: {} created, {} resolved", day.date.format("%a %-d %b"), day.created, day.resolved);
        view! {
            <g class="plot-day">
                <title>{told}</title>
                <rect class="plot-hit" x=format!("{left:.1}") y="0" width=SLOT height=HEIGHT></rect>
                {bar("plot-bar", left + 1.4, day.created)}
                {bar("plot-bar is-second", left + 5.2, day.resolved)}
            </g>
        }
    });
    let scale = (0..=GRID_LINES).rev().map(|line| view! { <span>{grouped(top * line / GRID_LINES)}</span> });
    let step = days.len().div_ceil(LABELS).max(1);
    let labels = days.iter().enumerate().map(|(place, day)| {
        let label = place.is_multiple_of(step).then(|| day.date.format("%-d %b").to_string());
        view! { <span class="plot-when">{label}</span> }
    });
    let rows = days.iter().rev().map(|day| {
        view! {
            <tr>
                <th scope="row">{day.date.format("%a %-d %b %Y").to_string()}</th>
                <td data-label="Created" class="is-number">{grouped(day.created)}</td>
                <td data-label="Resolved" class="is-number">{grouped(day.resolved)}</td>
            </tr>
        }
    });
    let summary = format!("{} created and {} resolved in {} days", grouped(created), grouped(resolved), days.len());
    view! {
        <section class="plot" aria-labelledby="days-title">
            <div class="plot-head">
                <h2 class="plot-title" id="days-title">"Created and resolved per day"</h2>
                <ul class="legend">
                    <li>{swatch("plot-bar")} {format!("Created {}", grouped(created))}</li>
                    <li>{swatch("plot-bar is-second")} {format!("Resolved {}", grouped(resolved))}</li>
                </ul>
            </div>
            <div class="plot-area">
                <div class="plot-scale" aria-hidden="true">{scale.collect_view()}</div>
                <svg
                    class="plot-drawing"
                    viewBox=format!("0 0 {width} {HEIGHT}")
                    preserveAspectRatio="none"
                    role="img"
                    aria-label=summary
                >
                    {grid.collect_view()}
                    {bars.collect_view()}
                </svg>
                <div class="plot-days" aria-hidden="true">{labels.collect_view()}</div>
            </div>
            <details class="numbers">
                <summary>"Show the numbers"</summary>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Day"</th>
                            <th scope="col" class="is-number">"Created"</th>
                            <th scope="col" class="is-number">"Resolved"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </details>
        </section>
    }
    .into_any()
}

fn swatch(class: &'static str) -> impl IntoView {
    view! {
        <svg class="legend-swatch" viewBox="0 0 10 10" aria-hidden="true">
            <rect class=class width="10" height="10"></rect>
        </svg>
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of tickets are far below 2^52")]
fn scaled(count: i64, top: i64) -> f64 {
    count as f64 * HEIGHT as f64 / top as f64
}

/// The first round number from `highest` up whose quarters are whole: 4, 8, 12 … 32, 40, 80, 120 …
fn ceiling(highest: i64) -> i64 {
    let mut magnitude = GRID_LINES;
    loop {
        for factor in [1, 2, 3, 4, 5, 6, 8] {
            let top = magnitude.saturating_mul(factor);
            if top >= highest {
                return top;
            }
        }
        magnitude = magnitude.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_above_the_highest_bar_in_whole_steps() {
        for (highest, top) in
            [(0, 4), (4, 4), (5, 8), (9, 12), (21, 24), (61, 80), (81, 120), (1_000, 1_200), (i64::MAX, i64::MAX)]
        {
            assert_eq!(ceiling(highest), top, "{highest}");
        }
    }
}
