//! Nothing written is lost, nothing is sent twice, everything stays in order.

use super::*;
use crate::state::{Failure, Fate, Progress, Row, Target, Timer, rows};

fn open(body: &str) -> Call {
    Call::Open { client_id: format!("id-{body}"), body: body.to_owned(), file: None }
}

fn reply(ticket: u128, body: &str) -> Call {
    Call::Reply { client_id: format!("id-{body}"), ticket: ticket_id(ticket), body: body.to_owned(), file: None }
}

fn opened(panel: &mut Panel, body: &str, ticket: u128) -> Vec<Effect> {
    panel.act(Action::Opened { client_id: format!("id-{body}"), answer: Ok(conversation(ticket)) })
}

fn failed(panel: &mut Panel, body: &str, failure: Failure) -> Vec<Effect> {
    panel.act(Action::Replied { client_id: format!("id-{body}"), answer: Err(failure) })
}

fn refused(status: u16) -> Failure {
    Failure::Refused { status, detail: "No.".to_owned() }
}

fn progress(panel: &Panel, body: &str) -> Option<Progress> {
    rows(&panel.state, &|_| 0).into_iter().find_map(|row| match row {
        Row::Message(message) if message.body == body => message.progress,
        _ => None,
    })
}

#[test]
fn the_first_message_opens_the_ticket_and_the_next_ones_wait_for_it() {
    let mut panel = Panel::ready(Vec::new());
    assert_eq!(calls(&panel.write("a")), [&open("a")]);
    assert_eq!(calls(&panel.write("b")).len(), 0);
    let effects = opened(&mut panel, "a", 1);
    assert!(calls(&effects).contains(&&reply(1, "b")));
    assert!(effects.contains(&Effect::Forget("id-a".to_owned())));
    assert_eq!(panel.bodies(), ["a", "b"]);
}

#[test]
fn a_message_written_before_the_conversations_are_known_goes_to_the_open_one() {
    let mut panel = Panel::connected(true, false);
    assert_eq!(calls(&panel.write("a")).len(), 0);
    panel.act(Action::SessionStarted(Ok(visit(1))));
    let effects = panel.act(Action::TicketsLoaded(Ok(Conversations(vec![conversation(4)]))));
    assert!(calls(&effects).contains(&&reply(4, "a")));
}

#[test]
fn three_messages_written_offline_survive_a_reload_and_go_out_once_in_order() {
    let mut before = Panel::ready(Vec::new());
    before.act(Action::Online(false));
    let mut drawer = Vec::new();
    for body in ["a", "b", "c"] {
        let effects = before.write(body);
        assert_eq!(calls(&effects).len(), 0);
        drawer.extend(kept(&effects));
        assert_eq!(progress(&before, body), Some(Progress::Queued));
    }
    assert_eq!(drawer[1].target, Target::With("id-a".to_owned()));

    let mut after = Panel::warm();
    drawer.reverse();
    after.act(Action::Stored(drawer));
    let settings = HostSettings::default();
    let effects = after.act(Action::Connected { settings, open: false, resume: true, identify: false });
    assert_eq!(calls(&effects), [&Call::StartSession { identity: None }]);
    after.act(Action::SessionStarted(Ok(visit(1))));
    let effects = after.act(Action::TicketsLoaded(Ok(Conversations(Vec::new()))));
    assert_eq!(calls(&effects), [&open("a")]);
    let effects = opened(&mut after, "a", 1);
    assert!(calls(&effects).contains(&&reply(1, "b")));
    // The followers are written down before the opener is forgotten.
    let forgotten = effects.iter().position(|effect| *effect == Effect::Forget("id-a".to_owned())).unwrap();
    let rewritten = effects.iter().rposition(|effect| matches!(effect, Effect::Keep(_))).unwrap();
    assert!(rewritten < forgotten);
    let effects = after.act(Action::Replied { client_id: "id-b".to_owned(), answer: Ok(own(1, 2, "b")) });
    assert_eq!(calls(&effects), [&reply(1, "c")]);
    after.act(Action::Replied { client_id: "id-c".to_owned(), answer: Ok(own(1, 3, "c")) });
    after.loaded(ticket_id(1), vec![own(1, 1, "a"), own(1, 2, "b"), own(1, 3, "c")]);
    assert_eq!(after.bodies(), ["a", "b", "c"]);
    assert!(after.state.outbox.is_empty());
}

#[test]
fn a_message_whose_answer_was_lost_is_not_sent_again_once_it_is_seen() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.loaded(ticket_id(1), Vec::new());
    panel.write("a");
    let post = Some(own(1, 1, "a"));
    let effects = panel.hear("e-2", What::Change { conversation: None, post, renewed: false, read_by_desk: None });
    assert!(effects.contains(&Effect::Forget("id-a".to_owned())));
    assert_eq!(calls(&failed(&mut panel, "a", Failure::Network)).len(), 0);
    assert_eq!(panel.bodies(), ["a"]);
}

#[test]
fn after_three_tries_the_visitor_decides_and_what_follows_waits() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.write("a");
    panel.write("b");
    for _ in 0..2 {
        let effects = failed(&mut panel, "a", refused(503));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::After { timer: Timer::Flush, .. })));
        assert_eq!(calls(&panel.act(Action::Due(Timer::Flush))), [&reply(1, "a")]);
    }
    failed(&mut panel, "a", refused(503));
    assert_eq!(progress(&panel, "a"), Some(Progress::Failed));
    assert_eq!(progress(&panel, "b"), Some(Progress::Queued));
    assert_eq!(calls(&panel.act(Action::Due(Timer::Flush))).len(), 0);
    assert_eq!(calls(&panel.act(Action::Retry("id-a".to_owned()))), [&reply(1, "a")]);
}

#[test]
fn being_offline_is_no_try_and_coming_back_sends_at_once() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.write("a");
    panel.act(Action::Online(false));
    for _ in 0..5 {
        failed(&mut panel, "a", Failure::Network);
    }
    assert_eq!(progress(&panel, "a"), Some(Progress::Queued));
    let effects = panel.act(Action::Online(true));
    assert!(calls(&effects).contains(&&reply(1, "a")));
}

#[test]
fn what_failed_while_nothing_worked_goes_out_when_the_feed_is_back() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.write("a");
    for _ in 0..3 {
        failed(&mut panel, "a", Failure::Network);
        panel.act(Action::Due(Timer::Flush));
    }
    assert_eq!(progress(&panel, "a"), Some(Progress::Failed));
    let effects = panel.hear("e-2", What::Ready);
    assert!(calls(&effects).contains(&&reply(1, "a")));
}

#[test]
fn a_rejected_opener_lets_the_next_message_open_the_ticket() {
    let mut panel = Panel::ready(Vec::new());
    for body in ["a", "b", "c"] {
        panel.write(body);
    }
    let effects = panel.act(Action::Opened { client_id: "id-a".to_owned(), answer: Err(refused(422)) });
    assert_eq!(calls(&effects), [&open("b")]);
    assert_eq!(progress(&panel, "a"), Some(Progress::Rejected("No.".to_owned())));
    let effects = opened(&mut panel, "b", 1);
    assert!(calls(&effects).contains(&&reply(1, "c")));
    let effects = panel.act(Action::Discard("id-a".to_owned()));
    assert!(effects.contains(&Effect::Forget("id-a".to_owned())));
}

#[test]
fn messages_to_a_ticket_that_is_not_ours_any_more_open_a_new_one() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.write("a");
    panel.write("b");
    let effects = failed(&mut panel, "a", refused(404));
    assert_eq!(calls(&effects), [&open("a")]);
    let effects = opened(&mut panel, "a", 2);
    assert!(calls(&effects).contains(&&reply(2, "b")));
    assert_eq!(panel.bodies(), ["a", "b"]);
}

#[test]
fn a_lapsed_session_is_renewed_and_the_message_sent_with_its_first_id() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.write("a");
    assert_eq!(calls(&failed(&mut panel, "a", refused(401))), [&Call::StartSession { identity: None }]);
    panel.act(Action::SessionStarted(Ok(visit(1))));
    let effects = panel.act(Action::TicketsLoaded(Ok(Conversations(vec![conversation(1)]))));
    assert!(calls(&effects).contains(&&reply(1, "a")));
}

#[test]
fn only_what_can_be_sent_is_taken() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    let entry = &kept(&panel.write("\n  a\u{0}b\u{7}\n"))[0];
    assert_eq!(entry.body, "  ab");
    assert_eq!(panel.write(" \n\t ").len(), 0);
    let long = kept(&panel.write(&"x".repeat(20_500)));
    assert_eq!(long[0].body.len(), 20_000);
}

#[test]
fn the_times_of_writing_keep_the_order_even_if_the_clock_goes_back() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    let first = kept(&panel.write("a"))[0].written_at;
    panel.wait(-60_000.0);
    let second = kept(&panel.write("b"))[0].written_at;
    assert!(second > first);
}

#[test]
fn an_accepted_opener_stands_until_the_message_itself_is_there() {
    let mut panel = Panel::ready(Vec::new());
    panel.write("a");
    opened(&mut panel, "a", 1);
    assert_eq!((panel.bodies(), progress(&panel, "a")), (vec!["a".to_owned()], Some(Progress::Sent)));
    // A server that does not give the client id back must not leave it standing twice.
    panel.loaded(ticket_id(1), vec![Post { client_id: None, ..own(1, 1, "a") }]);
    assert_eq!(panel.bodies(), ["a"]);
    assert!(!panel.state.outbox.entries.iter().any(|entry| matches!(entry.fate, Fate::Sent(_))));
}
