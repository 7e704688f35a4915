//! The dashboard's addresses: the URL is the state. Written once, here.

use support_core::model::{ConversationId, TicketId};

use super::{Filter, ViewKey};

/// What a URL under `/admin` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// The three panes.
    Tickets {
        /// Which view.
        view: ViewKey,
        /// What stands in the place of the view's own filter.
        filter: Option<Filter>,
        /// The ticket whose thread is open.
        ticket: Option<TicketId>,
    },
    /// The delivery log.
    Deliveries {
        /// Which part of it.
        filter: DeliveryFilter,
    },
    /// What colleagues have among themselves.
    Chats {
        /// The conversation that is open.
        chat: Option<ConversationId>,
    },
}

/// Which deliveries the log shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryFilter {
    /// All of them.
    All,
    /// Those that still wait for an attempt.
    Waiting,
    /// Those that were given up.
    Dead,
}

impl DeliveryFilter {
    /// In the order of the page.
    pub const ALL: [Self; 3] = [Self::All, Self::Waiting, Self::Dead];

    /// The last segment of the address.
    #[must_use]
    pub const fn segment(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Waiting => "/waiting",
            Self::Dead => "/dead",
        }
    }

    /// The filter of `GET deliveries`.
    #[must_use]
    pub const fn query(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Waiting => "state=pending",
            Self::Dead => "state=dead",
        }
    }

    /// What the link to it says.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Waiting => "Waiting",
            Self::Dead => "Failed",
        }
    }
}

impl Address {
    /// A view as it is.
    #[must_use]
    pub const fn of(view: ViewKey) -> Self {
        Self::Tickets { view, filter: None, ticket: None }
    }

    /// Reads a path, which may carry the mount prefix `base`, and its query. `None`: no page of the dashboard.
    #[must_use]
    pub fn parse(base: &str, path: &str, query: &str) -> Option<Self> {
        let rest = path.strip_prefix(base)?.strip_prefix("/admin")?;
        let segments: Vec<&str> = rest.split('/').filter(|segment| !segment.is_empty()).collect();
        let filter = || Some(Filter::parse(query)).filter(|filter| *filter != Filter::default());
        match segments.as_slice() {
            [] => Some(Self::of(ViewKey::OPEN)),
            ["v", view] => Some(Self::Tickets { view: ViewKey::named(view)?, filter: filter(), ticket: None }),
            ["v", view, "t", ticket] => Some(Self::Tickets {
                view: ViewKey::named(view)?,
                filter: filter(),
                ticket: Some(ticket.parse().ok()?),
            }),
            ["deliveries"] => Some(Self::Deliveries { filter: DeliveryFilter::All }),
            ["deliveries", "waiting"] => Some(Self::Deliveries { filter: DeliveryFilter::Waiting }),
            ["deliveries", "dead"] => Some(Self::Deliveries { filter: DeliveryFilter::Dead }),
            ["chat"] => Some(Self::Chats { chat: None }),
            ["chat", chat] => Some(Self::Chats { chat: Some(chat.parse().ok()?) }),
            _ => None,
        }
    }

    /// The path and query, with the mount prefix in front.
    #[must_use]
    pub fn path(&self, base: &str) -> String {
        match self {
            Self::Tickets { view, filter, ticket } => {
                let mut path = format!("{base}/admin/v/{}", view.segment());
                if let Some(ticket) = ticket {
                    path.push_str(&format!("/t/{ticket}"));
                }
                if let Some(filter) = filter {
                    path.push('?');
                    path.push_str(&filter.query());
                }
                path
            }
            Self::Deliveries { filter } => format!("{base}/admin/deliveries{}", filter.segment()),
            Self::Chats { chat: None } => format!("{base}/admin/chat"),
            Self::Chats { chat: Some(chat) } => format!("{base}/admin/chat/{chat}"),
        }
    }

    /// The list that is shown, or was last chosen before another page.
    #[must_use]
    pub const fn view(&self) -> Option<ViewKey> {
        match self {
            Self::Tickets { view, .. } => Some(*view),
            Self::Deliveries { .. } | Self::Chats { .. } => None,
        }
    }

    /// The ticket whose thread is open.
    #[must_use]
    pub const fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::Tickets { ticket, .. } => *ticket,
            Self::Deliveries { .. } | Self::Chats { .. } => None,
        }
    }

    /// The conversation among colleagues that is open.
    #[must_use]
    pub const fn chat(&self) -> Option<ConversationId> {
        match self {
            Self::Chats { chat } => *chat,
            Self::Tickets { .. } | Self::Deliveries { .. } => None,
        }
    }

    /// The same list with another ticket open, or none.
    #[must_use]
    pub fn with_ticket(&self, ticket: Option<TicketId>) -> Self {
        match self {
            Self::Tickets { view, filter, .. } => Self::Tickets { view: *view, filter: filter.clone(), ticket },
            Self::Deliveries { .. } | Self::Chats { .. } => Self::Tickets { view: ViewKey::OPEN, filter: None, ticket },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::BuiltIn;

    const TICKET: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn every_address_survives_the_way_through_its_path_under_every_mount() {
        let ticket: TicketId = TICKET.parse().unwrap();
        let mut all = vec![];
        let saved = ViewKey::named("01890a5d-ac96-774b-bcce-b302099a8058").unwrap();
        for view in BuiltIn::ALL.map(ViewKey::BuiltIn).into_iter().chain([saved]) {
            for filter in [None, Some(Filter::parse("priority=high&search=a%20b"))] {
                all.push(Address::Tickets { view, filter: filter.clone(), ticket: None });
                all.push(Address::Tickets { view, filter, ticket: Some(ticket) });
            }
        }
        all.extend([None, Some(ticket)].map(|chat| Address::Chats { chat }));
        all.extend(DeliveryFilter::ALL.map(|filter| Address::Deliveries { filter }));
        for base in ["", "/support", "/t/acme/help"] {
            for address in &all {
                let whole = address.path(base);
                let (path, query) = whole.split_once('?').unwrap_or((&whole, ""));
                assert_eq!(Address::parse(base, path, query).as_ref(), Some(address));
            }
        }
    }

    #[test]
    fn a_bare_or_trailing_slash_is_tolerated_and_anything_else_is_no_page() {
        let open = Some(Address::of(ViewKey::OPEN));
        assert_eq!(Address::parse("", "/admin", ""), open);
        assert_eq!(Address::parse("", "/admin/v/open/", "?nonsense=1"), open);
        for path in
            ["/", "/adminx", "/admin/v/nobody", "/admin/v/open/t/12", "/admin/v/open/t", "/admin/x", "/other/admin"]
        {
            assert_eq!(Address::parse("", path, ""), None, "{path}");
        }
        assert_eq!(Address::parse("/support", "/admin/v/open", ""), None);
    }
}
