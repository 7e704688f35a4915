//! The dashboard's cookie.

use chrono::TimeDelta;
use serde_json::json;
use support_tests::{app::TestApp, on_both};

const PASSWORD: &str = "a fine password";

on_both! {
    // SEC: N-04, N-05
    async fn a_browser_signs_in_and_out_with_a_cookie_that_scripts_cannot_read(app) {
        app.support.create_first_admin("ada@people.test", PASSWORD, "Ada").await.unwrap();
        let credentials = json!({ "email": "ada@people.test", "password": PASSWORD });
        let browser = app.stranger();
        let signed_in = browser.post("auth/session", credentials.clone()).await;
        assert_eq!((signed_in.status, signed_in.text.as_str()), (204, ""));
        let cookie = signed_in.header("set-cookie").to_owned();
        assert!(cookie.starts_with("__Host-support_desk_"), "{cookie}");
        for attribute in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax", "; Max-Age=604800"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"));
        assert_eq!(browser.get("auth/me").await.ok()["role"], "admin");

        // Signing in again replaces the session; the old one is over.
        let old = browser.cookie();
        browser.post("auth/session", credentials).await;
        assert_ne!(browser.cookie(), old);
        app.stranger().get("auth/me").header("cookie", &old).await.refused(401, "unauthenticated");

        let current = browser.cookie();
        let out = browser.call(axum::http::Method::DELETE, "auth/session").await;
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        assert_eq!((out.status, browser.cookie().as_str()), (204, ""));
        app.stranger().get("auth/me").header("cookie", &current).await.refused(401, "unauthenticated");
    }

    async fn a_session_ends_by_itself(app) {
        let agent = app.agent("Ana").await;
        app.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
        agent.get("auth/me").await.ok();
        app.clock.advance(TimeDelta::seconds(5));
        agent.get("auth/me").await.refused(401, "unauthenticated");
    }
}

// SEC: N-12
#[tokio::test]
async fn nothing_but_the_whole_cookie_is_a_session() {
    let app = TestApp::sqlite().await;
    let agent = app.agent("Ana").await;
    let (name, value) =
        agent.cookie().split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
    for bad in [
        String::new(),
        " ".into(),
        "%00".into(),
        value.to_uppercase(),
        value[1..].to_owned(),
        format!("{value}A"),
        "null".into(),
    ] {
        app.stranger().get("auth/me").header("cookie", &format!("{name}={bad}")).await.refused(401, "unauthenticated");
    }
    // Another mount point's or tenant's cookie has another name.
    app.stranger()
        .get("auth/me")
        .header("cookie", &format!("__Host-support_desk_00000000={value}"))
        .await
        .refused(401, "unauthenticated");
    app.close().await;
}
