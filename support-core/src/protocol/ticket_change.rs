//! What may be asked of tickets: opening, changing, assigning, putting aside, merging.

use std::collections::BTreeMap;

use super::{FieldValue, Link, body, double_option, wire};
use crate::model::{AttachmentId, DateTime, PersonId, Priority, SettingId, Status, TicketId, Utc};

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
        /// Files of the sender's that no message has yet, at most 10. They go with the first message.
        #[serde(default)]
        #[cfg_attr(feature = "server", schema(example = json!([])))]
        pub attachments: Vec<AttachmentId>,
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
