//! `fields`.

use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use support_tests::on_both;

on_both! {
    async fn an_admin_makes_changes_and_takes_away_a_field_whose_key_and_type_stay(app) {
        let admin = app.admin("Ada").await;
        let wish = json!({ "key": "plan", "label": " Plan ", "type": "select", "options": ["Gold", "Silver"], "position": 2 });
        let made = admin.post("fields", wish).await;
        allow_duplicates! { assert_snapshot!(made.shown(), @r#"
        201
        {
          "created_at": "2026-03-02T09:00:00Z",
          "id": "[id 1]",
          "key": "plan",
          "label": "Plan",
          "options": [
            "Gold",
            "Silver"
          ],
          "position": 2,
          "type": "select",
          "updated_at": "2026-03-02T09:00:00Z",
          "version": 1
        }
        "#); }
        let path = format!("fields/{}", made.ok()["id"].as_str().unwrap());
        let changed = admin.patch(&path, json!({ "label": "Contract", "options": ["Gold"] })).await.ok();
        assert_eq!((&changed["label"], &changed["options"], &changed["version"]), (&json!("Contract"), &json!(["Gold"]), &json!(2)));
        for fixed in [json!({ "key": "other" }), json!({ "type": "text" })] {
            admin.patch(&path, fixed).await.refused(422, "unknown_field");
        }
        assert_eq!(admin.get("fields").await.ok()["data"], json!([changed]));
        assert_eq!(admin.delete(&path).await.status, 204);
        admin.get(&path).await.refused(404, "not_found");
    }

    async fn a_field_says_what_is_wrong_with_it(app) {
        let admin = app.admin("Ada").await;
        admin.post("fields", json!({ "key": "plan", "label": "Plan", "type": "text" })).await.ok();
        admin.post("fields", json!({ "key": "plan", "label": "Again", "type": "date" })).await.refused(409, "name_taken");
        let refused = admin.post("fields", json!({ "key": "My plan", "label": " ", "type": "text", "options": ["a"] })).await;
        let wrong = |value: &serde_json::Value| -> Vec<(String, String)> {
            let text = |member: &serde_json::Value| member.as_str().unwrap().to_owned();
            value["errors"].as_array().unwrap().iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
        };
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
        };
        assert_eq!(wrong(&refused.body), pairs(&[("/key", "invalid_key"), ("/label", "empty"), ("/options", "not_a_select")]));
        let select = |options: serde_json::Value| json!({ "key": "tier", "label": "Tier", "type": "select", "options": options });
        let refused = admin.post("fields", select(json!([]))).await;
        assert_eq!(wrong(&refused.body), pairs(&[("/options", "count")]));
        let refused = admin.post("fields", select(json!(["a", "", "a"]))).await;
        assert_eq!(wrong(&refused.body), pairs(&[("/options/1", "empty"), ("/options/2", "repeated")]));
        let refused = admin.post("fields", json!({ "key": "tier", "label": "Tier", "type": "colour" })).await;
        assert_eq!(wrong(&refused.body)[0].0, "/type");
    }

    async fn agents_see_fields_and_do_not_make_them_and_customers_see_none(app) {
        let admin = app.admin("Ada").await;
        let field = admin.post("fields", json!({ "key": "plan", "label": "Plan", "type": "text" })).await.ok();
        let path = format!("fields/{}", field["id"].as_str().unwrap());
        let agent = app.agent("Ben").await;
        assert_eq!(agent.get(&path).await.ok(), field);
        agent.post("fields", json!({ "key": "x", "label": "X", "type": "text" })).await.refused(403, "forbidden");
        agent.patch(&path, json!({})).await.refused(403, "forbidden");
        agent.delete(&path).await.refused(403, "forbidden");
        let customer = app.customer("Cleo").await;
        for path in ["fields", &path] {
            customer.get(path).await.refused(403, "forbidden");
            app.stranger().get(path).await.refused(401, "unauthenticated");
        }
    }

    async fn a_tickets_fields_are_set_and_taken_away_and_their_values_are_checked(app) {
        let admin = app.admin("Ada").await;
        for (key, kind) in [("plan", "select"), ("seats", "number"), ("since", "date")] {
            let options = if kind == "select" { json!(["Gold", "Silver"]) } else { json!([]) };
            admin.post("fields", json!({ "key": key, "label": key, "type": kind, "options": options })).await.ok();
        }
        let agent = app.agent("Ben").await;
        let ticket = agent.post("tickets", json!({ "subject": "Late", "requester": { "email": "mia@example.com" } })).await.ok();
        let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
        let changed = agent.patch(&path, json!({ "custom_fields": { "plan": "Gold", "seats": 12 } })).await.ok();
        assert_eq!(changed["custom_fields"], json!({ "plan": "Gold", "seats": 12.0 }));
        let changed = agent.patch(&path, json!({ "custom_fields": { "seats": null, "since": "2026-03-02" } })).await.ok();
        assert_eq!(changed["custom_fields"], json!({ "plan": "Gold", "since": "2026-03-02" }));
        let wrong = json!({ "custom_fields": { "plan": "Lead", "seats": "many", "since": "soon", "a/b": 1 } });
        let refused = agent.patch(&path, wrong).await;
        let pointers: Vec<_> = refused.body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
        assert_eq!(refused.status, 422);
        assert_eq!(pointers, ["/custom_fields/a~1b", "/custom_fields/plan", "/custom_fields/seats", "/custom_fields/since"]);
        let events = agent.get(&format!("{path}/events")).await.ok();
        let events = events["data"].as_array().unwrap();
        let facts: Vec<_> = events.iter().filter(|event| event["type"] == "ticket.updated").collect();
        assert_eq!(facts.len(), 2, "what was refused leaves no fact");
        assert!(facts.iter().any(|fact| fact["data"]["custom_fields.seats"] == json!({ "from": "12", "to": null })), "{facts:?}");
    }
}
