//! The audit: the whole event log, for those who may see it.

use super::{Call, Desk, list::place, view::audit_view};
use crate::{
    error::{Error, Result},
    model::{EventId, EventType, limits},
    protocol::{AuditEntry, Page},
    storage::{LogEdge, LogFilter},
};

/// Facts that an export reads at once: short transactions, and little memory whatever its length.
const EXPORT_BATCH: u32 = 500;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuditQuery {
    /// Which facts.
    pub filter: LogFilter,
    /// 1 to 100; 25 when left out.
    pub limit: Option<u32>,
    /// Of an earlier page.
    pub cursor: Option<String>,
}

impl Desk {
    /// A page of the log, newest first.
    ///
    /// # Errors
    /// `BadRequest` for a cursor of another list.
    pub async fn list_audit(&self, call: &Call, query: &AuditQuery) -> Result<Page<AuditEntry>> {
        let tenant = call.actor.tenant;
        let list = format!("audit {tenant} {:?}", query.filter);
        let edge = match &query.cursor {
            None => LogEdge::Start,
            Some(cursor) => {
                let text = self.inner.cursors.read(&list, cursor)?;
                match text.split_at_checked(1) {
                    Some(("a", id)) => LogEdge::After(place(id)?),
                    Some(("b", id)) => LogEdge::Before(place(id)?),
                    _ => return Err(Error::internal("a cursor with a valid MAC and an unknown shape")),
                }
            }
        };
        let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT).clamp(1, limits::PAGE_MAX);
        let mut facts = self.reader().await?.list_log(tenant, &query.filter, edge, limit + 1).await?;
        let full = facts.len() > limit as usize;
        if full {
            // The extra row lies at the far end, seen from the edge.
            match edge {
                LogEdge::Before(_) => drop(facts.remove(0)),
                LogEdge::Start | LogEdge::After(_) => drop(facts.pop()),
            }
        }
        let has_next = full || matches!(edge, LogEdge::Before(_));
        let has_previous = match edge {
            LogEdge::Start => false,
            LogEdge::After(_) => true,
            LogEdge::Before(_) => full,
        };
        let cursor = |word: char, id: EventId| self.inner.cursors.write(&list, &format!("{word}{id}"));
        Ok(Page {
            next: facts.last().filter(|_| has_next).map(|last| cursor('a', last.id)),
            previous: facts.first().filter(|_| has_previous).map(|first| cursor('b', first.id)),
            data: facts.iter().map(audit_view).collect(),
        })
    }

    /// Notes that somebody takes a part of the log away, and says where the export starts: behind that fact.
    ///
    /// # Errors
    /// When the storage fails: without the note there is no export.
    pub async fn start_audit_export(&self, call: &Call, filter: &LogFilter) -> Result<LogEdge> {
        let mut tx = self.storage().write().await?;
        let now = self.now();
        let wish = [("filter".to_owned(), crate::protocol::Change { from: None, to: Some(filter.to_string()) })];
        self.record(call, &mut *tx, now, EventType::ExportCreated, "audit".to_owned(), wish.into()).await?;
        tx.commit().await?;
        Ok(LogEdge::After(EventId(self.fresh_id(now))))
    }

    /// The next part of an export, newest first, and where the one after it starts; none at the end.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn export_audit(
        &self,
        call: &Call,
        filter: &LogFilter,
        edge: LogEdge,
    ) -> Result<Option<(Vec<AuditEntry>, LogEdge)>> {
        let facts = self.reader().await?.list_log(call.actor.tenant, filter, edge, EXPORT_BATCH).await?;
        let next = facts.last().map(|last| LogEdge::After(last.id));
        Ok(next.map(|next| (facts.iter().map(audit_view).collect(), next)))
    }
}
