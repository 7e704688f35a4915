//! `GET tickets`: filters, order, cursors.

use chrono::TimeDelta;
use serde_json::{Value, json};
use support_tests::on_both;

fn numbers(page: &Value) -> Vec<i64> {
    page["data"].as_array().unwrap().iter().map(|ticket| ticket["number"].as_i64().unwrap()).collect()
}

on_both! {
    async fn a_list_is_walked_by_cursors_there_and_back(app) {
        let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
        for number in 1..=7 {
            visitor.post("tickets", json!({ "initial_message": format!("Question {number}") })).await.ok();
            // Some share their time: the id decides.
            if number % 3 == 0 {
                app.clock.advance(TimeDelta::seconds(1));
            }
        }
        let first = agent.get("tickets?limit=3").await;
        assert!(first.header("link").contains("rel=\"next\"") && !first.header("link").contains("rel=\"prev\""));
        let first = first.ok();
        assert_eq!((numbers(&first), &first["previous"]), (vec![7, 6, 5], &Value::Null));
        // What is opened meanwhile moves nothing.
        visitor.post("tickets", json!({ "initial_message": "Late" })).await.ok();
        let second = agent.get(&format!("tickets?limit=3&cursor={}", first["next"].as_str().unwrap())).await.ok();
        assert_eq!(numbers(&second), [4, 3, 2]);
        let third = agent.get(&format!("tickets?limit=3&cursor={}", second["next"].as_str().unwrap())).await.ok();
        assert_eq!((numbers(&third), &third["next"]), (vec![1], &Value::Null));
        let back = agent.get(&format!("tickets?limit=3&cursor={}", third["previous"].as_str().unwrap())).await.ok();
        assert_eq!(numbers(&back), [4, 3, 2]);
        let ascending = agent.get("tickets?ordering=created_at&limit=2").await.ok();
        assert_eq!(numbers(&ascending), [1, 2]);
    }

    async fn a_cursor_belongs_to_its_list_and_its_caller(app) {
        let (agent, visitor) = (app.agent("Ana").await, app.visitor().await);
        for _ in 0..3 {
            visitor.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        }
        let page = agent.get("tickets?limit=1&status=open").await.ok();
        let cursor = page["next"].as_str().unwrap();
        let mut tampered = cursor.to_owned();
        let last = if tampered.ends_with('A') { 'B' } else { 'A' };
        tampered.replace_range(20..21, if &tampered[20..21] == "x" { "y" } else { "x" });
        let longer = format!("{cursor}{last}");
        // SEC: R-09, api.md "cursor"
        for (actor, query) in [
            (&agent, format!("status=open&cursor={tampered}")),
            (&agent, format!("status=open&cursor={longer}")),
            (&agent, "status=open&cursor=".into()),
            (&agent, "status=open&cursor=%00".into()),
            (&agent, format!("cursor={cursor}")),
            (&agent, format!("status=open&ordering=created_at&cursor={cursor}")),
            (&visitor, format!("status=open&cursor={cursor}")),
        ] {
            actor.get(&format!("tickets?{query}")).await.refused(400, "invalid_cursor");
        }
        agent.get(&format!("tickets?status=open&limit=2&cursor={cursor}")).await.ok();
    }

    async fn what_a_query_does_not_know_is_refused_and_never_means_everything(app) {
        let agent = app.agent("Ana").await;
        for query in ["stauts=open", "status=done", "priority=5", "ordering=subject", "ordering=--created_at", "limit=0", "limit=101",
            "limit=x", "assigned_to=ana", "requester=1", "unread=maybe", "status=open&status=closed", "channel=%20", "limit=-1"]
        {
            agent.get(&format!("tickets?{query}")).await.refused(400, "invalid_parameter");
        }
        agent.get("tickets?status=OPEN,Resolved&priority=High&channel=CHAT&unread=true&assigned_to=none").await.ok();
    }

    async fn filters_narrow_the_list(app) {
        let (agent, mia, tom) = (app.agent("Ana").await, app.visitor().await, app.visitor().await);
        mia.post("tickets", json!({ "initial_message": "Mia's first" })).await.ok();
        let second = mia.post("tickets", json!({ "initial_message": "Mia's second" })).await.ok();
        tom.post("tickets", json!({ "initial_message": "Tom's", "priority": "urgent" })).await.ok();
        agent.act(&format!("tickets/{}/read", second["id"].as_str().unwrap())).await.ok();
        for (query, expected) in [
            (format!("requester={}", mia.id()), vec![2, 1]),
            ("priority=urgent".to_owned(), vec![3]),
            ("unread=true".to_owned(), vec![3, 1]),
            ("unread=false".to_owned(), vec![2]),
            ("channel=email".to_owned(), vec![]),
        ] {
            assert_eq!(numbers(&agent.get(&format!("tickets?{query}")).await.ok()), expected, "{query}");
        }
        // A customer's filters never reach beyond their own.
        assert_eq!(numbers(&mia.get(&format!("tickets?requester={}", tom.id())).await.ok()), Vec::<i64>::new());
        assert_eq!(numbers(&mia.get("tickets").await.ok()), [2, 1]);
    }
}
