//! Who acts, in the words of the wire.

use super::choice::choice;

choice!(
    /// What kind of caller did something.
    ActorKind {
        /// Staff.
        Agent = "agent",
        /// A signed-in customer.
        Customer = "customer",
        /// Somebody in the widget who may not be known yet.
        Visitor = "visitor",
        /// The holder of a portal link.
        Portal = "portal",
        /// A program with an API key.
        Service = "service",
        /// The engine itself or a plugin.
        System = "system",
    }
);

choice!(
    /// The role of an account.
    Role {
        /// Staff who also manage the desk.
        Admin = "admin",
        /// Staff.
        Agent = "agent",
        /// A customer with a login.
        Customer = "customer",
    }
);

impl ActorKind {
    /// Whether this caller sits at the desk and sees what customers must not.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Agent | Self::Service | Self::System)
    }
}
