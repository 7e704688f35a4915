//! Tickets.

use std::collections::BTreeMap;

use super::{FieldValue, Link, Message, TicketSla, wire};
use crate::model::{Channel, DateTime, PersonId, Priority, SettingId, Status, TicketId, Utc};

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

    /// A customer's verdict.
    pub struct Satisfaction {
        /// 1 (bad) to 5 (good).
        pub score: u8,
        /// In the customer's words.
        pub comment: Option<String>,
        /// When it was given.
        pub at: DateTime<Utc>,
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
        /// The desk's labels. Empty for customers.
        pub tags: Vec<String>,
        /// Records of the host that it is about. Empty for customers.
        pub links: Vec<Link>,
        /// When the next promise to the customer falls due. Null for customers, and where no promise runs.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::maybe_time"))]
        pub sla_due_at: Option<DateTime<Utc>>,
        /// Whether a running promise is broken. False for customers.
        pub sla_overdue: bool,
        /// Every promise to the customer. Null for customers, in lists, and where nothing is promised.
        pub sla: Option<TicketSla>,
        /// The customer.
        pub requester: PersonRef,
        /// The agent who looks after it. Customers see the name only.
        pub assigned_to: Option<PersonRef>,
        /// The team that looks after it. Null for customers.
        pub team: Option<SettingId>,
        /// Who is told of what happens. Empty for customers.
        pub watchers: Vec<PersonId>,
        /// While it is snoozed: when it opens by itself. Null for customers.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::maybe_time"))]
        pub snoozed_until: Option<DateTime<Utc>>,
        /// The ticket that this one became a part of.
        pub merged_into: Option<TicketId>,
        /// The latest public message.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::maybe_time"))]
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
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::maybe_time"))]
        pub first_response_at: Option<DateTime<Utc>>,
        /// A summary by an assistant. Null for customers.
        pub ai_summary: Option<String>,
        /// How sure the assistant is, 0 to 1. Null for customers.
        pub ai_confidence_score: Option<f64>,
        /// Seconds until the assistant first answered. Null for customers.
        pub ai_first_response_time: Option<i64>,
        /// Whether the assistant resolved it alone. Null for customers.
        pub ai_auto_resolved: Option<bool>,
        /// How the customer rated the answer.
        pub satisfaction: Option<Satisfaction>,
        /// The desk's own fields, by key. Empty for customers.
        pub custom_fields: BTreeMap<String, FieldValue>,
        /// Who opened it.
        pub created_by: Option<PersonId>,
        /// When it was opened.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::time"))]
        pub created_at: DateTime<Utc>,
        /// The last change of any kind.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::time"))]
        pub updated_at: DateTime<Utc>,
        /// When it was last resolved, while it is.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::maybe_time"))]
        pub resolved_at: Option<DateTime<Utc>>,
        /// When it was closed, while it is.
        #[cfg_attr(feature = "chrono", serde(serialize_with = "super::moment::maybe_time"))]
        pub closed_at: Option<DateTime<Utc>>,
        /// Grows with every change; the `ETag` is made of it.
        pub version: i64,
        /// With `?include=messages`: the first page of its thread.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(nullable = false))]
        pub messages: Option<Vec<Message>>,
    }
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
