//! What all tests of the product share: databases to run on, and the application with its actors.

pub mod postgres;
pub mod sqlite;
