//! Custom roles: what agents may do who hold one.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Setting, Stored, label};
use crate::{
    desk::{Call, Desk},
    error::{Error, Fields, Result},
    model::{Actor, Permissions, PersonKind, TenantId},
    protocol::{ChangeRole, CreateRole, CustomRole},
    storage::{PersonFilter, ReadTx},
};

/// A custom role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RoleSetting {
    /// One line.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// What its holders may do.
    pub permissions: Permissions,
}

#[async_trait]
impl Setting for RoleSetting {
    const KIND: &'static str = "role";
    type Create = CreateRole;
    type Change = ChangeRole;
    type View = CustomRole;

    fn create(input: CreateRole, fields: &mut Fields) -> Self {
        Self {
            name: label::name(fields, &input.name),
            description: label::description(fields, &input.description),
            permissions: input.permissions,
        }
    }

    fn change(&mut self, input: ChangeRole, fields: &mut Fields) {
        if let Some(name) = input.name {
            self.name = label::name(fields, &name);
        }
        if let Some(description) = input.description {
            self.description = label::description(fields, &description);
        }
        self.permissions = input.permissions.unwrap_or(self.permissions);
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn view(stored: &Stored<Self>) -> CustomRole {
        CustomRole {
            id: stored.id,
            name: stored.value.name.clone(),
            description: stored.value.description.clone(),
            permissions: stored.value.permissions,
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }

    /// Who may do less than a role cannot take it away from those who hold it.
    fn is_changeable(stored: &Stored<Self>, actor: &Actor) -> bool {
        actor.permissions.covers(stored.value.permissions)
    }

    async fn check(&self, _: &Desk, call: &Call, _: &mut dyn ReadTx, fields: &mut Fields) -> Result<()> {
        if !call.actor.permissions.covers(self.permissions) {
            fields.refuse("/permissions", "not_yours", "must not have what you do not have yourself");
        }
        Ok(())
    }

    async fn check_delete(stored: &Stored<Self>, tenant: TenantId, tx: &mut dyn ReadTx) -> Result<()> {
        let holders = PersonFilter { custom_role: Some(stored.id), ..PersonFilter::of(PersonKind::Agent) };
        if tx.list_people(tenant, &holders, None, 1).await?.is_empty() {
            return Ok(());
        }
        Err(Error::Conflict { code: "in_use", detail: "Some people hold this role: give them another first.".into() })
    }
}
