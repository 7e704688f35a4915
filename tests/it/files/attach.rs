//! `attachments` of messages and new tickets.

use insta::assert_snapshot;
use serde_json::json;
use support_tests::{app::TestApp, on_both, picture};

use super::{file, id, ticket};

on_both! {
    async fn a_message_carries_its_files_to_everybody_who_reads_it(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let thread = format!("{}/messages", ticket(&visitor).await);
        let files = [visitor.brings("cat.png", picture::png(40, 30)).await, visitor.brings("notes.txt", "x").await];
        let sent = visitor.post(&thread, json!({ "body": "Look", "attachments": files })).await.ok();
        assert_eq!(sent["attachments"].as_array().unwrap().len(), 2);
        for reader in [&visitor, &agent] {
            let read = reader.get(&thread).await.ok();
            assert_eq!(read["data"][1]["attachments"], sent["attachments"]);
        }
    }

    async fn files_alone_are_a_message_and_a_ticket(app) {
        let visitor = app.visitor().await;
        let agent = app.agent("Ana").await;
        let brought = visitor.brings("My invoice.txt", "x").await;
        let opened = visitor.post("tickets", json!({ "attachments": [brought] })).await.ok();
        assert_eq!((&opened["subject"], &opened["preview"]), (&json!("My invoice.txt"), &json!("My invoice.txt")));
        let thread = format!("tickets/{}/messages", id(&opened));
        let first = agent.get(&thread).await.ok()["data"][0].clone();
        assert_eq!((&first["body"], &first["attachments"][0]["id"]), (&json!(""), &json!(brought)));
        let answer = agent.brings("answer.txt", "y").await;
        agent.post(&thread, json!({ "body": " ", "attachments": [answer] })).await.ok();
        assert_eq!(agent.get(&format!("tickets/{}", id(&opened))).await.ok()["preview"], "answer.txt");
        agent.post(&thread, json!({ "body": " ", "attachments": [] })).await.refused(422, "invalid");
        agent.post(&thread, json!({ "body": "" })).await.refused(422, "invalid");
    }

    // SEC: A-10
    async fn a_file_goes_to_one_message_once(app) {
        let visitor = app.visitor().await;
        let thread = format!("{}/messages", ticket(&visitor).await);
        let brought = visitor.brings("a.txt", "x").await;
        let message = json!({ "body": "Look", "attachments": [brought], "client_id": "m-1" });
        let sent = visitor.post(&thread, message.clone()).await.ok();
        let stored = app.contents().await;
        assert_eq!(visitor.post(&thread, message).await.ok()["id"], sent["id"], "the same message again");
        visitor.post(&thread, json!({ "body": "Look", "client_id": "m-1" })).await.refused(409, "client_id_taken");
        visitor.post(&thread, json!({ "body": "Again", "attachments": [brought] })).await.refused(404, "not_found");
        visitor.post("tickets", json!({ "subject": "Again", "attachments": [brought] })).await.refused(404, "not_found");
        visitor.delete(&file(&brought)).await.refused(404, "not_found");
        let fresh = visitor.brings("b.txt", "y").await;
        let both = json!({ "body": "Both", "attachments": [fresh, brought] });
        visitor.post(&thread, both).await.refused(404, "not_found");
        visitor.delete(&file(&fresh)).await;
        let mut after = app.contents().await;
        for table in ["support_events", "support_attachments"] {
            after.insert(table.to_owned(), stored[table].clone());
        }
        assert_eq!(after, stored, "nothing but the upload's own traces");
        assert_eq!(visitor.get(&file(&brought)).await.text, "x", "the file stays");
    }

    async fn of_many_messages_with_one_file_one_gets_it(app) {
        let visitor = app.visitor().await;
        let thread = format!("{}/messages", ticket(&visitor).await);
        let brought = visitor.brings("a.txt", "x").await;
        let posts = (0..8).map(|number| {
            let (visitor, thread) = (visitor.clone(), thread.clone());
            let message = json!({ "body": format!("Number {number}"), "attachments": [brought] });
            tokio::spawn(async move { visitor.post(&thread, message).await.status })
        });
        let mut answers = Vec::new();
        for post in posts.collect::<Vec<_>>() {
            answers.push(post.await.unwrap());
        }
        answers.sort_unstable();
        assert_eq!(answers, [201, 404, 404, 404, 404, 404, 404, 404]);
        assert_eq!(visitor.get(&thread).await.ok()["data"].as_array().unwrap().len(), 2);
    }

    async fn a_list_of_files_has_its_bounds(app) {
        let visitor = app.visitor().await;
        let thread = format!("{}/messages", ticket(&visitor).await);
        let brought = visitor.brings("a.txt", "x").await;
        let twice = json!({ "body": "Look", "attachments": [brought, brought] });
        let refused = visitor.post(&thread, twice).await.refused(422, "invalid");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/attachments/1"), &json!("duplicate")));
        let eleven = vec![brought.as_str(); 11];
        let refused = visitor.post(&thread, json!({ "body": "Look", "attachments": eleven })).await.refused(422, "invalid");
        assert_eq!(refused["errors"][0]["code"], "too_many");
        visitor.post(&thread, json!({ "body": "Look", "attachments": ["x"] })).await.refused(422, "invalid");
    }

    async fn mail_and_webhooks_name_the_files_and_do_not_carry_them(app) {
        let customer = app.customer("Cleo").await;
        let agent = app.agent("Ana").await;
        let opened = customer.post("tickets", json!({ "initial_message": "Hello" })).await.ok();
        let brought = agent.brings("Invoice 7.txt", "the secret content").await;
        let thread = format!("tickets/{}/messages", id(&opened));
        agent.post(&thread, json!({ "body": "", "attachments": [brought] })).await.ok();
        app.run();
        app.until("the mail", || async { app.mail.mails().iter().any(|mail| mail.raw.contains("[Invoice 7.txt]")) }).await;
        assert!(!app.mail.mails().iter().any(|mail| mail.raw.contains("the secret content")));
    }
}

#[tokio::test]
async fn a_message_with_files_is_answered_whole() {
    let app = TestApp::sqlite().await;
    let visitor = app.visitor().await;
    let thread = format!("{}/messages", ticket(&visitor).await);
    let files = [visitor.brings("cat.png", picture::png(40, 30)).await, visitor.brings("notes.txt", "x").await];
    assert_snapshot!(visitor.post(&thread, json!({ "body": "Look", "attachments": files })).await.shown(), @r#"
    201
    {
      "attachments": [
        {
          "height": 30,
          "id": "[id 1]",
          "name": "cat.png",
          "size": 297,
          "thumbnail_url": "attachments/[id 1]/thumbnail",
          "type": "image/png",
          "url": "attachments/[id 1]",
          "warnings": [],
          "width": 40
        },
        {
          "height": null,
          "id": "[id 2]",
          "name": "notes.txt",
          "size": 1,
          "thumbnail_url": null,
          "type": "text/plain",
          "url": "attachments/[id 2]",
          "warnings": [],
          "width": null
        }
      ],
      "author": {
        "id": "[id 3]",
        "kind": "customer",
        "name": ""
      },
      "body": "Look",
      "body_html": "<p>Look</p>",
      "channel": "chat",
      "client_id": null,
      "conversation_id": "[id 4]",
      "created_at": "2026-03-02T09:00:00Z",
      "deleted_at": null,
      "direction": "inbound",
      "edited_at": null,
      "format": "text",
      "id": "[id 5]",
      "is_internal": false,
      "is_read": true,
      "mentions": [],
      "reactions": [],
      "receipts": {
        "delivered": true,
        "read": false
      },
      "reply_count": 0,
      "reply_to": null,
      "seq": 2
    }
    "#);
    app.close().await;
}
