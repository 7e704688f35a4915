//! The one door through which the state changes.

use super::{Action, Effect, Moment, State, Timer, ToHost, contact, conversation, feed, outbox, session, thread};

/// Applies one action and says what is to be done about it.
pub(crate) fn update(state: &mut State, action: Action, moment: Moment) -> Vec<Effect> {
    let mut effects = Vec::new();
    change(state, action, moment, &mut effects);
    conversation::read_what_is_seen(state, &mut effects);
    tell_changes(state, &mut effects);
    effects
}

fn change(state: &mut State, action: Action, moment: Moment, effects: &mut Vec<Effect>) {
    match action {
        Action::Connected { settings, open, resume, identify } => {
            state.settings = settings;
            state.session.identify = identify;
            if open {
                open_panel(state, effects);
            } else if resume {
                session::resume(state, effects);
            }
        }
        Action::Settings(settings) => state.settings = settings,
        Action::Open => open_panel(state, effects),
        Action::Close => {
            state.open = false;
            contact::forget_thanks(state);
        }
        Action::Identify => session::identify(state, effects),
        Action::Identity(token) => session::identity(state, token, effects),
        Action::Logout { known } => session::log_out(state, known, effects),
        Action::NewConversation => conversation::start_new(state, effects),
        Action::ShowConversation(ticket) => conversation::show(state, Some(ticket), effects),

        Action::Visible(visible) => state.visible = visible,
        Action::Online(online) => {
            state.online = online;
            session::network_changed(state, effects);
            feed::network_changed(state, moment, effects);
            outbox::flush(state, effects);
        }
        Action::Due(Timer::Begin) => session::again_due(state, effects),
        Action::Due(Timer::Load) | Action::Reload => conversation::load(state, effects),
        Action::Due(Timer::Flush) => outbox::flush(state, effects),
        Action::Due(timer @ (Timer::Reconnect(_) | Timer::Silence(_) | Timer::Banner(_))) => {
            feed::due(state, timer, moment, effects);
        }
        Action::Due(Timer::TypingOver) => {
            state.typing.take_if(|(_, until)| *until <= moment.now_ms);
        }
        Action::Stored(entries) => state.outbox.restore(entries),

        Action::Typed => conversation::tell_typing(state, moment, effects),
        Action::Send { body, client_id } => outbox::write(state, &body, client_id, moment, effects),
        Action::Carried { file, name, client_id } => {
            outbox::add(state, name, Some(file), client_id, moment, effects);
        }
        Action::Retry(client_id) => outbox::retry(state, &client_id, effects),
        Action::Discard(client_id) => outbox::discard(state, &client_id, effects),
        Action::Earlier => thread::load_earlier(state, effects),
        Action::SaveEmail(email) => contact::save_email(state, &email, effects),
        Action::SkipEmail => contact::skip_email(state),

        Action::SessionFound(answer) => session::found(state, answer, moment, effects),
        Action::SessionStarted(answer) => session::started(state, answer, moment, effects),
        Action::TicketsLoaded(answer) => conversation::loaded(state, answer, moment, effects),
        Action::MessagesLoaded { ticket, part, answer } => {
            thread::loaded(state, ticket, &part, answer, moment, effects);
        }
        Action::Opened { client_id, answer } => outbox::opened(state, &client_id, answer, moment, effects),
        Action::Replied { client_id, answer } => outbox::replied(state, &client_id, answer, moment, effects),
        Action::MarkedRead(answer) => {
            if let Ok(ticket) = answer {
                conversation::put(state, ticket);
            }
        }
        Action::EmailSaved(answer) => contact::email_saved(state, answer, moment, effects),

        Action::FeedDown => feed::down(state, moment, effects),
        Action::Heard(heard) => feed::heard(state, heard, moment, effects),
    }
}

fn open_panel(state: &mut State, effects: &mut Vec<Effect>) {
    state.open = true;
    session::begin(state, effects);
    effects.push(Effect::FocusComposer);
}

fn tell_changes(state: &mut State, effects: &mut Vec<Effect>) {
    let unread = state.unread();
    if state.told.unread != unread {
        state.told.unread = unread;
        effects.push(Effect::Tell(ToHost::Unread(unread)));
    }
    let online = state.online && !state.feed.is_out();
    if state.told.online != online || state.told.conversation != state.current {
        state.told.online = online;
        state.told.conversation = state.current;
        effects.push(Effect::Tell(ToHost::State { online, conversation: state.current }));
    }
}
