//! The tab's title.

use super::{Address, view_name};

/// `(2) Broken lamp – Support`: how many tickets hold something unread, then what is open.
#[must_use]
pub fn page_title(unread: usize, subject: Option<&str>, address: Option<Address>) -> String {
    let page = match (subject, address) {
        (Some(subject), _) => subject,
        (None, Some(Address::Tickets { view, .. })) => view_name(view),
        (None, Some(Address::Deliveries { .. })) => "Deliveries",
        (None, None) => "Not found",
    };
    if unread == 0 { format!("{page} – Support") } else { format!("({unread}) {page} – Support") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use support_core::protocol::TicketView;

    #[test]
    fn the_title_counts_what_is_unread_and_names_what_is_open() {
        let open = Some(Address::Tickets { view: TicketView::Open, ticket: None });
        assert_eq!(page_title(0, None, open), "All open – Support");
        assert_eq!(page_title(2, Some("Broken lamp"), open), "(2) Broken lamp – Support");
        assert_eq!(page_title(0, None, None), "Not found – Support");
    }
}
