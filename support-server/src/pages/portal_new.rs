//! A new request through the portal. Posts `subject`, `body`, `client_id`, and from somebody unknown `name` and `email`.

use leptos::prelude::*;
use support_core::model::Timestamp;

use super::{
    Frame,
    field::{Field, Purpose, labelled},
    files::file_field,
    portal_list::{expiry, portal_bar},
};
use crate::ui::{Icon, IconName};

/// What the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct PortalNew {
    /// What was typed before.
    pub draft: Draft,
    /// Whether to ask who it is: a link to a record of the host does not say.
    pub asks_who: bool,
    /// When customers can expect an answer; may be empty.
    pub reply_time: String,
    /// Until when the link works.
    pub expires_at: Timestamp,
    /// What is wrong: a field's name, or empty for the whole, and a sentence.
    pub errors: Vec<(String, String)>,
    /// A fresh id for the request.
    pub client_id: String,
    /// The largest file that can be attached; 0: none can.
    pub file_max_bytes: i64,
}

/// What somebody typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// One line.
    pub subject: String,
    /// The message.
    pub body: String,
    /// Who it is.
    pub name: String,
    /// Where answers go.
    pub email: String,
}

/// `GET /portal/new`.
#[must_use]
pub fn portal_new(frame: &Frame, page: &PortalNew) -> String {
    frame.document("New request", |frame| {
        let error = |name: &str| page.errors.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
        let field = |name, label, purpose, value: &String, hint| Field {
            value: value.clone(),
            hint,
            error: error(name),
            ..Field::new(name, label, purpose)
        };
        let who = page.asks_who.then(|| {
            let email_hint = "Our answer goes there.";
            view! {
                {field("name", "Your name", Purpose::Name, &page.draft.name, "").show()}
                {field("email", "Your email", Purpose::Contact, &page.draft.email, email_hint).show()}
            }
        });
        let body = page.draft.body.replace('&', "&amp;").replace('<', "&lt;");
        let body = labelled("body", "Message", "", error("body"), move |tie| view! {
            <textarea class="input" id="body" name="body" rows="6" dir="auto" required aria-invalid=tie.invalid aria-describedby=tie.describes>
                {body}
            </textarea>
        });
        let files = file_field(page.file_max_bytes, error("file"));
        let whole = error("").map(|text| view! {
            <p class="callout is-bad" role="alert">
                <Icon name=IconName::Alert />
                <span>{text}</span>
            </p>
        });
        let soon = (!page.reply_time.is_empty()).then(|| view! { <p class="field-hint">{page.reply_time.clone()}</p> });
        view! {
            <div class="portal">
                {portal_bar(&frame)}
                <main class="portal-main">
                    <header class="portal-head">
                        <a class="portal-back" href=frame.to("/portal")>
                            <Icon name=IconName::Back />
                            "All your requests"
                        </a>
                        <h1 class="portal-title">"New request"</h1>
                    </header>
                    <form class="reply is-new" method="post" enctype="multipart/form-data" action=frame.to("/portal/new")>
                        {frame.csrf_field()}
                        <input type="hidden" name="client_id" value=page.client_id.clone() />
                        {whole}
                        {who}
                        {field("subject", "What is it about?", Purpose::Subject, &page.draft.subject, "").show()}
                        {body}
                        {files}
                        <div class="reply-foot">
                            {soon}
                            <button class="button is-primary">
                                <Icon name=IconName::Send />
                                "Send"
                            </button>
                        </div>
                    </form>
                </main>
                {expiry(page.expires_at)}
            </div>
        }
    })
}
