//! What somebody wants to be told of, how, and by which browsers.

use leptos::prelude::*;
use serde_json::{Map, Value, json};
use support_core::{
    model::{Digest, NotificationKind, NotificationWay},
    protocol::{NotificationPreferences, PushSubscription},
};

use super::{
    moment::{Precision, moment},
    office::{Body, Choice, Entries, Form, Input, Kind, Office, Section, Wrong},
};
use crate::ui::{Icon, IconName};

/// What the page shows.
#[derive(Debug)]
pub struct MyNotifications {
    /// What holds now.
    pub preferences: NotificationPreferences,
    /// What was typed, where it was refused.
    pub typed: Option<Entries>,
    /// Why it was refused.
    pub wrong: Wrong,
    /// The browsers that are told.
    pub browsers: Vec<PushSubscription>,
}

/// Why somebody is told, and by when that comes.
const fn words(kind: NotificationKind) -> (&'static str, &'static str) {
    match kind {
        NotificationKind::Mention => ("Mentions", "A message addresses you."),
        NotificationKind::Assignment => ("Assignments", "You are to look after a ticket."),
        NotificationKind::SlaBreach => ("SLA broken", "A promise about your ticket is overdue."),
        NotificationKind::SlaWarning => ("SLA at risk", "A promise about your ticket is due soon."),
        NotificationKind::Message => ("Messages", "Somebody wrote in a ticket of yours, or of your team."),
        NotificationKind::WatchedMessage => {
            ("Messages in watched tickets", "Somebody wrote in a ticket that you watch.")
        }
        NotificationKind::WatchedChange => {
            ("Changes of watched tickets", "Another status, priority or assignee of a ticket that you watch.")
        }
        NotificationKind::WebhookDisabled => ("Webhooks", "A webhook was taken out of service."),
    }
}

const fn way_word(way: NotificationWay) -> &'static str {
    match way {
        NotificationWay::InApp => "Dashboard",
        NotificationWay::Mail => "Mail",
        NotificationWay::Push => "Push",
    }
}

/// `GET /admin/notifications/preferences`.
#[must_use]
pub fn my_notifications(office: &Office, page: &MyNotifications) -> String {
    office.page(Section::Wishes, None, || {
        let entries = page.typed.clone().unwrap_or_else(|| in_force(&page.preferences));
        let form = Form { entries: &entries, wrong: &page.wrong };
        let table = ways(&form);
        let digests = vec![
            Choice::new(Digest::Immediately, "At once, for each thing"),
            Choice::new(Digest::Hourly, "Every hour, together"),
            Choice::new(Digest::Daily, "Once a day, together"),
        ];
        let times = view! {
            {form.select("digest", "Mail", "", digests)}
            <div class="sheet-pair">
                {form.input(Input::new("digest_time", "Daily mail at").kind(Kind::Time).hint("By your own clock."))}
                {form.input(Input::new("time_zone", "Time zone").required().hint("Such as Europe/Berlin."))}
            </div>
        };
        let quiet = view! {
            <div class="sheet-pair">
                {form.input(Input::new("quiet_hours.from", "Quiet from").kind(Kind::Time))}
                {form.input(Input::new("quiet_hours.to", "Quiet until").kind(Kind::Time))}
            </div>
        };
        let hint =
            "Neither mail nor push is sent then. What comes is told together when they end. Leave both empty for none.";
        let quiet = form.group("quiet_hours", "Quiet hours", hint, form.own_error("quiet_hours"), quiet.into_any());
        let content = view! {
            <form class="sheet" method="post" action=office.to(Section::Wishes.path())>
                {office.frame.csrf_field()}
                {form.told()}
                {table}
                {times}
                {quiet}
                <div class="sheet-foot">
                    <button class="button is-primary">"Save"</button>
                </div>
            </form>
            {browsers(office, page)}
        };
        Body { actions: None, content: content.into_any() }
    })
}

/// One row a kind, one box a way.
fn ways(form: &Form<'_>) -> AnyView {
    let row = |kind: &NotificationKind| {
        let (name, text) = words(*kind);
        let cell = |way: &NotificationWay| {
            let member = format!("kinds.{kind}.{way}");
            let label = format!("{name}: {}", way_word(*way));
            let is_checked = form.entries.is_checked(&member);
            view! {
                <td data-label=way_word(*way)>
                    <input
                        type="checkbox"
                        name=member
                        value="on"
                        checked=is_checked
                        aria-label=label
                    />
                </td>
            }
        };
        view! {
            <tr>
                <th scope="row">
                    {name} <span class="table-note">{text}</span>
                </th>
                {NotificationWay::ALL.iter().map(cell).collect_view()}
            </tr>
        }
    };
    let head = |way: &NotificationWay| view! { <th scope="col">{way_word(*way)}</th> };
    view! {
        <table class="table ways">
            <caption class="visually-hidden">"What you are told of, and how"</caption>
            <thead>
                <tr>
                    <th scope="col">"Tell me of"</th>
                    {NotificationWay::ALL.iter().map(head).collect_view()}
                </tr>
            </thead>
            <tbody>{NotificationKind::ALL.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The browsers that agreed to push. This one joins by script: only a browser can say where it is reached.
fn browsers(office: &Office, page: &MyNotifications) -> AnyView {
    let row = |browser: &PushSubscription| {
        let name = if browser.name.is_empty() { browser.host.clone() } else { browser.name.clone() };
        let told = format!("Remove {name}");
        let action = office.to(&format!("{}/browsers/{}/delete", Section::Wishes.path(), browser.id));
        view! {
            <li class="browser" data-browser=browser.id.to_string()>
                <span class="browser-name">{name}</span>
                <span class="browser-since">"since " {moment(browser.created_at, Precision::Short)}</span>
                <form method="post" action=action>
                    {office.frame.csrf_field()}
                    <button class="button is-quiet is-small" aria-label=told>
                        <Icon name=IconName::Close />
                        "Remove"
                    </button>
                </form>
            </li>
        }
    };
    let rows = page.browsers.iter().map(row).collect_view();
    let none = page.browsers.is_empty().then(|| view! { <p class="field-hint">"No browser is told yet."</p> });
    view! {
        <section
            class="sheet browsers"
            aria-labelledby="browsers-title"
            data-push-key=page.preferences.push_key.clone()
            data-worker=office.to(Section::WORKER)
            data-api=office.to("/api/v1/push-subscriptions")
        >
            <h2 class="part-title" id="browsers-title">"Browsers that are told while the dashboard is closed"</h2>
            {none}
            <ul class="browsers-list">{rows}</ul>
            <p class="field-hint" data-push-told role="status">
                "To add this browser, open this page with JavaScript, over https."
            </p>
            <div class="sheet-foot">
                <button class="button" type="button" data-push-join hidden>"Tell this browser"</button>
            </div>
        </section>
    }
    .into_any()
}

/// The form as what holds now fills it.
fn in_force(preferences: &NotificationPreferences) -> Entries {
    let mut entries = Entries::default()
        .with("digest", preferences.digest)
        .with("digest_time", preferences.digest_time)
        .with("time_zone", &preferences.time_zone);
    if let Some(quiet) = preferences.quiet_hours {
        // A field for a time ends the day at its first minute.
        let to = if quiet.to.minutes() == 24 * 60 { "00:00".to_owned() } else { quiet.to.to_string() };
        entries = entries.with("quiet_hours.from", quiet.from).with("quiet_hours.to", to);
    }
    for kind in NotificationKind::ALL {
        let ways = preferences.kinds.of(*kind);
        for (way, is_on) in NotificationWay::ALL.iter().zip([ways.in_app, ways.mail, ways.push]) {
            entries = entries.with_check(&format!("kinds.{kind}.{way}"), is_on);
        }
    }
    entries
}

/// The body for `PATCH notifications/preferences`.
#[must_use]
pub fn my_notifications_body(posted: &Entries) -> Value {
    let kind = |kind: &NotificationKind| {
        let way = |way: &NotificationWay| (way.to_string(), json!(posted.is_checked(&format!("kinds.{kind}.{way}"))));
        (kind.to_string(), Value::Object(NotificationWay::ALL.iter().map(way).collect()))
    };
    let kinds: Map<_, _> = NotificationKind::ALL.iter().map(kind).collect();
    let quiet = match (posted.some("quiet_hours.from"), posted.some("quiet_hours.to")) {
        (None, None) => Value::Null,
        (from, to) => json!({ "from": from.unwrap_or_default(), "to": to.unwrap_or_default() }),
    };
    json!({
        "kinds": kinds,
        "digest": posted.one("digest"),
        "digest_time": posted.some("digest_time").unwrap_or("08:00"),
        "quiet_hours": quiet,
        "time_zone": posted.one("time_zone").trim(),
    })
}

#[cfg(test)]
mod tests {
    use support_core::model::notification::Preferences;

    use super::*;

    fn shown() -> NotificationPreferences {
        let Preferences { kinds, digest, digest_time, quiet_hours, time_zone } = Preferences::default();
        NotificationPreferences { kinds, digest, digest_time, quiet_hours, time_zone, push_key: "key".to_owned() }
    }

    #[test]
    fn the_form_says_what_holds_and_what_it_posts_means_the_same() {
        let body = my_notifications_body(&in_force(&shown()));
        assert_eq!(body["kinds"], serde_json::to_value(Preferences::default().kinds).unwrap());
        assert_eq!(
            (&body["digest"], &body["digest_time"], &body["quiet_hours"], &body["time_zone"]),
            (&json!("immediately"), &json!("08:00"), &Value::Null, &json!("UTC"))
        );
    }

    #[test]
    fn half_of_the_quiet_hours_is_sent_as_it_is_so_that_the_api_says_what_is_missing() {
        let body = my_notifications_body(&Entries::default().with("quiet_hours.from", "22:00"));
        assert_eq!(body["quiet_hours"], json!({ "from": "22:00", "to": "" }));
        assert_eq!(body["kinds"]["mention"], json!({ "in_app": false, "mail": false, "push": false }));
    }
}
