//! Business hours: when the time of a promise runs.

use leptos::prelude::*;
use serde_json::{Map, Value, json};
use support_core::protocol::Calendar as Wire;

use super::{
    super::office::{Entries, Input, Kind, Section, Wrong},
    Cell, Known, Resource, Row, SheetForm,
    spans::{holiday, stretches},
};

const DAYS: [(&str, &str); 7] = [
    ("monday", "Monday"),
    ("tuesday", "Tuesday"),
    ("wednesday", "Wednesday"),
    ("thursday", "Thursday"),
    ("friday", "Friday"),
    ("saturday", "Saturday"),
    ("sunday", "Sunday"),
];

/// When the desk is open.
#[derive(Debug)]
pub struct Calendars;

impl Resource for Calendars {
    type Wire = Wire;

    const SECTION: Section = Section::Calendars;
    const PATH: &'static str = "/calendars";
    const ONE: &'static str = "calendar";
    const EMPTY: &'static str = "Without business hours the time of an SLA runs around the clock.";

    fn row(calendar: &Wire, _: &Known) -> Row {
        let open = calendar.hours.days().into_iter().filter(|(_, day)| !day.is_empty()).count();
        Row {
            id: calendar.id.to_string(),
            name: calendar.name.clone(),
            note: None,
            cells: vec![
                Cell::new("Time zone", calendar.time_zone.clone()),
                Cell::number("Open days", open),
                Cell::number("Holidays", calendar.holidays.len()),
            ],
            farewell: None,
        }
    }

    fn fresh() -> Entries {
        let entries = Entries::default().with("time_zone", "UTC");
        DAYS[..5].iter().fold(entries, |entries, (day, _)| entries.with(&format!("hours.{day}"), "09:00-17:00"))
    }

    fn entries(calendar: &Wire) -> Entries {
        let entries = Entries::default().with("name", &calendar.name).with("time_zone", &calendar.time_zone);
        let entries = calendar.hours.days().into_iter().fold(entries, |entries, (day, open)| {
            let open: Vec<_> = open.iter().map(|open| format!("{}-{}", open.from, open.to)).collect();
            entries.with(&format!("hours.{day}"), open.join(", "))
        });
        let lines: Vec<_> = calendar
            .holidays
            .iter()
            .map(|holiday| {
                let date = holiday.date.to_string();
                let date = if holiday.yearly { &date[5..] } else { &date };
                format!("{date} {}", holiday.name.as_deref().unwrap_or_default()).trim_end().to_owned()
            })
            .collect();
        entries.with("holidays", lines.join("\n"))
    }

    fn body(entries: &Entries, _: bool) -> Result<Value, Wrong> {
        let mut wrong = Wrong::default();
        let mut hours = Map::new();
        for (day, _) in DAYS {
            match stretches(entries.one(&format!("hours.{day}"))) {
                Some(open) => _ = hours.insert(day.to_owned(), open.into()),
                None => wrong.add(format!("/hours/{day}"), "write times such as 09:00-12:30, 13:30-17:00"),
            }
        }
        let mut holidays = Vec::new();
        for line in entries.one("holidays").lines().map(str::trim).filter(|line| !line.is_empty()) {
            match holiday(line) {
                Some(holiday) => holidays.push(holiday),
                None => wrong.add(
                    "/holidays".to_owned(),
                    &format!("“{line}” does not begin with a date such as 2026-04-03 or 12-25"),
                ),
            }
        }
        wrong.or(json!({
            "name": entries.one("name"),
            "time_zone": entries.one("time_zone").trim(),
            "hours": hours,
            "holidays": holidays,
        }))
    }

    fn form(sheet: &SheetForm<'_>) -> AnyView {
        let form = sheet.form;
        let days = DAYS.map(|(day, label)| form.input(Input::new(&format!("hours.{day}"), label)));
        let hours = view! { <div class="days">{days.into_iter().collect_view()}</div> };
        let hint =
            "Write 09:00-17:00, or two stretches with a comma between them. Leave a day empty when the desk is closed.";
        let holidays = "One a line. 2026-04-03 is that day only, 12-25 is every year; a name may follow.";
        view! {
            <div class="sheet-pair">
                {form.input(Input::new("name", "Name").required())}
                {form.input(Input::new("time_zone", "Time zone").required().hint("Such as Europe/Berlin or America/New_York."))}
            </div>
            {form.group("hours", "Open", hint, form.own_error("hours"), hours.into_any())}
            {form.input(Input::new("holidays", "Holidays").kind(Kind::Lines).hint(holidays))}
        }
        .into_any()
    }

    fn farewell(calendar: &Wire) -> String {
        format!("“{}” goes. A calendar that a policy follows can't be deleted.", calendar.name)
    }
}
