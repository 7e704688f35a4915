//! What somebody wants to be told of.

use insta::assert_snapshot;
use serde_json::json;
use support_tests::on_both;

use super::{assign, kinds, open, unread, want_only_the_dashboard, write};

on_both! {
    async fn a_way_that_is_off_is_not_taken(app) {
        app.run();
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer("Cleo").await);
        let off = json!({ "in_app": false, "mail": false, "push": false });
        ben.patch("notifications/preferences", json!({ "kinds": { "message": off, "assignment": { "in_app": false } } })).await.ok();
        let ticket = open(&customer).await;
        assign(&ana, &ticket, &ben).await;
        write(&customer, &ticket, "Hello?").await;
        assert_eq!((kinds(app, &ben).await, unread(app, &ben).await), (Vec::new(), json!(0)));
        let to_ben = app.mail.mails().into_iter().filter(|mail| mail.to == ["ben@people.test"]).count();
        assert_eq!(to_ben, 1, "of the assignment by mail, which is as it was");
        want_only_the_dashboard(&ben).await;
        write(&customer, &ticket, "Hello?").await;
        assert_eq!(kinds(app, &ben).await, ["message"]);
        assert_eq!(app.mail.mails().into_iter().filter(|mail| mail.to == ["ben@people.test"]).count(), 1);
    }

    async fn what_changes_is_in_the_audit_and_what_does_not_is_not(app) {
        let (admin, ben) = (app.admin("Ada").await, app.agent("Ben").await);
        let wish = json!({ "digest": "daily", "quiet_hours": { "from": "19:00", "to": "08:00" }, "time_zone": "Europe/Berlin" });
        let changed = ben.patch("notifications/preferences", wish.clone()).await.ok();
        assert_eq!((&changed["digest"], &changed["quiet_hours"]["to"], &changed["time_zone"]), (&json!("daily"), &json!("08:00"), &json!("Europe/Berlin")));
        ben.patch("notifications/preferences", wish).await.ok();
        let audit = admin.get("audit?action=user.updated").await.ok();
        assert_eq!(audit["data"].as_array().unwrap().len(), 1, "{audit}");
        assert_eq!(audit["data"][0]["changes"]["notifications.digest"], json!({ "from": "immediately", "to": "daily" }));
        assert_eq!(audit["data"][0]["resource"], format!("user:{}", ben.id()));
        let cleared = ben.patch("notifications/preferences", json!({ "quiet_hours": null })).await.ok();
        assert_eq!((&cleared["quiet_hours"], &cleared["digest"]), (&json!(null), &json!("daily")));
        assert_eq!(admin.get("notifications/preferences").await.ok()["digest"], "immediately", "everybody has their own");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn preferences_are_shown_with_their_usual_values_and_refuse_what_they_cannot_mean() {
    let app = support_tests::app::TestApp::sqlite().await;
    let (ben, customer) = (app.agent("Ben").await, app.customer("Cleo").await);
    let shown = ben.get("notifications/preferences").await;
    assert_snapshot!(shown.shown(), @r#"
    200
    {
      "digest": "immediately",
      "digest_time": "08:00",
      "kinds": {
        "assignment": {
          "in_app": true,
          "mail": true,
          "push": true
        },
        "mention": {
          "in_app": true,
          "mail": true,
          "push": true
        },
        "message": {
          "in_app": true,
          "mail": false,
          "push": true
        },
        "sla_breach": {
          "in_app": true,
          "mail": true,
          "push": true
        },
        "sla_warning": {
          "in_app": true,
          "mail": true,
          "push": true
        },
        "watched_change": {
          "in_app": true,
          "mail": false,
          "push": false
        },
        "watched_message": {
          "in_app": true,
          "mail": false,
          "push": false
        },
        "webhook_disabled": {
          "in_app": true,
          "mail": true,
          "push": false
        }
      },
      "push_key": "BAJmydHEacFrefQioTsnyAHcrRrW8h7kOmP4QklzHHSg8t4EjEMtIw-kTFGN8t6JVtj-Nwm-DIvBNApYDFxofsE",
      "quiet_hours": null,
      "time_zone": "UTC"
    }
    "#);
    for (wish, pointer, code) in [
        (json!({ "time_zone": "Berlin" }), "/time_zone", "unknown_time_zone"),
        (json!({ "digest_time": "24:00" }), "/digest_time", "not_in_a_day"),
        (json!({ "digest_time": "8 am" }), "/digest_time", "invalid_value"),
        (json!({ "digest": "weekly" }), "/digest", "invalid_value"),
        (json!({ "quiet_hours": { "from": "08:00", "to": "08:00" } }), "/quiet_hours", "empty"),
        (json!({ "quiet_hours": { "from": "00:00", "to": "24:00" } }), "/quiet_hours", "whole_day"),
        (json!({ "quiet_hours": { "from": "24:00", "to": "08:00" } }), "/quiet_hours/from", "not_in_a_day"),
        (json!({ "quiet_hours": { "from": "08:00" } }), "/quiet_hours/to", "missing_field"),
        (json!({ "kinds": { "birthday": { "mail": true } } }), "/kinds/birthday", "unknown_field"),
        (json!({ "kinds": { "mention": { "pigeon": true } } }), "/kinds/mention/pigeon", "unknown_field"),
        (json!({ "kinds": { "mention": true } }), "/kinds/mention", "invalid_value"),
    ] {
        let refused = ben.patch("notifications/preferences", wish).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let refused = refused.body;
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!(pointer), &json!(code)));
    }
    assert_eq!(ben.get("notifications/preferences").await.ok(), shown.ok(), "nothing was changed");
    customer.get("notifications/preferences").await.refused(403, "forbidden");
    customer.patch("notifications/preferences", json!({ "digest": "daily" })).await.refused(403, "forbidden");
    app.close().await;
}
