//! Direct and group conversations.

use std::sync::Arc;

use super::{World, desk::Desk, desk::posting, world::TRICKY};
use crate::{
    model::{
        Actor, ConversationChange, ConversationKind, ConversationRecord, MessageId, PersonKind, PersonRecord, Role,
        decide::{self, Starting},
    },
    storage::{Key, MessageRange, Result, StorageError},
};

/// The desk's agent, and a colleague who is new.
async fn colleague(world: &World, desk: &Desk, name: &str) -> PersonRecord {
    let person = world.person(desk.tenant, PersonKind::Agent, Role::Agent, name, name);
    let mut tx = world.write().await;
    let person = tx.upsert_person(&person).await.unwrap();
    tx.commit().await.unwrap();
    person
}

async fn apply(world: &World, change: &ConversationChange) -> Result<()> {
    let mut tx = world.storage.write().await?;
    tx.apply_conversation(change).await?;
    tx.commit().await
}

async fn start(world: &World, desk: &Desk, kind: ConversationKind, other: &PersonRecord) -> ConversationRecord {
    let title = if kind == ConversationKind::Group { TRICKY.trim().to_owned() } else { String::new() };
    let owner = (desk.agent.id, desk.agent.name.clone());
    let starting = Starting { kind, title, owner, others: vec![(other.id, other.name.clone())] };
    let change = world.decide(&desk.agent(), |around| decide::start(around, starting));
    apply(world, &change).await.unwrap();
    change.after
}

/// Says something; the conversation after it, and the message.
async fn say(world: &World, actor: &Actor, conversation: &ConversationRecord) -> (ConversationRecord, MessageId) {
    let change = world.decide(actor, |around| decide::say(around, conversation, posting(TRICKY, None), None));
    apply(world, &change).await.unwrap();
    (change.after, change.messages[0].id)
}

async fn found(world: &World, conversation: &ConversationRecord) -> ConversationRecord {
    let person = conversation.participants[0].person;
    let mut tx = world.read().await;
    tx.find_conversation(conversation.tenant, person, conversation.id).await.unwrap().unwrap()
}

/// Started, written to, read in every way, renamed, grown and left: what is read back is what was decided.
pub async fn conversations_come_back_as_written(world: Arc<World>) {
    let desk = world.desk().await;
    let (ben, carl) = (colleague(&world, &desk, "Ben Birch").await, colleague(&world, &desk, "Carl Cherry").await);
    let by_ben = Actor { person: Some(ben.id), name: ben.name.clone(), ..desk.agent() };
    let mut group = start(&world, &desk, ConversationKind::Group, &ben).await;
    assert_eq!(found(&world, &group).await, group);
    let mut messages = Vec::new();
    for _ in 0..4 {
        let (after, message) = say(&world, &desk.agent(), &group).await;
        (group, _) = (after, messages.push(message));
    }
    assert_eq!(found(&world, &group).await, group);
    let mut tx = world.read().await;
    let third = tx.find_message(desk.tenant, group.id, messages[2]).await.unwrap().unwrap();
    assert_eq!(tx.count_unread_after(desk.tenant, group.id, ben.id, 1).await.unwrap(), 3);
    assert_eq!(tx.count_unread_after(desk.tenant, group.id, desk.agent.id, 0).await.unwrap(), 0, "their own");
    drop(tx);
    let read = world.decide(&by_ben, |around| decide::read_one(around, &group, &third)).unwrap();
    apply(&world, &read).await.unwrap();
    assert_eq!(found(&world, &group).await, read.after);
    let read = world.decide(&by_ben, |around| decide::read_up_to(around, &read.after, 1, 3)).unwrap();
    apply(&world, &read).await.unwrap();
    group = read.after;
    let place = found(&world, &group).await.participant(ben.id).cloned().unwrap();
    assert_eq!((place.read_seq, place.read_apart, place.unread), (1, vec![3], 2));
    for (message, readers) in [(messages[0], vec![ben.id]), (messages[1], vec![]), (messages[2], vec![ben.id])] {
        let found = world.read().await.list_readers(desk.tenant, group.id, message).await.unwrap();
        assert_eq!(found.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), readers);
    }
    let gone = world.decide(&desk.agent(), |around| decide::delete_said(around, &group, &third));
    apply(&world, &gone).await.unwrap();
    group = gone.after;
    assert_eq!(found(&world, &group).await, group);
    assert_eq!(world.read().await.count_unread_after(desk.tenant, group.id, ben.id, 1).await.unwrap(), 2);
    let more = vec![(carl.id, carl.name.clone())];
    for change in [
        world.decide(&desk.agent(), |around| decide::rename(around, &group, "Other".into())).unwrap(),
        world.decide(&desk.agent(), |around| {
            let renamed = decide::rename(around, &group, "Other".into()).unwrap().after;
            decide::add_people(around, &renamed, more).unwrap()
        }),
    ] {
        apply(&world, &change).await.unwrap();
        group = change.after;
        assert_eq!(found(&world, &group).await, group);
    }
    let left = world.decide(&desk.agent(), |around| decide::remove(around, &group, desk.agent.id));
    apply(&world, &left).await.unwrap();
    assert_eq!(found(&world, &left.after).await, left.after);
    let mut tx = world.read().await;
    assert_eq!(
        tx.find_conversation(desk.tenant, desk.agent.id, group.id).await.unwrap(),
        None,
        "who left finds nothing"
    );
    let thread = tx.list_messages(desk.tenant, group.id, false, MessageRange::Latest, 9).await.unwrap();
    assert_eq!(thread.iter().map(|message| message.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

/// Of many changes made on one version one is written, and of many direct conversations of one pair one is started.
pub async fn of_many_changes_of_one_conversation_one_wins(world: Arc<World>) {
    let desk = world.desk().await;
    let ben = colleague(&world, &desk, "Ben Birch").await;
    let group = start(&world, &desk, ConversationKind::Group, &ben).await;
    let outcomes = world
        .many(16, |world, number| {
            let (desk, group, ben) = (desk.clone(), group.clone(), ben.clone());
            async move {
                let renamed = world.decide(&desk.agent(), |around| decide::rename(around, &group, format!("{number}")));
                let direct = Starting {
                    kind: ConversationKind::Direct,
                    title: String::new(),
                    owner: (desk.agent.id, desk.agent.name.clone()),
                    others: vec![(ben.id, ben.name.clone())],
                };
                let direct = world.decide(&desk.agent(), |around| decide::start(around, direct));
                (apply(&world, &renamed.unwrap()).await, apply(&world, &direct).await)
            }
        })
        .await;
    for outcomes in [
        outcomes.iter().map(|(renamed, _)| renamed).collect::<Vec<_>>(),
        outcomes.iter().map(|(_, direct)| direct).collect(),
    ] {
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(StorageError::Conflict))), "{outcomes:?}");
    }
    assert_eq!(found(&world, &group).await.version, 2);
    let pair = ConversationRecord::pair_of(ben.id, desk.agent.id);
    let direct = world.read().await.find_direct(desk.tenant, &pair).await.unwrap().unwrap();
    assert_eq!((direct.kind, direct.participants.len()), (ConversationKind::Direct, 2));
}

/// A list shows what one takes part in, latest first, page by page; the feed brings who takes part.
pub async fn conversations_are_listed_for_those_who_take_part(world: Arc<World>) {
    let desk = world.desk().await;
    let (ben, carl) = (colleague(&world, &desk, "Ben Birch").await, colleague(&world, &desk, "Carl Cherry").await);
    let mut groups = Vec::new();
    for _ in 0..5 {
        groups.push(start(&world, &desk, ConversationKind::Group, &ben).await);
    }
    let (latest, _) = say(&world, &desk.agent(), &groups[1]).await;
    groups[1] = latest;
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = world.read().await.list_conversations(desk.tenant, ben.id, false, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(Key { value: last.activity_at.timestamp_micros(), id: last.id.0 });
        walked.extend(page);
    }
    let order = [1, 4, 3, 2, 0].map(|place: usize| groups[place].clone());
    assert_eq!(walked, order);
    let mut tx = world.read().await;
    assert_eq!(tx.list_conversations(desk.tenant, ben.id, true, None, 9).await.unwrap(), [groups[1].clone()]);
    assert_eq!(tx.list_conversations(desk.tenant, carl.id, false, None, 9).await.unwrap(), []);
    drop(tx);
    world.number_all().await;
    let feed = world.read().await.feed(0, 1_000).await.unwrap();
    let said =
        feed.iter().find(|entry| entry.message.as_ref().is_some_and(|it| it.conversation == groups[1].id)).unwrap();
    assert_eq!((said.ticket.as_ref(), said.conversation.as_ref()), (None, Some(&groups[1])));
}

/// Neither people nor the desk of another tenant reach a conversation.
pub async fn conversations_keep_to_their_tenant(world: Arc<World>) {
    let (theirs, mine) = (world.desk().await, world.desk().await);
    let ben = colleague(&world, &theirs, "Ben Birch").await;
    let group = start(&world, &theirs, ConversationKind::Direct, &ben).await;
    let (group, message) = say(&world, &theirs.agent(), &group).await;
    let read = world.decide(&Actor { person: Some(ben.id), ..theirs.agent() }, |around| {
        decide::read_up_to(around, &group, 1, 0).unwrap()
    });
    apply(&world, &read).await.unwrap();
    let group = read.after;
    let mut tx = world.write().await;
    for person in [ben.id, theirs.agent.id, mine.agent.id] {
        assert_eq!(tx.find_conversation(mine.tenant, person, group.id).await.unwrap(), None);
        assert_eq!(tx.load_conversation(mine.tenant, person, group.id).await.unwrap(), None);
        assert_eq!(tx.list_conversations(mine.tenant, person, false, None, 9).await.unwrap(), []);
        assert_eq!(tx.count_unread_after(mine.tenant, group.id, person, 0).await.unwrap(), 0);
    }
    assert_eq!(tx.find_conversation(theirs.tenant, mine.agent.id, group.id).await.unwrap(), None);
    assert_eq!(tx.find_direct(mine.tenant, group.pair.as_deref().unwrap()).await.unwrap(), None);
    assert_eq!(tx.list_readers(mine.tenant, group.id, message).await.unwrap(), []);
    assert_eq!(tx.list_readers(theirs.tenant, group.id, message).await.unwrap().len(), 1);
    let foreign = ConversationRecord { tenant: mine.tenant, ..group.clone() };
    let renamed = world.decide(&mine.agent(), |around| decide::rename(around, &foreign, "Mine".into()).unwrap());
    assert!(matches!(tx.apply_conversation(&renamed).await, Err(StorageError::Conflict)));
    drop(tx);
    assert_eq!(found(&world, &group).await, group);
}
