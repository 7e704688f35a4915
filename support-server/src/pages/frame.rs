//! The document around a page's content.

use leptos::prelude::*;

use crate::ui::{Icon, IconName};

/// The tab's icon, for a policy with `img-src data:`: no request, and nobody's `/favicon.ico`.
pub const FAVICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
    %3Crect width='16' height='16' rx='4' fill='%234f4bd0'/%3E\
    %3Cpath d='M4.5 4h7a.8.8 0 0 1 .8.8v4.4a.8.8 0 0 1-.8.8H8.3L5.8 12v-2H4.5a.8.8 0 0 1-.8-.8V4.8a.8.8 0 0 1 .8-.8z' \
    fill='none' stroke='white' stroke-width='1.25' stroke-linejoin='round'/%3E%3C/svg%3E";

/// What every page is told: where it is mounted, whose desk it is, and the addresses of its files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The mount prefix: empty, or `/support`.
    pub base: String,
    /// The desk's name, as customers know it.
    pub desk: String,
    /// The address of the style sheet.
    pub style: String,
    /// The address of the page's script, where it has one.
    pub script: Option<String>,
    /// The reader's own choice, `light` or `dark`; without it the system's counts.
    pub theme: Option<&'static str>,
    /// Goes into every form as `csrf`.
    pub csrf: String,
    /// Whether the strip "This is a demo" stands on top.
    pub is_demo: bool,
}

impl Frame {
    /// The address of a path under the mount prefix.
    pub(super) fn to(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Renders a whole document.
    pub(super) fn document<V: IntoView + 'static>(&self, title: &str, content: impl FnOnce(Self) -> V) -> String {
        Owner::new().with(|| {
            let strip = self.is_demo.then(|| demo_strip(self.to("/demo")));
            view! {
                <!DOCTYPE html>
                <html lang="en" data-base=self.base.clone() data-theme=self.theme>
                    <head>
                        <meta charset="utf-8" />
                        <meta name="viewport" content="width=device-width, initial-scale=1" />
                        <meta name="robots" content="noindex" />
                        <title>{format!("{title} · {}", self.desk)}</title>
                        <link rel="icon" href=FAVICON />
                        <link rel="stylesheet" href=self.style.clone() />
                        {self.script.clone().map(|script| view! { <script type="module" src=script></script> })}
                    </head>
                    <body>{strip} {content(self.clone())}</body>
                </html>
            }
            .to_html()
        })
    }

    /// The hidden field that every form carries.
    pub(super) fn csrf_field(&self) -> impl IntoView + use<> {
        view! { <input type="hidden" name="csrf" value=self.csrf.clone() /> }
    }
}

/// The brand's mark.
pub(super) fn mark() -> impl IntoView {
    view! {
        <span class="brand-mark">
            <Icon name=IconName::Chat />
        </span>
    }
}

/// The width of a page's one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Narrow,
    Broad,
}

/// A page of one column: the mark, the main heading, what to know before acting, and the rest.
pub(super) fn gate<V: IntoView>(column: Column, title: &str, text: &str, content: V) -> impl IntoView + use<V> {
    let class = match column {
        Column::Narrow => "gate-column",
        Column::Broad => "gate-column is-broad",
    };
    view! {
        <main class="gate">
            <div class=class>
                <header class="gate-head">
                    {mark()}
                    <h1 class="gate-title">{title.to_owned()}</h1>
                    <p class="gate-text">{text.to_owned()}</p>
                </header>
                {content}
            </div>
        </main>
    }
}

fn demo_strip(demo: String) -> impl IntoView {
    view! {
        <aside class="demo-strip" aria-label="Demo">
            <Icon name=IconName::Alert />
            <span>"Demo: mail stays on this machine. " <a href=demo>"All sides"</a></span>
        </aside>
    }
}
