//! Direct and group conversations: what colleagues have among themselves.

use super::{Author, Message, body, wire};
use crate::model::{ConversationId, ConversationKind, DateTime, ParticipantRole, PersonId, Utc};

wire! {
    /// A direct or group conversation. Whoever takes no part in it does not find it.
    pub struct Conversation {
        /// Its id.
        pub id: ConversationId,
        /// Direct or group.
        #[cfg_attr(feature = "server", schema(example = "group"))]
        pub kind: ConversationKind,
        /// What a group is called; may be empty.
        pub title: String,
        /// Who takes part, in the order of their coming.
        pub participants: Vec<Participant>,
        /// The latest message's place.
        pub last_seq: i64,
        /// When the latest message came.
        pub last_message_at: Option<DateTime<Utc>>,
        /// The first words of the latest message.
        pub preview: String,
        /// Messages of others that the caller has not read.
        pub unread_count: i64,
        /// Who started it.
        pub created_by: Option<PersonId>,
        /// When it was started.
        pub created_at: DateTime<Utc>,
        /// The latest change of whatever kind.
        pub updated_at: DateTime<Utc>,
        /// Counts changes.
        pub version: i64,
    }

    /// Somebody who takes part.
    pub struct Participant {
        /// Who.
        pub id: PersonId,
        /// The name to show.
        pub name: String,
        /// What they are there.
        pub role: ParticipantRole,
        /// Since when.
        pub joined_at: DateTime<Utc>,
        /// They have read everything up to here.
        pub read_seq: i64,
    }

    /// That somebody has read a message.
    pub struct Receipt {
        /// Who.
        pub id: PersonId,
        /// The name to show.
        pub name: String,
        /// When first.
        pub read_at: DateTime<Utc>,
    }

    /// `POST conversations`.
    #[serde(deny_unknown_fields)]
    pub struct CreateConversation {
        /// `direct` or `group`.
        #[cfg_attr(feature = "server", schema(example = "group"))]
        pub kind: ConversationKind,
        /// The others, all of them agents; the caller is added. One for a direct conversation, 1 to 99 for a group.
        pub participants: Vec<PersonId>,
        /// What a group is called. A direct conversation has none.
        #[serde(default)]
        #[cfg_attr(feature = "server", schema(example = "Late deliveries"))]
        pub title: String,
    }

    /// One frame of the live feed about a direct or group conversation; only those who take part get it.
    pub struct ConversationFrame {
        /// Resumes the feed after this frame.
        pub seq: Option<String>,
        /// An event type.
        #[serde(rename = "type")]
        pub kind: String,
        /// Which conversation.
        pub conversation: ConversationId,
        /// What happened.
        pub data: ConversationFrameData,
    }

    /// The content of a [`ConversationFrame`].
    pub struct ConversationFrameData {
        /// As it is now; null for whoever has just been taken out.
        pub conversation: Option<Conversation>,
        /// The message that it is about.
        pub message: Option<Message>,
        /// Who did it.
        pub actor: Author,
        /// `message.read`: everything up to here was read by `actor`.
        pub up_to_seq: Option<i64>,
    }
}

body! {
    /// `PATCH conversations/{id}`.
    pub struct ChangeConversation {
        /// What the group is called from now on.
        #[cfg_attr(feature = "server", schema(example = "Late deliveries"))]
        pub title: String,
    }

    /// `POST conversations/{id}/participants`.
    pub struct AddParticipants {
        /// Agents, at least one. Whoever is there already stays.
        pub participants: Vec<PersonId>,
    }
}
