//! Times as people write them in a form: `4h`, `1h 30m`, `09:00-17:00`, `12-25 Christmas`.

use serde_json::{Value, json};

/// Minutes out of `30`, `30m`, `4h` or `1h 30m`.
pub(super) fn minutes(text: &str) -> Option<u32> {
    let text = text.trim().to_lowercase();
    if let Ok(minutes) = text.parse() {
        return Some(minutes);
    }
    let (mut total, mut digits, mut unit) = (0_u32, String::new(), String::new());
    let mut close = |digits: &mut String, unit: &mut String| -> Option<()> {
        let factor = match unit.as_str() {
            "m" | "min" | "mins" | "minute" | "minutes" => 1,
            "h" | "hour" | "hours" => 60,
            _ => return None,
        };
        total = total.checked_add(digits.parse::<u32>().ok()?.checked_mul(factor)?)?;
        digits.clear();
        unit.clear();
        Some(())
    };
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        if letter.is_ascii_digit() {
            if !unit.is_empty() {
                close(&mut digits, &mut unit)?;
            }
            digits.push(letter);
        } else {
            unit.push(letter);
        }
    }
    close(&mut digits, &mut unit)?;
    Some(total)
}

/// Minutes as [`minutes`] reads them.
pub(super) fn span(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}

/// Stretches of a day out of `9:00-12:30, 13:30-17:00`.
pub(super) fn stretches(text: &str) -> Option<Vec<Value>> {
    let stretch = |text: &str| {
        let (from, to) = text.split_once(['-', '–'])?;
        Some(json!({ "from": time_of_day(from)?, "to": time_of_day(to)? }))
    };
    text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(stretch).collect()
}

/// `9`, `9:00` and `09:00` as `09:00`.
fn time_of_day(text: &str) -> Option<String> {
    let (hour, minute) = text.trim().split_once(':').unwrap_or((text.trim(), "00"));
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u8>().ok()).flatten();
    let (hour, minute) = (number(hour)?, number(minute).filter(|_| minute.len() == 2)?);
    let is_time = minute < 60 && (hour < 24 || (hour == 24 && minute == 0));
    is_time.then(|| format!("{hour:02}:{minute:02}"))
}

/// A holiday out of `2026-04-03 Good Friday`, or of every year out of `12-25 Christmas`.
pub(super) fn holiday(line: &str) -> Option<Value> {
    let (date, name) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    let name = Some(name.trim()).filter(|name| !name.is_empty());
    // A leap year, so that 29 February can be a holiday.
    let (date, is_yearly) = if date.len() == 5 { (format!("2000-{date}"), true) } else { (date.to_owned(), false) };
    let is_date = date.len() == 10 && date.parse::<chrono::NaiveDate>().is_ok();
    is_date.then(|| json!({ "date": date, "yearly": is_yearly, "name": name }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_as_it_is_written() {
        for (text, known) in [
            ("45", Some(45)),
            ("45m", Some(45)),
            (" 4 H ", Some(240)),
            ("1h 30m", Some(90)),
            ("1h30", None),
            ("2 hours 5 min", Some(125)),
            ("", None),
            ("soon", None),
            ("-5", None),
            ("1.5h", None),
            ("99999999h", None),
        ] {
            assert_eq!(minutes(text), known, "{text}");
        }
        for known in [1, 59, 60, 61, 240, 525_600] {
            assert_eq!(minutes(&span(known)), Some(known));
        }
    }

    #[test]
    fn hours_of_a_day_are_stretches_and_a_closed_day_has_none() {
        assert_eq!(stretches(""), Some(Vec::new()));
        let day = vec![json!({ "from": "09:00", "to": "12:30" }), json!({ "from": "13:30", "to": "24:00" })];
        assert_eq!(stretches("9-12:30, 13:30 – 24:00"), Some(day));
        for text in ["9", "9-25", "9:5-10", "a-b", "24:01-24:02", "9-10 11-12"] {
            assert_eq!(stretches(text), None, "{text}");
        }
    }

    #[test]
    fn a_holiday_is_one_day_or_one_of_every_year() {
        let christmas = json!({ "date": "2000-12-25", "yearly": true, "name": "Christmas Day" });
        assert_eq!(holiday("12-25 Christmas Day"), Some(christmas));
        assert_eq!(holiday("2026-04-03"), Some(json!({ "date": "2026-04-03", "yearly": false, "name": null })));
        assert!(holiday("02-29").is_some());
        for line in ["25.12.", "2026-02-30 x", "13-01", "Christmas"] {
            assert_eq!(holiday(line), None, "{line}");
        }
    }
}
