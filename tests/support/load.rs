//! A desk of any size with the shape of a real one: most tickets are done, few values are everywhere and many are rare.
//!
//! What the desk's decisions make of a ticket's whole life is folded into one change, so that a million messages go in within minutes
//! through the storage's own `apply`, with every index and count as it would be.

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use support_core::{
    model::{
        Actor, ActorKind, ChangeSet, Channel, Details, IndexChange, Permissions, PersonBrief, PersonId, PersonKind,
        PersonRecord, Priority, Role, Scope, SettingId, Status, TenantId, TicketId, TicketRecord, TicketWrite,
        Timestamp,
        decide::{self, Circumstance, Opening, Posting},
        tally::tally,
    },
    protocol::Link,
    storage::Storage,
};
use uuid::Uuid;

/// Tickets that share one commit.
const TOGETHER: usize = 100;
/// Tickets of one customer.
const OF_A_CUSTOMER: usize = 20;
/// Each so many tickets one is still open.
const LIVE_EACH: usize = 33;
const AGENTS: usize = 20;

/// What a loaded desk is asked, with places for what [`Loaded`] knows.
pub const READS: &[(&str, &str)] = &[
    ("list", "tickets"),
    ("list, live", "tickets?status=open,pending,snoozed"),
    ("list, done", "tickets?status=resolved,closed"),
    ("list, snoozed", "tickets?status=snoozed"),
    ("list, urgent: nobody", "tickets?priority=urgent"),
    ("list, high", "tickets?priority=high"),
    ("list, mine", "tickets?assigned_to=me"),
    ("list, an agent's", "tickets?assigned_to={agent}"),
    ("list, a new agent's", "tickets?assigned_to={new_agent}"),
    ("list, nobody's", "tickets?assigned_to=none&status=open"),
    ("list, a team's", "tickets?team={team}"),
    ("list, a customer's", "tickets?requester={customer}"),
    ("list, watched", "tickets?watcher=me"),
    ("list, a rare channel", "tickets?channel=phone"),
    ("list, a category", "tickets?category=c7"),
    ("list, a rare category", "tickets?category=rare"),
    ("list, a tag", "tickets?tag=t7"),
    ("list, a common tag", "tickets?tag=common"),
    ("list, an order", "tickets?link=order:A-3"),
    ("list, unread", "tickets?unread=true"),
    ("list, overdue", "tickets?sla_overdue=true"),
    ("list, opened on a day", "tickets?created_at_after={early}&created_at_before={late}"),
    ("list, active on a day", "tickets?last_message_at_after={early}&last_message_at_before={late}"),
    ("list, due, live", "tickets?status=open&ordering=sla_due_at"),
    ("list, oldest live", "tickets?status=open,pending,snoozed&ordering=created_at"),
    ("list, by priority", "tickets?ordering=-priority"),
    ("list, low by priority", "tickets?priority=low&ordering=-priority"),
    ("list, by creation", "tickets?ordering=created_at"),
    ("list, by deadline", "tickets?ordering=sla_due_at"),
    ("search, rare, by activity", "tickets?search=needle&ordering=-last_message_at"),
    ("search, tag and word", "tickets?search=order+tag:t7"),
    ("search, rare word", "tickets?search=needle"),
    ("search, medium word", "tickets?search=medium"),
    ("search, common word", "tickets?search=order"),
    ("search, two words", "tickets?search=order+medium"),
    ("search, last activity", "tickets?search=order&ordering=-last_message_at"),
    ("search, while typing", "tickets?search=med"),
    ("ranked, rare word", "search?q=needle"),
    ("ranked, medium word", "search?q=medium"),
    ("ranked, common word", "search?q=order"),
    ("thread", "tickets/{ticket}/messages"),
    ("statistics", "tickets/stats"),
];

/// What was loaded.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// A ticket in the middle.
    pub ticket: TicketId,
    /// Somebody who has a few tickets.
    pub customer: PersonId,
    /// An agent who has a twentieth of all tickets.
    pub agent: PersonId,
    /// An agent who has three.
    pub new_agent: PersonId,
    /// A team with a tenth of all tickets.
    pub team: SettingId,
    /// When the last ticket was opened.
    pub end: Timestamp,
}

impl Loaded {
    /// A path of [`READS`] with its places filled.
    pub fn path(&self, path: &str) -> String {
        let Self { ticket, customer, agent, new_agent, team, end } = self;
        let day = |days| (*end - TimeDelta::days(days)).format("%Y-%m-%d").to_string();
        path.replace("{ticket}", &ticket.to_string())
            .replace("{customer}", &customer.to_string())
            .replace("{agent}", &agent.to_string())
            .replace("{new_agent}", &new_agent.to_string())
            .replace("{team}", &team.to_string())
            .replace("{early}", &day(280))
            .replace("{late}", &day(279))
    }
}

/// Loads tickets that were opened one after the other, the last one just before `end`.
pub async fn load(storage: &dyn Storage, tickets: usize, messages: usize, end: Timestamp) -> Result<Loaded> {
    let mut source = Source { now: end, steps: 1 };
    let start = end - TimeDelta::days(300);
    let between = TimeDelta::microseconds((end - start).num_microseconds().unwrap_or_default() / tickets as i64);
    let mut tx = storage.write().await?;
    let mut agents = Vec::new();
    for number in 0..=AGENTS {
        source.now = start;
        let agent = person(&mut source, PersonKind::Agent, &format!("Agent {number}"), &format!("a{number}@desk.test"));
        agents.push(tx.upsert_person(&agent).await?);
    }
    let team = SettingId(source.id());
    let mut customers: Vec<PersonRecord> = Vec::new();
    let mut middle = None;
    for number in 0..tickets {
        source.now = start + between * i32::try_from(number)?;
        if number % OF_A_CUSTOMER == 0 {
            let mail = format!("c{number}@example.com");
            let customer = person(&mut source, PersonKind::Contact, &format!("Customer {number}"), &mail);
            customers.push(tx.upsert_person(&customer).await?);
        }
        let customer = &customers[number * 7 % customers.len()];
        // The new one has three, all of them long ago.
        let agent = if number % (tickets / 30).max(1) == 11 && number < tickets / 10 {
            &agents[AGENTS]
        } else {
            &agents[number % AGENTS]
        };
        let opening =
            Opening { number: tx.next_ticket_number(TenantId::DEFAULT).await?, ..opening(number, tickets, customer) };
        let change = life(&mut source, opening, customer, agent, Plan { number, tickets, messages, team });
        if number == tickets / 2 {
            middle = Some(change.ticket.ticket().id);
        }
        tx.apply(&change, None).await?;
        if number % TOGETHER == TOGETHER - 1 {
            tx.commit().await?;
            tx = storage.write().await?;
        }
    }
    tx.commit().await?;
    let ticket = middle.context("no ticket was loaded")?;
    Ok(Loaded { ticket, customer: customers[0].id, agent: agents[1].id, new_agent: agents[AGENTS].id, team, end })
}

fn person(source: &mut Source, kind: PersonKind, name: &str, email: &str) -> PersonRecord {
    PersonRecord {
        id: PersonId(source.id()),
        tenant: TenantId::DEFAULT,
        kind,
        subject: Some(format!("load:{email}")),
        name: name.to_owned(),
        email: Some(email.to_owned()),
        phone: None,
        verified: false,
        role: if kind == PersonKind::Agent { Role::Agent } else { Role::Customer },
        custom_role: None,
        is_active: true,
        created_at: source.now,
        updated_at: source.now,
    }
}

fn actor(person: &PersonRecord) -> Actor {
    let is_agent = person.kind == PersonKind::Agent;
    Actor {
        tenant: person.tenant,
        kind: if is_agent { ActorKind::Agent } else { ActorKind::Customer },
        person: Some(person.id),
        name: person.name.clone(),
        email: person.email.clone(),
        role: person.role,
        permissions: Permissions::AGENT,
        scope: if is_agent { Scope::Desk } else { Scope::Requester(person.id) },
        can: Vec::new(),
        link: None,
    }
}

/// A ticket's place among all.
#[derive(Debug, Clone, Copy)]
struct Plan {
    number: usize,
    tickets: usize,
    messages: usize,
    team: SettingId,
}

fn opening(number: usize, tickets: usize, customer: &PersonRecord) -> Opening {
    let mut details = Details::default();
    if number.is_multiple_of(50) {
        details.tags.push(format!("t{}", number / 50 % 20));
    }
    if number % 10 == 3 {
        details.links.push(Link { kind: "order".to_owned(), id: format!("A-{}", number / 30) });
    }
    if number.is_multiple_of(3) {
        details.tags.push("common".to_owned());
    }
    details.tags.sort();
    // Twenty tickets have the rarest category, wherever they are.
    let category = if number % (tickets / 20).max(1) == 5 { "rare".to_owned() } else { format!("c{}", number % 40) };
    let needle = number % 200 == 3 && tickets - number < 1_000;
    Opening {
        subject: format!("Ticket {number}{}", if needle { " needle" } else { "" }),
        description: None,
        priority: Priority::ALL[[1, 1, 0, 1, 2, 1, 1, 2, 0, 1][number % 10]],
        category: Some(category),
        channel: if number % 500 == 250 { Channel::PHONE } else { Channel::CHAT },
        inbox: None,
        requester: PersonBrief::from(customer),
        message: None,
        details,
        number: 0,
    }
}

/// Everything that happens to a ticket, as one change.
fn life(source: &mut Source, opening: Opening, customer: &PersonRecord, agent: &PersonRecord, plan: Plan) -> ChangeSet {
    let (customer, staff) = (actor(customer), actor(agent));
    let Plan { number, tickets, messages, team } = plan;
    let texts: Vec<_> = (0..messages).map(|message| source.text(number * messages + message)).collect();
    let mut now = source.now;
    let mut ids = || source.id();
    let mut whole = {
        let mut around = Circumstance { actor: &customer, now, request_id: "load", address: None, ids: &mut ids };
        decide::open(&mut around, opening)
    };
    let mut ticket: TicketRecord = whole.ticket.ticket().clone();
    let mut add = |change: ChangeSet, ticket: &mut TicketRecord| {
        *ticket = change.ticket.ticket().clone();
        whole.messages.extend(change.messages);
        whole.events.extend(change.events);
    };
    for (place, body) in texts.into_iter().enumerate() {
        now += TimeDelta::minutes(7);
        let actor = if place % 2 == 0 { &customer } else { &staff };
        let mut around = Circumstance { actor, now, request_id: "load", address: None, ids: &mut ids };
        let is_internal = place % 8 == 5 || (place == 1 && number % 40 == 9);
        let posting = Posting { is_internal, ..Posting::text(body, Channel::CHAT) };
        add(decide::post(&mut around, &ticket, posting, None), &mut ticket);
    }
    let mut around = Circumstance { actor: &staff, now, request_id: "load", address: None, ids: &mut ids };
    let is_live = number % LIVE_EACH == 0 || tickets - number < tickets / 100;
    if !(is_live && number % 4 == 0) {
        let agent = PersonBrief::from(agent);
        if let Some(change) = decide::assign(&mut around, &ticket, Some(agent)) {
            add(change, &mut ticket);
        }
    }
    let status = match (is_live, number % 10) {
        (true, 0..6) => Status::Open,
        (true, 6..9) => Status::Pending,
        (true, _) => Status::Snoozed,
        (false, 0) => Status::Closed,
        (false, _) => Status::Resolved,
    };
    if let Some(change) = decide::set_status(&mut around, &ticket, status) {
        add(change, &mut ticket);
    }
    ticket.team = (number % 10 == 4).then_some(team);
    if is_live {
        ticket.sla_due_at = Some(now + TimeDelta::hours(8));
        ticket.sla_overdue = number % 5 == 0;
    } else {
        ticket.unread_by_agent = 0;
        ticket.agent_read_seq = ticket.last_seq;
    }
    ticket.version = 1;
    whole.index = IndexChange::between(None, &ticket);
    whole.tally = tally(None, &ticket);
    whole.ticket = TicketWrite::Insert(ticket);
    whole
}

/// Ascending ids, and words that are the same in every run.
struct Source {
    now: Timestamp,
    steps: u64,
}

impl Source {
    fn id(&mut self) -> Uuid {
        self.steps += 1;
        let ms = u64::try_from(self.now.timestamp_millis()).unwrap_or_default();
        Uuid::from_u64_pair((ms << 16) | 0x7000 | (self.steps & 0xFFF), 0x8000_0000_0000_0000 | self.steps)
    }

    /// Words as their frequencies are: few that are everywhere, many that are rare.
    fn text(&mut self, number: usize) -> String {
        let mut text = String::new();
        let mut draw = number as u64;
        for place in 0..30_u64 {
            draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let high = draw >> 40;
            // Half of all words are among the first hundred.
            let word = if high.is_multiple_of(2) { (high / 2) % 100 } else { (high / 2) % 30_000 };
            text.push_str(&format!("w{word}{} ", if place % 7 == 6 { "." } else { "" }));
        }
        if number.is_multiple_of(3) {
            text.push_str("order ");
        }
        if number % 500 == 7 {
            text.push_str("medium ");
        }
        text
    }
}
