//! Lists show what their filters say and nothing else: each filter is held against the tickets themselves, in every order.

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;

use super::{Desk, World, desk::posting, world::START};
use crate::{
    model::{
        ChangeSet, Channel, IndexChange, MessageId, PersonBrief, PersonId, PersonKind, Priority, Role, Scope,
        SettingId, Status, TenantId, TicketRecord, TicketWrite,
        decide::{self, Posting},
        search::{SearchQuery, terms},
        tally::tally,
    },
    protocol::Link,
    storage::{Condition, Edge, PageRequest, Period, Search, TicketFilter, TicketSort},
};

const TICKETS: i64 = 48;

/// Tickets that have every value of every field, in all mixtures.
struct Shelf {
    desk: Desk,
    other_customer: PersonId,
    teams: [SettingId; 2],
    tickets: Vec<TicketRecord>,
}

impl Shelf {
    async fn fill(world: &World) -> Self {
        let desk = world.desk().await;
        let other = world.person(desk.tenant, PersonKind::Contact, Role::Customer, "Dora Date", "customer-2");
        let mut tx = world.write().await;
        tx.upsert_person(&other).await.unwrap();
        tx.commit().await.unwrap();
        let teams = [world.id(), world.id()];
        let mut tickets = Vec::new();
        for number in 1..=TICKETS {
            let opened = world.decide(&desk.customer(), |around| decide::open(around, world.opening(&desk, number)));
            let at = |spread: i64| START + Duration::hours(number * 7 % spread);
            let mut ticket = TicketRecord {
                status: Status::ALL[usize::try_from(number % 5).unwrap()],
                priority: Priority::ALL[usize::try_from(number % 4).unwrap()],
                category: (number % 3 > 0).then(|| format!("c{}", number % 3)),
                channel: if number % 8 == 0 { Channel::EMAIL } else { Channel::CHAT },
                assignee: (number % 4 == 1).then(|| (&desk.agent).into()),
                team: (number % 6 < 2).then(|| teams[usize::try_from(number % 6).unwrap()]),
                sla_due_at: (number % 3 == 1).then(|| at(11)),
                sla_overdue: number % 7 == 0,
                unread_by_agent: number % 5 % 2,
                unread_by_customer: number % 4 / 3,
                created_at: at(13),
                updated_at: at(5),
                activity_at: at(9),
                last_message_at: (number % 10 > 0).then(|| at(9)),
                ..opened.ticket.ticket().clone()
            };
            if number % 5 == 0 {
                ticket.requester = PersonBrief::from(&other);
            }
            if number % 4 == 0 {
                ticket.details.tags = vec!["vip".into()];
            }
            if number % 9 == 0 {
                ticket.details.tags.push("late".into());
                ticket.details.links = vec![Link { kind: "order".into(), id: "A-1".into() }];
                ticket.details.watchers = vec![desk.agent.id];
            }
            let change = ChangeSet {
                index: IndexChange::between(None, &ticket),
                tally: tally(None, &ticket),
                ticket: TicketWrite::Insert(ticket.clone()),
                ..opened
            };
            let mut tx = world.write().await;
            tx.apply(&change, None).await.unwrap();
            tx.commit().await.unwrap();
            tickets.push(ticket);
        }
        Self { desk, other_customer: other.id, teams, tickets }
    }

    /// What the list shows, page by page.
    async fn list(
        &self,
        world: &World,
        tenant: TenantId,
        scope: Scope,
        filter: &TicketFilter,
        sort: TicketSort,
        descending: bool,
    ) -> Vec<TicketRecord> {
        let (mut met, mut edge): (Vec<TicketRecord>, _) = (Vec::new(), Edge::Start);
        loop {
            let page = PageRequest { sort, descending, edge, limit: 7 };
            let rows = world.read().await.list_tickets(tenant, scope, filter, page).await.unwrap();
            let Some(last) = rows.last() else { return met };
            edge = Edge::After(sort.key(last));
            met.extend(rows);
            assert!(met.len() <= self.tickets.len(), "paging does not come to an end");
        }
    }

    /// Holds lists and counts against the tickets themselves.
    async fn hold(
        &self,
        world: &World,
        scope: Scope,
        filter: &TicketFilter,
        passes: impl Fn(&TicketRecord) -> bool + Send + Sync,
    ) {
        let mut expected: Vec<_> = self.tickets.iter().filter(|ticket| passes(ticket)).cloned().collect();
        for sort in [
            TicketSort::Activity,
            TicketSort::CreatedAt,
            TicketSort::UpdatedAt,
            TicketSort::SlaDueAt,
            TicketSort::Priority,
            TicketSort::Number,
        ] {
            for descending in [false, true] {
                expected.sort_by_key(|ticket| (sort.key(ticket).value, ticket.id));
                if descending {
                    expected.reverse();
                }
                let met = self.list(world, self.desk.tenant, scope, filter, sort, descending).await;
                let numbers = |tickets: &[TicketRecord]| tickets.iter().map(|t| t.number).collect::<Vec<_>>();
                assert_eq!(numbers(&met), numbers(&expected), "{sort:?} {descending} {filter:?}");
                assert_eq!(met, expected, "{sort:?} {descending} {filter:?}");
            }
        }
        let count = i64::try_from(expected.len()).unwrap();
        let mut tx = world.read().await;
        assert_eq!(tx.count_filtered(self.desk.tenant, scope, filter, 1_000).await.unwrap(), count, "{filter:?}");
        assert_eq!(tx.count_filtered(self.desk.tenant, scope, filter, 2).await.unwrap(), count.min(2), "{filter:?}");
    }
}

/// Every field of the filter, alone and together, for the desk and for a customer.
pub async fn every_filter_shows_what_it_says_in_every_order(world: Arc<World>) {
    let shelf = Shelf::fill(&world).await;
    let (agent, none) = (shelf.desk.agent.id, TicketFilter::default);
    let of = |ticket: &TicketRecord| ticket.assignee.as_ref().map(|assignee| assignee.id);
    let team = shelf.teams[1];
    let hold = async |filter: TicketFilter, passes: &(dyn Fn(&TicketRecord) -> bool + Send + Sync)| {
        shelf.hold(&world, Scope::Desk, &filter, passes).await;
    };
    hold(none(), &|_| true).await;
    let live = vec![Status::Open, Status::Pending, Status::Snoozed];
    hold(TicketFilter { status: live.clone(), ..none() }, &|t| !t.status.is_done()).await;
    hold(TicketFilter { status: vec![Status::Snoozed], ..none() }, &|t| t.status == Status::Snoozed).await;
    let mixed = vec![Status::Open, Status::Closed];
    hold(TicketFilter { status: mixed, ..none() }, &|t| matches!(t.status, Status::Open | Status::Closed)).await;
    let upper = vec![Priority::High, Priority::Urgent];
    hold(TicketFilter { priority: upper, ..none() }, &|t| t.priority.rank() > 1).await;
    hold(TicketFilter { assigned_to: vec![Some(agent)], ..none() }, &|t| of(t) == Some(agent)).await;
    hold(TicketFilter { assigned_to: vec![None], ..none() }, &|t| of(t).is_none()).await;
    hold(TicketFilter { assigned_to: vec![None, Some(agent)], ..none() }, &|_| true).await;
    hold(TicketFilter { team: vec![Some(team)], ..none() }, &|t| t.team == Some(team)).await;
    hold(TicketFilter { team: vec![None], ..none() }, &|t| t.team.is_none()).await;
    hold(TicketFilter { team: shelf.teams.map(Some).to_vec(), ..none() }, &|t| t.team.is_some()).await;
    let other = shelf.other_customer;
    hold(TicketFilter { requester: Some(other), ..none() }, &|t| t.requester.id == other).await;
    hold(TicketFilter { watcher: Some(agent), ..none() }, &|t| t.details.watchers.contains(&agent)).await;
    hold(TicketFilter { watcher: Some(other), ..none() }, &|_| false).await;
    hold(TicketFilter { channel: vec!["email".into()], ..none() }, &|t| t.channel == Channel::EMAIL).await;
    let categories = vec!["c1".to_owned(), "c2".to_owned()];
    hold(TicketFilter { category: categories, ..none() }, &|t| t.category.is_some()).await;
    let tags = vec!["vip".to_owned(), "late".to_owned()];
    hold(TicketFilter { tag: tags, ..none() }, &|t| !t.details.tags.is_empty()).await;
    hold(TicketFilter { link: vec!["order:A-1".into()], ..none() }, &|t| !t.details.links.is_empty()).await;
    for unread in [false, true] {
        let by_agent = TicketFilter { unread_by_agent: Some(unread), ..none() };
        hold(by_agent, &|t| (t.unread_by_agent > 0) == unread).await;
        let by_customer = TicketFilter { unread_by_customer: Some(unread), ..none() };
        hold(by_customer, &|t| (t.unread_by_customer > 0) == unread).await;
        hold(TicketFilter { sla_overdue: Some(unread), ..none() }, &|t| t.sla_overdue == unread).await;
    }
    let (from, until) = (START + Duration::hours(3), START + Duration::hours(7));
    let period = Period { from: Some(from), until: Some(until) };
    let within = |time| from <= time && time < until;
    hold(TicketFilter { created_at: period, ..none() }, &|t| within(t.created_at)).await;
    hold(TicketFilter { last_message_at: period, ..none() }, &|t| t.last_message_at.is_some_and(within)).await;
    hold(TicketFilter { sla_due_at: period, ..none() }, &|t| t.sla_due_at.is_some_and(within)).await;
    let open_end = Period { from: Some(from), until: None };
    hold(TicketFilter { sla_due_at: open_end, ..none() }, &|t| t.sla_due_at.is_some_and(|due| due >= from)).await;
    let together = TicketFilter {
        status: live,
        category: vec!["c1".into()],
        tag: vec!["vip".into()],
        created_at: open_end,
        ..none()
    };
    let all = |t: &TicketRecord| {
        !t.status.is_done()
            && t.category.as_deref() == Some("c1")
            && t.details.tags.contains(&"vip".to_owned())
            && t.created_at >= from
    };
    hold(together.clone(), &all).await;
    let customer = shelf.desk.customer.id;
    let scope = Scope::Requester(customer);
    shelf.hold(&world, scope, &none(), |t| t.requester.id == customer).await;
    shelf.hold(&world, scope, &together, |t| t.requester.id == customer && all(t)).await;
    shelf.hold(&world, scope, &TicketFilter { requester: Some(other), ..none() }, |_| false).await;
    let one = shelf.tickets[3].id;
    shelf.hold(&world, Scope::Ticket(one), &none(), |t| t.id == one).await;
    shelf.hold(&world, Scope::Nothing, &none(), |_| false).await;
}

type Passes = &'static (dyn Fn(&TicketRecord) -> bool + Send + Sync);

/// What a search asks of columns, and its contrary.
pub async fn every_condition_of_a_search_has_a_contrary(world: Arc<World>) {
    let shelf = Shelf::fill(&world).await;
    let agent = shelf.desk.agent.id;
    let period = Period { from: Some(START + Duration::hours(4)), until: None };
    let conditions: [(Condition, Passes); 12] = [
        (Condition::Status(vec![Status::Open, Status::Pending, Status::Snoozed]), &|t| !t.status.is_done()),
        (Condition::Status(vec![Status::Closed]), &|t| t.status == Status::Closed),
        (Condition::Priority(Priority::Low), &|t| t.priority == Priority::Low),
        (Condition::AssignedTo(vec![Some(agent)]), &|t| t.assignee.is_some()),
        (Condition::AssignedTo(vec![None]), &|t| t.assignee.is_none()),
        (Condition::AssignedTo(Vec::new()), &|_| false),
        (Condition::Tag("vip".into()), &|t| t.details.tags.contains(&"vip".to_owned())),
        (Condition::Channel("email".into()), &|t| t.channel == Channel::EMAIL),
        (Condition::Category("c2".into()), &|t| t.category.as_deref() == Some("c2")),
        (Condition::CreatedAt(period), &|t| t.created_at >= START + Duration::hours(4)),
        (Condition::Unread, &|t| t.unread_by_agent > 0),
        (Condition::Overdue, &|t| t.sla_overdue),
    ];
    for (condition, passes) in conditions {
        for excluded in [false, true] {
            let search = Search { conditions: vec![(condition.clone(), excluded)], ..Search::default() };
            let filter = TicketFilter { search, ..TicketFilter::default() };
            shelf.hold(&world, Scope::Desk, &filter, |t| passes(t) != excluded).await;
        }
    }
    for (condition, count) in [(Condition::Number(5), 1), (Condition::Number(4_711), 0), (Condition::Nothing, 0)] {
        let search = Search { conditions: vec![(condition, false)], ..Search::default() };
        let filter = TicketFilter { search, ..TicketFilter::default() };
        let met = shelf.list(&world, shelf.desk.tenant, Scope::Desk, &filter, TicketSort::Number, true).await;
        assert_eq!(met.len(), count);
    }
}

fn searched(text: &str, public_only: bool) -> TicketFilter {
    let search = Search { terms: terms(&SearchQuery::parse(text)), public_only, ..Search::default() };
    TicketFilter { search, ..TicketFilter::default() }
}

/// Words wherever they stand; what somebody types is text and never a query of the engine's own.
pub async fn words_are_found_wherever_they_stand(world: Arc<World>) {
    let desk = world.desk().await;
    let mut tickets = Vec::new();
    for text in ["zebra crossing", "an apple, a pear", "apple pie", "it's 100% (sure) OR \"not\"", "Übergröße"] {
        let ticket = world.open(&desk).await;
        world.say(&desk.customer(), ticket.id, text).await;
        tickets.push(ticket);
    }
    world.note(&desk.agent(), tickets[0].id, "a quagga").await;
    let found = async |text: &str, public_only, scope| {
        let filter = searched(text, public_only);
        let (sort, mut orders) = ([TicketSort::Number, TicketSort::Activity, TicketSort::Priority], BTreeSet::new());
        for sort in sort {
            let page = PageRequest { sort, descending: true, edge: Edge::Start, limit: 50 };
            let mut tx = world.read().await;
            let rows = tx.list_tickets(desk.tenant, scope, &filter, page).await.unwrap();
            let count = tx.count_filtered(desk.tenant, scope, &filter, 50).await.unwrap();
            assert_eq!(usize::try_from(count).unwrap(), rows.len(), "{text}");
            orders.insert(rows.iter().map(|row| row.number).collect::<BTreeSet<_>>());
        }
        assert_eq!(orders.len(), 1, "{text}: another order finds others");
        orders.pop_first().unwrap().into_iter().collect::<Vec<_>>()
    };
    for (text, expected) in [
        ("zebra", vec![1]),
        ("ZEBRA", vec![1]),
        ("zeb", vec![1]),
        ("apple", vec![2, 3]),
        ("apple pear", vec![2]),
        ("\"apple pie\"", vec![3]),
        ("\"pie apple\"", vec![]),
        // What is typed before a word is no operator.
        ("apple -pear", vec![2]),
        ("late", vec![1, 2, 3, 4, 5]),
        ("cedar", vec![1, 2, 3, 4, 5]),
        ("100%", vec![4]),
        ("ubergrosse", vec![5]),
        ("quagga", vec![1]),
        ("NEAR(zebra crossing)", vec![]),
        ("zebra & !crossing | (", vec![1]),
        ("subject:zebra", vec![]),
        ("\\' OR 1=1; --", vec![]),
    ] {
        assert_eq!(found(text, false, Scope::Desk).await, expected, "{text}");
    }
    let customer = Scope::Requester(desk.customer.id);
    assert_eq!(found("quagga", true, customer).await, [0; 0], "a note is not the customer's");
    assert_eq!(found("zebra", true, customer).await, [1]);
    assert_eq!(found("zebra", true, Scope::Requester(desk.agent.id)).await, [0; 0], "somebody else's");
    assert_eq!(found("zebra", true, Scope::Ticket(tickets[0].id)).await, [1]);
    assert_eq!(found("zebra", true, Scope::Ticket(tickets[1].id)).await, [0; 0]);

    let bodies = async |numbers: &[i64], text: &str, public_only| {
        let search = searched(text, public_only).search;
        let messages = world.read().await.find_messages_by_words(desk.tenant, numbers, &search).await.unwrap();
        messages.into_iter().map(|message| message.body).collect::<Vec<_>>()
    };
    assert_eq!(bodies(&[1, 2, 3], "apple", false).await, ["an apple, a pear", "apple pie"]);
    assert_eq!(bodies(&[1, 3], "apple", false).await, ["apple pie"]);
    assert_eq!(bodies(&[1], "quagga", false).await, ["a quagga"]);
    assert_eq!(bodies(&[1], "quagga", true).await, [""; 0], "a note is not the customer's");
    assert_eq!(bodies(&[], "apple", false).await, [""; 0]);
}

/// What two tenants say in the same words is found by each in its own tickets, and by none in the other's.
pub async fn a_tenant_finds_nothing_of_another(world: Arc<World>) {
    let desks = [world.desk().await, world.desk().await];
    let mut messages: Vec<MessageId> = Vec::new();
    for desk in &desks {
        let ticket = world.open(desk).await;
        let said = Posting { client_id: None, ..posting("the same words", None) };
        let super::desk::Posted::Now(message, _) = world.try_say(&desk.customer(), ticket.id, said).await.unwrap()
        else {
            panic!("nothing was said before")
        };
        messages.push(message);
    }
    let page = PageRequest { sort: TicketSort::Number, descending: true, edge: Edge::Start, limit: 50 };
    for (desk, message) in desks.iter().zip(&messages) {
        let mut tx = world.read().await;
        for filter in [
            searched("words", false),
            searched("late", false),
            TicketFilter { channel: vec!["chat".into()], ..TicketFilter::default() },
            TicketFilter { status: vec![Status::Open], ..TicketFilter::default() },
            TicketFilter { unread_by_agent: Some(true), ..TicketFilter::default() },
        ] {
            let rows = tx.list_tickets(desk.tenant, Scope::Desk, &filter, page).await.unwrap();
            assert_eq!(rows.iter().map(|row| row.tenant).collect::<Vec<_>>(), [desk.tenant], "{filter:?}");
            assert_eq!(tx.count_filtered(desk.tenant, Scope::Desk, &filter, 50).await.unwrap(), 1);
        }
        let search = searched("words", false).search;
        let found = tx.find_messages_by_words(desk.tenant, &[1, 2], &search).await.unwrap();
        assert_eq!(found.iter().map(|found| found.id).collect::<Vec<_>>(), [*message]);
    }
    let [one, other] = &desks;
    let theirs = TicketFilter { requester: Some(other.customer.id), ..TicketFilter::default() };
    let mut tx = world.read().await;
    assert_eq!(tx.list_tickets(one.tenant, Scope::Desk, &theirs, page).await.unwrap(), []);
    assert_eq!(tx.count_filtered(one.tenant, Scope::Desk, &theirs, 50).await.unwrap(), 0);
    let scope = Scope::Requester(other.customer.id);
    assert_eq!(tx.list_tickets(one.tenant, scope, &TicketFilter::default(), page).await.unwrap(), []);
}
