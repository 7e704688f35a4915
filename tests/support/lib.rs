//! What all tests of the product share: databases to run on, and the application with its actors.

pub mod actor;
pub mod app;
pub mod clock;
pub mod contents;
pub mod feed;
pub mod load;
pub mod meanwhile;
pub mod picture;
pub mod postgres;
pub mod push;
pub mod receiver;
pub mod reply;
pub mod smtp;
pub mod socket;
pub mod sqlite;
