//! `conversations/{conversation_id}/participants`, and leaving.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    super::{
        answer,
        command::{Command, Nothing},
        gate::Colleague,
        ids::{Conversation as InAddress, Id},
    },
    list::ConversationPath,
};
use crate::{
    error::Result,
    model::{ConversationId, PersonId},
    protocol::{AddParticipants, Conversation, Problem},
    support::Support,
};

/// Takes agents into a group. Everybody who takes part may; what was said before is theirs to read.
#[utoipa::path(post, path = "/conversations/{conversation_id}/participants", tag = "conversations",
    request_body = AddParticipants, params(ConversationPath),
    responses(
        (status = 200, description = "The conversation as it is now", body = Conversation),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Agents only", body = Problem),
        (status = 404, description = "Not there, or the caller takes no part", body = Problem),
        (status = 409, description = "A direct conversation, or a full one", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 422, description = "A field breaks a rule", body = Problem),
    ))]
pub(in crate::http) async fn add(
    State(support): State<Support>,
    InAddress(id): InAddress,
    command: Command<AddParticipants, Colleague>,
) -> Result<Response> {
    Ok(answer::ok(support.desk().add_participants(&command.call, id, command.input).await?))
}

/// Takes somebody out of a group. Its owners may.
#[utoipa::path(delete, path = "/conversations/{conversation_id}/participants/{person_id}", tag = "conversations",
    params(
        ("conversation_id" = ConversationId, Path, description = "The conversation's id"),
        ("person_id" = PersonId, Path, description = "Who goes"),
    ),
    responses(
        (status = 204, description = "Gone"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Not an owner", body = Problem),
        (status = 404, description = "Not there, or one of the two takes no part", body = Problem),
        (status = 409, description = "A direct conversation", body = Problem),
    ))]
pub(in crate::http) async fn remove(
    State(support): State<Support>,
    InAddress(id): InAddress,
    Id(person): Id<PersonId>,
    command: Command<Nothing, Colleague>,
) -> Result<StatusCode> {
    support.desk().remove_participant(&command.call, id, person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Goes out of a group. When its last owner goes, whoever was there longest becomes one.
#[utoipa::path(post, path = "/conversations/{conversation_id}/leave", tag = "conversations", params(ConversationPath),
    responses(
        (status = 204, description = "Gone"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "Agents only", body = Problem),
        (status = 404, description = "Not there, or the caller takes no part", body = Problem),
        (status = 409, description = "A direct conversation", body = Problem),
    ))]
pub(in crate::http) async fn leave(
    State(support): State<Support>,
    InAddress(id): InAddress,
    command: Command<Nothing, Colleague>,
) -> Result<StatusCode> {
    support.desk().leave_conversation(&command.call, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
