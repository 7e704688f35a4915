//! Tickets.

use crate::model::{DateTime, Utc};

use super::{Message, body, wire};
use crate::model::{Channel, PersonId, Priority, Status, TicketId};

wire! {
    /// A person in a ticket's fields.
    pub struct PersonRef {
        /// The person's id.
        pub id: PersonId,
        /// The name to show; may be empty.
        pub name: String,
        /// Null where unknown, and for agents in what customers see.
        pub email: Option<String>,
    }

    /// A customer's case.
    ///
    /// Customers get the same shape; what is for the desk alone is null or zero there.
    pub struct Ticket {
        /// Its id, which is its conversation's too.
        pub id: TicketId,
        /// Counts up from 1 in a tenant.
        pub number: i64,
        /// One line.
        pub subject: String,
        /// Longer text that is no message.
        pub description: Option<String>,
        /// Where it stands.
        pub status: Status,
        /// How urgent it is.
        pub priority: Priority,
        /// The desk's own word for what it is about.
        pub category: Option<String>,
        /// What it came through.
        pub channel: Channel,
        /// The customer.
        pub requester: PersonRef,
        /// The agent who looks after it. Customers see the name only.
        pub assigned_to: Option<PersonRef>,
        /// The latest public message.
        pub last_message_at: Option<DateTime<Utc>>,
        /// Its first words.
        pub preview: String,
        /// `seq` of the latest message that the caller may see.
        pub last_seq: i64,
        /// Customer's messages that no agent has read. Zero for customers.
        pub unread_by_agent: i64,
        /// The desk's messages that the customer has not read.
        pub unread_by_customer: i64,
        /// When an agent first answered.
        pub first_response_at: Option<DateTime<Utc>>,
        /// Who opened it.
        pub created_by: Option<PersonId>,
        /// When it was opened.
        pub created_at: DateTime<Utc>,
        /// The last change of any kind.
        pub updated_at: DateTime<Utc>,
        /// When it was last resolved, while it is.
        pub resolved_at: Option<DateTime<Utc>>,
        /// When it was closed, while it is.
        pub closed_at: Option<DateTime<Utc>>,
        /// Grows with every change; the `ETag` is made of it.
        pub version: i64,
        /// With `?include=messages`: the first page of its thread.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(nullable = false))]
        pub messages: Option<Vec<Message>>,
    }

    /// `GET tickets/stats`: what the desk's views count.
    pub struct TicketCounts {
        /// Open, pending and snoozed tickets of the caller.
        pub mine: i64,
        /// Open, pending and snoozed tickets that nobody looks after.
        pub unassigned: i64,
        /// Open, pending and snoozed tickets.
        pub open: i64,
        /// Resolved and closed tickets.
        pub resolved: i64,
        /// How many tickets are in each status.
        pub by_status: std::collections::BTreeMap<String, i64>,
    }
}

body! {
    /// `POST tickets`.
    pub struct CreateTicket {
        /// One line. `title` is understood too.
        #[serde(default, alias = "title")]
        pub subject: String,
        /// Longer text that is no message.
        #[serde(default)]
        pub description: Option<String>,
        /// The first message of the thread.
        #[serde(default)]
        pub initial_message: Option<String>,
        /// `medium` when left out.
        #[serde(default)]
        pub priority: Option<Priority>,
        /// The desk's own word.
        #[serde(default)]
        pub category: Option<String>,
        /// Staff only: for whom it is opened.
        #[serde(default)]
        pub requester: Option<Requester>,
        /// The sender's own id: the same one gives the first answer again.
        #[serde(default)]
        pub client_id: Option<String>,
    }

    /// `POST tickets/{id}/assign`. `assignee: null` takes it from whoever has it.
    pub struct Assign {
        /// An agent's id.
        #[serde(default)]
        pub assignee: Option<PersonId>,
    }

    /// `PATCH tickets/{id}`: what is left out stays.
    pub struct ChangeTicket {
        /// One line.
        #[serde(default)]
        pub subject: Option<String>,
        /// Longer text; null takes it away.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<String>))]
        pub description: Option<Option<String>>,
        /// Any status.
        #[serde(default)]
        pub status: Option<Status>,
        /// Any priority.
        #[serde(default)]
        pub priority: Option<Priority>,
        /// The desk's own word; null takes it away.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<String>))]
        pub category: Option<Option<String>>,
        /// An agent's id; null takes it from whoever has it.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<PersonId>))]
        pub assigned_to: Option<Option<PersonId>>,
    }
}

/// For whom an agent opens a ticket: somebody known by id, or by address.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(untagged, deny_unknown_fields)]
pub enum Requester {
    /// A contact's id.
    Id(PersonId),
    /// An address; the contact is made when nobody has it.
    Address {
        /// The address.
        email: String,
        /// The name to show.
        #[serde(default)]
        name: String,
    },
}

/// The dashboard's built-in views, by the name in the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TicketView {
    /// Not done and assigned to the caller.
    Mine,
    /// Not done and assigned to nobody.
    Unassigned,
    /// Not done.
    Open,
    /// Resolved or closed.
    Resolved,
}

impl TicketView {
    /// In the order of the sidebar.
    pub const ALL: [Self; 4] = [Self::Mine, Self::Unassigned, Self::Open, Self::Resolved];

    /// The name in the URL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Open => "open",
            Self::Resolved => "resolved",
        }
    }

    /// The list's filters.
    #[must_use]
    pub const fn query(self) -> &'static str {
        match self {
            Self::Mine => "status=open,pending,snoozed&assigned_to=me",
            Self::Unassigned => "status=open,pending,snoozed&assigned_to=none",
            Self::Open => "status=open,pending,snoozed",
            Self::Resolved => "status=resolved,closed",
        }
    }
}

/// Tells an absent member (outer `None`) from a null one (`Some(None)`).
fn double_option<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
