//! Pages without hydration: sign-in, setup, portal, demo, errors and the demo's shop.
//!
//! Each page is a pure function from a [`Frame`] and its own model to a document. A page does no I/O, writes no inline
//! style or script, and works without JavaScript; the files in `browser/` only add comfort.

mod audit;
mod chip;
mod demo;
mod error;
mod field;
mod files;
mod frame;
mod mail;
mod moment;
mod notification_list;
mod notifications;
mod office;
mod password;
mod portal_link;
mod portal_list;
mod portal_new;
mod portal_thread;
mod settings;
mod setup;
mod shop;
mod sign_in;
mod statistics;

pub use audit::{Audit, audit};
pub use demo::{DemoPage, DemoPerson, demo_page};
pub use error::{ErrorPage, error_page};
pub use frame::{FAVICON, Frame};
pub use mail::{Letter, MailPage, OpenLetter, mail_page};
pub use notification_list::{NotificationList, notification_list};
pub use notifications::{MyNotifications, my_notifications, my_notifications_body};
pub use office::{Choice, Entries, Group, Office, Section, Wrong};
pub use password::{ChoosePage, ForgotPage, Occasion, choose, forgot};
pub use portal_link::{LinkAsk, LinkPage, LinkProblem, link_ask, link_page};
pub use portal_list::{PortalList, PortalShown, portal_list};
pub use portal_new::{Draft, PortalNew, portal_new};
pub use portal_thread::{PortalThread, portal_thread};
pub use settings::{
    ApiKeys, Calendars, Cell, Configuration, Fields, Known, Listing, Need, Policies, Resource, Roles, Row, Secret,
    Sheet, SheetForm, Tags, Teams, Tokens, Users, WebhookPage, Webhooks, configuration, configuration_body, inboxes,
    listing, minted, overview, priority_word, sheet, webhook,
};
pub use setup::{SetupDone, SetupForm, setup_done, setup_form};
pub use shop::{SHOP_STYLE, ShopPage, shop_page};
pub use sign_in::{SignIn, sign_in};
pub use statistics::{Breakdown, Day, Slice, Statistics, Tile, statistics};

#[cfg(test)]
mod tests;
