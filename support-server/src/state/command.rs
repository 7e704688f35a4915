//! Every command, once: the keyboard obeys this table, the palette offers it and the `?` sheet shows it.

use super::BuiltIn;

/// What a key or a line of the palette asks for.
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
    /// Resolve, and on to the next one.
    ResolveNext,
    /// Take it oneself.
    AssignToMe,
    /// Choose something for the ticket or the marked ones.
    Pick(Level),
    /// Follow the ticket, or no longer.
    Watch,
    /// Make a portal link.
    PortalLink,
    /// Show or hide the customer.
    Customer,
    /// Take back the last action.
    Undo,
    /// Mark the row, or no longer.
    Mark,
    /// Mark everything from the last marked row.
    MarkRange,
    /// Mark all rows.
    MarkAll,
    /// The view above.
    PreviousView,
    /// The view below.
    NextView,
    /// A view.
    GoTo(BuiltIn),
    /// Another page of the desk.
    Page(Page),
    /// Into the search field.
    Search,
    /// Save what the list shows as a view.
    SaveView,
    /// The palette.
    Palette,
    /// The sheet.
    Help,
}

/// A page of the desk beside the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The delivery log.
    Deliveries,
    /// What colleagues have among themselves.
    Chats,
    /// Statistics.
    Statistics,
    /// The audit log.
    Audit,
    /// Settings.
    Settings,
}

impl Page {
    /// Under the mount prefix.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Deliveries => "/admin/deliveries",
            Self::Chats => "/admin/chat",
            Self::Statistics => "/admin/statistics",
            Self::Audit => "/admin/audit",
            Self::Settings => "/admin/settings",
        }
    }
}

/// What the palette offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// Everything.
    #[default]
    Root,
    /// People.
    Assign,
    /// Statuses.
    Status,
    /// Priorities.
    Priority,
    /// Tags.
    Tags,
    /// Times.
    Snooze,
    /// Tickets.
    Merge,
}

/// Where a command stands on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Moving about.
    Move,
    /// Writing.
    Write,
    /// Doing something with tickets.
    Act,
    /// Marking.
    Mark,
    /// Views and pages.
    Go,
}

impl Group {
    /// In the order of the sheet.
    pub const ALL: [Self; 5] = [Self::Move, Self::Act, Self::Write, Self::Mark, Self::Go];

    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Move => "Move",
            Self::Write => "Write",
            Self::Act => "Ticket",
            Self::Mark => "Many at once",
            Self::Go => "Go to",
        }
    }
}

/// What a command needs before it makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// An open thread.
    Thread,
    /// An open thread, or marked tickets.
    Tickets,
}

/// One command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// One key, a key behind `Shift` or `Mod`, or a prefix and a key, as `KeyboardEvent.key` names them.
    pub keys: &'static [&'static str],
    /// What it does.
    pub label: &'static str,
    /// Where it stands on the sheet.
    pub group: Group,
    /// What it asks for; `None`: the composer itself listens, the sheet only tells.
    pub command: Option<Command>,
    /// What it needs.
    pub need: Need,
    /// Whether the palette offers it.
    pub is_offered: bool,
}

const fn at_once(keys: &'static [&'static str], label: &'static str, group: Group, command: Command) -> Entry {
    Entry { keys, label, group, command: Some(command), need: Need::Nothing, is_offered: true }
}

const fn by_key(keys: &'static [&'static str], label: &'static str, group: Group, command: Command) -> Entry {
    Entry { is_offered: false, ..at_once(keys, label, group, command) }
}

const fn thread(keys: &'static [&'static str], label: &'static str, group: Group, command: Command) -> Entry {
    Entry { need: Need::Thread, ..at_once(keys, label, group, command) }
}

const fn tickets(keys: &'static [&'static str], label: &'static str, command: Command) -> Entry {
    Entry { need: Need::Tickets, ..at_once(keys, label, Group::Act, command) }
}

const fn told(keys: &'static [&'static str], label: &'static str) -> Entry {
    Entry { keys, label, group: Group::Write, command: None, need: Need::Thread, is_offered: false }
}

/// The table.
pub const COMMANDS: &[Entry] = &[
    by_key(&["j"], "Next ticket", Group::Move, Command::Next),
    by_key(&["k"], "Previous ticket", Group::Move, Command::Previous),
    by_key(&["Enter"], "Into the thread", Group::Move, Command::Open),
    by_key(&["o"], "Into the thread", Group::Move, Command::Open),
    by_key(&["u"], "Back to the list", Group::Move, Command::Back),
    by_key(&["Escape"], "Close, or back to the list", Group::Move, Command::Escape),
    thread(&["c"], "Customer details", Group::Move, Command::Customer),
    at_once(&["/"], "Search", Group::Move, Command::Search),
    by_key(&["Mod", "k"], "Everything by name", Group::Move, Command::Palette),
    at_once(&["?"], "Keyboard shortcuts", Group::Move, Command::Help),
    thread(&["r"], "Reply", Group::Write, Command::Reply),
    thread(&["n"], "Internal note", Group::Write, Command::Note),
    told(&["Mod", "Enter"], "Send"),
    told(&["Mod", "Shift", "Enter"], "Send and resolve"),
    tickets(&["e"], "Resolve or reopen", Command::Resolve),
    thread(&["Shift", "e"], "Resolve, and on to the next", Group::Act, Command::ResolveNext),
    tickets(&["a"], "Assign", Command::Pick(Level::Assign)),
    tickets(&["i"], "Assign to me", Command::AssignToMe),
    tickets(&["h"], "Snooze", Command::Pick(Level::Snooze)),
    tickets(&["l"], "Tags", Command::Pick(Level::Tags)),
    tickets(&["p"], "Priority", Command::Pick(Level::Priority)),
    tickets(&["s"], "Status", Command::Pick(Level::Status)),
    thread(&["w"], "Follow, or no longer", Group::Act, Command::Watch),
    thread(&["Shift", "m"], "Merge into another ticket", Group::Act, Command::Pick(Level::Merge)),
    thread(&["Shift", "l"], "Portal link", Group::Act, Command::PortalLink),
    at_once(&["z"], "Undo", Group::Act, Command::Undo),
    by_key(&["x"], "Mark the row", Group::Mark, Command::Mark),
    by_key(&["Shift", "x"], "Mark up to the row", Group::Mark, Command::MarkRange),
    at_once(&["Mod", "a"], "Mark all rows", Group::Mark, Command::MarkAll),
    at_once(&["g", "m"], "Mine", Group::Go, Command::GoTo(BuiltIn::Mine)),
    at_once(&["g", "u"], "Unassigned", Group::Go, Command::GoTo(BuiltIn::Unassigned)),
    at_once(&["g", "k"], "SLA risk", Group::Go, Command::GoTo(BuiltIn::Risk)),
    at_once(&["g", "o"], "All open", Group::Go, Command::GoTo(BuiltIn::Open)),
    at_once(&["g", "s"], "Snoozed", Group::Go, Command::GoTo(BuiltIn::Snoozed)),
    at_once(&["g", "r"], "Resolved", Group::Go, Command::GoTo(BuiltIn::Resolved)),
    at_once(&["g", "h"], "Team chat", Group::Go, Command::Page(Page::Chats)),
    at_once(&["g", "d"], "Deliveries", Group::Go, Command::Page(Page::Deliveries)),
    at_once(&["g", "t"], "Statistics", Group::Go, Command::Page(Page::Statistics)),
    at_once(&["g", "a"], "Audit log", Group::Go, Command::Page(Page::Audit)),
    at_once(&["g", "c"], "Settings", Group::Go, Command::Page(Page::Settings)),
    by_key(&["["], "View above", Group::Go, Command::PreviousView),
    by_key(&["]"], "View below", Group::Go, Command::NextView),
    at_once(&["v"], "Save this list as a view", Group::Go, Command::SaveView),
];

/// A key press as the browser tells it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chord<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// Ctrl or Meta is down.
    pub with_modifier: bool,
    /// Shift is down.
    pub with_shift: bool,
    /// Alt is down: never ours.
    pub with_alt: bool,
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
        // Caps lock is no reason to fall silent.
        let is_letter = chord.key.len() == 1 && chord.key.as_bytes()[0].is_ascii_alphabetic();
        let key = if is_letter { chord.key.to_ascii_lowercase() } else { chord.key.to_owned() };
        // The palette opens from everywhere; otherwise a field keeps its keys.
        let is_everywhere = key == "Escape" || (chord.with_modifier && key == "k");
        if chord.with_alt || (chord.in_field && !is_everywhere) {
            return Pressed::Nothing;
        }
        let has_shift = chord.with_shift && is_letter;
        let is_named = |keys: &[&str]| match (keys, prefix) {
            (["Mod", only], _) => chord.with_modifier && !has_shift && *only == key,
            (["Shift", only], None) => has_shift && !chord.with_modifier && *only == key,
            ([only], None) => !has_shift && !chord.with_modifier && *only == key,
            ([first, second], Some(prefix)) => !chord.with_modifier && *first == prefix && *second == key,
            _ => false,
        };
        let found = COMMANDS.iter().filter(|entry| is_named(entry.keys)).find_map(|entry| entry.command);
        if let Some(command) = found {
            return Pressed::Command(command);
        }
        if chord.with_modifier || prefix.is_some() {
            return Pressed::Nothing;
        }
        let starts = |entry: &&Entry| {
            entry.keys.len() == 2 && entry.keys[0] == key && entry.command.is_some() && entry.keys[0].len() == 1
        };
        match COMMANDS.iter().find(starts) {
            Some(entry) => {
                self.prefix = Some((entry.keys[0], chord.at_ms));
                Pressed::Prefix
            }
            None => Pressed::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str, at_ms: f64) -> Chord<'_> {
        Chord { key, at_ms, ..Chord::default() }
    }

    #[test]
    fn no_two_commands_share_their_keys_and_no_key_is_also_a_prefix() {
        for (place, one) in COMMANDS.iter().enumerate() {
            for other in &COMMANDS[place + 1..] {
                assert_ne!(one.keys, other.keys);
                if one.command.is_some() && other.command.is_some() && one.keys.len() != other.keys.len() {
                    assert_ne!(one.keys[0], other.keys[0]);
                }
            }
        }
    }

    #[test]
    fn every_command_of_the_table_can_be_reached_by_its_keys() {
        for entry in COMMANDS {
            let Some(command) = entry.command else { continue };
            let mut keyboard = Keyboard::default();
            let last = match entry.keys {
                ["Mod", name] => keyboard.press(&Chord { with_modifier: true, ..key(name, 0.0) }),
                ["Shift", name] => keyboard.press(&Chord { with_shift: true, ..key(&name.to_ascii_uppercase(), 0.0) }),
                keys => keys.iter().map(|name| keyboard.press(&key(name, 0.0))).last().unwrap(),
            };
            assert_eq!(last, Pressed::Command(command), "{:?}", entry.keys);
        }
    }

    #[test]
    fn keys_in_a_field_belong_to_it_but_escape_leaves_it_and_the_palette_opens() {
        let mut keyboard = Keyboard::default();
        for name in ["j", "e", "?", "Enter", "g"] {
            assert_eq!(keyboard.press(&Chord { in_field: true, ..key(name, 0.0) }), Pressed::Nothing);
            assert_eq!(keyboard.press(&Chord { with_alt: true, ..key(name, 0.0) }), Pressed::Nothing);
            assert_eq!(keyboard.press(&Chord { with_modifier: true, ..key(name, 0.0) }), Pressed::Nothing);
        }
        assert_eq!(keyboard.press(&Chord { in_field: true, ..key("Escape", 0.0) }), Pressed::Command(Command::Escape));
        let open = Chord { in_field: true, with_modifier: true, ..key("k", 0.0) };
        assert_eq!(keyboard.press(&open), Pressed::Command(Command::Palette));
        // All of a text is marked by the browser, all rows by us.
        let all = Chord { in_field: true, with_modifier: true, ..key("a", 0.0) };
        assert_eq!(keyboard.press(&all), Pressed::Nothing);
    }

    #[test]
    fn a_pair_has_a_time_limit_and_its_second_key_alone_means_something_else() {
        let mut keyboard = Keyboard::default();
        assert_eq!(keyboard.press(&key("g", 0.0)), Pressed::Prefix);
        assert_eq!(keyboard.press(&key("r", 2_000.0)), Pressed::Command(Command::Reply));
        assert_eq!(keyboard.press(&key("g", 3_000.0)), Pressed::Prefix);
        assert_eq!(keyboard.press(&key("r", 3_100.0)), Pressed::Command(Command::GoTo(BuiltIn::Resolved)));
        assert_eq!(keyboard.press(&key("g", 4_000.0)), Pressed::Prefix);
        assert_eq!(keyboard.press(&key("x", 4_100.0)), Pressed::Nothing);
    }

    #[test]
    fn caps_lock_does_not_matter_and_shift_does() {
        assert_eq!(Keyboard::default().press(&key("J", 0.0)), Pressed::Command(Command::Next));
        let shift = Chord { with_shift: true, ..key("X", 0.0) };
        assert_eq!(Keyboard::default().press(&shift), Pressed::Command(Command::MarkRange));
        let mark = Chord { with_shift: true, ..key("?", 0.0) };
        assert_eq!(Keyboard::default().press(&mark), Pressed::Command(Command::Help));
    }
}
