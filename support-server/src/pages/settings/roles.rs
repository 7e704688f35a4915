//! Roles: what an agent may do.

use leptos::prelude::*;
use serde_json::{Value, json};
use support_core::{model::Permission, protocol::CustomRole};

use super::{
    super::office::{Choice, Entries, Form, Input, Section, Wrong},
    Cell, Known, Resource, Row, SheetForm,
};

/// Custom roles of agents.
#[derive(Debug)]
pub struct Roles;

impl Resource for Roles {
    type Wire = CustomRole;

    const SECTION: Section = Section::Roles;
    const PATH: &'static str = "/roles";
    const ONE: &'static str = "role";
    const EMPTY: &'static str =
        "Admins may do everything, agents the daily work. Make a role where that is too much or too little.";

    fn row(role: &CustomRole, _: &Known) -> Row {
        let count = role.permissions.iter().count();
        Row {
            id: role.id.to_string(),
            name: role.name.clone(),
            note: Some(role.description.clone()),
            cells: vec![Cell::number("Permissions", format!("{count} of {}", Permission::ALL.len()))],
            farewell: None,
        }
    }

    fn fresh() -> Entries {
        let usual = support_core::model::Permissions::AGENT;
        usual.iter().fold(Entries::default(), |entries, permission| entries.with("permissions", permission))
    }

    fn entries(role: &CustomRole) -> Entries {
        let entries = Entries::default().with("name", &role.name).with("description", &role.description);
        role.permissions.iter().fold(entries, |entries, permission| entries.with("permissions", permission))
    }

    fn body(entries: &Entries, _: bool) -> Result<Value, Wrong> {
        Ok(json!({
            "name": entries.one("name"),
            "description": entries.one("description"),
            "permissions": entries.all("permissions").collect::<Vec<_>>(),
        }))
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        view! {
            {form.input(Input::new("name", "Name").required())}
            {form.input(Input::new("description", "Description").hint("Who it is for."))}
            {permissions(&form, "permissions", "May", &[])}
        }
        .into_any()
    }

    fn farewell(role: &CustomRole) -> String {
        format!("Whoever has the role “{}” may do what every agent may, from the next click on.", role.name)
    }
}

/// Boxes for every permission but those `without`, by what they are about. The same for roles and for API keys.
pub(super) fn permissions(form: &Form<'_>, name: &str, legend: &str, without: &[Permission]) -> AnyView {
    let group = |(title, prefixes): &(&'static str, &[&str])| {
        let belongs = |permission: &&Permission| {
            let noun = permission.as_str().split(':').next().unwrap_or_default();
            prefixes.contains(&noun) && !without.contains(permission)
        };
        let boxes = Permission::ALL.iter().filter(belongs).map(|permission| {
            let (word, hint) = words(*permission);
            form.one_of(name, Choice::new(permission, word).with_hint(hint))
        });
        view! {
            <div class="checks-group">
                <p class="checks-title">{*title}</p>
                <div class="checks is-wide">{boxes.collect_view()}</div>
            </div>
        }
    };
    let groups = GROUPS.iter().map(group).collect_view();
    form.group(name, legend, "", form.error(name), groups.into_any())
}

/// The nouns of the permissions under their headings.
const GROUPS: [(&str, &[&str]); 3] = [
    ("Tickets", &["tickets", "tokens", "views"]),
    ("Customers", &["contacts"]),
    ("The desk", &["stats", "users", "settings", "config", "audit", "api_keys", "deliveries", "webhooks"]),
];

/// A permission for people: what one may do, and what that includes.
const fn words(permission: Permission) -> (&'static str, &'static str) {
    match permission {
        Permission::TicketsRead => ("See tickets", "All tickets with their conversations, live."),
        Permission::TicketsReply => ("Reply", "Open tickets and write to customers."),
        Permission::TicketsNote => ("Write notes", "Internal, never seen by customers."),
        Permission::TicketsChange => ("Change details", "Subject, priority, tags, links, fields."),
        Permission::TicketsAssign => ("Assign", "Choose who looks after a ticket."),
        Permission::TicketsStatus => ("Change the status", "Resolve, close, reopen, snooze."),
        Permission::TicketsOverride => ("Act on others' tickets", "Assign and resolve what a colleague looks after."),
        Permission::TicketsMerge => ("Merge", "Put one ticket into another."),
        Permission::TicketsBulk => ("Change many at once", "Up to 1,000 tickets in one step."),
        Permission::TokensManage => ("Portal links", "Make, list and revoke them."),
        Permission::ContactsRead => ("See customers", "Names, addresses, earlier tickets."),
        Permission::ContactsManage => ("Change customers", "Change, merge and erase them."),
        Permission::StatsRead => ("See statistics", "How the desk is doing."),
        Permission::UsersRead => ("See users", "Who works here."),
        Permission::UsersManage => ("Manage users", "Accounts, roles and teams."),
        Permission::SettingsRead => ("See settings", "Tags, fields, policies and the like."),
        Permission::SettingsManage => ("Change settings", "Tags, fields, policies, inboxes."),
        Permission::ConfigManage => ("Configure the desk", "What is switched on, what customers are told."),
        Permission::AuditRead => ("Read the audit log", "Who changed what."),
        Permission::ApiKeysManage => ("Manage API keys", "Make and revoke them."),
        Permission::ViewsShare => ("Share views", "With a team or with everybody."),
        Permission::DeliveriesManage => ("Retry mail", "What could not be delivered."),
        Permission::WebhooksManage => ("Manage webhooks", "Where events are sent, and what came of it."),
    }
}
