//! How long there is until a promise to the customer falls due: words and a shape, and a colour that repeats them.

use leptos::prelude::*;
use support_core::protocol::Ticket;

use crate::{
    desk::Desk,
    state::{Urgency, countdown},
    ui::{IconName, Node, el, icon, live},
};

/// The countdown of a ticket, by the desk's one clock; nothing where no promise runs.
#[must_use]
pub(super) fn due_chip(ticket: &Ticket) -> Option<Node> {
    let clock = Desk::here().clock;
    let due = ticket.sla_due_at?;
    // Only what the countdown reads is kept.
    let ticket = Ticket { messages: None, ..ticket.clone() };
    Some(live(move || {
        let clock = clock.get();
        let countdown = countdown(&ticket, &clock)?;
        let (class, drawing) = match countdown.urgency {
            Urgency::Calm => ("chip is-plain due", IconName::Clock),
            Urgency::Soon => ("chip is-warn due", IconName::Clock),
            Urgency::Late => ("chip is-bad due", IconName::Alert),
        };
        let chip = el("span").class(class).attr("title", format!("Due {}", clock.exact(due)));
        Some(chip.child(icon(drawing)).child(countdown.text))
    }))
}
