//! Customers, as the desk and they themselves see them.

use super::{Call, Desk, Done, differences, found, reply::normal, view::contact_view, work::Begun};
use crate::{
    error::{Error, Fields, Result},
    model::{EventType, PersonId, PersonKind, PersonRecord, limits, text},
    protocol::{ChangeVisitor, Contact},
};

impl Desk {
    /// One contact. Who may read contacts sees all of the tenant's, and everybody themselves.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn show_contact(&self, call: &Call, id: PersonId) -> Result<Contact> {
        if !call.actor.is_staff() && call.actor.person != Some(id) {
            return Err(Error::NotFound);
        }
        let mut tx = self.reader().await?;
        let person = tx.find_person(call.actor.tenant, id).await?;
        let own = call.actor.person == Some(id);
        let person = found(person.filter(|person| person.kind == PersonKind::Contact || own))?;
        let ticket_count = tx.count_tickets_of(call.actor.tenant, id).await?;
        Ok(contact_view(&person, ticket_count))
    }

    /// What a visitor says of themselves. A vouched-for contact cannot be changed this way.
    ///
    /// # Errors
    /// `Invalid`; `Conflict` when the host or an account vouches for the contact.
    pub async fn change_visitor(&self, call: &Call, input: ChangeVisitor) -> Result<Done<Contact>> {
        let mut fields = Fields::default();
        let name = input.name.as_deref();
        let name = name.and_then(|name| fields.check("/name", text::line(&normal(name), limits::NAME_MAX)));
        let email = input.email.as_deref();
        let email = email.and_then(|email| fields.check("/email", text::email(&normal(email))));
        fields.finish()?;
        let mut work = match self.begin(call).await? {
            Begun::New(work) => work,
            Begun::Replayed(done) => return Ok(done),
        };
        let id = call.actor.person.ok_or(Error::Forbidden)?;
        let mut person = found(work.tx().find_person(call.actor.tenant, id).await?)?;
        if person.verified {
            return Err(Error::Conflict {
                code: "verified_contact",
                detail: "Your details come from your account.".into(),
            });
        }
        let said = |person: &PersonRecord| serde_json::json!({ "name": person.name, "email": person.email });
        let before = said(&person);
        person.name = name.unwrap_or(person.name);
        person.email = email.or(person.email);
        // What it was and what it is stands in no log: only that it changed.
        let changes = differences(&before, &said(&person), &["name", "email"]);
        if !changes.is_empty() {
            person.updated_at = work.now;
            work.tx().update_person(&person).await?;
            work.record(EventType::ContactUpdated, format!("contact:{id}"), changes).await?;
        }
        let ticket_count = work.tx().count_tickets_of(call.actor.tenant, id).await?;
        work.commit(contact_view(&person, ticket_count)).await
    }
}
