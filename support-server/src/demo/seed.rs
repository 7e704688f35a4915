//! Two hundred believable tickets, the same at every first start, written by the desk's own verbs at times in the past.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use support_core::{
    AccountOptions, Error, Identity, SecretKey, Support,
    clock::{Clock, SystemEntropy},
    desk::{Call, TicketQuery},
    model::{
        Actor, ActorKind, Channel, PersonId, Role, Status, TenantId, Timestamp,
        sla::{PriorityTargets, Targets},
    },
    plugin::{Draft, HookContext, Interceptor, Plugin, Refusal, Registrar},
    protocol::{Assign, ChangeTicket, CreateMessage, CreateSlaPolicy, CreateTicket, CreateUser, MarkRead},
    storage::Storage,
};

use super::{
    Persona,
    scenarios::{CUSTOMERS, SCENARIOS, Scenario, Turn},
};

const TICKETS: usize = 200;
/// Tickets reach back this many days.
const DAYS: i64 = 28;

/// The desk's people: address in the demo, given and family name, what they are.
const TEAM: [(&str, &str, &str, &str, Role); 3] = [
    ("admin", "Nora", "Lind", "Manages the desk: sees all, assigns to anybody, watches the mail log.", Role::Admin),
    ("agent", "Tomas", "Berg", "Answers customers all day.", Role::Agent),
    ("colleague", "Ines", "Duarte", "Answers customers too. Sign in as her in a second window.", Role::Agent),
];

/// A clock that stands where the story is.
#[derive(Debug, Default)]
struct StoryClock(AtomicI64);

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        // Every look moves it by a moment, so that no two things happen at once.
        let micros = self.0.fetch_add(1_000, Ordering::Relaxed);
        Timestamp::from_timestamp_micros(micros).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Says what the story's tickets and messages come through.
#[derive(Debug, Clone, Default)]
struct StoryChannel(Arc<Mutex<Option<Channel>>>);

impl Plugin for StoryChannel {
    fn id(&self) -> &'static str {
        "demo_story"
    }

    fn register(&self, registrar: &mut Registrar<'_>) -> Result<(), String> {
        registrar.interceptor(self.clone());
        Ok(())
    }
}

#[async_trait]
impl Interceptor for StoryChannel {
    fn id(&self) -> &'static str {
        "demo_story"
    }

    async fn prepare(&self, _: &HookContext<'_>, draft: &mut Draft) -> Result<(), Refusal> {
        let channel = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(channel) = channel {
            match draft {
                Draft::Open(opening) => {
                    opening.channel = channel.clone();
                    if let Some(message) = &mut opening.message {
                        message.channel = channel;
                    }
                }
                Draft::Reply { posting, .. } => posting.channel = channel,
                _ => {}
            }
        }
        Ok(())
    }
}

/// Small, seeded, good enough for variety: the constants are those of Knuth's MMIX generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides.max(1)
    }
}

/// Fills an empty desk; finds its people in a filled one.
pub(super) async fn fill(support: &Support, storage: Arc<dyn Storage>) -> Result<(Vec<Persona>, usize), Error> {
    let now = support.desk().now();
    let clock = Arc::new(StoryClock(AtomicI64::new((now - TimeDelta::days(DAYS + 1)).timestamp_micros())));
    let channel = StoryChannel::default();
    let past = Support::builder()
        .shared_storage(storage)
        .accounts(AccountOptions::default())
        .secret(SecretKey::generate(&SystemEntropy))
        .public_url(support.desk().public_url())
        .clock(Arc::<StoryClock>::clone(&clock))
        .plugin(channel.clone())
        .build()
        .await
        .map_err(Error::internal)?;
    let team = team(&past).await?;
    let customers = customers(&past).await?;
    let first = Call::new(team[0].clone(), "demo");
    let known = past.desk().list_tickets(&first, &TicketQuery { limit: 1, ..TicketQuery::default() }).await?;
    if known.data.is_empty() {
        promises(&past).await?;
        let mut story =
            Story { past: &past, clock: &clock, channel: &channel, team: &team, dice: Dice(20_240_611), now };
        for index in 0..TICKETS {
            story.ticket(index, &customers).await?;
        }
    }
    let counts = past.desk().statistics(&first, support_core::desk::DayRange::default()).await?;
    let id = |actor: &Actor| actor.person.unwrap_or(PersonId(uuid::Uuid::nil()));
    let mut personas: Vec<_> = TEAM
        .iter()
        .zip(&team)
        .map(|((who, first, ..), actor)| {
            let text = TEAM.iter().find(|entry| entry.0 == *who).map_or("", |entry| entry.3);
            Persona { who, name: first, text, person: id(actor), is_team: true }
        })
        .collect();
    for (who, customer, text) in [
        ("customer", 0, "Has a late delivery and an open ticket."),
        ("other-customer", 1, "Sees other tickets, and none of the first customer's."),
    ] {
        personas.push(Persona {
            who,
            name: CUSTOMERS[customer].0,
            text,
            person: id(&customers[customer]),
            is_team: false,
        });
    }
    let total = usize::try_from(counts.open + counts.resolved).unwrap_or(TICKETS);
    Ok((personas, total))
}

async fn team(past: &Support) -> Result<Vec<Actor>, Error> {
    let system = Call::new(Actor::system(TenantId::DEFAULT), "demo");
    for (_, first, last, _, role) in TEAM {
        let user = CreateUser {
            email: format!("{}@juniper.example", first.to_lowercase()),
            // Nobody needs it: the demo signs in with one click.
            password: Some(uuid_password()),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            role: Some(role),
            custom_role: None,
        };
        match past.create_user(&user).await {
            Ok(_) | Err(Error::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let users = past
        .desk()
        .list_users(&system, &support_core::desk::UserQuery { limit: Some(100), ..Default::default() })
        .await?
        .data;
    let actor = |first: &str| {
        let user = users.iter().find(|user| user.first_name == first)?;
        Some(Actor {
            kind: ActorKind::Agent,
            person: Some(user.id),
            name: user.name.clone(),
            email: user.email.clone(),
            // Stories assign freely.
            role: Role::Admin,
            ..Actor::system(TenantId::DEFAULT)
        })
    };
    let team: Vec<_> = TEAM.iter().filter_map(|entry| actor(entry.1)).collect();
    if team.len() == TEAM.len() { Ok(team) } else { Err(Error::internal("the demo's team is not complete")) }
}

fn uuid_password() -> String {
    let bytes: [u8; 24] = support_core::clock::random(&SystemEntropy);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn customers(past: &Support) -> Result<Vec<Actor>, Error> {
    let mut actors = Vec::with_capacity(CUSTOMERS.len());
    for (index, (name, email)) in CUSTOMERS.iter().enumerate() {
        let identity = Identity::customer(format!("demo-{index}")).name(*name).email(*email);
        actors.push(past.desk().actor_of(TenantId::DEFAULT, identity).await?);
    }
    Ok(actors)
}

/// Round the clock, so that some tickets are at risk and some are late whenever somebody looks.
async fn promises(past: &Support) -> Result<(), Error> {
    let promise = |first: u32, next: u32, hours: u32| Targets {
        first_response_minutes: Some(first),
        next_response_minutes: Some(next),
        resolution_minutes: Some(hours * 60),
    };
    let policy = CreateSlaPolicy {
        name: "Standard".to_owned(),
        targets: PriorityTargets {
            low: promise(60, 480, 120),
            medium: promise(30, 240, 72),
            high: promise(20, 120, 24),
            urgent: promise(10, 60, 8),
        },
        warn_before_percent: Some(25),
        pause_while_pending: true,
        ..CreateSlaPolicy::default()
    };
    let system = Call::new(Actor::system(TenantId::DEFAULT), "demo");
    past.desk().create_sla_policy(&system, policy).await?;
    Ok(())
}

struct Story<'a> {
    past: &'a Support,
    clock: &'a StoryClock,
    channel: &'a StoryChannel,
    team: &'a [Actor],
    dice: Dice,
    now: Timestamp,
}

impl Story<'_> {
    fn at(&self, time: Timestamp) {
        self.clock.0.store(time.min(self.now - TimeDelta::seconds(20)).timestamp_micros(), Ordering::Relaxed);
    }

    /// One ticket from its first word to where it stands today. The last ones are the youngest.
    async fn ticket(&mut self, index: usize, customers: &[Actor]) -> Result<(), Error> {
        let scenario = &SCENARIOS[(index * 7 + index / SCENARIOS.len()) % SCENARIOS.len()];
        // The first two customers can be signed in as, so they have a few tickets each.
        let who = if index % 41 == 7 { index / 41 % 2 } else { 2 + self.dice.roll(customers.len() - 2) };
        let mut customer = customers[who].clone();
        let order = format!("J-{}", 20_400 + index * 3 + self.dice.roll(3));
        let age = TICKETS - index;
        let back_minutes = i64::try_from(age * age).unwrap_or(0) + i64::try_from(self.dice.roll(40)).unwrap_or(0);
        let mut time = self.now - TimeDelta::minutes(back_minutes.min(DAYS * 24 * 60) + 3);
        let channel =
            [Channel::CHAT, Channel::EMAIL, Channel::CHAT, Channel::PORTAL, Channel::EMAIL][self.dice.roll(5)].clone();
        if channel == Channel::CHAT {
            customer.kind = ActorKind::Visitor;
        }
        *self.channel.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(channel);
        self.at(time);
        let by_customer = Call::new(customer, "demo");
        let opening = CreateTicket {
            subject: fill_in(scenario.subject, &order),
            initial_message: Some(fill_in(scenario.opening, &order)),
            priority: Some(scenario.priority),
            category: Some(scenario.category.to_owned()),
            ..CreateTicket::default()
        };
        let ticket = self.past.desk().open(&by_customer, None, opening).await?.value.id;
        // A young ticket has got less of its story: nobody has looked at the newest ones.
        let turns = match age {
            0..=6 => 0,
            7..=24 => self.dice.roll(scenario.turns.len() + 1),
            _ => scenario.turns.len(),
        };
        let agent = self.team[self.dice.roll(self.team.len())].clone();
        let by_agent = Call::new(agent, "demo");
        if turns > 0 {
            time += TimeDelta::minutes(2 + i64::try_from(self.dice.roll(18)).unwrap_or(0));
            self.at(time);
            let assignee = by_agent.actor.person;
            self.past.desk().assign(&by_agent, ticket, Assign { assignee }).await?;
        }
        for turn in &scenario.turns[..turns] {
            time += TimeDelta::minutes(1 + i64::try_from(self.dice.roll(25)).unwrap_or(0));
            self.at(time);
            let (call, text, is_internal) = match turn {
                Turn::Agent(text) => (&by_agent, text, false),
                Turn::Note(text) => (&by_agent, text, true),
                Turn::Customer(text) => (&by_customer, text, false),
            };
            self.past.desk().read(call, ticket, MarkRead::default()).await?;
            let message = CreateMessage { body: fill_in(text, &order), is_internal, ..CreateMessage::default() };
            self.past.desk().reply(call, ticket, message).await?;
        }
        time += TimeDelta::minutes(3);
        self.at(time);
        self.end(scenario, turns, age, &by_agent, &by_customer, ticket).await
    }

    async fn end(
        &mut self,
        scenario: &Scenario,
        turns: usize,
        age: usize,
        by_agent: &Call,
        by_customer: &Call,
        ticket: support_core::model::TicketId,
    ) -> Result<(), Error> {
        let desk = self.past.desk();
        let is_told = turns == scenario.turns.len();
        if is_told && self.dice.roll(10) > 0 {
            desk.read(by_customer, ticket, MarkRead::default()).await?;
        }
        if is_told && age > 60 {
            let closed = age > 140 || self.dice.roll(3) == 0;
            desk.resolve(by_agent, ticket).await?;
            if closed {
                desk.close(by_agent, ticket).await?;
            }
        } else if turns > 0 && matches!(scenario.turns[turns - 1], Turn::Agent(_)) {
            match self.dice.roll(4) {
                0 => drop(desk.resolve(by_agent, ticket).await?),
                1 | 2 => {
                    let change = ChangeTicket { status: Some(Status::Pending), ..ChangeTicket::default() };
                    desk.change(by_agent, ticket, change).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn fill_in(text: &str, order: &str) -> String {
    text.replace("{order}", order)
}
