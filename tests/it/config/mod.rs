//! `config` for admins, `public/config` for everybody.

use axum::http::Method;
use chrono::TimeDelta;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::{Value, json};
use support_core::desk::config::{ConfigKey, keys};
use support_core::plugin::{Plugin, Registrar};
use support_tests::{
    actor::Actor,
    app::{Backend, KEY, Plan, TEAM},
    on_both,
};

async fn put(admin: &Actor, body: Value) -> support_tests::reply::Reply {
    admin.call(Method::PUT, "config").json(&body).await
}

/// What is said of one key.
fn entry<'a>(config: &'a Value, key: &str) -> &'a Value {
    config["data"].as_array().unwrap().iter().find(|entry| entry["key"] == key).unwrap()
}

on_both! {
    async fn an_admin_reads_every_key_with_its_value_default_and_source(app) {
        let admin = app.admin("Ada").await;
        let config = admin.get("config").await;
        allow_duplicates! { assert_snapshot!(config.shown(), @r#"
        200
        {
          "data": [
            {
              "default": "",
              "description": "WhatsApp number that the widget offers: country code and digits. Empty: none.",
              "key": "WHATSAPP_NUMBER",
              "source": "default",
              "type": "string",
              "updated_at": null,
              "value": ""
            },
            {
              "default": true,
              "description": "Whether the widget shows its launcher on the websites that embed it.",
              "key": "SUPPORT_BUBBLE_ENABLED",
              "source": "default",
              "type": "boolean",
              "updated_at": null,
              "value": true
            },
            {
              "default": "team@support.test",
              "description": "Where mail for the team goes. Empty: the team gets none.",
              "key": "OPS_SUPPORT_EMAIL",
              "source": "environment",
              "type": "string",
              "updated_at": null,
              "value": "team@support.test"
            },
            {
              "default": "",
              "description": "What the links for customers start with, up to and without `/portal`. Empty: the public address of this desk.",
              "key": "SUPPORT_PORTAL_BASE_URL",
              "source": "default",
              "type": "string",
              "updated_at": null,
              "value": ""
            },
            {
              "default": "",
              "description": "The desk's name on the pages that customers see. Empty: the program's own.",
              "key": "DESK_NAME",
              "source": "default",
              "type": "string",
              "updated_at": null,
              "value": ""
            },
            {
              "default": "",
              "description": "When customers can expect an answer, such as “We usually answer within an hour.”",
              "key": "REPLY_TIME",
              "source": "default",
              "type": "string",
              "updated_at": null,
              "value": ""
            },
            {
              "default": 60,
              "description": "Seconds that an answer in the chat waits for being read there before it goes out as mail.",
              "key": "CHAT_MAIL_DELAY",
              "source": "default",
              "type": "integer",
              "updated_at": null,
              "value": 60
            },
            {
              "default": 25,
              "description": "The largest file that people may attach, in megabytes. 0: none at all.",
              "key": "FILE_MAX_MB",
              "source": "default",
              "type": "integer",
              "updated_at": null,
              "value": 25
            },
            {
              "default": 200,
              "description": "Megabytes of files that one customer may bring in a day.",
              "key": "FILES_DAY_MB",
              "source": "default",
              "type": "integer",
              "updated_at": null,
              "value": 200
            },
            {
              "default": 20000,
              "description": "Megabytes that the files of this desk may take together. 0: as many as there is room for.",
              "key": "FILES_TOTAL_MB",
              "source": "default",
              "type": "integer",
              "updated_at": null,
              "value": 20000
            },
            {
              "default": "",
              "description": "Types of files that people may attach, between commas, such as “image/*, application/pdf”. Empty: everything but programs.",
              "key": "FILE_TYPES",
              "source": "default",
              "type": "string",
              "updated_at": null,
              "value": ""
            },
            {
              "default": true,
              "description": "Whether customers may make accounts themselves.",
              "key": "OPEN_REGISTRATION",
              "source": "default",
              "type": "boolean",
              "updated_at": null,
              "value": true
            }
          ],
          "next": null,
          "previous": null
        }
        "#); }
    }

    async fn what_an_admin_sets_counts_at_once_and_null_takes_it_away(app) {
        let admin = app.admin("Ada").await;
        let set = put(&admin, json!({ "WHATSAPP_NUMBER": "+91 79753 57599", "SUPPORT_BUBBLE_ENABLED": false })).await.ok();
        let (number, bubble) = (entry(&set, keys::WHATSAPP_NUMBER), entry(&set, keys::SUPPORT_BUBBLE_ENABLED));
        assert_eq!((&number["value"], &number["source"]), (&json!("917975357599"), &json!("stored")));
        assert_eq!((&bubble["value"], &bubble["default"], &bubble["updated_at"]), (&json!(false), &json!(true), &json!("2026-03-02T09:00:00Z")));
        assert_eq!(admin.get("config").await.ok(), set);
        let public = app.stranger().get("public/config").await.ok();
        assert_eq!((&public["whatsapp_number"], &public["support_bubble_enabled"]), (&json!("917975357599"), &json!(false)));

        // What is not named stays; the same value again is no change.
        app.clock.advance(TimeDelta::minutes(1));
        let again = put(&admin, json!({ "WHATSAPP_NUMBER": "917975357599" })).await.ok();
        assert_eq!(again, set);
        let reset = put(&admin, json!({ "SUPPORT_BUBBLE_ENABLED": null })).await.ok();
        let bubble = entry(&reset, keys::SUPPORT_BUBBLE_ENABLED);
        assert_eq!((&bubble["value"], &bubble["source"], &bubble["updated_at"]), (&json!(true), &json!("default"), &Value::Null));
        assert_eq!(entry(&reset, keys::WHATSAPP_NUMBER)["source"], "stored");
    }

    async fn what_a_key_does_not_take_is_refused_and_nothing_of_the_body_stored(app) {
        let admin = app.admin("Ada").await;
        let stored = app.contents().await;
        for (body, code) in [
            (json!({ "WHATSAPP_NUMBER": "917975357599", "NOBODY_KNOWS": 1 }), "unknown_field"),
            (json!({ "NOBODY_KNOWS": null }), "unknown_field"),
            (json!({ "whatsapp_number": "917975357599" }), "unknown_field"),
            (json!({ "WHATSAPP_NUMBER": 917_975_357_599_i64 }), "invalid"),
            (json!({ "WHATSAPP_NUMBER": "call us" }), "invalid"),
            (json!({ "SUPPORT_BUBBLE_ENABLED": "yes" }), "invalid"),
            (json!({ "SUPPORT_BUBBLE_ENABLED": 1 }), "invalid"),
            (json!({ "OPS_SUPPORT_EMAIL": "nobody" }), "invalid"),
            (json!({ "OPS_SUPPORT_EMAIL": "a@b.test\r\nBcc: c@d.test" }), "invalid"),
            (json!({ "SUPPORT_PORTAL_BASE_URL": "javascript:alert(1)" }), "invalid"),
            (json!({ "CHAT_MAIL_DELAY": -1 }), "invalid"),
            (json!({ "CHAT_MAIL_DELAY": 1.5 }), "invalid"),
            (json!({ "DESK_NAME": ["Support"] }), "invalid"),
            (json!({ "DESK_NAME": "two\nlines" }), "invalid"),
        ] {
            put(&admin, body).await.refused(422, code);
        }
        admin.call(Method::PUT, "config").body("[]").header("content-type", "application/json").await.refused(400, "malformed_json");
        assert_eq!(app.contents().await, stored);
        let refused = put(&admin, json!({ "WHATSAPP_NUMBER": true, "SUPPORT_BUBBLE_ENABLED": "no" })).await;
        allow_duplicates! { assert_snapshot!(refused.shown(), @r#"
        422
        {
          "code": "invalid",
          "detail": "Some fields are not valid.",
          "errors": [
            {
              "code": "invalid_value",
              "detail": "must be true or false",
              "pointer": "/SUPPORT_BUBBLE_ENABLED"
            },
            {
              "code": "invalid_value",
              "detail": "must be a text",
              "pointer": "/WHATSAPP_NUMBER"
            }
          ],
          "request_id": "[request]",
          "status": 422,
          "title": "Unprocessable Entity",
          "type": "about:blank"
        }
        "#); }
    }

    async fn only_admins_see_and_change_the_configuration(app) {
        let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
        let stored = app.contents().await;
        agent.get("config").await.refused(403, "forbidden");
        put(&agent, json!({ "SUPPORT_BUBBLE_ENABLED": false })).await.refused(403, "forbidden");
        app.stranger().get("config").await.refused(401, "unauthenticated");
        put(&app.stranger(), json!({ "SUPPORT_BUBBLE_ENABLED": false })).await.refused(401, "unauthenticated");
        visitor.get("config").await.refused(404, "not_found");
        assert_eq!(app.contents().await, stored);
    }

    async fn anybody_reads_the_public_part_and_no_more(app) {
        let public = app.stranger().get("public/config").await;
        allow_duplicates! { assert_snapshot!(public.shown(), @r#"
        200
        {
          "desk_name": "",
          "file_max_bytes": 25000000,
          "reply_time": "",
          "support_bubble_enabled": true,
          "whatsapp_number": ""
        }
        "#); }
        assert_eq!((public.header("cache-control"), public.header("access-control-allow-origin")), ("public, max-age=10", "*"));
        let tag = public.header("etag").to_owned();
        assert_eq!(app.stranger().get("public/config").header("if-none-match", &tag).await.status, 304);
        put(&app.admin("Ada").await, json!({ "REPLY_TIME": "Within an hour" })).await.ok();
        let changed = app.stranger().get("public/config").header("if-none-match", &tag).await;
        assert_eq!((changed.status, &changed.body["reply_time"]), (200, &json!("Within an hour")));
        assert!(!public.text.contains(TEAM), "{}", public.text);
    }

    async fn the_widget_follows_the_bubble_switch_and_the_whatsapp_number(app) {
        let admin = app.admin("Ada").await;
        let loader = || app.stranger().get(&format!("/w/{KEY}.js"));
        let frame = || app.stranger().get(&format!("/w/{KEY}/frame"));
        let before = loader().await;
        assert!(before.text.contains("\"bubble\":true"));
        let document = frame().await;
        assert!(!document.text.contains("wa.me"));
        put(&admin, json!({ "SUPPORT_BUBBLE_ENABLED": false, "WHATSAPP_NUMBER": "+49 30 1234567", "REPLY_TIME": "We answer <soon>." })).await.ok();
        // A browser that asks again gets the new one.
        let after = loader().header("if-none-match", before.header("etag")).await;
        assert_eq!((after.status, after.header("cache-control")), (200, "public, max-age=300, stale-while-revalidate=86400"));
        assert!(after.text.contains("\"bubble\":false"));
        assert_eq!(loader().header("if-none-match", after.header("etag")).await.status, 304);
        let document = frame().header("if-none-match", document.header("etag")).await;
        assert!(document.text.contains("href=\"https://wa.me/49301234567\""), "{}", document.text);
        assert!(document.text.contains("We answer &lt;soon&gt;."));
    }

    async fn the_teams_mail_and_customers_links_go_where_the_configuration_says(app) {
        let admin = app.admin("Ada").await;
        put(&admin, json!({ "OPS_SUPPORT_EMAIL": "ops@desk.test", "SUPPORT_PORTAL_BASE_URL": "https://help.desk.test/care/" })).await.ok();
        let visitor = app.visitor_with(json!({ "key": KEY })).await;
        let ticket = visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        app.run();
        let mail = app.mails(1).await;
        assert_eq!(mail.iter().map(|mail| mail.to.join(",")).collect::<Vec<_>>(), ["ops@desk.test"]);
        let link = admin.post("tokens", json!({ "scope": { "ticket": ticket["id"] } })).await.ok();
        assert!(link["url"].as_str().unwrap().starts_with("https://help.desk.test/care/portal#spt_"), "{link}");
        // Empty: the team gets none.
        put(&admin, json!({ "OPS_SUPPORT_EMAIL": "" })).await.ok();
        visitor.post("tickets", json!({ "initial_message": "Again" })).await.ok();
        app.settle().await;
        assert_eq!(app.mails(1).await.len(), 1);
    }

    async fn registration_closes_by_a_switch(app) {
        let admin = app.admin("Ada").await;
        let wish = |name: &str| json!({ "email": format!("{name}@people.test"), "password": "a fine password", "first_name": name, "last_name": "" });
        app.stranger().post("auth/register", wish("one")).await.ok();
        put(&admin, json!({ "OPEN_REGISTRATION": false })).await.ok();
        app.stranger().post("auth/register", wish("two")).await.refused(403, "forbidden");
    }
}

struct Parcels;

impl Plugin for Parcels {
    fn id(&self) -> &'static str {
        "parcels"
    }

    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
        registrar.setting(ConfigKey::text("PARCEL_DEPOT", "Where parcels come from."))?;
        registrar.preset("PARCEL_DEPOT", "Pune")
    }
}

#[tokio::test]
async fn plugins_and_hosts_bring_keys_and_defaults_of_their_own() {
    let plan = Plan::new(Backend::Sqlite).of(|builder, _| {
        builder.accounts(support_core::AccountOptions::default()).plugin(Parcels).preset(keys::DESK_NAME, "Juniper")
    });
    let app = plan.start().await.unwrap();
    let admin = app.admin("Ada").await;
    let config = admin.get("config").await.ok();
    let depot = entry(&config, "PARCEL_DEPOT");
    assert_eq!(
        (&depot["value"], &depot["default"], &depot["source"]),
        (&json!("Pune"), &json!("Pune"), &json!("environment"))
    );
    assert_eq!(app.stranger().get("public/config").await.ok()["desk_name"], "Juniper");
    // The stored value wins; without it the environment's counts again.
    let stored = put(&admin, json!({ "PARCEL_DEPOT": "Mumbai" })).await.ok();
    assert_eq!(
        (&entry(&stored, "PARCEL_DEPOT")["value"], &entry(&stored, "PARCEL_DEPOT")["default"]),
        (&json!("Mumbai"), &json!("Pune"))
    );
    let reset = put(&admin, json!({ "PARCEL_DEPOT": null })).await.ok();
    assert_eq!(entry(&reset, "PARCEL_DEPOT")["source"], "environment");
    app.close().await;
}
