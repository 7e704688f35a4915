//! What people of the desk are told of.

use super::{Author, body, wire};
use crate::model::{DateTime, MessageId, NotificationId, NotificationKind, TicketId, Utc};

wire! {
    /// Something that the caller was told of, as it is now.
    pub struct Notification {
        /// Its id.
        pub id: NotificationId,
        /// Why the caller was told.
        pub kind: NotificationKind,
        /// What it is about; null when that is no ticket.
        pub ticket: Option<NotificationTicket>,
        /// The message that it is about.
        pub message: Option<MessageId>,
        /// How that message begins; null once its text is gone.
        pub preview: Option<String>,
        /// What became of it: a status, a priority, an assignee, or the promise that is meant.
        pub change: Option<String>,
        /// What it is about when that is no ticket: `kind:id`.
        pub resource: Option<String>,
        /// Who did it.
        pub actor: Author,
        /// When.
        pub created_at: DateTime<Utc>,
        /// When the caller has seen it.
        pub read_at: Option<DateTime<Utc>>,
    }

    /// A ticket in a few words.
    pub struct NotificationTicket {
        /// Its id.
        pub id: TicketId,
        /// Its number.
        pub number: i64,
        /// One line.
        pub subject: String,
    }

    /// A page of what the caller was told of, newest first.
    pub struct NotificationPage {
        /// The rows. What the caller may no longer see is left out, so that a page may have fewer than was asked for.
        pub data: Vec<Notification>,
        /// Where the following rows start; null on the last page.
        pub next: Option<String>,
        /// Always null: the list is read in one direction.
        pub previous: Option<String>,
        /// How many are unread; 100 stands for that many or more.
        pub unread: u32,
    }

    /// How many are unread after what was read.
    pub struct NotificationsRead {
        /// How many are unread; 100 stands for that many or more.
        pub unread: u32,
    }
}

body! {
    /// Which notifications the caller has seen; all of them when nothing is named.
    pub struct ReadNotifications {
        /// Those about this ticket.
        pub ticket: Option<TicketId>,
        /// This one and those before it.
        pub up_to: Option<NotificationId>,
    }
}
