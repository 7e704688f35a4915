//! Counts of one kind as a bar each. The plot is a table: its numbers stand beside the bars.

use leptos::prelude::*;

use super::{super::office::Office, grouped};

/// Counts by one property of tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// Its id on the page.
    pub id: &'static str,
    /// What it counts.
    pub title: &'static str,
    /// What the first column is called.
    pub column: &'static str,
    /// In this order.
    pub slices: Vec<Slice>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// What is counted.
    pub name: String,
    /// How many there are.
    pub count: i64,
    /// The list behind it, under the mount prefix.
    pub path: Option<String>,
}

pub(super) fn bars(office: &Office, breakdown: &Breakdown) -> AnyView {
    let highest = breakdown.slices.iter().map(|slice| slice.count).max().unwrap_or_default().max(1);
    let total: i64 = breakdown.slices.iter().map(|slice| slice.count).sum();
    let row = |slice: &Slice| {
        #[expect(clippy::cast_precision_loss, reason = "counts of tickets are far below 2^52")]
        let (width, share) =
            (slice.count as f64 * 100.0 / highest as f64, slice.count as f64 * 100.0 / total.max(1) as f64);
        let name = match &slice.path {
            Some(path) => view! { <a href=office.to(path) dir="auto">{slice.name.clone()}</a> }.into_any(),
            None => view! { <span dir="auto">{slice.name.clone()}</span> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="bar" aria-hidden="true">
                    <svg class="bar-drawing" viewBox="0 0 100 10" preserveAspectRatio="none">
                        <rect class="plot-bar" width=format!("{width:.2}") height="10"></rect>
                    </svg>
                </td>
                <td class="is-number">{grouped(slice.count)}</td>
                <td class="is-number is-share">{format!("{share:.0}%")}</td>
            </tr>
        }
    };
    let title = format!("{}-title", breakdown.id);
    let content = if total == 0 {
        view! { <p class="field-hint">"Nothing to count in these days."</p> }.into_any()
    } else {
        view! {
            <table class="bars" aria-labelledby=title.clone()>
                <thead class="visually-hidden">
                    <tr>
                        <th scope="col">{breakdown.column}</th>
                        <td></td>
                        <th scope="col">"Tickets"</th>
                        <th scope="col">"Share"</th>
                    </tr>
                </thead>
                <tbody>{breakdown.slices.iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="plot" aria-labelledby=title.clone()>
            <h2 class="plot-title" id=title.clone()>{breakdown.title}</h2>
            {content}
        </section>
    }
    .into_any()
}
