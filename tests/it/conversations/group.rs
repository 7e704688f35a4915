//! Groups: a title, people who come and go.

use serde_json::{Value, json};
use support_tests::{actor::Actor, on_both};

async fn group(owner: &Actor, others: &[&Actor]) -> String {
    let others: Vec<_> = others.iter().map(|other| other.id()).collect();
    let wish = json!({ "kind": "group", "title": "Late deliveries", "participants": others });
    let started = owner.post("conversations", wish).await.ok();
    format!("conversations/{}", started["id"].as_str().unwrap())
}

fn people(conversation: &Value) -> Vec<(&str, &str)> {
    let people = conversation["participants"].as_array().unwrap().iter();
    people.map(|one| (one["name"].as_str().unwrap(), one["role"].as_str().unwrap())).collect()
}

on_both! {
    async fn a_group_is_started_named_and_grows(app) {
        let (ana, ben, carl) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Carl").await);
        let group = group(&ana, &[&ben, &ben, &ana]).await;
        let seen = ben.get(&group).await.ok();
        assert_eq!(people(&seen), [("Ana", "owner"), ("Ben", "member")]);
        ben.post(&format!("{group}/messages"), json!({ "body": "Before Carl" })).await.ok();
        let added = ben.post(&format!("{group}/participants"), json!({ "participants": [carl.id(), ana.id()] })).await.ok();
        assert_eq!(people(&added), [("Ana", "owner"), ("Ben", "member"), ("Carl", "member")]);
        let seen = carl.get(&group).await.ok();
        assert_eq!(seen["unread_count"], 0, "what was said before is no news");
        let thread = carl.get(&format!("{group}/messages")).await.ok();
        assert_eq!((&thread["data"][0]["body"], &thread["data"][0]["is_read"]), (&json!("Before Carl"), &json!(true)));
        let renamed = carl.patch(&group, json!({ "title": "Late parcels" })).await.ok();
        assert_eq!(renamed["title"], "Late parcels");
        let stale = carl.patch(&group, json!({ "title": "Late letters" })).header("if-match", "\"1\"").await;
        stale.refused(412, "stale_version");
        let stored = app.contents().await;
        carl.patch(&group, json!({ "title": "Late parcels" })).await.ok();
        carl.post(&format!("{group}/participants"), json!({ "participants": [ben.id()] })).await.ok();
        assert_eq!(app.contents().await, stored, "what is so already is no change");
    }

    async fn who_leaves_or_is_taken_out_is_out(app) {
        app.run();
        let (ana, ben, carl) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Carl").await);
        let group = group(&ana, &[&ben, &carl]).await;
        app.storage.number_events().await.unwrap();
        let mut of_carl = carl.feed("").await;
        ben.delete(&format!("{group}/participants/{}", carl.id())).await.refused(403, "forbidden");
        assert_eq!(ana.delete(&format!("{group}/participants/{}", carl.id())).await.status, 204);
        let told = of_carl.until("conversation.updated").await.pop().unwrap();
        assert_eq!(told["data"]["conversation"], Value::Null, "whoever is out learns that and nothing more");
        carl.get(&group).await.refused(404, "not_found");
        carl.post(&format!("{group}/messages"), json!({ "body": "Still here?" })).await.refused(404, "not_found");
        ana.delete(&format!("{group}/participants/{}", carl.id())).await.refused(404, "not_found");
        // The last owner goes: whoever was there longest owns it.
        assert_eq!(ana.act(&format!("{group}/leave")).await.status, 204);
        ana.get(&group).await.refused(404, "not_found");
        assert_eq!(people(&ben.get(&group).await.ok()), [("Ben", "owner")]);
        ben.post(&format!("{group}/participants"), json!({ "participants": [carl.id()] })).await.ok();
        assert_eq!(carl.get(&group).await.status, 200);
    }

    async fn an_owner_takes_away_what_others_wrote(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let group = group(&ana, &[&ben]).await;
        let said = ben.post(&format!("{group}/messages"), json!({ "body": "SECRET" })).await.ok();
        let message = format!("{group}/messages/{}", said["id"].as_str().unwrap());
        assert_eq!(ana.get(&group).await.ok()["unread_count"], 1);
        assert_eq!(ana.delete(&message).await.status, 204);
        let seen = ana.get(&group).await.ok();
        assert_eq!((&seen["unread_count"], &seen["preview"]), (&json!(0), &json!("")));
        assert!(!app.contents().await.iter().any(|(_, rows)| format!("{rows:?}").contains("SECRET")));
    }

    async fn only_members_are_addressed(app) {
        let (ana, ben, carl) = (app.agent("Ana").await, app.agent("Ben").await, app.agent("Carl").await);
        let group = group(&ana, &[&ben]).await;
        let stored = app.contents().await;
        ana.post(&format!("{group}/messages"), json!({ "body": "x", "mentions": [carl.id()] })).await.refused(422, "invalid");
        ana.post(&format!("{group}/participants"), json!({ "participants": [] })).await.refused(422, "invalid");
        let nobody = json!({ "participants": ["01890000-0000-7000-8000-000000000000"] });
        ana.post(&format!("{group}/participants"), nobody).await.refused(422, "invalid");
        assert_eq!(app.contents().await, stored);
    }

    async fn the_list_is_in_the_order_of_what_happens(app) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let mut groups = Vec::new();
        for _ in 0..5 {
            groups.push(group(&ana, &[&ben]).await);
            app.clock.advance(chrono::TimeDelta::seconds(1));
        }
        ben.post(&format!("{}/messages", groups[1]), json!({ "body": "Up" })).await.ok();
        let order = [1, 4, 3, 2, 0].map(|place: usize| groups[place].clone());
        let (mut walked, mut query) = (Vec::new(), "conversations?limit=2".to_owned());
        loop {
            let page = ana.get(&query).await.ok();
            for one in page["data"].as_array().unwrap() {
                walked.push(format!("conversations/{}", one["id"].as_str().unwrap()));
            }
            let Some(next) = page["next"].as_str() else { break };
            query = format!("conversations?limit=2&cursor={next}");
        }
        assert_eq!(walked, order);
        let unread = ana.get("conversations?unread=true").await.ok();
        assert_eq!(unread["data"].as_array().unwrap().len(), 1);
        ben.get(&query).await.refused(400, "invalid_cursor");
        ana.get("conversations?kind=group").await.refused(400, "invalid_parameter");
    }
}
