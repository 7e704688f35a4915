//! The second path forgets the check: every way to read, with every parameter, by everybody, and not one word that is not theirs.

use serde_json::{Value, json};
use support_tests::actor::Actor;

use super::{
    routes::{Route, routes},
    world::{NOBODYS_ID, World},
};

/// Words that stand in tickets, messages, notes and names, each in one place only.
const CUSTOMERS: &str = "qzcustomer";
const VISITORS: &str = "qzvisitor";
const LINKS: &str = "qzlink";
const NOTES: &str = "qznote";
const OTHERS: &str = "qzother";

const WORDS: [&str; 5] = [CUSTOMERS, VISITORS, LINKS, NOTES, OTHERS];

/// Who asks on which surface, and the words that they may read.
const READERS: [(&str, &str, &[&str]); 13] = [
    ("cust", "/api/v1", &[CUSTOMERS]),
    ("cust2", "/api/v1", &[]),
    ("rokey", "/api/v1", &[CUSTOMERS, VISITORS, LINKS, NOTES]),
    ("clerk", "/api/v1", &[CUSTOMERS, VISITORS, LINKS, NOTES]),
    ("agent", "/api/v1", &[CUSTOMERS, VISITORS, LINKS, NOTES]),
    ("admin", "/api/v1", &[CUSTOMERS, VISITORS, LINKS, NOTES]),
    ("other", "/api/v1", &[OTHERS]),
    ("none", "/api/v1", &[]),
    ("gone", "/api/v1", &[]),
    ("visit", "/w/api/v1", &[VISITORS]),
    ("visi2", "/w/api/v1", &[]),
    ("link", "/portal/api/v1", &[LINKS]),
    ("link2", "/portal/api/v1", &[]),
];

struct Planted {
    tickets: Vec<String>,
    people: Vec<String>,
}

/// A ticket of each customer with the word in every text that it has, a note on each, and one of the other desk.
async fn planted(world: &World) -> Planted {
    let (mut tickets, mut people) = (Vec::new(), Vec::new());
    let admin = &world.keeper;
    for (actor, word) in [("cust", CUSTOMERS), ("visit", VISITORS), ("link", LINKS)] {
        let ticket = open(&world.actor(actor), word).await;
        let thread = format!("tickets/{}/messages", ticket["id"].as_str().unwrap());
        admin.post(&thread, json!({ "body": format!("They said {NOTES}"), "is_internal": true })).await.ok();
        tickets.push(ticket["id"].as_str().unwrap().to_owned());
        people.push(ticket["requester"]["id"].as_str().unwrap().to_owned());
    }
    let other = open(&world.other_visitor, OTHERS).await;
    tickets.push(other["id"].as_str().unwrap().to_owned());
    people.push(other["requester"]["id"].as_str().unwrap().to_owned());
    let other = &world.other_admin;
    let requester = json!({ "email": format!("{OTHERS}@people.test"), "name": OTHERS });
    other.post("tickets", json!({ "subject": OTHERS, "category": OTHERS, "requester": requester })).await.ok();
    Planted { tickets, people }
}

async fn open(who: &Actor, word: &str) -> Value {
    let text = format!("About {word}");
    let ticket = json!({ "subject": text, "description": text, "initial_message": text, "category": word });
    who.post("tickets", ticket).await.ok()
}

/// The addresses of a route with every object in its path and every value in each of its parameters.
fn addresses(route: &Route, planted: &Planted) -> Vec<String> {
    let mut paths = vec![route.path.clone()];
    while let Some((start, rest)) = paths[0].clone().split_once('{') {
        let (name, _) = rest.split_once('}').unwrap();
        let ids = match name {
            "ticket_id" => &planted.tickets[..],
            "person_id" => &planted.people[..],
            _ => &[],
        };
        let slot = format!("{{{name}}}");
        let ids = ids.iter().cloned().chain([NOBODYS_ID.to_owned()]);
        paths = ids.flat_map(|id| paths.iter().map(|path| path.replacen(&slot, &id, 1)).collect::<Vec<_>>()).collect();
        debug_assert!(!paths[0].starts_with(&format!("{start}{{")));
    }
    let mut addresses = paths.clone();
    for parameter in &route.query {
        let values = match parameter.as_str() {
            "search" | "q" | "actor" | "category" | "tag" | "handler" => {
                WORDS.iter().map(ToString::to_string).chain(["qz".to_owned(), "%".to_owned(), "*".to_owned()]).collect()
            }
            "ticket" | "link" => planted.tickets.clone(),
            "requester" | "assigned_to" | "contact" | "watcher" => planted.people.clone(),
            "number" => vec!["1".to_owned(), "2".to_owned()],
            "status" => vec!["open".to_owned()],
            "include" => vec!["messages".to_owned()],
            "after_seq" => vec!["0".to_owned()],
            "is_internal" => vec!["true".to_owned()],
            "format" => vec!["csv".to_owned()],
            _ => continue,
        };
        let queries =
            values.iter().flat_map(|value| paths.iter().map(move |path| format!("{path}?{parameter}={value}")));
        addresses.extend(queries.collect::<Vec<_>>());
    }
    addresses
}

// SEC, C-14
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_path_tells_anybody_a_word_that_is_not_theirs() {
    let world = World::new().await;
    let planted = planted(&world).await;
    let mut told: Vec<(&str, &str)> = Vec::new();
    for route in routes().iter().filter(|route| route.method == "GET" && !route.is_live()) {
        for address in addresses(route, &planted) {
            for (reader, surface, may_read) in READERS {
                if route.split().0 != surface {
                    continue;
                }
                let reply = world.actor(reader).get(&address).await;
                assert!(reply.status < 500, "{reader} {address}: {}", reply.text);
                for word in WORDS.iter().filter(|word| reply.text.contains(**word)) {
                    // A refusal may repeat what was asked.
                    let is_echo = reply.status >= 400 && address.contains(word);
                    assert!(is_echo || may_read.contains(word), "{reader} {address}: {}", reply.text);
                    told.push((reader, *word));
                }
                let is_customer = !["rokey", "clerk", "agent", "admin", "other"].contains(&reader);
                if is_customer && reply.status < 400 {
                    for agents in ["ana@people.test", "ben@people.test", "kim@people.test"] {
                        assert!(!reply.text.contains(agents), "{reader} {address}: {}", reply.text);
                    }
                }
            }
        }
    }
    for (reader, _, may_read) in READERS {
        for word in may_read {
            assert!(told.contains(&(reader, *word)), "{reader} never saw {word}: this test looks in the wrong places");
        }
    }
    world.app.close().await;
}

// SEC
#[tokio::test]
async fn a_cursor_and_an_idempotency_key_belong_to_whoever_got_them() {
    let world = World::new().await;
    let (admin, customer, customer_2) = (world.actor("admin"), world.actor("cust"), world.actor("cust2"));
    for _ in 0..3 {
        open(&customer, CUSTOMERS).await;
    }
    let page = admin.get("tickets?limit=1").await.ok();
    let cursor = page["next"].as_str().unwrap();
    for thief in [&customer_2, &world.actor("other")] {
        let reply = thief.get(&format!("tickets?limit=1&cursor={cursor}")).await;
        assert!(!reply.text.contains(CUSTOMERS), "{}", reply.text);
    }
    let body = json!({ "subject": CUSTOMERS });
    let first = customer.post("tickets", body.clone()).header("idempotency-key", "k-1").await.ok();
    let second = customer_2.post("tickets", body).header("idempotency-key", "k-1").await;
    assert_eq!(second.header("idempotent-replayed"), "");
    assert_ne!(second.ok()["id"], first["id"], "the same key of somebody else is another key");
    world.app.close().await;
}

// SEC
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_feed_carries_nothing_of_somebody_elses_ticket() {
    let mut world = World::new().await;
    world.app.run();
    let mut feeds = Vec::new();
    for (reader, surface) in
        [("cust2", "/api/v1"), ("other", "/api/v1"), ("visi2", "/w/api/v1"), ("link2", "/portal/api/v1")]
    {
        let actor = world.actor(reader).on(surface);
        let mut feed = actor.feed("").await;
        assert_eq!(feed.next().await.unwrap()["type"], "ready", "{reader}");
        feeds.push((reader, actor, feed));
    }
    planted(&world).await;
    for (reader, actor, mut feed) in feeds {
        // Their own news comes after all of that: nothing of it may stand before it.
        let own = if reader == "other" { world.other_admin.clone() } else { actor };
        let ticket = own.post("tickets", json!({ "subject": "Mine" })).await.ok();
        loop {
            let frame = feed.next().await.unwrap();
            let text = frame.to_string();
            let allowed = if reader == "other" { &[OTHERS][..] } else { &[] };
            for word in WORDS.iter().filter(|word| !allowed.contains(word)) {
                assert!(!text.contains(word), "{reader}: {text}");
            }
            if frame["ticket"] == ticket["id"] {
                break;
            }
        }
    }
    world.app.close().await;
}
