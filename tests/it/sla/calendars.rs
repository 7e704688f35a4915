//! `calendars`.

use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};
use support_tests::on_both;

use super::gold;

fn office() -> Value {
    json!({
        "name": "Office", "time_zone": "Europe/Berlin",
        "hours": { "monday": [{ "from": "09:00", "to": "12:00" }, { "from": "13:00", "to": "17:30" }], "friday": [{ "from": "00:00", "to": "24:00" }] },
        "holidays": [{ "date": "2026-12-25", "yearly": true, "name": " Christmas " }],
    })
}

on_both! {
    async fn an_admin_makes_changes_and_takes_away_a_calendar(app) {
        let admin = app.admin("Ada").await;
        let made = admin.post("calendars", office()).await;
        allow_duplicates! { assert_snapshot!(made.shown(), @r#"
        201
        {
          "created_at": "2026-03-02T09:00:00Z",
          "holidays": [
            {
              "date": "2026-12-25",
              "name": "Christmas",
              "yearly": true
            }
          ],
          "hours": {
            "friday": [
              {
                "from": "00:00",
                "to": "24:00"
              }
            ],
            "monday": [
              {
                "from": "09:00",
                "to": "12:00"
              },
              {
                "from": "13:00",
                "to": "17:30"
              }
            ],
            "saturday": [],
            "sunday": [],
            "thursday": [],
            "tuesday": [],
            "wednesday": []
          },
          "id": "[id 1]",
          "name": "Office",
          "time_zone": "Europe/Berlin",
          "updated_at": "2026-03-02T09:00:00Z",
          "version": 1
        }
        "#); }
        let path = format!("calendars/{}", made.ok()["id"].as_str().unwrap());
        let changed = admin.patch(&path, json!({ "time_zone": "Asia/Kolkata", "holidays": [] })).await.ok();
        assert_eq!((&changed["time_zone"], &changed["holidays"], &changed["version"]), (&json!("Asia/Kolkata"), &json!([]), &json!(2)));
        assert_eq!(changed["hours"]["monday"], office()["hours"]["monday"], "what is left out stays");
        assert_eq!(admin.get("calendars").await.ok()["data"], json!([changed]));
        assert_eq!(admin.delete(&path).await.status, 204);
        admin.get(&path).await.refused(404, "not_found");
    }

    async fn a_calendar_that_means_nothing_is_refused_with_every_reason(app) {
        let admin = app.admin("Ada").await;
        let stretch = |from: &str, to: &str| json!({ "from": from, "to": to });
        let refused = admin.post("calendars", json!({
            "name": " ", "time_zone": "Mars/Olympus",
            "hours": { "monday": [stretch("12:00", "09:00")], "tuesday": [stretch("09:00", "12:00"), stretch("11:59", "13:00")] },
        })).await;
        let errors = refused.refused(422, "invalid")["errors"].clone();
        let broken: Vec<_> = errors.as_array().unwrap().iter().map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap())).collect();
        assert_eq!(broken, [
            ("/name", "empty"),
            ("/time_zone", "unknown_time_zone"),
            ("/hours/monday/0", "empty_stretch"),
            ("/hours/tuesday/1", "overlap"),
        ]);
        admin.post("calendars", json!({ "name": "Never", "time_zone": "UTC", "hours": {} })).await.refused(422, "invalid");
        let mut odd = office();
        odd["hours"]["monday"][0]["from"] = json!("9:00");
        let refused = admin.post("calendars", odd).await.refused(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/hours/monday/0/from");
        let mut odd = office();
        odd["holidays"][0]["date"] = json!("2026-02-30");
        assert_eq!(admin.post("calendars", odd).await.refused(422, "invalid")["errors"][0]["pointer"], "/holidays/0/date");
        let mut odd = office();
        odd["hours"]["noday"] = json!([]);
        admin.post("calendars", odd).await.refused(422, "unknown_field");
        assert_eq!(admin.get("calendars").await.ok()["data"], json!([]));
    }

    async fn a_calendar_that_a_policy_counts_by_stays(app) {
        let admin = app.admin("Ada").await;
        let calendar = admin.post("calendars", office()).await.ok();
        let path = format!("calendars/{}", calendar["id"].as_str().unwrap());
        let mut policy = gold();
        policy["calendar"] = calendar["id"].clone();
        let policy = admin.post("sla-policies", policy).await.ok();
        admin.delete(&path).await.refused(409, "in_use");
        admin.patch(&format!("sla-policies/{}", policy["id"].as_str().unwrap()), json!({ "calendar": null })).await.ok();
        assert_eq!(admin.delete(&path).await.status, 204);
    }

    async fn agents_see_calendars_and_do_not_make_them_and_customers_see_none(app) {
        let admin = app.admin("Ada").await;
        let calendar = admin.post("calendars", office()).await.ok();
        let path = format!("calendars/{}", calendar["id"].as_str().unwrap());
        let agent = app.agent("Ben").await;
        assert_eq!(agent.get(&path).await.ok(), calendar);
        agent.post("calendars", office()).await.refused(403, "forbidden");
        agent.patch(&path, json!({})).await.refused(403, "forbidden");
        agent.delete(&path).await.refused(403, "forbidden");
        app.customer("Cleo").await.get(&path).await.refused(403, "forbidden");
        app.stranger().get(&path).await.refused(401, "unauthenticated");
    }
}
