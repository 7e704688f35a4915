//! `tags`.

use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use support_tests::on_both;

on_both! {
    async fn an_admin_makes_changes_and_takes_away_a_tag(app) {
        let admin = app.admin("Ada").await;
        assert_eq!(admin.get("tags").await.ok(), json!({ "data": [], "next": null, "previous": null }));
        let made = admin.post("tags", json!({ "name": " VIP ", "color": "#AABBCC" })).await;
        allow_duplicates! { assert_snapshot!(made.shown(), @r##"
        201
        {
          "color": "#aabbcc",
          "created_at": "2026-03-02T09:00:00Z",
          "description": "",
          "id": "[id 1]",
          "name": "VIP",
          "updated_at": "2026-03-02T09:00:00Z",
          "version": 1
        }
        "##); }
        let path = format!("tags/{}", made.ok()["id"].as_str().unwrap());
        let changed = admin.patch(&path, json!({ "description": "Handle first" })).await.ok();
        assert_eq!((&changed["description"], &changed["version"], &changed["color"]), (&json!("Handle first"), &json!(2), &json!("#aabbcc")));
        assert_eq!(admin.get(&path).await.ok(), changed);
        assert_eq!(admin.get("tags").await.ok()["data"], json!([changed]));
        assert_eq!(admin.delete(&path).await.status, 204);
        admin.get(&path).await.refused(404, "not_found");
        admin.delete(&path).await.refused(404, "not_found");
        assert_eq!(admin.get("tags").await.ok()["data"], json!([]));
    }

    async fn agents_see_tags_and_do_not_make_them_and_customers_see_none(app) {
        let admin = app.admin("Ada").await;
        let tag = admin.post("tags", json!({ "name": "vip" })).await.ok();
        let path = format!("tags/{}", tag["id"].as_str().unwrap());
        let agent = app.agent("Ben").await;
        assert_eq!(agent.get(&path).await.ok(), tag);
        agent.post("tags", json!({ "name": "mine" })).await.refused(403, "forbidden");
        agent.patch(&path, json!({})).await.refused(403, "forbidden");
        agent.delete(&path).await.refused(403, "forbidden");
        let customer = app.customer("Cleo").await;
        for path in ["tags", &path] {
            customer.get(path).await.refused(403, "forbidden");
            app.stranger().get(path).await.refused(401, "unauthenticated");
        }
    }

    async fn a_name_is_unique_whatever_its_case_and_says_what_is_wrong(app) {
        let admin = app.admin("Ada").await;
        admin.post("tags", json!({ "name": "Straße" })).await.ok();
        admin.post("tags", json!({ "name": "STRAßE" })).await.refused(409, "name_taken");
        let refused = admin.post("tags", json!({ "name": "a,b", "color": "red" })).await;
        let errors = refused.refused(422, "invalid")["errors"].clone();
        let broken: Vec<_> = errors.as_array().unwrap().iter().map(|error| (error["pointer"].clone(), error["code"].clone())).collect();
        assert_eq!(broken, [(json!("/name"), json!("comma")), (json!("/color"), json!("invalid_color"))]);
        admin.post("tags", json!({ "name": "x", "id": "mine" })).await.refused(422, "unknown_field");
    }
}
