//! Sessions that end early: an account's, a visitor's, one that came from a portal link.

use std::collections::BTreeMap;

use super::{Call, Desk, user};
use crate::{
    error::Result,
    model::{EventType, SessionId},
    storage::WriteTx,
};

impl Desk {
    /// Ends a session in `tx`, and says so in the log: by it every process ends the streams that the session holds open.
    pub(crate) async fn end_session(&self, call: &Call, tx: &mut dyn WriteTx, id: SessionId) -> Result<()> {
        let (tenant, now) = (call.actor.tenant, self.now());
        let session = tx.find_session_by_id(tenant, id).await?.filter(|session| session.is_live(now));
        if let Some(person) = session.and_then(|session| session.person)
            && let Some(person) = tx.find_person(tenant, person).await?
        {
            let call = Call { actor: self.actor(&person).await?, ..call.clone() };
            self.record(&call, tx, now, EventType::UserSignedOut, user(person.id), BTreeMap::new()).await?;
        }
        Ok(tx.revoke_session(tenant, id, now).await?)
    }
}
