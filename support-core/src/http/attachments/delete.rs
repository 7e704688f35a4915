//! `DELETE attachments/{attachment_id}`.

use axum::{extract::State, http::StatusCode};

use super::super::{
    command::{Command, Nothing},
    gate::Anyone,
    ids::Id,
};
use crate::{error::Result, model::AttachmentId, protocol::Problem, support::Support};

/// Throws one's own file away that no message has yet. The file of a message goes with the message.
#[utoipa::path(delete, path = "/attachments/{attachment_id}", tag = "attachments",
    params(("attachment_id" = AttachmentId, Path, description = "The file's id")),
    responses(
        (status = 204, description = "Gone"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 404, description = "Not there, somebody else's, or at a message", body = Problem),
    ))]
pub(in crate::http) async fn delete(
    State(support): State<Support>,
    Id(id): Id<AttachmentId>,
    command: Command<Nothing, Anyone>,
) -> Result<StatusCode> {
    support.desk().discard_file(&command.call, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
