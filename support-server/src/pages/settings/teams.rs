//! Teams: people who share tickets.

use leptos::prelude::*;
use serde_json::{Value, json};
use support_core::protocol::Team;

use super::{
    super::office::{Entries, Input, Section, Wrong},
    Cell, Known, Need, Resource, Row, SheetForm,
};

/// Groups of the desk's people.
#[derive(Debug)]
pub struct Teams;

impl Resource for Teams {
    type Wire = Team;

    const SECTION: Section = Section::Teams;
    const PATH: &'static str = "/teams";
    const ONE: &'static str = "team";
    const EMPTY: &'static str = "Make one for people who share tickets, such as billing or the second line.";
    const NEEDS: &'static [Need] = &[Need::People];

    fn row(team: &Team, known: &Known) -> Row {
        let names: Vec<_> = team
            .members
            .iter()
            .filter_map(|id| Known::name(&known.people, &id.to_string()))
            .map(str::to_owned)
            .collect();
        let names = if names.is_empty() { "Nobody yet".to_owned() } else { names.join(", ") };
        Row {
            id: team.id.to_string(),
            name: team.name.clone(),
            note: Some(team.description.clone()),
            cells: vec![Cell::new("Members", names)],
            farewell: None,
        }
    }

    fn entries(team: &Team) -> Entries {
        let entries = Entries::default().with("name", &team.name).with("description", &team.description);
        team.members.iter().fold(entries, |entries, member| entries.with("members", member))
    }

    fn body(entries: &Entries, _: bool) -> Result<Value, Wrong> {
        Ok(json!({
            "name": entries.one("name"),
            "description": entries.one("description"),
            "members": entries.all("members").collect::<Vec<_>>(),
        }))
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        view! {
            {form.input(Input::new("name", "Name").required())}
            {form.input(Input::new("description", "Description").hint("What the team looks after."))}
            {form.checks("members", "Members", "", sheet.known.people.clone())}
        }
        .into_any()
    }

    fn farewell(team: &Team) -> String {
        format!("Tickets of “{}” stay, without a team. Views that are shared with it are no longer shared.", team.name)
    }
}
