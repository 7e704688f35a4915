//! Sign-in of the desk's people. Posts `email`, `password` and `next`.

use leptos::prelude::*;

use super::{
    Frame,
    field::{Field, Purpose},
    frame::{Column, gate},
};

/// What the page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignIn {
    /// The address typed before.
    pub email: String,
    /// Where to go afterwards; empty for the desk.
    pub next: String,
    /// What went wrong, such as "That email and password do not match."
    pub error: Option<String>,
}

/// `GET /admin/sign-in`.
#[must_use]
pub fn sign_in(frame: &Frame, page: &SignIn) -> String {
    frame.document("Sign in", |frame| {
        let email = Field { value: page.email.clone(), ..Field::new("email", "Email", Purpose::Email) };
        let password = Field { error: page.error.clone(), ..Field::new("password", "Password", Purpose::Password) };
        let form = view! {
            <form class="gate-form" method="post" action=frame.to("/admin/sign-in")>
                {frame.csrf_field()}
                <input type="hidden" name="next" value=page.next.clone() />
                {email.show()}
                {password.show()}
                <button class="button is-primary is-wide">"Sign in"</button>
            </form>
            <p class="gate-foot">
                <a href=frame.to("/forgot")>"Forgot your password?"</a>
            </p>
        };
        gate(Column::Narrow, "Sign in", &frame.desk, form)
    })
}
