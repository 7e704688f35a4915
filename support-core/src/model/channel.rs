//! The channel that a conversation or a message came through: an open word with well-known values.

use std::borrow::Cow;

/// `chat`, `email`, `portal`, … or a plugin's own word: 1–32 of `a-z`, `0-9`, `_`, `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "server", schema(value_type = String, example = "chat"))]
#[serde(transparent)]
pub struct Channel(Cow<'static, str>);

impl Channel {
    /// The chat widget.
    pub const CHAT: Self = Self(Cow::Borrowed("chat"));
    /// Mail in or out.
    pub const EMAIL: Self = Self(Cow::Borrowed("email"));
    /// Telephone.
    pub const PHONE: Self = Self(Cow::Borrowed("phone"));
    /// The token portal.
    pub const PORTAL: Self = Self(Cow::Borrowed("portal"));
    /// The REST API, and agents in the dashboard.
    pub const API: Self = Self(Cow::Borrowed("api"));

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 32 letters, digits, `_` or `-`")]
pub struct ChannelError;

impl std::str::FromStr for Channel {
    type Err = ChannelError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !(1..=32).contains(&word.len()) || !word.bytes().all(legal) {
            return Err(ChannelError);
        }
        Ok(Self(Cow::Owned(word.to_ascii_lowercase())))
    }
}

impl<'de> serde::Deserialize<'de> for Channel {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
