//! `GET audit/export`: CSV, whole, and itself a fact.

use axum::http::Method;
use futures_util::StreamExt as _;
use insta::{allow_duplicates, assert_snapshot};
use serde_json::json;
use support_core::storage::Native;
use support_tests::{contents::run, on_both};

use super::{actions, history};

/// Facts older than all that a test does.
const SQLITE_SEEDS: &str = r#"
INSERT INTO support_events (id, tenant_id, kind, is_internal, actor_kind, changes, request_id, occurred_at, resource)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
SELECT unhex(printf('%032x', i)), (SELECT tenant_id FROM support_events LIMIT 1), 'setting.updated', 1, 'system',
  '{"name":{"from":"a","to":"b"}}', 'seed', 1772442000000000, 'tag:x' FROM n"#;
const POSTGRES_SEEDS: &str = r#"
INSERT INTO support_events (id, tenant_id, kind, is_internal, actor_kind, changes, request_id, occurred_at, resource)
SELECT lpad(to_hex(i), 32, '0')::uuid, (SELECT tenant_id FROM support_events LIMIT 1), 'setting.updated', true, 'system',
  '{"name": {"from": "a", "to": "b"}}'::jsonb, 'seed', '2026-03-02T09:00:00Z', 'tag:x' FROM generate_series(1, 30000) i"#;

/// The records of a file without quoted line ends.
fn records(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split(',').collect()).collect()
}

on_both! {
    // SEC: O-05, X-02
    async fn the_file_holds_what_the_filter_shows_and_taking_it_is_a_fact(app) {
        let (admin, ..) = history(app).await;
        let filter = "action=ticket.created,ticket.assigned&created_at_after=2026-03-02T08:00:00Z";
        let shown = admin.get(&format!("audit?{filter}")).await.ok();
        let file = admin.get(&format!("audit/export?{filter}")).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"audit-2026-03-02.csv\"");
        assert_eq!(file.header("cache-control"), "no-store");
        let rows = records(&file.text);
        assert_eq!(rows[0].join(","), "created_at,action,resource,actor_kind,actor_id,actor_name,address,request_id,changes,id");
        assert_eq!(rows[1..].iter().map(|row| row[1]).collect::<Vec<_>>(), actions(&shown));
        assert_eq!(rows[1..].iter().map(|row| row[9]).collect::<Vec<_>>(),
            shown["data"].as_array().unwrap().iter().map(|fact| fact["id"].as_str().unwrap()).collect::<Vec<_>>());
        let facts = admin.get("audit?action=export.created").await;
        allow_duplicates! { assert_snapshot!(facts.shown(), @r#"
        200
        {
          "data": [
            {
              "action": "export.created",
              "actor": {
                "id": "[id 1]",
                "kind": "agent",
                "name": "Ada"
              },
              "address": null,
              "changes": {
                "filter": {
                  "from": null,
                  "to": "action=ticket.created,ticket.assigned&created_at_after=2026-03-02T08:00:00+00:00"
                }
              },
              "created_at": "2026-03-02T09:03:00Z",
              "id": "[id 2]",
              "request_id": "[request]",
              "resource": "audit"
            }
          ],
          "next": null,
          "previous": null
        }
        "#); }
    }

    // SEC: A-12
    async fn asking_for_the_head_of_the_file_takes_and_notes_nothing(app) {
        let (admin, ..) = history(app).await;
        let before = app.contents().await;
        let head = admin.call(Method::HEAD, "audit/export").await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        for wrong in ["audit/export?limit=5", "audit/export?cursor=x", "audit/export?action=x"] {
            admin.get(wrong).await.refused(400, "invalid_parameter");
        }
        assert_eq!(app.contents().await, before);
    }

    // SEC: X-01
    async fn what_people_write_is_no_formula_in_the_file(app) {
        let (admin, _, ticket) = history(app).await;
        let evil = "=HYPERLINK(\"http://evil.test\",\"a\")";
        admin.patch(&format!("tickets/{ticket}"), json!({ "subject": evil })).await.ok();
        admin.patch(&format!("tickets/{ticket}"), json!({ "category": "+1" })).await.ok();
        let person = app.agent("=cmd|' /C calc'!A0").await;
        person.post(&format!("tickets/{ticket}/messages"), json!({ "body": "x" })).await.ok();
        let file = admin.get("audit/export").await.text;
        assert!(file.contains("'=cmd|' /C calc'!A0"), "{file}");
        for line in file.lines() {
            for cell in line.split(',') {
                assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '-', '@']), "{line}");
            }
        }
    }

    // SEC: X-03
    async fn a_long_log_comes_in_parts_each_fact_once(app) {
        let admin = app.admin("Ada").await;
        let ticket = admin.post("tickets", json!({ "subject": "Long" })).await.ok();
        let path = format!("tickets/{}/messages", ticket["id"].as_str().unwrap());
        for number in 0..620 {
            admin.post(&path, json!({ "body": number.to_string() })).await.ok();
        }
        let file = admin.get("audit/export?action=message.created").await.text;
        let mut ids: Vec<_> = records(&file)[1..].iter().map(|row| row[9].to_owned()).collect();
        assert_eq!(ids.len(), 620);
        assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "newest first");
        ids.dedup();
        assert_eq!(ids.len(), 620);
    }

    // SEC: X-03
    async fn a_file_of_thirty_thousand_facts_comes_in_small_parts_beside_whoever_writes(app) {
        const FACTS: usize = 30_000;
        let admin = app.admin("Ada").await;
        let ticket = admin.post("tickets", json!({ "subject": "Busy" })).await.ok();
        let path = format!("tickets/{}/messages", ticket["id"].as_str().unwrap());
        let seeds = if matches!(app.storage.write().await.unwrap().native(), Native::Sqlite(_)) { SQLITE_SEEDS } else { POSTGRES_SEEDS };
        assert_eq!(run(&*app.storage, seeds).await.unwrap(), FACTS as u64);

        // Many are begun and left again: none of them keeps a connection.
        for _ in 0..40 {
            let mut body = admin.get("audit/export").send().await.into_body().into_data_stream();
            assert!(body.next().await.unwrap().unwrap().starts_with(b"created_at,"));
            assert!(!body.next().await.unwrap().unwrap().is_empty());
        }
        let mut body = admin.get("audit/export?action=setting.updated").send().await.into_body().into_data_stream();
        let (mut largest, mut parts, mut lines, mut posted) = (0, 0, 0, 0);
        while let Some(part) = body.next().await {
            let part = part.unwrap();
            (largest, parts) = (largest.max(part.len()), parts + 1);
            lines += part.iter().filter(|byte| **byte == b'\n').count();
            // Between any two parts somebody writes, at once: the file holds no lock and no transaction.
            if parts % 10 == 0 {
                let began = std::time::Instant::now();
                admin.post(&path, json!({ "body": "Meanwhile" })).await.ok();
                assert!(began.elapsed() < std::time::Duration::from_secs(2), "a writer waited {:?}", began.elapsed());
                posted += 1;
            }
        }
        assert_eq!(lines, 1 + FACTS);
        assert!(posted > 5 && largest < 512 * 1024, "{parts} parts of at most {largest} bytes, {posted} messages meanwhile");
    }

    // SEC: X-04, P-04, N-02
    async fn neither_the_audit_nor_its_file_holds_a_secret(app) {
        let (admin, agent, ticket) = history(app).await;
        let link = agent.post("tokens", json!({ "scope": { "ticket": ticket } })).await.ok();
        let secret = link["token"].as_str().unwrap();
        let portal = app.portal(secret).await;
        portal.post(&format!("tickets/{ticket}/messages"), json!({ "body": "By link" })).await.ok();
        app.stranger().get(&format!("portal/{secret}")).await.ok();
        let cookies = [admin.cookie(), portal.cookie()];
        let values = cookies.iter().flat_map(|cookie| cookie.split("; ")).filter_map(|pair| pair.split_once('='));
        let secrets: Vec<_> = values.map(|(_, value)| value).chain([secret, "spt_", "sse_", "$argon2", "Bearer"]).collect();
        let (page, file) = (admin.get("audit?limit=100").await.text, admin.get("audit/export").await.text);
        for secret in secrets {
            assert!(!page.contains(secret) && !file.contains(secret), "{secret}");
        }
    }
}
