//! The head of a conversation: what it is about, who looks after it, what to do with it.

use leptos::prelude::*;
use support_core::model::{Channel, Priority};

use super::assign::AssignPicker;
use crate::{
    desk::{Desk, focus},
    state::status_word,
    ui::{Icon, IconName, PriorityMark, status_icon},
};

/// The head.
#[component]
pub fn ThreadHead() -> impl IntoView {
    let desk = Desk::here();
    let subject = Memo::new(move |_| desk.ticket().map(|ticket| ticket.subject));
    let facts =
        Memo::new(move |_| desk.ticket().map(|it| (it.number, it.status, it.priority, channel_word(&it.channel))));
    let is_done = Memo::new(move |_| desk.ticket().is_some_and(|ticket| ticket.status.is_done()));
    view! {
        <header class="thread-head">
            <button
                class="button is-quiet is-icon back-button"
                type="button"
                aria-label="Back to the list"
                on:click=move |_| desk.back_to_list()
            >
                <Icon name=IconName::Back />
            </button>
            <div class="thread-heading">
                <h1 class="thread-subject" dir="auto">{move || subject.get()}</h1>
                <p class="thread-facts">
                    {move || facts.get().map(|(number, status, priority, channel)| view! {
                        <span>{format!("#{number}")}</span>
                        " · "
                        <span class=format!("status is-{status}")><Icon name=status_icon(status) /></span>
                        <span>{status_word(status)}</span>
                        " · "
                        {(priority != Priority::Medium).then(|| view! { <PriorityMark priority /> " · " })}
                        <span>{channel}</span>
                    })}
                </p>
            </div>
            <div class="thread-actions">
                <AssignPicker />
                <button class="button" type="button" on:click=move |_| desk.toggle_resolved()>
                    {move || {
                        let (icon, verb) = if is_done.get() { (IconName::Retry, "Reopen") } else { (IconName::Check, "Resolve") };
                        view! { <Icon name=icon />{verb} }
                    }}
                    <kbd class="kbd">"E"</kbd>
                </button>
                <button
                    class="button is-quiet is-icon customer-open"
                    type="button"
                    aria-label="Customer"
                    aria-expanded=move || if desk.customer_shown.get() { "true" } else { "false" }
                    on:click=move |_| {
                        desk.customer_shown.update(|shown| *shown = !*shown);
                        request_animation_frame(move || if desk.customer_shown.get_untracked() { focus("customer") });
                    }
                >
                    <Icon name=IconName::Panel />
                </button>
            </div>
        </header>
    }
}

/// A channel in a sentence: `Chat`, `Email`; a plugin's own word with a capital letter.
fn channel_word(channel: &Channel) -> String {
    if *channel == Channel::API {
        return "API".to_owned();
    }
    let mut word = channel.as_str().to_owned();
    // A channel's word is ASCII.
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_read_as_words() {
        assert_eq!(channel_word(&Channel::CHAT), "Chat");
        assert_eq!(channel_word(&Channel::API), "API");
        assert_eq!(channel_word(&"pager".parse().unwrap()), "Pager");
    }
}
