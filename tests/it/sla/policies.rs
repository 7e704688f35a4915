//! `sla-policies`.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use support_core::{
    AccountOptions,
    model::ChangeSet,
    plugin::{HookContext, Interceptor, Plugin, Refusal, Registrar},
    storage::WriteTx,
};
use support_tests::{
    app::{Backend, Plan},
    on_both,
};

use super::{gold, opened, with_gold};

on_both! {
    async fn an_admin_makes_changes_and_takes_away_a_policy(app) {
        let admin = app.admin("Ada").await;
        let made = admin.post("sla-policies", gold()).await;
        allow_duplicates! { assert_snapshot!(made.shown(), @r#"
        201
        {
          "calendar": null,
          "categories": [],
          "channels": [],
          "created_at": "2026-03-02T09:00:00Z",
          "id": "[id 1]",
          "name": "Gold",
          "pause_while_pending": true,
          "position": 0,
          "priorities": [],
          "targets": {
            "high": {
              "first_response_minutes": 10,
              "next_response_minutes": 10,
              "resolution_minutes": 100
            },
            "low": {
              "first_response_minutes": null,
              "next_response_minutes": null,
              "resolution_minutes": null
            },
            "medium": {
              "first_response_minutes": 10,
              "next_response_minutes": 10,
              "resolution_minutes": 100
            },
            "urgent": {
              "first_response_minutes": 10,
              "next_response_minutes": 10,
              "resolution_minutes": 100
            }
          },
          "updated_at": "2026-03-02T09:00:00Z",
          "version": 1,
          "warn_before_minutes": null,
          "warn_before_percent": 20
        }
        "#); }
        let path = format!("sla-policies/{}", made.ok()["id"].as_str().unwrap());
        let changed = admin.patch(&path, json!({ "warn_before_percent": null, "warn_before_minutes": 5, "channels": ["chat"] })).await.ok();
        assert_eq!((&changed["warn_before_percent"], &changed["warn_before_minutes"]), (&json!(null), &json!(5)));
        assert_eq!((&changed["channels"], &changed["pause_while_pending"]), (&json!(["chat"]), &json!(true)));
        assert_eq!(admin.get("sla-policies").await.ok()["data"], json!([changed]));
        admin.post("sla-policies", gold()).await.refused(409, "name_taken");
        assert_eq!(admin.delete(&path).await.status, 204);
        admin.get(&path).await.refused(404, "not_found");
    }

    async fn a_policy_that_means_nothing_is_refused_with_every_reason(app) {
        let admin = app.admin("Ada").await;
        let refused = admin.post("sla-policies", json!({
            "name": "Odd", "categories": [" "], "warn_before_percent": 100, "warn_before_minutes": 0,
            "calendar": "01890a5d-ac96-774b-bcce-b302099a8057",
            "targets": { "low": { "first_response_minutes": 0 }, "high": { "resolution_minutes": 525_601 } },
        })).await;
        let errors = refused.refused(422, "invalid")["errors"].clone();
        let broken: Vec<_> = errors.as_array().unwrap().iter().map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect();
        assert_eq!(broken, [
            ("/categories/0", "empty"),
            ("/targets/low/first_response_minutes", "out_of_range"),
            ("/targets/high/resolution_minutes", "out_of_range"),
            ("/warn_before_percent", "out_of_range"),
            ("/warn_before_minutes", "out_of_range"),
            ("/warn_before_minutes", "ambiguous"),
        ]);
        let mut lost = gold();
        lost["calendar"] = json!("01890a5d-ac96-774b-bcce-b302099a8057");
        assert_eq!(admin.post("sla-policies", lost).await.refused(422, "invalid")["errors"][0]["pointer"], "/calendar");
        let empty = admin.post("sla-policies", json!({ "name": "Empty", "targets": {} })).await.refused(422, "invalid");
        assert_eq!(empty["errors"][0]["code"], "no_promise");
        admin.post("sla-policies", json!({ "name": "Late", "targets": { "tomorrow": {} } })).await.refused(422, "unknown_field");
    }

    async fn agents_see_policies_and_do_not_make_them_and_customers_see_none(app) {
        let admin = with_gold(app).await;
        let policy = admin.get("sla-policies").await.ok()["data"][0].clone();
        let path = format!("sla-policies/{}", policy["id"].as_str().unwrap());
        let agent = app.agent("Ben").await;
        assert_eq!(agent.get(&path).await.ok(), policy);
        agent.post("sla-policies", gold()).await.refused(403, "forbidden");
        agent.patch(&path, json!({})).await.refused(403, "forbidden");
        agent.delete(&path).await.refused(403, "forbidden");
        app.customer("Cleo").await.get(&path).await.refused(403, "forbidden");
        app.stranger().get(&path).await.refused(401, "unauthenticated");
    }

    async fn the_first_policy_that_fits_holds(app) {
        let admin = with_gold(app).await;
        let mut billing = gold();
        billing["name"] = json!("Billing");
        billing["position"] = json!(-1);
        billing["categories"] = json!(["BILLING"]);
        billing["targets"]["medium"]["first_response_minutes"] = json!(3);
        admin.post("sla-policies", billing).await.ok();
        let customer = app.customer("Cleo").await;
        let ticket = opened(&customer).await;
        let policy = |ticket: serde_json::Value| (ticket["sla"]["policy"]["name"].clone(), ticket["sla_due_at"].clone());
        let path = format!("tickets/{ticket}");
        assert_eq!(policy(admin.get(&path).await.ok()), (json!("Gold"), json!("2026-03-02T09:10:00Z")));
        let moved = admin.patch(&path, json!({ "category": "billing" })).await.ok();
        assert_eq!(policy(moved), (json!("Billing"), json!("2026-03-02T09:03:00Z")));
        let calmed = admin.patch(&path, json!({ "priority": "low" })).await.ok();
        assert_eq!(policy(calmed), (json!("Billing"), json!(null)), "nothing is promised to it");
    }
}

/// Lets nobody change one ticket, once it is said.
#[derive(Clone)]
struct Stuck(Arc<AtomicBool>);

impl Plugin for Stuck {
    fn id(&self) -> &'static str {
        "stuck"
    }

    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
        registrar.interceptor(self.clone());
        Ok(())
    }
}

#[async_trait]
impl Interceptor for Stuck {
    fn id(&self) -> &'static str {
        "stuck"
    }

    async fn guard(&self, _: &HookContext<'_>, _: &mut dyn WriteTx, change: &ChangeSet) -> Result<(), Refusal> {
        let is_stuck = self.0.load(Ordering::Relaxed) && change.ticket.ticket().subject == "Stuck";
        if is_stuck { Err(Refusal::conflict("stuck", "Stuck.")) } else { Ok(()) }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_cannot_be_written_keeps_no_other_from_new_rules() {
    let stuck = Stuck(Arc::default());
    let plugin = stuck.clone();
    let plan = Plan::new(Backend::Sqlite).of(|builder, _| builder.accounts(AccountOptions::default()).plugin(plugin));
    let mut app = plan.start().await.unwrap();
    let (admin, customer) = (app.admin("Ada").await, app.customer("Cleo").await);
    let mut paths = Vec::new();
    for subject in ["First", "Stuck", "Last"] {
        let ticket = customer.post("tickets", json!({ "subject": subject })).await.ok();
        paths.push(format!("tickets/{}", ticket["id"].as_str().unwrap()));
    }
    stuck.0.store(true, Ordering::Relaxed);
    app.run();
    admin.post("sla-policies", gold()).await.ok();
    let promised = async |path: &str| !admin.get(path).await.ok()["sla"]["policy"].is_null();
    app.until("the others have their promises", || async { promised(&paths[0]).await && promised(&paths[2]).await })
        .await;
    assert!(!promised(&paths[1]).await);
    app.close().await;
}
