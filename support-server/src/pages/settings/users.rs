//! Users: who works here.

use leptos::prelude::*;
use serde_json::{Map, Value, json};
use support_core::{model::Role, protocol::User};

use super::{
    super::{
        moment::{Precision, moment},
        office::{Choice, Entries, Input, Kind, Section, Wrong},
    },
    Cell, Known, Resource, Row, SheetForm,
};
use crate::ui::{Icon, IconName};

/// The desk's people.
#[derive(Debug)]
pub struct Users;

impl Resource for Users {
    type Wire = User;

    const SECTION: Section = Section::Users;
    const PATH: &'static str = "/users";
    const ONE: &'static str = "user";
    const EMPTY: &'static str = "Invite those who will answer.";

    fn row(user: &User, _: &Known) -> Row {
        let seen = match user.last_login_at {
            Some(at) => moment(at, Precision::Short).into_any(),
            None => "Never".into_any(),
        };
        Row {
            id: user.id.to_string(),
            name: user.name.clone(),
            note: user.email.clone(),
            cells: vec![
                Cell::new("Role", role_word(user.role)),
                Cell::new("State", state(user.is_active)),
                Cell::new("Last sign-in", seen),
            ],
            farewell: None,
        }
    }

    fn fresh() -> Entries {
        Entries::default().with("role", Role::Agent)
    }

    fn entries(user: &User) -> Entries {
        Entries::default()
            .with("first_name", &user.first_name)
            .with("last_name", &user.last_name)
            .with("role", user.role)
            .with_check("is_active", user.is_active)
    }

    fn body(entries: &Entries, is_new: bool) -> Result<Value, Wrong> {
        let mut body = Map::new();
        for name in ["first_name", "last_name", "role"] {
            body.insert(name.to_owned(), json!(entries.one(name)));
        }
        if is_new {
            body.insert("email".to_owned(), json!(entries.one("email")));
            body.insert("password".to_owned(), json!(entries.one("password")));
        } else {
            body.insert("is_active".to_owned(), json!(entries.is_checked("is_active")));
        }
        Ok(body.into())
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        let roles = [Role::Agent, Role::Admin].map(|role| Choice::new(role, role_word(role))).to_vec();
        let account = sheet.is_new.then(|| {
            view! {
                {form.input(Input::new("email", "Email").kind(Kind::Email).required())}
                {form.input(Input::new("password", "Password").kind(Kind::NewPassword).required().hint("At least 8 characters."))}
            }
        });
        let active = (!sheet.is_new)
            .then(|| form.check("is_active", "May sign in", "Without it the account's sessions end at once."));
        view! {
            <div class="sheet-pair">
                {form.input(Input::new("first_name", "First name"))} {form.input(Input::new("last_name", "Last name"))}
            </div>
            {account}
            {form.select("role", "Role", "Admins may do everything; agents answer tickets.", roles)}
            {active}
        }
        .into_any()
    }

    fn farewell(user: &User) -> String {
        format!("{} can no longer sign in. What they wrote stays under their name.", user.name)
    }
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "Admin",
        Role::Agent => "Agent",
        Role::Customer => "Customer",
    }
}

fn state(is_active: bool) -> AnyView {
    let (class, icon, word) =
        if is_active { ("chip is-good", IconName::Check, "Active") } else { ("chip", IconName::Lock, "Disabled") };
    view! {
        <span class=class>
            <Icon name=icon />
            {word}
        </span>
    }
    .into_any()
}
