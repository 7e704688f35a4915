//! Searching tickets by what people type.

use std::collections::BTreeMap;

use super::{Audience, Call, Desk, list::place, query::day_start, ticket_view};
use crate::{
    error::{Error, Result},
    model::{
        Actor, MessageRecord, PersonId, PersonKind, Status, TicketRecord, Timestamp, limits,
        search::{Assignee, Field, Part, SearchFilter, SearchQuery, Term, TicketState, excerpt, find, terms, words},
        text,
    },
    protocol::{Fragment, Highlight, Page, SearchHit},
    storage::{Condition, Edge, PageRequest, Period, PersonFilter, ReadTx, Search, TicketFilter, TicketSort},
};

/// The newest tickets among which a ranked search chooses.
const CANDIDATES: u32 = 100;
/// Places that a hit shows.
const HIGHLIGHTS_MAX: usize = 4;
/// Agents that `assignee:` looks through.
const AGENTS_PAGE: u32 = 200;
/// A new ticket counts for so much more than an old one, and half of that after so many days.
const NEWNESS: f64 = 0.5;
const NEWNESS_DAYS: f64 = 30.0;

impl Desk {
    /// The best of the newest tickets that a query finds, with the places where its words stand. A number alone is a ticket's as well.
    ///
    /// # Errors
    /// `BadRequest` for a cursor of another search.
    pub async fn search(&self, call: &Call, query: &str, limit: u32, cursor: Option<&str>) -> Result<Page<SearchHit>> {
        let actor = &call.actor;
        let list = format!("search {} {:?} {query}", actor.tenant, actor.scope);
        let after = cursor.map(|cursor| Place::read(&self.inner.cursors.read(&list, cursor)?)).transpose()?;
        let mut tx = self.reader().await?;
        let search = resolve(&mut *tx, actor, query).await?;
        let page = PageRequest { sort: TicketSort::Number, descending: true, edge: Edge::Start, limit: CANDIDATES };
        let filter = TicketFilter { search: search.clone(), ..TicketFilter::default() };
        let mut tickets = tx.list_tickets(actor.tenant, actor.scope, &filter, page).await?;
        let jump = match query.trim().parse() {
            Ok(number) => {
                let search = Search { conditions: vec![(Condition::Number(number), false)], ..Search::default() };
                let filter = TicketFilter { search, ..TicketFilter::default() };
                tx.list_tickets(actor.tenant, actor.scope, &filter, PageRequest { limit: 1, ..page }).await?.pop()
            }
            Err(_) => None,
        };
        if let Some(jump) = &jump {
            tickets.retain(|ticket| ticket.id != jump.id);
        }
        tickets.splice(0..0, jump.clone());
        let numbers: Vec<i64> = tickets.iter().map(|ticket| ticket.number).collect();
        let mut messages: BTreeMap<_, Vec<MessageRecord>> = BTreeMap::new();
        for message in tx.find_messages_by_words(actor.tenant, &numbers, &search).await? {
            messages.entry(message.conversation).or_default().push(message);
        }
        drop(tx);

        let now = self.now();
        let audience = Audience::of(actor);
        let mut hits: Vec<(Place, &TicketRecord, Vec<Highlight>)> = Vec::with_capacity(tickets.len());
        for ticket in &tickets {
            let (score, highlights) =
                judge(&search.terms, ticket, messages.get(&ticket.id).map_or(&[][..], Vec::as_slice));
            let score = if jump.as_ref().is_some_and(|jump| jump.id == ticket.id) {
                f64::MAX
            } else {
                score * newness(ticket, now)
            };
            hits.push((Place::new(score, ticket.number), ticket, highlights));
        }
        hits.sort_by_key(|(place, ..)| *place);
        let limit = limit.clamp(1, limits::PAGE_MAX) as usize;
        let mut hits = hits.into_iter().filter(|(place, ..)| after.is_none_or(|after| *place > after));
        let data: Vec<_> = hits.by_ref().take(limit).collect();
        let next = hits.next().and(data.last()).map(|(place, ..)| self.inner.cursors.write(&list, &place.write()));
        let hit = |(place, ticket, highlights): (Place, &TicketRecord, _)| SearchHit {
            ticket: ticket_view(ticket, audience),
            score: place.score(),
            highlights,
        };
        Ok(Page { data: data.into_iter().map(hit).collect(), next, previous: None })
    }
}

/// Where a hit stands: the best first, the newest first among equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// Thousandths, negative, so that the best is the least.
    score: i64,
    number: i64,
}

impl Place {
    fn new(score: f64, number: i64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "scores are small, and the greatest saturates")]
        let thousandths = (score * 1e3).round() as i64;
        Self { score: thousandths.saturating_neg(), number: -number }
    }

    fn score(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "scores are small")]
        let thousandths = self.score.saturating_neg().min(1_000_000) as f64;
        thousandths / 1e3
    }

    fn write(self) -> String {
        format!("{}.{}", self.score, self.number)
    }

    fn read(text: &str) -> Result<Self> {
        let (score, number) = text.split_once('.').unwrap_or_default();
        Ok(Self { score: place(score)?, number: place(number)? })
    }
}

fn newness(ticket: &TicketRecord, now: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "an age in minutes is far below 2^52")]
    let days = (now - ticket.activity_at).num_minutes().max(0) as f64 / 1_440.0;
    1.0 + NEWNESS * (-days / NEWNESS_DAYS).exp2()
}

/// What the terms count in a ticket, each where it counts most, and where they were found.
fn judge(terms: &[Term], ticket: &TicketRecord, messages: &[MessageRecord]) -> (f64, Vec<Highlight>) {
    let requester = match &ticket.requester.email {
        Some(email) => format!("{} <{email}>", ticket.requester.name),
        None => ticket.requester.name.clone(),
    };
    let mut texts: Vec<(Field, &str, Option<&MessageRecord>)> = vec![
        (Field::Subject, &ticket.subject, None),
        (Field::Requester, &requester, None),
        (Field::Description, ticket.description.as_deref().unwrap_or_default(), None),
    ];
    for message in messages {
        let field = if message.is_internal { Field::Note } else { Field::Message };
        texts.push((field, &message.body, Some(message)));
    }
    let mut best = vec![0.0_f64; terms.len()];
    let mut places = Vec::new();
    for (field, text, message) in texts {
        let found = find(terms, field, &words(text));
        if found.matches.is_empty() {
            continue;
        }
        for (best, score) in best.iter_mut().zip(&found.scores) {
            *best = best.max(*score);
        }
        let terms_here = found.scores.iter().filter(|score| **score > 0.0).count();
        let fragments = excerpt(text, &found.matches);
        let highlight = Highlight {
            field: field_word(field).to_owned(),
            message_id: message.map(|message| message.id),
            seq: message.map(|message| message.seq),
            fragments: fragments.into_iter().map(|(text, is_match)| Fragment { text, is_match }).collect(),
        };
        places.push((std::cmp::Reverse(terms_here), field, message.map(|message| -message.seq), highlight));
    }
    places.sort_by_key(|place| (place.0, place.1, place.2));
    places.truncate(HIGHLIGHTS_MAX);
    (best.iter().sum(), places.into_iter().map(|(.., highlight)| highlight).collect())
}

const fn field_word(field: Field) -> &'static str {
    match field {
        Field::Subject => "subject",
        Field::Requester => "requester",
        Field::Description => "description",
        Field::Message => "message",
        Field::Note => "note",
    }
}

/// What people type, as the storage is asked. Customers cannot ask for what they do not see.
pub(super) async fn resolve(tx: &mut dyn ReadTx, actor: &Actor, query: &str) -> Result<Search> {
    let staff = actor.is_staff();
    let mut query = SearchQuery::parse(query);
    if query.is_empty() {
        return Ok(Search::default());
    }
    if Audience::of(actor) == Audience::Guest {
        // Words find addresses too, letter by letter, which whoever holds such a link is not shown.
        let detail = "search: a link to a record cannot ask for this.".into();
        return Err(Error::BadRequest { code: "invalid_parameter", detail });
    }
    if !staff {
        query = query.without_what_is_the_desks();
    }
    let mut search = Search { terms: terms(&query), conditions: Vec::new(), public_only: !staff };
    for part in &query.parts {
        if let Part::Filter { filter, excluded } = part
            && let Some(condition) = condition(tx, actor, filter).await?
        {
            search.conditions.push((condition, *excluded));
        }
    }
    if search.terms.is_empty() && search.conditions.is_empty() {
        // Signs without a letter or digit: no ticket is found by them, and all would be wrong.
        search.conditions.push((Condition::Nothing, false));
    }
    Ok(search)
}

async fn condition(tx: &mut dyn ReadTx, actor: &Actor, filter: &SearchFilter) -> Result<Option<Condition>> {
    let day = |day| day_start(day).ok_or_else(|| Error::internal("a day of a query that no calendar has"));
    let status = |status: &[Status]| Condition::Status(status.to_vec());
    Ok(Some(match filter {
        // A term: the index finds it.
        SearchFilter::From(_) => return Ok(None),
        SearchFilter::Assignee(assignee) => Condition::AssignedTo(assigned_to(tx, actor, assignee).await?),
        SearchFilter::Tag(tag) => Condition::Tag(super::normal(tag)),
        SearchFilter::Is(TicketState::Open) => status(&[Status::Open]),
        SearchFilter::Is(TicketState::Pending) => status(&[Status::Pending]),
        SearchFilter::Is(TicketState::Snoozed) => status(&[Status::Snoozed]),
        SearchFilter::Is(TicketState::Resolved) => status(&[Status::Resolved]),
        SearchFilter::Is(TicketState::Closed) => status(&[Status::Closed]),
        SearchFilter::Is(TicketState::Done) => status(&[Status::Resolved, Status::Closed]),
        SearchFilter::Is(TicketState::Unread) => Condition::Unread,
        SearchFilter::Is(TicketState::Overdue) => Condition::Overdue,
        SearchFilter::Is(TicketState::Unassigned) => Condition::AssignedTo(vec![None]),
        SearchFilter::Before(before) => Condition::CreatedAt(Period { from: None, until: Some(day(*before)?) }),
        SearchFilter::After(after) => Condition::CreatedAt(Period { from: Some(day(*after)?), until: None }),
        SearchFilter::Priority(priority) => Condition::Priority(*priority),
        SearchFilter::Channel(channel) => Condition::Channel(channel.to_lowercase()),
        SearchFilter::Category(category) => Condition::Category(super::normal(category)),
        SearchFilter::Number(number) => Condition::Number(*number),
    }))
}

/// The agents whom somebody means: by id, address, or words of the name.
async fn assigned_to(tx: &mut dyn ReadTx, actor: &Actor, assignee: &Assignee) -> Result<Vec<Option<PersonId>>> {
    let named = match assignee {
        Assignee::Me => return Ok(actor.person.map(Some).into_iter().collect()),
        Assignee::Nobody => return Ok(vec![None]),
        Assignee::Named(named) => named,
    };
    if let Ok(id) = named.parse() {
        return Ok(vec![Some(id)]);
    }
    let wanted = SearchQuery { parts: vec![Part::Phrase(named.clone())] };
    let wanted = terms(&wanted);
    let mut meant = Vec::new();
    let mut after: Option<(String, PersonId)> = None;
    loop {
        let place = after.as_ref().map(|(name, id)| (name.as_str(), *id));
        let agents = tx.list_people(actor.tenant, &PersonFilter::of(PersonKind::Agent), place, AGENTS_PAGE).await?;
        for agent in &agents {
            let same_address =
                agent.email.as_deref().is_some_and(|email| text::email_key(email) == text::email_key(named));
            let name = words(&agent.name);
            let same_name = |term: &Term| (0..name.len()).any(|at| term.matches_at(&name, at).is_some());
            if same_address || wanted.iter().any(same_name) {
                meant.push(Some(agent.id));
            }
        }
        match agents.last() {
            Some(last) if agents.len() == AGENTS_PAGE as usize => after = Some((last.name.clone(), last.id)),
            _ => return Ok(meant),
        }
    }
}
