//! Teams: agents who look after tickets together.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Setting, Stored, label};
use crate::{
    desk::{Call, Desk},
    error::{Fields, Result},
    model::{PersonId, PersonKind, limits},
    protocol::{ChangeTeam, CreateTeam, Team},
    storage::ReadTx,
};

/// A team.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TeamSetting {
    /// One line.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// In the order in which they were given, each once.
    #[serde(default)]
    pub members: Vec<PersonId>,
}

fn members(fields: &mut Fields, given: Vec<PersonId>) -> Vec<PersonId> {
    let mut members = Vec::with_capacity(given.len().min(limits::TEAM_MAX));
    for member in given {
        if !members.contains(&member) {
            members.push(member);
        }
        if members.len() > limits::TEAM_MAX {
            fields.refuse("/members", "too_many", format!("must be at most {}", limits::TEAM_MAX));
            return Vec::new();
        }
    }
    members
}

#[async_trait]
impl Setting for TeamSetting {
    const KIND: &'static str = "team";
    type Create = CreateTeam;
    type Change = ChangeTeam;
    type View = Team;

    fn create(input: CreateTeam, fields: &mut Fields) -> Self {
        Self {
            name: label::name(fields, &input.name),
            description: label::description(fields, &input.description),
            members: members(fields, input.members),
        }
    }

    fn change(&mut self, input: ChangeTeam, fields: &mut Fields) {
        if let Some(name) = input.name {
            self.name = label::name(fields, &name);
        }
        if let Some(description) = input.description {
            self.description = label::description(fields, &description);
        }
        if let Some(given) = input.members {
            self.members = members(fields, given);
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn view(stored: &Stored<Self>) -> Team {
        Team {
            id: stored.id,
            name: stored.value.name.clone(),
            description: stored.value.description.clone(),
            members: stored.value.members.clone(),
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }

    /// Every member is an agent. One who was disabled since may stay.
    async fn check(&self, _: &Desk, call: &Call, tx: &mut dyn ReadTx, fields: &mut Fields) -> Result<()> {
        for (index, member) in self.members.iter().enumerate() {
            let person = tx.find_person(call.actor.tenant, *member).await?;
            if person.is_none_or(|person| person.kind != PersonKind::Agent) {
                fields.refuse(&format!("/members/{index}"), "unknown_agent", "there is no such agent");
            }
        }
        Ok(())
    }
}
