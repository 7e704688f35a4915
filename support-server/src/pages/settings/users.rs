//! Users: who works here.

use leptos::prelude::*;
use serde_json::{Map, Value, json};
use support_core::{model::Role, protocol::User};

use super::{
    super::{
        chip::chip,
        moment::{Precision, moment},
        office::{Choice, Entries, Input, Kind, Section, Wrong, sieve_search, sieve_select},
    },
    Cell, Known, Need, Resource, Row, SheetForm,
};
use crate::ui::IconName;

/// The desk's people.
#[derive(Debug)]
pub struct Users;

/// Before the id of a custom role, in the one choice of what somebody is.
const CUSTOM: &str = "role:";

impl Resource for Users {
    type Wire = User;

    const SECTION: Section = Section::Users;
    const PATH: &'static str = "/users";
    const ONE: &'static str = "user";
    const EMPTY: &'static str = "Invite those who will answer.";
    const NEEDS: &'static [Need] = &[Need::Roles];
    const FILTERS: &'static [&'static str] = &["search", "role", "is_active"];

    fn row(user: &User, known: &Known) -> Row {
        let seen = match user.last_login_at {
            Some(at) => moment(at, Precision::Short).into_any(),
            None => "Never".into_any(),
        };
        let custom = user.custom_role.and_then(|id| Known::name(&known.roles, &id.to_string()).map(str::to_owned));
        Row {
            id: user.id.to_string(),
            name: user.name.clone(),
            note: user.email.clone(),
            cells: vec![
                Cell::new("Role", custom.unwrap_or_else(|| role_word(user.role).to_owned())),
                Cell::new("State", state(user)),
                Cell::new("Last sign-in", seen),
            ],
            farewell: None,
        }
    }

    fn sieve(entries: &Entries, _: &Known) -> Option<AnyView> {
        let roles = vec![
            Choice::new("", "Everybody"),
            Choice::new(Role::Admin, "Admins"),
            Choice::new(Role::Agent, "Agents"),
            Choice::new(Role::Customer, "Customers with an account"),
        ];
        let states =
            vec![Choice::new("", "Any state"), Choice::new("true", "Active"), Choice::new("false", "Disabled")];
        Some(
            view! {
                {sieve_search("search", "Name or address", entries)}
                {sieve_select("role", "Role", roles, entries)}
                {sieve_select("is_active", "State", states, entries)}
            }
            .into_any(),
        )
    }

    fn fresh() -> Entries {
        Entries::default().with("role", Role::Agent)
    }

    fn entries(user: &User) -> Entries {
        let role = user.custom_role.map_or_else(|| user.role.to_string(), |id| format!("{CUSTOM}{id}"));
        Entries::default()
            .with("first_name", &user.first_name)
            .with("last_name", &user.last_name)
            .with("role", role)
            .with_check("is_active", user.is_active)
    }

    fn body(entries: &Entries, is_new: bool) -> Result<Value, Wrong> {
        let mut body = Map::new();
        for name in ["first_name", "last_name"] {
            body.insert(name.to_owned(), json!(entries.one(name)));
        }
        let role = entries.one("role");
        let custom = role.strip_prefix(CUSTOM);
        body.insert("role".to_owned(), json!(if custom.is_some() { Role::Agent.as_str() } else { role }));
        body.insert("custom_role".to_owned(), json!(custom));
        if is_new {
            body.insert("email".to_owned(), json!(entries.one("email")));
            // Without a password the person gets an invitation by mail.
            body.insert("password".to_owned(), json!(entries.some("password")));
        } else {
            body.insert("is_active".to_owned(), json!(entries.is_checked("is_active")));
        }
        Ok(body.into())
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        let built_in = [Role::Agent, Role::Admin].map(|role| Choice::new(role, role_word(role)));
        let custom =
            sheet.known.roles.iter().map(|role| Choice::new(format!("{CUSTOM}{}", role.value), role.name.as_str()));
        let customer =
            (form.entries.one("role") == Role::Customer.as_str()).then(|| Choice::new(Role::Customer, "Customer"));
        let roles = built_in.into_iter().chain(custom).chain(customer).collect();
        let password = Input::new("password", "Password").kind(Kind::NewPassword);
        let account = sheet.is_new.then(|| {
            view! {
                {form.input(Input::new("email", "Email").kind(Kind::Email).required())}
                {form.input(password.hint("Leave it empty to send an invitation: the person chooses one."))}
            }
        });
        let active = (!sheet.is_new)
            .then(|| form.check("is_active", "May sign in", "Without it the account's sessions end at once."));
        view! {
            <div class="sheet-pair">
                {form.input(Input::new("first_name", "First name"))} {form.input(Input::new("last_name", "Last name"))}
            </div>
            {account}
            {form.select("role", "Role", "Admins may do everything. Agents do the daily work, or what their role says.", roles)}
            {active}
        }
        .into_any()
    }

    fn farewell(user: &User) -> String {
        format!(
            "{} can no longer sign in, and their tickets are unassigned. What they wrote stays under their name.",
            user.name
        )
    }
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Agent => "Agent",
        Role::Customer => "Customer",
    }
}

fn state(user: &User) -> AnyView {
    let (class, icon, word) = if !user.is_active {
        ("chip", IconName::Lock, "Disabled")
    } else if user.is_invited {
        ("chip is-warn", IconName::Mail, "Invited")
    } else {
        ("chip is-good", IconName::Check, "Active")
    };
    chip(class, icon, word).into_any()
}
