//! What happens to an account while somebody else is in the middle of something with it.

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use serde_json::{Value, json};
use support_core::{
    model::{PersonId, PersonRecord, Role, TenantId, text},
    storage::{AccountRecord, Storage},
};
use support_tests::{
    app::{Backend, Plan, TestApp},
    meanwhile::Meanwhile,
    on_both,
};

const EMAIL: &str = "ben@people.test";
const PASSWORD: &str = "a fine password";
const OTHER: &str = "another fine password";

/// The usual application on both databases, with what happens meanwhile.
async fn apps(meanwhile: &Meanwhile) -> Vec<TestApp> {
    let mut apps = Vec::new();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        apps.extend(Plan::new(backend).with(meanwhile).start().await);
    }
    apps
}

async fn account(storage: &Arc<dyn Storage>) -> AccountRecord {
    let mut tx = storage.read().await.unwrap();
    tx.find_account(TenantId::DEFAULT, &text::email_key(EMAIL)).await.unwrap().unwrap()
}

/// What a letter's link does, as far as it matters here: another password, and no session goes on.
async fn reset(storage: Arc<dyn Storage>, hash: String) {
    let account = AccountRecord { password_hash: Some(hash), ..account(&storage).await };
    let mut tx = storage.write().await.unwrap();
    tx.update_account(&account).await.unwrap();
    tx.revoke_sessions_of(account.tenant, account.person, None, account.created_at).await.unwrap();
    tx.commit().await.unwrap();
}

/// Somebody with an account, and the hash of another password.
async fn ben(app: &TestApp) -> (PersonId, String) {
    let admin = app.admin("Ada").await;
    let made = admin.post("users", json!({ "email": EMAIL, "password": PASSWORD })).await.ok();
    let other = json!({ "email": "other@people.test", "password": OTHER });
    admin.post("users", other).await.ok();
    let mut tx = app.storage.read().await.unwrap();
    let other = tx.find_account(TenantId::DEFAULT, "other@people.test").await.unwrap().unwrap();
    (made["id"].as_str().unwrap().parse().unwrap(), other.password_hash.unwrap())
}

// SEC: N-04, N-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_is_reset_while_the_old_one_is_judged_lets_nobody_in() {
    let meanwhile = Meanwhile::default();
    for app in apps(&meanwhile).await {
        let (_, hash) = ben(&app).await;
        for path in ["auth/login", "auth/session"] {
            reset(Arc::clone(&app.storage), account(&app.storage).await.password_hash.unwrap()).await;
            let before = account(&app.storage).await;
            // The first counts the try, the second starts the session.
            let (storage, hash) = (Arc::clone(&app.storage), hash.clone());
            meanwhile.before(2, || reset(storage, hash));
            let credentials = json!({ "email": EMAIL, "password": PASSWORD });
            app.stranger().post(path, credentials).await.refused(401, "wrong_credentials");
            assert!(meanwhile.is_over());
            let after = account(&app.storage).await;
            assert_ne!(after.password_hash, before.password_hash, "the reset is not undone");
            assert_eq!(after.last_login_at, None);
            reset(Arc::clone(&app.storage), before.password_hash.unwrap()).await;
        }
        app.close().await;
    }
}

// SEC: N-04
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_is_reset_while_the_old_one_is_judged_is_not_changed_by_the_old_one() {
    let meanwhile = Meanwhile::default();
    for app in apps(&meanwhile).await {
        let (_, hash) = ben(&app).await;
        let tokens = app.stranger().post("auth/login", json!({ "email": EMAIL, "password": PASSWORD })).await.ok();
        let ben = app.stranger().with_bearer(tokens["access_token"].as_str().unwrap());
        // Two count the try, the third writes.
        let (storage, reset_to) = (Arc::clone(&app.storage), hash.clone());
        meanwhile.before(3, || reset(storage, reset_to));
        let change = json!({ "new_password": "a third fine password", "current_password": PASSWORD });
        let refused = ben.patch("users/me", change).await.refused(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/current_password");
        assert!(meanwhile.is_over());
        assert_eq!(account(&app.storage).await.password_hash, Some(hash));
        app.close().await;
    }
}

// SEC: N-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_given_to_somebody_while_they_are_deleted_is_nobodys_again() {
    let meanwhile = Meanwhile::default();
    for app in apps(&meanwhile).await {
        let (ben, _) = ben(&app).await;
        let admin = app.admin("Ada").await;
        let ticket = admin.post("tickets", json!({ "subject": "Late" })).await.ok();
        let path = format!("tickets/{}", ticket["id"].as_str().unwrap());
        // The first asks whether it may be, the second does it; in between nothing is theirs.
        let (agent, assign) = (admin.clone(), format!("{path}/assign"));
        meanwhile.before(2, move || async move {
            agent.post(&assign, json!({ "assignee": ben })).await.ok();
        });
        assert_eq!(admin.call(Method::DELETE, &format!("users/{ben}")).await.status, 204);
        assert!(meanwhile.is_over());
        assert_eq!(admin.get(&path).await.ok()["assigned_to"], Value::Null);
        admin.post(&format!("{path}/assign"), json!({ "assignee": ben })).await.refused(422, "invalid");
        app.close().await;
    }
}

on_both! {
    async fn a_right_that_is_taken_away_meanwhile_does_not_come_back_with_a_new_password(app) {
        app.run();
        let admin = app.admin("Ada").await;
        let made = admin.post("users", json!({ "email": EMAIL, "role": "admin" })).await.ok();
        let id: PersonId = made["id"].as_str().unwrap().parse().unwrap();
        let letter = app.mails(1).await.remove(0).raw.replace("=\r\n", "").replace("=23", "#");
        let code = letter.split("/invite#").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();

        // As whoever changes people does it, up to before the commit.
        let mut tx = app.storage.write().await.unwrap();
        tx.lock_setup(TenantId::DEFAULT).await.unwrap();
        let person = tx.find_person(TenantId::DEFAULT, id).await.unwrap().unwrap();
        tx.update_person(&PersonRecord { role: Role::Agent, ..person }).await.unwrap();
        let stranger = app.stranger();
        let mut accept = tokio::spawn(async move {
            stranger.post("auth/password/reset", json!({ "token": code, "password": PASSWORD })).await
        });
        // Long enough to hash and to come to where it has to wait; where it is slower, nothing is proved and nothing fails.
        assert!(tokio::time::timeout(Duration::from_millis(400), &mut accept).await.is_err(), "it does not wait");
        tx.commit().await.unwrap();
        assert_eq!(accept.await.unwrap().status, 204);
        let person = app.storage.read().await.unwrap().find_person(TenantId::DEFAULT, id).await.unwrap().unwrap();
        assert_eq!((person.role, person.verified), (Role::Agent, true));
    }
}
