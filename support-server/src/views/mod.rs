//! The dashboard's pages and panes. Thin: what they show is decided in `state`, what they do in `desk`.

pub mod assign;
pub mod composer;
pub mod customer;
pub mod deliveries;
pub mod list;
pub mod message;
pub mod page;
pub mod row;
pub mod shortcuts;
pub mod sidebar;
pub mod signals;
pub mod thread;
pub mod thread_head;

pub use page::DeskPage;
