//! Small pieces that every page is made of.

pub mod avatar;
pub mod icon;
pub mod mark;
pub mod node;
pub mod note;
pub mod when;

pub use avatar::{Avatar, small_avatar};
pub use icon::{Icon, IconName, icon, icon_with};
pub use mark::{StatusMark, priority_icon, priority_mark, priority_word, status_icon, status_mark};
pub use node::{Element, IntoNode, IntoValue, Node, el, live, rows};
pub use note::{Note, loading_rows, state_note};
pub use when::{Form, When, when};
