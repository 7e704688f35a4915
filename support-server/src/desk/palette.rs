//! What the palette offers at each of its levels, and what choosing a line does.

use leptos::prelude::*;
use support_core::{
    model::{PersonId, Priority, Status, TicketId, Timestamp},
    protocol::Ticket,
};

use super::{Desk, Floating, browser};
use crate::{
    state::{Address, COMMANDS, Change, Command, Level, Need, ViewKey, person_name, presets, remembered, status_word},
    ui::{IconName, priority_icon, priority_word, status_icon},
};

/// A line of the palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What remembers it.
    pub key: String,
    /// What it says.
    pub label: String,
    /// What it says beside that.
    pub hint: String,
    /// Its shortcut.
    pub keys: &'static [&'static str],
    /// Its drawing.
    pub icon: IconName,
    /// Whether it is the present choice.
    pub is_chosen: bool,
    /// What choosing it does.
    pub act: Act,
}

/// What choosing a line does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// A command.
    Obey(Command),
    /// Another level.
    Enter(Level),
    /// An address.
    Go(Box<Address>),
    /// The same change to all.
    Change(Change),
    /// Gives it to somebody.
    Assign(Option<PersonId>),
    /// Adds a tag, or takes it away.
    Tag(String),
    /// Opens a ticket.
    Ticket(TicketId),
    /// Merges into a ticket.
    Merge(Box<Ticket>),
}

const LATELY: &str = "support:lately";

fn line(key: impl Into<String>, label: impl Into<String>, icon: IconName, act: Act) -> Line {
    Line { key: key.into(), label: label.into(), hint: String::new(), keys: &[], icon, is_chosen: false, act }
}

impl Desk {
    /// Opens the palette at a level.
    pub fn open_palette(self, level: Level) {
        self.found.set(Vec::new());
        self.floating.set(Some(Floating::Palette(level)));
    }

    /// What was chosen lately, newest first.
    #[must_use]
    pub fn lately(self) -> Vec<String> {
        browser::kept(LATELY).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// Everything that a level offers; `wanted` are the words that were written, which some lines are made of.
    #[must_use]
    pub fn lines(self, level: Level, wanted: &str) -> Vec<Line> {
        match level {
            Level::Root => self.root_lines(wanted),
            Level::Assign => self.people_lines(),
            Level::Status => self.status_lines(),
            Level::Priority => self.priority_lines(),
            Level::Tags => self.tag_lines(wanted),
            Level::Snooze => self.snooze_lines(),
            Level::Merge => self.merge_lines(),
        }
    }

    fn root_lines(self, wanted: &str) -> Vec<Line> {
        let (has_thread, has_targets) = (self.open_id().is_some(), self.has_targets());
        let offered = COMMANDS.iter().filter(|entry| {
            entry.is_offered
                && match entry.need {
                    Need::Nothing => true,
                    Need::Thread => has_thread,
                    Need::Tickets => has_targets,
                }
        });
        let mut lines: Vec<Line> = offered
            .filter_map(|entry| {
                let command = entry.command?;
                let act = if let Command::Pick(level) = command { Act::Enter(level) } else { Act::Obey(command) };
                Some(Line { keys: entry.keys, ..line(entry.label, entry.label, icon_of(command), act) })
            })
            .collect();
        self.views.with(|views| {
            lines.extend(views.iter().map(|view| {
                let go = Act::Go(Box::new(Address::of(ViewKey::Saved(view.id))));
                Line { hint: "View".to_owned(), ..line(view.id.to_string(), view.name.clone(), IconName::Inbox, go) }
            }));
        });
        // With words the deeper levels are within reach at once: `ana` finds "Assign to Ana". Without, what was chosen there lately.
        let lately = self.lately();
        if has_targets {
            for (level, verb) in [
                (Level::Assign, "Assign to"),
                (Level::Status, "Status:"),
                (Level::Priority, "Priority:"),
                (Level::Snooze, "Snooze:"),
                (Level::Tags, "Tag:"),
            ] {
                let deeper = self.lines(level, "").into_iter().map(|line| Line {
                    label: format!("{verb} {}", line.label),
                    key: format!("{verb} {}", line.key),
                    ..line
                });
                lines.extend(deeper.filter(|line| !wanted.is_empty() || lately.contains(&line.key)));
            }
        }
        lines
    }

    fn common<T: PartialEq>(self, of: impl Fn(&Ticket) -> T) -> Option<T> {
        let tickets = self.targets();
        let first = of(tickets.first()?);
        tickets.iter().all(|ticket| of(ticket) == first).then_some(first)
    }

    fn people_lines(self) -> Vec<Line> {
        let me = self.me().id;
        let now = self.common(|ticket| ticket.assigned_to.as_ref().map(|person| person.id));
        let person = |id: Option<PersonId>, name: &str, hint: &str| Line {
            is_chosen: now == Some(id),
            hint: hint.to_owned(),
            ..line(name, name, if id.is_some() { IconName::User } else { IconName::Close }, Act::Assign(id))
        };
        let mut lines = self.team.with(|team| {
            let mut active: Vec<_> = team.iter().filter(|user| user.is_active).collect();
            active.sort_by_key(|user| user.id != me);
            active
                .into_iter()
                .map(|user| person(Some(user.id), &user.name, if user.id == me { "you" } else { "" }))
                .collect::<Vec<_>>()
        });
        lines.push(person(None, "Nobody", ""));
        lines
    }

    fn status_lines(self) -> Vec<Line> {
        let now = self.common(|ticket| ticket.status);
        let status = |status: Status| {
            let act = match status {
                Status::Snoozed => Act::Enter(Level::Snooze),
                status => Act::Change(Change::Status(status)),
            };
            let word = status_word(status);
            Line { is_chosen: now == Some(status), ..line(word, word, status_icon(status), act) }
        };
        Status::ALL.iter().copied().map(status).collect()
    }

    fn priority_lines(self) -> Vec<Line> {
        let now = self.common(|ticket| ticket.priority);
        let priority = |priority: Priority| {
            let (word, act) = (priority_word(priority), Act::Change(Change::Priority(priority)));
            Line { is_chosen: now == Some(priority), ..line(word, word, priority_icon(priority), act) }
        };
        Priority::ALL.iter().rev().copied().map(priority).collect()
    }

    fn tag_lines(self, wanted: &str) -> Vec<Line> {
        let targets = self.targets();
        let has =
            |name: &str| !targets.is_empty() && targets.iter().all(|ticket| ticket.tags.iter().any(|tag| tag == name));
        let tag = |name: &str, label: String| Line {
            is_chosen: has(name),
            ..line(name, label, IconName::Tag, Act::Tag(name.to_owned()))
        };
        let mut lines: Vec<Line> =
            self.tags.with(|tags| tags.iter().map(|known| tag(&known.name, known.name.clone())).collect());
        // What stands in a ticket and is no tag of the desk any more can still be taken away.
        for name in targets.iter().flat_map(|ticket| &ticket.tags) {
            if !lines.iter().any(|line| line.key == *name) {
                lines.push(tag(name, name.clone()));
            }
        }
        let wanted = wanted.trim();
        if !wanted.is_empty() && !wanted.contains(',') && !lines.iter().any(|line| line.key == wanted) {
            lines.push(tag(wanted, format!("Add “{wanted}”")));
        }
        lines
    }

    fn snooze_lines(self) -> Vec<Line> {
        let clock = self.clock.get();
        let preset = |(label, at): (&'static str, Timestamp)| Line {
            hint: format!("{}, {}", clock.date(at), clock.time(at)),
            ..line(label, label, IconName::Snoozed, Act::Change(Change::Snooze(at)))
        };
        presets(&clock).into_iter().map(preset).collect()
    }

    fn merge_lines(self) -> Vec<Line> {
        let open = self.open_id();
        self.found.with(|found| {
            let others = found.iter().filter(|ticket| Some(ticket.id) != open && ticket.merged_into.is_none());
            others.map(|ticket| ticket_line(ticket, Act::Merge(Box::new(ticket.clone())))).collect()
        })
    }

    /// The tickets that were found by the words of the first level.
    #[must_use]
    pub fn found_lines(self) -> Vec<Line> {
        self.found.with(|found| found.iter().map(|ticket| ticket_line(ticket, Act::Ticket(ticket.id))).collect())
    }

    /// Does what a line says. The next level, if it only leads there.
    pub fn choose(self, line: &Line) -> Option<Level> {
        if let Act::Enter(level) = line.act {
            return Some(level);
        }
        let kept = browser::kept(LATELY).unwrap_or_default();
        browser::keep(LATELY, Some(&remembered(&kept, &line.key)));
        if !matches!(line.act, Act::Tag(_)) {
            self.floating.set(None);
        }
        match &line.act {
            Act::Obey(command) => {
                self.obey(*command);
            }
            Act::Go(address) => self.go(address),
            Act::Change(change) => self.change_all(self.targets(), change),
            Act::Assign(to) => self.assign(*to),
            Act::Tag(name) => self.toggle_tag(name),
            Act::Ticket(id) => self.go_to_ticket(Some(*id)),
            Act::Merge(into) => self.merge_into(into),
            Act::Enter(_) => {}
        }
        None
    }

    /// Adds a tag to the tickets, or takes it away from all when all have it.
    pub fn toggle_tag(self, name: &str) {
        let targets = self.targets();
        let is_everywhere = targets.iter().all(|ticket| ticket.tags.iter().any(|tag| tag == name));
        self.change_each(targets, |ticket| {
            let mut tags = ticket.tags.clone();
            tags.retain(|tag| tag != name);
            if !is_everywhere {
                tags.push(name.to_owned());
                tags.sort();
            }
            Change::Tags(tags)
        });
    }
}

fn ticket_line(ticket: &Ticket, act: Act) -> Line {
    Line {
        hint: person_name(&ticket.requester),
        ..line(ticket.id.to_string(), format!("#{} {}", ticket.number, ticket.subject), status_icon(ticket.status), act)
    }
}

const fn icon_of(command: Command) -> IconName {
    match command {
        Command::Reply => IconName::Reply,
        Command::Note => IconName::Lock,
        Command::Resolve | Command::ResolveNext => IconName::Check,
        Command::AssignToMe | Command::Pick(crate::state::Level::Assign) => IconName::Assign,
        Command::Pick(Level::Snooze) => IconName::Snoozed,
        Command::Pick(Level::Tags) => IconName::Tag,
        Command::Watch => IconName::Eye,
        Command::PortalLink => IconName::Link,
        Command::Undo => IconName::Retry,
        Command::Search => IconName::Search,
        Command::Help => IconName::Keyboard,
        Command::GoTo(_) => IconName::Inbox,
        Command::Page(_) => IconName::Forward,
        Command::Customer => IconName::User,
        _ => IconName::Dot,
    }
}
