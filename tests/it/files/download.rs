//! `GET attachments/{attachment_id}`: who gets a file, and how.

use axum::http::Method;
use serde_json::json;
use support_tests::{actor::Actor, app::TestApp, on_both, picture};

use super::{file, id, ticket};

/// A message with one file: the thread, the message and the file.
async fn sent(by: &Actor, thread: &str, name: &str, content: &[u8], more: &[(&str, bool)]) -> (String, String) {
    let brought = by.brings(name, content).await;
    let mut message = json!({ "body": "Look", "attachments": [brought] });
    for (key, value) in more {
        message[*key] = json!(value);
    }
    let sent = by.post(thread, message).await.ok();
    (id(&sent).to_owned(), file(&brought))
}

on_both! {
    // SEC: F-01, W-06
    async fn who_may_read_the_message_gets_the_file_and_nobody_else(app) {
        let (visitor, other) = (app.visitor().await, app.visitor().await);
        let (agent, customer) = (app.agent("Ana").await, app.customer("Cleo").await);
        let thread = format!("{}/messages", ticket(&visitor).await);
        let (_, path) = sent(&visitor, &thread, "a.txt", b"what I bought", &[]).await;
        for reader in [&visitor, &agent] {
            let got = reader.get(&path).await;
            assert_eq!((got.status, got.text.as_str()), (200, "what I bought"));
        }
        for stranger in [&other, &customer] {
            stranger.get(&path).await.refused(404, "not_found");
            stranger.get(&format!("{path}/thumbnail")).await.refused(404, "not_found");
        }
        app.stranger().get(&path).await.refused(401, "unauthenticated");
        visitor.clone().on("/api/v1").get(&path).await.refused(401, "unauthenticated");
        for guess in ["attachments/1", "attachments/../secret", "attachments/01890000-0000-7000-8000-000000000000"] {
            visitor.get(guess).await.refused(404, "not_found");
        }
    }

    // SEC: F-01, A-06
    async fn the_file_of_a_note_is_the_desks_alone(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let ticket = ticket(&visitor).await;
        let (_, path) = sent(&agent, &format!("{ticket}/messages"), "hidden.png", &picture::png(9, 9), &[("is_internal", true)]).await;
        assert_eq!(agent.get(&path).await.status, 200);
        visitor.get(&path).await.refused(404, "not_found");
        visitor.get(&format!("{path}/thumbnail")).await.refused(404, "not_found");
        let seen = visitor.get(&format!("{ticket}/messages")).await.text + &visitor.get(&ticket).await.text;
        assert!(!seen.contains("hidden"));
    }

    // SEC: F-01, F-10
    async fn a_right_that_ends_ends_the_file_too(app) {
        let customer = app.customer("Cleo").await;
        let admin = app.admin("Ada").await;
        let opened = customer.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let thread = format!("tickets/{}/messages", id(&opened));
        let (message, path) = sent(&customer, &thread, "cat.png", &picture::png(9, 9), &[]).await;
        let token = admin.post("tokens", json!({ "scope": { "ticket": id(&opened) } })).await.ok();
        let link = app.portal(token["token"].as_str().unwrap()).await;
        assert_eq!(link.get(&path).await.status, 200);
        admin.act(&format!("tokens/{}/revoke", id(&token))).await.ok();
        link.get(&path).await.refused(401, "unauthenticated");
        // The message goes, and with it its file: for everybody, and from the store.
        let deleted = customer.delete(&format!("conversations/{}/messages/{message}", id(&opened))).await;
        assert_eq!(deleted.status, 204);
        for reader in [&customer, &admin] {
            reader.get(&path).await.refused(404, "not_found");
            reader.get(&format!("{path}/thumbnail")).await.refused(404, "not_found");
        }
        assert_eq!(app.files().len(), 2);
        assert_eq!(app.support.desk().collect_files().await.unwrap(), 1);
        assert_eq!(app.files(), Vec::<String>::new(), "the picture and the small one");
        assert_eq!(app.contents().await["support_attachments"], "");
        assert!(!admin.get(&thread).await.text.contains("cat.png"));
    }

    async fn a_merged_tickets_files_go_where_its_thread_goes(app) {
        let customer = app.customer("Cleo").await;
        let admin = app.admin("Ada").await;
        let opened = customer.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let thread = format!("tickets/{}/messages", id(&opened));
        let (_, path) = sent(&customer, &thread, "a.txt", b"x", &[]).await;
        let token = admin.post("tokens", json!({ "scope": { "ticket": id(&opened) } })).await.ok();
        let link = app.portal(token["token"].as_str().unwrap()).await;
        let into = customer.post("tickets", json!({ "initial_message": "The same" })).await.ok();
        admin.post(&format!("tickets/{}/merge", id(&opened)), json!({ "into": id(&into) })).await.ok();
        for reader in [&customer, &admin, &link] {
            assert_eq!(reader.get(&path).await.text, "x");
        }
        let (_, other) = sent(&admin, &format!("tickets/{}/messages", id(&into)), "note.txt", b"x", &[("is_internal", true)]).await;
        link.get(&other).await.refused(404, "not_found");
    }

    // SEC: F-12
    async fn parts_heads_and_conditions_ask_for_the_same_right(app) {
        let (visitor, other) = (app.visitor().await, app.visitor().await);
        let thread = format!("{}/messages", ticket(&visitor).await);
        let (_, path) = sent(&visitor, &thread, "a.txt", b"0123456789", &[]).await;
        let whole = visitor.get(&path).await;
        let tag = whole.header("etag").to_owned();
        let part = visitor.get(&path).header("range", "bytes=2-4").await;
        assert_eq!((part.status, part.text.as_str(), part.header("content-range")), (206, "234", "bytes 2-4/10"));
        assert_eq!(visitor.get(&path).header("range", "bytes=-3").await.text, "789");
        let beyond = visitor.get(&path).header("range", "bytes=10-").await;
        assert_eq!(beyond.header("content-range"), "bytes */10");
        beyond.refused(416, "range_not_satisfiable");
        let known = visitor.get(&path).header("if-none-match", &tag).await;
        assert_eq!((known.status, known.text.as_str()), (304, ""));
        let fresh = visitor.get(&path).header("range", "bytes=2-4").header("if-range", "\"another\"").await;
        assert_eq!((fresh.status, fresh.text.as_str()), (200, "0123456789"));
        let head = visitor.call(Method::HEAD, &path).await;
        assert_eq!((head.status, head.text.as_str(), head.header("content-length")), (200, "", "10"));
        let options = visitor.call(Method::OPTIONS, &path).await;
        assert_eq!((options.status, options.text.contains("0123")), (405, false));
        for (method, header, value) in [
            (Method::GET, "range", "bytes=2-4"),
            (Method::GET, "if-none-match", tag.as_str()),
            (Method::GET, "if-none-match", "*"),
            (Method::HEAD, "range", "bytes=0-0"),
        ] {
            let refused = other.call(method.clone(), &path).header(header, value).await;
            assert_eq!((refused.status, refused.header("etag")), (404, ""), "{method} {header}: {value}");
        }
    }

    // SEC: F-11
    async fn what_the_desk_takes_is_written_down(app) {
        let visitor = app.visitor().await;
        let (agent, admin) = (app.agent("Ana").await, app.admin("Ada").await);
        let thread = format!("{}/messages", ticket(&visitor).await);
        let (_, path) = sent(&visitor, &thread, "cat.png", &picture::png(9, 9), &[]).await;
        let facts = async || {
            let facts = admin.get("audit?action=attachment.downloaded").await.ok();
            facts["data"].as_array().unwrap().clone()
        };
        visitor.get(&path).await;
        agent.get(&format!("{path}/thumbnail")).await;
        agent.call(Method::HEAD, &path).await;
        assert_eq!(facts().await.len(), 0);
        agent.get(&path).header("range", "bytes=1-").await;
        let facts = facts().await;
        assert_eq!(facts.len(), 1);
        assert_eq!((&facts[0]["actor"]["name"], facts[0]["resource"].as_str()), (&json!("Ana"), Some(path.replace("attachments/", "attachment:").as_str())));
    }
}

// SEC: F-02, F-03, O-01
#[tokio::test]
async fn only_safe_pictures_are_shown_and_no_file_runs_a_script() {
    let app = TestApp::sqlite().await;
    let visitor = app.visitor().await;
    let thread = format!("{}/messages", ticket(&visitor).await);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let (png, gif) = (picture::png(3, 3), picture::gif(3, 3));
    let cases: [(&str, &[u8], &str, &str); 9] = [
        ("cat.png", &png, "image/png", "inline"),
        ("cat.gif", &gif, "image/gif", "inline"),
        ("x.svg", svg, "text/plain; charset=utf-8", "attachment"),
        ("x.html", b"<!doctype html><script>alert(1)</script>", "text/plain; charset=utf-8", "attachment"),
        (
            "x.xhtml",
            b"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "text/plain; charset=utf-8",
            "attachment",
        ),
        ("x.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/plain; charset=utf-8", "attachment"),
        (
            "x.mhtml",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n",
            "text/plain; charset=utf-8",
            "attachment",
        ),
        ("x.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n/JS (app.alert(1))", "application/pdf", "attachment"),
        ("x.bin", b"\x00\x01\x02", "application/octet-stream", "attachment"),
    ];
    for (name, content, media, how) in cases {
        let (_, path) = sent(&visitor, &thread, name, content, &[]).await;
        let got = visitor.get(&path).await;
        assert_eq!((got.status, got.bytes.as_ref()), (200, content), "{name}");
        assert_eq!(got.header("content-type"), media, "{name}");
        assert_eq!(got.header("content-disposition").split(';').next(), Some(how), "{name}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(got.header("cross-origin-resource-policy"), "same-origin", "{name}");
        assert_eq!(got.header("cache-control"), "no-store", "{name}");
        assert_eq!(
            got.header("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
            "{name}"
        );
    }
    app.close().await;
}
