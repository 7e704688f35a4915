//! All settings at a glance: the way in, and on a phone the navigation.

use leptos::prelude::*;

use super::super::office::{Body, Group, Office, Section};
use crate::ui::Icon;

/// `GET /admin/settings`.
#[must_use]
pub fn overview(office: &Office) -> String {
    office.page(Section::Overview, None, || {
        let card = |section: Section| {
            view! {
                <li>
                    <a class="door" href=office.to(section.path())>
                        <Icon name=section.icon() />
                        <span class="door-name">{section.title()}</span>
                        <span class="door-text">{section.text()}</span>
                    </a>
                </li>
            }
        };
        let group = |group: &Group| {
            let cards: Vec<_> =
                group.sections.iter().copied().filter(|section| office.sections.contains(section)).map(card).collect();
            (!cards.is_empty()).then(|| {
                view! {
                    <section class="doors-group">
                        <h2 class="doors-title">{group.title}</h2>
                        <ul class="doors">{cards}</ul>
                    </section>
                }
            })
        };
        Body { actions: None, content: Section::GROUPS.iter().map(group).collect_view().into_any() }
    })
}
