//! People in the storage.

use async_trait::async_trait;

use crate::{
    model::{PersonId, PersonKind, PersonRecord, Role, SettingId, TenantId, TicketId},
    storage::Result,
};

/// Which people a list shows. Empty fields do not filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFilter {
    /// Of this kind.
    pub kind: PersonKind,
    /// Whose subject starts like this, such as `account:`. An empty text leaves out those whom nobody vouches for any more.
    pub known_as: Option<&'static str>,
    /// With this role.
    pub role: Option<Role>,
    /// With this custom role.
    pub custom_role: Option<SettingId>,
    /// Active or disabled.
    pub is_active: Option<bool>,
    /// Whose name or address contains this text, whatever the case of A to Z.
    pub search: Option<String>,
}

impl PersonFilter {
    /// All people of a kind.
    #[must_use]
    pub const fn of(kind: PersonKind) -> Self {
        Self { kind, known_as: None, role: None, custom_role: None, is_active: None, search: None }
    }
}

/// Reading people.
#[async_trait]
pub trait People: Send {
    /// The person.
    async fn find_person(&mut self, tenant: TenantId, id: PersonId) -> Result<Option<PersonRecord>>;

    /// The person whom the host or the accounts call `subject`.
    async fn find_person_by_subject(
        &mut self,
        tenant: TenantId,
        kind: PersonKind,
        subject: &str,
    ) -> Result<Option<PersonRecord>>;

    /// People in the order of their names, after `after` (name and id of the previous page's last row).
    async fn list_people(
        &mut self,
        tenant: TenantId,
        filter: &PersonFilter,
        after: Option<(&str, PersonId)>,
        limit: u32,
    ) -> Result<Vec<PersonRecord>>;

    /// Active contacts with this address who opened a ticket, newest first. `email_key` is in lower case; the case of A to Z in the
    /// stored address does not matter.
    async fn list_askers_by_address(
        &mut self,
        tenant: TenantId,
        email_key: &str,
        limit: u32,
    ) -> Result<Vec<PersonRecord>>;

    /// Tickets that are not done and that this agent looks after, the longest untouched first.
    async fn list_assigned(&mut self, tenant: TenantId, assignee: PersonId, limit: u32) -> Result<Vec<TicketId>>;

    /// How many tickets this customer ever opened.
    async fn count_tickets_of(&mut self, tenant: TenantId, requester: PersonId) -> Result<i64>;
}

/// Changing people.
#[async_trait]
pub trait PeopleMut: Send {
    /// Adds a person, or brings name, address, role and activity of the one with the same subject up to date. Returns what is stored.
    async fn upsert_person(&mut self, person: &PersonRecord) -> Result<PersonRecord>;

    /// Writes all fields of a known person.
    async fn update_person(&mut self, person: &PersonRecord) -> Result<()>;

    /// The person, who stays as they are until this transaction ends: whoever changes them meanwhile waits.
    async fn hold_person(&mut self, tenant: TenantId, id: PersonId) -> Result<Option<PersonRecord>>;
}
