//! From the server's JSON to what the panel works with.

use support_core::protocol;

use super::*;
use crate::state::said::Frame;

/// What the panel reads of a frame; the server's own type reads it whole.
fn heard(json: &str) -> Heard {
    serde_json::from_str::<protocol::Frame>(json).unwrap();
    serde_json::from_str::<Frame>(json).unwrap().into()
}

const TICKET: &str = r#"{"id":"00000000-0000-7000-8000-000000000001","number":1,"subject":"S","description":null,"status":"resolved",
    "priority":"medium","category":null,"channel":"chat","tags":[],"links":[],"team":null,"watchers":[],"snoozed_until":null,"merged_into":null,"satisfaction":null,
    "sla_due_at":null,"sla_overdue":false,"sla":null,"custom_fields":{},"ai_summary":null,"ai_confidence_score":null,"ai_first_response_time":null,
    "ai_auto_resolved":null,"requester":{"id":"00000000-0000-7000-8000-000000000002","name":"","email":null},
    "assigned_to":{"id":"00000000-0000-7000-8000-000000000003","name":"Ana","email":null},"last_message_at":"2025-01-31T09:30:00.500Z",
    "preview":"p","last_seq":4,"unread_by_agent":0,"unread_by_customer":2,"first_response_at":null,"created_by":null,
    "created_at":"2025-01-31T09:00:00Z","updated_at":"2025-01-31T09:30:00Z","resolved_at":null,"closed_at":null,"version":5}"#;

#[test]
fn a_frame_brings_ticket_and_message() {
    let json = format!(
        r#"{{"seq":"e-9","type":"message.created","data":{{"ticket":{TICKET},"message":{{"id":"00000000-0000-7000-8000-000000000009",
        "conversation_id":"00000000-0000-7000-8000-000000000001","seq":4,"client_id":null,"author":{{"kind":"agent","id":null,"name":"Ana"}},
        "direction":"outbound","is_internal":false,"body":"**Hi**","body_html":"<p><strong>Hi</strong></p>","format":"markdown",
        "reply_to":null,"reply_count":0,"mentions":[],"attachments":[{{"id":"00000000-0000-7000-8000-000000000007","name":"cat.png","type":"image/png","size":9,
        "width":2,"height":2,"url":"attachments/7","thumbnail_url":"attachments/7/thumbnail","warnings":[]}}],"reactions":[{{"sign":"👍","people":["00000000-0000-7000-8000-000000000002"]}}],"channel":"api","is_read":false,
        "receipts":{{"delivered":true,"read":false}},"created_at":"2025-01-31T09:30:00.500Z","edited_at":null,"deleted_at":null}}}}}}"#
    );
    let heard = heard(&json);
    assert_eq!(heard.cursor.as_deref(), Some("e-9"));
    let What::Change { conversation: Some(conversation), post: Some(post), read_by_desk: None, renewed: false } =
        heard.what
    else {
        panic!("{heard:?}")
    };
    assert_eq!((conversation.done, conversation.unread, conversation.agent.as_deref()), (true, 2, Some("Ana")));
    assert_eq!(post.files[0].name, "cat.png");
    assert_eq!(post.files[0].thumbnail_url.as_deref(), Some("attachments/7/thumbnail"));
    assert_eq!(post.html.as_deref(), Some("<p><strong>Hi</strong></p>"));
    assert_eq!(
        (post.own, post.delivered, post.at_ms, conversation.at_ms),
        (false, true, 1_738_315_800_500.0, 1_738_315_800_500.0)
    );
}

#[test]
fn reading_counts_only_when_the_desk_does_it() {
    for (kind, expected) in [("agent", true), ("customer", false)] {
        let json = format!(
            r#"{{"seq":"e-9","type":"message.read","ticket":"00000000-0000-7000-8000-000000000001",
            "data":{{"actor":{{"kind":"{kind}","id":null,"name":""}},"up_to_seq":3}}}}"#
        );
        let What::Change { read_by_desk, .. } = heard(&json).what else { panic!("{kind}") };
        assert_eq!(read_by_desk.is_some(), expected, "{kind}");
    }
}

#[test]
fn only_the_desks_typing_is_shown() {
    let typing = |kind: &str| {
        let ticket = r#""ticket":"00000000-0000-7000-8000-000000000001""#;
        heard(&format!(r#"{{"type":"typing",{ticket},"data":{{"name":"Ana","kind":"{kind}"}}}}"#)).what
    };
    assert!(matches!(typing("agent"), What::Typing { .. }));
    assert_eq!(typing("visitor"), What::Nothing);
}

#[test]
fn a_ping_moves_the_cursor_and_nothing_else() {
    let what = heard(r#"{"seq":"e-10","type":"ping","data":{}}"#).what;
    assert_eq!(what, What::Change { conversation: None, post: None, read_by_desk: None, renewed: false });
    assert_eq!(heard(r#"{"seq":"e-1","type":"ready"}"#).what, What::Ready);
    assert_eq!(heard(r#"{"seq":"e-1","type":"reset"}"#).what, What::Reset);
}
