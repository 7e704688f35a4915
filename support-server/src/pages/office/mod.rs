//! The frame of settings, statistics and audit: navigation, breadcrumbs, what has just been done, and the page itself.

mod entries;
mod form;
mod section;
#[cfg(test)]
pub(super) mod tests;

use leptos::prelude::*;
use support_core::model::Permissions;

use super::{Frame, frame::mark};
use crate::{
    state::initials,
    ui::{Icon, IconName},
};

pub use entries::{Entries, Wrong};
pub use form::Choice;
pub(super) use form::{Form, Input, Kind};
pub use section::{Group, Section};

/// What every page of the office is told.
#[derive(Debug, Clone, Default)]
pub struct Office {
    /// The document around it.
    pub frame: Frame,
    /// Who looks at it.
    pub name: String,
    /// The pages that they may open.
    pub sections: Vec<Section>,
    /// What they may do.
    pub permissions: Permissions,
    /// Whether the desk signs people in and out itself.
    pub can_sign_out: bool,
    /// What the form before has done.
    pub done: Option<String>,
}

/// What stands under a page's heading, and what to press beside it.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) actions: Option<AnyView>,
    pub(super) content: AnyView,
}

impl Office {
    /// The address of a path under the mount prefix.
    pub(super) fn to(&self, path: &str) -> String {
        self.frame.to(path)
    }

    /// Renders a page of a section; without a title of its own it is the section's first page.
    pub(super) fn page(&self, section: Section, title: Option<&str>, body: impl FnOnce() -> Body) -> String {
        // The views are made inside the document's owner.
        self.frame.document(title.unwrap_or(section.title()), |_| self.around(section, title, body()))
    }

    fn around(&self, section: Section, title: Option<&str>, body: Body) -> impl IntoView + use<> {
        let heading = title.unwrap_or(section.title()).to_owned();
        let up = if title.is_some() {
            section.path()
        } else if section.path().starts_with("/admin/settings/") {
            Section::Overview.path()
        } else {
            "/admin"
        };
        let intro = title.is_none().then(|| view! { <p class="desk-page-intro">{section.text()}</p> });
        let done = self.done.clone().map(|done| {
            view! {
                <p class="callout is-good" role="status">
                    <Icon name=IconName::Check />
                    <span>{done}</span>
                </p>
            }
        });
        view! {
            <a class="skip-link" href="#page">"Skip to the page"</a>
            <div class="desk" data-pane="page">
                {self.navigation(section)}
                <main class="desk-page" id="page" tabindex="-1">
                    {self.crumbs(section, title)}
                    <header class="desk-page-head">
                        <a class="button is-quiet is-icon back-button" href=self.to(up) aria-label="Back">
                            <Icon name=IconName::Back />
                        </a>
                        <h1 class="desk-page-title" dir="auto">{heading}</h1>
                        {body.actions}
                    </header>
                    {intro}
                    {done}
                    {body.content}
                </main>
            </div>
        }
    }

    fn crumbs(&self, section: Section, title: Option<&str>) -> Option<AnyView> {
        let overview = section.path().starts_with("/admin/settings/").then_some(Section::Overview);
        let above: Vec<_> = overview.into_iter().chain(title.map(|_| section)).collect();
        let crumb = |section: Section| {
            view! {
                <li class="crumb">
                    <a href=self.to(section.path())>{section.title()}</a>
                    <Icon name=IconName::Forward />
                </li>
            }
        };
        let crumbs = above.iter().copied().map(crumb).collect_view();
        let here = title.unwrap_or(section.title()).to_owned();
        (!above.is_empty()).then(|| {
            view! {
                <nav class="crumbs" aria-label="Breadcrumb">
                    <ol>
                        {crumbs} <li class="crumb" aria-current="page" dir="auto">{here}</li>
                    </ol>
                </nav>
            }
            .into_any()
        })
    }

    fn navigation(&self, here: Section) -> impl IntoView + use<> {
        let link = |section: Section| {
            view! {
                <li>
                    <a class="view" href=self.to(section.path()) aria-current=(section == here).then_some("page")>
                        <Icon name=section.icon() />
                        <span class="view-name">{section.title()}</span>
                    </a>
                </li>
            }
        };
        let group = |group: &Group| {
            let links: Vec<_> =
                group.sections.iter().copied().filter(|section| self.sections.contains(section)).map(link).collect();
            (!links.is_empty()).then(|| {
                view! {
                    <h2 class="views-title">{group.title}</h2>
                    <ul>{links}</ul>
                }
            })
        };
        let groups = Section::GROUPS.iter().map(group).collect_view();
        let leave = self.can_sign_out.then(|| {
            view! {
                <form method="post" action=self.to("/admin/sign-out")>
                    {self.frame.csrf_field()}
                    <button class="button is-quiet is-icon is-small" aria-label="Sign out">
                        <Icon name=IconName::SignOut />
                    </button>
                </form>
            }
        });
        view! {
            <nav class="views" aria-label="Settings">
                <div class="views-head">
                    <a class="brand" href=self.to("/admin")>
                        {mark()} <span class="brand-name">{self.frame.desk.clone()}</span>
                    </a>
                </div>
                <div class="views-body">
                    <ul>
                        <li>
                            <a class="view" href=self.to("/admin")>
                                <Icon name=IconName::Back />
                                <span class="view-name">"Back to the tickets"</span>
                            </a>
                        </li>
                    </ul>
                    {groups}
                </div>
                <div class="views-foot office-foot">
                    <span class="avatar is-team" aria-hidden="true">{initials(&self.name)}</span>
                    <span class="account-who">
                        <span class="account-name">{self.name.clone()}</span>
                    </span>
                    {leave}
                </div>
            </nav>
        }
    }
}

/// An empty place that says what to do.
pub(super) fn empty(icon: IconName, title: &str, text: &str, action: Option<AnyView>) -> AnyView {
    view! {
        <div class="office-empty">
            <div class="state is-filling">
                <Icon name=icon />
                <p class="state-title">{title.to_owned()}</p>
                <p class="state-text">{text.to_owned()}</p>
                {action}
            </div>
        </div>
    }
    .into_any()
}

/// Controls that filter a page by its address.
pub(super) fn sieve(office: &Office, section: Section, controls: AnyView) -> AnyView {
    view! {
        <form class="sieve" method="get" action=office.to(section.path()) role="search">
            {controls}
            <button class="button">"Filter"</button>
        </form>
    }
    .into_any()
}

/// A text to filter by.
pub(super) fn sieve_search(name: &'static str, label: &'static str, entries: &Entries) -> AnyView {
    let value = entries.one(name).to_owned();
    view! {
        <div class="field is-broad">
            <label class="field-label" for=name>{label}</label>
            <input class="input" type="search" id=name name=name value=value autocomplete="off" spellcheck="false" />
        </div>
    }
    .into_any()
}

/// A choice to filter by.
pub(super) fn sieve_select(
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
    entries: &Entries,
) -> AnyView {
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <select class="input" id=name name=name>{form::options(choices, entries.one(name))}</select>
        </div>
    }
    .into_any()
}

/// A day to filter by.
pub(super) fn sieve_date(name: &'static str, label: &'static str, entries: &Entries) -> AnyView {
    let value = entries.one(name).to_owned();
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <input class="input" type="date" id=name name=name value=value />
        </div>
    }
    .into_any()
}
