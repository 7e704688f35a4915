//! Files in the composer: on their way to the server, or there and waiting for their message.

use support_core::{
    model::{TicketId, limits},
    protocol::Attachment,
};

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingFile {
    /// Our own number of it.
    pub key: u32,
    /// The ticket that it is meant for.
    pub ticket: TicketId,
    /// What it is called.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// How far it is.
    pub state: Carried,
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq)]
pub enum Carried {
    /// So many hundredths of it.
    Sending(u8),
    /// It is there.
    Kept(Attachment),
    /// It is not, and why.
    Failed(String),
}

/// Why a file need not even be sent.
#[must_use]
pub fn refusal(size: i64, max_bytes: i64, others: usize) -> Option<String> {
    if max_bytes == 0 {
        Some("This desk takes no files.".to_owned())
    } else if size > max_bytes {
        Some(format!("It is larger than {}.", file_size(max_bytes)))
    } else if size == 0 {
        Some("It is empty.".to_owned())
    } else if others >= limits::FILES_MAX {
        Some(format!("A message takes {} files.", limits::FILES_MAX))
    } else {
        None
    }
}

/// A size for people: `900 B`, `12 KB`, `1.4 MB`.
#[must_use]
pub fn file_size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => {
            let tenths = bytes / 100_000;
            if tenths % 10 == 0 { format!("{} MB", tenths / 10) } else { format!("{}.{} MB", tenths / 10, tenths % 10) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_as_people_tell_them() {
        for (bytes, words) in [(7, "7 B"), (12_300, "12 KB"), (1_450_000, "1.4 MB"), (25_000_000, "25 MB")] {
            assert_eq!(file_size(bytes), words);
        }
    }

    #[test]
    fn what_cannot_be_taken_is_told_before_it_is_sent() {
        assert_eq!(refusal(10, 100, 0), None);
        assert_eq!(refusal(101, 100, 0).as_deref(), Some("It is larger than 100 B."));
        assert!(refusal(0, 100, 0).is_some() && refusal(10, 100, 10).is_some() && refusal(10, 0, 0).is_some());
    }
}
