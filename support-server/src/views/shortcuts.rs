//! The `?` sheet: the same table that the keyboard obeys.

use leptos::{html, prelude::*};

use crate::{
    desk::{Desk, Floating, is_mac},
    state::{Group, SHORTCUTS, Shortcut},
    ui::{Icon, IconName},
};

/// The sheet, a modal dialog.
#[component]
pub fn ShortcutSheet() -> impl IntoView {
    let desk = Desk::here();
    let dialog = NodeRef::<html::Dialog>::new();
    let is_open = Memo::new(move |_| desk.floating.get() == Some(Floating::Shortcuts));
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            // Fails for a dialog that is open already, which is not this case.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let closed = move |_| {
        if is_open.get_untracked() {
            desk.floating.set(None);
        }
    };
    let mac = RwSignal::new(false);
    Effect::new(move |_| mac.set(is_mac()));
    view! {
        <dialog class="dialog" aria-labelledby="shortcuts-title" node_ref=dialog on:close=closed>
            <header class="dialog-head">
                <h2 class="dialog-title" id="shortcuts-title">"Keyboard shortcuts"</h2>
                <button
                    class="button is-quiet is-icon"
                    type="button"
                    aria-label="Close"
                    on:click=move |_| desk.floating.set(None)
                >
                    <Icon name=IconName::Close />
                </button>
            </header>
            <div class="dialog-body shortcuts" tabindex="0">
                {Group::ALL.map(|group| view! {
                    <section class="shortcuts-group">
                        <h3 class="shortcuts-title">{group.title()}</h3>
                        <dl>
                            {SHORTCUTS.iter().filter(|shortcut| shortcut.group == group)
                                .map(|shortcut| view! { <Entry shortcut mac /> }).collect_view()}
                        </dl>
                    </section>
                }).collect_view()}
            </div>
        </dialog>
    }
}

#[component]
fn Entry(shortcut: &'static Shortcut, mac: RwSignal<bool>) -> impl IntoView {
    view! {
        <div class="shortcut">
            <dt>{shortcut.label}</dt>
            <dd class="shortcut-keys">
                {shortcut.keys.iter().map(|key| view! { <kbd class="kbd">{move || key_cap(key, mac.get())}</kbd> }).collect_view()}
            </dd>
        </div>
    }
}

fn key_cap(key: &str, is_mac: bool) -> String {
    match key {
        "Mod" if is_mac => "⌘".to_owned(),
        "Mod" => "Ctrl".to_owned(),
        "Enter" => "↵".to_owned(),
        "Shift" => "⇧".to_owned(),
        "Escape" => "Esc".to_owned(),
        key => key.to_ascii_uppercase(),
    }
}
