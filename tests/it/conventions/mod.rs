//! What holds on every route: refusals, bodies, headers, addresses.

mod addresses;
mod bodies;
mod headers;
