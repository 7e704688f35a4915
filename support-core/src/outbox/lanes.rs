//! Which deliveries are taken next: a pure account of what is under way, so that a receiver who hangs delays nobody but itself.

use std::collections::HashMap;

use crate::{
    model::DeliveryId,
    plugin::Capacity,
    storage::{DueDelivery, Engaged},
};

/// Receivers remembered as failing at most; beyond it all are forgotten.
const LANES_MAX: usize = 10_000;

/// Tries under way at once to receivers that are failing: however many hang, most of a handler's room is for the others.
const FAILING_MAX: usize = 32;

/// What one process has under way.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    handlers: HashMap<String, usize>,
    lanes: HashMap<String, Lane>,
}

#[derive(Debug, Default)]
struct Lane {
    running: usize,
    width: usize,
    is_failing: bool,
}

impl Lane {
    fn is_full(&self) -> bool {
        self.running >= if self.is_failing { 1 } else { self.width }
    }
}

impl Lanes {
    /// What can take no more.
    pub(super) fn engaged(&self, capacity: impl Fn(&str) -> Capacity) -> Engaged {
        let full = self.handlers.iter().filter(|(handler, running)| **running >= capacity(handler).tries);
        let handlers = full.map(|(handler, _)| handler.clone()).collect();
        let crowded = self.is_crowded();
        let full = self.lanes.iter().filter(|(_, lane)| lane.is_full() || (lane.is_failing && crowded));
        let lanes = full.map(|(name, _)| name.clone()).collect();
        Engaged { handlers, lanes }
    }

    /// Whether all the room for those who fail is taken.
    fn is_crowded(&self) -> bool {
        self.lanes.values().filter(|lane| lane.is_failing).map(|lane| lane.running).sum::<usize>() >= FAILING_MAX
    }

    /// Takes what there is room for, in the order given.
    pub(super) fn choose(&mut self, due: Vec<DueDelivery>, capacity: impl Fn(&str) -> Capacity) -> Vec<DueDelivery> {
        due.into_iter().filter(|delivery| self.take(delivery, capacity(&delivery.handler))).collect()
    }

    fn take(&mut self, delivery: &DueDelivery, capacity: Capacity) -> bool {
        let running = self.handlers.get(&delivery.handler).copied().unwrap_or_default();
        if running >= capacity.tries {
            return false;
        }
        let crowded = self.is_crowded();
        if let Some(name) = &delivery.lane {
            if self.lanes.len() >= LANES_MAX {
                self.lanes.retain(|_, lane| lane.running > 0);
            }
            let lane = self.lanes.entry(name.clone()).or_default();
            lane.width = capacity.in_lane;
            if lane.is_full() || (lane.is_failing && crowded) {
                return false;
            }
            lane.running += 1;
        }
        self.handlers.insert(delivery.handler.clone(), running + 1);
        true
    }

    /// A try is over; `failed` is none when it was never made.
    pub(super) fn end(&mut self, delivery: &DueDelivery, failed: Option<bool>) {
        if let Some(running) = self.handlers.get_mut(&delivery.handler) {
            *running = running.saturating_sub(1);
        }
        let Some(name) = &delivery.lane else { return };
        let Some(lane) = self.lanes.get_mut(name) else { return };
        lane.running = lane.running.saturating_sub(1);
        lane.is_failing = failed.unwrap_or(lane.is_failing);
        if lane.running == 0 && !lane.is_failing {
            self.lanes.remove(name);
        }
    }
}

/// Who was chosen and who was then claimed by somebody else.
pub(super) fn missed(chosen: Vec<DueDelivery>, claimed: &[DeliveryId]) -> Vec<DueDelivery> {
    chosen.into_iter().filter(|delivery| !claimed.contains(&delivery.id)).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn due(handler: &str, lane: Option<&str>, count: u128) -> Vec<DueDelivery> {
        let one = |id| DueDelivery {
            id: DeliveryId(Uuid::from_u128(id)),
            handler: handler.to_owned(),
            lane: lane.map(str::to_owned),
        };
        (0..count).map(one).collect()
    }

    fn capacity(_: &str) -> Capacity {
        Capacity { tries: 10, in_lane: 3 }
    }

    #[test]
    fn a_crowd_for_one_receiver_leaves_room_for_the_others() {
        let mut lanes = Lanes::default();
        let mut crowd = due("webhook", Some("slow"), 50);
        crowd.extend(due("webhook", Some("quick"), 1));
        let chosen = lanes.choose(crowd, capacity);
        assert_eq!(chosen.iter().filter(|one| one.lane.as_deref() == Some("slow")).count(), 3);
        assert_eq!(chosen.len(), 4);
        assert_eq!(lanes.engaged(capacity).lanes, ["slow"], "the next look passes over it");
        lanes.end(&chosen[0], Some(false));
        assert!(lanes.engaged(capacity).lanes.is_empty());
    }

    #[test]
    fn who_failed_gets_one_at_a_time_until_it_succeeds() {
        let mut lanes = Lanes::default();
        let first = lanes.choose(due("webhook", Some("down"), 1), capacity);
        lanes.end(&first[0], Some(true));
        let again = lanes.choose(due("webhook", Some("down"), 9), capacity);
        assert_eq!(again.len(), 1);
        lanes.end(&again[0], Some(false));
        assert_eq!(lanes.choose(due("webhook", Some("down"), 9), capacity).len(), 3);
    }

    #[test]
    fn however_many_receivers_fail_there_is_room_for_the_others() {
        let wide = |_: &str| Capacity { tries: 128, in_lane: 4 };
        let mut lanes = Lanes::default();
        let names: Vec<_> = (0..200).map(|number| format!("down {number}")).collect();
        for name in &names {
            let chosen = lanes.choose(due("webhook", Some(name), 1), wide);
            lanes.end(&chosen[0], Some(true));
        }
        let crowd: Vec<_> = names.iter().flat_map(|name| due("webhook", Some(name), 4)).collect();
        let hanging = lanes.choose(crowd, wide);
        assert_eq!(hanging.len(), FAILING_MAX);
        assert_eq!(lanes.engaged(wide).lanes.len(), 200, "the next look passes over all of them");
        assert_eq!(lanes.choose(due("webhook", Some("quick"), 9), wide).len(), 4);
        // Who succeeds makes room, and is no longer one of them.
        lanes.end(&hanging[0], Some(false));
        assert_eq!(lanes.choose(due("webhook", hanging[0].lane.as_deref(), 9), wide).len(), 4);
        assert_eq!(lanes.choose(due("webhook", Some(&names[199]), 9), wide).len(), 1);
    }

    #[test]
    fn a_handler_has_only_so_many_and_they_are_given_back() {
        let mut lanes = Lanes::default();
        let chosen = lanes.choose(due("email", None, 30), capacity);
        assert_eq!((chosen.len(), lanes.engaged(capacity).handlers), (10, vec!["email".to_owned()]));
        assert_eq!(lanes.choose(due("webhook", None, 1), capacity).len(), 1, "another handler has its own");
        for delivery in &chosen {
            lanes.end(delivery, None);
        }
        assert_eq!(lanes.choose(due("email", None, 30), capacity).len(), 10);
    }
}
