//! Every keyboard shortcut, once: the keyboard obeys this table and the `?` sheet shows it.

use support_core::protocol::TicketView;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// The next ticket of the list.
    Next,
    /// The one before.
    Previous,
    /// Into the thread that is open.
    Open,
    /// Back to the list.
    Back,
    /// Close what floats, else leave the field, else back to the list.
    Escape,
    /// Write to the customer.
    Reply,
    /// Write to the desk.
    Note,
    /// Resolve, or reopen what is resolved.
    Resolve,
    /// Choose an assignee.
    Assign,
    /// Take it oneself.
    AssignToMe,
    /// Make a portal link.
    PortalLink,
    /// Show or hide the customer.
    Customer,
    /// Take back the last action.
    Undo,
    /// The view above.
    PreviousView,
    /// The view below.
    NextView,
    /// A view.
    GoTo(TicketView),
    /// The delivery log.
    GoToDeliveries,
    /// The sheet.
    Help,
}

/// Where a shortcut stands on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Moving about.
    Move,
    /// Writing.
    Write,
    /// Doing something with a ticket.
    Act,
    /// Views.
    Go,
}

impl Group {
    /// In the order of the sheet.
    pub const ALL: [Self; 4] = [Self::Move, Self::Write, Self::Act, Self::Go];

    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Move => "Move",
            Self::Write => "Write",
            Self::Act => "Ticket",
            Self::Go => "Go to",
        }
    }
}

/// One shortcut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortcut {
    /// One key, or a prefix and a key, as `KeyboardEvent.key` names them.
    pub keys: &'static [&'static str],
    /// What it does, for the sheet.
    pub label: &'static str,
    /// Where it stands on the sheet.
    pub group: Group,
    /// What it asks for; `None`: the composer itself listens, the sheet only tells.
    pub command: Option<Command>,
}

const fn shortcut(keys: &'static [&'static str], label: &'static str, group: Group, command: Command) -> Shortcut {
    Shortcut { keys, label, group, command: Some(command) }
}

const fn told(keys: &'static [&'static str], label: &'static str) -> Shortcut {
    Shortcut { keys, label, group: Group::Write, command: None }
}

/// The table.
pub const SHORTCUTS: &[Shortcut] = &[
    shortcut(&["j"], "Next ticket", Group::Move, Command::Next),
    shortcut(&["k"], "Previous ticket", Group::Move, Command::Previous),
    shortcut(&["Enter"], "Into the thread", Group::Move, Command::Open),
    shortcut(&["u"], "Back to the list", Group::Move, Command::Back),
    shortcut(&["Escape"], "Close, or back to the list", Group::Move, Command::Escape),
    shortcut(&["c"], "Customer details", Group::Move, Command::Customer),
    shortcut(&["?"], "This sheet", Group::Move, Command::Help),
    shortcut(&["r"], "Reply", Group::Write, Command::Reply),
    shortcut(&["n"], "Internal note", Group::Write, Command::Note),
    told(&["Mod", "Enter"], "Send"),
    told(&["Mod", "Shift", "Enter"], "Send and resolve"),
    shortcut(&["e"], "Resolve or reopen", Group::Act, Command::Resolve),
    shortcut(&["a"], "Assign", Group::Act, Command::Assign),
    shortcut(&["i"], "Assign to me", Group::Act, Command::AssignToMe),
    shortcut(&["l"], "Portal link", Group::Act, Command::PortalLink),
    shortcut(&["z"], "Undo", Group::Act, Command::Undo),
    shortcut(&["g", "m"], "Mine", Group::Go, Command::GoTo(TicketView::Mine)),
    shortcut(&["g", "u"], "Unassigned", Group::Go, Command::GoTo(TicketView::Unassigned)),
    shortcut(&["g", "o"], "All open", Group::Go, Command::GoTo(TicketView::Open)),
    shortcut(&["g", "r"], "Resolved", Group::Go, Command::GoTo(TicketView::Resolved)),
    shortcut(&["g", "d"], "Deliveries", Group::Go, Command::GoToDeliveries),
    shortcut(&["["], "View above", Group::Go, Command::PreviousView),
    shortcut(&["]"], "View below", Group::Go, Command::NextView),
];

/// A key press as the browser tells it.
#[derive(Debug, Clone, Copy)]
pub struct Chord<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// Ctrl, Alt or Meta is down.
    pub with_modifier: bool,
    /// The focus stands where text is written or a choice is made.
    pub in_field: bool,
    /// When, in milliseconds.
    pub at_ms: f64,
}

/// What a key press means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// Nothing of ours: the browser's.
    Nothing,
    /// The first key of a pair.
    Prefix,
    /// This.
    Command(Command),
}

/// Remembers the first key of a pair.
#[derive(Debug, Clone, Default)]
pub struct Keyboard {
    prefix: Option<(&'static str, f64)>,
}

/// How long the first key of a pair waits for the second.
const PAIR_MS: f64 = 1_200.0;

impl Keyboard {
    /// Reads one key press.
    pub fn press(&mut self, chord: &Chord<'_>) -> Pressed {
        let prefix = self.prefix.take().filter(|(_, since)| chord.at_ms - since < PAIR_MS).map(|(key, _)| key);
        if chord.with_modifier || (chord.in_field && chord.key != "Escape") {
            return Pressed::Nothing;
        }
        // Caps lock is no reason to fall silent.
        let key = if chord.key.chars().count() == 1 { chord.key.to_ascii_lowercase() } else { chord.key.to_owned() };
        let found = SHORTCUTS.iter().find_map(|shortcut| match (shortcut.keys, prefix) {
            ([only], None) if *only == key => shortcut.command,
            ([first, second], Some(prefix)) if *first == prefix && *second == key => shortcut.command,
            _ => None,
        });
        if let Some(command) = found {
            return Pressed::Command(command);
        }
        let starts = SHORTCUTS
            .iter()
            .find(|shortcut| shortcut.command.is_some() && shortcut.keys.len() == 2 && shortcut.keys[0] == key);
        match (starts, prefix) {
            (Some(shortcut), None) => {
                self.prefix = Some((shortcut.keys[0], chord.at_ms));
                Pressed::Prefix
            }
            _ => Pressed::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str, at_ms: f64) -> Chord<'_> {
        Chord { key, with_modifier: false, in_field: false, at_ms }
    }

    #[test]
    fn no_two_shortcuts_share_their_keys_and_no_key_is_also_a_prefix() {
        for (place, one) in SHORTCUTS.iter().enumerate() {
            for other in &SHORTCUTS[place + 1..] {
                assert_ne!(one.keys, other.keys);
                if one.command.is_some() && other.command.is_some() && one.keys.len() != other.keys.len() {
                    assert_ne!(one.keys[0], other.keys[0]);
                }
            }
        }
    }

    #[test]
    fn every_shortcut_of_the_sheet_works() {
        for shortcut in SHORTCUTS {
            let Some(command) = shortcut.command else { continue };
            let mut keyboard = Keyboard::default();
            let last = shortcut.keys.iter().map(|name| keyboard.press(&key(name, 0.0))).last();
            assert_eq!(last, Some(Pressed::Command(command)), "{:?}", shortcut.keys);
        }
    }

    #[test]
    fn keys_in_a_field_or_with_a_modifier_belong_to_the_browser_but_escape_leaves_a_field() {
        let mut keyboard = Keyboard::default();
        for name in ["j", "e", "?", "Enter", "g"] {
            assert_eq!(keyboard.press(&Chord { in_field: true, ..key(name, 0.0) }), Pressed::Nothing);
            assert_eq!(keyboard.press(&Chord { with_modifier: true, ..key(name, 0.0) }), Pressed::Nothing);
        }
        assert_eq!(keyboard.press(&Chord { in_field: true, ..key("Escape", 0.0) }), Pressed::Command(Command::Escape));
    }

    #[test]
    fn a_pair_has_a_time_limit_and_its_second_key_alone_means_something_else() {
        let mut keyboard = Keyboard::default();
        assert_eq!(keyboard.press(&key("g", 0.0)), Pressed::Prefix);
        assert_eq!(keyboard.press(&key("r", 2_000.0)), Pressed::Command(Command::Reply));
        assert_eq!(keyboard.press(&key("g", 3_000.0)), Pressed::Prefix);
        assert_eq!(keyboard.press(&key("r", 3_100.0)), Pressed::Command(Command::GoTo(TicketView::Resolved)));
        assert_eq!(keyboard.press(&key("g", 4_000.0)), Pressed::Prefix);
        assert_eq!(keyboard.press(&key("x", 4_100.0)), Pressed::Nothing);
    }

    #[test]
    fn caps_lock_does_not_matter() {
        assert_eq!(Keyboard::default().press(&key("J", 0.0)), Pressed::Command(Command::Next));
    }
}
