//! What one mail tells somebody of.

use super::{super::Desk, sentence};
use crate::{
    error::Result,
    model::{DeliveryRecord, PersonId, TicketId},
    storage::NotificationEntry,
};

/// Things that one mail tells of; the rest is in the dashboard.
const ITEMS_MAX: u32 = 100;

/// One mail's worth.
#[derive(Debug, Clone, PartialEq)]
pub struct NotificationLetter {
    /// Where it goes.
    pub email: String,
    /// What it tells of, oldest first; at least one.
    pub items: Vec<LetterItem>,
}

/// One thing that a mail tells of.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterItem {
    /// What happened, without a full stop.
    pub sentence: String,
    /// The ticket: id, number and subject.
    pub ticket: Option<(TicketId, i64, String)>,
    /// The message, where it is about one whose text is still there.
    pub body: Option<String>,
}

impl Desk {
    /// What a delivery has to tell now: all whose mail is due to this person, unread, and that they may still know of. None when there
    /// is nothing, or the person has no address any more. A delivery that is tried again gets what it had, without what was read.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn notification_letter(&self, delivery: &DeliveryRecord) -> Result<Option<NotificationLetter>> {
        let Some(id) = delivery.lane.as_deref().and_then(|lane| lane.parse::<PersonId>().ok()) else {
            return Ok(None);
        };
        let tenant = delivery.tenant;
        let person = self.reader().await?.find_person(tenant, id).await?;
        let Some(person) = person.filter(|person| person.is_active && person.is_user()) else { return Ok(None) };
        let Some(email) = person.email.clone() else { return Ok(None) };
        let mut tx = self.storage().write().await?;
        let entries = tx.claim_mail(tenant, id, delivery.id, self.now(), ITEMS_MAX).await?;
        tx.commit().await?;
        let actor = self.actor(&person).await?;
        let known = entries.into_iter().filter(|entry| self.may_know(&actor, &entry.about));
        let items: Vec<_> = known.map(item).collect();
        Ok((!items.is_empty()).then_some(NotificationLetter { email, items }))
    }
}

fn item(entry: NotificationEntry) -> LetterItem {
    let about = entry.about;
    LetterItem {
        sentence: sentence(&entry.notification, &about),
        ticket: about.ticket.map(|ticket| (ticket.id, ticket.number, ticket.subject)),
        body: about.message.map(|message| message.body).filter(|body| !body.is_empty()),
    }
}
