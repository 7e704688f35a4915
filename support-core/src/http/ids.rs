//! Ids out of the address, by name: a host's own parameters before ours do no harm.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};

use crate::{error::Error, model::ConversationId};

/// An id whose parameter is called as its type says.
pub(super) trait Named: FromStr {
    const NAME: &'static str;
}

macro_rules! named {
    ($($id:ty => $name:literal),+ $(,)?) => {
        $(impl Named for $id { const NAME: &'static str = $name; })+
    };
}

named! {
    crate::model::TicketId => "ticket_id",
    crate::model::PersonId => "person_id",
    crate::model::TokenId => "token_id",
    crate::model::MessageId => "message_id",
    crate::model::DeliveryId => "delivery_id",
    crate::model::SettingId => "setting_id",
    crate::model::WebhookId => "webhook_id",
    crate::model::AttachmentId => "attachment_id",
    crate::model::NotificationId => "notification_id",
    crate::model::PushSubscriptionId => "push_subscription_id",
}

/// One id of the address. What is no id cannot be there: 404.
#[derive(Debug, Clone, Copy)]
pub(super) struct Id<T>(pub(super) T);

impl<S: Send + Sync, T: Named + Send> FromRequestParts<S> for Id<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        text(parts, state, T::NAME).await?.parse().map(Self).map_err(|_| Error::NotFound)
    }
}

/// The conversation of the address, of whatever kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conversation(pub(super) ConversationId);

impl<S: Send + Sync> FromRequestParts<S> for Conversation {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        text(parts, state, "conversation_id").await?.parse().map(Self).map_err(|_| Error::NotFound)
    }
}

/// A parameter as text. The last of that name is ours.
pub(super) async fn text<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Result<String, Error> {
    let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
    let value = params.iter().filter(|(key, _)| *key == name).last().map(|(_, value)| value.to_owned());
    value.ok_or(Error::NotFound)
}
