//! `views`: saved filters, private, of a team, or everybody's.

use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use support_tests::on_both;

on_both! {
    async fn an_agent_saves_a_view_for_themselves_and_nobody_else_learns_of_it(app) {
        let ana = app.agent("Ana").await;
        let made = ana.post("views", json!({ "name": "Late and mine", "query": "?status=open&assigned_to=me&ordering=sla_due_at" })).await;
        allow_duplicates! { assert_snapshot!(made.shown(), @r#"
        201
        {
          "created_at": "2026-03-02T09:00:00Z",
          "id": "[id 1]",
          "name": "Late and mine",
          "owner": "[id 2]",
          "position": 0,
          "query": "status=open&assigned_to=me&ordering=sla_due_at",
          "team": null,
          "updated_at": "2026-03-02T09:00:00Z",
          "version": 1,
          "visibility": "private"
        }
        "#); }
        let path = format!("views/{}", made.ok()["id"].as_str().unwrap());
        for other in [app.agent("Ben").await, app.admin("Ada").await] {
            assert_eq!(other.get("views").await.ok()["data"], json!([]));
            assert_eq!(other.get("views/counts").await.ok(), json!({}));
            other.get(&path).await.refused(404, "not_found");
            other.patch(&path, json!({ "name": "Mine" })).await.refused(404, "not_found");
            other.delete(&path).await.refused(404, "not_found");
        }
        // Two people may use one name for their own.
        app.agent("Ben").await.post("views", json!({ "name": "Late and mine", "query": "" })).await.ok();
        ana.post("views", json!({ "name": "LATE and mine", "query": "" })).await.refused(409, "name_taken");
        assert_eq!(ana.patch(&path, json!({ "position": 3, "name": "Mine" })).await.ok()["position"], 3);
        assert_eq!(ana.delete(&path).await.status, 204);
        assert_eq!(ana.get("views").await.ok()["data"], json!([]));
    }

    async fn a_view_is_shared_by_who_may_share_and_customers_see_none(app) {
        let ana = app.agent("Ana").await;
        let view = ana.post("views", json!({ "name": "All urgent", "query": "priority=urgent", "visibility": "all" })).await.ok();
        assert_eq!(view["owner"], json!(null));
        let path = format!("views/{}", view["id"].as_str().unwrap());
        assert_eq!(app.agent("Ben").await.get(&path).await.ok(), view);
        let customer = app.customer("Cleo").await;
        for path in ["views", "views/counts", &path] {
            customer.get(path).await.refused(403, "forbidden");
            app.stranger().get(path).await.refused(401, "unauthenticated");
        }
    }

    async fn a_query_is_read_as_the_list_reads_it(app) {
        let ana = app.agent("Ana").await;
        for query in ["status=nonsense", "nonsense=1", "ordering=subject", "assigned_to=somebody", "status=open&limit=5", "cursor=x"] {
            let refused = ana.post("views", json!({ "name": "x", "query": query })).await;
            let errors = refused.refused(422, "invalid")["errors"].clone();
            assert_eq!((&errors[0]["pointer"], &errors[0]["code"]), (&json!("/query"), &json!("invalid_query")), "{query}");
        }
        ana.post("views", json!({ "name": "x", "query": "", "visibility": "team" })).await.refused(422, "invalid");
        ana.post("views", json!({ "name": "", "query": "" })).await.refused(422, "invalid");
        ana.post("views", json!({ "name": "x", "query": "", "owner": "me" })).await.refused(422, "unknown_field");
    }

    async fn each_view_counts_what_its_list_would_hold_for_the_caller(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        for subject in ["One", "Two"] {
            let ticket = ana.post("tickets", json!({ "subject": subject, "requester": { "email": "mia@example.com" } })).await.ok();
            ana.post(&format!("tickets/{}/assign", ticket["id"].as_str().unwrap()), json!({ "assignee": ana.id() })).await.ok();
        }
        let shared = json!({ "name": "Mine", "query": "assigned_to=me&status=open", "visibility": "all" });
        let id = ana.post("views", shared).await.ok()["id"].as_str().unwrap().to_owned();
        ana.post("views", json!({ "name": "Words", "query": "search=one" })).await.ok();
        assert_eq!(ana.get("views/counts").await.ok(), json!({ (id.as_str()): 2 }));
        assert_eq!(ben.get("views/counts").await.ok(), json!({ (id.as_str()): 0 }));
    }
}
