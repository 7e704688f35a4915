//! Where one writes: to the customer, or unmistakably to the desk alone.

use leptos::{
    either::Either,
    ev::{KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
};
use support_core::{model::Channel, protocol::Message};

use crate::{
    desk::{COMPOSER, Desk, is_mac},
    state::{Mode, Obstacle, actor_name, person_name},
    ui::{Icon, IconName},
};

/// The composer.
#[component]
pub fn ComposerForm() -> impl IntoView {
    let desk = Desk::here();
    let composer = desk.composer;
    let field = NodeRef::<html::Textarea>::new();
    let to = Memo::new(move |_| {
        desk.ticket().map(|ticket| {
            let name = person_name(&ticket.requester);
            let is_way = [Channel::CHAT, Channel::EMAIL].contains(&ticket.channel);
            if is_way { format!("To {name} by {}", ticket.channel) } else { format!("To {name}") }
        })
    });
    // Without a script the form posts, and the page comes back with the message in it.
    let action = Memo::new(move |_| desk.ticket().map(|ticket| format!("{}/reply", desk.ticket_path(ticket.id))));
    let last_seen =
        Memo::new(move |_| desk.thread.with(|thread| thread.as_ref().map(|thread| thread.last_seq().to_string())));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        desk.send(false);
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            desk.send(event.shift_key() && composer.mode.get_untracked() == Mode::Reply);
        }
    };
    let placeholder = move || match composer.mode.get() {
        Mode::Reply => "Write a reply",
        Mode::Note => "Write a note for your team",
    };
    let modifier = RwSignal::new("Ctrl");
    Effect::new(move |_| {
        if is_mac() {
            modifier.set("⌘");
        }
    });
    let is_wrong = move || composer.obstacle.with(Option::is_some).then_some("true");
    view! {
        {move || composer.obstacle.get().and_then(|obstacle| match obstacle {
            Obstacle::Newer { newer, .. } => Some(view! { <NewerNotice newer /> }),
            Obstacle::Failed { .. } => None,
        })}
        <form class="composer" aria-label="Answer" method="post" action=move || action.get() on:submit=submit>
            <input type="hidden" name="csrf" value=desk.csrf() />
            <input type="hidden" name="last_seen_seq" value=move || last_seen.get() />
            <div class="composer-head">
                <div class="segments" role="radiogroup" aria-label="Who reads it">
                    <Segment mode=Mode::Reply icon=IconName::Reply text="Reply" />
                    <Segment mode=Mode::Note icon=IconName::Lock text="Note" />
                </div>
                <span class="composer-to when-reply">{move || to.get()}</span>
                <span class="composer-to when-note">"Only your team sees this"</span>
            </div>
            <label class="visually-hidden" for=COMPOSER>
                {move || match composer.mode.get() {
                    Mode::Reply => "Reply to the customer",
                    Mode::Note => "Internal note",
                }}
            </label>
            <textarea
                class="composer-text"
                id=COMPOSER
                name="body"
                dir="auto"
                placeholder=placeholder
                aria-invalid=is_wrong
                aria-describedby="composer-told"
                node_ref=field
                prop:value=move || composer.text.get()
                on:input=move |event| desk.written(event_target_value(&event))
                on:keydown=keys
            ></textarea>
            <div class="composer-foot">
                <div class="composer-told" id="composer-told">
                    {move || match composer.obstacle.get() {
                        Some(Obstacle::Failed { reason, .. }) => Either::Left(view! {
                            <span class="composer-error" role="alert">
                                <Icon name=IconName::Alert />
                                {format!("Not sent. {reason}")}
                            </span>
                        }),
                        Some(Obstacle::Newer { .. }) | None => Either::Right(view! {
                            <span class="composer-hint">
                                <kbd class="kbd">{modifier}</kbd>
                                " "
                                <kbd class="kbd">"↵"</kbd>
                                " to send"
                                <span class="when-reply">
                                    ", with "
                                    <kbd class="kbd">"⇧"</kbd>
                                    " also resolve"
                                </span>
                            </span>
                        }),
                    }}
                </div>
                <button class="button is-primary when-reply" type="submit">
                    <Icon name=IconName::Send />
                    {move || if composer.obstacle.with(|it| matches!(it, Some(Obstacle::Newer { .. }))) { "Send anyway" } else { "Send reply" }}
                </button>
                <button class="button is-note when-note" type="submit">
                    <Icon name=IconName::Lock />
                    "Add note"
                </button>
            </div>
        </form>
    }
}

#[component]
fn Segment(mode: Mode, icon: IconName, text: &'static str) -> impl IntoView {
    let desk = Desk::here();
    let chosen = desk.composer.mode;
    view! {
        <label class="segment">
            <input
                class="visually-hidden"
                type="radio"
                name="kind"
                value=mode.as_str()
                checked=mode == Mode::Reply
                prop:checked=move || chosen.get() == mode
                on:change=move |_| desk.write_as(mode)
            />
            <Icon name=icon />
            {text}
        </label>
    }
}

/// Somebody wrote meanwhile: what it was, before the text goes out.
#[component]
fn NewerNotice(newer: Vec<Message>) -> impl IntoView {
    let who = newer.last().map_or_else(|| "Somebody".to_owned(), |message| actor_name(&message.author));
    let words = newer.last().map(|message| support_core::model::text::preview(&message.body)).unwrap_or_default();
    view! {
        <div class="callout is-warn" role="alert">
            <Icon name=IconName::Alert />
            <div>
                <strong>{format!("Not sent yet: {who} wrote meanwhile.")}</strong>
                <p dir="auto">{format!("“{words}”")}</p>
                <p>"Change your text, or send it anyway."</p>
            </div>
        </div>
    }
}
