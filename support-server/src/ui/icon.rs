//! The one set of icons: 16 px strokes, drawn for this product.

use leptos::prelude::*;

use super::node::{IntoNode, Node, el};

/// Declares the icons: name, stroked path, filled path, whether the drawing turns round in right-to-left text.
macro_rules! icons {
    ($($name:ident: $stroke:literal, $solid:literal, $directional:literal;)+) => {
        /// Which drawing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum IconName { $($name),+ }

        impl IconName {
            const fn drawing(self) -> (&'static str, &'static str, bool) {
                match self { $(Self::$name => ($stroke, $solid, $directional)),+ }
            }
        }
    };
}

icons! {
    Inbox: "M2.25 9.25h3.25l1 2h3l1-2h3.25M3.75 3.25h8.5l1.5 6v2.5a1 1 0 0 1-1 1h-9.5a1 1 0 0 1-1-1v-2.5z", "", false;
    Bell: "M8 2.25a3.75 3.75 0 0 1 3.75 3.75c0 3.5 1.5 4.5 1.5 4.5H2.75s1.5-1 1.5-4.5A3.75 3.75 0 0 1 8 2.25zM6.75 12.9a1.4 1.4 0 0 0 2.5 0", "", false;
    User: "M5.25 5.25a2.75 2.75 0 1 0 5.5 0a2.75 2.75 0 1 0-5.5 0zM2.75 13.75c.5-2.6 2.6-4 5.25-4s4.75 1.4 5.25 4", "", false;
    Users: "M3.5 5.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0zM1.5 13.25c.4-2.4 2.2-3.75 4.5-3.75s4.1 1.35 4.5 3.75M10.5 3.1a2.5 2.5 0 0 1 0 4.8M12.25 9.9c1.25.55 2 1.7 2.25 3.35", "", false;
    Check: "M3 8.5l3.25 3.25L13 4.75", "", false;
    CheckDouble: "M1.25 8.75l2.75 2.75 6.25-6.75M7.5 11.1l.4.4 6.6-6.75", "", false;
    Clock: "M2.25 8a5.75 5.75 0 1 0 11.5 0a5.75 5.75 0 1 0-11.5 0zM8 4.75V8l2.25 1.5", "", false;
    Lock: "M4.5 7h7a1.25 1.25 0 0 1 1.25 1.25v4a1.25 1.25 0 0 1-1.25 1.25h-7a1.25 1.25 0 0 1-1.25-1.25v-4a1.25 1.25 0 0 1 1.25-1.25zM5.25 7V5.25a2.75 2.75 0 0 1 5.5 0V7", "", false;
    Reply: "M6.25 3.75L2.25 7.75l4 4M2.25 7.75h7.25a4.25 4.25 0 0 1 4.25 4.25v.5", "", true;
    Note: "M3 2.75h10v7l-3.25 3.5H3zM9.5 13.25v-3.5H13M5.5 5.75h5M5.5 8.25h2.5", "", false;
    Send: "M13.75 2.25l-6.5 6.5M13.75 2.25L9.5 13.75l-2.25-5-5-2.25z", "", true;
    Assign: "M3.75 5.25a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0zM1.5 13.25c.4-2.5 2.3-3.9 4.75-3.9.95 0 1.8.2 2.5.6M12 9.5v4.25M9.85 11.6h4.3", "", false;
    Search: "M2.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0zM10.4 10.4l3.1 3.1", "", false;
    Menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11", "", false;
    Back: "M9.75 3.5L5.25 8l4.5 4.5", "", true;
    Forward: "M6.25 3.5l4.5 4.5-4.5 4.5", "", true;
    Close: "M4 4l8 8M12 4l-8 8", "", false;
    Help: "M2.25 8a5.75 5.75 0 1 0 11.5 0a5.75 5.75 0 1 0-11.5 0zM6.3 6.4A1.75 1.75 0 0 1 8.05 4.9c1 0 1.75.65 1.75 1.55 0 1.35-1.8 1.4-1.8 2.6M8 11.1v.01", "", false;
    Moon: "M13.25 9.6A5.75 5.75 0 1 1 6.4 2.75a4.75 4.75 0 0 0 6.85 6.85z", "", false;
    Sun: "M5.25 8a2.75 2.75 0 1 0 5.5 0a2.75 2.75 0 1 0-5.5 0zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7", "", false;
    Display: "M3.25 2.75h9.5a1.25 1.25 0 0 1 1.25 1.25v5.75a1.25 1.25 0 0 1-1.25 1.25h-9.5a1.25 1.25 0 0 1-1.25-1.25v-5.75a1.25 1.25 0 0 1 1.25-1.25zM5.5 13.5h5", "", false;
    SignOut: "M6.25 13.25h-2.5a1 1 0 0 1-1-1v-8.5a1 1 0 0 1 1-1h2.5M10.25 11l3-3-3-3M13.25 8h-7", "", true;
    Mail: "M3.25 3.5h9.5a1.25 1.25 0 0 1 1.25 1.25v6.5a1.25 1.25 0 0 1-1.25 1.25h-9.5a1.25 1.25 0 0 1-1.25-1.25v-6.5a1.25 1.25 0 0 1 1.25-1.25zM2.5 4.75L8 8.75l5.5-4", "", false;
    Alert: "M8 2.5l6 10.75H2zM8 6.75v3M8 11.4v.01", "", false;
    Retry: "M13.25 8a5.25 5.25 0 1 1-1.55-3.7l1.3 1.2M13.25 2.5v3.1h-3.1", "", false;
    Link: "M6.75 9.25a2.75 2.75 0 0 0 3.9 0l2-2a2.75 2.75 0 0 0-3.9-3.9l-.75.75M9.25 6.75a2.75 2.75 0 0 0-3.9 0l-2 2a2.75 2.75 0 0 0 3.9 3.9l.75-.75", "", false;
    Copy: "M7 5.75h5.25a1.25 1.25 0 0 1 1.25 1.25v5.25a1.25 1.25 0 0 1-1.25 1.25h-5.25a1.25 1.25 0 0 1-1.25-1.25v-5.25a1.25 1.25 0 0 1 1.25-1.25zM3.25 10.25a.75.75 0 0 1-.75-.75V3.25a.75.75 0 0 1 .75-.75H9.5a.75.75 0 0 1 .75.75", "", false;
    External: "M9.5 2.75h3.75V6.5M13 3L7.5 8.5M11.5 9.5v2.75a1 1 0 0 1-1 1h-6.75a1 1 0 0 1-1-1V5.5a1 1 0 0 1 1-1H6.5", "", true;
    Dot: "", "M5 8a3 3 0 1 0 6 0a3 3 0 1 0-6 0z", false;
    ChevronDown: "M4 6.25l4 4 4-4", "", false;
    Paperclip: "M13 7.25L7.7 12.55A3 3 0 0 1 3.45 8.3L9 2.8a2 2 0 0 1 2.85 2.85l-5.35 5.3a1 1 0 0 1-1.4-1.4L9.75 4.9", "", false;
    More: "", "M2.4 8a1.1 1.1 0 1 0 2.2 0a1.1 1.1 0 1 0-2.2 0zM6.9 8a1.1 1.1 0 1 0 2.2 0a1.1 1.1 0 1 0-2.2 0zM11.4 8a1.1 1.1 0 1 0 2.2 0a1.1 1.1 0 1 0-2.2 0z", false;
    Keyboard: "M2.75 4h10.5a1.25 1.25 0 0 1 1.25 1.25v5.5a1.25 1.25 0 0 1-1.25 1.25h-10.5a1.25 1.25 0 0 1-1.25-1.25v-5.5a1.25 1.25 0 0 1 1.25-1.25zM4.4 6.75h.01M6.8 6.75h.01M9.2 6.75h.01M11.6 6.75h.01M5.5 9.4h5", "", false;
    Eye: "M1.5 8S3.75 3.75 8 3.75 14.5 8 14.5 8 12.25 12.25 8 12.25 1.5 8 1.5 8zM6.25 8a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0z", "", false;
    Panel: "M3.25 3h9.5a1.25 1.25 0 0 1 1.25 1.25v7.5a1.25 1.25 0 0 1-1.25 1.25h-9.5a1.25 1.25 0 0 1-1.25-1.25v-7.5a1.25 1.25 0 0 1 1.25-1.25zM10 3v10", "", true;
    ShieldCheck: "M8 1.75l5 1.75v4.25c0 3-2 5.25-5 6.5-3-1.25-5-3.5-5-6.5V3.5zM5.75 7.85l1.65 1.65 3-3.1", "", false;
    Bag: "M3.1 5.5h9.8l.6 7.2a.75.75 0 0 1-.75.8h-9.5a.75.75 0 0 1-.75-.8zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5", "", false;
    Chat: "M3.25 3h9.5a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H8.25L5 13.5V11H3.25a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z", "", false;
    Phone: "M3.25 2.75h2.6l1.15 3-1.5 1.2a8.2 8.2 0 0 0 3.55 3.55l1.2-1.5 3 1.15v2.6a1 1 0 0 1-1.1 1A10.4 10.4 0 0 1 2.25 3.85a1 1 0 0 1 1-1.1z", "", false;
    Code: "M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5", "", false;
    Settings: "M2.5 4.75h5M11.5 4.75h2M2.5 11.25h2M8.5 11.25h5M7.75 4.75a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0zM4.75 11.25a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0z", "", true;
    Chart: "M2.5 13.25h11M4.5 10.5V8M8 10.5V3.25M11.5 10.5V6", "", false;
    History: "M3 5.25A5.5 5.5 0 1 1 2.5 8M2.75 2.5v2.75H5.5M8 5v3.25l2 1.25", "", false;
    Tag: "M2.75 3.75v3.85a1 1 0 0 0 .3.7l4.9 4.9a1 1 0 0 0 1.4 0l3.85-3.85a1 1 0 0 0 0-1.4l-4.9-4.9a1 1 0 0 0-.7-.3H3.75a1 1 0 0 0-1 1zM5.6 5.6v.01", "", true;
    Key: "M8.25 5.25a2.75 2.75 0 1 0 5.5 0a2.75 2.75 0 1 0-5.5 0zM9.05 7.2L2.75 13.5M4.75 11.5l1.75 1.75", "", true;
    Calendar: "M3.25 3.5h9.5a1 1 0 0 1 1 1v7.75a1 1 0 0 1-1 1h-9.5a1 1 0 0 1-1-1V4.5a1 1 0 0 1 1-1zM2.25 6.5h11.5M5.25 2v3M10.75 2v3", "", false;
    Fields: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h2.5M5 11h4", "", true;
    Plus: "M8 3v10M3 8h10", "", false;
    Trash: "M2.75 4.25h10.5M6 4.25v-1.5h4v1.5M4.25 4.25l.5 9h6.5l.5-9", "", false;
    Download: "M8 2.5V10M4.75 7L8 10.25 11.25 7M2.75 13.25h10.5", "", false;
    Filter: "M2.25 4h11.5M4.5 8h7M6.75 12h2.5", "", false;
    Merge: "M4 2.75v3a3.5 3.5 0 0 0 3.5 3.5H12.5M10 6.5l2.75 2.75L10 12M4 13.25v-5", "", true;
    Sort: "M4.75 3v10M2.5 10.75L4.75 13 7 10.75M11.25 13V3M9 5.25L11.25 3l2.25 2.25", "", false;
    Box: "M3.25 3.25h9.5v9.5h-9.5z", "", false;
    BoxChecked: "M3.25 3.25h9.5v9.5h-9.5zM5.5 8.1l1.75 1.75 3.25-3.6", "", false;
    Spark: "M8 2.25l1.4 4.35L13.75 8l-4.35 1.4L8 13.75 6.6 9.4 2.25 8l4.35-1.4z", "", false;
    Open: "M2.75 8a5.25 5.25 0 1 0 10.5 0a5.25 5.25 0 1 0-10.5 0z", "", false;
    Pending: "M2.75 8a5.25 5.25 0 1 0 10.5 0a5.25 5.25 0 1 0-10.5 0z", "M8 5.25a2.75 2.75 0 0 1 0 5.5z", false;
    Snoozed: "M3 8.5a5 5 0 1 0 10 0a5 5 0 1 0-10 0zM6.4 6.9h3.2l-3.2 3.4h3.2M3 2.75L1.75 4M13 2.75L14.25 4", "", false;
    Resolved: "M5.35 8.25l1.9 1.9 3.5-3.9M2.25 8a5.75 5.75 0 1 0 11.5 0a5.75 5.75 0 1 0-11.5 0z", "", false;
    Closed: "M2.75 8a5.25 5.25 0 1 0 10.5 0a5.25 5.25 0 1 0-10.5 0zM5.75 8h4.5", "", false;
    PriorityLow: "", "M2.75 9.5h1.5a0.75 0.75 0 0 1 0.75 0.75v2a0.75 0.75 0 0 1-0.75 0.75h-1.5a0.75 0.75 0 0 1-0.75-0.75v-2a0.75 0.75 0 0 1 0.75-0.75z", false;
    PriorityMedium: "", "M2.75 9.5h1.5a0.75 0.75 0 0 1 0.75 0.75v2a0.75 0.75 0 0 1-0.75 0.75h-1.5a0.75 0.75 0 0 1-0.75-0.75v-2a0.75 0.75 0 0 1 0.75-0.75zM7.25 6.25h1.5a0.75 0.75 0 0 1 0.75 0.75v5.25a0.75 0.75 0 0 1-0.75 0.75h-1.5a0.75 0.75 0 0 1-0.75-0.75v-5.25a0.75 0.75 0 0 1 0.75-0.75z", false;
    PriorityHigh: "", "M2.75 9.5h1.5a0.75 0.75 0 0 1 0.75 0.75v2a0.75 0.75 0 0 1-0.75 0.75h-1.5a0.75 0.75 0 0 1-0.75-0.75v-2a0.75 0.75 0 0 1 0.75-0.75zM7.25 6.25h1.5a0.75 0.75 0 0 1 0.75 0.75v5.25a0.75 0.75 0 0 1-0.75 0.75h-1.5a0.75 0.75 0 0 1-0.75-0.75v-5.25a0.75 0.75 0 0 1 0.75-0.75zM11.75 3h1.5a0.75 0.75 0 0 1 0.75 0.75v8.5a0.75 0.75 0 0 1-0.75 0.75h-1.5a0.75 0.75 0 0 1-0.75-0.75v-8.5a0.75 0.75 0 0 1 0.75-0.75z", false;
    PriorityUrgent: "M4.5 2.5h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM8 5.25v3.5M8 10.9v.01", "", false;
}

/// An icon. It is decoration: what it means stands beside it, or in its button's label.
#[component]
pub fn Icon(
    /// Which drawing.
    name: IconName,
    /// A further class.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    icon_with(name, class)
}

/// An icon as a node.
#[must_use]
pub fn icon(name: IconName) -> Node {
    icon_with(name, "")
}

/// An icon with a further class.
#[must_use]
pub fn icon_with(name: IconName, class: &'static str) -> Node {
    let (stroke, solid, directional) = name.drawing();
    let mut classes = "icon".to_owned();
    for word in [if directional { "is-directional" } else { "" }, class] {
        if !word.is_empty() {
            classes.push(' ');
            classes.push_str(word);
        }
    }
    el("svg")
        .class(classes)
        .attr("viewBox", "0 0 16 16")
        .attr("aria-hidden", "true")
        .child((!stroke.is_empty()).then(|| el("path").attr("d", stroke)))
        .child((!solid.is_empty()).then(|| el("path").class("icon-solid").attr("d", solid)))
        .into_node()
}
