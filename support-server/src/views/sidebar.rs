//! The first pane: which list, which page, who am I.

use leptos::prelude::*;
use support_core::{model::Permission, protocol::View};
use wasm_bindgen::JsCast;

use crate::{
    desk::{Desk, Floating, Theme, choose_send_delay, send_delay_s, when_pressed_outside},
    state::{Address, BuiltIn, Connection, DeliveryFilter, Page, ViewKey, initials, unread_chats},
    ui::{Element, IconName, IntoNode, Node, el, icon, icon_with, live},
};

/// Views, pages, and the menu of who is signed in.
pub(super) fn sidebar() -> Node {
    let desk = Desk::here();
    let brand = el("a")
        .class("brand")
        .attr("href", desk.path(&Address::of(ViewKey::OPEN)))
        .child(el("span").class("brand-mark").child(icon(IconName::Chat)))
        .child(el("span").class("brand-name").child("Support"));
    el("nav")
        .class("views")
        .attr("aria-label", "Views")
        .child(el("div").class("views-head").child(brand))
        .child(el("div").class("views-body").child(views()))
        .child(el("div").class("views-foot").child(account_menu(desk)))
        .into_node()
}

/// Any of these opens a part of the settings.
const SETTINGS: [Permission; 7] = [
    Permission::UsersManage,
    Permission::SettingsManage,
    Permission::TokensManage,
    Permission::ApiKeysManage,
    Permission::ConfigManage,
    Permission::StatsRead,
    Permission::AuditRead,
];

fn views() -> Node {
    let desk = Desk::here();
    let me = desk.me();
    let may = move |permission| me.permissions.has(permission);
    let may_count = may(Permission::StatsRead);
    let built_in = BuiltIn::ALL.map(|view| {
        let drawing = match view {
            BuiltIn::Mine => IconName::User,
            BuiltIn::Unassigned => IconName::Inbox,
            BuiltIn::Risk => IconName::Clock,
            BuiltIn::Open => IconName::Users,
            BuiltIn::Snoozed => IconName::Snoozed,
            BuiltIn::Resolved => IconName::Resolved,
        };
        // Resolved only grows: nobody acts on its number.
        let count = move || {
            let is_told = view != BuiltIn::Resolved && may_count;
            desk.counts.with(|counts| view.count(counts)).filter(|_| is_told).map(|count| count.to_string())
        };
        let link =
            link(ViewKey::BuiltIn(view), drawing, view.label().to_owned(), el("span").class("count").child(count));
        el("li").child(link)
    });
    let saved = live(move || {
        let views = desk.views.get();
        (!views.is_empty()).then(|| {
            vec![
                el("h2").class("views-title").child("Saved"),
                el("ul").child(views.into_iter().map(saved_view).collect::<Vec<_>>()),
            ]
        })
    });
    let page = |page: Page, drawing: IconName, name: &'static str| {
        el("li").child(
            el("a")
                .class("view")
                .attr("href", format!("{}{}", desk.base(), page.path()))
                // The router leaves alone what is not the dashboard's own.
                .attr("rel", "external")
                .child(icon(drawing))
                .child(el("span").class("view-name").child(name)),
        )
    };
    let log = may(Permission::DeliveriesManage).then(|| {
        el("li").child(
            el("a")
                .class("view")
                .attr("href", desk.path(&Address::Deliveries { filter: DeliveryFilter::All }))
                .attr("aria-current", move || {
                    matches!(desk.address.get(), Some(Address::Deliveries { .. })).then_some("page")
                })
                .child(icon(IconName::Mail))
                .child(el("span").class("view-name").child("Deliveries")),
        )
    });
    let unread = move || Some(desk.chats.rows.with(|rows| unread_chats(rows))).filter(|count| *count > 0);
    let chat = el("li").child(
        el("a")
            .class("view")
            .attr("href", desk.path(&Address::Chats { chat: None }))
            .attr("aria-current", move || matches!(desk.address.get(), Some(Address::Chats { .. })).then_some("page"))
            .child(icon(IconName::Chat))
            .child(el("span").class("view-name").child("Team chat"))
            .child(el("span").class("count").child(move || unread().map(|count| count.to_string()))),
    );
    let pages = el("ul")
        .child(chat)
        .child(log)
        .child(may(Permission::StatsRead).then(|| page(Page::Statistics, IconName::Chart, "Statistics")))
        .child(may(Permission::AuditRead).then(|| page(Page::Audit, IconName::History, "Audit log")))
        .child(SETTINGS.into_iter().any(&may).then(|| page(Page::Settings, IconName::Settings, "Settings")));
    vec![
        el("ul").child(built_in.into_iter().collect::<Vec<_>>()).into_node(),
        saved,
        el("h2").class("views-title").child("Desk").into_node(),
        pages.into_node(),
    ]
    .into_node()
}

fn link(view: ViewKey, drawing: IconName, name: String, count: Element) -> Element {
    let desk = Desk::here();
    let is_current = move || (desk.address.get().and_then(|address| address.view()) == Some(view)).then_some("page");
    el("a")
        .class("view")
        .attr("href", desk.path(&Address::of(view)))
        .attr("aria-current", is_current)
        .child(icon(drawing))
        .child(el("span").class("view-name").attr("dir", "auto").child(name))
        .child(count)
}

fn saved_view(view: View) -> Element {
    let desk = Desk::here();
    let id = view.id;
    let count = move || desk.view_counts.with(|counts| counts.get(&id).map(ToString::to_string));
    let told = format!("Change the view {}", view.name);
    let drawing = if view.owner.is_some() { IconName::Lock } else { IconName::Filter };
    el("li")
        .class("view-saved")
        .child(link(ViewKey::Saved(id), drawing, view.name, el("span").class("count").child(count)))
        .child(
            el("button")
                .class("button is-quiet is-icon is-small view-more")
                .attr("type", "button")
                .attr("aria-label", told)
                .press(move || desk.floating.set(Some(Floating::ViewForm(Some(id)))))
                .child(icon(IconName::More)),
        )
}

fn send_delay() -> Node {
    let chosen = RwSignal::new(0_u64);
    Effect::new(move |_| chosen.set(send_delay_s()));
    let option = move |seconds: u64| {
        let label = if seconds == 0 { "At once".to_owned() } else { format!("{seconds} s") };
        el("button")
            .class("filter-choice")
            .attr("type", "button")
            .attr("aria-pressed", move || if chosen.get() == seconds { "true" } else { "false" })
            .press(move || {
                choose_send_delay(seconds);
                chosen.set(seconds);
            })
            .child(label)
    };
    el("div")
        .class("filter-choices account-delay")
        .attr("role", "group")
        .attr("aria-labelledby", "delay-title")
        .child([0, 5, 10].map(option).into_iter().collect::<Vec<_>>())
        .into_node()
}

const MENU: &str = "account-menu";

fn account_menu(desk: Desk) -> Element {
    let me = desk.me();
    let presence = move || match desk.connection.get() {
        Connection::Lost => ("avatar-presence is-away", "Offline"),
        Connection::Live | Connection::Starting => ("avatar-presence", "Online"),
    };
    let menu = || document().get_element_by_id(MENU);
    let close = move || {
        if let Some(menu) = menu().and_then(|menu| menu.dyn_into::<web_sys::HtmlDetailsElement>().ok()) {
            menu.set_open(false);
        }
    };
    when_pressed_outside(menu, close);
    Effect::new(move |_| {
        desk.address.track();
        close();
    });
    let avatar = el("span")
        .class("avatar is-team")
        .attr("aria-hidden", "true")
        .child(initials(&me.name))
        .child(move || el("span").class(presence().0));
    let who = el("span")
        .class("account-who")
        .child(el("span").class("account-name").child(me.name))
        .child(el("span").class("account-presence").child(move || presence().1));
    let line = || el("hr").class("popover-line");
    let title = |id: &'static str, text: &'static str| el("p").class("popover-title").attr("id", id).child(text);
    let wishes = el("a")
        .class("option")
        .attr("href", format!("{}/admin/notifications", desk.base()))
        .attr("rel", "external")
        .child(icon(IconName::Bell))
        .child(el("span").class("option-name").child("Notifications"));
    let keyboard = el("button")
        .class("option")
        .attr("type", "button")
        .press(move || {
            close();
            desk.floating.set(Some(Floating::Shortcuts));
        })
        .child(icon(IconName::Keyboard))
        .child(el("span").class("option-name").child("Keyboard shortcuts"))
        .child(el("kbd").class("kbd is-hint").child("?"));
    let sign_out = desk.can_sign_out().then(|| {
        el("form")
            .attr("method", "post")
            .attr("action", format!("{}/admin/sign-out", desk.base()))
            .child(el("input").attr("type", "hidden").attr("name", "csrf").attr("value", desk.csrf()))
            .child(
                el("button")
                    .class("option")
                    .child(icon(IconName::SignOut))
                    .child(el("span").class("option-name").child("Sign out")),
            )
    });
    let popover = el("div")
        .class("popover is-start is-above")
        .child(title("theme-title", "Theme"))
        .child(theme_choice(desk))
        .child(line())
        .child(title("delay-title", "Send replies"))
        .child(send_delay())
        .child(line())
        .child(wishes)
        .child(keyboard)
        .child(sign_out);
    el("details")
        .class("anchor")
        .attr("id", MENU)
        .child(el("summary").class("account").child(avatar).child(who).child(icon(IconName::ChevronDown)))
        .child(popover)
}

fn theme_choice(desk: Desk) -> Element {
    let chosen = RwSignal::new(Theme::System);
    Effect::new(move |_| chosen.set(Theme::current()));
    let option = move |theme: Theme| {
        let (drawing, name) = match theme {
            Theme::System => (IconName::Display, "Like the system"),
            Theme::Light => (IconName::Sun, "Light"),
            Theme::Dark => (IconName::Moon, "Dark"),
        };
        el("button")
            .class("option")
            .class_if("is-chosen", move || chosen.get() == theme)
            .attr("type", "button")
            .attr("aria-pressed", move || if chosen.get() == theme { "true" } else { "false" })
            .press(move || {
                theme.choose(&desk.base());
                chosen.set(theme);
            })
            .child(icon(drawing))
            .child(el("span").class("option-name").child(name))
            .child(icon_with(IconName::Check, "option-tick"))
    };
    el("div")
        .attr("role", "group")
        .attr("aria-labelledby", "theme-title")
        .child(Theme::ALL.map(option).into_iter().collect::<Vec<_>>())
}
