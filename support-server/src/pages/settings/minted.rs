//! A secret that was just made. It stands on this one page and can't be seen again.

use leptos::prelude::*;

use super::{
    super::office::{Body, Office},
    Resource, Secret,
};
use crate::ui::{Icon, IconName};

/// The answer to a form that made a secret.
#[must_use]
pub fn minted<R: Resource>(office: &Office, secret: &Secret) -> String {
    office.page(R::SECTION, Some(secret.title), || {
        let content = view! {
            <div class="sheet">
                <p class="callout is-warn">
                    <Icon name=IconName::Alert />
                    <span>"Copy it now. It is shown this once, and nobody can look it up later."</span>
                </p>
                {copyable("secret", secret.title, secret.value.clone())}
                <p class="field-hint">{secret.text}</p>
                <div class="sheet-foot">
                    <a class="button is-primary" href=office.to(R::SECTION.path())>"Done"</a>
                </div>
            </div>
        };
        Body { actions: None, content: content.into_any() }
    })
}

/// A text to copy. The button shows where a script runs.
pub(super) fn copyable(id: &str, what: &str, text: String) -> AnyView {
    view! {
        <div class="snippet">
            <code class="snippet-code" id=id.to_owned() tabindex="0" role="textbox" aria-readonly="true" aria-label=what.to_owned()>
                {text}
            </code>
            <button
                class="button is-quiet is-icon is-small"
                type="button"
                data-copy=id.to_owned()
                aria-label=format!("Copy: {what}")
                hidden
            >
                <Icon name=IconName::Copy />
            </button>
        </div>
    }
    .into_any()
}
