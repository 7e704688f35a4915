//! Initials in a circle.

use leptos::prelude::*;

use super::node::{IntoNode, Node, el};
use crate::state::initials;

/// A person's initials. Decoration: the name stands beside it.
#[expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
#[component]
pub fn Avatar(
    /// Whose.
    #[prop(into)]
    name: String,
    /// Somebody of the desk.
    #[prop(optional)]
    team: bool,
    /// `is-small` or `is-large`.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    let mut class = "avatar".to_owned();
    for word in [if team { "is-team" } else { "" }, size] {
        if !word.is_empty() {
            class.push(' ');
            class.push_str(word);
        }
    }
    el("span").class(class).attr("aria-hidden", "true").child(initials(&name)).into_node()
}

/// A colleague's initials, small.
#[must_use]
pub fn small_avatar(name: &str) -> Node {
    el("span").class("avatar is-team is-small").attr("aria-hidden", "true").child(initials(name)).into_node()
}
