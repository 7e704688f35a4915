//! The table of one kind of setting.

use leptos::prelude::*;

use super::{
    super::office::{Body, Entries, Office, empty, sieve},
    Cell, Known, Resource, Row,
    sheet::remove,
};
use crate::ui::{Icon, IconName};

/// What the page shows.
#[derive(Debug)]
pub struct Listing<W> {
    /// The rows.
    pub rows: Vec<W>,
    /// What they were filtered by.
    pub filters: Entries,
    /// The address of the page behind this one, and of the one before it.
    pub next: Option<String>,
    /// See `next`.
    pub previous: Option<String>,
    /// What else is known.
    pub known: Known,
}

/// `GET /admin/settings/{kind}`.
#[must_use]
pub fn listing<R: Resource>(office: &Office, page: &Listing<R::Wire>) -> String {
    office.page(R::SECTION, None, || {
        let fresh = || {
            view! {
                <a class="button is-primary" href=office.to(&format!("{}/new", R::SECTION.path()))>
                    <Icon name=IconName::Plus />
                    {format!("New {}", R::ONE)}
                </a>
            }
            .into_any()
        };
        let rows: Vec<_> = page.rows.iter().map(|wire| R::row(wire, &page.known)).collect();
        let is_filtered = R::FILTERS.iter().any(|name| page.filters.some(name).is_some());
        let content = if !rows.is_empty() {
            let path = |row: &Row| format!("{}/{}", R::SECTION.path(), row.id);
            let link = |row: &Row| R::HAS_PAGE.then(|| office.to(&path(row)));
            let end = |row: &Row| {
                let farewell = row.farewell.clone()?;
                Some(remove(office, &format!("{}/delete", path(row)), R::REMOVE, R::ONE, farewell))
            };
            table(R::ONE, rows, link, end)
        } else if is_filtered || page.previous.is_some() {
            empty(IconName::Search, "Nothing fits", "Take a filter away to see more.", None)
        } else {
            let title = format!("No {} yet", R::SECTION.title().to_lowercase());
            empty(R::SECTION.icon(), &title, R::EMPTY, Some(fresh()))
        };
        let content = view! {
            {R::sieve(&page.filters, &page.known).map(|controls| sieve(office, R::SECTION, controls))} {content} {pager(page.previous.clone(), page.next.clone())}
        };
        let has_rows = !page.rows.is_empty() || is_filtered;
        Body { actions: has_rows.then(fresh), content: content.into_any() }
    })
}

/// Rows as a table; on a phone each is a card. `link` gives the address of a row, `end` what can be done with it in its place.
fn table(
    one: &str,
    rows: Vec<Row>,
    link: impl Fn(&Row) -> Option<String>,
    end: impl Fn(&Row) -> Option<AnyView>,
) -> AnyView {
    let column = |cell: &Cell| {
        let class = if cell.is_number { "is-number" } else { "is-text" };
        view! { <th scope="col" class=class>{cell.column}</th> }
    };
    let columns = rows.first().map(|row| row.cells.iter().map(column).collect_view());
    let has_ends = rows.iter().any(|row| row.farewell.is_some());
    let ends = has_ends.then(|| {
        view! {
            <th scope="col" class="is-end">
                <span class="visually-hidden">"Action"</span>
            </th>
        }
    });
    let body = rows.into_iter().map(|row| {
        let (address, end) = (link(&row), end(&row));
        let Row { name, note, cells, .. } = row;
        let name = match address {
            Some(address) => view! { <a class="table-name" href=address dir="auto">{name}</a> }.into_any(),
            None => view! { <span class="table-name" dir="auto">{name}</span> }.into_any(),
        };
        let note = note.filter(|note| !note.is_empty());
        let note = note.map(|note| view! { <span class="table-note" dir="auto">{note}</span> });
        let cells = cells.into_iter().map(|cell| {
            let class = if cell.is_number { "is-number" } else { "is-text" };
            view! { <td data-label=cell.column class=class>{cell.content}</td> }
        });
        let end = has_ends.then(|| view! { <td data-label="" class="is-end">{end}</td> });
        view! {
            <tr>
                <th scope="row">{name} {note}</th>
                {cells.collect_view()}
                {end}
            </tr>
        }
    });
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{capitalised(one)}</th>
                    {columns}
                    {ends}
                </tr>
            </thead>
            <tbody>{body.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The ways to the pages before and behind.
pub(in crate::pages) fn pager(previous: Option<String>, next: Option<String>) -> Option<AnyView> {
    (previous.is_some() || next.is_some()).then(|| {
        let previous = previous.map(|address| {
            view! {
                <a class="button" href=address rel="prev">
                    <Icon name=IconName::Back />
                    "Previous"
                </a>
            }
        });
        let next = next.map(|address| {
            view! {
                <a class="button" href=address rel="next">
                    "Next"
                    <Icon name=IconName::Forward />
                </a>
            }
        });
        view! { <nav class="pager" aria-label="Pages">{previous} {next}</nav> }.into_any()
    })
}
