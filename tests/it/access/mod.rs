//! Who reaches what, on every route.

mod bodies;
mod ends;
mod facts;
mod guessing;
mod leaks;
mod matrix;
mod methods;
mod reviewed;
mod routes;
mod secrets;
mod tenants;
mod world;
