//! What a ticket's clocks depend on, whatever is promised: who waits since when, and when the ticket stood still.

use serde::{Deserialize, Serialize};

use crate::model::{Status, TicketRecord, Timestamp, limits};

/// Why the clocks stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    /// It is pending or snoozed: a policy may say that the resolution's clock stands still.
    Waiting,
    /// It is resolved, closed or merged: all clocks stand still.
    Done,
}

impl StopKind {
    /// Of a ticket as it is; none when its clocks run.
    #[must_use]
    pub const fn of(ticket: &TicketRecord) -> Option<Self> {
        if ticket.merged_into.is_some() {
            return Some(Self::Done);
        }
        match ticket.status {
            Status::Open => None,
            Status::Pending | Status::Snoozed => Some(Self::Waiting),
            Status::Resolved | Status::Closed => Some(Self::Done),
        }
    }
}

/// A time in which the ticket stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Why.
    pub kind: StopKind,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// The customer's oldest message that waits, or waited last, for an answer after the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// When it came.
    pub since: Timestamp,
    /// When an agent answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
}

/// The history of a ticket, as far as clocks depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Who waits for the next response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Wait>,
    /// In ascending order, without overlap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<Stop>,
    /// The stop that has not ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<(StopKind, Timestamp)>,
}

impl Track {
    /// Of a ticket whose history nobody kept: new, or from before there were deadlines. Past stops are not known then.
    #[must_use]
    pub fn adopt(ticket: &TicketRecord) -> Self {
        let since = ticket.resolved_at.or(ticket.closed_at).unwrap_or(ticket.updated_at);
        let unanswered = ticket.unread_by_agent > 0 && ticket.first_response_at.is_some();
        Self {
            wait: ticket.last_message_at.filter(|_| unanswered).map(|since| Wait { since, answered_at: None }),
            stops: Vec::new(),
            stopped: StopKind::of(ticket).map(|kind| (kind, since)),
        }
    }

    /// The customer wrote. Before the first response it is that which they wait for.
    pub fn customer_wrote(&mut self, at: Timestamp, responded: bool) {
        let done = matches!(self.stopped, Some((StopKind::Done, _)));
        let waits = self.wait.is_some_and(|wait| wait.answered_at.is_none());
        // What was asked before the end has been settled by it.
        if responded && (done || !waits) {
            self.wait = Some(Wait { since: at, answered_at: None });
        }
    }

    /// An agent wrote to the customer.
    pub fn agent_wrote(&mut self, at: Timestamp) {
        if let Some(wait) = &mut self.wait {
            wait.answered_at.get_or_insert(at);
        }
    }

    /// The ticket stands still for this reason, or goes on, from `at`.
    pub fn stand(&mut self, why: Option<StopKind>, at: Timestamp) {
        match self.stopped {
            Some((kind, _)) if Some(kind) == why => return,
            Some((kind, from)) if from < at => {
                self.stops.push(Stop { kind, from, to: at });
                if self.stops.len() > limits::STOPS_MAX {
                    let first = self.stops.remove(0);
                    let second = &mut self.stops[0];
                    second.from = first.from;
                    if first.kind == StopKind::Done {
                        second.kind = StopKind::Done;
                    }
                }
            }
            Some(_) | None => {}
        }
        self.stopped = why.map(|kind| (kind, at));
    }
}
