//! One ticket in the portal, with a form for the answer. Posts `body` and `client_id`, so that sending twice writes once.

use leptos::prelude::*;
use support_core::{
    model::{Direction, Status, Timestamp},
    protocol::{Message, Ticket},
};

use super::{
    Frame,
    field::{escape_for_textarea, field_error},
    files::{file_field, file_list},
    moment::{Precision, moment},
    portal_list::{case_status, expiry, portal_bar},
};
use crate::{
    state::actor_name,
    ui::{Avatar, Icon, IconName},
};

/// What the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct PortalThread {
    /// The ticket.
    pub ticket: Ticket,
    /// Its thread, ascending; what is internal is dropped here once more.
    pub messages: Vec<Message>,
    /// Whether the link may write.
    pub can_reply: bool,
    /// Whether the link may end the ticket.
    pub can_close: bool,
    /// Whether the link opens other tickets too.
    pub has_others: bool,
    /// Until when the link works.
    pub expires_at: Timestamp,
    /// What was typed before and not sent.
    pub draft: String,
    /// Why it was not sent.
    pub error: Option<String>,
    /// A fresh id for the next message.
    pub client_id: String,
    /// The largest file that can be attached; 0: none can.
    pub file_max_bytes: i64,
}

/// `GET /portal/t/{ticket_id}`.
#[must_use]
pub fn portal_thread(frame: &Frame, page: &PortalThread) -> String {
    frame.document(&page.ticket.subject, |frame| {
        let ticket = page.ticket.clone();
        let letters: Vec<_> = page
            .messages
            .iter()
            .filter(|message| !message.is_internal)
            .cloned()
            .map(|message| letter(&frame, message))
            .collect();
        let back = page.has_others.then(|| {
            view! {
                <a class="portal-back" href=frame.to("/portal")>
                    <Icon name=IconName::Back />
                    "All your requests"
                </a>
            }
        });
        let skip = page.can_reply.then(|| {
            view! {
                <a class="skip-link" href="#reply">
                    "Skip to your reply"
                </a>
            }
        });
        let reply = page.can_reply.then(|| reply_form(&frame, page));
        let close = (page.can_close && page.ticket.status != Status::Closed).then(|| close_form(&frame, &page.ticket));
        view! {
            {skip}
            <div class="portal">
                {portal_bar(&frame)}
                <main class="portal-main" data-ticket=ticket.id.to_string() data-seq=ticket.last_seq.to_string()>
                    <header class="portal-head">
                        {back}
                        <h1 class="portal-title" dir="auto">
                            {ticket.subject}
                        </h1>
                        <p class="portal-facts" id="facts">
                            {case_status(ticket.status)}
                            <span>{format!("#{}", ticket.number)}</span>
                            <span>"Opened on " {moment(ticket.created_at, Precision::Day)}</span>
                        </p>
                    </header>
                    <ol class="letters" id="messages">
                        {letters}
                    </ol>
                    <p class="visually-hidden" role="status" id="news"></p>
                    {reply}
                    {close}
                </main>
                {expiry(page.expires_at)}
            </div>
        }
    })
}

/// Ends the ticket. No question first: writing opens it again.
fn close_form(frame: &Frame, ticket: &Ticket) -> impl IntoView + use<> {
    view! {
        <form class="portal-close" method="post" action=frame.to(&format!("/portal/t/{}/close", ticket.id))>
            {frame.csrf_field()}
            <p class="field-hint">"Nothing more to say? You can write again at any time."</p>
            <button class="button">
                <Icon name=IconName::Check />
                "Close this request"
            </button>
        </form>
    }
}

fn letter(frame: &Frame, message: Message) -> impl IntoView + use<> {
    let files = file_list(frame, &message.attachments);
    let is_mine = message.direction == Direction::Inbound;
    let name = actor_name(&message.author);
    let avatar = (!is_mine).then(|| view! { <Avatar name=name.clone() team=true /> });
    view! {
        <li class=if is_mine { "letter is-mine" } else { "letter" }>
            {avatar}
            <p class="letter-head">
                <span class="letter-author">{if is_mine { "You".to_owned() } else { name }}</span>
                {moment(message.created_at, Precision::Short)}
            </p>
            {match message.deleted_at {
                Some(_) => view! { <div class="letter-body is-deleted">"This message was deleted"</div> }.into_any(),
                // The files say enough.
                None if message.body.is_empty() => ().into_any(),
                None => view! { <div class="letter-body prose" dir="auto" inner_html=message.body_html></div> }.into_any(),
            }}
            {files}
        </li>
    }
}

fn reply_form(frame: &Frame, page: &PortalThread) -> impl IntoView + use<> {
    let is_done = matches!(page.ticket.status, Status::Resolved | Status::Closed);
    let reopens = is_done.then(|| {
        view! {
            <p class="callout is-good">
                <Icon name=IconName::Resolved />
                <span>"This is resolved. If something is still wrong, just write: that opens it again."</span>
            </p>
        }
    });
    let error = page.error.clone();
    let (invalid, describes) = (error.is_some().then_some("true"), error.is_some().then_some("body-note"));
    view! {
        <form class="reply" id="reply" method="post" enctype="multipart/form-data" action=frame.to(&format!("/portal/t/{}/reply", page.ticket.id))>
            {frame.csrf_field()}
            <input type="hidden" name="client_id" value=page.client_id.clone() />
            {reopens}
            <div class="field">
                <label class="field-label" for="body">
                    "Your reply"
                </label>
                <textarea class="input" id="body" name="body" rows="4" dir="auto" required aria-invalid=invalid aria-describedby=describes>
                    {escape_for_textarea(&page.draft)}
                </textarea>
                {error.map(|error| field_error("body-note".to_owned(), error))}
            </div>
            {file_field(page.file_max_bytes, None)}
            <div class="reply-foot">
                <p class="field-hint">"You get the answer by email too."</p>
                <button class="button is-primary">
                    <Icon name=IconName::Send />
                    "Send"
                </button>
            </div>
        </form>
    }
}
