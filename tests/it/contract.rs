//! The OpenAPI document: complete, with examples that the routes really take.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support_core::http::openapi_document;
use support_tests::{actor::Actor, app::TestApp};

/// Every operation: method, path, itself.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                operations.push((method.to_uppercase(), path.clone(), operation.clone()));
            }
        }
    }
    operations
}

#[test]
fn every_operation_says_what_it_does_who_may_and_how_it_refuses() {
    let document = serde_json::to_value(openapi_document()).unwrap();
    let schemes: BTreeSet<_> = document["components"]["securitySchemes"].as_object().unwrap().keys().cloned().collect();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|summary| summary.len() > 5), "{name} has no summary");
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
            "{name}: an operation's id is its own"
        );
        let security = operation["security"].as_array().unwrap();
        assert!(!security.is_empty(), "{name}");
        let is_open = security.contains(&json!({}));
        for requirement in security.iter().flat_map(|one| one.as_object().unwrap().keys()) {
            assert!(schemes.contains(requirement), "{name}: {requirement} is not described");
        }
        let answers = operation["responses"].as_object().unwrap();
        let mut needed = vec!["503"];
        needed.extend(if method == "GET" { &[][..] } else { &["400", "403", "413", "415", "422"] });
        needed.extend((!is_open).then_some("401"));
        needed.extend(path.contains('{').then_some("404"));
        for status in needed {
            assert!(answers.contains_key(status), "{name} does not say that it may answer {status}");
        }
        assert_eq!(
            // A part of a file is no other success than the whole of it.
            answers.keys().filter(|status| status.starts_with(['1', '2']) && *status != "206").count(),
            1,
            "{name} succeeds in one way"
        );
        for (status, answer) in answers {
            assert!(answer["description"].as_str().is_some_and(|text| !text.is_empty()), "{name} {status}");
            for (media, content) in answer["content"].as_object().into_iter().flatten() {
                assert_eq!(media == "application/problem+json", status.as_str() >= "400", "{name} {status} {media}");
                if media.ends_with("json") {
                    assert!(!content["example"].is_null(), "{name} {status} has no example");
                    assert!(!content["schema"].is_null(), "{name} {status} has no schema");
                }
            }
            assert!(status.as_str() < "400" || answer["content"].is_object(), "{name} {status} has no body");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(
                parameter["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{name}: {}",
                parameter["name"]
            );
        }
        if let Some(content) = operation["requestBody"]["content"].as_object() {
            assert!(content.values().all(|content| !content["example"].is_null()), "{name} has no example of its body");
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (member, about) in schema["properties"].as_object().into_iter().flatten() {
            let described = about["description"].is_string() || about["$ref"].is_string() || !about["oneOf"].is_null();
            assert!(described, "{name}.{member} is not described");
        }
    }
}

/// Examples of bodies that cannot be taken just so, and the code that says why.
const NOT_ALONE: &[(&str, &str)] = &[
    // The same body as the desk's, whose `requester` customers may not name.
    ("POST /w/api/v1/tickets", "invalid"),
    ("POST /portal/api/v1/tickets", "invalid"),
];

#[tokio::test]
async fn every_example_of_a_body_is_one_that_the_route_understands() {
    let app = TestApp::sqlite().await;
    let admin = app.admin("Ada").await;
    let visitor = app.visitor().await;
    let contact = json!({ "scope": { "contact": visitor.id() } });
    let token = admin.post("tokens", contact).await.ok();
    let portal = app.portal(token["token"].as_str().unwrap()).await;
    let document = serde_json::to_value(openapi_document()).unwrap();
    let mut seen = 0;
    for (method, path, operation) in operations(&document) {
        let example = &operation["requestBody"]["content"]["application/json"]["example"];
        if example.is_null() {
            continue;
        }
        let parts = path.split('/');
        let parts = parts.map(|part| if part.starts_with('{') { "01890000-0000-7000-8000-000000000000" } else { part });
        let address = parts.collect::<Vec<_>>().join("/");
        let who: &Actor = if path.starts_with("/w/") {
            &visitor
        } else if path.starts_with("/portal/") {
            &portal
        } else {
            &admin
        };
        let reply = who.apart().call(method.parse().unwrap(), &address).json(example).await;
        let name = format!("{method} {path}");
        let code = reply.body["code"].as_str().unwrap_or_default();
        let excused = NOT_ALONE.iter().any(|(route, why)| *route == name && *why == code);
        assert!(excused || ![400, 413, 415, 422, 500].contains(&reply.status), "{name} {example}: {}", reply.text);
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
    app.close().await;
}

#[tokio::test]
async fn the_served_document_says_where_the_desk_is_mounted() {
    use support_tests::app::{Backend, Plan};
    for (mount, server) in [("", Value::Null), ("/support", json!([{ "url": "/support" }]))] {
        let app = Plan::new(Backend::Sqlite).mounted(mount).start().await.unwrap();
        let served: Value = serde_json::from_str(&app.stranger().get("/api/openapi.json").await.text).unwrap();
        assert_eq!(served["servers"], server);
        app.close().await;
    }
}
