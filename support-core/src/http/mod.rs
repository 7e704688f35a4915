//! The HTTP side: one router for every mount point. A handler extracts, calls one verb, answers.

mod answer;
mod api_keys;
mod assets;
mod attachments;
mod audit;
mod auth;
mod base;
mod caller;
mod command;
mod config;
mod contacts;
mod conversations;
mod cookies;
mod csv;
mod deliveries;
mod etag;
mod events;
mod gate;
mod ids;
mod inboxes;
mod layers;
mod messages;
mod mount;
mod notifications;
mod openapi;
mod portal;
mod problem;
mod routes;
mod search;
mod settings;
mod tickets;
mod tokens;
mod users;
mod webhooks;
mod widget;

pub use csv::Line as CsvLine;

pub use self::{
    assets::Assets, base::BasePath, layers::RequestId, mount::InProcess, openapi::document as openapi_document,
    problem::problem,
};
