//! Every page escapes what people wrote, names its form fields as the handlers read them, and keeps to the strict policy.

use support_core::{
    model::{
        AuthorKind, Channel, ConversationId, Direction, MessageFormat, MessageId, PersonId, Priority, Status, Timestamp,
    },
    protocol::{
        Author, LinkCard, LinkFact, Message, Page, PersonRef, PortalContext, Receipts, Ticket, TokenAbility, TokenScope,
    },
};
use uuid::Uuid;

use super::*;

pub(super) const EVIL: &str = r#""><script>alert(1)</script><img src=x onerror=alert(1)>"#;
const FIELD: &str = r#"name="csrf""#;

pub(super) fn evil() -> String {
    EVIL.to_owned()
}

pub(super) fn frame() -> Frame {
    Frame {
        base: "/t/acme/help".to_owned(),
        desk: evil(),
        style: "/t/acme/help/admin/a/0/portal.css".to_owned(),
        script: Some("/t/acme/help/admin/a/0/portal.js".to_owned()),
        theme: Some(EVIL),
        csrf: evil(),
        is_demo: true,
    }
}

pub(super) fn now() -> Timestamp {
    Timestamp::from_timestamp(1_795_253_940, 0).unwrap()
}

fn ticket(number: u8) -> Ticket {
    let id = |n: u8| Uuid::from_bytes([n; 16]);
    Ticket {
        id: ConversationId(id(number)),
        number: i64::from(number),
        subject: evil(),
        description: Some(evil()),
        status: Status::Resolved,
        priority: Priority::High,
        category: Some(evil()),
        tags: Vec::new(),
        links: Vec::new(),
        sla_due_at: None,
        sla_overdue: false,
        sla: None,
        team: None,
        watchers: Vec::new(),
        snoozed_until: None,
        merged_into: None,
        ai_summary: None,
        ai_confidence_score: None,
        ai_first_response_time: None,
        ai_auto_resolved: None,
        satisfaction: None,
        custom_fields: std::collections::BTreeMap::new(),
        channel: Channel::CHAT,
        requester: PersonRef { id: PersonId(id(100)), name: evil(), email: Some(evil()) },
        assigned_to: None,
        last_message_at: Some(now()),
        preview: evil(),
        last_seq: 3,
        unread_by_agent: 0,
        unread_by_customer: 1,
        first_response_at: None,
        created_by: None,
        created_at: now(),
        updated_at: now(),
        resolved_at: None,
        closed_at: None,
        version: 1,
        messages: None,
    }
}

fn message(seq: u8, direction: Direction, body: &str) -> Message {
    let kind = if direction == Direction::Inbound { AuthorKind::Customer } else { AuthorKind::Agent };
    Message {
        id: MessageId(Uuid::from_bytes([seq; 16])),
        conversation_id: ticket(1).id,
        seq: i64::from(seq),
        client_id: None,
        author: Author { kind, id: None, name: evil() },
        direction,
        is_internal: false,
        body: body.to_owned(),
        body_html: format!("<p>{}</p>", body.replace('<', "&lt;").replace('"', "&quot;")),
        format: MessageFormat::Text,
        reply_to: None,
        reply_count: 0,
        mentions: Vec::new(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        channel: Channel::CHAT,
        is_read: false,
        receipts: Receipts { delivered: false, read: false },
        created_at: now(),
        edited_at: None,
        deleted_at: None,
    }
}

fn thread() -> PortalThread {
    let note = Message { is_internal: true, ..message(2, Direction::Outbound, "between colleagues") };
    PortalThread {
        ticket: ticket(1),
        messages: vec![message(1, Direction::Inbound, EVIL), note, message(3, Direction::Outbound, EVIL)],
        can_reply: true,
        can_close: true,
        has_others: true,
        expires_at: now(),
        draft: format!("</textarea>{EVIL}"),
        error: Some(evil()),
        client_id: evil(),
        file_max_bytes: 25_000_000,
    }
}

fn list(tickets: Vec<Ticket>) -> PortalList {
    let scope = TokenScope::Ticket(ticket(1).id);
    let link = LinkCard {
        kind: evil(),
        id: evil(),
        title: Some(evil()),
        url: Some("https://shop.example/orders".to_owned()),
        facts: vec![LinkFact { label: evil(), value: evil() }],
    };
    let can = vec![TokenAbility::Read, TokenAbility::Create];
    let context = PortalContext { scope, can, tickets: tickets.clone(), expires_at: now(), link: Some(link) };
    let tickets = Page { data: tickets, next: Some("abc".to_owned()), previous: None };
    PortalList { context, shown: PortalShown::Open, tickets }
}

fn request() -> PortalNew {
    let draft = Draft { subject: evil(), body: format!("</textarea>{EVIL}"), name: evil(), email: evil() };
    let errors = ["", "subject", "body", "name", "email"].map(|field| (field.to_owned(), evil()));
    PortalNew {
        draft,
        asks_who: true,
        reply_time: evil(),
        expires_at: now(),
        errors: errors.into(),
        client_id: evil(),
        file_max_bytes: 1,
    }
}

fn setup_page() -> SetupForm {
    SetupForm {
        code: evil(),
        name: evil(),
        email: evil(),
        name_error: Some(evil()),
        email_error: Some(evil()),
        password_error: Some(evil()),
    }
}

fn letters() -> MailPage {
    let text = format!("See https://desk.example/portal#abc. {EVIL}\nhttp://b.example/<script>");
    MailPage {
        letters: vec![Letter { number: 7, to: evil(), subject: evil(), sent_at: now() }],
        open: Some(OpenLetter { number: 7, from: evil(), text, has_html: true }),
    }
}

fn people() -> DemoPage {
    let person = |who: &str, is_team| DemoPerson { who: who.to_owned(), name: evil(), text: evil(), is_team };
    DemoPage {
        shop: evil(),
        shop_name: evil(),
        people: vec![person("ana", true), person("maya", false)],
        ticket_count: 200,
        mail_count: 2,
    }
}

/// Every page with hostile text in every field.
fn all() -> Vec<(&'static str, String)> {
    let frame = frame();
    let error = ErrorPage { request_id: Some(evil()), title: evil(), text: evil(), ..ErrorPage::of(500) };
    let shop = ShopPage { loader: evil(), style: evil(), demo: evil() };
    let mut pages = vec![
        ("sign-in", sign_in(&frame, &SignIn { email: evil(), next: evil(), error: Some(evil()) })),
        ("setup", setup_form(&frame, &setup_page())),
        ("setup-done", setup_done(&frame, &SetupDone { snippet: evil(), loader: evil() })),
        ("link", link_page(&frame, &LinkPage::default())),
        ("link-ended", link_page(&frame, &LinkPage { problem: Some(LinkProblem::Ended), has_mail: true })),
        ("link-ask", link_ask(&frame, &LinkAsk { email: evil(), error: Some(evil()), is_heard: false })),
        ("link-asked", link_ask(&frame, &LinkAsk { is_heard: true, ..LinkAsk::default() })),
        ("portal-list", portal_list(&frame, &list(vec![ticket(1), ticket(2)]))),
        ("portal-empty", portal_list(&frame, &list(Vec::new()))),
        ("portal-new", portal_new(&frame, &request())),
        ("portal-thread", portal_thread(&frame, &thread())),
        ("demo", demo_page(&frame, &people())),
        ("mail", mail_page(&frame, &letters())),
        ("mail-choice", mail_page(&frame, &MailPage { open: None, ..letters() })),
        ("mail-empty", mail_page(&frame, &MailPage::default())),
        ("error", error_page(&frame, &error.with_next(EVIL, EVIL))),
        ("shop", shop_page(&shop)),
    ];
    pages.extend(office::tests::pages());
    pages
}

#[test]
fn hostile_text_stays_text_on_every_page() {
    for (name, html) in all() {
        assert!(!html.contains("<script>alert"), "{name} runs a script: {html}");
        assert!(!html.contains("<img"), "{name} has an image that somebody wrote: {html}");
        assert!(!html.contains(r#"=""><"#), "{name} lets text out of an attribute: {html}");
        assert!(!html.contains("&amp;lt;"), "{name} escapes twice: {html}");
    }
}

#[test]
fn no_page_needs_an_inline_style_or_script() {
    for (name, html) in all() {
        assert!(!html.contains(" style="), "{name} has an inline style");
        assert!(!html.contains("<style"), "{name} has a style element");
        for script in html.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').unwrap();
            assert!(tag.contains(" src=") && rest.starts_with("</script>"), "{name} has an inline script: {tag}");
        }
        for handler in [" onclick=", " onload=", " onsubmit="] {
            assert!(!html.contains(handler), "{name} has an inline handler");
        }
    }
}

#[test]
fn every_page_is_one_document_with_a_heading() {
    for (name, html) in all() {
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}: {html}");
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one main heading");
        assert_eq!(html.matches("<main").count(), 1, "{name} has one main landmark");
        assert!(html.contains("<html lang=\"en\""), "{name} says its language");
    }
}

#[test]
fn every_form_posts_below_the_mount_prefix_and_carries_the_csrf_field() {
    for (name, html) in all() {
        let forms = html.matches("<form").count();
        let asking = html.matches(r#"method="get""#).count();
        assert_eq!(forms - asking, html.matches(FIELD).count(), "{name}: a form without the field");
        assert_eq!(forms, html.matches(r#"action="/t/acme/help/"#).count(), "{name}: a form that leaves the prefix");
    }
}

fn fields(html: &str) -> Vec<&str> {
    html.split(" name=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|name| !matches!(*name, "viewport" | "robots"))
        .collect()
}

#[test]
fn forms_have_the_fields_that_the_handlers_read() {
    let frame = Frame { csrf: "c".to_owned(), ..Frame::default() };
    assert_eq!(fields(&sign_in(&frame, &SignIn::default())), ["csrf", "next", "email", "password"]);
    assert_eq!(fields(&setup_form(&frame, &SetupForm::default())), ["csrf", "code", "name", "email", "password"]);
    assert_eq!(fields(&link_page(&frame, &LinkPage::default())), ["csrf", "link"]);
    assert_eq!(fields(&link_ask(&frame, &LinkAsk::default())), ["csrf", "email"]);
    assert_eq!(fields(&portal_thread(&frame, &thread())), ["csrf", "csrf", "client_id", "body", "file", "csrf"]);
    assert_eq!(
        fields(&portal_new(&frame, &request())),
        ["csrf", "csrf", "client_id", "name", "email", "subject", "body", "file"]
    );
}

#[test]
fn a_password_is_never_shown_again() {
    let html = setup_form(&frame(), &setup_page());
    let input = html.split("<input").find(|input| input.contains(r#"type="password""#)).unwrap();
    assert!(!input.split('>').next().unwrap().contains("alert"), "{input}");
}

#[test]
fn a_draft_comes_back_as_it_was_typed() {
    let html = portal_thread(&frame(), &PortalThread { draft: "a < b & c </textarea>".to_owned(), ..thread() });
    assert!(html.contains(">a &lt; b &amp; c &lt;/textarea></textarea>"), "{html}");
}

#[test]
fn an_error_is_tied_to_its_field() {
    let html = sign_in(&frame(), &SignIn { error: Some("No match.".to_owned()), ..SignIn::default() });
    let input = html.split("<input").find(|input| input.contains(r#"type="password""#)).unwrap();
    assert!(
        input.contains(r#"aria-invalid="true""#) && input.contains(r#"aria-describedby="password-note""#),
        "{input}"
    );
    assert!(html.contains(r#"id="password-note""#), "{html}");
}

#[test]
fn the_customer_does_not_see_an_internal_note() {
    let html = portal_thread(&frame(), &thread());
    assert!(!html.contains("between colleagues"), "{html}");
    assert_eq!(html.matches("class=\"letter-body").count(), 2);
}

#[test]
fn a_link_that_may_only_read_has_no_form_for_a_reply() {
    let html = portal_thread(&frame(), &PortalThread { can_reply: false, ..thread() });
    assert!(!html.contains("<textarea") && !html.contains("#reply"), "{html}");
}

#[test]
fn a_resolved_ticket_says_that_an_answer_opens_it_again() {
    let open = Ticket { status: Status::Open, ..ticket(1) };
    assert!(portal_thread(&frame(), &thread()).contains("opens it again"));
    assert!(!portal_thread(&frame(), &PortalThread { ticket: open, ..thread() }).contains("opens it again"));
}

#[test]
fn addresses_in_a_letter_are_links_and_the_rest_is_text() {
    let html = mail_page(&frame(), &letters());
    assert!(
        html.contains(r#"<a href="https://desk.example/portal#abc">https://desk.example/portal#abc</a>"#),
        "{html}"
    );
    assert!(html.contains(r#"<a href="http://b.example/">http://b.example/</a>"#), "{html}");
}

#[test]
fn a_letter_that_is_not_in_the_list_is_not_open() {
    let html = mail_page(&frame(), &MailPage { letters: Vec::new(), ..letters() });
    assert!(!html.contains("<iframe") && html.contains("No mail yet"), "{html}");
}
