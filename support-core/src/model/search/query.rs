//! The query language: words, "phrases" and `operator:value`. Whatever is no known operator with a legal value is text to look for.

use super::Day;
use crate::model::{Priority, choice::choice};

/// What somebody looks for. `Display` writes it in a form that reads back as the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// All of them must hold.
    pub parts: Vec<Part>,
}

/// One demand on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text without white space.
    Word(String),
    /// Text that was written in quotation marks.
    Phrase(String),
    /// `operator:value`; with `-` in front what must not hold.
    Filter {
        /// What is asked.
        filter: SearchFilter,
        /// Whether the answer must be no.
        excluded: bool,
    },
}

/// What an operator asks of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchFilter {
    /// `from:` words of the requester's name or address.
    From(String),
    /// `assignee:`
    Assignee(Assignee),
    /// `tag:`
    Tag(String),
    /// `is:`
    Is(TicketState),
    /// `before:` opened before that day began (UTC).
    Before(Day),
    /// `after:` opened on that day (UTC) or later.
    After(Day),
    /// `priority:`
    Priority(Priority),
    /// `channel:`
    Channel(String),
    /// `category:`
    Category(String),
    /// `#123` or `number:123`
    Number(i64),
}

/// Whose tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// `me`: the caller's.
    Me,
    /// `none`: nobody's.
    Nobody,
    /// The agent's with this address, name or id.
    Named(String),
}

choice!(
    /// What `is:` knows.
    TicketState {
        /// Being worked on.
        Open = "open",
        /// Waits for the customer.
        Pending = "pending",
        /// Put off.
        Snoozed = "snoozed",
        /// Answered.
        Resolved = "resolved",
        /// Over.
        Closed = "closed",
        /// Resolved or closed.
        Done = "done",
        /// Messages wait for an agent.
        Unread = "unread",
        /// A deadline has passed.
        Overdue = "overdue",
        /// Nobody looks after it.
        Unassigned = "unassigned",
    }
);

impl SearchQuery {
    /// Reads a query. There are no errors: a query is never refused for what it says.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut parts = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (part, after) = part(rest);
            parts.extend(part);
            rest = after.trim_start();
        }
        Self { parts }
    }

    /// The query as customers may ask it: what only the desk sees of a ticket is text to them.
    #[must_use]
    pub fn without_what_is_the_desks(self) -> Self {
        let text = |part: Part| match part {
            Part::Filter {
                filter:
                    filter @ (SearchFilter::Assignee(_)
                    | SearchFilter::Tag(_)
                    | SearchFilter::Is(TicketState::Unread | TicketState::Overdue | TicketState::Unassigned)),
                ..
            } => Part::Phrase(filter.to_string().replace('"', " ")),
            part => part,
        };
        Self { parts: self.parts.into_iter().map(text).collect() }
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

fn part(text: &str) -> (Option<Part>, &str) {
    let (excluded, positive) = text.strip_prefix('-').map_or((false, text), |positive| (true, positive));
    if let Some((filter, after)) = filter(positive) {
        return (Some(Part::Filter { filter, excluded }), after);
    }
    if let Some(quoted) = text.strip_prefix('"') {
        let (phrase, after) = quoted.split_once('"').unwrap_or((quoted, ""));
        let phrase = phrase.trim();
        return ((!phrase.is_empty()).then(|| Part::Phrase(phrase.to_owned())), after);
    }
    let (word, after) = chunk(text);
    (Some(Part::Word(word.to_owned())), after)
}

/// Up to the next white space.
fn chunk(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

fn filter(text: &str) -> Option<(SearchFilter, &str)> {
    if let Some(number) = text.strip_prefix('#') {
        let (digits, after) = chunk(number);
        return Some((SearchFilter::Number(ticket_number(digits)?), after));
    }
    let (operator, value) = text.split_once(':')?;
    let (value, after) = match value.strip_prefix('"') {
        Some(quoted) => {
            let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
            if after.chars().next().is_some_and(|next| !next.is_whitespace()) {
                return None;
            }
            (value.trim(), after)
        }
        None => chunk(value),
    };
    if value.is_empty() {
        return None;
    }
    let filter = match operator.to_ascii_lowercase().as_str() {
        "from" => SearchFilter::From(value.to_owned()),
        "assignee" => SearchFilter::Assignee(match value.to_ascii_lowercase().as_str() {
            "me" => Assignee::Me,
            "none" => Assignee::Nobody,
            _ => Assignee::Named(value.to_owned()),
        }),
        "tag" => SearchFilter::Tag(value.to_owned()),
        "is" => SearchFilter::Is(value.parse().ok()?),
        "before" => SearchFilter::Before(value.parse().ok()?),
        "after" => SearchFilter::After(value.parse().ok()?),
        "priority" => SearchFilter::Priority(value.parse().ok()?),
        "channel" => SearchFilter::Channel(value.to_owned()),
        "category" => SearchFilter::Category(value.to_owned()),
        "number" => SearchFilter::Number(ticket_number(value)?),
        _ => return None,
    };
    Some((filter, after))
}

fn ticket_number(digits: &str) -> Option<i64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

impl std::fmt::Display for SearchQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match part {
                Part::Word(word) => f.write_str(word)?,
                Part::Phrase(phrase) => write!(f, "\"{phrase}\"")?,
                Part::Filter { filter, excluded } => write!(f, "{}{filter}", if *excluded { "-" } else { "" })?,
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for SearchFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = |operator: &str, value: &str| {
            let quote = if value.contains(char::is_whitespace) { "\"" } else { "" };
            write!(f, "{operator}:{quote}{value}{quote}")
        };
        match self {
            Self::From(value) => text("from", value),
            Self::Assignee(Assignee::Me) => text("assignee", "me"),
            Self::Assignee(Assignee::Nobody) => text("assignee", "none"),
            Self::Assignee(Assignee::Named(value)) => text("assignee", value),
            Self::Tag(value) => text("tag", value),
            Self::Is(state) => text("is", state.as_str()),
            Self::Before(day) => text("before", &day.to_string()),
            Self::After(day) => text("after", &day.to_string()),
            Self::Priority(priority) => text("priority", priority.as_str()),
            Self::Channel(value) => text("channel", value),
            Self::Category(value) => text("category", value),
            Self::Number(number) => write!(f, "#{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(text: &str) -> Part {
        Part::Word(text.to_owned())
    }

    fn filter(filter: SearchFilter) -> Part {
        Part::Filter { filter, excluded: false }
    }

    #[test]
    fn words_phrases_and_operators_are_told_apart() {
        let query = SearchQuery::parse(
            "refund \"late order\" from:mia@x.com Tag:\"very important\" -is:Closed assignee:ME after:2026-02-01 #42 priority:HIGH",
        );
        let expected = [
            word("refund"),
            Part::Phrase("late order".into()),
            filter(SearchFilter::From("mia@x.com".into())),
            filter(SearchFilter::Tag("very important".into())),
            Part::Filter { filter: SearchFilter::Is(TicketState::Closed), excluded: true },
            filter(SearchFilter::Assignee(Assignee::Me)),
            filter(SearchFilter::After("2026-02-01".parse().unwrap())),
            filter(SearchFilter::Number(42)),
            filter(SearchFilter::Priority(Priority::High)),
        ];
        assert_eq!(query.parts, expected);
    }

    #[test]
    fn what_is_no_operator_is_text() {
        for text in [
            "subject:x",
            "is:nice",
            "before:soon",
            "tag:",
            "priority:9",
            "#",
            "#4a",
            "-",
            "--",
            "-word",
            "a\"b",
            "number:-1",
            "from:\"a\"b",
            "NEAR(a",
            "*",
            "a*",
            "{x}",
            "(",
            "AND",
            "NOT",
            "'';--",
            "from",
            ":x",
            "#99999999999999999999",
        ] {
            assert_eq!(SearchQuery::parse(text).parts, [word(text)], "{text}");
        }
        assert!(SearchQuery::parse("  \" \" \"\" ").is_empty());
        assert_eq!(SearchQuery::parse("\"never closed").parts, [Part::Phrase("never closed".into())]);
        assert_eq!(SearchQuery::parse("a\0b").parts, [word("a"), word("b")]);
    }

    /// Strings with more than their share of what means something.
    fn queries() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("\"".to_owned()),
            Just(" ".to_owned()),
            Just("-".to_owned()),
            Just("#".to_owned()),
            Just(":".to_owned()),
            Just("tag:".to_owned()),
            Just("is:open".to_owned()),
            Just("FROM:".to_owned()),
            Just("before:2026-01-31".to_owned()),
            Just("\u{a0}".to_owned()),
            "[0-9]{1,3}",
            "\\PC{0,4}",
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_printed_query_reads_back_as_the_same(text in queries()) {
            let query = SearchQuery::parse(&text);
            let printed = query.to_string();
            prop_assert_eq!(&SearchQuery::parse(&printed), &query, "{:?}", printed);
            prop_assert_eq!(SearchQuery::parse(&printed).to_string(), printed);
        }

        #[test]
        fn no_letter_or_digit_of_plain_text_is_lost(text in "[^\"#:\\-]{0,60}") {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            prop_assert_eq!(letters(&SearchQuery::parse(&text).to_string()), letters(&text));
        }
    }
}
