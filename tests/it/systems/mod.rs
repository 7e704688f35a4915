//! What the source systems promise, each promise walked under the names that it has here. `docs/coverage.md` is the index.

mod helpdesk_pro;
mod support_module;
mod ticketing;
mod zen_ops;
