//! What nobody attached, what was cut off, and what its message left: it all goes.

use axum::body::Body;
use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::stream;
use serde_json::json;
use support_tests::{actor::BOUNDARY, on_both, picture};

use super::{file, ticket};

on_both! {
    // SEC: F-10
    async fn a_file_that_nobody_attached_goes_after_a_day(app) {
        let visitor = app.visitor().await;
        let thread = format!("{}/messages", ticket(&visitor).await);
        let (loose, kept) = (visitor.brings("a.png", picture::png(9, 9)).await, visitor.brings("b.txt", "x").await);
        visitor.post(&thread, json!({ "body": "Look", "attachments": [kept] })).await.ok();
        app.advance(TimeDelta::hours(23)).await;
        assert_eq!(app.support.desk().collect_files().await.unwrap(), 0);
        app.advance(TimeDelta::hours(2)).await;
        assert_eq!(app.support.desk().collect_files().await.unwrap(), 1);
        assert_eq!(app.files().len(), 1);
        visitor.get(&file(&loose)).await.refused(404, "not_found");
        assert_eq!(visitor.get(&file(&kept)).await.text, "x");
        visitor.post(&thread, json!({ "body": "Late", "attachments": [loose] })).await.refused(404, "not_found");
    }

    // SEC: F-10
    async fn an_upload_that_was_cut_off_leaves_nothing(app) {
        let visitor = app.visitor().await;
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n");
        let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from(head)), Ok(Bytes::from(vec![b'x'; 400_000]))]);
        let hanging = Body::from_stream(futures_util::StreamExt::chain(begun, stream::pending()));
        let upload = visitor.act("attachments").multipart().body(hanging);
        let upload = tokio::spawn(async move { upload.send().await.status() });
        app.until("a file on its way", || async { app.files().len() == 1 }).await;
        upload.abort();
        let _ = upload.await;
        app.until("the half file is gone", || async { app.files().is_empty() }).await;
        assert_eq!(app.contents().await["support_attachments"].lines().count(), 1, "the room is still set aside");
        app.advance(TimeDelta::minutes(21)).await;
        assert_eq!(app.support.desk().collect_files().await.unwrap(), 1);
        assert_eq!(app.contents().await["support_attachments"], "");
    }
}
