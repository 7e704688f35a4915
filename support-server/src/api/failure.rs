//! Why a call gave no answer.

use support_core::protocol::{Message, MessageConflict, Problem};

use super::Reply;

/// Why a call gave no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// The server said no, and why.
    Refused {
        /// Why.
        problem: Box<Problem>,
        /// With `newer_messages`: what the sender has not seen.
        newer: Vec<Message>,
    },
    /// The server could not be reached.
    Offline,
    /// The answer was none of ours.
    Unreadable,
}

impl Failure {
    /// Reads a refusal.
    #[must_use]
    pub fn from_reply(reply: &Reply) -> Self {
        let Some(problem) = super::read::<Problem>(&reply.body) else { return Self::Unreadable };
        let newer = super::read::<MessageConflict>(&reply.body).map_or_else(Vec::new, |conflict| conflict.newer);
        Self::Refused { problem: Box::new(problem), newer }
    }

    /// The HTTP status, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { problem, .. } => Some(problem.status),
            Self::Offline | Self::Unreadable => None,
        }
    }

    /// The stable code, if there was one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { problem, .. } => Some(&problem.code),
            Self::Offline | Self::Unreadable => None,
        }
    }

    /// One sentence for the person in front of it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Refused { problem, .. } => problem_sentence(problem),
            Self::Offline => "The server can't be reached.".to_owned(),
            Self::Unreadable => "The server gave an answer that makes no sense here. Reload the page.".to_owned(),
        }
    }
}

/// One sentence about a refusal.
#[must_use]
pub fn problem_sentence(problem: &Problem) -> String {
    match problem.errors.first() {
        Some(error) if !error.detail.is_empty() => {
            format!("{} {}.", field_name(&error.pointer), error.detail.trim_end_matches('.'))
        }
        _ => problem.detail.clone(),
    }
}

/// A field as its label says it.
fn field_name(pointer: &str) -> String {
    match pointer.trim_start_matches('/') {
        "body" => "The text".to_owned(),
        other => format!("The {}", other.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_its_own_words_and_anything_else_is_not_trusted() {
        let body = r#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"Only admins may.","code":"forbidden","request_id":"r"}"#;
        let failure = Failure::from_reply(&Reply { status: 403, body: body.into() });
        assert_eq!((failure.status(), failure.code()), (Some(403), Some("forbidden")));
        assert_eq!(failure.sentence(), "Only admins may.");
        let field = body.replace(
            "\"request_id\"",
            "\"errors\":[{\"pointer\":\"/body\",\"code\":\"x\",\"detail\":\"must not be empty\"}],\"request_id\"",
        );
        let field = Failure::from_reply(&Reply { status: 422, body: field });
        assert_eq!(field.sentence(), "The text must not be empty.");
        let proxy = Failure::from_reply(&Reply { status: 502, body: "<html>".into() });
        assert_eq!(proxy, Failure::Unreadable);
    }
}
