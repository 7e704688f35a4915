//! First start: the first admin, then the tag for the website. Posts `code`, `name`, `email` and `password`.

use leptos::prelude::*;

use super::{
    Frame,
    field::{Field, Purpose},
    frame::{Column, gate},
};
use crate::ui::{Icon, IconName};

/// What the form shows. An error stands at the field it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetupForm {
    /// The secret of the one-time link.
    pub code: String,
    /// The name typed before.
    pub name: String,
    /// The address typed before.
    pub email: String,
    /// What is wrong with the name.
    pub name_error: Option<String>,
    /// What is wrong with the address.
    pub email_error: Option<String>,
    /// What is wrong with the password.
    pub password_error: Option<String>,
}

/// `GET /setup`.
#[must_use]
pub fn setup_form(frame: &Frame, page: &SetupForm) -> String {
    frame.document("Set up your desk", |frame| {
        let page = page.clone();
        let name = Field { value: page.name, error: page.name_error, ..Field::new("name", "Your name", Purpose::Name) };
        let email =
            Field { value: page.email, error: page.email_error, ..Field::new("email", "Email", Purpose::Email) };
        let password = Field {
            hint: "At least 8 characters.",
            error: page.password_error,
            ..Field::new("password", "Password", Purpose::NewPassword)
        };
        let form = view! {
            <form class="gate-form" method="post" action=frame.to("/setup")>
                {frame.csrf_field()}
                <input type="hidden" name="code" value=page.code />
                {name.show()}
                {email.show()}
                {password.show()}
                <button class="button is-primary is-wide">"Create the desk"</button>
            </form>
        };
        gate(Column::Narrow, "Set up your desk", "This link works once. You become the first admin.", form)
    })
}

/// What the end of the setup shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetupDone {
    /// The tag to paste, as the inbox gives it.
    pub snippet: String,
    /// The address of the widget's loader, which makes the chat live on this very page.
    pub loader: String,
}

/// Where a successful setup leads: the tag, and the widget to try at once. With `setup.js` as script it copies the tag and
/// tells when the first message arrives.
#[must_use]
pub fn setup_done(frame: &Frame, page: &SetupDone) -> String {
    frame.document("Your desk is ready", |frame| {
        let page = page.clone();
        let steps = view! {
            <ol class="steps">
                <li class="step is-done">
                    <span class="step-mark">
                        <Icon name=IconName::Check />
                    </span>
                    <div class="step-body">
                        <h2 class="step-title">"You are the admin"</h2>
                    </div>
                </li>
                <li class="step is-now">
                    <span class="step-mark">"2"</span>
                    <div class="step-body">
                        <h2 class="step-title">"Paste this tag into your page"</h2>
                        <div class="snippet">
                            <code class="snippet-code" id="snippet">{page.snippet}</code>
                            <button class="button is-quiet is-icon is-small" type="button" id="copy" aria-label="Copy the tag" hidden>
                                <Icon name=IconName::Copy />
                            </button>
                        </div>
                        <p class="field-hint">"One tag, anywhere in the page. It loads nothing more until a visitor opens the chat."</p>
                    </div>
                </li>
                <li class="step">
                    <span class="step-mark">"3"</span>
                    <div class="step-body">
                        <h2 class="step-title">"Try it"</h2>
                        <p class="gate-text">"The chat is live on this page too: open it in the corner and write something."</p>
                        <p class="waiting" id="first-message" role="status" hidden>
                            <span class="waiting-pulse"></span>
                            <span>"Waiting for the first message…"</span>
                        </p>
                    </div>
                </li>
            </ol>
            <a class="button is-primary" href=frame.to("/admin")>"Open the desk"</a>
        };
        view! {
            {gate(Column::Broad, "Your desk is ready", "One step is left: put the chat on your site.", steps)}
            <script async src=page.loader></script>
        }
    })
}
