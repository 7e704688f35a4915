//! The policies of a tenant, ready to be asked.

use super::{Calendar, Hours, Policy};
use crate::model::{SettingId, TicketRecord};

/// A policy with its working time.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The policy's id.
    pub id: SettingId,
    /// What it says.
    pub policy: Policy,
    /// Its calendar.
    pub hours: Hours,
}

/// All policies of a tenant in the order in which they are tried.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    rules: Vec<Rule>,
    mark: i64,
}

impl Rules {
    /// From settings with their versions. A policy without a calendar, or whose calendar is gone, counts round the clock.
    #[must_use]
    pub fn new(policies: Vec<(SettingId, i64, Policy)>, calendars: &[(SettingId, i64, Calendar)]) -> Self {
        let mut policies = policies;
        policies.sort_by(|(a_id, _, a), (b_id, _, b)| (a.position, a_id).cmp(&(b.position, b_id)));
        let mut mark = Mark::default();
        let mut rules = Vec::new();
        for (id, version, policy) in policies {
            mark.add(id, version);
            let calendar = calendars.iter().find(|(calendar, ..)| Some(*calendar) == policy.calendar);
            let hours = calendar.and_then(|(id, version, calendar)| {
                mark.add(*id, *version);
                Hours::new(calendar)
            });
            rules.push(Rule { id, policy, hours: hours.unwrap_or(Hours::ALWAYS) });
        }
        Self { mark: if rules.is_empty() { 0 } else { mark.0.max(1) }, rules }
    }

    /// The policy that holds for a ticket.
    #[must_use]
    pub fn of(&self, ticket: &TicketRecord) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.policy.fits(ticket))
    }

    /// Differs whenever the rules differ: by it tickets are found whose deadlines were computed by other rules. 0 without policies.
    #[must_use]
    pub const fn mark(&self) -> i64 {
        self.mark
    }
}

/// FNV-1a over ids and versions, in 63 bits.
struct Mark(i64);

impl Default for Mark {
    fn default() -> Self {
        Self(0x4BF2_9CE4_8422_2325)
    }
}

impl Mark {
    fn add(&mut self, id: SettingId, version: i64) {
        for byte in id.0.as_bytes().iter().chain(&version.to_be_bytes()) {
            self.0 = (self.0 ^ i64::from(*byte)).wrapping_mul(0x0100_0000_01B3) & i64::MAX;
        }
    }
}
