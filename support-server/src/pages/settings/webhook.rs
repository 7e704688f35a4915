//! One webhook: how it is, what was sent and answered, and what can be done about it. It works without a script.

use leptos::prelude::*;
use support_core::{
    model::Permission,
    protocol::{Webhook, WebhookDelivery, WebhookTest, WebhookTry},
};

use super::{
    Resource as _, Webhooks,
    list::pager,
    webhooks::{event_words, state, title},
};
use crate::{
    pages::{
        chip::chip,
        moment::{Precision, moment},
        office::{Body, Choice, Entries, Office, Section, sieve_select},
    },
    ui::{Icon, IconName},
};

/// What the page shows.
#[derive(Debug)]
pub struct WebhookPage {
    /// The webhook.
    pub webhook: Webhook,
    /// Newest first.
    pub deliveries: Vec<WebhookDelivery>,
    /// What they were filtered by, and what stands in the form of the replay: `state`, `from`, `to`.
    pub entries: Entries,
    /// The addresses of the pages before and behind.
    pub previous: Option<String>,
    /// See `previous`.
    pub next: Option<String>,
    /// What came of the test that was just made.
    pub test: Option<WebhookTest>,
    /// Why something was not done.
    pub refused: Option<String>,
}

/// `GET /admin/settings/webhooks/{id}`.
#[must_use]
pub fn webhook(office: &Office, page: &WebhookPage) -> String {
    let webhook = &page.webhook;
    let path = format!("{}/{}", Section::Webhooks.path(), webhook.id);
    office.page(Section::Webhooks, Some(&title(webhook)), || {
        let actions = view! {
            <a class="button" href=office.to(&format!("{path}/edit"))>"Edit"</a>
            {action(office, &format!("{path}/test"), "", "button is-primary", IconName::Send, "Send a test")}
        };
        let content = view! {
            <div class="hook">
                {refusal(page.refused.as_deref())}
                {page.test.as_ref().map(outcome)}
                {standing(office, webhook, &path)}
                {facts(webhook)}
                {deliveries(office, page, &path)}
                {further(office, page, &path)}
            </div>
        };
        Body { actions: Some(actions.into_any()), content: content.into_any() }
    })
}

/// A form that is one button.
fn action(
    office: &Office,
    path: &str,
    value: &str,
    class: &'static str,
    icon: IconName,
    word: &'static str,
) -> AnyView {
    let value = (!value.is_empty()).then(|| view! { <input type="hidden" name="value" value=value.to_owned() /> });
    view! {
        <form method="post" action=office.to(path)>
            {office.frame.csrf_field()} {value}
            <button class=class>
                <Icon name=icon />
                {word}
            </button>
        </form>
    }
    .into_any()
}

fn callout(class: &'static str, role: &'static str, icon: IconName, content: AnyView) -> AnyView {
    view! {
        <div class=class role=role>
            <Icon name=icon />
            <div>{content}</div>
        </div>
    }
    .into_any()
}

fn refusal(why: Option<&str>) -> Option<AnyView> {
    let why = why?.to_owned();
    Some(callout("callout is-bad", "alert", IconName::Alert, view! { <p>{why}</p> }.into_any()))
}

fn outcome(test: &WebhookTest) -> AnyView {
    let took = format!("{} ms", test.took_ms);
    let answer = test.answer.clone().map(|answer| view! { <pre class="answer" tabindex="0">{answer}</pre> });
    if test.delivered {
        let status = test.status.unwrap_or_default();
        let content =
            view! { <p>{format!("The test was delivered: the answer was {status}, after {took}.")}</p> {answer} };
        callout("callout is-good", "status", IconName::Check, content.into_any())
    } else {
        let error = test.error.clone().unwrap_or_default();
        let content = view! { <p>{format!("The test was not delivered: {error}, after {took}.")}</p> {answer} };
        callout("callout is-bad", "alert", IconName::Alert, content.into_any())
    }
}

/// What is wrong with it, and the way back.
fn standing(office: &Office, webhook: &Webhook, path: &str) -> Option<AnyView> {
    if !webhook.is_active {
        let why = match webhook.disabled_reason.as_deref() {
            Some("gone") => "The address answered 410 Gone, which means: send nothing more.",
            Some("failing") => "Nothing could be delivered for about three days.",
            _ => "Somebody took it out of service.",
        };
        let at = webhook.disabled_at.map(|at| view! { " Since " {moment(at, Precision::Minute)} "." });
        let content = view! {
            <p>
                <strong>"Nothing is sent to this address. "</strong>
                {why}
                {at}
            </p>
            <p>"What happened meanwhile is not lost: take it back into service, then send those events again below."</p>
            {action(office, &format!("{path}/service"), "on", "button", IconName::Retry, "Take back into service")}
        };
        return Some(callout("callout is-bad", "status", IconName::Alert, content.into_any()));
    }
    let since = webhook.failing_since?;
    let content = view! {
        <p>
            "The last tries failed, first on "
            {moment(since, Precision::Minute)}
            ". Each event is tried for about three days; the log below says what was answered."
        </p>
    };
    Some(callout("callout is-warn", "status", IconName::Alert, content.into_any()))
}

fn facts(webhook: &Webhook) -> AnyView {
    let events: Vec<_> = webhook.events.iter().map(|event| event.as_str()).collect();
    let last = match webhook.last_success_at {
        Some(at) => moment(at, Precision::Minute).into_any(),
        None => "never".into_any(),
    };
    let both = webhook.former_secret_until.map(|until| {
        view! {
            <p class="field-hint">"The former secret signs too until " {moment(until, Precision::Minute)} "."</p>
        }
    });
    view! {
        <section class="hook-part" aria-label="About it">
            <p>{state(webhook)} " Last delivered: " {last}</p>
            <p class="hook-address" dir="ltr">{webhook.url.clone()}</p>
            <p class="field-hint">{events.join(", ")}</p>
            {both}
        </section>
    }
    .into_any()
}

fn deliveries(office: &Office, page: &WebhookPage, path: &str) -> AnyView {
    let states =
        [("", "All"), ("pending", "Waiting"), ("done", "Delivered"), ("dead", "Failed"), ("skipped", "Not sent")];
    let states = states.map(|(value, name)| Choice::new(value, name)).to_vec();
    let rows = page.deliveries.iter().map(|delivery| row(office, delivery, path)).collect_view();
    let table = if page.deliveries.is_empty() {
        view! { <p class="field-hint">"Nothing here yet."</p> }.into_any()
    } else {
        view! {
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Event"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Tries"</th>
                        <th scope="col" class="is-end">
                            <span class="visually-hidden">"Action"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="hook-part" aria-labelledby="log">
            <h2 class="part-title" id="log">"Deliveries"</h2>
            <form class="sieve" method="get" action=office.to(path)>
                {sieve_select("state", "State", states, &page.entries)}
                <button class="button">"Filter"</button>
            </form>
            {table}
            {pager(page.previous.clone(), page.next.clone())}
        </section>
    }
    .into_any()
}

fn row(office: &Office, delivery: &WebhookDelivery, path: &str) -> AnyView {
    let (class, icon, word) = match delivery.state.as_str() {
        "done" => ("chip is-good", IconName::Check, "Delivered"),
        "dead" => ("chip is-bad", IconName::Alert, "Failed"),
        "running" => ("chip", IconName::Send, "Sending"),
        "skipped" => ("chip", IconName::Lock, "Not sent"),
        _ => ("chip is-warn", IconName::Clock, "Waiting"),
    };
    let error = delivery.last_error.clone().map(|error| view! { <span class="table-note">{error}</span> });
    let next = delivery.next_attempt_at.filter(|_| delivery.state == "pending").map(|at| {
        view! { <span class="table-note">"Next try: " {moment(at, Precision::Short)}</span> }
    });
    let ticket = delivery.ticket.map(|id| {
        let number = delivery.ticket_number.map_or_else(|| "Ticket".to_owned(), |number| format!("#{number}"));
        view! { " " <a href=office.to(&format!("/admin/v/open/t/{id}"))>{number}</a> }
    });
    let may_retry = office.permissions.has(Permission::DeliveriesManage);
    let retry = (may_retry && delivery.state == "dead").then(|| {
        let id = delivery.id.to_string();
        action(office, &format!("{path}/retry"), &id, "button is-small", IconName::Retry, "Retry")
    });
    view! {
        <tr>
            <td data-label="When">{moment(delivery.created_at, Precision::Short)}</td>
            <td data-label="Event">
                {event_words(delivery.event_type)}
                <span class="table-note">{delivery.event_type.as_str()} {ticket}</span>
            </td>
            <td data-label="State">
                {chip(class, icon, word)}
                {error}
                {next}
            </td>
            <td data-label="Tries">{tries(delivery)}</td>
            <td data-label="" class="is-end">{retry}</td>
        </tr>
    }
    .into_any()
}

fn tries(delivery: &WebhookDelivery) -> AnyView {
    if delivery.tries.is_empty() {
        return delivery.attempts.to_string().into_any();
    }
    let one = |tried: &WebhookTry| {
        let what = match (tried.status, &tried.error) {
            (Some(status), _) => format!("answered {status}"),
            (None, Some(error)) => error.clone(),
            (None, None) => "no answer".to_owned(),
        };
        let answer = tried.answer.clone().map(|answer| view! { <pre class="answer" tabindex="0">{answer}</pre> });
        view! {
            <li>
                {format!("{}. ", tried.attempt)}
                {moment(tried.tried_at, Precision::Short)}
                {format!(": {what}, {} ms", tried.took_ms)}
                {answer}
            </li>
        }
    };
    let word = if delivery.tries.len() == 1 { "1 try".to_owned() } else { format!("{} tries", delivery.tries.len()) };
    view! {
        <details class="tries">
            <summary>{word}</summary>
            <ol class="tries-list">{delivery.tries.iter().map(one).collect_view()}</ol>
        </details>
    }
    .into_any()
}

/// What is done rarely.
fn further(office: &Office, page: &WebhookPage, path: &str) -> AnyView {
    let webhook = &page.webhook;
    let instant = |name: &'static str, label: &'static str| {
        let value = page.entries.one(name).to_owned();
        view! {
            <div class="field">
                <label class="field-label" for=name>{label}</label>
                <input class="input" type="datetime-local" id=name name=name value=value required />
            </div>
        }
    };
    let replay = webhook.is_active.then(|| {
        view! {
            <section class="part" aria-labelledby="replay">
                <h2 class="part-title" id="replay">"Send events again"</h2>
                <p class="field-hint">"Everything it wants to know of from a span of time, such as a failure of the receiver. Each event keeps its id, so that the receiver can tell which it has already."</p>
                <form class="sieve" method="post" action=office.to(&format!("{path}/replay"))>
                    {office.frame.csrf_field()}
                    {instant("from", "From (UTC)")}
                    {instant("to", "To (UTC)")}
                    <button class="button">
                        <Icon name=IconName::Retry />
                        "Send again"
                    </button>
                </form>
            </section>
        }
    });
    let rest = webhook
        .is_active
        .then(|| action(office, &format!("{path}/service"), "off", "button", IconName::Lock, "Take out of service"));
    view! {
        <div class="parts">
            {replay}
            <section class="part" aria-labelledby="secret-part">
                <h2 class="part-title" id="secret-part">"Secret and service"</h2>
                <p class="field-hint">"A new secret is shown once. For a day the former one signs too, so that the receiver can change over without missing anything."</p>
                <div class="hook-actions">
                    <details class="anchor">
                        <summary class="button">
                            <Icon name=IconName::Key />
                            "New secret…"
                        </summary>
                        <div class="popover is-question">
                            <p>"The receiver needs the new secret within 24 hours."</p>
                            <form method="post" action=office.to(&format!("{path}/secret"))>
                                {office.frame.csrf_field()}
                                <button class="button is-wide">"Make a new secret"</button>
                            </form>
                        </div>
                    </details>
                    {rest}
                    {super::sheet::remove(office, &format!("{path}/delete"), "Delete", Webhooks::ONE, Webhooks::farewell(webhook))}
                </div>
            </section>
        </div>
    }
    .into_any()
}
