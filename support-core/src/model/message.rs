//! The words of a message.

use super::choice::choice;

choice!(
    /// Which way a message went, seen from the desk.
    Direction {
        /// From the customer.
        Inbound = "inbound",
        /// From the desk.
        Outbound = "outbound",
    }
);

choice!(
    /// Who wrote a message.
    AuthorKind {
        /// Staff.
        Agent = "agent",
        /// The customer, through any channel.
        Customer = "customer",
        /// The engine or a plugin.
        System = "system",
    }
);
