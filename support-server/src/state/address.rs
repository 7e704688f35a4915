//! The dashboard's addresses: the URL is the state. Written once, here.

use support_core::{model::TicketId, protocol::TicketView};

/// What a URL under `/admin` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// The three panes.
    Tickets {
        /// Which list.
        view: TicketView,
        /// The ticket whose thread is open.
        ticket: Option<TicketId>,
    },
    /// The delivery log.
    Deliveries {
        /// Which part of it.
        filter: DeliveryFilter,
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
    /// Reads a path that may carry the mount prefix `base`. `None`: no page of the dashboard.
    #[must_use]
    pub fn parse(base: &str, path: &str) -> Option<Self> {
        let rest = path.strip_prefix(base)?.strip_prefix("/admin")?;
        let segments: Vec<&str> = rest.split('/').filter(|segment| !segment.is_empty()).collect();
        match segments.as_slice() {
            [] => Some(Self::Tickets { view: TicketView::Open, ticket: None }),
            ["v", view] => Some(Self::Tickets { view: view_named(view)?, ticket: None }),
            ["v", view, "t", ticket] => {
                Some(Self::Tickets { view: view_named(view)?, ticket: Some(ticket.parse().ok()?) })
            }
            ["deliveries"] => Some(Self::Deliveries { filter: DeliveryFilter::All }),
            ["deliveries", "waiting"] => Some(Self::Deliveries { filter: DeliveryFilter::Waiting }),
            ["deliveries", "dead"] => Some(Self::Deliveries { filter: DeliveryFilter::Dead }),
            _ => None,
        }
    }

    /// The path, with the mount prefix in front.
    #[must_use]
    pub fn path(&self, base: &str) -> String {
        match self {
            Self::Tickets { view, ticket: None } => format!("{base}/admin/v/{}", view.as_str()),
            Self::Tickets { view, ticket: Some(ticket) } => format!("{base}/admin/v/{}/t/{ticket}", view.as_str()),
            Self::Deliveries { filter } => format!("{base}/admin/deliveries{}", filter.segment()),
        }
    }

    /// The list that is shown, or was last chosen before another page.
    #[must_use]
    pub const fn view(&self) -> Option<TicketView> {
        match self {
            Self::Tickets { view, .. } => Some(*view),
            Self::Deliveries { .. } => None,
        }
    }

    /// The ticket whose thread is open.
    #[must_use]
    pub const fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::Tickets { ticket, .. } => *ticket,
            Self::Deliveries { .. } => None,
        }
    }
}

fn view_named(name: &str) -> Option<TicketView> {
    TicketView::ALL.into_iter().find(|view| view.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn every_address_survives_the_way_through_its_path_under_every_mount() {
        let ticket: TicketId = TICKET.parse().unwrap();
        let mut all = vec![];
        for view in TicketView::ALL {
            all.push(Address::Tickets { view, ticket: None });
            all.push(Address::Tickets { view, ticket: Some(ticket) });
        }
        all.extend(DeliveryFilter::ALL.map(|filter| Address::Deliveries { filter }));
        for base in ["", "/support", "/t/acme/help"] {
            for address in &all {
                assert_eq!(Address::parse(base, &address.path(base)), Some(*address));
            }
        }
    }

    #[test]
    fn a_bare_or_trailing_slash_is_tolerated_and_anything_else_is_no_page() {
        let open = Some(Address::Tickets { view: TicketView::Open, ticket: None });
        assert_eq!(Address::parse("", "/admin"), open);
        assert_eq!(Address::parse("", "/admin/v/open/"), open);
        for path in
            ["/", "/adminx", "/admin/v/nobody", "/admin/v/open/t/12", "/admin/v/open/t", "/admin/x", "/other/admin"]
        {
            assert_eq!(Address::parse("", path), None, "{path}");
        }
        assert_eq!(Address::parse("/support", "/admin/v/open"), None);
    }
}
