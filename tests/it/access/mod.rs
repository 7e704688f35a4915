//! Who reaches what, on every route.

mod ends;
mod guessing;
mod leaks;
mod matrix;
mod methods;
mod reviewed;
mod routes;
mod secrets;
mod tenants;
mod world;
