//! How large, how many, how much a day: counted before anything is kept.

use axum::{body::Body, http::Method};
use bytes::Bytes;
use futures_util::stream;
use serde_json::json;
use support_tests::{
    actor::{Actor, BOUNDARY},
    app::TestApp,
    on_both,
};

async fn configure(app: &TestApp, admin: &Actor, values: serde_json::Value) {
    admin.call(Method::PUT, "config").json(&values).await.ok();
    app.advance(chrono::TimeDelta::seconds(2)).await;
}

/// A form whose file has so many bytes, in pieces, without a length.
fn endless(bytes: usize) -> Body {
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n");
    let piece = Bytes::from_static(&[b'x'; 50_000]);
    let pieces = std::iter::repeat_n(piece, bytes / 50_000);
    let end = Bytes::from(format!("\r\n--{BOUNDARY}--\r\n"));
    let all = std::iter::once(Bytes::from(head)).chain(pieces).chain([end]);
    Body::from_stream(stream::iter(all.map(Ok::<_, std::io::Error>)))
}

on_both! {
    // SEC: F-06
    async fn a_file_that_is_too_large_leaves_nothing(app) {
        let visitor = app.visitor().await;
        let admin = app.admin("Ada").await;
        configure(app, &admin, json!({ "FILE_MAX_MB": 1 })).await;
        let stored = app.contents().await;
        let announced = visitor.upload("a.txt", vec![b'x'; 1_100_000]).await;
        let refused = announced.refused(413, "too_large");
        assert!(refused["detail"].as_str().unwrap().contains("1000000"), "{refused}");
        // In pieces nobody announces anything, and a length may be a lie.
        let bring = || visitor.act("attachments").multipart();
        bring().body(endless(1_100_000)).await.refused(413, "too_large");
        bring().body(endless(1_100_000)).header("content-length", "100").await.refused(413, "too_large");
        assert_eq!((app.contents().await, app.files()), (stored, Vec::new()));
        bring().body(endless(1_000_000)).await.ok();
        let config = visitor.clone().on("").get("/api/v1/public/config").await;
        assert_eq!(config.ok()["file_max_bytes"], 1_000_000);
    }

    // SEC: F-06, D-08
    async fn a_customer_brings_only_so_much_a_day(app) {
        let (visitor, other) = (app.visitor().await, app.visitor().await);
        let (admin, agent) = (app.admin("Ada").await, app.agent("Ana").await);
        configure(app, &admin, json!({ "FILES_DAY_MB": 1 })).await;
        visitor.brings("a.txt", vec![b'x'; 600_000]).await;
        let stored = app.contents().await;
        visitor.upload("b.txt", vec![b'x'; 600_000]).await.refused(413, "no_room");
        assert_eq!((app.contents().await["support_attachments"].clone(), app.files().len()), (stored["support_attachments"].clone(), 1));
        other.brings("b.txt", vec![b'x'; 600_000]).await;
        for name in ["a.txt", "b.txt"] {
            agent.brings(name, vec![b'x'; 600_000]).await;
        }
        app.advance(chrono::TimeDelta::hours(25)).await;
        visitor.brings("b.txt", vec![b'x'; 600_000]).await;
    }

    // SEC: F-06, D-08
    async fn a_desk_has_only_so_much_room(app) {
        let (visitor, admin) = (app.visitor().await, app.admin("Ada").await);
        configure(app, &admin, json!({ "FILES_TOTAL_MB": 1 })).await;
        visitor.brings("a.txt", vec![b'x'; 900_000]).await;
        visitor.upload("b.txt", vec![b'x'; 200_000]).await.refused(413, "no_room");
        admin.upload("b.txt", vec![b'x'; 200_000]).await.refused(413, "no_room");
        assert_eq!(app.files().len(), 1);
        configure(app, &admin, json!({ "FILE_MAX_MB": 0 })).await;
        visitor.upload("b.txt", "x").await.refused(413, "too_large");
    }
}
