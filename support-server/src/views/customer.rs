//! The fourth pane: who the customer is, what they asked before, and a link for them.

use leptos::{either::Either, prelude::*};
use support_core::{model::TicketId, protocol::Ticket};

use crate::{
    app::Customer,
    desk::{Desk, Link, MESSAGES, focus},
    state::person_name,
    ui::{Avatar, Form, Icon, IconName, StatusMark, When},
};

/// Previous tickets shown.
const PAST_MAX: usize = 6;

/// The pane; empty while no thread is open.
#[component]
pub fn CustomerPane() -> impl IntoView {
    let desk = Desk::here();
    let open = Memo::new(move |_| {
        desk.ticket().map(|ticket| (ticket.id, person_name(&ticket.requester), ticket.requester.email))
    });
    let close = move || {
        desk.customer_shown.set(false);
        request_animation_frame(move || focus(MESSAGES));
    };
    view! {
        {move || open.get().map(|(id, name, email)| view! {
            <aside class="customer" id="customer" tabindex="-1" aria-label="Customer">
                <header class="customer-head">
                    <button
                        class="button is-quiet is-icon back-button"
                        type="button"
                        aria-label="Back to the conversation"
                        on:click=move |_| close()
                    >
                        <Icon name=IconName::Back />
                    </button>
                    <h2 class="customer-title">"Customer"</h2>
                    <button
                        class="button is-quiet is-icon customer-close"
                        type="button"
                        aria-label="Close"
                        on:click=move |_| close()
                    >
                        <Icon name=IconName::Close />
                    </button>
                </header>
                {move || {
                    let (name, email) = (name.clone(), email.clone());
                    view! { <Contact name email customer=desk.customer.get() /> }
                }}
                <Past id />
                <PortalLink />
            </aside>
        })}
    }
}

#[component]
fn Contact(name: String, email: Option<String>, customer: Option<Customer>) -> impl IntoView {
    let contact = customer.and_then(|customer| customer.contact);
    let is_verified = contact.as_ref().is_some_and(|contact| contact.verified);
    let phone = contact.as_ref().and_then(|contact| contact.phone.clone());
    let email = contact.as_ref().and_then(|contact| contact.email.clone()).or(email);
    let since = contact.as_ref().map(|contact| contact.created_at);
    let count = contact.as_ref().map(|contact| contact.ticket_count);
    let is_anonymous = email.is_none() && phone.is_none();
    view! {
        <section class="customer-section">
            <div class="customer-card">
                <Avatar name=name.clone() size="is-large" />
                <div>
                    <p class="customer-name" dir="auto">{name.clone()}</p>
                    {if is_verified {
                        Either::Left(view! {
                            <span class="chip is-good is-plain" title="Your application, or an account, vouches for this identity">
                                <Icon name=IconName::ShieldCheck />
                                "Verified"
                            </span>
                        })
                    } else {
                        Either::Right(view! {
                            <span class="chip is-plain" title="Nobody vouches for what this customer says of themselves">"Not verified"</span>
                        })
                    }}
                </div>
            </div>
        </section>
        <section class="customer-section">
            <h3 class="customer-section-title">"Contact"</h3>
            <dl class="facts">
                {email.map(|email| view! {
                    <div class="fact">
                        <dt>"Email"</dt>
                        <dd><a href=format!("mailto:{email}") rel="external">{email.clone()}</a></dd>
                    </div>
                })}
                {phone.map(|phone| view! { <div class="fact"><dt>"Phone"</dt><dd>{phone}</dd></div> })}
                {is_anonymous.then(|| view! { <div class="fact"><dt>"Email"</dt><dd>"Not given yet"</dd></div> })}
                {since.map(|at| view! { <div class="fact"><dt>"Since"</dt><dd><When at form=Form::Date class="fact-time" /></dd></div> })}
                {count.map(|count| view! { <div class="fact"><dt>"Tickets"</dt><dd>{count}</dd></div> })}
            </dl>
        </section>
    }
}

#[component]
fn Past(id: TicketId) -> impl IntoView {
    let desk = Desk::here();
    let past = Memo::new(move |_| -> Vec<Ticket> {
        desk.customer.with(|customer| {
            let tickets = customer.iter().flat_map(|customer| &customer.tickets);
            tickets.filter(|ticket| ticket.id != id).take(PAST_MAX).cloned().collect()
        })
    });
    view! {
        <section class="customer-section">
            <h3 class="customer-section-title">"Other tickets"</h3>
            {move || past.with(Vec::is_empty).then(|| view! { <p class="field-hint">"This is the first one."</p> })}
            {move || past.get().into_iter().map(|ticket| {
                let at = ticket.last_message_at.unwrap_or(ticket.created_at);
                view! {
                    <a class="past" href=desk.ticket_path(ticket.id)>
                        <StatusMark status=ticket.status />
                        <span class="past-subject" dir="auto">{ticket.subject}</span>
                        <When at form=Form::Ago class="past-time" />
                    </a>
                }
            }).collect_view()}
        </section>
    }
}

#[component]
fn PortalLink() -> impl IntoView {
    let desk = Desk::here();
    let is_making = move || (desk.link.get() == Link::Making).then_some("true");
    let error = move || match desk.link.get() {
        Link::Failed(reason) => Some(view! {
            <p class="field-error" role="alert"><Icon name=IconName::Alert />{reason}</p>
        }),
        Link::None | Link::Making | Link::Made(_) => None,
    };
    view! {
        <section class="customer-section">
            <h3 class="customer-section-title">"Portal link"</h3>
            <p class="field-hint">"Opens this ticket without a login, for 7 days."</p>
            <div class="customer-link">
                {move || match desk.link.get() {
                    Link::Made(url) => {
                        let copied = url.clone();
                        Either::Left(view! {
                            <div class="snippet">
                                <code class="snippet-code">{url}</code>
                                <button
                                    class="button is-quiet is-icon is-small"
                                    type="button"
                                    aria-label="Copy link"
                                    on:click=move |_| desk.copy(copied.clone())
                                >
                                    <Icon name=IconName::Copy />
                                </button>
                            </div>
                            <p class="field-hint">"It is shown this once. Whoever has it can read and answer."</p>
                        })
                    }
                    Link::None | Link::Making | Link::Failed(_) => Either::Right(view! {
                        <button class="button" type="button" aria-busy=is_making on:click=move |_| desk.make_link()>
                            <Icon name=IconName::Link />
                            "Create link"
                        </button>
                    }),
                }}
                {error}
            </div>
        </section>
    }
}
