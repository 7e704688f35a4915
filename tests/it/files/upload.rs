//! `POST attachments` and `DELETE attachments/{attachment_id}`.

use insta::assert_snapshot;
use serde_json::{Value, json};
use support_tests::{actor::BOUNDARY, app::TestApp, on_both, picture};

use super::{file, id, ticket};

on_both! {
    async fn a_file_is_kept_under_its_name_and_type(app) {
        let visitor = app.visitor().await;
        visitor.upload("My cat.png", picture::png(40, 30)).await.ok();
        let text = visitor.upload("notes.txt", "Grüße").await.ok();
        assert_eq!((&text["type"], &text["size"], &text["thumbnail_url"]), (&json!("text/plain"), &json!(7), &Value::Null));
        assert_eq!(app.files().len(), 3, "a picture, its small one, and a text");
    }

    // SEC: W-13, F-06
    async fn nobody_brings_a_file_without_a_session(app) {
        let stored = app.contents().await;
        for surface in ["/api/v1", "/w/api/v1", "/portal/api/v1"] {
            app.caller_on(surface).upload("a.txt", "x").await.refused(401, "unauthenticated");
        }
        app.stranger().call(axum::http::Method::POST, "portal/spt_nothing/attachments").file("a.txt", "x").await.refused(404, "not_found");
        assert_eq!(app.contents().await, stored);
        assert_eq!(app.files(), Vec::<String>::new());
    }

    async fn only_a_form_with_one_file_is_taken(app) {
        let visitor = app.visitor().await;
        let stored = app.contents().await;
        let bring = || visitor.act("attachments");
        bring().json(&json!({ "file": "x" })).await.refused(415, "unsupported_media_type");
        bring().body("x").header("content-type", "multipart/form-data").await.refused(415, "unsupported_media_type");
        bring().body("no form").multipart().await.refused(400, "incomplete_body");
        bring().part("name=\"photo\"; filename=\"a.txt\"", "x").await.refused(422, "unknown_field");
        bring().body(format!("--{BOUNDARY}--\r\n")).multipart().await.refused(422, "invalid");
        bring().file("a.txt", "").await.refused(422, "invalid");
        let part = |name: &str| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\n\r\nx\r\n");
        for second in ["file", "tenant_id"] {
            let form = format!("{}{}--{BOUNDARY}--\r\n", part("file"), part(second));
            assert_eq!(bring().body(form).multipart().await.status, 422, "{second}");
        }
        let cut = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhalf of i");
        bring().body(cut).multipart().await.refused(400, "incomplete_body");
        bring().file("a.txt", "x").header("idempotency-key", "k").await.refused(422, "invalid");
        assert_eq!(app.contents().await, stored, "what was begun is taken back");
        assert_eq!(app.files(), Vec::<String>::new());
    }

    // SEC: F-09, A-10
    async fn a_file_that_nobody_sent_yet_is_its_bringers_alone(app) {
        let (visitor, other) = (app.visitor().await, app.visitor().await);
        let (admin, customer) = (app.admin("Ada").await, app.customer("Cleo").await);
        let brought = visitor.brings("draft.txt", "for nobody yet").await;
        let thread = format!("{}/messages", ticket(&other).await);
        let stored = app.contents().await;
        for stranger in [&other, &admin, &customer] {
            stranger.get(&file(&brought)).await.refused(404, "not_found");
            stranger.delete(&file(&brought)).await.refused(404, "not_found");
        }
        other.post(&thread, json!({ "body": "Look", "attachments": [brought] })).await.refused(404, "not_found");
        admin.post(&thread, json!({ "body": "Look", "attachments": [brought] })).await.refused(404, "not_found");
        assert_eq!(app.contents().await, stored);
        assert_eq!(visitor.get(&file(&brought)).await.text, "for nobody yet");
        assert_eq!(visitor.delete(&file(&brought)).await.status, 204);
        visitor.get(&file(&brought)).await.refused(404, "not_found");
        visitor.delete(&file(&brought)).await.refused(404, "not_found");
    }

    async fn every_upload_leaves_a_fact_and_no_name_in_it(app) {
        let (visitor, admin) = (app.visitor().await, app.admin("Ada").await);
        let brought = visitor.brings("A secret name.txt", "x").await;
        let facts = admin.get("audit?action=attachment.uploaded").await;
        let facts = facts.ok();
        let fact = &facts["data"][0];
        assert_eq!(fact["resource"], format!("attachment:{brought}"));
        assert_eq!(fact["changes"]["type"]["to"], "text/plain");
        assert!(!fact.to_string().contains("secret name"));
    }
}

#[tokio::test]
async fn an_upload_answers_what_was_kept_or_what_was_wrong() {
    let app = TestApp::sqlite().await;
    let visitor = app.visitor().await;
    assert_snapshot!(visitor.upload("My cat.png", picture::png(40, 30)).await.shown(), @r#"
    201
    {
      "height": 30,
      "id": "[id 1]",
      "name": "My cat.png",
      "size": 297,
      "thumbnail_url": "attachments/[id 1]/thumbnail",
      "type": "image/png",
      "url": "attachments/[id 1]",
      "warnings": [],
      "width": 40
    }
    "#);
    let empty = visitor.upload("empty.txt", "").await.refused(422, "invalid");
    assert_eq!((&empty["errors"][0]["pointer"], &empty["errors"][0]["code"]), (&json!("/file"), &json!("empty")));
    let program =
        visitor.upload("holiday.jpg", b"\x7fELF\x02\x01\x01".repeat(9)).await.refused(415, "unsupported_file_type");
    assert_eq!(program["detail"], "Files of the type application/x-executable are not taken here.");
    app.close().await;
}

#[tokio::test]
async fn a_link_that_may_not_write_brings_nothing() {
    let app = TestApp::sqlite().await;
    let (admin, customer) = (app.admin("Ada").await, app.customer("Cleo").await);
    let opened = customer.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
    let mint = async |can: &[&str]| {
        let token = admin.post("tokens", json!({ "scope": { "ticket": id(&opened) }, "can": can })).await.ok();
        token["token"].as_str().unwrap().to_owned()
    };
    let reader = app.portal(&mint(&["read"]).await).await;
    reader.upload("a.txt", "x").await.refused(403, "forbidden");
    let token = mint(&["read", "reply"]).await;
    app.portal(&token).await.brings("a.txt", "x").await;
    let by_address = app.stranger().call(axum::http::Method::POST, &format!("portal/{token}/attachments"));
    let brought = by_address.file("b.txt", "by the address").await.ok();
    let message = json!({ "body": "Here it is", "attachments": [id(&brought)] });
    let sent = app.stranger().post(&format!("portal/{token}/messages"), message).await.ok();
    assert_eq!(sent["attachments"][0]["name"], "b.txt");
    let got = app.stranger().get(&format!("portal/{token}/{}", sent["attachments"][0]["url"].as_str().unwrap())).await;
    assert_eq!((got.status, got.text.as_str()), (200, "by the address"));
    app.close().await;
}
