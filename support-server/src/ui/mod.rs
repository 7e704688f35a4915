//! Small pieces that every page is made of.

pub mod avatar;
pub mod icon;
pub mod mark;
pub mod note;
pub mod when;

pub use avatar::Avatar;
pub use icon::{Icon, IconName};
pub use mark::{PriorityMark, StatusMark, priority_icon, status_icon};
pub use note::{Note, Rows, state_note};
pub use when::{Form, When};
