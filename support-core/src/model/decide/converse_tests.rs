//! Unread counters are always what counting anew gives.

use std::collections::BTreeSet;

use proptest::prelude::*;
use uuid::Uuid;

use super::{Circumstance, Posting, Starting, converse, start};
use crate::model::{
    Actor, ActorKind, Channel, ConversationChange, ConversationKind, ConversationRecord, MessageRecord, PersonId,
    TenantId, Timestamp,
};

#[derive(Debug, Clone)]
enum Act {
    Say,
    ReadUpTo(usize),
    ReadOne(usize),
    Delete(usize),
    Leave,
    Come,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Say),
        2 => (0_usize..30).prop_map(Act::ReadUpTo),
        4 => (0_usize..30).prop_map(Act::ReadOne),
        2 => (0_usize..30).prop_map(Act::Delete),
        1 => Just(Act::Leave),
        1 => Just(Act::Come),
    ]
}

fn person(number: u8) -> PersonId {
    PersonId(Uuid::from_u128(u128::from(number) + 1))
}

/// A conversation with its thread, and what each has read by the plainest of all accounts: a set.
struct Talk {
    conversation: ConversationRecord,
    thread: Vec<MessageRecord>,
    read: Vec<BTreeSet<i64>>,
    ids: u128,
}

impl Talk {
    fn decide<T>(&mut self, who: u8, decide: impl FnOnce(&mut Circumstance<'_>, &ConversationRecord) -> T) -> T {
        let actor = Actor { kind: ActorKind::Agent, person: Some(person(who)), ..Actor::system(TenantId::DEFAULT) };
        let next = &mut self.ids;
        let mut ids = || {
            *next += 1;
            Uuid::from_u128(*next)
        };
        let now = Timestamp::UNIX_EPOCH;
        let mut around = Circumstance { actor: &actor, now, request_id: "test", address: None, ids: &mut ids };
        decide(&mut around, &self.conversation)
    }

    fn take(&mut self, change: Option<ConversationChange>) {
        let Some(change) = change else { return };
        for new in &change.messages {
            self.thread.push(MessageRecord {
                id: new.id,
                tenant: new.tenant,
                conversation: new.conversation,
                seq: new.seq,
                client_id: None,
                author_kind: new.author_kind,
                author: new.author,
                author_name: String::new(),
                direction: new.direction,
                is_internal: false,
                body: new.body.clone(),
                format: new.format,
                html: None,
                reply_to: None,
                reply_count: 0,
                details: new.details.clone(),
                channel: new.channel.clone(),
                created_at: new.created_at,
                edited_at: None,
                deleted_at: None,
            });
        }
        for edit in &change.edits {
            let place = usize::try_from(edit.message.seq - 1).unwrap();
            self.thread[place] = edit.message.clone();
        }
        self.conversation = change.after;
    }

    fn act(&mut self, who: u8, act: &Act) {
        let me = usize::from(who);
        let takes_part = self.conversation.has(person(who));
        let message = |place: &usize| self.thread.get(*place).cloned();
        match act {
            Act::Come if !takes_part => {
                let change = self
                    .decide(who, |around, talk| converse::add_people(around, talk, vec![(person(who), String::new())]));
                self.read[me].extend(1..=self.conversation.last_seq);
                self.take(change);
            }
            _ if !takes_part => {}
            Act::Come => {}
            Act::Say => {
                let change = self.decide(who, |around, talk| {
                    converse::say(around, talk, Posting::text("x".into(), Channel::API), None)
                });
                self.take(Some(change));
            }
            Act::ReadUpTo(place) => {
                let seq = i64::try_from(*place).unwrap().min(self.conversation.last_seq);
                let others = |message: &&MessageRecord| {
                    message.seq > seq && message.author != Some(person(who)) && message.deleted_at.is_none()
                };
                let after_it = i64::try_from(self.thread.iter().filter(others).count()).unwrap();
                let change = self.decide(who, |around, talk| converse::read_up_to(around, talk, seq, after_it));
                self.read[me].extend(1..=seq);
                self.take(change);
            }
            Act::ReadOne(place) => {
                let Some(message) = message(place) else { return };
                let change = self.decide(who, |around, talk| converse::read_one(around, talk, &message));
                self.read[me].insert(message.seq);
                self.take(change);
            }
            Act::Delete(place) => {
                let Some(message) = message(place).filter(|message| message.deleted_at.is_none()) else { return };
                let change = self.decide(who, |around, talk| converse::delete_said(around, talk, &message));
                self.take(Some(change));
            }
            Act::Leave => {
                let change = self.decide(who, |around, talk| converse::remove(around, talk, person(who)));
                self.take(Some(change));
            }
        }
    }

    fn check(&self) {
        for participant in &self.conversation.participants {
            let me = usize::try_from(participant.person.0.as_u128() - 1).unwrap();
            let of_others = || {
                let mine = Some(participant.person);
                self.thread.iter().filter(move |message| message.author != mine && message.deleted_at.is_none())
            };
            for message in of_others() {
                assert_eq!(participant.has_read(message.seq), self.read[me].contains(&message.seq), "{}", message.seq);
            }
            let unread = of_others().filter(|message| !self.read[me].contains(&message.seq)).count();
            assert_eq!(participant.unread, i64::try_from(unread).unwrap());
        }
    }
}

proptest! {
    #[test]
    fn unread_counters_equal_a_recount_whatever_happens(acts in prop::collection::vec((0_u8..3, act()), 1..60)) {
        let starting = Starting {
            kind: ConversationKind::Group,
            title: String::new(),
            owner: (person(0), String::new()),
            others: vec![(person(1), String::new()), (person(2), String::new())],
        };
        let actor = Actor { person: Some(person(0)), ..Actor::system(TenantId::DEFAULT) };
        let mut ids = || Uuid::from_u128(1_000);
        let now = Timestamp::UNIX_EPOCH;
        let mut around = Circumstance { actor: &actor, now, request_id: "test", address: None, ids: &mut ids };
        let conversation = start(&mut around, starting).after;
        let mut talk = Talk { conversation, thread: Vec::new(), read: vec![BTreeSet::new(); 3], ids: 2_000 };
        for (who, act) in &acts {
            talk.act(*who, act);
            talk.check();
        }
    }
}
