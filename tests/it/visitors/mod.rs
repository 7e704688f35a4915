//! The widget's session.

mod identity;
mod session;
