//! One change for many tickets.

use futures_util::{StreamExt as _, stream};

use super::{Call, Desk, Done, work::Begun};
use crate::{
    error::{Error, Result},
    model::limits,
    protocol::{BulkAnswer, BulkChange, BulkItem, BulkResult},
};

/// Tickets that are changed at the same time: enough to share commits, few enough to leave connections to others.
const AT_ONCE: usize = 8;

impl Desk {
    /// Changes up to 1,000 tickets, each by itself: what is refused for one does not stop the others.
    ///
    /// # Errors
    /// `Invalid` when there are none, too many, or both forms at once.
    pub async fn change_many(&self, call: &Call, input: BulkChange) -> Result<Done<BulkAnswer>> {
        let items = items(input)?;
        // A short look for an earlier answer; the changes themselves have transactions of their own.
        if call.idempotency.is_some()
            && let Begun::Replayed(done) = self.begin(call).await?
        {
            return Ok(done);
        }
        let each = Call { idempotency: None, precondition: super::Precondition::default(), ..call.clone() };
        let each = &each;
        let change = |BulkItem { id, change }| async move {
            match self.change(each, id, change).await {
                Ok(done) => BulkResult { id, ticket: Some(done.value), problem: None },
                Err(error) => BulkResult { id, ticket: None, problem: Some(error.problem(&each.request_id)) },
            }
        };
        let data = stream::iter(items.into_iter().map(change)).buffered(AT_ONCE).collect().await;
        let answer = BulkAnswer { data };
        if call.idempotency.is_none() {
            return Ok(Done::now(answer));
        }
        match self.begin(call).await? {
            Begun::New(work) => work.commit(answer).await,
            Begun::Replayed(done) => Ok(done),
        }
    }
}

fn items(input: BulkChange) -> Result<Vec<BulkItem>> {
    let items = match (input.ids.is_empty(), input.change, input.items.is_empty()) {
        (false, Some(change), true) => {
            input.ids.into_iter().map(|id| BulkItem { id, change: change.clone() }).collect()
        }
        (true, None, false) => input.items,
        (false, None, true) => return Err(Error::field("/change", "missing", "must say what changes")),
        _ => return Err(Error::field("/ids", "missing", "name tickets by `ids` with one `change`, or by `items`")),
    };
    if items.len() > limits::BULK_MAX {
        return Err(Error::field("/ids", "too_many", format!("must be at most {}", limits::BULK_MAX)));
    }
    Ok(items)
}
