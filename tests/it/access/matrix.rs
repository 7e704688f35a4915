//! The access matrix: every route of the document × every kind of caller × an object of theirs, a foreign one and a missing one.
//!
//! What is expected stands in `matrix.txt`, which people review. A route without a row fails, and a row without its route.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::Value;
use support_tests::reply::Reply;

use super::{
    routes::{Attempt, Route, Whose, routes},
    world::{ACTORS, World},
};

/// Tables that change beside a refused request: the uses of a link are counted a moment after they were made.
const NOT_COMPARED: [&str; 1] = ["support_tokens"];
/// Routes that end the session of whoever calls them.
pub(super) const ENDS_SESSIONS: [&str; 6] = [
    "POST /api/v1/auth/session",
    "DELETE /api/v1/auth/session",
    "POST /w/api/v1/session",
    "POST /w/api/v1/session/end",
    "POST /portal/api/v1/session",
    "POST /portal/api/v1/session/end",
];

// SEC: A-01, N-03, P-02, W-06
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_lets_in_whom_the_table_names_and_nobody_else() {
    let expected = expected();
    let mut world = World::new().await;
    let (mut seen, mut wrong) = (BTreeMap::new(), Vec::new());
    for route in routes() {
        for object in if route.has_object() { &["own", "foreign"][..] } else { &["-"] } {
            let name = format!("{} {object}", route.name());
            let row = expected.get(&name).cloned();
            let found = if *object == "foreign" {
                foreign(&world, &route, &mut wrong).await
            } else {
                own(&world, &route, row.as_deref().unwrap_or_default(), &mut wrong).await
            };
            if row.as_ref() != Some(&found) {
                let said = row.map_or_else(|| "no row".to_owned(), |row| row.join(" "));
                wrong.push(format!("{name}\n    the table: {said}\n    the route: {}", found.join(" ")));
            }
            seen.insert(name, found);
            if ENDS_SESSIONS.contains(&route.name().as_str()) {
                world.renew().await;
            }
        }
    }
    wrong.extend(
        expected.keys().filter(|name| !seen.contains_key(*name)).map(|name| format!("{name}\n    no such route")),
    );
    if !wrong.is_empty() {
        let file = std::env::temp_dir().join("support-matrix.txt");
        std::fs::write(&file, written(&seen)).unwrap();
        panic!("{}\n\nas the routes are: {}", wrong.join("\n"), file.display());
    }
    world.app.close().await;
}

/// What each actor gets for an object of our own desk. Whoever is refused leaves nothing behind.
async fn own(world: &World, route: &Route, expected: &[String], wrong: &mut Vec<String>) -> Vec<String> {
    let mut found = vec![String::new(); ACTORS.len()];
    let is_refused = |column: usize| expected.get(column).is_some_and(|word| word != "+");
    let attempt = route.attempt(world, Whose::Ours).await;
    let before = world.contents().await;
    for column in (0..ACTORS.len()).filter(|column| is_refused(*column)) {
        found[column] = word(&send(&attempt, world, column).await);
    }
    let after = world.contents().await;
    for (table, rows) in &before {
        if after[table] != *rows && !NOT_COMPARED.contains(&table.as_str()) {
            wrong.push(format!("{}\n    somebody who was refused left something in {table}", route.name()));
        }
    }
    for column in (0..ACTORS.len()).filter(|column| !is_refused(*column)) {
        let attempt = route.attempt(world, Whose::Ours).await;
        found[column] = word(&send(&attempt, world, column).await);
    }
    found
}

/// What each actor gets for an object of the other desk: the very same as for one that is not there, and nothing changes.
async fn foreign(world: &World, route: &Route, wrong: &mut Vec<String>) -> Vec<String> {
    let (others, nobodys) = (route.attempt(world, Whose::Others).await, route.attempt(world, Whose::Nobodys).await);
    let before = world.contents().await;
    let mut found = Vec::new();
    for (column, actor) in ACTORS.iter().enumerate() {
        let missing = send(&nobodys, world, column).await;
        found.push(word(&missing));
        // For the other desk's own admin the object is no foreign one.
        if *actor == "other" {
            continue;
        }
        let there = send(&others, world, column).await;
        if told(&there) != told(&missing) {
            wrong.push(format!(
                "{}\n    {actor} can tell a foreign object from a missing one: {} {}",
                route.name(),
                there.text,
                missing.text
            ));
        }
    }
    if found.iter().all(|word| word != "+") && world.contents().await != before {
        wrong.push(format!("{}\n    a foreign or missing object, and yet something was stored", route.name()));
    }
    found
}

/// What a caller can learn of an answer, without what differs in any two of them.
fn told(reply: &Reply) -> (u16, Value) {
    let mut body = reply.body.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("request_id");
    }
    (reply.status, body)
}

async fn send(attempt: &Attempt, world: &World, column: usize) -> Reply {
    let call = attempt.by(&world.actor(ACTORS[column]));
    // A live feed never ends: that it began is its answer.
    let answer = call.send().await;
    if answer.headers().get("content-type").is_some_and(|media| media.as_bytes().starts_with(b"text/event-stream")) {
        return Reply {
            status: 200,
            headers: answer.headers().clone(),
            bytes: Default::default(),
            text: String::new(),
            body: Value::Null,
        };
    }
    Reply::of(answer).await
}

/// `+` for a success, else the status.
fn word(reply: &Reply) -> String {
    if (200..300).contains(&reply.status) { "+".to_owned() } else { reply.status.to_string() }
}

/// The rows of `matrix.txt`: method, path, object, then a word for each actor.
pub(super) fn expected() -> BTreeMap<String, Vec<String>> {
    let lines = include_str!("matrix.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows = lines.map(|line| {
        let mut words = line.split_whitespace().map(str::to_owned);
        let name: Vec<_> = words.by_ref().take(3).collect();
        (name.join(" "), words.collect())
    });
    let rows: Vec<(String, Vec<String>)> = rows.collect();
    for (name, words) in &rows {
        assert_eq!(words.len(), ACTORS.len(), "{name} has a word for each actor");
    }
    let count = rows.len();
    let rows: BTreeMap<_, _> = rows.into_iter().collect();
    assert_eq!(rows.len(), count, "no route has two rows");
    rows
}

/// The table as the routes are, for a person to look at before it becomes the expectation.
fn written(rows: &BTreeMap<String, Vec<String>>) -> String {
    let mut ordered: Vec<_> = rows.iter().map(|(name, words)| (name.split(' ').collect::<Vec<_>>(), words)).collect();
    ordered.sort_by_key(|(name, _)| (name[1], name[0], std::cmp::Reverse(name[2])));
    let columns = |words: &mut dyn Iterator<Item = &str>| {
        words.fold(String::new(), |line, word| format!("{line} {word:<5}")).trim_end().to_owned()
    };
    let mut text = String::new();
    let _ = writeln!(text, "{:<75}{}", "#", columns(&mut ACTORS.into_iter()));
    for (name, words) in ordered {
        let row = columns(&mut words.iter().map(String::as_str));
        let _ = writeln!(text, "{:<6} {:<59} {:<7} {row}", name[0], name[1], name[2]);
    }
    text
}
