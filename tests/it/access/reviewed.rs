//! What anybody reaches, and what every customer reaches: lists that people have looked at, one by one.

use super::matrix::expected;

/// Routes that answer without any credential, and why that is right.
const OPEN: &[(&str, &str)] = &[
    ("POST /api/v1/auth/register", "a customer's own account; the desk may close it"),
    ("POST /api/v1/auth/login", "the credential is the body"),
    ("POST /api/v1/auth/session", "the credential is the body"),
    ("POST /api/v1/auth/refresh", "the credential is the body"),
    ("POST /api/v1/auth/logout", "the credential is the body; says nothing about it"),
    ("POST /api/v1/auth/setup", "the credential is the one-time code; 404 once there is an admin"),
    ("POST /api/v1/auth/password/forgot", "says nothing; a letter goes to the address on file only"),
    ("POST /api/v1/auth/password/reset", "the credential is the code out of a letter"),
    ("GET /api/v1/public/config", "only what every visitor of the widget sees anyway"),
    ("POST /w/api/v1/session", "where every visitor begins"),
    ("POST /portal/api/v1/session", "the credential is the link's secret"),
    ("POST /portal/api/v1/links", "says nothing; a letter goes to the address on file only"),
    ("GET /api/v1/portal/{token}", "the credential is the address; 404 without"),
    ("POST /api/v1/portal/{token}/attachments", "the credential is the address; 404 without"),
    ("GET /api/v1/portal/{token}/attachments/{attachment_id}", "the credential is the address; 404 without"),
    ("DELETE /api/v1/portal/{token}/attachments/{attachment_id}", "the credential is the address; 404 without"),
    ("GET /api/v1/portal/{token}/attachments/{attachment_id}/thumbnail", "the credential is the address; 404 without"),
    ("POST /api/v1/portal/{token}/messages", "the credential is the address; 404 without"),
    ("GET /api/v1/portal/{token}/tickets", "the credential is the address; 404 without"),
    ("POST /api/v1/portal/{token}/tickets", "the credential is the address; 404 without"),
    ("GET /api/v1/portal/{token}/tickets/{ticket_id}", "the credential is the address; 404 without"),
    ("POST /api/v1/portal/{token}/tickets/{ticket_id}/close", "the credential is the address; 404 without"),
    ("GET /api/v1/portal/{token}/tickets/{ticket_id}/messages", "the credential is the address; 404 without"),
    ("POST /api/v1/portal/{token}/tickets/{ticket_id}/messages", "the credential is the address; 404 without"),
    ("POST /api/v1/portal/{token}/tickets/{ticket_id}/read", "the credential is the address; 404 without"),
];

/// Routes of `/api/v1` that take any authenticated caller, customers too; what they reach is decided by their scope.
const ANY_AUTHENTICATED: &[&str] = &[
    "POST /api/v1/attachments",
    "GET /api/v1/attachments/{attachment_id}",
    "DELETE /api/v1/attachments/{attachment_id}",
    "GET /api/v1/attachments/{attachment_id}/thumbnail",
    "DELETE /api/v1/auth/session",
    "GET /api/v1/auth/me",
    "GET /api/v1/contacts/{person_id}",
    "GET /api/v1/conversations/{conversation_id}/messages",
    "POST /api/v1/conversations/{conversation_id}/messages",
    "PATCH /api/v1/conversations/{conversation_id}/messages/{message_id}",
    "DELETE /api/v1/conversations/{conversation_id}/messages/{message_id}",
    "GET /api/v1/conversations/{conversation_id}/messages/{message_id}/history",
    "POST /api/v1/conversations/{conversation_id}/messages/{message_id}/reactions",
    "POST /api/v1/conversations/{conversation_id}/messages/{message_id}/read",
    "POST /api/v1/conversations/{conversation_id}/read",
    "POST /api/v1/conversations/{conversation_id}/read-up-to/{message_id}",
    "GET /api/v1/events",
    "GET /api/v1/events/stream",
    "POST /api/v1/events/ticket",
    "GET /api/v1/messages",
    "POST /api/v1/messages",
    "GET /api/v1/messages/{message_id}",
    "GET /api/v1/messages/{message_id}/replies",
    "GET /api/v1/search",
    "GET /api/v1/tickets",
    "POST /api/v1/tickets",
    "GET /api/v1/tickets/{ticket_id}",
    "GET /api/v1/tickets/{ticket_id}/events",
    "GET /api/v1/tickets/{ticket_id}/messages",
    "POST /api/v1/tickets/{ticket_id}/messages",
    "POST /api/v1/tickets/{ticket_id}/read",
    "GET /api/v1/users/me",
    "PATCH /api/v1/users/me",
];

/// As above; on an object that is not theirs customers get 404 here and not 403.
const ANY_AUTHENTICATED_ELSE_404: &[&str] =
    &["GET /api/v1/users/{person_id}", "PATCH /api/v1/users/{person_id}", "GET /api/v1/ws"];

/// What agents have among themselves is nobody else's business, not even an admin's.
const AMONG_COLLEAGUES: &[&str] = &[
    "GET /api/v1/conversations/{conversation_id}",
    "PATCH /api/v1/conversations/{conversation_id}",
    "POST /api/v1/conversations/{conversation_id}/leave",
    "POST /api/v1/conversations/{conversation_id}/participants",
    "DELETE /api/v1/conversations/{conversation_id}/participants/{person_id}",
];

/// The routes whose row has such a word in that column.
fn routes_where(column: &str, holds: impl Fn(&str) -> bool) -> Vec<String> {
    let column = super::world::ACTORS.iter().position(|actor| *actor == column).unwrap();
    let rows = expected().into_iter().filter(|(name, words)| !name.ends_with(" foreign") && holds(&words[column]));
    rows.map(|(name, _)| name.rsplit_once(' ').unwrap().0.to_owned()).collect()
}

fn sorted<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

// SEC: A-14
#[test]
fn a_route_that_asks_nobody_for_a_credential_has_been_looked_at() {
    assert_eq!(routes_where("none", |word| word != "401"), sorted(OPEN.iter().map(|(name, _)| *name)));
    assert!(OPEN.iter().all(|(_, why)| !why.is_empty()));
    let documented =
        super::routes::routes().into_iter().filter(super::routes::Route::is_open).map(|route| route.name());
    let mut documented: Vec<_> = documented.collect();
    documented.sort();
    assert_eq!(documented, sorted(OPEN.iter().map(|(name, _)| *name)), "the document says the same");
}

// SEC: A-14
#[test]
fn a_route_that_takes_every_customer_has_been_looked_at() {
    let open: Vec<_> = OPEN.iter().map(|(name, _)| *name).collect();
    let mut found = routes_where("cust", |word| word != "401" && word != "403");
    found.retain(|name| !open.contains(&name.as_str()));
    assert_eq!(found, sorted(ANY_AUTHENTICATED.iter().chain(ANY_AUTHENTICATED_ELSE_404).copied()));
}

// SEC: A-01, N-10
#[test]
fn the_table_itself_breaks_no_rule() {
    let rows = expected();
    let column = |name: &str| super::world::ACTORS.iter().position(|actor| *actor == name).unwrap();
    let surfaces = [
        ("/api/v1", &["cust", "cust2", "rokey", "clerk", "agent", "assig", "admin", "other"][..]),
        ("/w/api/v1", &["visit", "visi2"]),
        ("/portal/api/v1", &["link", "link2"]),
    ];
    for (name, words) in &rows {
        let is_open = OPEN.iter().any(|(open, _)| name.starts_with(&format!("{open} ")));
        let path = name.split(' ').nth(1).unwrap();
        let (_, own) = surfaces.iter().find(|(surface, _)| path.starts_with(&format!("{surface}/"))).unwrap();
        for actor in super::world::ACTORS {
            let word = &words[column(actor)];
            // A credential works on its own surface alone, and one that is over is none.
            if !is_open && !own.contains(&actor) {
                assert_eq!(word, "401", "{name}: {actor}");
            }
            // Nobody succeeds with what another desk has.
            if name.ends_with(" foreign") || (name.ends_with(" own") && actor == "other") {
                assert!(["401", "403", "404"].contains(&word.as_str()), "{name}: {actor}: {word}");
            }
        }
        // An agent may never do what an admin may not, and who has a narrow role not what any agent may not.
        let may = |actor: &str| &words[column(actor)] == "+";
        let is_among_colleagues = AMONG_COLLEAGUES.contains(&name.strip_suffix(" own").unwrap_or_default());
        assert_eq!(is_among_colleagues, may("assig") && !may("admin"), "{name}: an agent may, an admin may not");
        assert!(may("admin") || !may("agent"), "{name}: an agent may, an admin may not");
        assert!(may("agent") || !may("clerk"), "{name}: a clerk may, an agent may not");
        // A key that reads, reads.
        let is_its_own = name.starts_with("DELETE /api/v1/auth/session ");
        let changes = !name.starts_with("GET ") && !is_open && !is_its_own;
        assert!(!(changes && may("rokey")), "{name}: a key that only reads changed something");
    }
}
