//! The filter language of ticket lists, as the URL and saved views write it.

use serde::Deserialize;

use crate::{
    error::{Error, Result},
    model::{Actor, Channel, Timestamp, limits, search::Day, text},
    storage::{Period, TicketFilter, TicketSort},
};

/// What a list of tickets is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketQuery {
    /// Which ones.
    pub filter: TicketFilter,
    /// What they are searched for, as people write it; [`Desk::list_tickets`](super::Desk::list_tickets) reads it. Empty: nothing.
    pub search: String,
    /// In which order.
    pub sort: TicketSort,
    /// Newest or greatest first.
    pub descending: bool,
    /// 1 to 100.
    pub limit: u32,
    /// Of an earlier page.
    pub cursor: Option<String>,
}

impl Default for TicketQuery {
    fn default() -> Self {
        Self {
            filter: TicketFilter::default(),
            search: String::new(),
            sort: TicketSort::Activity,
            descending: true,
            limit: limits::PAGE_DEFAULT,
            cursor: None,
        }
    }
}

/// The query of a list of tickets. Several values are separated by commas and mean any of them.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TicketParams {
    /// Any of `open`, `pending`, `snoozed`, `resolved`, `closed`.
    #[param(example = "open,pending")]
    pub status: Option<String>,
    /// Any of `low`, `medium`, `high`, `urgent`.
    #[param(example = "high,urgent")]
    pub priority: Option<String>,
    /// Any of `me`, `none` and agents' ids.
    #[param(example = "me,none")]
    pub assigned_to: Option<String>,
    /// Any of `none` and teams' ids. The desk's alone.
    pub team: Option<String>,
    /// A contact's id.
    pub requester: Option<String>,
    /// `me` or an agent's id: who is told of what happens. The desk's alone.
    pub watcher: Option<String>,
    /// Any of these channels.
    #[param(example = "chat,email")]
    pub channel: Option<String>,
    /// Any of these categories.
    pub category: Option<String>,
    /// Any of these tags. The desk's alone.
    pub tag: Option<String>,
    /// Any of these records of the host, as `kind:id`. The desk's alone.
    #[param(example = "order:A-42")]
    pub link: Option<String>,
    /// Whether messages wait for the desk; for customers: for them.
    pub unread: Option<bool>,
    /// Whether a deadline has passed. The desk's alone.
    pub sla_overdue: Option<bool>,
    /// Opened then or later: a time, or a day (UTC).
    #[param(example = "2026-01-31T09:30:00Z")]
    pub created_at_after: Option<String>,
    /// Opened earlier than then.
    #[param(example = "2026-01-31")]
    pub created_at_before: Option<String>,
    /// The latest public message came then or later.
    pub last_message_at_after: Option<String>,
    /// The latest public message came earlier than then.
    pub last_message_at_before: Option<String>,
    /// The next deadline is then or later. The desk's alone.
    pub sla_due_at_after: Option<String>,
    /// The next deadline is earlier than then. The desk's alone.
    pub sla_due_at_before: Option<String>,
    /// Words of subject, description, messages, requester's name or address; "phrases"; operators: `from:`, `assignee:`, `tag:`, `is:`,
    /// `before:`, `after:`, `priority:`, `channel:`, `category:`, `#number`, each with `-` in front for its contrary.
    #[param(example = "refund from:mia is:open")]
    pub search: Option<String>,
    /// `last_message_at`, `created_at`, `updated_at`, `sla_due_at`, `priority`, `number`; with `-` in front for descending. When left
    /// out `-last_message_at`, and `-number`, the newest first, when something is searched for.
    #[param(example = "-last_message_at")]
    pub ordering: Option<String>,
    /// 1 to 100; 25 when left out.
    pub limit: Option<u32>,
    /// Of an earlier page.
    pub cursor: Option<String>,
}

fn bad(detail: impl Into<String>) -> Error {
    Error::BadRequest { code: "invalid_parameter", detail: detail.into() }
}

/// Comma separated words of one kind.
fn list<T>(name: &str, value: Option<&str>, read: impl Fn(&str) -> std::result::Result<T, String>) -> Result<Vec<T>> {
    let words = value.into_iter().flat_map(|value| value.split(','));
    words.map(|word| read(word.trim()).map_err(|error| bad(format!("{name}: {error}.")))).collect()
}

fn word<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> std::result::Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// A label as it was stored: one line, in normal form.
fn label(text: &str) -> std::result::Result<String, String> {
    text::line(&super::normal(text), limits::LABEL_MAX).map_err(|error| error.to_string())
}

fn link(text: &str) -> std::result::Result<String, String> {
    match text.split_once(':') {
        Some((kind, id)) if !kind.is_empty() && !id.is_empty() => Ok(super::normal(text)),
        _ => Err("must be written `kind:id`".to_owned()),
    }
}

fn time(name: &str, value: Option<&str>) -> Result<Option<Timestamp>> {
    let read = |text: &str| {
        let exact = text.parse::<chrono::DateTime<chrono::FixedOffset>>().map(|time| time.to_utc());
        exact.ok().or_else(|| day_start(text.parse().ok()?))
    };
    let wrong = || bad(format!("{name}: must be a time such as 2026-01-31T09:30:00Z, or a day such as 2026-01-31."));
    value.map(|value| read(value).ok_or_else(wrong)).transpose()
}

/// When a day begins, in UTC.
pub(super) fn day_start(day: Day) -> Option<Timestamp> {
    let date = chrono::NaiveDate::from_ymd_opt(day.year.into(), day.month.into(), day.day.into())?;
    Some(date.and_time(chrono::NaiveTime::MIN).and_utc())
}

fn period(name: &str, after: Option<&str>, before: Option<&str>) -> Result<Period> {
    Ok(Period { from: time(&format!("{name}_after"), after)?, until: time(&format!("{name}_before"), before)? })
}

impl TicketQuery {
    /// Reads a query string, as saved views keep it.
    ///
    /// # Errors
    /// `BadRequest` for a name or value that the list does not know, or that is not the caller's to ask.
    pub fn parse(query: &str, actor: &Actor) -> Result<Self> {
        let params =
            serde_urlencoded::from_str(query).map_err(|error| bad(format!("The query is not valid: {error}.")))?;
        Self::read(params, actor)
    }

    /// Reads what was asked for by `actor`.
    ///
    /// # Errors
    /// `BadRequest` for a value that the list does not know, or that is not the caller's to ask.
    pub fn read(params: TicketParams, actor: &Actor) -> Result<Self> {
        let staff = actor.is_staff();
        if !staff {
            params.refuse_what_is_hidden()?;
        }
        let person = |text: &str| match text {
            "me" => actor.person.map(Some).ok_or_else(|| "nobody is `me` here".to_owned()),
            "none" => Ok(None),
            id => id.parse().map(Some).map_err(|_| "must be `me`, `none` or an id".to_owned()),
        };
        let somebody = |name: &str, value: Option<&str>| -> Result<_> {
            let wrong = || bad(format!("{name}: must be an id."));
            value.map(|id| person(id).ok().flatten().ok_or_else(wrong)).transpose()
        };
        let team = |text: &str| match text {
            "none" => Ok(None),
            id => id.parse().map(Some).map_err(|_| "must be `none` or an id".to_owned()),
        };
        let search = params.search.unwrap_or_default();
        if search.chars().count() > limits::SEARCH_MAX {
            return Err(bad(format!("search: must have at most {} characters.", limits::SEARCH_MAX)));
        }
        let usual = if search.trim().is_empty() { "-last_message_at" } else { "-number" };
        let (sort, descending) = ordering(params.ordering.as_deref().unwrap_or(usual))?;
        let limit = params.limit.unwrap_or(limits::PAGE_DEFAULT);
        if !(1..=limits::PAGE_MAX).contains(&limit) {
            return Err(bad("limit: must be 1 to 100."));
        }
        let filter = TicketFilter {
            status: list("status", params.status.as_deref(), word)?,
            priority: list("priority", params.priority.as_deref(), word)?,
            assigned_to: list("assigned_to", params.assigned_to.as_deref(), person)?,
            team: list("team", params.team.as_deref(), team)?,
            requester: somebody("requester", params.requester.as_deref())?,
            watcher: somebody("watcher", params.watcher.as_deref())?,
            channel: list("channel", params.channel.as_deref(), |text| {
                word(text).map(|word: Channel| word.to_string())
            })?,
            category: list("category", params.category.as_deref(), label)?,
            tag: list("tag", params.tag.as_deref(), label)?,
            link: list("link", params.link.as_deref(), link)?,
            unread_by_agent: params.unread.filter(|_| staff),
            unread_by_customer: params.unread.filter(|_| !staff),
            sla_overdue: params.sla_overdue,
            created_at: period("created_at", params.created_at_after.as_deref(), params.created_at_before.as_deref())?,
            last_message_at: period(
                "last_message_at",
                params.last_message_at_after.as_deref(),
                params.last_message_at_before.as_deref(),
            )?,
            sla_due_at: period("sla_due_at", params.sla_due_at_after.as_deref(), params.sla_due_at_before.as_deref())?,
            search: crate::storage::Search::default(),
        };
        Ok(Self { filter, search, sort, descending, limit, cursor: params.cursor })
    }
}

impl TicketParams {
    /// Asking is learning: what a customer does not see of a ticket they cannot ask for either.
    fn refuse_what_is_hidden(&self) -> Result<()> {
        let hidden = [
            ("team", self.team.is_some()),
            ("watcher", self.watcher.is_some()),
            ("tag", self.tag.is_some()),
            ("link", self.link.is_some()),
            ("sla_overdue", self.sla_overdue.is_some()),
            ("sla_due_at_after", self.sla_due_at_after.is_some()),
            ("sla_due_at_before", self.sla_due_at_before.is_some()),
        ];
        match hidden.into_iter().find(|(_, asked)| *asked) {
            Some((name, _)) => Err(bad(format!("{name}: only the desk can ask for this."))),
            None => Ok(()),
        }
    }
}

fn ordering(ordering: &str) -> Result<(TicketSort, bool)> {
    let (descending, field) = ordering.strip_prefix('-').map_or((false, ordering), |field| (true, field));
    let sort = match field {
        "last_message_at" => TicketSort::Activity,
        "created_at" => TicketSort::CreatedAt,
        "updated_at" => TicketSort::UpdatedAt,
        "sla_due_at" => TicketSort::SlaDueAt,
        "priority" => TicketSort::Priority,
        "number" => TicketSort::Number,
        _ => {
            return Err(bad(
                "ordering: must be `last_message_at`, `created_at`, `updated_at`, `sla_due_at`, `priority` or `number`, \
                 with `-` for descending.",
            ));
        }
    };
    Ok((sort, descending))
}
