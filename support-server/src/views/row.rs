//! One ticket in the list.

use leptos::prelude::*;
use support_core::{
    model::{Priority, TicketId},
    protocol::Ticket,
};

use crate::{
    desk::{Desk, row_id},
    state::person_name,
    ui::{Avatar, Form, Icon, IconName, PriorityMark, StatusMark, When},
};

/// A row. It stays when its ticket changes, so that the focus stays too.
#[component]
pub fn Row(
    /// Whose.
    id: TicketId,
) -> impl IntoView {
    let desk = Desk::here();
    let ticket = Memo::new(move |_| desk.list.with(|list| list.get(id).cloned()));
    let place = Memo::new(move |_| desk.list.with(|list| list.place(id)).map(|place| (place + 1).to_string()));
    let is_unread = move || ticket.with(|ticket| ticket.as_ref().is_some_and(|ticket| ticket.unread_by_agent > 0));
    let is_open = Memo::new(move |_| desk.address.get().and_then(|address| address.ticket()) == Some(id));
    view! {
        <li class="ticket-row" class:is-unread=is_unread aria-posinset=move || place.get() aria-setsize="-1">
            <a
                class="ticket-link"
                id=row_id(id)
                href=move || desk.ticket_path(id)
                aria-current=move || is_open.get().then_some("true")
            >
                {move || ticket.get().map(|ticket| view! { <Content ticket /> })}
            </a>
        </li>
    }
}

#[component]
fn Content(ticket: Ticket) -> impl IntoView {
    let desk = Desk::here();
    let id = ticket.id;
    let at = ticket.last_message_at.unwrap_or(ticket.created_at);
    let preview = ticket.preview.clone();
    let snippet = move || {
        let typist = desk.presences.with(|presences| presences.typists(id).first().map(|typist| typist.name.clone()));
        match typist {
            Some(name) => ("ticket-snippet ticket-typing", format!("{name} is writing…").trim_start().to_owned()),
            None => ("ticket-snippet", preview.clone()),
        }
    };
    let viewers = move || {
        let names = desk
            .presences
            .with(|presences| presences.viewers(id).iter().map(|viewer| viewer.name.clone()).collect::<Vec<_>>());
        (!names.is_empty()).then(|| {
            let told = format!("{} viewing", names.join(", "));
            let title = told.clone();
            view! {
                <span class="ticket-viewers" title=title>
                    <Icon name=IconName::Eye />
                    <span class="avatar-stack">
                        {names.into_iter().take(3).map(|name| view! { <Avatar name team=true size="is-small" /> }).collect_view()}
                    </span>
                    <span class="visually-hidden">{told}</span>
                </span>
            }
        })
    };
    let is_urgent = matches!(ticket.priority, Priority::High | Priority::Urgent);
    view! {
        {(ticket.unread_by_agent > 0).then(|| view! {
            <span class="ticket-dot"><span class="visually-hidden">"Unread"</span></span>
        })}
        <span class="ticket-who" dir="auto">{person_name(&ticket.requester)}</span>
        <When at form=Form::Ago class="ticket-time" />
        <span class="ticket-subject" dir="auto">{ticket.subject.clone()}</span>
        {move || {
            let (class, text) = snippet();
            view! { <span class=class dir="auto">{text}</span> }
        }}
        <span class="ticket-marks">
            {viewers}
            {is_urgent.then(|| view! { <PriorityMark priority=ticket.priority /> })}
            <StatusMark status=ticket.status />
            {ticket.assigned_to.as_ref().map(|agent| {
                let name = person_name(agent);
                view! {
                    <span title=format!("Assigned to {name}")>
                        <Avatar name=name.clone() team=true size="is-small" />
                        <span class="visually-hidden">{format!("Assigned to {name}")}</span>
                    </span>
                }
            })}
        </span>
    }
}
