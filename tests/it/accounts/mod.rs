//! `auth` and `users`.

mod session;
mod setup;
mod tokens;
mod users;
