//! Tickets.

use crate::model::{DateTime, Utc};

use std::collections::BTreeMap;

use super::{Message, Problem, TicketSla, body, wire};
use crate::model::{Channel, PersonId, Priority, SettingId, Status, TicketId, limits};

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

    /// A record of the host: an order, an assignment, an invoice.
    #[derive(Eq, PartialOrd, Ord)]
    #[serde(deny_unknown_fields)]
    pub struct Link {
        /// What it is: 1 to 40 of `a-z 0-9 _ -`.
        pub kind: String,
        /// The host's own id of it, 1 to 100 characters.
        pub id: String,
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

    /// `GET tickets/stats`: what the desk's views count.
    #[derive(Default)]
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

wire! {
    /// `GET tickets/stats`. [`TicketCounts`] is a part of it.
    pub struct TicketStats {
        /// Open, pending and snoozed tickets of the caller.
        pub mine: i64,
        /// Open, pending and snoozed tickets that nobody looks after.
        pub unassigned: i64,
        /// Open, pending and snoozed tickets.
        pub open: i64,
        /// Resolved and closed tickets.
        pub resolved: i64,
        /// Tickets with a broken promise that still runs.
        pub overdue: i64,
        /// All tickets by status.
        pub by_status: BTreeMap<String, i64>,
        /// All tickets by priority.
        pub by_priority: BTreeMap<String, i64>,
        /// All tickets by channel.
        pub by_channel: BTreeMap<String, i64>,
        /// All tickets by agent, the most first; those of nobody are left out.
        pub by_assignee: Vec<AssigneeCount>,
        /// The first day of the range, `YYYY-MM-DD` in UTC.
        pub from: String,
        /// The last day of the range.
        pub to: String,
        /// From the opening to the first public answer, for answers within the range.
        pub first_response: Spans,
        /// From the opening to the resolution, for resolutions within the range.
        pub resolution: Spans,
        /// One for each day of the range, ascending.
        pub per_day: Vec<DayCount>,
    }

    /// Tickets of one agent.
    pub struct AssigneeCount {
        /// The agent.
        pub id: PersonId,
        /// The name to show.
        pub name: String,
        /// How many.
        pub count: i64,
    }

    /// Spans of time in seconds, each rounded down to two significant digits before it is counted.
    pub struct Spans {
        /// How many there are.
        pub count: i64,
        /// Half of them are at most this long; null when there are none.
        pub median_seconds: Option<i64>,
        /// Nine tenths of them are at most this long; null when there are none.
        pub p90_seconds: Option<i64>,
    }

    /// What happened on a day.
    pub struct DayCount {
        /// `YYYY-MM-DD` in UTC.
        pub day: String,
        /// Tickets opened.
        pub created: i64,
        /// Tickets resolved or closed that are so still.
        pub resolved: i64,
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
        /// Records of the host that it is about.
        #[serde(default)]
        pub links: Vec<Link>,
        /// Staff only: the desk's labels; unknown ones are made.
        #[serde(default)]
        pub tags: Vec<String>,
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
        /// A team's id; null for none.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<SettingId>))]
        pub team: Option<Option<SettingId>>,
        /// Snoozes it until then; null wakes it.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<DateTime<Utc>>))]
        pub snoozed_until: Option<Option<DateTime<Utc>>>,
        /// When it has to be done, whatever its policy promises; null gives the deadline back to the policy.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<DateTime<Utc>>))]
        pub sla_due_at: Option<Option<DateTime<Utc>>>,
        /// All of its labels; unknown ones are made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<String>>,
        /// All records of the host that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub links: Option<Vec<Link>>,
        /// All who are told of what happens: ids of agents.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub watchers: Option<Vec<PersonId>>,
        /// The desk's own fields to change, by key; null takes a value away, and what is not named stays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(schema_with = field_wishes))]
        pub custom_fields: Option<BTreeMap<String, Option<FieldValue>>>,
        /// An assistant's summary; null takes it away.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<String>))]
        pub ai_summary: Option<Option<String>>,
        /// How sure the assistant is, 0 to 1.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<f64>, minimum = 0, maximum = 1))]
        pub ai_confidence_score: Option<Option<f64>>,
        /// Seconds until the assistant first answered.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<i64>, minimum = 0))]
        pub ai_first_response_time: Option<Option<i64>>,
        /// Whether the assistant resolved it alone.
        #[serde(default, deserialize_with = "double_option", skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "server", schema(value_type = Option<bool>))]
        pub ai_auto_resolved: Option<Option<bool>>,
    }

    /// `POST tickets/bulk`: one change for many, or one each.
    pub struct BulkChange {
        /// Up to 1,000 tickets that all get `change`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub ids: Vec<TicketId>,
        /// What changes in all of `ids`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub change: Option<ChangeTicket>,
        /// Instead of `ids`: up to 1,000 tickets with a change each, as an undo needs it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub items: Vec<BulkItem>,
    }

}

wire! {
    /// `POST tickets/{id}/snooze`.
    #[serde(deny_unknown_fields)]
    pub struct Snooze {
        /// When it opens by itself: in the future, within two years.
        pub until: DateTime<Utc>,
    }

    /// `POST tickets/{id}/merge`.
    #[serde(deny_unknown_fields)]
    pub struct Merge {
        /// The ticket that it becomes a part of: of the same requester, and not itself merged.
        pub into: TicketId,
    }

    /// One ticket's part of a bulk change.
    #[serde(deny_unknown_fields)]
    pub struct BulkItem {
        /// The ticket.
        pub id: TicketId,
        /// What changes in it.
        pub change: ChangeTicket,
    }

    /// What a bulk change did.
    pub struct BulkAnswer {
        /// One for each ticket, in the order of the request.
        pub data: Vec<BulkResult>,
    }

    /// What a bulk change did to one ticket.
    pub struct BulkResult {
        /// The ticket.
        pub id: TicketId,
        /// As it is now; null when it was refused.
        pub ticket: Option<Ticket>,
        /// Why it was refused.
        pub problem: Option<Problem>,
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

impl std::fmt::Display for Link {
    /// `kind:id`, as filters name it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl std::str::FromStr for Link {
    type Err = &'static str;

    /// Reads `kind:id`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((kind, id)) if Self::is_kind(kind) && !id.is_empty() => {
                Ok(Self { kind: kind.to_owned(), id: id.to_owned() })
            }
            _ => Err("must be written `kind:id`"),
        }
    }
}

impl Link {
    /// Whether it could be the kind of a host's record: 1 to 40 of `a-z 0-9 _ -`.
    #[must_use]
    pub fn is_kind(kind: &str) -> bool {
        (1..=limits::LINK_KIND_MAX_BYTES).contains(&kind.len())
            && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
    }
}

/// The value of a custom field. A date is a text `YYYY-MM-DD`; a choice is the option's text.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum FieldValue {
    /// Text, date or choice.
    Text(String),
    /// A number.
    Number(f64),
    /// A checkbox.
    Flag(bool),
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

// By hand: serde's own way for untagged enums buffers every value, which the dashboard's module would pay for.
impl<'de> serde::Deserialize<'de> for FieldValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = FieldValue;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, a number or a truth value")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FieldValue, E> {
                Ok(FieldValue::Text(text.to_owned()))
            }

            fn visit_bool<E: serde::de::Error>(self, flag: bool) -> Result<FieldValue, E> {
                Ok(FieldValue::Flag(flag))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<FieldValue, E> {
                Ok(FieldValue::Number(number))
            }

            #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are doubles to everybody who reads them")]
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<FieldValue, E> {
                Ok(FieldValue::Number(number as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are doubles to everybody who reads them")]
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<FieldValue, E> {
                Ok(FieldValue::Number(number as f64))
            }
        }
        deserializer.deserialize_any(Visitor)
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

/// Tells an absent member (outer `None`) from a null one (`Some(None)`).
pub(super) fn double_option<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

/// Of each key a value or null.
#[cfg(feature = "server")]
fn field_wishes() -> utoipa::openapi::schema::Object {
    use utoipa::openapi::{Ref, Schema, schema};
    let null = schema::ObjectBuilder::new().schema_type(schema::Type::Null);
    let wish = schema::OneOfBuilder::new().item(null).item(Ref::from_schema_name("FieldValue")).build();
    schema::ObjectBuilder::new()
        .description(Some(
            "The desk's own fields to change, by key; null takes a value away, and what is not named stays.",
        ))
        .additional_properties(Some(Schema::OneOf(wish)))
        .build()
}
