//! The tab's title.

use support_core::protocol::View;

use super::Address;

/// `(2) Broken lamp – Support`: how many tickets hold something unread, then what is open.
#[must_use]
pub fn page_title(unread: usize, subject: Option<&str>, address: Option<&Address>, saved: &[View]) -> String {
    let page = match (subject, address) {
        (Some(subject), _) => subject.to_owned(),
        (None, Some(Address::Tickets { view, .. })) => view.label(saved),
        (None, Some(Address::Deliveries { .. })) => "Deliveries".to_owned(),
        (None, Some(Address::Chats { .. })) => "Team chat".to_owned(),
        (None, None) => "Not found".to_owned(),
    };
    if unread == 0 { format!("{page} – Support") } else { format!("({unread}) {page} – Support") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::ViewKey;

    #[test]
    fn the_title_counts_what_is_unread_and_names_what_is_open() {
        let open = Address::of(ViewKey::OPEN);
        assert_eq!(page_title(0, None, Some(&open), &[]), "All open – Support");
        assert_eq!(page_title(2, Some("Broken lamp"), Some(&open), &[]), "(2) Broken lamp – Support");
        assert_eq!(page_title(0, None, None, &[]), "Not found – Support");
    }
}
