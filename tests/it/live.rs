//! The live feed: `events/stream` and `ws`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support_core::storage::Native;
use support_tests::{
    actor::Actor,
    app::{KEY, TestApp},
    on_both,
    socket::Server,
};

async fn open(visitor: &Actor) -> String {
    let ticket = visitor.post("tickets", json!({ "initial_message": "Hello?" })).await.ok();
    ticket["id"].as_str().unwrap().to_owned()
}

/// What a customer may get to see of a message, of a ticket and of a frame. A new field is a decision to be made here.
const MESSAGE: [&str; 21] = [
    "attachments",
    "body_html",
    "format",
    "reply_to",
    "reply_count",
    "mentions",
    "reactions",
    "edited_at",
    "deleted_at",
    "id",
    "conversation_id",
    "seq",
    "client_id",
    "author",
    "direction",
    "is_internal",
    "body",
    "channel",
    "is_read",
    "receipts",
    "created_at",
];
const TICKET: [&str; 25] = [
    "id",
    "number",
    "subject",
    "description",
    "status",
    "priority",
    "category",
    "channel",
    "requester",
    "assigned_to",
    "last_message_at",
    "preview",
    "last_seq",
    "unread_by_agent",
    "unread_by_customer",
    "first_response_at",
    "created_at",
    "updated_at",
    "resolved_at",
    "closed_at",
    "version",
    "messages",
    "merged_into",
    "satisfaction",
    "sla_overdue",
];

/// What is there for the desk alone: customers get the same shape with nothing in it.
const EMPTY: [&str; 13] = [
    "tags",
    "links",
    "watchers",
    "custom_fields",
    "team",
    "sla",
    "sla_due_at",
    "snoozed_until",
    "ai_summary",
    "ai_confidence_score",
    "ai_first_response_time",
    "ai_auto_resolved",
    "created_by",
];

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect()
}

on_both! {
    async fn ten_answers_written_while_the_stream_is_cut_arrive_once_each_in_order(app) {
        app.run();
        let (visitor, agent) = (app.visitor().await, app.agent("Ana").await);
        let ticket = open(&visitor).await;
        app.storage.number_events().await.unwrap();
        let mut feed = visitor.feed("").await;
        let ready = feed.expect("ready").await;
        assert_eq!(feed.id(), ready["seq"].as_str());
        assert!(feed.latest.contains(&"retry: 2000".to_owned()), "{:?}", feed.latest);
        let cursor = ready["seq"].as_str().unwrap().to_owned();
        drop(feed);
        let thread = format!("tickets/{ticket}/messages");
        for number in 1..=10 {
            agent.post(&thread, json!({ "body": format!("Note {number}"), "is_internal": true })).await.ok();
            agent.post(&thread, json!({ "body": format!("Answer {number}") })).await.ok();
        }
        for mut feed in [visitor.feed_after(&cursor).await, visitor.feed(&format!("?since={cursor}")).await] {
            assert_eq!(feed.expect("ready").await["seq"], cursor);
            for number in 1..=10 {
                let frame = feed.expect("message.created").await;
                assert_eq!(frame["data"]["message"]["body"], format!("Answer {number}"));
                assert_eq!(feed.id(), frame["seq"].as_str());
            }
            // In the middle of them it goes on after the one that was seen.
        }
        let mut feed = visitor.feed(&format!("?since={cursor}")).await;
        feed.expect("ready").await;
        for _ in 0..4 {
            feed.expect("message.created").await;
        }
        let middle = feed.id().unwrap().to_owned();
        let mut rest = visitor.feed_after(&middle).await;
        rest.expect("ready").await;
        assert_eq!(rest.expect("message.created").await["data"]["message"]["body"], "Answer 5");
    }

    // SEC, W-06
    async fn everybody_gets_what_they_may_see_and_nothing_else(app) {
        app.run();
        let (mia, tom, agent) = (app.visitor().await, app.visitor().await, app.agent("Ana").await);
        let ticket = open(&mia).await;
        let toms = open(&tom).await;
        let link = agent.post("tokens", json!({ "scope": { "ticket": ticket } })).await.ok();
        let portal = app.portal(link["token"].as_str().unwrap()).await;
        app.storage.number_events().await.unwrap();
        let since = agent.get("auth/me").await.ok()["cursor"].as_str().unwrap().to_owned();

        let path = format!("tickets/{ticket}");
        agent.post(&format!("{path}/messages"), json!({ "body": "CANARY", "is_internal": true })).await.ok();
        agent.post(&format!("{path}/assign"), json!({ "assignee": agent.id() })).await.ok();
        agent.post(&format!("{path}/messages"), json!({ "body": "Hi Mia" })).await.ok();
        mia.act(&format!("{path}/read")).await.ok();
        agent.patch(&path, json!({ "priority": "high" })).await.ok();
        agent.act(&format!("{path}/resolve")).await.ok();
        mia.post(&format!("{path}/messages"), json!({ "body": "Not yet" })).await.ok();
        tom.post(&format!("tickets/{toms}/messages"), json!({ "body": "Tom again" })).await.ok();
        agent.post(&format!("tickets/{toms}/messages"), json!({ "body": "End" })).await.ok();
        agent.post(&format!("{path}/messages"), json!({ "body": "End" })).await.ok();

        async fn seen(actor: &Actor, since: &str, ends: usize) -> Vec<Value> {
            let mut feed = actor.feed(&format!("?since={since}")).await;
            feed.expect("ready").await;
            let mut frames = Vec::new();
            for _ in 0..ends {
                loop {
                    let frame = feed.next().await.unwrap();
                    let end = frame["data"]["message"]["body"] == "End";
                    frames.push(frame);
                    if end {
                        break;
                    }
                }
            }
            frames
        }
        let kinds = |frames: &[Value]| frames.iter().map(|frame| frame["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let staff = seen(&agent, &since, 2).await;
        assert_eq!(kinds(&staff), ["note.created", "ticket.assigned", "message.created", "message.read", "ticket.updated",
            "ticket.resolved", "message.created", "ticket.reopened", "message.created", "message.created", "message.created"]);
        for customer in [&mia, &portal] {
            let frames = seen(customer, &since, 1).await;
            assert_eq!(kinds(&frames), ["message.created", "message.read", "ticket.updated", "ticket.resolved", "message.created",
                "ticket.reopened", "message.created"]);
            for frame in &frames {
                assert!(keys(frame).is_subset(&BTreeSet::from(["type", "seq", "ticket", "conversation", "data"])), "{frame}");
                assert!(keys(&frame["data"]).is_subset(&BTreeSet::from(["ticket", "message", "actor", "up_to_seq"])), "{frame}");
                assert!(keys(&frame["data"]["message"]).is_subset(&MESSAGE.into_iter().collect()), "{frame}");
                assert!(keys(&frame["data"]["ticket"]).is_subset(&TICKET.into_iter().chain(EMPTY).collect()), "{frame}");
                let data = &frame["data"];
                for field in EMPTY {
                    let value = &data["ticket"][field];
                    let is_empty = value.is_null() || [json!([]), json!({})].contains(value);
                    assert!(is_empty, "{field}: {value}");
                }
                assert_eq!(data["ticket"]["sla_overdue"], json!(false));
                assert_eq!((&data["ticket"]["unread_by_agent"], &data["ticket"]["created_by"]), (&json!(0), &Value::Null));
                assert!(data["ticket"]["assigned_to"]["email"].is_null());
                let text = frame.to_string();
                assert!(!text.contains("CANARY") && !text.contains("people.test") && !text.contains(&toms), "{frame}");
            }
        }
        let frames = seen(&tom, &since, 1).await;
        assert_eq!(kinds(&frames), ["message.created", "message.created"]);
        assert!(frames.iter().all(|frame| frame["ticket"] == json!(toms)));
        app.stranger().get("events/stream").await.refused(401, "unauthenticated");
    }

    // SEC: R-09
    async fn a_cursor_that_is_not_of_this_log_starts_anew(app) {
        app.run();
        let visitor = app.visitor().await;
        let ticket = open(&visitor).await;
        let head = visitor.get("session").await.ok()["cursor"].as_str().unwrap().to_owned();
        let (epoch, seq) = head.rsplit_once('-').unwrap();
        let future = format!("{epoch}-{}", seq.parse::<i64>().unwrap() + 1_000);
        for bad in ["", "x", "0-0", "-1", "deadbeefdeadbeef-1", &format!("{epoch}-"), &format!("{epoch}--5"), &future, "%27"] {
            let mut feed = visitor.feed(&format!("?since={bad}")).await;
            let reset = feed.expect("reset").await;
            assert_eq!(reset["data"], json!({}), "{bad}");
            // It goes on from where it says.
            visitor.post(&format!("tickets/{ticket}/messages"), json!({ "body": "Next" })).await.ok();
            feed.expect("message.created").await;
        }
    }

    // SEC: N-10, R-04
    async fn a_stream_ends_with_the_right_to_it(app) {
        app.run();
        let (admin, visitor) = (app.admin("Ada").await, app.visitor().await);
        let ticket = open(&visitor).await;
        let link = admin.post("tokens", json!({ "scope": { "ticket": ticket } })).await.ok();
        let portal = app.portal(link["token"].as_str().unwrap()).await;
        let mut held = portal.feed("").await;
        held.expect("ready").await;
        admin.act(&format!("tokens/{}/revoke", link["id"].as_str().unwrap())).await.ok();
        assert_eq!(held.drain().await, Vec::<Value>::new(), "revoked");

        let made = admin.post("users", json!({ "email": "ben@people.test", "password": "a fine password" })).await.ok();
        let credentials = json!({ "email": "ben@people.test", "password": "a fine password" });
        let path = format!("users/{}", made["id"].as_str().unwrap());
        let ben = app.stranger();
        assert_eq!(ben.post("auth/session", credentials.clone()).await.status, 204);
        let mut held = ben.feed("").await;
        held.expect("ready").await;
        admin.patch(&path, json!({ "is_active": false })).await.ok();
        held.drain().await;

        admin.patch(&path, json!({ "is_active": true })).await.ok();
        let tokens = app.stranger().post("auth/login", credentials).await.ok();
        let api = app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
        let mut held = api.feed("").await;
        held.expect("ready").await;
        app.stranger().post("auth/logout", json!({ "refresh_token": tokens["refresh_token"] })).await;
        held.drain().await;

        let mut held = visitor.feed("").await;
        held.expect("ready").await;
        visitor.act("session/end").await;
        held.drain().await;
    }

    // SEC: P-09, R-04
    async fn a_links_stream_ends_when_its_contact_has_another_address(app) {
        app.run();
        let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
        let ticket = open(&visitor).await;
        visitor.patch("me", json!({ "email": "old@people.test" })).await.ok();
        let link = agent.post("tokens", json!({ "scope": { "ticket": ticket } })).await.ok();
        let portal = app.portal(link["token"].as_str().unwrap()).await;
        let (mut held, mut own) = (portal.feed("").await, visitor.feed("").await);
        held.expect("ready").await;
        own.expect("ready").await;
        // Another name is no other address.
        visitor.patch("me", json!({ "name": "Mia" })).await.ok();
        agent.post(&format!("tickets/{ticket}/messages"), json!({ "body": "Hi Mia" })).await.ok();
        held.expect("message.created").await;
        visitor.patch("me", json!({ "email": "new@people.test" })).await.ok();
        let rest = held.drain().await;
        assert!(rest.iter().all(|frame| frame["type"] == "ping"), "{rest:?}");
        agent.post(&format!("tickets/{ticket}/messages"), json!({ "body": "Still there?" })).await.ok();
        own.expect("message.created").await;
        loop {
            let frame = own.next().await.expect("the visitor's own stream goes on");
            if frame["type"] == "message.created" {
                break;
            }
        }
    }

    async fn a_link_to_a_merged_ticket_hears_what_goes_on_where_it_leads(app) {
        app.run();
        let (admin, visitor) = (app.admin("Ada").await, app.visitor().await);
        let (gone, into) = (open(&visitor).await, open(&visitor).await);
        let link = admin.post("tokens", json!({ "scope": { "ticket": gone } })).await.ok();
        let portal = app.portal(link["token"].as_str().unwrap()).await;
        async fn heard(feed: &mut support_tests::feed::Feed) -> Value {
            loop {
                let frame = feed.next().await.expect("the feed goes on");
                if frame["type"] == "message.created" {
                    return frame["data"]["message"]["body"].clone();
                }
            }
        }
        let say = async |ticket: &str, body: &str| {
            admin.post(&format!("tickets/{ticket}/messages"), json!({ "body": body })).await.ok();
        };
        let mut before = portal.feed("").await;
        before.expect("ready").await;
        say(&into, "Not yet for it").await;
        say(&gone, "One").await;
        assert_eq!(heard(&mut before).await, "One");
        admin.post(&format!("tickets/{gone}/merge"), json!({ "into": into })).await.ok();
        let merged = before.until("ticket.merged").await.pop().unwrap();
        assert_eq!(merged["ticket"], json!(gone), "it is told of the merge itself");
        let mut after = portal.feed("").await;
        after.expect("ready").await;
        say(&into, "Two").await;
        assert_eq!(heard(&mut before).await, "Two");
        assert_eq!(heard(&mut after).await, "Two");
        admin.act(&format!("tickets/{gone}/unmerge")).await.ok();
        say(&into, "Not for it any more").await;
        say(&gone, "Three").await;
        assert_eq!(heard(&mut before).await, "Three");
        assert_eq!(heard(&mut after).await, "Three");
    }

    // SEC: R-02
    async fn a_ticket_opens_one_stream_within_a_minute(app) {
        app.run();
        let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
        let drawn = agent.act("events/ticket").await.ok();
        let ticket = drawn["ticket"].as_str().unwrap().to_owned();
        let program = app.stranger().silent();
        let address = format!("events/stream?ticket={ticket}");
        let mut feed = program.feed(&format!("?ticket={ticket}")).await;
        feed.expect("ready").await;
        program.get(&address).await.refused(401, "unauthenticated");
        open(&visitor).await;
        feed.expect("ticket.created").await;
        let late = agent.act("events/ticket").await.ok()["ticket"].as_str().unwrap().to_owned();
        app.clock.advance(chrono::TimeDelta::seconds(60));
        program.get(&format!("events/stream?ticket={late}")).await.refused(401, "unauthenticated");
        let ended = agent.act("events/ticket").await.ok()["ticket"].as_str().unwrap().to_owned();
        agent.call(axum::http::Method::DELETE, "auth/session").await;
        program.get(&format!("events/stream?ticket={ended}")).await.refused(401, "unauthenticated");
        // It is a key to the stream and to nothing else, and to the desk's only.
        visitor.act("events/ticket").await.refused(404, "not_found");
        program.get(&format!("tickets?ticket={ended}")).await.refused(401, "unauthenticated");
        // A program sends its key with every request: a ticket for it would open nothing.
        let key = app.admin("Ada").await.post("api-keys", json!({ "name": "Bot", "scopes": ["tickets:read"] })).await.ok();
        let bot = app.stranger().with_bearer(key["key"].as_str().unwrap());
        bot.act("events/ticket").await.refused(403, "forbidden");
        bot.feed("").await.expect("ready").await;
    }
}

/// Adds facts to the log that only the desk may know of.
async fn flood(app: &TestApp, count: i64) {
    let mut tx = app.storage.write().await.unwrap();
    let Native::Sqlite(connection) = tx.native() else { panic!("this is SQLite") };
    let sql = "INSERT INTO support_events (id, tenant_id, kind, is_internal, actor_kind, changes, request_id, occurred_at) \
               WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
               SELECT randomblob(16), (SELECT tenant_id FROM support_inboxes LIMIT 1), 'contact.updated', 1, 'system', '{}', 'flood', 0 FROM n";
    sqlx::query(sql).bind(count).execute(connection).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_behind_the_ring_reads_from_the_log_and_who_is_too_far_behind_starts_anew() {
    let mut app = TestApp::sqlite().await;
    app.run();
    let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
    let mut feed = agent.feed("").await;
    feed.expect("ready").await;
    // Nobody reads the feed while more is written than the ring holds.
    flood(&app, 6_000).await;
    open(&visitor).await;
    let frames = feed.until("ticket.created").await;
    assert_eq!(frames.len(), 6_001);
    let seq = |frame: &Value| frame["seq"].as_str().unwrap().rsplit_once('-').unwrap().1.parse::<i64>().unwrap();
    assert!(frames.windows(2).all(|pair| seq(&pair[0]) + 1 == seq(&pair[1])), "none twice, none left out");
    let cursor = frames[0]["seq"].as_str().unwrap().to_owned();
    feed.expect("message.created").await;

    flood(&app, 20_001).await;
    // Whoever starts now hears of the next ticket when the tail has come through all of it.
    let mut tail = agent.feed("").await;
    tail.expect("ready").await;
    open(&visitor).await;
    tail.expect("ticket.created").await;
    let last = feed.until("reset").await.pop().unwrap();
    assert_eq!(last["data"], json!({}));
    let mut late = agent.feed(&format!("?since={cursor}")).await;
    late.expect("reset").await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_ends_every_stream() {
    let mut app = TestApp::sqlite().await;
    app.run();
    let agent = app.agent("Ana").await;
    let server = Server::start(app.router.clone()).await;
    let mut feed = agent.feed("").await;
    feed.expect("ready").await;
    let mut socket = server.socket(&agent, "/api/v1/ws").await;
    socket.expect("ready").await;
    app.stop().await;
    assert_eq!(feed.drain().await, Vec::<Value>::new());
    assert_eq!(socket.next().await, Err(1001));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing_looking_and_reading_travel_over_the_socket() {
    let mut app = TestApp::sqlite().await;
    app.run();
    let (mia, tom) = (app.visitor().await, app.visitor().await);
    let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
    let ticket = open(&mia).await;
    let server = Server::start(app.router.clone()).await;
    let mut mias = server.socket(&mia, "/w/api/v1/ws").await;
    let mut toms = server.socket(&tom, "/w/api/v1/ws").await;
    let mut anas = server.socket(&ana, "/api/v1/ws").await;
    let mut bens = server.socket(&ben, "/api/v1/ws").await;
    for socket in [&mut mias, &mut toms, &mut anas, &mut bens] {
        socket.expect("ready").await;
    }
    // The visitor writes: the desk sees it, the visitor does not.
    mias.send(&json!({ "type": "typing", "ticket": ticket })).await;
    for socket in [&mut anas, &mut bens] {
        let typing = socket.expect("typing").await;
        assert_eq!((&typing["ticket"], &typing["data"]), (&json!(ticket), &json!({ "name": "", "kind": "visitor" })));
    }
    // Somebody else's ticket cannot be typed into, nor looked at by a visitor.
    toms.send(&json!({ "type": "typing", "ticket": ticket })).await;
    toms.send(&json!({ "type": "view", "ticket": ticket })).await;
    toms.send(&json!({ "type": "ping" })).await;
    toms.expect("ping").await;
    // An agent looks: the desk sees who.
    anas.send(&json!({ "type": "view", "ticket": ticket })).await;
    let viewers = json!([{ "id": ana.id(), "name": "Ana", "typing": false }]);
    assert_eq!(bens.expect("presence").await["data"]["viewers"], viewers);
    assert_eq!(anas.expect("presence").await["data"]["viewers"], viewers);
    assert_eq!(anas.expect("presence").await["data"]["viewers"], viewers);
    // An agent writes: the visitor sees a name, the other agent too, the writer does not.
    anas.send(&json!({ "type": "typing", "ticket": ticket })).await;
    let typing = mias.expect("typing").await;
    assert_eq!(typing["data"], json!({ "name": "Ana", "kind": "agent" }));
    bens.expect("typing").await;
    assert_eq!(bens.expect("presence").await["data"]["viewers"][0]["typing"], true);
    assert_eq!(anas.expect("presence").await["data"]["viewers"][0]["typing"], true);
    // Reading over the socket is reading.
    anas.send(&json!({ "type": "read", "ticket": ticket })).await;
    let read = mias.expect("message.read").await;
    assert_eq!((&read["data"]["up_to_seq"], &read["data"]["ticket"]["unread_by_agent"]), (&json!(1), &json!(0)));
    bens.expect("message.read").await;
    // Leaving is seen.
    drop(anas);
    assert_eq!(bens.expect("presence").await["data"]["viewers"], json!([]));
    // Tom saw none of it.
    let toms_ticket = open(&tom).await;
    assert_eq!(toms.expect("ticket.created").await["ticket"], json!(toms_ticket));
    app.close().await;
}

// SEC
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_takes_nothing_from_strangers_and_only_frames_that_it_knows() {
    let mut app = TestApp::sqlite().await;
    app.run();
    let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
    let server = Server::start(app.router.clone()).await;
    for origin in [None, Some("null"), Some("https://evil.test"), Some("https://support.test.evil.test")] {
        for (who, path) in [(&agent, "/api/v1/ws"), (&visitor, "/w/api/v1/ws")] {
            let refused = server.open(who, path, origin).await.expect_err("a foreign page");
            assert!(refused.to_string().contains("403"), "{origin:?}: {refused}");
        }
    }
    let refused =
        server.open(&app.stranger(), "/api/v1/ws", Some("https://support.test")).await.expect_err("a stranger");
    assert!(refused.to_string().contains("401"), "{refused}");
    agent.get("ws").await.refused(400, "no_websocket");
    let stored = app.contents().await;
    for frame in [
        json!({ "type": "message.created", "ticket": KEY }),
        json!({ "type": "presence" }),
        json!([]),
        json!({ "type": "view", "x": 1 }),
    ] {
        let mut socket = server.socket(&agent, "/api/v1/ws").await;
        socket.expect("ready").await;
        socket.send(&frame).await;
        assert_eq!(socket.next().await, Err(1008), "{frame}");
    }
    let mut socket = server.socket(&agent, "/api/v1/ws").await;
    socket.expect("ready").await;
    // A burst is answered; whoever goes on like that is cut off.
    let mut answered = 0;
    let code = loop {
        socket.send(&json!({ "type": "ping" })).await;
        match socket.next().await {
            Ok(_) => answered += 1,
            Err(code) => break code,
        }
        assert!(answered < 10_000, "nobody stops it");
    };
    assert!(answered >= 60 && code == 1008, "{answered} {code}");
    assert_eq!(app.contents().await, stored);
    app.close().await;
}
