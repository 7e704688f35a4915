//! The settings: what an admin makes and changes. A kind of thing says how its table, its form and its body look
//! ([`Resource`]); the pages around them are the same for all.

mod api_keys;
mod calendars;
mod configuration;
mod fields;
mod inboxes;
mod list;
mod minted;
mod overview;
mod policies;
mod resource;
mod roles;
mod sheet;
mod spans;
mod tags;
mod teams;
mod tokens;
mod users;
mod webhook;
mod webhooks;

pub use api_keys::ApiKeys;
pub use calendars::Calendars;
pub use configuration::{Configuration, configuration, configuration_body};
pub use fields::Fields;
pub use inboxes::inboxes;
pub(super) use list::pager;
pub use list::{Listing, listing};
pub use minted::minted;
pub use overview::overview;
pub use policies::{Policies, priority_word};
pub use resource::{Cell, Known, Need, Resource, Row, Secret, SheetForm};
pub use roles::Roles;
pub use sheet::{Sheet, sheet};
pub use tags::Tags;
pub use teams::Teams;
pub use tokens::Tokens;
pub use users::Users;
pub use webhook::{WebhookPage, webhook};
pub use webhooks::Webhooks;
