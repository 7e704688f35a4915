//! An example for every body of the document, made of its schema: one place, so that none is missing and none grows stale.
//!
//! A type that needs a certain example says so itself, by `#[schema(example = …)]`.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use utoipa::openapi::{OpenApi, RefOr, Required, path::Operation};

/// Deeper than this a schema goes on without us.
const DEEPEST: usize = 8;

/// The schemas that others refer to.
pub(super) struct Schemas(Value);

impl Schemas {
    pub(super) fn of(document: &OpenApi) -> Self {
        Self(serde_json::to_value(&document.components).unwrap_or_default()["schemas"].take())
    }

    /// Gives the bodies of an operation their examples, and says whether a request may do without one.
    pub(super) fn illustrate(&self, operation: &mut Operation) {
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            let contents = body.content.values().filter_map(|content| match content {
                RefOr::T(content) => content.schema.as_ref(),
                RefOr::Ref(_) => None,
            });
            // An absent body counts as `{}`.
            let is_needed =
                contents.filter_map(|schema| serde_json::to_value(schema).ok()).any(|schema| self.needs(&schema));
            body.required = Some(if is_needed { Required::True } else { Required::False });
            for content in body.content.values_mut() {
                if let RefOr::T(content) = content {
                    content.example = self.example(content.schema.as_ref());
                }
            }
        }
        for (status, response) in &mut operation.responses.responses {
            let RefOr::T(response) = response else { continue };
            for (media, content) in &mut response.content {
                if let RefOr::T(content) = content {
                    content.example = match media.as_str() {
                        "application/problem+json" => problem(status),
                        "application/json" => self.example(content.schema.as_ref()),
                        _ => None,
                    };
                }
            }
        }
    }

    /// Whether `{}` breaks the schema.
    fn needs(&self, schema: &Value) -> bool {
        let target = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next());
        let schema = target.map_or(schema, |target| &self.0[target]);
        let alternatives = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        let parts = schema["allOf"].as_array().is_some_and(|parts| parts.iter().any(|part| self.needs(part)));
        parts
            || schema["required"].as_array().is_some_and(|required| !required.is_empty())
            || alternatives.is_some_and(|all| all.iter().all(|one| self.needs(one)))
    }

    fn example(&self, schema: Option<&impl serde::Serialize>) -> Option<Value> {
        Some(self.sample("", &serde_json::to_value(schema?).ok()?, 0))
    }

    /// A value that the schema allows; `name` is the member that holds it.
    fn sample(&self, name: &str, schema: &Value, depth: usize) -> Value {
        if let Some(given) = ["example", "const", "default"].iter().find_map(|key| schema.get(*key)) {
            return given.clone();
        }
        if let Some(given) = schema["examples"].get(0).or_else(|| schema["enum"].get(0)) {
            return given.clone();
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(target) = schema["$ref"].as_str() {
            let target = target.rsplit('/').next().unwrap_or_default();
            return self.sample(name, &self.0[target], depth + 1);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(choices) = schema[key].as_array() {
                let chosen = choices.iter().find(|choice| choice["type"] != "null").unwrap_or(&Value::Null);
                return self.sample(name, chosen, depth + 1);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().filter_map(|part| match self.sample(name, part, depth + 1) {
                Value::Object(members) => Some(members),
                _ => None,
            });
            return Value::Object(parts.flatten().collect());
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.as_str().into_iter().collect(),
        };
        match kinds.iter().find(|kind| **kind != "null") {
            // Where a list ends, and what has not happened yet.
            _ if kinds.contains(&"null") && IS_NULL.contains(&name) => Value::Null,
            Some(&"object") => self.object(schema, depth),
            Some(&"array") => json!([self.sample(name, &schema["items"], depth + 1)]),
            Some(&"boolean") => json!(IS_TRUE.contains(&name)),
            Some(&"integer") => number(name, schema),
            Some(&"number") => json!(0.9),
            Some(&"string") => json!(text(name, schema)),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let mut members = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            members.insert(name.clone(), self.sample(name, member, depth + 1));
        }
        if members.is_empty() && schema["additionalProperties"].is_object() {
            members.insert("open".to_owned(), self.sample("", &schema["additionalProperties"], depth + 1));
        }
        Value::Object(members)
    }
}

const IS_NULL: &[&str] = &[
    "next",
    "previous",
    "revoked_at",
    "closed_at",
    "resolved_at",
    "merged_into",
    "snoozed_until",
    "from",
    "reply_to",
    "deleted_at",
];
const IS_TRUE: &[&str] = &["is_active", "is_read", "delivered", "verified"];

fn number(name: &str, schema: &Value) -> Value {
    match name {
        "limit" => json!(25),
        "expires_in_days" => json!(7),
        "number" => json!(1042),
        "expires_in" => json!(1800),
        _ => schema.get("minimum").cloned().unwrap_or(json!(1)),
    }
}

/// What the sample desk is about: a late order.
fn text(name: &str, schema: &Value) -> String {
    let text = match schema["format"].as_str() {
        Some("uuid") => "0199f3a0-1c2d-7e4f-8a5b-6c7d8e9f0a1b",
        Some("date-time") if name == "expires_at" || name.ends_with("due_at") => "2026-03-09T09:00:00Z",
        Some("date-time") => "2026-03-02T09:00:00Z",
        Some("date") => "2026-03-02",
        _ => match name {
            "email" | "recipient" => "mia@example.com",
            "first_name" => "Mia",
            "last_name" => "Okafor",
            "name" | "title" => "Mia Okafor",
            "phone" => "+4930123456",
            "password" | "current_password" | "new_password" => "correct horse battery",
            "subject" => "My order is late",
            "description" => "Ordered on Monday, promised for Wednesday.",
            "body" | "initial_message" | "preview" => "Where is my order?",
            "category" => "shipping",
            "note" => "By phone",
            "client_id" => "web-7f3a",
            "request_id" => "4c1d2e3f4a5b6c7d8e9f",
            "token_type" => "bearer",
            "cursor" | "seq" => "k3Jx-1042",
            "refresh_token" => "srt_kXw0m5V1cR2bT8yN4pQ7sJ9dF3hG6aLzE0uI1oYxC2v",
            "token" => "spt_kXw0m5V1cR2bT8yN4pQ7sJ9dF3hG6aLzE0uI1oYxC2v",
            "url" => "https://support.example.com/portal#spt_kXw0m5V1cR2bT8yN4pQ7sJ9dF3hG6aLzE0uI1oYxC2v",
            "key" => "pk_shop",
            "allowed_origins" => "https://shop.example.com",
            "color" | "accent" => "#3366cc",
            "time_zone" => "Europe/Berlin",
            _ => "text",
        },
    };
    text.to_owned()
}

/// The problem that a status stands for.
fn problem(status: &str) -> Option<Value> {
    let status = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok())?;
    let (code, detail) = match status.as_u16() {
        400 => ("invalid_parameter", "limit: must be 1 to 100."),
        401 => ("unauthenticated", "Sign in, or send a valid credential."),
        403 => ("forbidden", "You are not allowed to do this."),
        404 => ("not_found", "There is nothing here under this address."),
        409 => ("conflict", "Somebody else was faster. Load it again, then repeat your change."),
        412 => ("stale_version", "It was changed meanwhile. Load it again, then repeat your change."),
        413 => ("too_large", "The request is too large: at most 262144 bytes."),
        415 => ("unsupported_media_type", "Send the body as application/json."),
        416 => ("range_not_satisfiable", "There is nothing in this range."),
        422 => ("invalid", "Some fields are not valid."),
        429 => ("too_many_requests", "Too many tries. Wait a little, then try again."),
        _ => ("unavailable", "The service is not available right now. Try again shortly."),
    };
    let mut problem = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
        "code": code,
        "request_id": "4c1d2e3f4a5b6c7d8e9f",
    });
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        problem["errors"] =
            json!([{ "pointer": "/subject", "code": "too_long", "detail": "must have at most 200 characters" }]);
    }
    Some(problem)
}
