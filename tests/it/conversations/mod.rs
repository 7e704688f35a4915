//! `conversations/{conversation_id}`.

mod direct;
mod edit;
mod group;
mod reading;
mod replies;
