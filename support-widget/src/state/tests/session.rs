//! When a session starts, ends, and starts again.

use super::*;
use crate::state::{Failure, Timer};

fn refused(status: u16) -> Failure {
    Failure::Refused { status, detail: "No.".to_owned() }
}

#[test]
fn a_warmed_frame_asks_for_nothing() {
    let mut panel = Panel::warm();
    let effects =
        panel.act(Action::Connected { settings: HostSettings::default(), open: false, resume: false, identify: false });
    assert_eq!(effects, []);
}

#[test]
fn opening_starts_a_session_and_then_reads_the_conversations() {
    let mut panel = Panel::connected(false, false);
    let effects = panel.act(Action::Open);
    assert_eq!(calls(&effects), [&Call::StartSession { identity: None }]);
    assert!(effects.contains(&Effect::FocusComposer));
    let effects = panel.act(Action::SessionStarted(Ok(visit(1))));
    assert_eq!(calls(&effects), [&Call::LoadTickets]);
    assert!(effects.contains(&Effect::ConnectFeed { since: "e-0".to_owned() }));
    assert_eq!(calls(&panel.act(Action::Open)), [&Call::StartSession { identity: None }; 0]);
}

#[test]
fn the_latest_open_conversation_is_shown_and_a_done_one_only_if_there_is_no_other() {
    let done = Conversation { done: true, ..conversation(9) };
    let panel = Panel::ready(vec![done.clone(), conversation(3), conversation(5)]);
    assert_eq!(panel.state.current, Some(ticket_id(5)));
    let panel = Panel::ready(vec![done]);
    assert_eq!(panel.state.current, Some(ticket_id(9)));
}

#[test]
fn a_later_page_looks_for_answers_without_making_a_session() {
    let mut panel = Panel::warm();
    let effects =
        panel.act(Action::Connected { settings: HostSettings::default(), open: false, resume: true, identify: false });
    assert_eq!(calls(&effects), [&Call::FindSession]);
    let effects = panel.act(Action::SessionFound(Err(refused(401))));
    assert_eq!(calls(&effects), [&Call::FindSession; 0]);
    assert!(told(&effects).contains(&&ToHost::Ended));
}

#[test]
fn a_refused_call_starts_the_session_again_once() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    let effects = panel.act(Action::TicketsLoaded(Err(refused(401))));
    assert_eq!(calls(&effects), [&Call::StartSession { identity: None }]);
    panel.act(Action::SessionStarted(Ok(visit(1))));
    let effects = panel.act(Action::TicketsLoaded(Err(refused(401))));
    assert_eq!(calls(&effects), [&Call::LoadTickets; 0]);
    assert_eq!(panel.state.banner(), Some(crate::state::Banner::Refused));
}

#[test]
fn the_hosts_token_is_asked_for_and_never_replaced_by_a_stranger() {
    let mut panel = Panel::warm();
    panel.act(Action::Connected { settings: HostSettings::default(), open: false, resume: false, identify: true });
    let effects = panel.act(Action::Open);
    assert_eq!((calls(&effects).len(), told(&effects)), (0, vec![&ToHost::Identity]));
    let effects = panel.act(Action::Identity(Some("jwt".to_owned())));
    assert_eq!(calls(&effects), [&Call::StartSession { identity: Some("jwt".to_owned()) }]);

    let mut panel = Panel::warm();
    panel.act(Action::Connected { settings: HostSettings::default(), open: true, resume: false, identify: true });
    let effects = panel.act(Action::Identity(None));
    assert_eq!(calls(&effects).len(), 0);
    assert!(told(&effects).contains(&&ToHost::Identified { contact_id: None }));
}

#[test]
fn another_user_sees_nothing_of_the_one_before() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.loaded(ticket_id(1), vec![answer(1, 1)]);
    assert_eq!(panel.bodies(), ["answer 1"]);
    panel.act(Action::Identify);
    panel.act(Action::Identity(Some("jwt".to_owned())));
    panel.act(Action::SessionStarted(Ok(visit(2))));
    assert_eq!((panel.bodies().len(), panel.state.tickets.len(), panel.state.current), (0, 0, None));
}

#[test]
fn what_a_known_user_left_unsent_is_not_sent_in_another_ones_name() {
    let mut first = Panel::connected(true, false);
    let known = Contact { verified: true, ..visit(1).contact };
    first.act(Action::SessionStarted(Ok(Visit { contact: known, ..visit(1) })));
    first.act(Action::Online(false));
    let left = kept(&first.write("secret"));

    let mut second = Panel::warm();
    second.act(Action::Stored(left));
    second.act(Action::Connected { settings: HostSettings::default(), open: true, resume: true, identify: false });
    let effects = second.act(Action::SessionStarted(Ok(visit(2))));
    assert!(effects.contains(&Effect::Forget("id-secret".to_owned())));
    second.act(Action::TicketsLoaded(Ok(Conversations(Vec::new()))));
    assert_eq!(second.bodies().len(), 0);
}

#[test]
fn logging_out_ends_the_session_and_clears_the_queue() {
    let mut panel = Panel::ready(vec![conversation(1)]);
    panel.act(Action::Online(false));
    panel.write("unsent");
    let effects = panel.act(Action::Logout { known: true });
    assert!(effects.contains(&Effect::ForgetAll) && effects.contains(&Effect::DropFeed));
    assert_eq!(calls(&effects), [&Call::EndSession]);
    assert_eq!(panel.bodies().len(), 0);
}

#[test]
fn a_page_without_a_visitor_logs_out_without_a_request() {
    let mut panel = Panel::connected(false, false);
    assert_eq!(calls(&panel.act(Action::Logout { known: false })).len(), 0);
}

#[test]
fn a_server_that_is_away_is_asked_again_and_mentioned_after_the_second_failure() {
    let mut panel = Panel::connected(true, false);
    let effects = panel.act(Action::SessionStarted(Err(Failure::Network)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::After { timer: Timer::Begin, .. })));
    assert_eq!(panel.state.banner(), None);
    assert_eq!(calls(&panel.act(Action::Due(Timer::Begin))), [&Call::StartSession { identity: None }]);
    panel.act(Action::SessionStarted(Err(Failure::Network)));
    assert_eq!(panel.state.banner(), Some(crate::state::Banner::Reconnecting));
}

#[test]
fn the_networks_return_ends_the_wait_for_a_session() {
    let mut panel = Panel::connected(true, false);
    panel.act(Action::Online(false));
    panel.act(Action::SessionStarted(Err(Failure::Network)));
    assert_eq!(calls(&panel.act(Action::Online(true))), [&Call::StartSession { identity: None }]);
}

#[test]
fn the_address_for_answers_is_asked_for_once_and_checked() {
    use crate::state::{Ask, Problem};
    let mut panel = Panel::ready(Vec::new());
    assert_eq!(panel.state.ask, Ask::NotYet);
    panel.write("a");
    panel.act(Action::Opened { client_id: "id-a".to_owned(), answer: Ok(conversation(1)) });
    assert_eq!(panel.state.ask, Ask::Asking);
    for slip in
        ["", "mia", "mia@", "@example.com", "mia@example", "a b@example.com", "a@b@example.com", "a@example..com"]
    {
        assert_eq!(calls(&panel.act(Action::SaveEmail(slip.to_owned()))).len(), 0, "{slip}");
        assert_eq!(panel.state.ask, Ask::Wrong(Problem::NoAddress), "{slip}");
    }
    let effects = panel.act(Action::SaveEmail(" mia@example.com ".to_owned()));
    assert_eq!(calls(&effects), [&Call::SaveEmail("mia@example.com".to_owned())]);
    panel.act(Action::EmailSaved(Err(refused(422))));
    assert_eq!(panel.state.ask, Ask::Wrong(Problem::Refused("No.".to_owned())));
    let contact = Contact { email: Some("mia@example.com".to_owned()), ..visit(1).contact };
    panel.act(Action::EmailSaved(Ok(contact)));
    assert_eq!(panel.state.ask, Ask::Saved("mia@example.com".to_owned()));
    panel.write("b");
    assert_eq!(panel.state.ask, Ask::Skipped);
}
