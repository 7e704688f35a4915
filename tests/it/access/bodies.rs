//! Every body of every route, with members that are none of its own and with whatever an attacker may put into those that are.

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use support_tests::{app::Backend, reply::Reply};

use super::{
    routes::{Attempt, Route, Whose, routes},
    world::World,
};

/// What no body may set, unless it says so itself.
const NOT_YOURS: [&str; 24] = [
    "tenant_id",
    "tenant",
    "account_id",
    "inbox_id",
    "owner_id",
    "id",
    "number",
    "created_at",
    "created_by",
    "updated_at",
    "role",
    "permissions",
    "verified",
    "is_admin",
    "seq",
    "version",
    "author",
    "author_type",
    "author_kind",
    "internal",
    "direction",
    "use_count",
    "password_hash",
    "__proto__",
];

/// A lone surrogate, which JSON can say and no string can hold.
const SURROGATE: &str = "a lone surrogate stands here";

/// Values that some program somewhere choked on.
fn hostile() -> Vec<Value> {
    let deep = (0..100).fold(json!([]), |inside, _| json!([inside]));
    let texts = [
        "",
        " ",
        "\0",
        "a\0b",
        "\u{1b}[31m",
        "a\r\nBcc: x@y.test",
        "\u{2028}",
        "\u{202e}txt.exe",
        "\u{feff}",
        "\u{fffd}",
        "\u{fdfa}",
        "\u{10ffff}",
        "👩‍👩‍👧‍👦",
        "' OR 1=1 --",
        "%_\\",
        "{{7*7}}${7*7}<%= 7*7 %>",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "2026-02-30T25:61:61Z",
        "99999-01-01T00:00:00Z",
        "00000000-0000-0000-0000-000000000000",
        SURROGATE,
    ];
    let mut values: Vec<_> = texts.into_iter().map(|text| json!(text)).collect();
    values.extend(["x".repeat(30_000), "e\u{301}".repeat(15_000), "💥".repeat(10_000)].map(|text| json!(text)));
    values.extend([
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e308),
        json!(u64::MAX),
        json!(i64::MIN),
    ]);
    values.extend([json!([]), json!([null]), json!({}), json!({ "$gt": "" }), json!([[["x"]]]), deep]);
    values.push(json!(vec!["x"; 3_000]));
    values
}

/// Any JSON, with the route's own names among those of its objects.
fn any_json(fields: &[String]) -> BoxedStrategy<Value> {
    let mut names: Vec<String> = fields.to_vec();
    names.push("zz".to_owned());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z:_-]{0,12}".prop_map(Value::from),
    ];
    let names = proptest::sample::select(names);
    let value = leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(names.clone(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    value.boxed()
}

/// A desk to which bodies are sent.
struct Bench {
    world: World,
    /// What went wrong so far.
    accidents: Vec<String>,
}

impl Bench {
    async fn send(&self, route: &Route, attempt: &Attempt) -> Reply {
        let who = match route.split().0 {
            "/w/api/v1" => "visit",
            "/portal/api/v1" => "link",
            _ if route.path.starts_with("/api/v1/portal/") => "none",
            _ => "admin",
        };
        let text = attempt.body().map(|body| body.to_string().replace(SURROGATE, "\\ud800")).unwrap_or_default();
        attempt.by(&self.world.actor(who)).body(text).await
    }

    /// Each gets an answer, and not an accident; those that are refused store nothing, which their second time shows.
    async fn try_all(&mut self, route: &Route, attempts: &[Attempt]) -> Vec<Reply> {
        let (mut replies, mut refused) = (Vec::new(), Vec::new());
        for attempt in attempts {
            let reply = self.send(route, attempt).await;
            if reply.status >= 500 {
                let shown: String =
                    attempt.body().map(ToString::to_string).unwrap_or_default().chars().take(200).collect();
                self.accidents.push(format!("{} {shown}: {}", route.name(), reply.text));
            }
            if reply.status >= 400 {
                refused.push(attempt);
            }
            replies.push(reply);
        }
        let before = self.world.contents().await;
        for attempt in &refused {
            self.send(route, attempt).await;
        }
        let after = self.world.contents().await;
        for (table, rows) in &before {
            // Uses of a link are written a moment later, too many failed sign-ins are a fact, and a spent token ends its session.
            let is_beside = table == "support_tokens"
                || (table == "support_events" && route.path.contains("/auth/"))
                || (table == "support_sessions" && route.path.ends_with("/auth/refresh"));
            if !is_beside && after[table] != *rows {
                self.accidents.push(format!("{}: something refused left something in {table}", route.name()));
            }
        }
        if super::matrix::ENDS_SESSIONS.contains(&route.name().as_str()) {
            self.world.renew().await;
        }
        replies
    }
}

async fn bench(backend: Backend) -> Option<Bench> {
    Some(Bench { world: World::on(backend).await?, accidents: Vec::new() })
}

impl Bench {
    async fn close(self) {
        assert!(self.accidents.is_empty(), "{} accidents:\n{}", self.accidents.len(), self.accidents.join("\n"));
        self.world.app.close().await;
    }
}

/// Routes with a body, each with a fresh object and a body that would do.
async fn with_bodies(bench: &mut Bench) -> Vec<(Route, Attempt)> {
    let mut all = Vec::new();
    for mut route in routes() {
        if route.path.ends_with("/config") {
            // Its members are the configuration's keys.
            route.fields = ["REPLY_TIME", "WHATSAPP_NUMBER", "SUPPORT_BUBBLE_ENABLED"].map(str::to_owned).to_vec();
        }
        let attempt = route.attempt(&bench.world, Whose::Ours).await;
        if attempt.body().is_some() && !route.fields.is_empty() {
            all.push((route, attempt));
        }
    }
    bench.world.renew().await;
    assert!(all.len() > 40, "{} routes have a body", all.len());
    all
}

fn with_member(attempt: &Attempt, name: &str, value: Value) -> Attempt {
    let mut body = attempt.body().cloned().unwrap_or_default();
    body[name] = value;
    attempt.with_body(body)
}

// SEC: A-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_body_sets_what_is_not_its_own() {
    let mut bench = bench(Backend::Sqlite).await.unwrap();
    for (route, attempt) in with_bodies(&mut bench).await {
        let names = NOT_YOURS.iter().filter(|name| !route.fields.iter().any(|field| field == *name));
        let values = [json!("x"), json!(true), json!(7), json!("01890000-0000-7000-8000-000000000000")];
        let tried: Vec<_> = names.flat_map(|name| values.iter().map(move |value| (*name, value.clone()))).collect();
        let attempts: Vec<_> = tried.iter().map(|(name, value)| with_member(&attempt, name, value.clone())).collect();
        for ((name, _), reply) in tried.iter().zip(bench.try_all(&route, &attempts).await) {
            assert_eq!(reply.status, 422, "{} with {name}: {}", route.name(), reply.text);
            assert!(reply.text.contains(name), "{} names {name}: {}", route.name(), reply.text);
        }
    }
    bench.close().await;
}

// SEC: A-04, C-10, C-11
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_member_holds_the_answer_is_no_accident() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(mut bench) = bench(backend).await else { continue };
        for (route, attempt) in with_bodies(&mut bench).await {
            let attempts = route.fields.iter().flat_map(|field| {
                let attempt = &attempt;
                hostile().into_iter().map(move |value| with_member(attempt, field, value))
            });
            bench.try_all(&route, &attempts.collect::<Vec<_>>()).await;
        }
        bench.close().await;
    }
}

// SEC: A-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_json_a_body_is_the_answer_is_no_accident() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(mut bench) = bench(backend).await else { continue };
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        for (route, attempt) in with_bodies(&mut bench).await {
            let names = proptest::sample::select(route.fields.clone());
            let members = proptest::collection::btree_map(names, any_json(&route.fields), 0..4);
            let attempts: Vec<_> = (0..24)
                .map(|_| {
                    let members = members.new_tree(&mut runner).unwrap().current();
                    let with = |attempt, (name, value): (String, Value)| with_member(&attempt, &name, value);
                    members.into_iter().fold(attempt.with_body(attempt.body().cloned().unwrap_or_default()), with)
                })
                .collect();
            bench.try_all(&route, &attempts).await;
        }
        bench.close().await;
    }
}
