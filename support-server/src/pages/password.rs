//! Forgotten and first passwords. `forgot` posts `email`; `choose` posts `code` and `password`, the code filled from the fragment by
//! `account.js`.

use leptos::prelude::*;

use super::{
    Frame,
    field::{Field, Purpose},
    frame::{Column, gate},
};

/// What the page for a forgotten password shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForgotPage {
    /// The address typed before.
    pub email: String,
    /// Whether the wish was heard.
    pub is_sent: bool,
    /// What went wrong.
    pub error: Option<String>,
}

/// `GET /forgot`.
#[must_use]
pub fn forgot(frame: &Frame, page: &ForgotPage) -> String {
    if page.is_sent {
        return frame.document("Look into your mail", |frame| {
            let back = view! {
                <p class="gate-foot">
                    <a href=frame.to("/admin/sign-in")>"Back to sign-in"</a>
                </p>
            };
            let text = "If there is an account with this address, a letter with a link is on its way. The link works once, for an hour.";
            gate(Column::Narrow, "Look into your mail", text, back)
        });
    }
    frame.document("Forgot your password?", |frame| {
        let email = Field {
            value: page.email.clone(),
            error: page.error.clone(),
            ..Field::new("email", "Email", Purpose::Email)
        };
        let form = view! {
            <form class="gate-form" method="post" action=frame.to("/forgot")>
                {frame.csrf_field()}
                {email.show()}
                <button class="button is-primary is-wide">"Send me a link"</button>
            </form>
            <p class="gate-foot">
                <a href=frame.to("/admin/sign-in")>"Back to sign-in"</a>
            </p>
        };
        gate(Column::Narrow, "Forgot your password?", "We send a link to the address of your account.", form)
    })
}

/// Which letter the code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A forgotten password.
    Reset,
    /// An invitation.
    Invite,
}

/// What the page for choosing a password shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoosePage {
    /// Why it is shown.
    pub occasion: Occasion,
    /// The link or its code, given before.
    pub code: String,
    /// What is wrong with the link.
    pub code_error: Option<String>,
    /// What is wrong with the password.
    pub password_error: Option<String>,
}

/// `GET /reset` and `GET /invite`.
#[must_use]
pub fn choose(frame: &Frame, page: &ChoosePage) -> String {
    let (title, text, path) = match page.occasion {
        Occasion::Reset => ("Choose a new password", "You will be signed out everywhere.", "/reset"),
        Occasion::Invite => ("Welcome", "Choose a password to get your account.", "/invite"),
    };
    frame.document(title, |frame| {
        let page = page.clone();
        let code = Field {
            value: page.code,
            hint: "From our letter. It ends in a long code after a # sign.",
            error: page.code_error,
            ..Field::new("code", "Your link", Purpose::Link)
        };
        let password = Field {
            hint: "At least 8 characters.",
            error: page.password_error,
            ..Field::new("password", "Password", Purpose::NewPassword)
        };
        let form = view! {
            <form class="gate-form" id="code-form" method="post" action=frame.to(path)>
                {frame.csrf_field()}
                {code.show()}
                {password.show()}
                <button class="button is-primary is-wide">"Save the password"</button>
            </form>
            <p class="gate-foot">
                <a href=frame.to("/forgot")>"Send me a new link"</a>
            </p>
        };
        gate(Column::Narrow, title, text, form)
    })
}
