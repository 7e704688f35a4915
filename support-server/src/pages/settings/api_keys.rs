//! API keys: programs that act here.

use leptos::prelude::*;
use serde_json::{Value, json};
use support_core::{
    model::{Permission, Timestamp},
    protocol::ApiKey,
};

use super::{
    super::{
        chip::secret_chip,
        moment::{Precision, moment},
        office::{Entries, Input, Kind, Section, Wrong},
    },
    Cell, Known, Need, Resource, Row, Secret, SheetForm,
    roles::permissions,
};

/// Keys of programs.
#[derive(Debug)]
pub struct ApiKeys;

impl Resource for ApiKeys {
    type Wire = ApiKey;

    const SECTION: Section = Section::ApiKeys;
    const PATH: &'static str = "/api-keys";
    const ONE: &'static str = "key";
    const EMPTY: &'static str = "Make one for each program, with no more scopes than it needs.";
    const NEEDS: &'static [Need] = &[Need::People];
    const REMOVE: &'static str = "Revoke";
    const REMOVED: &'static str = "revoked";

    fn row(key: &ApiKey, known: &Known) -> Row {
        let at = |at: Option<Timestamp>, never: &'static str| match at {
            Some(at) => moment(at, Precision::Short).into_any(),
            None => never.into_any(),
        };
        let maker = Known::name(&known.people, &key.created_by.to_string()).unwrap_or("Somebody who left").to_owned();
        Row {
            id: key.id.to_string(),
            name: key.name.clone(),
            note: Some(format!("{}… · {maker}", key.hint)),
            cells: vec![
                Cell::new("State", secret_chip(key.revoked_at.is_some(), key.expires_at, known.now)),
                Cell::number("Scopes", key.scopes.iter().count()),
                Cell::new("Last used", at(key.last_used_at, "Never")),
                Cell::new("Ends", at(key.expires_at, "When revoked")),
            ],
            farewell: None,
        }
    }

    fn fresh() -> Entries {
        Entries::default().with("expires_in_days", 90).with("scopes", Permission::TicketsRead)
    }

    fn entries(key: &ApiKey) -> Entries {
        Entries::default().with("name", &key.name)
    }

    fn body(entries: &Entries, is_new: bool) -> Result<Value, Wrong> {
        let mut body = json!({ "name": entries.one("name") });
        if is_new {
            body["scopes"] = entries.all("scopes").collect::<Vec<_>>().into();
            let days = entries.some("expires_in_days");
            body["expires_in_days"] =
                days.map_or(Value::Null, |days| days.parse::<i64>().map_or_else(|_| json!(days), |days| json!(days)));
        }
        Ok(body)
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        let days = Input::new("expires_in_days", "Days until it ends").kind(Kind::Number { min: 1, max: 365 });
        let fresh = sheet.is_new.then(|| {
            view! {
                {form.input(days.hint("1 to 365. Empty: it lives until somebody revokes it."))}
                {permissions(&form, "scopes", "Scopes", &[Permission::ApiKeysManage])}
            }
        });
        view! {
            {form.input(Input::new("name", "Name").required().hint("Which program uses it."))}
            {fresh}
        }
        .into_any()
    }

    fn secret(answer: &Value) -> Option<Secret> {
        Some(Secret {
            title: "API key",
            text: "Send it as Authorization: Bearer, or as X-API-Key. It does what its scopes say, and never more than you may do yourself.",
            value: answer.get("key")?.as_str()?.to_owned(),
        })
    }

    fn farewell(key: &ApiKey) -> String {
        format!("Programs that use “{}” are refused from now on. This can't be undone.", key.name)
    }
}
