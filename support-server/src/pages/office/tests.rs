//! The pages behind the desk, each with hostile text in every field.

use support_core::{
    model::{
        ActorKind, DeliveryId, EventId, EventType, FieldKind, InboxId, Permissions, PersonId, Priority, Role,
        SettingId, Timestamp, TokenId, WebhookId,
        sla::{Holiday, OpenHours, PriorityTargets, Week},
    },
    protocol::{
        ApiKey, AuditActor, AuditEntry, Calendar, Change, ConfigEntry, ConfigSource, ConfigType, CustomRole, Field,
        FieldError, Inbox, Problem, SlaPolicy, Tag, Team, Token, TokenAbility, TokenScope, User, Webhook,
        WebhookDelivery, WebhookTest, WebhookTry,
    },
};
use uuid::Uuid;

use super::super::{settings::*, statistics::*, tests::*, *};

fn office() -> Office {
    let sections = Section::GROUPS.iter().flat_map(|group| group.sections).copied().collect();
    Office {
        frame: frame(),
        name: evil(),
        sections,
        permissions: Permissions::ALL,
        can_sign_out: true,
        done: Some(evil()),
    }
}

fn wrong(pointers: &[&str]) -> Wrong {
    let error = |pointer: &&str| FieldError { pointer: (*pointer).to_owned(), code: evil(), detail: evil() };
    Wrong::of(&Problem {
        kind: evil(),
        title: evil(),
        status: 422,
        detail: evil(),
        code: evil(),
        request_id: evil(),
        errors: pointers.iter().chain(&["/elsewhere"]).map(error).collect(),
    })
}

fn known() -> Known {
    let choices = vec![Choice::new(EVIL, EVIL).with_hint(EVIL)];
    Known { people: choices.clone(), roles: choices.clone(), calendars: choices, now: Some(now()) }
}

fn user() -> User {
    User {
        id: PersonId(Uuid::from_bytes([7; 16])),
        email: Some(evil()),
        first_name: evil(),
        last_name: evil(),
        name: evil(),
        role: Role::Agent,
        custom_role: None,
        is_active: true,
        is_invited: true,
        last_login_at: Some(now()),
        created_at: now(),
        updated_at: now(),
    }
}

fn token(expires_at: Timestamp) -> Token {
    Token {
        id: TokenId(Uuid::from_bytes([8; 16])),
        scope: TokenScope::Contact(PersonId(Uuid::from_bytes([7; 16]))),
        can: vec![TokenAbility::Read],
        contact: PersonId(Uuid::from_bytes([7; 16])),
        created_by: None,
        note: Some(evil()),
        expires_at,
        use_count: 3,
        last_used_at: None,
        revoked_at: None,
        created_at: now(),
    }
}

fn tag() -> Tag {
    let id = SettingId(Uuid::from_bytes([1; 16]));
    let (created_at, updated_at) = (now(), now());
    Tag { id, name: evil(), color: evil(), description: evil(), version: 1, created_at, updated_at }
}

fn field() -> Field {
    Field {
        id: SettingId(Uuid::from_bytes([2; 16])),
        key: evil(),
        label: evil(),
        kind: FieldKind::Select,
        options: vec![evil()],
        position: 3,
        version: 1,
        created_at: now(),
        updated_at: now(),
    }
}

fn role() -> CustomRole {
    CustomRole {
        id: SettingId(Uuid::from_bytes([5; 16])),
        name: evil(),
        description: evil(),
        permissions: Permissions::AGENT,
        version: 1,
        created_at: now(),
        updated_at: now(),
    }
}

fn team() -> Team {
    Team {
        id: SettingId(Uuid::from_bytes([6; 16])),
        name: evil(),
        description: evil(),
        members: vec![user().id],
        version: 1,
        created_at: now(),
        updated_at: now(),
    }
}

fn key() -> ApiKey {
    ApiKey {
        id: user().id,
        name: evil(),
        hint: evil(),
        scopes: Permissions::AGENT,
        created_by: user().id,
        created_at: now(),
        expires_at: Some(now()),
        last_used_at: None,
        revoked_at: None,
    }
}

#[test]
fn every_permission_can_be_given_to_a_role_and_none_to_make_keys_to_a_key() {
    let form = |html: &str, name: &str| -> Vec<String> {
        let inputs = html.split("<input").filter(|input| input.contains(&format!(r#"name="{name}""#)));
        inputs.map(|input| input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect()
    };
    let page = || Sheet { known: known(), ..Sheet::default() };
    let mut given = form(&sheet::<Roles>(&office(), &page()), "permissions");
    let mut all: Vec<_> = Permissions::ALL.iter().map(|permission| permission.to_string()).collect();
    given.sort();
    all.sort();
    assert_eq!(given, all);
    let scopes = form(&sheet::<ApiKeys>(&office(), &page()), "scopes");
    assert_eq!(scopes.len(), all.len() - 1);
    assert!(!scopes.contains(&"api_keys:manage".to_owned()));
}

#[test]
fn a_custom_role_is_chosen_like_a_role_and_sent_as_one_of_an_agent() {
    let id = SettingId(Uuid::from_bytes([5; 16]));
    let custom = User { custom_role: Some(id), ..user() };
    let body = Users::body(&Users::entries(&custom), false).unwrap();
    assert_eq!((&body["role"], &body["custom_role"]), (&"agent".into(), &id.to_string().into()));
    let body = Users::body(&Users::entries(&User { role: Role::Admin, ..user() }), false).unwrap();
    assert_eq!((&body["role"], &body["custom_role"]), (&"admin".into(), &serde_json::Value::Null));
    assert!(
        Users::body(&Users::fresh(), true).unwrap()["password"].is_null(),
        "without a password it is an invitation"
    );
}

fn policy() -> SlaPolicy {
    let mut targets = PriorityTargets::default();
    targets.urgent.first_response_minutes = Some(90);
    SlaPolicy {
        id: SettingId(Uuid::from_bytes([3; 16])),
        name: evil(),
        position: 1,
        priorities: vec![Priority::Urgent],
        categories: vec![evil()],
        channels: Vec::new(),
        calendar: None,
        targets,
        warn_before_percent: Some(25),
        warn_before_minutes: None,
        pause_while_pending: true,
        version: 1,
        created_at: now(),
        updated_at: now(),
    }
}

fn calendar() -> Calendar {
    let open = |from: &str, to: &str| OpenHours { from: from.parse().unwrap(), to: to.parse().unwrap() };
    let monday = vec![open("09:00", "12:30"), open("13:30", "24:00")];
    let day = |date: &str, yearly, name: Option<&str>| Holiday {
        date: date.parse().unwrap(),
        yearly,
        name: name.map(str::to_owned),
    };
    Calendar {
        id: SettingId(Uuid::from_bytes([4; 16])),
        name: evil(),
        time_zone: evil(),
        hours: Week { monday, ..Week::default() },
        holidays: vec![day("2000-12-25", true, Some(EVIL)), day("2026-04-03", false, None)],
        version: 1,
        created_at: now(),
        updated_at: now(),
    }
}

#[test]
fn a_calendar_and_a_policy_leave_their_form_as_they_came() {
    let calendar = calendar();
    let body = Calendars::body(&Calendars::entries(&calendar), false).unwrap();
    assert_eq!(body["hours"], serde_json::to_value(&calendar.hours).unwrap());
    assert_eq!(body["holidays"], serde_json::to_value(&calendar.holidays).unwrap());
    let policy = policy();
    let body = Policies::body(&Policies::entries(&policy), false).unwrap();
    let wire = serde_json::to_value(&policy).unwrap();
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(*value, wire[name], "{name}");
    }
}

#[test]
fn what_is_no_time_is_told_at_its_own_control() {
    let entries = Policies::fresh().with("targets.low.resolution_minutes", "soon");
    let Err(wrong) = Policies::body(&entries, true) else { panic!("it is no time") };
    let page = Sheet { id: None, name: String::new(), entries, wrong, known: known(), farewell: None };
    let html = sheet::<Policies>(&Office { frame: Frame::default(), ..office() }, &page);
    let input = html.split("<input").find(|input| input.contains("targets.low.resolution_minutes")).unwrap();
    assert!(input.contains(r#"value="soon""#) && input.contains(r#"aria-invalid="true""#), "{input}");
    assert_eq!(html.matches("Write a time such as").count(), 1);
}

/// The list, the form of a new one and the refused form of an existing one.
fn kind<R: Resource>(name: &'static str, wires: Vec<R::Wire>) -> Vec<(&'static str, String)> {
    let existing = wires.first().map(R::entries).unwrap_or_default();
    let sheet_of = |id: Option<String>, entries: Entries, wrong: Wrong| {
        let page = Sheet { id, name: evil(), entries, wrong, known: known(), farewell: Some(evil()) };
        sheet::<R>(&office(), &page)
    };
    let list = |rows| Listing { rows, filters: Entries::default(), next: Some(evil()), previous: None, known: known() };
    vec![
        (name, listing::<R>(&office(), &list(wires))),
        (name, listing::<R>(&office(), &list(Vec::new()))),
        (name, sheet_of(None, R::fresh(), Wrong::default())),
        (name, sheet_of(Some("7".to_owned()), existing, wrong(&["/name", "/description"]))),
    ]
}

fn hook(is_active: bool) -> Webhook {
    Webhook {
        id: WebhookId(Uuid::from_bytes([3; 16])),
        url: evil(),
        description: evil(),
        events: vec![EventType::TicketCreated, EventType::NoteCreated],
        is_active,
        disabled_at: (!is_active).then(now),
        disabled_reason: (!is_active).then(|| "gone".to_owned()),
        failing_since: Some(now()),
        last_success_at: Some(now()),
        former_secret_until: Some(now()),
        version: 1,
        created_at: now(),
        updated_at: now(),
    }
}

fn hook_page(is_active: bool, states: &[&str]) -> WebhookPage {
    let tried =
        |status, error| WebhookTry { attempt: 1, tried_at: now(), took_ms: 20, status, answer: Some(evil()), error };
    let delivery = |state: &&str| WebhookDelivery {
        id: DeliveryId(Uuid::from_bytes([4; 16])),
        event: EventId(Uuid::from_bytes([9; 16])),
        event_type: EventType::TicketCreated,
        ticket: Some(support_core::model::ConversationId(Uuid::from_bytes([5; 16]))),
        ticket_number: Some(7),
        state: (*state).to_owned(),
        attempts: 2,
        next_attempt_at: Some(now()),
        last_error: Some(evil()),
        created_at: now(),
        finished_at: None,
        tries: vec![tried(Some(500), Some(evil())), tried(None, Some(evil()))],
    };
    let test =
        WebhookTest { delivered: is_active, status: Some(200), answer: Some(evil()), error: Some(evil()), took_ms: 20 };
    WebhookPage {
        webhook: hook(is_active),
        deliveries: states.iter().map(delivery).collect(),
        entries: Entries::default().with("state", EVIL).with("from", EVIL),
        previous: Some(evil()),
        next: Some(evil()),
        test: Some(test),
        refused: Some(evil()),
    }
}

fn configuration_page() -> Configuration {
    let entry = |value: support_core::protocol::ConfigValue, kind| ConfigEntry {
        key: evil(),
        default: value.clone(),
        value,
        kind,
        description: evil(),
        source: ConfigSource::Stored,
        updated_at: Some(now()),
    };
    let entries = vec![
        entry(EVIL.into(), ConfigType::String),
        entry(60.into(), ConfigType::Integer),
        entry(true.into(), ConfigType::Boolean),
    ];
    Configuration { entries, typed: None, wrong: wrong(&[]) }
}

pub(in crate::pages) fn numbers() -> Statistics {
    let today = now().date_naive();
    let day = |ago: u64| Day {
        date: today - chrono::Days::new(ago),
        created: i64::try_from(ago * 7 % 23).unwrap(),
        resolved: i64::try_from(ago * 5 % 19).unwrap(),
    };
    let slice = |name: &str, count| Slice { name: name.to_owned(), count, path: Some("/admin/v/open".to_owned()) };
    Statistics {
        from: today - chrono::Days::new(29),
        to: today,
        today,
        tiles: vec![
            Tile::count("Created", 1_312, "in these days", None),
            Tile { is_bad: true, ..Tile::count("Overdue", 4, "right now", Some("/admin/v/open")) },
            Tile::time("First response", Some(1_260), Some(14_400)),
        ],
        days: (0..30).rev().map(day).collect(),
        breakdowns: vec![Breakdown {
            id: "status",
            title: "By status",
            column: "Status",
            slices: vec![slice("Open", 41), slice(EVIL, 12), slice("Resolved", 103)],
        }],
        error: None,
    }
}

fn log() -> Audit {
    let change =
        |from: Option<&str>, to: Option<&str>| Change { from: from.map(str::to_owned), to: to.map(str::to_owned) };
    let entry = AuditEntry {
        id: EventId(Uuid::from_bytes([9; 16])),
        request_id: evil(),
        actor: AuditActor { kind: ActorKind::Agent, id: None, name: evil() },
        action: EventType::SettingUpdated,
        resource: Some(format!("tag:{EVIL}")),
        changes: [
            (evil(), change(Some(EVIL), Some(EVIL))),
            ("note".to_owned(), change(None, None)),
            ("color".to_owned(), change(Some(EVIL), None)),
        ]
        .into(),
        address: Some(evil()),
        created_at: now(),
    };
    let people = vec![Choice::new(EVIL, EVIL)];
    let filters = Entries::default().with("ticket", EVIL).with("resource", EVIL);
    Audit { entries: vec![entry], filters, people, file: evil(), previous: Some(evil()), next: None }
}

/// Every page of the office.
pub(in crate::pages) fn pages() -> Vec<(&'static str, String)> {
    let inbox = Inbox {
        id: InboxId(Uuid::from_bytes([9; 16])),
        name: evil(),
        key: evil(),
        allowed_origins: vec![evil()],
        snippet: evil(),
        created_at: now(),
    };
    let secret = Secret { title: "API key", text: "Keep it.", value: evil() };
    let nothing = Statistics { days: Vec::new(), breakdowns: Vec::new(), error: Some(evil()), ..numbers() };
    let mut pages = vec![
        ("settings", overview(&office())),
        ("inboxes", inboxes(&office(), &[inbox])),
        ("inboxes-empty", inboxes(&office(), &[])),
        ("minted", minted::<Tokens>(&office(), &secret)),
        ("configuration", configuration(&office(), &configuration_page())),
        ("statistics", statistics(&office(), &numbers())),
        ("statistics-nothing", statistics(&office(), &nothing)),
    ];
    pages.extend(kind::<Users>("users", vec![user()]));
    pages.extend(kind::<Tags>("tags", vec![tag()]));
    pages.extend(kind::<Fields>("fields", vec![field()]));
    pages.extend(kind::<Policies>("policies", vec![policy()]));
    pages.extend(kind::<Calendars>("calendars", vec![calendar()]));
    pages.extend(kind::<Webhooks>("webhooks", vec![hook(true), hook(false)]));
    pages.push(("webhook", webhook(&office(), &hook_page(true, &["done", "dead", "pending", "running", "skipped"]))));
    pages.push(("webhook-disabled", webhook(&office(), &hook_page(false, &[]))));
    pages.push(("audit", audit(&office(), &log())));
    pages.push(("audit-empty", audit(&office(), &Audit { entries: Vec::new(), ..log() })));
    pages.extend(kind::<Roles>("roles", vec![role()]));
    pages.extend(kind::<Teams>("teams", vec![team()]));
    pages.extend(kind::<ApiKeys>("api-keys", vec![key()]));
    pages.extend(kind::<Tokens>("tokens", vec![token(now()), token(now() + chrono::TimeDelta::days(1))]));
    pages
}

#[test]
fn what_one_may_not_open_is_not_offered() {
    let office = Office { sections: vec![Section::Statistics], ..office() };
    let html = statistics(&office, &numbers());
    assert!(html.contains("/admin/statistics") && !html.contains("/admin/settings/users"), "{html}");
}

#[test]
fn an_error_stands_at_its_control_and_what_has_none_above_the_form() {
    let entries = Entries::default();
    let page = Sheet {
        id: Some("7".to_owned()),
        name: "Ana".to_owned(),
        entries,
        wrong: wrong(&["/role"]),
        known: known(),
        farewell: None,
    };
    let html = sheet::<Users>(&Office { frame: Frame::default(), ..office() }, &page);
    let select = html.split("<select").nth(1).unwrap().split('>').next().unwrap();
    assert!(
        select.contains(r#"aria-invalid="true""#) && select.contains(r#"aria-describedby="role-note""#),
        "{select}"
    );
    let above = html.split("for=\"first_name\"").next().unwrap();
    assert!(above.contains("elsewhere: "), "{above}");
    assert!(!html.contains("Delete"), "nobody is offered what they may not do");
}

#[test]
fn a_webhook_out_of_service_offers_the_way_back_and_no_replay() {
    let (active, disabled) = (hook_page(true, &["dead"]), hook_page(false, &["done"]));
    let [active, disabled] = [&active, &disabled].map(|page| webhook(&office(), page));
    assert!(active.contains("/replay") && active.contains("/retry") && !active.contains("Take back into service"));
    assert!(
        disabled.contains("Take back into service") && !disabled.contains("/replay") && !disabled.contains("/retry")
    );
}

#[test]
fn a_link_that_ended_cannot_be_revoked_again() {
    let list = |rows| Listing { rows, filters: Entries::default(), next: None, previous: None, known: known() };
    let live = listing::<Tokens>(&office(), &list(vec![token(now() + chrono::TimeDelta::days(1))]));
    let ended = listing::<Tokens>(&office(), &list(vec![token(now())]));
    assert!(live.contains("/delete") && !ended.contains("/delete"));
}
