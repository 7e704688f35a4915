//! `auth` and `users`.

mod policy;
mod session;
mod setup;
mod tokens;
mod users;
