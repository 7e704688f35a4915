//! Who reaches what, on every route.

mod matrix;
mod reviewed;
mod routes;
mod world;
