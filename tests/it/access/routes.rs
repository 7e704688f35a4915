//! The routes of the OpenAPI document, which are all that there are, and requests to them that would succeed.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use support_core::{clock::Clock as _, http::openapi_document};
use support_tests::{
    actor::{Actor, Call},
    picture,
};

use super::world::{NOBODYS_ID, PASSWORD, World};

/// Where nobody listens.
const WEBHOOK: &str = "http://127.0.0.1:9/";

/// One operation of the document.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) path: String,
    /// The names of its query parameters.
    pub(super) query: Vec<String>,
    /// The members that its body may have.
    pub(super) fields: Vec<String>,
    is_open: bool,
    example: Option<Value>,
}

/// All of them, in the order of the document.
pub(super) fn routes() -> Vec<Route> {
    let document = serde_json::to_value(openapi_document()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(operation) = item.get(method) else { continue };
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let query = parameters.filter(|parameter| parameter["in"] == "query");
            routes.push(Route {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                query: query.map(|parameter| text(&parameter["name"])).collect(),
                fields: members(&document, &operation["requestBody"]["content"]["application/json"]["schema"]),
                example: operation["requestBody"]["content"]["application/json"].get("example").cloned(),
                is_open: operation["security"].as_array().unwrap().contains(&json!({})),
            });
        }
    }
    routes
}

/// The names of an object's members, wherever the document describes it.
fn members(document: &Value, schema: &Value) -> Vec<String> {
    let described = schema["$ref"].as_str().and_then(|place| document.pointer(place.trim_start_matches('#')));
    let own = described.unwrap_or(schema)["properties"].as_object();
    own.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// Whose object the address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// One of our own desk, of the first customer.
    Ours,
    /// One of the other desk, which our people must not tell from one that is not there.
    Others,
    /// None at all.
    Nobodys,
}

/// A request that waits for somebody to send it.
pub(super) struct Attempt {
    method: Method,
    address: String,
    body: Option<Value>,
}

impl Attempt {
    /// The same by another method, without a body.
    pub(super) fn as_method(&self, method: Method) -> Self {
        Self { method, address: self.address.clone(), body: None }
    }

    /// The same with a query.
    pub(super) fn with_query(&self, query: &str) -> Self {
        let joint = if self.address.contains('?') { '&' } else { '?' };
        Self {
            method: self.method.clone(),
            address: format!("{}{joint}{query}", self.address),
            body: self.body.clone(),
        }
    }

    /// The body, if there is one.
    pub(super) const fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// The same with another body.
    pub(super) fn with_body(&self, body: Value) -> Self {
        Self { method: self.method.clone(), address: self.address.clone(), body: Some(body) }
    }

    pub(super) fn by(&self, actor: &Actor) -> Call {
        let call = actor.call(self.method.clone(), &self.address);
        if self.method == Method::POST && self.address.ends_with("/attachments") {
            return call.file("note.txt", "what the matrix brings");
        }
        match &self.body {
            Some(body) => call.json(body),
            None => call,
        }
    }
}

impl Route {
    /// `GET /api/v1/tickets`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(super) fn has_object(&self) -> bool {
        self.path.contains('{')
    }

    /// Whether the document says that nobody is asked for a credential.
    pub(super) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether its answer never ends.
    pub(super) fn is_live(&self) -> bool {
        self.path.ends_with("/events/stream") || self.path.ends_with("/ws")
    }

    /// `/api/v1`, `/w/api/v1` or `/portal/api/v1`, and the rest.
    pub(super) fn split(&self) -> (&str, &str) {
        let at = self.path.find("/api/v1").expect("every route is on a surface") + "/api/v1".len();
        self.path.split_at(at)
    }

    /// A request with fresh objects.
    pub(super) async fn attempt(&self, world: &World, whose: Whose) -> Attempt {
        let mut address = self.path.clone();
        while let Some((start, rest)) = address.split_once('{') {
            let (name, end) = rest.split_once('}').unwrap();
            let id = match whose {
                Whose::Nobodys => NOBODYS_ID.to_owned(),
                Whose::Ours | Whose::Others => self.object(world, name, start, whose == Whose::Others).await,
            };
            address = format!("{start}{id}{end}");
        }
        if whose == Whose::Ours && self.path.ends_with("/unmerge") {
            let into = json!({ "into": world.ticket("/api/v1").await });
            world.keeper.post(&address.replace("/unmerge", "/merge"), into).await.ok();
        }
        if self.path == "/api/v1/events" {
            address = format!("{address}?ticket={}", world.ticket("/api/v1").await);
        }
        Attempt { method: self.method.clone(), address, body: self.body(world).await }
    }

    /// A new object for a parameter of the address, of which `before` is there already.
    async fn object(&self, world: &World, name: &str, before: &str, is_other: bool) -> String {
        let admin = if is_other { &world.other_admin } else { &world.keeper };
        let (surface, rest) = self.split();
        let ticket = async || if is_other { world.others_ticket().await } else { world.ticket(surface).await };
        match name {
            "conversation_id" if is_among_colleagues(rest) => world.group(is_other).await,
            "ticket_id" | "conversation_id" => ticket().await,
            "person_id" if rest.starts_with("/contacts") => {
                let opened = admin.get(&format!("tickets/{}", ticket().await)).await.ok();
                text(&opened["requester"]["id"])
            }
            "person_id" if rest.starts_with("/api-keys") => {
                let key = json!({ "name": world.address("key"), "scopes": ["tickets:read"] });
                text(&admin.post("api-keys", key).await.ok()["id"])
            }
            // Who takes part beside its owner.
            "person_id" if rest.starts_with("/conversations") && !is_other => world.keeper.id().to_string(),
            "person_id" if is_other => text(&admin.get("auth/me").await.ok()["id"]),
            "person_id" if rest.ends_with("/invite") => {
                text(&admin.post("users", json!({ "email": world.address("ivo") })).await.ok()["id"])
            }
            "person_id" => {
                let user = json!({ "email": world.address("una"), "password": PASSWORD, "role": "agent" });
                text(&admin.post("users", user).await.ok()["id"])
            }
            "token" => {
                // The customer's own, so that the ticket in the same address is within its reach.
                let contact = if is_other {
                    text(&admin.get("tickets").await.ok()["data"][0]["requester"]["id"])
                } else {
                    world.actor("cust").id().to_string()
                };
                let token = json!({ "scope": { "contact": contact }, "can": ["read", "reply", "create", "close"] });
                text(&admin.post("tokens", token).await.ok()["token"])
            }
            "token_id" => {
                let token = json!({ "scope": { "ticket": ticket().await } });
                text(&admin.post("tokens", token).await.ok()["id"])
            }
            "delivery_id" => {
                ticket().await;
                text(&world.newest(admin, "deliveries").await["id"])
            }
            "attachment_id" => {
                let by = match (is_other, surface) {
                    (true, _) => world.other_visitor.apart().on("/w/api/v1"),
                    (_, "/w/api/v1") => world.actor("visit"),
                    (_, "/portal/api/v1") => world.actor("link"),
                    _ => world.actor("cust"),
                };
                let brought = by.brings("cat.png", picture::png(2, 2)).await;
                if self.method == Method::DELETE {
                    return brought;
                }
                let path = format!("tickets/{}/messages", ticket().await);
                by.post(&path, json!({ "body": "Look", "attachments": [brought] })).await.ok();
                brought
            }
            "webhook_id" => {
                let webhook = json!({ "url": WEBHOOK, "events": ["ticket.assigned"] });
                text(&admin.post("webhooks", webhook).await.ok()["id"])
            }
            // Somebody's own, who is none of the callers: nobody else's business.
            "notification_id" => world.notification(is_other, &ticket().await).await,
            "push_subscription_id" => text(&admin.post("push-subscriptions", world.browser()).await.ok()["id"]),
            "message_id" => {
                let conversation = before.split_once("/conversations/").and_then(|(_, rest)| rest.split('/').next());
                let conversation = match conversation {
                    Some(conversation) => conversation.to_owned(),
                    None => ticket().await,
                };
                let thread = admin.get(&format!("tickets/{conversation}/messages")).await.ok();
                text(&thread["data"][0]["id"])
            }
            "setting_id" => {
                let (list, _) = self.path.split_once("/{").unwrap();
                let create = routes().into_iter().find(|route| route.method == "POST" && route.path == list);
                let create = create.unwrap_or_else(|| panic!("{list} makes them"));
                let body = create.body(world).await.unwrap_or_else(|| panic!("{list} takes a body"));
                text(&admin.post(list, body).await.ok()["id"])
            }
            other => panic!("say here how an object for {{{other}}} of {} is made", self.path),
        }
    }

    /// A body that the route accepts from whoever may send it.
    async fn body(&self, world: &World) -> Option<Value> {
        let (surface, rest) = self.split();
        let admin = &world.keeper;
        let body = match (self.method.as_str(), rest) {
            ("POST", "/auth/register") => json!({ "email": world.address("rosa"), "password": PASSWORD }),
            ("POST", "/auth/login" | "/auth/session") => {
                let credentials = json!({ "email": world.address("lola"), "password": PASSWORD });
                admin.post("users", credentials.clone()).await.ok();
                credentials
            }
            ("POST", "/auth/refresh" | "/auth/logout") => {
                let credentials = json!({ "email": world.address("rita"), "password": PASSWORD });
                admin.post("users", credentials.clone()).await.ok();
                let tokens = world.actor("none").post("auth/login", credentials).await.ok();
                json!({ "refresh_token": tokens["refresh_token"] })
            }
            ("POST", "/auth/setup") => {
                json!({ "code": "no such code", "email": world.address("sara"), "password": PASSWORD })
            }
            ("POST", "/session") if surface == "/w/api/v1" => json!({ "key": World::inbox_key(false) }),
            ("POST", "/session") => {
                let token = json!({ "scope": { "ticket": world.ticket("/api/v1").await } });
                json!({ "token": admin.post("tokens", token).await.ok()["token"] })
            }
            ("POST", "/links") => json!({ "email": world.address("lea") }),
            ("PATCH", "/me") => json!({ "name": "Mia" }),
            ("POST", "/portal/{token}/messages") => json!({ "ticket": world.ticket("/api/v1").await, "body": "More" }),
            ("POST", "/portal/{token}/tickets") => json!({ "subject": "Another" }),
            ("POST", "/portal/{token}/tickets/{ticket_id}/messages") => json!({ "body": "More" }),
            ("PUT", "/config") => json!({ "REPLY_TIME": world.address("soon") }),
            ("POST", "/tickets") => json!({ "subject": "Another" }),
            ("PATCH", "/tickets/{ticket_id}") => json!({ "priority": "high" }),
            ("POST", "/tickets/{ticket_id}/messages") => json!({ "body": "More" }),
            ("POST", "/tickets/{ticket_id}/assign") => json!({ "assignee": world.actor("admin").id() }),
            ("POST", "/tickets/{ticket_id}/snooze") => json!({ "until": world.app.clock.now() + TimeDelta::hours(1) }),
            ("POST", "/tickets/{ticket_id}/merge") => json!({ "into": world.ticket("/api/v1").await }),
            ("POST", "/tickets/bulk") => {
                json!({ "ids": [world.ticket("/api/v1").await], "change": { "priority": "high" } })
            }
            ("POST", "/sla-policies") => {
                let hour = json!({ "first_response_minutes": 60 });
                let targets = json!({ "low": {}, "medium": hour, "high": hour, "urgent": hour });
                json!({ "name": world.word("policy"), "targets": targets })
            }
            ("POST", "/conversations") => {
                json!({ "kind": "group", "participants": [world.keeper.id()] })
            }
            ("PATCH", "/conversations/{conversation_id}") => json!({ "title": world.word("title") }),
            ("POST", "/conversations/{conversation_id}/participants") => {
                json!({ "participants": [world.actor("admin").id()] })
            }
            ("POST", "/conversations/{conversation_id}/messages") => json!({ "body": "More" }),
            ("PATCH", "/conversations/{conversation_id}/messages/{message_id}") => json!({ "body": "Other words" }),
            ("POST", "/conversations/{conversation_id}/messages/{message_id}/reactions") => json!({ "sign": "👍" }),
            ("POST", "/messages") => json!({ "ticket": world.ticket("/api/v1").await, "body": "More" }),
            ("PATCH", "/teams/{setting_id}" | "/roles/{setting_id}") => {
                json!({ "name": world.word("name") })
            }
            ("PATCH", "/tags/{setting_id}") => json!({ "description": world.word("what") }),
            ("POST", "/teams") => json!({ "name": world.word("team"), "members": [] }),
            ("POST", "/roles") => json!({ "name": world.word("role"), "permissions": ["tickets:read"] }),
            ("POST", "/fields") => json!({ "key": world.word("key"), "label": "Size", "type": "text" }),
            ("PATCH", "/fields/{setting_id}") => json!({ "label": "Colour" }),
            ("POST", "/views") => json!({ "name": world.word("view"), "query": "status=open" }),
            ("PATCH", "/views/{setting_id}" | "/calendars/{setting_id}" | "/sla-policies/{setting_id}") => {
                json!({ "name": world.word("name") })
            }
            ("POST", "/calendars") => {
                let open = json!([{ "from": "09:00", "to": "17:00" }]);
                let hours = json!({
                    "monday": open, "tuesday": [], "wednesday": [], "thursday": [], "friday": [], "saturday": [], "sunday": [],
                });
                json!({ "name": world.word("calendar"), "time_zone": "Europe/Berlin", "hours": hours })
            }
            ("POST", "/tokens") => json!({ "scope": { "ticket": world.ticket("/api/v1").await } }),
            ("POST", "/users") => json!({ "email": world.address("uwe"), "password": PASSWORD }),
            ("POST", "/auth/password/forgot") => json!({ "email": world.address("fred") }),
            ("POST", "/auth/password/reset") => json!({ "token": "no such code", "password": PASSWORD }),
            ("PATCH", "/users/me") => json!({}),
            ("POST", "/webhooks") => json!({ "url": WEBHOOK, "events": ["ticket.created"] }),
            ("PATCH", "/webhooks/{webhook_id}") => json!({ "description": world.word("hook") }),
            ("POST", "/webhooks/{webhook_id}/replay") => {
                json!({ "from": world.app.clock.now() - TimeDelta::hours(1), "to": world.app.clock.now() })
            }
            ("POST", "/push-subscriptions") => world.browser(),
            ("PATCH", "/notifications/preferences") => {
                // Something else each time: what stays as it is leaves no fact.
                json!({ "quiet_hours": { "from": "19:00", "to": world.minute() } })
            }
            ("POST", "/notifications/read") => json!({}),
            ("POST", "/api-keys") => json!({ "name": "A program", "scopes": ["tickets:read"] }),
            ("PATCH", "/users/{person_id}") => json!({ "first_name": "Una" }),
            _ => return self.example(world),
        };
        Some(body)
    }

    /// The body that the document gives as an example, under a name that nothing has yet.
    fn example(&self, world: &World) -> Option<Value> {
        let mut example = self.example.clone()?;
        if let Some(name) = example.get_mut("name") {
            *name = json!(world.word("name"));
        }
        Some(example)
    }
}

/// Whether a route has no tickets among its conversations.
fn is_among_colleagues(rest: &str) -> bool {
    let whole = "/conversations/{conversation_id}";
    rest.strip_prefix(whole)
        .is_some_and(|rest| rest.is_empty() || rest == "/leave" || rest.starts_with("/participants"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("an id, and not {value}")).to_owned()
}
