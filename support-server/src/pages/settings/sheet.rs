//! The form of one setting, new or existing.

use leptos::prelude::*;

use super::{
    super::office::{Body, Entries, Form, Office, Wrong},
    Known, Resource,
    resource::SheetForm,
};
use crate::ui::{Icon, IconName};

/// What the page shows.
#[derive(Debug, Default)]
pub struct Sheet {
    /// The id of what exists; `None` for a new one.
    pub id: Option<String>,
    /// The name it has by now.
    pub name: String,
    /// What stands in the form.
    pub entries: Entries,
    /// Why it was refused.
    pub wrong: Wrong,
    /// What else is known.
    pub known: Known,
    /// What removing it means, of what exists.
    pub farewell: Option<String>,
}

/// `GET /admin/settings/{kind}/new` and `/{id}`.
#[must_use]
pub fn sheet<R: Resource>(office: &Office, page: &Sheet) -> String {
    let title = if page.id.is_some() { page.name.clone() } else { format!("New {}", R::ONE) };
    office.page(R::SECTION, Some(&title), || {
        let form = Form { entries: &page.entries, wrong: &page.wrong };
        let controls = R::form(&SheetForm { form, known: &page.known, is_new: page.id.is_none() });
        let path = match &page.id {
            Some(id) => format!("{}/{id}", R::SECTION.path()),
            None => R::SECTION.path().to_owned(),
        };
        let remove = page
            .id
            .as_ref()
            .and(page.farewell.clone())
            .map(|farewell| remove(office, &format!("{path}/delete"), R::REMOVE, R::ONE, farewell));
        let save = if page.id.is_some() { "Save".to_owned() } else { format!("Create {}", R::ONE) };
        let content = view! {
            <form class="sheet" method="post" action=office.to(&path)>
                {office.frame.csrf_field()}
                {form.told()}
                {controls}
                <div class="sheet-foot">
                    <button class="button is-primary">{save}</button>
                    <a class="button is-quiet" href=office.to(R::SECTION.path())>"Cancel"</a>
                </div>
            </form>
        };
        Body { actions: remove, content: content.into_any() }
    })
}

/// A button that says first what it will do. It needs no script: the question opens under it.
pub(in crate::pages) fn remove(office: &Office, path: &str, verb: &str, one: &str, farewell: String) -> AnyView {
    view! {
        <details class="anchor">
            <summary class="button">
                <Icon name=IconName::Trash />
                {format!("{verb}…")}
            </summary>
            <div class="popover is-question">
                <p>{farewell}</p>
                <form method="post" action=office.to(path)>
                    {office.frame.csrf_field()}
                    <button class="button is-bad is-wide">{format!("{verb} this {one}")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
