//! The words of a ticket's workflow.

use super::choice::choice;

choice!(
    /// Where a ticket stands in its workflow.
    Status {
        /// Somebody at the desk has to act.
        Open = "open",
        /// Waiting on the customer.
        Pending = "pending",
        /// Put aside until a time.
        Snoozed = "snoozed",
        /// Answered; a customer's message opens it again.
        Resolved = "resolved",
        /// Ended. A customer's message opens it again too, so that nothing is lost.
        Closed = "closed",
    }
);

choice!(
    /// How urgent a ticket is. Ordered: `low` is the smallest.
    Priority {
        /// Can wait.
        Low = "low",
        /// The default.
        Medium = "medium",
        /// Soon.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
);

choice!(
    /// What a conversation is for.
    ConversationKind {
        /// With a customer, with a workflow.
        Ticket = "ticket",
        /// Between two people.
        Direct = "direct",
        /// Between several people.
        Group = "group",
    }
);

choice!(
    /// What somebody is in a group.
    ParticipantRole {
        /// Started it, or was there longest when the last owner left: takes others out, and their messages away.
        Owner = "owner",
        /// Takes part.
        Member = "member",
    }
);

impl Priority {
    /// 0 for `low` to 3 for `urgent`.
    #[must_use]
    pub const fn rank(self) -> i64 {
        self as i64
    }
}

impl Status {
    /// Whether the desk counts the ticket as done.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }
}
