//! `conversations/{conversation_id}`.

mod edit;
mod replies;
