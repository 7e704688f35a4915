//! People: staff and customers share one kind of id.

use super::choice::choice;

choice!(
    /// What a person is to the desk.
    PersonKind {
        /// Staff.
        Agent = "agent",
        /// A customer.
        Contact = "contact",
        /// A program with an API key.
        Service = "service",
    }
);
