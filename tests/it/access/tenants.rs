//! Two desks in one database: what one does leaves no trace at the other.

use serde_json::json;
use support_tests::contents::Contents;

use super::{
    routes::{Whose, routes},
    world::{ACTORS, OTHER_HOST, OTHER_TENANT, PASSWORD, World},
};

/// Tables whose rows belong to no desk, and FTS5's own: there the rowid says whose a document is (0006).
const NO_TENANT: [&str; 9] = [
    "support_meta",
    "support_migrations",
    "support_refresh_tokens",
    "support_search",
    "support_search_config",
    "support_search_data",
    "support_search_docsize",
    "support_search_idx",
    "support_tenants",
];

/// The rows of the other desk.
fn others(contents: &Contents) -> Contents {
    let tenant = OTHER_TENANT.0.simple().to_string().to_uppercase();
    let of = |rows: &String| rows.lines().filter(|row| row.contains(&tenant)).collect::<Vec<_>>().join("\n");
    contents.iter().map(|(table, rows)| (table.clone(), of(rows))).collect()
}

// SEC: A-17
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_one_desk_does_the_others_rows_stay_as_they_were() {
    let mut world = World::new().await;
    // The mirror: the same words, names and addresses at both desks.
    for who in [world.actor("visit"), world.other_visitor.clone()] {
        who.patch("me", json!({ "name": "Mia", "email": "mia@example.com" })).await.ok();
        who.post("tickets", json!({ "initial_message": "Hello", "client_id": "same-1" })).await.ok();
    }
    let requester = json!({ "email": "una@example.com", "name": "Una" });
    for who in [world.keeper.clone(), world.other_admin.clone()] {
        who.post("tickets", json!({ "subject": "The same", "requester": requester })).await.ok();
    }
    let before = others(&world.contents().await);
    assert!(before.values().filter(|rows| !rows.is_empty()).count() > 4, "the other desk has rows in several tables");
    let mut done = 0;
    for route in routes() {
        for actor in ACTORS.iter().filter(|actor| **actor != "other") {
            let attempt = route.attempt(&world, Whose::Ours).await;
            let answer = attempt.by(&world.actor(actor)).send().await;
            done += usize::from(answer.status().is_success());
            if route.path.ends_with("/session") || route.path.ends_with("/end") {
                world.renew().await;
            }
        }
    }
    assert!(done > 100, "{done}");
    let after = others(&world.contents().await);
    for (table, rows) in &before {
        assert_eq!(after[table], *rows, "{table}");
    }
    world.app.close().await;
}

// SEC: A-17
#[tokio::test]
async fn every_table_says_whose_its_rows_are() {
    let world = World::new().await;
    let mut tx = world.app.storage.write().await.unwrap();
    let support_core::storage::Native::Sqlite(connection) = tx.native() else { panic!("this test is about SQLite") };
    let sql = "SELECT m.name FROM sqlite_master m WHERE m.type = 'table' AND m.name LIKE 'support_%' AND NOT EXISTS \
               (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'tenant_id') ORDER BY 1";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(connection).await.unwrap();
    drop(tx);
    assert_eq!(tables, NO_TENANT);
    world.app.close().await;
}

// SEC: A-17, N-03
#[tokio::test]
async fn a_credential_of_one_desk_opens_nothing_at_another() {
    let world = World::new().await;
    let user = json!({ "email": "una@people.test", "password": PASSWORD, "role": "admin" });
    world.keeper.post("users", user.clone()).await.ok();
    let credentials = json!({ "email": user["email"], "password": PASSWORD });
    let tokens = world.app.stranger().post("auth/login", credentials.clone()).await.ok();
    let ours = world.app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
    ours.get("auth/me").await.ok();
    let stored = world.contents().await;
    let there = |actor: support_tests::actor::Actor| actor.with_header("host", OTHER_HOST);
    there(ours).get("auth/me").await.refused(401, "unauthenticated");
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    there(world.app.stranger()).post("auth/refresh", refresh).await.refused(401, "unauthenticated");
    for (actor, address) in [
        ("admin", "/api/v1/auth/me"),
        ("cust", "/api/v1/tickets"),
        ("visit", "/w/api/v1/tickets"),
        ("link", "/portal/api/v1/tickets"),
    ] {
        there(world.actor(actor)).get(address).await.refused(401, "unauthenticated");
    }
    // Even under the name that the other desk's cookie has.
    let other_browser = world.app.caller_on("/w/api/v1").with_header("host", OTHER_HOST);
    other_browser.post("session", json!({ "key": super::world::OTHER_KEY })).await.ok();
    let cookie = other_browser.cookie();
    let (name, _) = cookie.split_once('=').unwrap();
    let visitor = world.actor("visit").cookie();
    let (_, ours) = visitor.split_once('=').unwrap();
    let planted = world.app.caller_on("/w/api/v1").with_header("host", OTHER_HOST);
    let refused = planted.get("tickets").header("cookie", &format!("{name}={ours}")).await;
    refused.refused(401, "unauthenticated");
    let after = world.contents().await;
    assert_eq!(after["support_conversations"], stored["support_conversations"]);
    world.app.close().await;
}

// SEC
#[tokio::test]
async fn a_person_or_ticket_of_another_desk_cannot_be_brought_into_ones_own() {
    let world = World::new().await;
    let hidden = json!({ "email": "hidden@example.com", "name": "Hidden Harry" });
    let theirs = world.other_admin.post("tickets", json!({ "subject": "Theirs", "requester": hidden })).await.ok();
    let (their_ticket, harry) = (theirs["id"].clone(), theirs["requester"]["id"].clone());
    let otto = world.other_admin.get("auth/me").await.ok()["id"].clone();
    let path = format!("tickets/{}", world.ticket("/api/v1").await);
    let admin = world.actor("admin");
    let before = world.contents().await;
    let mut refused = Vec::new();
    refused.push(admin.post("tickets", json!({ "subject": "x", "requester": harry })).await);
    refused.push(admin.post(&format!("{path}/assign"), json!({ "assignee": otto })).await);
    refused.push(admin.patch(&path, json!({ "assigned_to": otto })).await);
    refused.push(admin.post("tokens", json!({ "scope": { "ticket": their_ticket } })).await);
    refused.push(admin.post("tokens", json!({ "scope": { "contact": harry } })).await);
    for reply in refused {
        assert!([404, 422].contains(&reply.status), "{}", reply.text);
        assert!(!reply.text.contains("Harry") && !reply.text.contains("hidden"), "{}", reply.text);
    }
    assert_eq!(world.contents().await, before);
    // The same address at our own desk is another person, of whom we know nothing.
    let email = json!({ "subject": "Ours", "requester": { "email": "hidden@example.com" } });
    let ours = admin.post("tickets", email).await.ok();
    assert_ne!(ours["requester"]["id"], harry);
    assert!(!ours.to_string().contains("Harry"));
    let contact = admin.get(&format!("contacts/{}", ours["requester"]["id"].as_str().unwrap())).await.ok();
    assert_eq!((&contact["name"], &contact["ticket_count"]), (&json!(""), &json!(1)));
    world.app.close().await;
}

// SEC: N-22
#[tokio::test]
async fn nobody_acts_as_somebody_else_by_saying_so() {
    let world = World::new().await;
    let (customer, admin) = (world.actor("cust"), world.actor("admin"));
    let mine = customer.get("auth/me").await.ok();
    for header in ["x-on-behalf-of", "x-remote-user", "x-user-id", "x-forwarded-user", "from", "x-tenant", "x-role"] {
        for value in [admin.id().to_string(), "ada@people.test".to_owned(), "admin".to_owned()] {
            let claimed = customer.get("auth/me").header(header, &value).await.ok();
            assert_eq!((&claimed["id"], &claimed["role"]), (&mine["id"], &mine["role"]), "{header}");
            customer.get("users").header(header, &value).await.refused(403, "forbidden");
            world.app.stranger().get("auth/me").header(header, &value).await.refused(401, "unauthenticated");
        }
    }
    let forged = customer.post("tickets", json!({ "subject": "x" })).header("x-on-behalf-of", &admin.id().to_string());
    assert_eq!(forged.await.ok()["requester"]["id"], mine["id"]);
    world.app.close().await;
}

// SEC: A-09
#[tokio::test]
async fn nobody_changes_what_somebody_else_wrote() {
    let world = World::new().await;
    let path = format!("tickets/{}/messages", world.ticket("/api/v1").await);
    let thread = world.keeper.get(&path).await.ok();
    let message = format!("{path}/{}", thread["data"][0]["id"].as_str().unwrap());
    let stored = world.contents().await;
    for actor in ["cust", "cust2", "agent", "assig", "admin"] {
        let actor = world.actor(actor);
        for address in [&message, &format!("{message}/undo")] {
            for method in ["PATCH", "PUT", "DELETE"] {
                let reply = actor.call(method.parse().unwrap(), address).json(&json!({ "body": "Mine" })).await;
                assert!([403, 404, 405].contains(&reply.status), "{method} {address}: {}", reply.text);
            }
        }
    }
    assert_eq!(world.contents().await, stored);
    assert_eq!(world.keeper.get(&path).await.ok(), thread);
    world.app.close().await;
}
