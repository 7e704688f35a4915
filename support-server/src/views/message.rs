//! The lines of a conversation: messages, notes, facts, days.

use leptos::{either::EitherOf5, prelude::*};
use support_core::{
    model::{Direction, EventType},
    protocol::{Event, Message},
};

use crate::{
    desk::Desk,
    state::{Entry, Mode, Outgoing, actor_name, event_sentence},
    ui::{Avatar, Form, Icon, IconName, When},
};

/// One line.
#[component]
pub fn Line(
    /// Which.
    entry: Entry,
) -> impl IntoView {
    match entry {
        Entry::Day(day) => {
            let clock = Desk::here().clock;
            EitherOf5::A(view! { <li class="day-line">{move || clock.get().day_name(day)}</li> })
        }
        Entry::Unread => EitherOf5::B(view! { <li class="day-line is-new">"New since you last looked"</li> }),
        Entry::Message { message, joined } => EitherOf5::C(view! { <MessageLine message joined /> }),
        Entry::Fact(event) => EitherOf5::D(view! { <FactLine event /> }),
        Entry::Outgoing(outgoing) => EitherOf5::E(view! { <OutgoingLine outgoing /> }),
    }
}

#[component]
fn MessageLine(message: Message, joined: bool) -> impl IntoView {
    let is_outbound = message.direction == Direction::Outbound;
    let name = actor_name(&message.author);
    let class = class_of(is_outbound, message.is_internal, if joined { " is-joined" } else { "" });
    let head_name = name.clone();
    view! {
        <li class=class>
            {(!joined).then(|| view! { <Avatar name=name.clone() team=is_outbound /> })}
            <div class="message-card">
                {(!joined).then(|| view! {
                    <div class="message-head">
                        <span class="message-author">{head_name}</span>
                        {message.is_internal.then(|| view! { <NoteLabel /> })}
                        <When at=message.created_at form=Form::Time class="message-time" />
                    </div>
                })}
                <div class="message-body" dir="auto">{message.body}</div>
                {(is_outbound && !message.is_internal).then(|| {
                    let (class, icon, word) = match (message.receipts.delivered, message.receipts.read) {
                        (_, true) => ("message-ticks is-read", IconName::CheckDouble, "Read"),
                        (true, false) => ("message-ticks", IconName::CheckDouble, "Delivered"),
                        (false, false) => ("message-ticks", IconName::Check, "Sent"),
                    };
                    view! {
                        <div class="message-foot">
                            <span class=class><Icon name=icon />{word}</span>
                        </div>
                    }
                })}
            </div>
        </li>
    }
}

#[component]
fn OutgoingLine(outgoing: Outgoing) -> impl IntoView {
    let desk = Desk::here();
    let is_internal = outgoing.mode == Mode::Note;
    let name = desk.me().name;
    view! {
        <li class=class_of(true, is_internal, " is-sending")>
            <Avatar name=name.clone() team=true />
            <div class="message-card">
                <div class="message-head">
                    <span class="message-author">{name.clone()}</span>
                    {is_internal.then(|| view! { <NoteLabel /> })}
                </div>
                <div class="message-body" dir="auto">{outgoing.body}</div>
                <div class="message-foot">
                    <span class="message-ticks"><Icon name=IconName::Clock />"Sending"</span>
                </div>
            </div>
        </li>
    }
}

fn class_of(is_outbound: bool, is_internal: bool, more: &str) -> String {
    let kind = match (is_internal, is_outbound) {
        (true, _) => " is-internal",
        (false, true) => " is-outbound",
        (false, false) => "",
    };
    format!("message{kind}{more}")
}

#[component]
fn NoteLabel() -> impl IntoView {
    view! { <span class="message-label"><Icon name=IconName::Lock />"Internal note"</span> }
}

#[component]
fn FactLine(event: Event) -> impl IntoView {
    let icon = match event.kind {
        EventType::TicketAssigned => IconName::Assign,
        EventType::TicketResolved => IconName::Resolved,
        EventType::TicketClosed => IconName::Closed,
        EventType::TicketReopened => IconName::Retry,
        _ => IconName::Dot,
    };
    view! {
        <li class="event-line">
            <Icon name=icon />
            <span class="event-text">
                <strong>{actor_name(&event.actor)}</strong>
                {format!(" {} · ", event_sentence(&event))}
                <When at=event.occurred_at form=Form::Time class="event-time" />
            </span>
        </li>
    }
}
