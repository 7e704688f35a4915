//! People in the storage.

use async_trait::async_trait;

use crate::{
    model::{PersonId, PersonKind, PersonRecord, TenantId},
    storage::Result,
};

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

    /// People of one kind in the order of their names, after `after` (name and id of the previous page's last row).
    async fn list_people(
        &mut self,
        tenant: TenantId,
        kind: PersonKind,
        after: Option<(&str, PersonId)>,
        limit: u32,
    ) -> Result<Vec<PersonRecord>>;

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
}
