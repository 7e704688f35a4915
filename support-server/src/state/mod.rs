//! What the dashboard knows, as plain structs: no signals, no browser, tested on the host.

mod address;
mod clock;
mod composer;
mod entry;
#[cfg(test)]
pub(crate) mod fake;
mod list;
mod presence;
mod reconnect;
mod shortcut;
mod thread;
mod title;
mod toast;
mod window;
mod words;

pub use address::{Address, DeliveryFilter};
pub use clock::{Clock, Zone};
pub use composer::{Draft, Mode, Obstacle, Outgoing, restored};
pub use entry::{Entry, EntryKey, entries};
pub use list::{TicketList, belongs};
pub use presence::{Presences, TYPING_MS, Typist};
pub use reconnect::{Connection, backoff_ms};
pub use shortcut::{Chord, Command, Group, Keyboard, Pressed, SHORTCUTS, Shortcut};
pub use thread::{Arrival, Thread};
pub use title::page_title;
pub use toast::{Toast, Toasts, Undo};
pub use window::{Window, visible};
pub use words::{actor_name, event_sentence, initials, is_shown, person_name, status_word, view_name};
