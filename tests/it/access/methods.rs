//! What a method may do: looking changes nothing, other sites' requests do nothing, and what is not listed is refused.

use std::collections::BTreeMap;

use axum::http::Method;
use support_tests::{actor::Actor, contents::Contents};

use super::{
    routes::{Whose, routes},
    world::World,
};

/// Somebody with every right on a surface.
fn master(world: &World, surface: &str) -> Actor {
    world.actor(match surface {
        "/w/api/v1" => "visit",
        "/portal/api/v1" => "link",
        _ => "admin",
    })
}

/// Without the facts that copies were taken: an export or a file is looking, and that somebody took it is kept (O-05, F-11).
/// Without links, whose uses are counted a moment after they were used.
fn kept(mut contents: Contents) -> Contents {
    contents.remove("support_tokens");
    let events = contents.get_mut("support_events").expect("the log");
    let is_copy = |line: &&str| line.contains("'export.created'") || line.contains("'attachment.downloaded'");
    *events = events.lines().filter(|line| !is_copy(line)).map(|line| format!("{line}\n")).collect();
    contents
}

// SEC: A-12, O-10, P-06
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_changes_nothing_and_a_head_is_a_get_without_its_body() {
    let world = World::new().await;
    for route in routes() {
        let attempt = route.attempt(&world, Whose::Ours).await;
        let stored = kept(world.contents().await);
        let actor = master(&world, route.split().0);
        if route.method == Method::GET && !route.is_live() {
            let got = attempt.by(&actor).await;
            let head = attempt.as_method(Method::HEAD).by(&actor).await;
            assert_eq!((head.status, head.text.as_str()), (got.status, ""), "{}", route.name());
            assert_eq!(head.header("content-type"), got.header("content-type"), "{}", route.name());
        }
        for method in [Method::HEAD, Method::OPTIONS, Method::GET, Method::TRACE] {
            // A live feed never ends: its answer is dropped unread.
            attempt.as_method(method).by(&actor).send().await;
        }
        let after = kept(world.contents().await);
        for (table, rows) in &stored {
            assert_eq!(after[table], *rows, "{}: looking changed {table}", route.name());
        }
    }
    world.app.close().await;
}

// SEC: O-10
#[tokio::test]
async fn an_address_takes_the_methods_of_the_document_and_no_others() {
    let world = World::new().await;
    let mut listed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for route in routes() {
        let methods = listed.entry(route.path.clone()).or_default();
        methods.push(route.method.to_string());
        if route.method == Method::GET {
            methods.push("HEAD".to_owned());
        }
    }
    let stored = world.contents().await;
    for (path, methods) in &mut listed {
        methods.sort();
        let actor = master(&world, path.split_at(path.find("/api/v1").unwrap() + 7).0);
        let parts = path.split('/').map(|part| if part.starts_with('{') { super::world::NOBODYS_ID } else { part });
        let address = parts.collect::<Vec<_>>().join("/");
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
            if methods.iter().any(|listed| listed == method) {
                continue;
            }
            let reply = actor.call(method.parse().unwrap(), &address).await;
            let mut allowed: Vec<_> = reply.header("allow").split(',').map(|word| word.trim().to_owned()).collect();
            allowed.sort();
            assert_eq!((reply.status, &allowed), (405, &*methods), "{method} {path}");
            if method != "HEAD" {
                reply.refused(405, "method_not_allowed");
            }
        }
    }
    assert_eq!(world.contents().await, stored);
    world.app.close().await;
}

// SEC: A-13
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_is_made_for_another_site_or_by_a_plain_form() {
    let world = World::new().await;
    for route in routes().iter().filter(|route| route.method != Method::GET) {
        let attempt = route.attempt(&world, Whose::Ours).await;
        let actor = master(&world, route.split().0);
        let stored = kept(world.contents().await);
        let form = attempt.by(&actor).body("a=b").header("content-type", "application/x-www-form-urlencoded");
        form.await.refused(415, "unsupported_media_type");
        attempt
            .by(&actor)
            .body("{\"a\":1}")
            .header("content-type", "text/plain")
            .await
            .refused(415, "unsupported_media_type");
        // What needs no cookie of ours gains nothing from another site's; what sets one is refused.
        if !route.is_open() || route.path.ends_with("/session") || route.path.ends_with("/setup") {
            for origin in ["https://evil.test", "null"] {
                let forged = attempt.by(&actor).header("sec-fetch-site", "cross-site").header("origin", origin);
                let refused = forged.await;
                assert_eq!(refused.header("access-control-allow-origin"), "", "{}", route.name());
                assert_eq!(refused.header("set-cookie"), "", "{}", route.name());
                refused.refused(403, "cross_site");
            }
        }
        assert_eq!(kept(world.contents().await), stored, "{}", route.name());
    }
    world.app.close().await;
}

/// Parameters whose values are words of an enum, numbers or times.
const CLOSED: [&str; 16] = [
    "ordering",
    "status",
    "priority",
    "channel",
    "state",
    "direction",
    "is_internal",
    "sla_overdue",
    "unread",
    "limit",
    "cursor",
    "created_at_after",
    "created_at_before",
    "include",
    "role",
    "is_active",
];

// SEC: A-15
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parameter_outside_its_words_is_refused_and_never_reaches_a_query() {
    let world = World::new().await;
    let hostile =
        ["x%27%20OR%201%3D1%20--", "id%3B%20DROP%20TABLE%20support_messages", "%22%29%20UNION%20SELECT%20%2A"];
    for route in routes().iter().filter(|route| route.method == Method::GET && !route.query.is_empty()) {
        let attempt = route.attempt(&world, Whose::Ours).await;
        let actor = master(&world, route.split().0);
        let stored = kept(world.contents().await);
        attempt.with_query("no_such_parameter=1").by(&actor).await.refused(400, "invalid_parameter");
        for parameter in &route.query {
            for value in hostile {
                let answer = attempt.with_query(&format!("{parameter}={value}")).by(&actor).send().await;
                let status = answer.status().as_u16();
                let expected =
                    if CLOSED.contains(&parameter.as_str()) { &[400][..] } else { &[200, 400, 401, 404, 422] };
                assert!(expected.contains(&status), "{} {parameter}={value}: {status}", route.name());
            }
        }
        assert_eq!(kept(world.contents().await), stored, "{}", route.name());
    }
    world.app.close().await;
}
