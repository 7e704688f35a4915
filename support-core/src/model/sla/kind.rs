//! What can be promised.

use crate::model::choice::choice;

choice!(
    /// What has to happen before a deadline.
    TargetKind {
        /// An agent's first public message, counted from the opening.
        FirstResponse = "first_response",
        /// An agent's public message, counted from the oldest unanswered message of the customer.
        NextResponse = "next_response",
        /// The end of the ticket, counted from the opening without its pauses.
        Resolution = "resolution",
        /// The end of the ticket, at a time that somebody has set by hand.
        Pinned = "pinned",
    }
);
