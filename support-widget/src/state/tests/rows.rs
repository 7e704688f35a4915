//! What stands in the thread.

use super::*;
use crate::state::{MessageRow, Progress, Row, rows};

fn messages(panel: &Panel) -> Vec<MessageRow> {
    let rows = rows(&panel.state, &|at_ms| (at_ms / 86_400_000.0) as i64);
    let messages = rows.into_iter().filter_map(|row| match row {
        Row::Message(message) => Some(*message),
        _ => None,
    });
    messages.collect()
}

#[test]
fn a_message_keeps_its_row_when_it_is_confirmed() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.loaded(ticket_id(1), Vec::new());
    panel.write("a");
    let before = messages(&panel)[0].key.clone();
    panel.act(Action::Replied { client_id: "id-a".to_owned(), answer: Ok(own(1, 1, "a")) });
    let after = messages(&panel);
    assert_eq!((after.len(), &after[0].key), (1, &before));
    assert_eq!(after[0].progress, Some(Progress::Sent));
}

#[test]
fn each_day_begins_with_its_date() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    let day = |seq: i64, day: f64| Post { at_ms: day * 86_400_000.0, ..answer(1, seq) };
    panel.loaded(ticket_id(1), vec![day(1, 1.0), day(2, 1.2), day(3, 2.0)]);
    let rows = rows(&panel.state, &|at_ms| (at_ms / 86_400_000.0) as i64);
    let kinds: String = rows
        .iter()
        .map(|row| match row {
            Row::Intro => 'i',
            Row::Day(_) => 'd',
            Row::Message(_) => 'm',
            _ => '?',
        })
        .collect();
    assert_eq!(kinds, "idmmdm");
}

#[test]
fn messages_of_one_author_stand_together_for_five_minutes() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    let at = |seq: i64, minute: f64| Post { at_ms: minute * 60_000.0, ..answer(1, seq) };
    let other = Post { author: "Ben".to_owned(), ..at(4, 8.0) };
    panel.loaded(ticket_id(1), vec![at(1, 0.0), at(2, 1.0), at(3, 7.0), other]);
    let edges: Vec<_> = messages(&panel).iter().map(|message| (message.first, message.last)).collect();
    assert_eq!(edges, [(true, false), (false, true), (true, true), (true, true)]);
}

#[test]
fn progress_is_drawn_at_the_latest_own_message_and_follows_the_desk() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.loaded(ticket_id(1), vec![own(1, 1, "a"), own(1, 2, "b"), answer(1, 3)]);
    let read = What::Change { conversation: None, post: None, renewed: false, read_by_desk: Some((ticket_id(1), 2)) };
    panel.hear("e-5", read);
    let shown: Vec<_> = messages(&panel).into_iter().filter(|message| message.progress_shown).collect();
    assert_eq!((shown.len(), shown[0].body.as_str(), &shown[0].progress), (1, "b", &Some(Progress::Read)));
}

#[test]
fn a_done_conversation_says_so_until_the_visitor_writes() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.loaded(ticket_id(1), vec![answer(1, 1)]);
    let done = Conversation { done: true, version: 2, ..conversation(1) };
    let effects =
        panel.hear("e-5", What::Change { conversation: Some(done), post: None, renewed: false, read_by_desk: None });
    let event = ToHost::Event { name: "conversation:resolved", id: None, conversation: Some(ticket_id(1)) };
    assert!(told(&effects).contains(&&event));
    let resolved = |panel: &Panel| rows(&panel.state, &|_| 0).contains(&Row::Resolved);
    assert!(resolved(&panel));
    panel.write("but");
    assert!(!resolved(&panel));
}

#[test]
fn a_new_conversation_is_empty_and_what_is_written_opens_it() {
    let done = Conversation { done: true, ..conversation(1) };
    let mut panel = Panel::ready(vec![done.clone()]);
    panel.loaded(ticket_id(1), vec![answer(1, 1)]);
    panel.act(Action::NewConversation);
    assert_eq!(panel.bodies().len(), 0);
    let change = What::Change { conversation: Some(done), post: None, renewed: false, read_by_desk: None };
    panel.hear("e-6", change);
    assert_eq!(panel.state.current, None, "the feed does not take the new conversation away");
    let effects = panel.write("new");
    assert!(matches!(calls(&effects)[0], Call::Open { .. }));
}

#[test]
fn older_messages_can_be_asked_for() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    let posts = Posts { posts: vec![answer(1, 51)], previous: Some("c".to_owned()), more: false };
    panel.act(Action::MessagesLoaded { ticket: ticket_id(1), part: crate::state::Part::Newest, answer: Ok(posts) });
    let part = crate::state::Part::Before("c".to_owned());
    assert_eq!(calls(&panel.act(Action::Earlier)), [&Call::LoadMessages { ticket: ticket_id(1), part: part.clone() }]);
    assert_eq!(calls(&panel.act(Action::Earlier)).len(), 0, "one at a time");
    let posts = Posts { posts: vec![answer(1, 50)], previous: None, more: false };
    panel.act(Action::MessagesLoaded { ticket: ticket_id(1), part, answer: Ok(posts) });
    assert_eq!(panel.bodies(), ["answer 50", "answer 51"]);
    assert_eq!(rows(&panel.state, &|_| 0)[0], Row::Intro);
}
