//! `auth` and `users`.

mod keys;
mod meanwhile;
mod passwords;
mod policy;
mod roles;
mod session;
mod setup;
mod tokens;
mod users;
mod ways_in;
