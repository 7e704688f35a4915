//! Who looks after the ticket, and the picker that changes it.

use leptos::{either::Either, ev::KeyboardEvent, html, prelude::*};
use support_core::{model::PersonId, protocol::User};

use crate::{
    desk::{Desk, Floating, focus, when_pressed_outside},
    state::person_name,
    ui::{Avatar, Icon, IconName},
};

/// The element id of the button, where the focus returns.
const BUTTON: &str = "assign";

/// One line of the picker.
#[derive(Debug, Clone, PartialEq)]
struct Choice {
    id: Option<PersonId>,
    name: String,
    is_me: bool,
}

/// The button with the assignee's name, and the picker below it while it is open.
#[component]
pub fn AssignPicker() -> impl IntoView {
    let desk = Desk::here();
    let assignee =
        Memo::new(move |_| desk.ticket().and_then(|ticket| ticket.assigned_to).map(|agent| person_name(&agent)));
    let is_open = Memo::new(move |_| desk.floating.get() == Some(Floating::Assign));
    let toggle = move |_| {
        desk.floating.update(|floating| *floating = (*floating != Some(Floating::Assign)).then_some(Floating::Assign));
    };
    view! {
        <div class="anchor">
            <button
                class="button"
                type="button"
                id=BUTTON
                aria-haspopup="dialog"
                aria-expanded=move || if is_open.get() { "true" } else { "false" }
                on:click=toggle
            >
                {move || match assignee.get() {
                    Some(name) => Either::Left(view! {
                        <Avatar name=name.clone() team=true size="is-small" />
                        <span class="visually-hidden">"Assigned to"</span>
                        {name}
                    }),
                    None => Either::Right(view! {
                        <span class="avatar is-small is-empty"></span>
                        "Assign"
                    }),
                }}
                <Icon name=IconName::ChevronDown />
            </button>
            {move || is_open.get().then(|| view! { <Picker /> })}
        </div>
    }
}

/// Without regard to case. The browser knows all scripts; Rust's own tables would cost it 10 KB.
fn folded(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[component]
fn Picker() -> impl IntoView {
    let desk = Desk::here();
    let me = desk.me().id;
    let search = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let field = NodeRef::<html::Input>::new();
    let popover = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // A field that is gone by now has no focus to take.
            let _ = field.focus();
        }
    });
    when_pressed_outside(
        move || popover.get_untracked().and_then(|popover| popover.parent_element()),
        move || desk.floating.set(None),
    );

    let choices = Memo::new(move |_| {
        let wanted = folded(search.get().trim());
        let mut choices = Vec::new();
        desk.team.with(|team| {
            let active = || team.iter().filter(|user| user.is_active);
            let choice = |user: &User| Choice { id: Some(user.id), name: user.name.clone(), is_me: user.id == me };
            choices.extend(active().filter(|user| user.id == me).map(choice));
            choices.extend(active().filter(|user| user.id != me).map(choice));
        });
        choices.push(Choice { id: None, name: "Nobody".to_owned(), is_me: false });
        choices.retain(|choice| folded(&choice.name).contains(&wanted));
        choices
    });
    let chosen = Memo::new(move |_| desk.ticket().and_then(|ticket| ticket.assigned_to).map(|agent| agent.id));
    let choose = move |id: Option<PersonId>| {
        desk.floating.set(None);
        desk.assign(id);
        focus(BUTTON);
    };
    let keys = move |event: KeyboardEvent| {
        let count = choices.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => active.update(|active| *active = (*active + 1) % count),
            "ArrowUp" if count > 0 => active.update(|active| *active = (*active + count - 1) % count),
            "Enter" => {
                if let Some(choice) = choices.with(|choices| choices.get(active.get_untracked()).cloned()) {
                    choose(choice.id);
                }
            }
            "Escape" => {
                desk.floating.set(None);
                focus(BUTTON);
            }
            "Tab" => return desk.floating.set(None),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="popover" role="dialog" aria-label="Assign to" node_ref=popover>
            <label class="search">
                <span class="visually-hidden">"Find an agent"</span>
                <Icon name=IconName::Search />
                <input
                    class="input"
                    type="search"
                    placeholder="Assign to…"
                    autocomplete="off"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="assignees"
                    aria-activedescendant=move || format!("assignee-{}", active.get())
                    node_ref=field
                    on:input=move |event| {
                        search.set(event_target_value(&event));
                        active.set(0);
                    }
                    on:keydown=keys
                />
            </label>
            <div role="listbox" id="assignees" aria-label="Agents">
                {move || choices.get().into_iter().enumerate().map(|(place, choice)| {
                    let id = choice.id;
                    let is_chosen = move || chosen.get() == id;
                    view! {
                        <button
                            class="option"
                            class:is-active=move || active.get() == place
                            class:is-chosen=is_chosen
                            type="button"
                            role="option"
                            tabindex="-1"
                            id=format!("assignee-{place}")
                            aria-selected=move || if is_chosen() { "true" } else { "false" }
                            on:click=move |_| choose(id)
                        >
                            {if id.is_some() {
                                Either::Left(view! { <Avatar name=choice.name.clone() team=true size="is-small" /> })
                            } else {
                                Either::Right(view! { <span class="avatar is-small is-empty"></span> })
                            }}
                            <span class="option-name">{choice.name}</span>
                            {choice.is_me.then(|| view! { <span class="option-hint">"you"</span> })}
                            <Icon name=IconName::Check class="option-tick" />
                        </button>
                    }
                }).collect_view()}
            </div>
            {move || choices.with(Vec::is_empty).then(|| view! { <p class="popover-title">"Nobody by that name"</p> })}
        </div>
    }
}
