//! What the dashboard knows, as plain structs: no signals, no browser, tested on the host.

mod address;
mod change;
mod chat;
mod clock;
mod command;
mod composer;
mod due;
mod entry;
#[cfg(test)]
pub(crate) mod fake;
pub mod filter;
mod list;
mod marks;
mod messages;
mod palette;
mod presence;
mod reconnect;
mod thread;
mod title;
mod toast;
mod view;
mod waiting;
mod window;
mod words;

pub use address::{Address, DeliveryFilter};
pub use change::{Change, Step, Wish, grouped};
pub use chat::{Chat, chat_title, is_group, take_chat, unread_chats};
pub use clock::{Clock, Zone};
pub use command::{COMMANDS, Chord, Command, Entry as CommandEntry, Group, Keyboard, Level, Need, Page, Pressed};
pub use composer::{Aim, Draft, Mode, Obstacle, Outgoing, restored};
pub use due::{Countdown, Urgency, countdown, presets, written};
pub use entry::{Entry, entries};
pub use filter::Filter;
pub use list::TicketList;
pub use marks::{MARKED_MAX, Marks};
pub use messages::{Arrival, Messages};
pub use palette::{fit, ranked, remembered};
pub use presence::{Presences, TYPING_MS, Typist};
pub use reconnect::{Connection, backoff_ms};
pub use thread::Thread;
pub use title::page_title;
pub use toast::{Toast, Toasts, Undo};
pub use view::{BuiltIn, ViewKey, in_order};
pub use waiting::{Carried, WaitingFile, file_size, refusal};
pub use window::{Window, visible};
pub use words::{
    actor_name, channel_word, event_sentence, event_time, initials, is_shown, message_words, person_name, status_word,
};
