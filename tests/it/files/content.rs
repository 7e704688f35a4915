//! What files are, whatever they are called, and what of them is left out.

use serde_json::json;
use support_tests::{on_both, picture};

use super::{file, ticket};

on_both! {
    // SEC: F-04, F-05
    async fn a_name_can_neither_lead_anywhere_nor_lie(app) {
        let visitor = app.visitor().await;
        for (given, kept) in [
            ("../../../etc/cron.d/x.txt", "x.txt"),
            ("C:\\\\Windows\\\\win.ini", "win.ini.txt"),
            ("shell.php", "shell.php.txt"),
            (".htaccess", "htaccess"),
            ("cat.png", "cat.png.txt"),
            ("cat.png.", "cat.png.txt"),
            ("\u{200b}.user.ini", "user.ini.txt"),
            ("report\u{202e}fdp.exe", "reportfdp.exe.txt"),
            ("", "file"),
        ] {
            let brought = visitor.upload(given, "Only words").await.ok();
            assert_eq!(brought["name"], kept, "{given:?}");
        }
        let long = visitor.upload(&format!("{}.log", "x".repeat(1_000)), "Only words").await.ok();
        assert!(long["name"].as_str().unwrap().len() <= 200);
        for name in app.files() {
            let is_random = |name: &str| name.len() == 37 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || b"/-o".contains(&byte));
            assert!(is_random(&name), "stored under a name that says nothing: {name}");
        }
    }

    // SEC: F-04
    async fn programs_are_not_taken_whatever_they_are_called(app) {
        let visitor = app.visitor().await;
        let stored = app.contents().await;
        let mut program = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".to_vec();
        program.resize(2_000, 0);
        for name in ["holiday.jpg", "setup.exe", "notes.txt"] {
            visitor.upload(name, &program).await.refused(415, "unsupported_file_type");
        }
        assert_eq!((app.contents().await, app.files()), (stored, Vec::new()));
        // An admin may narrow it down further.
        let admin = app.admin("Ada").await;
        admin.call(axum::http::Method::PUT, "config").json(&json!({ "FILE_TYPES": "image/*, application/pdf" })).await.ok();
        app.advance(chrono::TimeDelta::seconds(2)).await;
        visitor.upload("notes.txt", "words").await.refused(415, "unsupported_file_type");
        visitor.upload("cat.txt", picture::png(3, 3)).await.ok();
    }

    // SEC: F-08
    async fn a_photograph_does_not_tell_where_it_was_taken(app) {
        let visitor = app.visitor().await;
        let photograph = picture::photograph(60, 80);
        assert!(photograph.windows(picture::PLACE.len()).any(|part| part == picture::PLACE));
        let brought = visitor.upload("holiday.jpg", &photograph).await.ok();
        assert_eq!((&brought["width"], &brought["height"]), (&json!(60), &json!(80)), "upright");
        let path = brought["url"].as_str().unwrap();
        let got = visitor.get(path).await.bytes;
        assert!(got.len() < photograph.len() && brought["size"] == got.len());
        assert!(!got.windows(10).any(|part| picture::PLACE.windows(10).any(|place| place == part)));
        // Nothing was encoded anew: the picture is the same to the last pixel.
        let seen = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgb8();
        assert_eq!(seen(&got), seen(&photograph));
        let small = visitor.get(brought["thumbnail_url"].as_str().unwrap()).await;
        assert_eq!((small.status, small.header("content-type")), (200, "image/jpeg"));
        assert_eq!(seen(&small.bytes).dimensions(), (60, 80), "the small one is upright as well");
        assert_eq!(app.files().len(), 2, "the copy with the place in it is gone");
    }

    // SEC: F-07
    async fn a_picture_that_is_too_much_stays_a_file(app) {
        let visitor = app.visitor().await;
        let bomb = picture::bomb();
        let brought = visitor.upload("bomb.gif", &bomb).await.ok();
        assert_eq!((&brought["width"], &brought["thumbnail_url"]), (&json!(50_000), &serde_json::Value::Null));
        assert_eq!(visitor.get(brought["url"].as_str().unwrap()).await.bytes, bomb, "it can still be had");
        let cut = &picture::png(300, 300)[..200];
        let brought = visitor.upload("half.png", cut).await.ok();
        assert_eq!((&brought["type"], &brought["name"]), (&json!("application/octet-stream"), &json!("half.png.dat")));
    }

    // SEC: F-11
    async fn whoever_sends_a_secret_is_warned(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let thread = format!("{}/messages", ticket(&visitor).await);
        let key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
        let brought = visitor.upload("id.pem", key).await.ok();
        assert_eq!(brought["warnings"], json!(["private_key"]));
        visitor.post(&thread, json!({ "body": "Here", "attachments": [brought["id"]] })).await.ok();
        let read = agent.get(&thread).await.ok()["data"][1]["attachments"][0].clone();
        assert_eq!(read["warnings"], json!(["private_key"]));
        assert_eq!(visitor.get(&file(brought["id"].as_str().unwrap())).await.text, key);
    }
}
