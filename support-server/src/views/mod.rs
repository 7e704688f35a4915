//! The dashboard's pages and panes. Thin: what they show is decided in `state`, what they do in `desk`.

mod bulk;
mod chat;
mod chat_form;
mod chat_list;
mod composer;
mod customer;
mod deliveries;
mod due;
mod files;
mod filters;
mod list;
mod message;
mod page;
mod palette;
mod row;
mod shortcuts;
mod sidebar;
mod signals;
mod thread;
mod thread_head;
mod ticket_facts;
mod ticket_fields;
mod view_form;

pub use page::desk_page;
