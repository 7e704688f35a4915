//! Who the visitor is to us, and where answers may go once they leave.

use support_core::model::{PersonId, limits};

use super::{Call, Effect, Failure, Moment, State, effect::Announcement};

/// The visitor's own record, as far as the panel needs it.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Contact {
    pub(crate) id: Option<PersonId>,
    pub(crate) email: Option<String>,
    /// Whether the host vouches for them.
    pub(crate) verified: bool,
}

/// Asking for an address: once, after the first message, never when it is known.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    #[default]
    NotYet,
    Asking,
    Saving,
    /// No address, or the server did not take it; `None` when it could not be reached.
    Wrong(Problem),
    Saved(String),
    Skipped,
}

/// What is wrong with the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    NoAddress,
    Unreachable,
    Refused(String),
}

/// After a message arrived at the desk.
pub(crate) fn ask_for_email(state: &mut State) {
    if state.contact.email.is_none() && state.ask == Ask::NotYet {
        state.ask = Ask::Asking;
    }
}

/// The answer to an address that was on its way is lost.
pub(crate) fn ask_again(state: &mut State) {
    if state.ask == Ask::Saving {
        state.ask = Ask::Asking;
    }
}

pub(crate) fn save_email(state: &mut State, email: &str, effects: &mut Vec<Effect>) {
    let email = email.trim();
    if is_address(email) {
        state.ask = Ask::Saving;
        effects.push(Effect::Call(Call::SaveEmail(email.to_owned())));
    } else {
        state.ask = Ask::Wrong(Problem::NoAddress);
    }
}

/// Catches slips. The server has the real rule, whose tables of letters would weigh as much here as all of the view.
fn is_address(email: &str) -> bool {
    let sound = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    let dotted = |domain: &str| domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    email.len() <= limits::EMAIL_MAX_BYTES
        && email.split_once('@').is_some_and(|(local, domain)| sound(local) && sound(domain) && dotted(domain))
}

/// The thanks have been read.
pub(crate) fn forget_thanks(state: &mut State) {
    if matches!(state.ask, Ask::Saved(_)) {
        state.ask = Ask::Skipped;
    }
}

pub(crate) fn skip_email(state: &mut State) {
    state.ask = Ask::Skipped;
}

pub(crate) fn email_saved(
    state: &mut State,
    answer: Result<Contact, Failure>,
    moment: Moment,
    effects: &mut Vec<Effect>,
) {
    state.ask = match answer {
        Ok(contact) => {
            let email = contact.email.unwrap_or_default();
            state.contact.email = Some(email.clone());
            effects.push(Effect::Announce(Announcement::EmailSaved(email.clone())));
            Ask::Saved(email)
        }
        Err(failure) if failure.is_passing() => Ask::Wrong(Problem::Unreachable),
        Err(Failure::Refused { status: 401, .. }) => {
            super::session::renew(state, moment, effects);
            Ask::Wrong(Problem::Unreachable)
        }
        Err(Failure::Refused { detail, .. }) => Ask::Wrong(Problem::Refused(detail)),
        Err(Failure::Network) => Ask::Wrong(Problem::Unreachable),
    };
}
