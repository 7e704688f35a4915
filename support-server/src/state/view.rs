//! The views of the sidebar: those that every desk has, and those that people saved.

use support_core::{
    model::SettingId,
    protocol::{TicketCounts, View},
};

use super::Filter;

/// A view that every desk has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BuiltIn {
    /// Not done and assigned to the caller.
    Mine,
    /// Not done and assigned to nobody.
    Unassigned,
    /// What is promised soonest, or is late.
    Risk,
    /// Not done.
    Open,
    /// Put aside until later.
    Snoozed,
    /// Resolved or closed.
    Resolved,
}

impl BuiltIn {
    /// In the order of the sidebar.
    pub const ALL: [Self; 6] = [Self::Mine, Self::Unassigned, Self::Risk, Self::Open, Self::Snoozed, Self::Resolved];

    /// The name in the URL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Risk => "risk",
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
        }
    }

    /// Its name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Unassigned => "Unassigned",
            Self::Risk => "SLA risk",
            Self::Open => "All open",
            Self::Snoozed => "Snoozed",
            Self::Resolved => "Resolved",
        }
    }

    /// Its filter.
    #[must_use]
    pub const fn query(self) -> &'static str {
        match self {
            Self::Mine => "status=open,pending,snoozed&assigned_to=me",
            Self::Unassigned => "status=open,pending,snoozed&assigned_to=none",
            Self::Risk => "status=open,pending&ordering=sla_due_at",
            Self::Open => "status=open,pending,snoozed",
            Self::Snoozed => "status=snoozed",
            Self::Resolved => "status=resolved,closed",
        }
    }

    /// How many tickets it holds, where that is counted.
    #[must_use]
    pub fn count(self, counts: &TicketCounts) -> Option<i64> {
        match self {
            Self::Mine => Some(counts.mine),
            Self::Unassigned => Some(counts.unassigned),
            Self::Risk => None,
            Self::Open => Some(counts.open),
            Self::Snoozed => Some(counts.by_status.get("snoozed").copied().unwrap_or_default()),
            Self::Resolved => Some(counts.resolved),
        }
    }
}

/// Which view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ViewKey {
    /// One that every desk has.
    BuiltIn(BuiltIn),
    /// One that was saved.
    Saved(SettingId),
}

impl ViewKey {
    /// Everything that is not done.
    pub const OPEN: Self = Self::BuiltIn(BuiltIn::Open);

    /// Reads its segment of the path.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let built_in = BuiltIn::ALL.into_iter().find(|view| view.as_str() == name).map(Self::BuiltIn);
        built_in.or_else(|| name.parse().ok().map(Self::Saved))
    }

    /// Its segment of the path.
    #[must_use]
    pub fn segment(self) -> String {
        match self {
            Self::BuiltIn(view) => view.as_str().to_owned(),
            Self::Saved(id) => id.to_string(),
        }
    }

    /// Its filter; `None`: there is no such view any more.
    #[must_use]
    pub fn filter(self, saved: &[View]) -> Option<Filter> {
        match self {
            Self::BuiltIn(view) => Some(Filter::parse(view.query())),
            Self::Saved(id) => saved.iter().find(|view| view.id == id).map(|view| Filter::parse(&view.query)),
        }
    }

    /// Its name.
    #[must_use]
    pub fn label(self, saved: &[View]) -> String {
        match self {
            Self::BuiltIn(view) => view.label().to_owned(),
            Self::Saved(id) => {
                saved.iter().find(|view| view.id == id).map_or_else(|| "Gone".to_owned(), |view| view.name.clone())
            }
        }
    }
}

/// The saved views as the sidebar lists them.
#[must_use]
pub fn in_order(mut saved: Vec<View>) -> Vec<View> {
    saved.sort_by(|a, b| (a.position, &a.name, a.id).cmp(&(b.position, &b.name, b.id)));
    saved
}
