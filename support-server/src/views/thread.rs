//! The third pane: one conversation.

use leptos::{
    either::{Either, EitherOf4},
    html,
    prelude::*,
};
use support_core::model::{ActorKind, TicketId};

use super::{composer::ComposerForm, message::Line, thread_head::ThreadHead};
use crate::{
    desk::{Desk, Load, MESSAGES, focus, is_shown},
    state::entries,
    ui::{Icon, IconName, Note, state_note},
};

/// Pixels from the oldest message at which older ones are asked for.
const OLDER_AT: i32 = 400;

/// What the pane shows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Nothing,
    Loading,
    Failed { is_missing: bool, reason: String },
    Thread(TicketId),
}

/// The pane.
#[component]
pub fn ThreadPane() -> impl IntoView {
    let desk = Desk::here();
    let shown = Memo::new(move |_| {
        let open = desk.thread.with(|thread| thread.as_ref().map(|thread| thread.ticket.id));
        match (open, desk.thread_load.get()) {
            (Some(id), _) => Shown::Thread(id),
            (None, Load::Failed(lack)) => Shown::Failed { is_missing: lack.is_missing, reason: lack.reason },
            (None, Load::Loading) => Shown::Loading,
            (None, Load::Ready) => Shown::Nothing,
        }
    });
    let is_busy = move || (shown.get() == Shown::Loading).then_some("true");
    view! {
        <section class="thread" id="thread" tabindex="-1" aria-label="Conversation" aria-busy=is_busy>
            {move || match shown.get() {
                Shown::Thread(id) => EitherOf4::A(view! { <Conversation id /> }),
                Shown::Loading => EitherOf4::B(view! { <Skeleton /> }),
                Shown::Nothing => EitherOf4::C(view! { <NothingOpen /> }),
                Shown::Failed { is_missing, reason } => EitherOf4::D(view! { <NotShown is_missing reason /> }),
            }}
        </section>
    }
}

#[component]
fn Conversation(id: TicketId) -> impl IntoView {
    let desk = Desk::here();
    let body = NodeRef::<html::Div>::new();
    let lines = move || {
        let (clock, unread_from) = (desk.clock.get(), desk.unread_from.get());
        let outgoing = desk.composer.outgoing.get();
        desk.thread.with(|thread| {
            // While the pane changes to another ticket, this one's lines are nobody's.
            let thread = thread.as_ref().filter(|thread| thread.ticket.id == id);
            thread.map(|thread| entries(thread, &outgoing, unread_from, clock)).unwrap_or_default()
        })
    };
    // Where the list is hidden, whoever chose a row there would lose the focus with it.
    Effect::new(move |_| {
        if body.get().is_some() && !is_shown("list") {
            focus(MESSAGES);
        }
    });
    let has_older =
        Memo::new(move |_| desk.thread.with(|thread| thread.as_ref().is_some_and(|it| it.older().is_some())));
    let near_the_top = move || {
        let Some(body) = body.get_untracked() else { return false };
        // The newest message is where the scroller starts, so its offsets are negative.
        body.scroll_height() - body.client_height() + body.scroll_top() < OLDER_AT
    };
    Effect::new(move |_| {
        body.track();
        if has_older.get() && desk.older_load.get() == Load::Ready && near_the_top() {
            desk.load_older();
        }
    });
    view! {
        <ThreadHead />
        <div
            class="thread-body"
            id=MESSAGES
            role="log"
            aria-live="off"
            aria-label="Messages"
            tabindex="0"
            node_ref=body
            on:scroll=move |_| if has_older.get_untracked() && near_the_top() { desk.load_older() }
        >
            <ol class="thread-messages">
                {move || match desk.older_load.get() {
                    Load::Failed(lack) => Some(Either::Left(view! {
                        <li class="day-line">
                            <button class="button is-small" type="button" on:click=move |_| desk.load_older()>
                                <Icon name=IconName::Retry />
                                {format!("Older messages: {}", lack.reason)}
                            </button>
                        </li>
                    })),
                    Load::Loading => Some(Either::Right(view! { <li class="day-line">"Loading older messages…"</li> })),
                    Load::Ready => None,
                }}
                <For each=lines key=crate::state::Entry::key children=|entry| view! { <Line entry /> } />
            </ol>
        </div>
        <div class="thread-foot">
            <Company id />
            <ComposerForm />
        </div>
    }
}

/// Who else is here.
#[component]
fn Company(id: TicketId) -> impl IntoView {
    let desk = Desk::here();
    let typists = move || {
        desk.presences.with(|presences| {
            presences
                .typists(id)
                .iter()
                .map(|typist| {
                    let name = if typist.name.is_empty() { "The visitor".to_owned() } else { typist.name.clone() };
                    let verb = if typist.kind == ActorKind::Agent { "is replying" } else { "is writing" };
                    format!("{name} {verb}…")
                })
                .collect::<Vec<_>>()
        })
    };
    let viewers = move || {
        desk.presences
            .with(|presences| presences.viewers(id).iter().map(|viewer| viewer.name.clone()).collect::<Vec<_>>())
    };
    view! {
        <div class="thread-presence">
            {move || typists().into_iter().map(|text| view! {
                <span class="thread-presence-item">
                    <span class="typing-dots" aria-hidden="true"><i></i><i></i><i></i></span>
                    {text}
                </span>
            }).collect_view()}
            {move || {
                let names = viewers();
                (!names.is_empty()).then(|| {
                    let verb = if names.len() == 1 { "is viewing" } else { "are viewing" };
                    view! {
                        <span class="thread-presence-item">
                            <Icon name=IconName::Eye />
                            {format!("{} {verb}", names.join(", "))}
                        </span>
                    }
                })
            }}
        </div>
    }
}

#[component]
fn NothingOpen() -> impl IntoView {
    let note = Note {
        icon: IconName::Chat,
        title: "No conversation selected".to_owned(),
        text: "Choose one on the left, or press J for the first.".to_owned(),
        is_bad: false,
    };
    state_note(note, ())
}

#[component]
fn NotShown(is_missing: bool, reason: String) -> impl IntoView {
    let desk = Desk::here();
    let retry = move |_| {
        if let Some(id) = desk.address.get_untracked().and_then(|address| address.ticket()) {
            desk.load_thread(id);
        }
    };
    let note = if is_missing {
        Note {
            icon: IconName::Help,
            title: "This ticket does not exist".to_owned(),
            text: "Its link may be mistyped, or it belongs to another desk.".to_owned(),
            is_bad: false,
        }
    } else {
        Note {
            icon: IconName::Alert,
            title: "The conversation could not be loaded".to_owned(),
            text: reason,
            is_bad: true,
        }
    };
    view! {
        {state_note(note, view! {
            <div class="state-actions">
                {(!is_missing).then(|| view! {
                    <button class="button" type="button" on:click=retry>
                        <Icon name=IconName::Retry />
                        "Try again"
                    </button>
                })}
                <button class="button is-quiet" type="button" on:click=move |_| desk.back_to_list()>
                    "Back to the list"
                </button>
            </div>
        })}
    }
}

#[component]
fn Skeleton() -> impl IntoView {
    let message = || {
        view! {
            <div class="message">
                <span class="avatar"></span>
                <div class="message-card skeleton-lines">
                    <div class="skeleton-bar is-short"></div>
                    <div class="skeleton-bar is-long"></div>
                    <div class="skeleton-bar is-middle"></div>
                </div>
            </div>
        }
    };
    view! {
        <div class="thread-body">
            <div class="thread-messages skeleton">{(0..3).map(|_| message()).collect_view()}</div>
        </div>
    }
}
