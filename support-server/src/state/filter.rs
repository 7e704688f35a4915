//! The filter language: one text for the address bar, for `GET tickets` and for saved views.

use std::{borrow::Cow, cmp::Ordering};

use support_core::{
    model::{PersonId, Priority, Timestamp},
    protocol::Ticket,
};

/// The names of the language, as `GET tickets` has them and in the order in which they are written.
pub mod name {
    /// Any of the statuses.
    pub const STATUS: &str = "status";
    /// `me`, `none` or an id.
    pub const ASSIGNED_TO: &str = "assigned_to";
    /// Any of the priorities.
    pub const PRIORITY: &str = "priority";
    /// Any of the tags.
    pub const TAG: &str = "tag";
    /// Any of the channels.
    pub const CHANNEL: &str = "channel";
    /// Any of the categories.
    pub const CATEGORY: &str = "category";
    /// Whether a promise is broken.
    pub const OVERDUE: &str = "sla_overdue";
    /// Whether something is unread.
    pub const UNREAD: &str = "unread";
    /// A customer's id.
    pub const REQUESTER: &str = "requester";
    /// `kind:id` of a record of the host.
    pub const LINK: &str = "link";
    /// Opened at this time or later.
    pub const CREATED_AFTER: &str = "created_at_after";
    /// Opened before this time.
    pub const CREATED_BEFORE: &str = "created_at_before";
    /// Last written to at this time or later.
    pub const ACTIVE_AFTER: &str = "last_message_at_after";
    /// Last written to before this time.
    pub const ACTIVE_BEFORE: &str = "last_message_at_before";
    /// Words.
    pub const SEARCH: &str = "search";
    /// The order.
    pub const ORDERING: &str = "ordering";
}

const NAMES: [&str; 16] = [
    name::STATUS,
    name::ASSIGNED_TO,
    name::PRIORITY,
    name::TAG,
    name::CHANNEL,
    name::CATEGORY,
    name::OVERDUE,
    name::UNREAD,
    name::REQUESTER,
    name::LINK,
    name::CREATED_AFTER,
    name::CREATED_BEFORE,
    name::ACTIVE_AFTER,
    name::ACTIVE_BEFORE,
    name::SEARCH,
    name::ORDERING,
];

/// The order when none is named.
const LATEST_FIRST: &str = "-last_message_at";
/// The order of what was searched for, when none is named.
const HIGHEST_NUMBER: &str = "-number";

/// The orders that the list offers, and what they are called.
pub const ORDERINGS: [(&str, &str); 6] = [
    (LATEST_FIRST, "Latest message first"),
    (HIGHEST_NUMBER, "Highest number first"),
    ("sla_due_at", "Due soonest first"),
    ("-priority", "Most urgent first"),
    ("-created_at", "Newest first"),
    ("created_at", "Oldest first"),
];

/// Which tickets, and in which order.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    parts: Vec<(String, String)>,
}

/// Two filters are the same when they are written the same.
impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.query() == other.query()
    }
}

impl Eq for Filter {}

impl Filter {
    /// Reads a query, with or without its question mark. What the language does not know is left out.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut filter = Self::default();
        for part in query.trim_start_matches('?').split('&') {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            if let Some(known) = NAMES.iter().find(|known| **known == name) {
                filter.set(known, &decoded(value));
            }
        }
        filter
    }

    /// As it stands behind the question mark: the same filter is always the same text.
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = String::new();
        for name in NAMES {
            let Some(value) = self.get(name) else { continue };
            if name == name::ORDERING && value == self.usual_ordering() {
                continue;
            }
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            encode(value, &mut query);
        }
        query
    }

    /// One part of it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The values of a part that can have several.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).into_iter().flat_map(|value| value.split(',')).map(str::trim).filter(|value| !value.is_empty())
    }

    /// Whether a part allows a value: it names it, or is not there at all.
    fn allows(&self, name: &str, value: &str) -> bool {
        self.get(name).is_none() || self.values(name).any(|allowed| allowed.eq_ignore_ascii_case(value))
    }

    /// Sets a part; an empty value takes it away.
    pub fn set(&mut self, name: &str, value: &str) {
        self.parts.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.parts.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The same with one part set or taken away.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.set(name, value);
        other
    }

    /// The same with one value of a part added, or taken away if it is there.
    #[must_use]
    pub fn toggled(&self, name: &str, value: &str) -> Self {
        let mut values: Vec<&str> = self.values(name).collect();
        match values.iter().position(|known| *known == value) {
            Some(place) => drop(values.remove(place)),
            None => values.push(value),
        }
        self.with(name, &values.join(","))
    }

    /// The order.
    #[must_use]
    pub fn ordering(&self) -> &str {
        self.get(name::ORDERING).unwrap_or_else(|| self.usual_ordering())
    }

    fn usual_ordering(&self) -> &'static str {
        if self.get(name::SEARCH).is_some() { HIGHEST_NUMBER } else { LATEST_FIRST }
    }

    /// Whether a ticket that was not found by the server stands in the list too. `None`: only the server knows.
    #[must_use]
    pub fn admits(&self, ticket: &Ticket, me: PersonId) -> Option<bool> {
        let assignee = ticket.assigned_to.as_ref().map(|person| person.id);
        let is_assigned = self.get(name::ASSIGNED_TO).is_none_or(|wanted| match wanted {
            "me" => assignee == Some(me),
            "none" => assignee.is_none(),
            id => assignee.is_some_and(|assignee| assignee.to_string() == id),
        });
        let flag = |name, is: bool| self.get(name).is_none_or(|wanted| (wanted == "true") == is);
        let has_tag = self.get(name::TAG).is_none()
            || self.values(name::TAG).any(|wanted| ticket.tags.iter().any(|tag| tag.eq_ignore_ascii_case(wanted)));
        let has_link = self
            .get(name::LINK)
            .is_none_or(|wanted| ticket.links.iter().any(|link| format!("{}:{}", link.kind, link.id) == wanted));
        let within = |after, before, at: Option<Timestamp>| {
            let after = self.get(after).and_then(moment);
            let before = self.get(before).and_then(moment);
            after.is_none_or(|after| at.is_some_and(|at| at >= after))
                && before.is_none_or(|before| at.is_some_and(|at| at < before))
        };
        let is_in = ticket.merged_into.is_none()
            && is_assigned
            && self.allows(name::STATUS, ticket.status.as_str())
            && self.allows(name::PRIORITY, ticket.priority.as_str())
            && self.allows(name::CHANNEL, ticket.channel.as_str())
            && (self.get(name::CATEGORY).is_none()
                || ticket.category.as_deref().is_some_and(|category| self.allows(name::CATEGORY, category)))
            && has_tag
            && has_link
            && self.get(name::REQUESTER).is_none_or(|wanted| ticket.requester.id.to_string() == wanted)
            && flag(name::OVERDUE, ticket.sla_overdue)
            && flag(name::UNREAD, ticket.unread_by_agent > 0)
            && within(name::CREATED_AFTER, name::CREATED_BEFORE, Some(ticket.created_at))
            && within(name::ACTIVE_AFTER, name::ACTIVE_BEFORE, ticket.last_message_at);
        if is_in && self.get(name::SEARCH).is_some() { None } else { Some(is_in) }
    }

    /// The server's order of two tickets.
    #[must_use]
    pub fn compare(&self, a: &Ticket, b: &Ticket) -> Ordering {
        let ordering = self.ordering();
        let (field, is_descending) = ordering.strip_prefix('-').map_or((ordering, false), |field| (field, true));
        let by = match field {
            "created_at" => a.created_at.cmp(&b.created_at),
            "updated_at" => a.updated_at.cmp(&b.updated_at),
            // What is promised nothing is due last.
            "sla_due_at" => (a.sla_due_at.is_none(), a.sla_due_at).cmp(&(b.sla_due_at.is_none(), b.sla_due_at)),
            "number" => a.number.cmp(&b.number),
            "priority" => rank(a.priority).cmp(&rank(b.priority)),
            _ => a.last_message_at.cmp(&b.last_message_at),
        };
        let order = by.then_with(|| a.id.cmp(&b.id));
        if is_descending { order.reverse() } else { order }
    }
}

const fn rank(priority: Priority) -> u8 {
    match priority {
        Priority::Low => 0,
        Priority::Medium => 1,
        Priority::High => 2,
        Priority::Urgent => 3,
    }
}

fn moment(value: &str) -> Option<Timestamp> {
    value.parse().ok()
}

/// The start of a day as the language writes it.
#[must_use]
pub fn day_start(day: &str) -> String {
    if day.is_empty() { String::new() } else { format!("{day}T00:00:00Z") }
}

/// The day of a time of the language, for a date field.
#[must_use]
pub fn day_of(value: &str) -> &str {
    value.get(..10).unwrap_or_default()
}

/// One value as it stands in a query.
#[must_use]
pub fn encoded(value: &str) -> String {
    let mut query = String::with_capacity(value.len());
    encode(value, &mut query);
    query
}

/// Percent-encodes what has a meaning of its own in a query. The comma and the colon have none and stay readable.
fn encode(value: &str, query: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~,:@/".contains(&byte) {
            query.push(char::from(byte));
        } else {
            query.push('%');
            query.push(char::from(HEX[usize::from(byte >> 4)]));
            query.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains(['%', '+']) {
        return Cow::Borrowed(value);
    }
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = value.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        place += 1;
        match (byte, digit(bytes.get(place)), digit(bytes.get(place + 1))) {
            (b'%', Some(high), Some(low)) => {
                plain.push(u8::try_from(high * 16 + low).unwrap_or_default());
                place += 2;
            }
            (b'+', ..) => plain.push(b' '),
            (other, ..) => plain.push(*other),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fake::{ME, OTHER, assigned, at, ticket};
    use support_core::model::Status;

    #[test]
    fn the_same_filter_is_the_same_text_and_survives_the_way_through_it() {
        for (query, written) in [
            ("", ""),
            ("?priority=high&status=open,pending", "status=open,pending&priority=high"),
            ("search=a+b%26c%20%C3%A9&nonsense=1", "search=a%20b%26c%20%C3%A9"),
            ("ordering=-last_message_at", ""),
            ("status=&tag=late", "tag=late"),
            ("search=x&ordering=-number", "search=x"),
            ("search=x&ordering=-last_message_at", "search=x&ordering=-last_message_at"),
        ] {
            let filter = Filter::parse(query);
            assert_eq!(filter.query(), written, "{query}");
            assert_eq!(Filter::parse(&filter.query()).query(), written);
        }
        assert_eq!(Filter::parse("search=100%25+%zz").get(name::SEARCH), Some("100% %zz"));
    }

    #[test]
    fn values_are_added_and_taken_away_one_by_one() {
        let filter = Filter::parse("tag=a,b");
        assert_eq!(filter.toggled(name::TAG, "c").query(), "tag=a,b,c");
        assert_eq!(filter.toggled(name::TAG, "a").toggled(name::TAG, "b").query(), "");
        assert_eq!(filter.with(name::ORDERING, "sla_due_at").ordering(), "sla_due_at");
    }

    #[test]
    fn a_ticket_stands_in_a_list_by_the_same_rule_as_the_query() {
        let one = Ticket { tags: vec!["Late".into()], sla_overdue: true, ..assigned(ticket(1, 10), ME) };
        for (query, is_in) in [
            ("status=open,pending", Some(true)),
            ("status=resolved", Some(false)),
            ("assigned_to=me", Some(true)),
            ("assigned_to=none", Some(false)),
            ("tag=late,other", Some(true)),
            ("tag=other", Some(false)),
            ("sla_overdue=true", Some(true)),
            ("sla_overdue=false", Some(false)),
            ("unread=true", Some(false)),
            ("category=billing", Some(false)),
            ("created_at_after=2200-01-01T00:00:00Z", Some(false)),
            ("search=lamp", None),
            ("search=lamp&status=closed", Some(false)),
        ] {
            assert_eq!(Filter::parse(query).admits(&one, ME), is_in, "{query}");
        }
        let other = Ticket { status: Status::Resolved, ..assigned(ticket(1, 10), OTHER) };
        assert_eq!(Filter::parse(&format!("assigned_to={OTHER}")).admits(&other, ME), Some(true));
    }

    #[test]
    fn a_part_of_another_ticket_stands_in_no_list() {
        let part = Ticket { merged_into: Some(ticket(2, 0).id), ..ticket(1, 10) };
        assert_eq!(Filter::default().admits(&part, ME), Some(false));
    }

    #[test]
    fn orders_are_the_servers() {
        let due = |number, seconds| Ticket { sla_due_at: Some(at(seconds)), ..ticket(number, 10) };
        let by = |query: &str, a: &Ticket, b: &Ticket| Filter::parse(query).compare(a, b);
        assert_eq!(by("", &ticket(1, 20), &ticket(2, 10)), Ordering::Less);
        assert_eq!(by("ordering=sla_due_at", &due(1, 5), &due(2, 9)), Ordering::Less);
        assert_eq!(by("ordering=sla_due_at", &due(1, 5), &ticket(2, 9)), Ordering::Less);
        let urgent = Ticket { priority: Priority::Urgent, ..ticket(1, 0) };
        assert_eq!(by("ordering=-priority", &urgent, &ticket(2, 9)), Ordering::Less);
        assert_eq!(by("ordering=created_at", &ticket(1, 0), &ticket(2, 0)), Ordering::Less);
    }
}
