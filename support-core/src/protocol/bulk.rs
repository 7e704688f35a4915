//! Many tickets changed at once.

use super::{ChangeTicket, Problem, Ticket, body, wire};
use crate::model::TicketId;

body! {
    /// `POST tickets/bulk`: one change for many, or one each.
    pub struct BulkChange {
        /// Up to 1,000 tickets that all get `change`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub ids: Vec<TicketId>,
        /// What changes in all of `ids`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub change: Option<ChangeTicket>,
        /// Instead of `ids`: up to 1,000 tickets with a change each, as an undo needs it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub items: Vec<BulkItem>,
    }
}

wire! {
    /// One ticket's part of a bulk change.
    #[serde(deny_unknown_fields)]
    pub struct BulkItem {
        /// The ticket.
        pub id: TicketId,
        /// What changes in it.
        pub change: ChangeTicket,
    }

    /// What a bulk change did.
    pub struct BulkAnswer {
        /// One for each ticket, in the order of the request.
        pub data: Vec<BulkResult>,
    }

    /// What a bulk change did to one ticket.
    pub struct BulkResult {
        /// The ticket.
        pub id: TicketId,
        /// As it is now; null when it was refused.
        pub ticket: Option<Ticket>,
        /// Why it was refused.
        pub problem: Option<Problem>,
    }
}
