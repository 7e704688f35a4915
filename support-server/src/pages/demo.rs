//! The demo's first page: who to be. Posts to `/demo/sign-in/{who}`.

use leptos::prelude::*;

use super::Frame;
use crate::ui::{Avatar, Icon, IconName};

/// Somebody whom one can be with one click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPerson {
    /// The last part of the address that signs in.
    pub who: String,
    /// The name.
    pub name: String,
    /// What this person sees.
    pub text: String,
    /// Staff, or a customer.
    pub is_team: bool,
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPage {
    /// The address of the shop, on its other site.
    pub shop: String,
    /// The shop's name.
    pub shop_name: String,
    /// Staff and customers, in the order to show them.
    pub people: Vec<DemoPerson>,
    /// How many tickets the demo has.
    pub ticket_count: usize,
    /// How many mails were captured.
    pub mail_count: usize,
}

/// `GET /demo`.
#[must_use]
pub fn demo_page(frame: &Frame, page: &DemoPage) -> String {
    frame.document("Demo", |frame| {
        let page = page.clone();
        let (team, customers): (Vec<_>, Vec<_>) = page.people.into_iter().partition(|person| person.is_team);
        let desk_text = format!("{} tickets, a few colleagues. Sign in without a password.", page.ticket_count);
        let mail_text = match page.mail_count {
            0 => "None yet".to_owned(),
            1 => "1 letter".to_owned(),
            count => format!("{count} letters, newest first"),
        };
        let customers: Vec<_> = customers.into_iter().map(|person| role(&frame, person, "Open the requests")).collect();
        let team: Vec<_> = team.into_iter().map(|person| role(&frame, person, "Sign in")).collect();
        let (mail, api) = (frame.to("/demo/mail"), frame.to("/api/docs"));
        view! {
            <main class="demo">
                <header class="demo-head">
                    <h1 class="demo-title">"Try both sides of the desk"</h1>
                    <p class="demo-text">
                        "Open the shop in one window and the desk in another. Write in the shop’s chat, answer at the desk, and watch it arrive."
                    </p>
                </header>
                <Section title="As a customer" text="A shop on another site with one script tag, or your requests by a private link.">
                    <Place
                        icon=IconName::Bag
                        name=page.shop_name
                        text="The shop, with the chat in its corner"
                        go="Open"
                        address=page.shop
                    />
                    {customers}
                </Section>
                <Section title="At the desk" text=desk_text>
                    {team}
                </Section>
                <Section title="Behind the scenes" text="No mail is sent. It is caught and shown.">
                    <Place icon=IconName::Mail name="Captured mail" text=mail_text go="Read" address=mail />
                    <Place icon=IconName::Code name="API" text="Every route, with its schema" go="Read" address=api />
                </Section>
            </main>
        }
    })
}

#[component]
fn Section(title: &'static str, #[prop(into)] text: String, children: Children) -> impl IntoView {
    view! {
        <section class="demo-section">
            <div>
                <h2 class="demo-section-title">{title}</h2>
                <p class="demo-section-text">{text}</p>
            </div>
            <div class="roles">{children()}</div>
        </section>
    }
}

fn role(frame: &Frame, person: DemoPerson, go: &'static str) -> impl IntoView + use<> {
    view! {
        <form method="post" action=frame.to(&format!("/demo/sign-in/{}", person.who))>
            {frame.csrf_field()}
            <button class="role">
                <Avatar name=person.name.clone() team=person.is_team />
                <span>
                    <span class="role-name">{person.name}</span>
                    <span class="role-text">{person.text}</span>
                </span>
                <span class="role-go">
                    <span>{go}</span>
                    <Icon name=IconName::Forward />
                </span>
            </button>
        </form>
    }
}

#[component]
fn Place(
    icon: IconName,
    #[prop(into)] name: String,
    #[prop(into)] text: String,
    go: &'static str,
    address: String,
) -> impl IntoView {
    view! {
        <a class="role" href=address>
            <span class="avatar">
                <Icon name=icon />
            </span>
            <span>
                <span class="role-name">{name}</span>
                <span class="role-text">{text}</span>
            </span>
            <span class="role-go">
                <span>{go}</span>
                <Icon name=IconName::Forward />
            </span>
        </a>
    }
}
