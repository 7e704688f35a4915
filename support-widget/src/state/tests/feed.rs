//! The live feed: nothing missed, nothing twice, and short outages nobody's business.

use super::*;
use crate::state::{Banner, Timer, effect::Announcement};

fn message(seq: i64) -> What {
    What::Change { conversation: None, post: Some(answer(1, seq)), renewed: false, read_by_desk: None }
}

fn at_work() -> Panel {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.loaded(ticket_id(1), vec![answer(1, 1)]);
    panel
}

fn timers(effects: &[Effect]) -> Vec<Timer> {
    let timers = effects.iter().filter_map(|effect| match effect {
        Effect::After { timer, .. } => Some(*timer),
        _ => None,
    });
    timers.collect()
}

#[test]
fn a_message_heard_twice_stands_once_and_in_its_place() {
    let mut panel = at_work();
    for seq in [3, 2, 3, 1] {
        panel.hear("e-5", message(seq));
    }
    assert_eq!(panel.bodies(), ["answer 1", "answer 2", "answer 3"]);
}

#[test]
fn a_jump_is_filled_from_the_server() {
    let mut panel = at_work();
    let effects = panel.hear("e-5", message(4));
    let part = crate::state::Part::After(1);
    assert_eq!(calls(&effects), [&Call::LoadMessages { ticket: ticket_id(1), part: part.clone() }]);
    let answer = Ok(Posts { posts: vec![answer(1, 2), answer(1, 4)], previous: None, more: false });
    panel.act(Action::MessagesLoaded { ticket: ticket_id(1), part, answer });
    assert_eq!(panel.bodies(), ["answer 1", "answer 2", "answer 4"]);
}

#[test]
fn a_lost_connection_is_resumed_where_it_broke() {
    let mut panel = at_work();
    panel.hear("e-7", What::Nothing);
    let effects = panel.act(Action::FeedDown);
    let reconnect = *timers(&effects).iter().find(|timer| matches!(timer, Timer::Reconnect(_))).unwrap();
    let effects = panel.act(Action::Due(reconnect));
    assert!(effects.contains(&Effect::ConnectFeed { since: "e-7".to_owned() }));
    assert_eq!(panel.act(Action::Due(reconnect)), [], "an old timer has no say");
}

#[test]
fn an_outage_is_mentioned_after_three_seconds_and_only_while_it_lasts() {
    let mut panel = at_work();
    let effects = panel.act(Action::FeedDown);
    let banner = *timers(&effects).iter().find(|timer| matches!(timer, Timer::Banner(_))).unwrap();
    assert_eq!(panel.state.banner(), None);
    panel.act(Action::Due(banner));
    assert_eq!(panel.state.banner(), Some(Banner::Reconnecting));
    panel.hear("e-8", What::Ready);
    assert_eq!(panel.state.banner(), None);
    panel.act(Action::FeedDown);
    panel.act(Action::Due(banner));
    assert_eq!(panel.state.banner(), None, "the earlier outage's timer has no say in this one");
}

#[test]
fn every_third_failed_connection_asks_whether_the_session_has_ended() {
    let mut panel = at_work();
    let mut asked = Vec::new();
    for _ in 0..6 {
        let effects = panel.act(Action::FeedDown);
        asked.push(calls(&effects).contains(&&Call::FindSession));
        let reconnect = timers(&effects).into_iter().find(|timer| matches!(timer, Timer::Reconnect(_))).unwrap();
        panel.act(Action::Due(reconnect));
    }
    assert_eq!(asked, [false, false, true, false, false, true]);
}

#[test]
fn silence_is_an_outage() {
    let mut panel = at_work();
    let silence = Timer::Silence(panel.state.feed.round());
    panel.wait(39_000.0);
    assert_eq!(timers(&panel.act(Action::Due(silence))), [silence]);
    panel.wait(2_000.0);
    assert!(panel.act(Action::Due(silence)).contains(&Effect::DropFeed));
}

#[test]
fn going_offline_drops_the_feed_and_coming_back_connects_at_once() {
    let mut panel = at_work();
    let effects = panel.act(Action::Online(false));
    assert!(effects.contains(&Effect::DropFeed));
    assert!(!timers(&effects).iter().any(|timer| matches!(timer, Timer::Reconnect(_))));
    let effects = panel.act(Action::Online(true));
    assert!(effects.contains(&Effect::ConnectFeed { since: "e-1".to_owned() }));
}

#[test]
fn after_a_reset_everything_is_fetched_anew_without_a_hole() {
    let mut panel = at_work();
    assert_eq!(calls(&panel.hear("e-90", What::Reset)), [&Call::LoadTickets]);
    let effects = panel.act(Action::TicketsLoaded(Ok(Conversations(vec![conversation(1)]))));
    assert_eq!(calls(&effects).len(), 1);
    let answer =
        Ok(Posts { posts: vec![answer(1, 60), answer(1, 61)], previous: Some("older".to_owned()), more: false });
    panel.act(Action::MessagesLoaded { ticket: ticket_id(1), part: crate::state::Part::Newest, answer });
    assert_eq!(panel.bodies(), ["answer 60", "answer 61"]);
    assert_eq!(panel.state.thread.earlier.as_deref(), Some("older"));
}

#[test]
fn an_answer_is_read_only_when_it_stands_before_somebodys_eyes() {
    let mut panel = at_work();
    let unread = |seq| What::Change {
        conversation: Some(Conversation { unread: 1, last_seq: seq, version: seq, ..conversation(1) }),
        post: Some(answer(1, seq)),
        renewed: false,
        read_by_desk: None,
    };
    let read = |seq| Call::MarkRead { ticket: ticket_id(1), up_to_seq: seq };
    panel.act(Action::Close);
    let effects = panel.hear("e-5", unread(2));
    assert_eq!((calls(&effects).len(), told(&effects).contains(&&ToHost::Unread(1))), (0, true));
    panel.act(Action::Visible(false));
    assert_eq!(calls(&panel.act(Action::Open)).len(), 0);
    let effects = panel.act(Action::Visible(true));
    assert_eq!(calls(&effects), [&read(2)]);
    assert!(told(&effects).contains(&&ToHost::Unread(0)));
    assert_eq!(calls(&panel.hear("e-6", unread(3))), [&read(3)]);
}

#[test]
fn a_ticket_never_goes_back_to_an_older_version() {
    let mut panel = at_work();
    let change = |version, unread| What::Change {
        conversation: Some(Conversation { version, unread, ..conversation(2) }),
        post: None,
        renewed: false,
        read_by_desk: None,
    };
    panel.hear("e-5", change(7, 2));
    panel.hear("e-6", change(6, 9));
    assert_eq!(panel.state.unread(), 2);
}

#[test]
fn typing_is_told_at_most_every_three_seconds() {
    let mut panel = at_work();
    let mut told = 0;
    for _ in 0..10 {
        told += panel.act(Action::Typed).iter().filter(|effect| matches!(effect, Effect::Say(_))).count();
        panel.wait(500.0);
    }
    assert_eq!(told, 2);
}

#[test]
fn an_agents_typing_is_announced_once_a_burst_and_ends_by_itself() {
    let mut panel = at_work();
    let typing = || What::Typing { ticket: ticket_id(1), name: "Ana".to_owned() };
    let announced = |effects: &[Effect]| effects.contains(&Effect::Announce(Announcement::Typing("Ana".to_owned())));
    assert!(announced(&panel.hear("e-5", typing())));
    panel.wait(3_000.0);
    assert!(!announced(&panel.hear("e-5", typing())));
    panel.wait(3_000.0);
    panel.act(Action::Due(Timer::TypingOver));
    assert!(panel.state.typing.is_some(), "the second burst still counts");
    panel.wait(3_000.0);
    panel.act(Action::Due(Timer::TypingOver));
    assert_eq!(panel.state.typing, None);
    panel.hear("e-5", typing());
    panel.hear("e-6", message(2));
    assert_eq!(panel.state.typing, None, "who has sent is not typing");
}

#[test]
fn the_newest_answer_is_announced_and_the_history_is_not() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    let silent = |effects: &[Effect]| !effects.iter().any(|effect| matches!(effect, Effect::Announce(_)));
    assert!(silent(&panel.loaded(ticket_id(1), vec![answer(1, 1), answer(1, 2)])));
    let announcement = Announcement::Message { author: "Ana".to_owned(), body: "answer 3".to_owned() };
    assert!(panel.hear("e-5", message(3)).contains(&Effect::Announce(announcement)));
    assert!(silent(&panel.hear("e-5", message(3))));
}

#[test]
fn what_becomes_of_a_message_changes_it_where_it_stands_and_nowhere_else() {
    let mut panel = at_work();
    let renewed = |seq: i64, body: &str| What::Change {
        conversation: None,
        post: Some(Post { body: body.to_owned(), ..answer(1, seq) }),
        renewed: true,
        read_by_desk: None,
    };
    let effects = panel.hear("e-5", renewed(1, "other words"));
    assert_eq!(panel.bodies(), ["other words"]);
    assert!(
        !effects.iter().any(|effect| matches!(effect, Effect::Announce(_))),
        "nobody is told of it as of a new one"
    );
    panel.hear("e-6", renewed(9, "of a page that is not here"));
    assert_eq!(panel.bodies(), ["other words"]);
    panel.hear("e-7", renewed(1, ""));
    assert_eq!(panel.bodies(), [""]);
}
