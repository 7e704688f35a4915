//! The audit log: who changed what.

use leptos::prelude::*;
use support_core::{
    model::{EventType, Timestamp},
    protocol::{AuditEntry, Change},
};

use super::{
    moment::{Precision, moment},
    office::{Body, Choice, Entries, Office, Section, empty, sieve, sieve_date, sieve_search, sieve_select},
    settings::pager,
};
use crate::ui::{Icon, IconName};

/// What the page shows.
#[derive(Debug)]
pub struct Audit {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// What they were filtered by: `actor`, `action`, `resource`, `ticket`, `request_id`, `from`, `to`.
    pub filters: Entries,
    /// Who can be filtered by.
    pub people: Vec<Choice>,
    /// The address of the file with all of them.
    pub file: String,
    /// The addresses of the pages before and behind.
    pub previous: Option<String>,
    /// See `previous`.
    pub next: Option<String>,
}

/// `GET /admin/audit`.
#[must_use]
pub fn audit(office: &Office, page: &Audit) -> String {
    office.page(Section::Audit, None, || {
        let file = view! {
            <a class="button" href=page.file.clone() download>
                <Icon name=IconName::Download />
                "CSV"
            </a>
        };
        let rows = page.entries.iter().map(|entry| row(office, entry)).collect_view();
        let content = if page.entries.is_empty() {
            empty(IconName::History, "Nothing fits", "Take a filter away to see more.", None)
        } else {
            view! {
                <table class="table is-log">
                    <thead>
                        <tr>
                            <th scope="col">"When"</th>
                            <th scope="col">"Who"</th>
                            <th scope="col">"What"</th>
                            <th scope="col">"With"</th>
                            <th scope="col">"Changes"</th>
                            <th scope="col">"From"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any()
        };
        let content = view! {
            {sieve(office, Section::Audit, controls(page))} {content} {pager(page.previous.clone(), page.next.clone())}
        };
        Body { actions: Some(file.into_any()), content: content.into_any() }
    })
}

fn controls(page: &Audit) -> AnyView {
    let anybody = std::iter::once(Choice::new("", "Anybody"));
    let people = anybody.chain(page.people.iter().cloned()).collect();
    let anything = std::iter::once(Choice::new("", "Anything"));
    let actions = anything.chain(EventType::ALL.iter().map(|kind| Choice::new(kind, action_word(*kind)))).collect();
    // Filters that come by a link only stay until they are taken away.
    let kept = ["ticket", "request_id"].map(|name| {
        let value = page.filters.some(name).map(str::to_owned);
        value.map(|value| view! { <input type="hidden" name=name value=value /> })
    });
    view! {
        {sieve_select("actor", "Who", people, &page.filters)}
        {sieve_select("action", "What", actions, &page.filters)}
        {sieve_search("resource", "With, such as config:DESK_NAME", &page.filters)}
        {sieve_date("from", "From", &page.filters)}
        {sieve_date("to", "To", &page.filters)}
        {kept.into_iter().collect_view()}
    }
    .into_any()
}

fn row(office: &Office, entry: &AuditEntry) -> impl IntoView + use<> {
    let who = Some(entry.actor.name.trim()).filter(|name| !name.is_empty());
    let who = who.map_or_else(|| entry.actor.kind.to_string().replace('_', " "), str::to_owned);
    let changes: Vec<_> = entry.changes.iter().map(|(field, change)| changed(field, change)).collect();
    let changes = (!changes.is_empty()).then(|| view! { <ul class="changes">{changes}</ul> });
    let resource = entry.resource.as_deref().map(|resource| {
        let (kind, id) = resource.split_once(':').unwrap_or((resource, ""));
        let (word, tail) = (kind.replace(['_', '-'], " "), id.chars().rev().take(6).collect::<Vec<_>>());
        let tail: String = if kind == "config" { id.to_owned() } else { tail.into_iter().rev().collect() };
        let name = view! { {word} " " <code>{tail}</code> };
        match place(kind, id) {
            Some(path) => view! { <a href=office.to(&path)>{name}</a> }.into_any(),
            None => name.into_any(),
        }
    });
    view! {
        <tr>
            <td data-label="When">{moment(entry.created_at, Precision::Minute)}</td>
            <td data-label="Who" dir="auto">{who}</td>
            <td data-label="What">{action_word(entry.action)}</td>
            <td data-label="With">{resource}</td>
            <td data-label="Changes">{changes}</td>
            <td data-label="From">{entry.address.clone()}</td>
        </tr>
    }
}

fn changed(field: &str, change: &Change) -> AnyView {
    let is_time = field.ends_with("_at") || field.ends_with("_until");
    let field = field.replace(['_', '.'], " ");
    let value = |value: &Option<String>| {
        let text = value.as_ref().filter(|value| !value.is_empty())?;
        let at = is_time.then(|| text.parse::<Timestamp>().ok()).flatten();
        Some(at.map_or_else(|| text.clone().into_any(), |at| moment(at, Precision::Short).into_any()))
    };
    let (from, to) = (value(&change.from), value(&change.to));
    let what = match (from, to) {
        (None, None) => view! { <span class="change-none">"changed"</span> }.into_any(),
        (from, to) => {
            let from = from.map(|from| view! { <del dir="auto">{from}</del> " " });
            let to = match to {
                Some(to) => view! { <ins dir="auto">{to}</ins> }.into_any(),
                None => view! { <span class="change-none">"removed"</span> }.into_any(),
            };
            view! { {from} {to} }.into_any()
        }
    };
    view! { <li><span class="change-field">{field}</span> " " {what}</li> }.into_any()
}

/// The page of what something was done with.
fn place(kind: &str, id: &str) -> Option<String> {
    let section = match kind {
        "ticket" => return Some(format!("/admin/v/open/t/{id}")),
        "config" => return Some(Section::Configuration.path().to_owned()),
        "token" => return Some(Section::Tokens.path().to_owned()),
        "user" => Section::Users,
        "role" => Section::Roles,
        "team" => Section::Teams,
        "tag" => Section::Tags,
        "field" => Section::Fields,
        "sla-policy" | "sla_policy" => Section::Policies,
        "calendar" => Section::Calendars,
        "api_key" => Section::ApiKeys,
        "webhook" => Section::Webhooks,
        _ => return None,
    };
    Some(format!("{}/{id}", section.path()))
}

/// `user.sign_in_failed` as `User: sign in failed`.
fn action_word(kind: EventType) -> String {
    let (noun, verb) = kind.as_str().split_once('.').unwrap_or((kind.as_str(), ""));
    let mut letters = noun.chars();
    let noun: String = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    let noun = noun.replace('_', " ").replace("Sla", "SLA").replace("Api", "API");
    format!("{noun}: {}", verb.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_reads_as_words() {
        assert_eq!(action_word(EventType::UserSignInFailed), "User: sign in failed");
        assert_eq!(action_word(EventType::SlaBreached), "SLA: breached");
        assert_eq!(action_word(EventType::ApiKeyCreated), "API key: created");
    }
}
