//! `GET tickets?search=` and `GET search`: what is found, by whom, and that what people type is never syntax.

use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The numbers of the tickets that a list finds.
async fn found(actor: &Actor, query: &str) -> Vec<i64> {
    let page = actor.get(&format!("tickets?search={}", encoded(query))).await.ok();
    page["data"].as_array().unwrap().iter().map(|ticket| ticket["number"].as_i64().unwrap()).collect()
}

/// The hits of a ranked search: number, and each highlight with its matches in brackets.
async fn hits(actor: &Actor, query: &str) -> Vec<(i64, Vec<String>)> {
    let page = actor.get(&format!("search?q={}", encoded(query))).await.ok();
    let marked = |highlight: &Value| {
        let fragments = highlight["fragments"].as_array().unwrap().iter();
        let fragments = fragments.map(|fragment| {
            let text = fragment["text"].as_str().unwrap();
            if fragment["is_match"] == true { format!("[{text}]") } else { text.to_owned() }
        });
        format!("{}: {}", highlight["field"].as_str().unwrap(), fragments.collect::<String>())
    };
    let hit = |hit: &Value| {
        let highlights = hit["highlights"].as_array().unwrap().iter().map(marked).collect();
        (hit["ticket"]["number"].as_i64().unwrap(), highlights)
    };
    page["data"].as_array().unwrap().iter().map(hit).collect()
}

async fn open(agent: &Actor, email: &str, name: &str, subject: &str, description: &str) -> String {
    let requester = json!({ "email": email, "name": name });
    let ticket = json!({ "subject": subject, "description": description, "requester": requester });
    agent.post("tickets", ticket).await.ok()["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn tickets_are_found_by_subject_description_messages_and_requester(app) {
        let agent = app.agent("Ana").await;
        let first = open(&agent, "mia@example.com", "Mia Müller", "Late order", "It never came").await;
        let second = open(&agent, "tom@example.org", "Tom", "Refund", "Straße 5").await;
        agent.post(&format!("tickets/{first}/messages"), json!({ "body": "We look into the parcel" })).await.ok();
        agent.post(&format!("tickets/{first}/messages"), json!({ "body": "私は東京タワーへ" })).await.ok();
        agent.post(&format!("tickets/{second}/messages"), json!({ "body": "مُحَمَّد wants his parcel" })).await.ok();
        for (query, expected) in [
            ("late", vec![1]),
            ("LATE never", vec![1]),
            ("late parcel", vec![1]),
            ("parcel", vec![2, 1]),
            ("\"the parcel\"", vec![1]),
            ("\"parcel the\"", vec![]),
            ("mia", vec![1]),
            ("muller", vec![1]),
            ("mia@example.com", vec![1]),
            ("example.org", vec![2]),
            ("strasse", vec![2]),
            ("محمد", vec![2]),
            ("東京", vec![1]),
            ("京", vec![1]),
            ("par", vec![2, 1]),
            ("pa", vec![]),
            ("refund late", vec![]),
            ("from:tom parcel", vec![2]),
            ("-from:tom parcel", vec![1]),
            ("from:parcel", vec![]),
            ("#2", vec![2]),
            ("", vec![2, 1]),
        ] {
            assert_eq!(found(&agent, query).await, expected, "{query}");
        }
        // By the names and words of today.
        agent.patch(&format!("tickets/{second}"), json!({ "subject": "Money back" })).await.ok();
        assert_eq!((found(&agent, "refund").await, found(&agent, "money").await), (vec![], vec![2]));
    }

    async fn operators_ask_the_columns_and_may_be_turned_around(app) {
        let agent = app.agent("Ana Alder").await;
        let first = open(&agent, "mia@example.com", "Mia", "One", "order").await;
        open(&agent, "tom@example.com", "Tom", "Two", "order").await;
        agent.post("tickets", json!({ "subject": "Three order", "priority": "urgent", "category": "billing" })).await.ok();
        agent.post(&format!("tickets/{first}/assign"), json!({ "assignee": agent.id() })).await.ok();
        agent.patch(&format!("tickets/{first}"), json!({ "tags": ["vip"] })).await.ok();
        agent.act(&format!("tickets/{first}/resolve")).await.ok();
        for (query, expected) in [
            ("is:resolved", vec![1]),
            ("-is:resolved order", vec![3, 2]),
            ("is:done order", vec![1]),
            ("assignee:me", vec![1]),
            ("assignee:alder", vec![1]),
            ("assignee:none", vec![3, 2]),
            ("-assignee:me", vec![3, 2]),
            ("assignee:nobody-of-this-name", vec![]),
            ("tag:vip", vec![1]),
            ("-tag:vip", vec![3, 2]),
            ("priority:urgent", vec![3]),
            ("category:billing", vec![3]),
            ("-category:billing", vec![2, 1]),
            ("after:2000-01-01 before:2100-01-01 order", vec![3, 2, 1]),
            ("before:2000-01-01", vec![]),
        ] {
            assert_eq!(found(&agent, query).await, expected, "{query}");
        }
    }

    // SEC: A-02
    async fn customers_find_their_own_tickets_alone_and_nothing_by_notes(app) {
        let (agent, mia, tom) = (app.agent("Ana").await, app.visitor().await, app.visitor().await);
        let ticket = mia.post("tickets", json!({ "initial_message": "My order is late" })).await.ok();
        tom.post("tickets", json!({ "initial_message": "My order is early" })).await.ok();
        let note = json!({ "body": "A fraudster, says the order desk", "is_internal": true });
        agent.post(&format!("tickets/{}/messages", ticket["id"].as_str().unwrap()), note).await.ok();
        agent.patch(&format!("tickets/{}", ticket["id"].as_str().unwrap()), json!({ "tags": ["watch"] })).await.ok();
        assert_eq!((found(&agent, "order").await, found(&mia, "order").await, found(&tom, "order").await), (vec![2, 1], vec![1], vec![2]));
        assert_eq!(found(&agent, "fraudster").await, [1]);
        for query in ["fraudster", "fraud", "tag:watch", "-tag:watch", "is:unassigned", "early", "#2"] {
            assert_eq!(found(&mia, query).await, Vec::<i64>::new(), "{query}");
            assert_eq!(hits(&mia, query).await, [], "{query}");
        }
        // Nor does a note show or lift a ticket that is found by something else.
        assert_eq!(hits(&mia, "order").await, [(1, vec!["subject: My [order] is late".to_owned(), "message: My [order] is late".to_owned()])]);
        assert!(hits(&agent, "order").await.iter().any(|(_, places)| places.iter().any(|place| place.starts_with("note: "))));
    }

    // SEC: A-15
    async fn what_people_type_is_never_syntax(app) {
        let agent = app.agent("Ana").await;
        open(&agent, "mia@example.com", "Mia", "100% of a_b", "plain").await;
        for query in ["%", "_", "*", "\"", "'", "a* OR b", "NEAR(plain, 1)", "plain:*", "subject : plain", "{subject} : plain", "!plain", "(plain",
            "plain & | !", "'); DROP TABLE support_search; --", "\\", "plain\\' or", "^plain", "AND", "NOT plain", "🙂", "\u{0}"]
        {
            let page = agent.get(&format!("tickets?search={}", encoded(query))).await.ok();
            agent.get(&format!("search?q={}", encoded(query))).await.ok();
            let has_words = query.chars().any(char::is_alphanumeric);
            assert!(has_words || query == "\"" || query == "\u{0}" || page["data"].as_array().unwrap().is_empty(), "{query:?} finds everything");
        }
        assert_eq!(found(&agent, "plain").await, [1]);
        let long = "x".repeat(251);
        agent.get(&format!("tickets?search={long}")).await.refused(400, "invalid_parameter");
        agent.get(&format!("search?q={long}")).await.refused(400, "invalid_parameter");
    }

    async fn a_ranked_search_puts_the_best_first_and_shows_where(app) {
        let agent = app.agent("Ana").await;
        let first = open(&agent, "mia@example.com", "Mia", "Refund for a broken lamp", "x").await;
        let second = open(&agent, "tom@example.com", "Tom", "Question", "x").await;
        agent.post(&format!("tickets/{second}/messages"), json!({ "body": "<b>Refund</b> please" })).await.ok();
        assert_eq!(hits(&agent, "refund").await, [
            (1, vec!["subject: [Refund] for a broken lamp".to_owned()]),
            (2, vec!["message: <b>[Refund]</b> please".to_owned()]),
        ]);
        // A number alone is a ticket's as well, and comes first.
        agent.post(&format!("tickets/{first}/messages"), json!({ "body": "Order 2 was late" })).await.ok();
        assert_eq!(hits(&agent, "2").await.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 1]);
        let page = agent.get("search?q=refund&limit=1").await.ok();
        let next = agent.get(&format!("search?q=refund&limit=1&cursor={}", page["next"].as_str().unwrap())).await.ok();
        assert_eq!((&next["data"][0]["ticket"]["number"], &next["next"]), (&json!(2), &Value::Null));
        agent.get(&format!("search?q=other&cursor={}", page["next"].as_str().unwrap())).await.refused(400, "invalid_cursor");
    }

    async fn a_search_is_paged_sorted_and_filtered_like_any_list(app) {
        let agent = app.agent("Ana").await;
        for number in 1..=9 {
            let priority = if number % 2 == 0 { "high" } else { "low" };
            let ticket = json!({ "subject": format!("Order {number}"), "priority": priority });
            agent.post("tickets", ticket).await.ok();
        }
        for ordering in ["", "&ordering=number", "&ordering=-last_message_at", "&ordering=priority", "&ordering=-created_at"] {
            let (mut met, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = agent.get(&format!("tickets?search=order&limit=2{ordering}{cursor}")).await.ok();
                met.extend(page["data"].as_array().unwrap().iter().map(|ticket| ticket["number"].as_i64().unwrap()));
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            let expected: Vec<i64> = match ordering {
                "&ordering=number" => (1..=9).collect(),
                "&ordering=priority" => vec![1, 3, 5, 7, 9, 2, 4, 6, 8],
                _ => (1..=9).rev().collect(),
            };
            assert_eq!(met, expected, "{ordering}");
        }
        let high = agent.get("tickets?search=order&priority=high").await.ok();
        assert_eq!(high["data"].as_array().unwrap().len(), 4);
    }

    async fn merged_messages_are_found_where_they_went_and_back(app) {
        let admin = app.admin("Ada").await;
        let first = open(&admin, "mia@example.com", "Mia", "One", "x").await;
        let second = open(&admin, "mia@example.com", "Mia", "Two", "x").await;
        admin.post(&format!("tickets/{first}/messages"), json!({ "body": "zebra" })).await.ok();
        admin.post(&format!("tickets/{first}/merge"), json!({ "into": second })).await.ok();
        assert_eq!(found(&admin, "zebra").await, [2]);
        admin.act(&format!("tickets/{first}/unmerge")).await.ok();
        assert_eq!(found(&admin, "zebra").await, [1]);
    }
}
