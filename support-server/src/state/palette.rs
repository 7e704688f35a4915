//! Finding a line of the palette by a few of its letters.

/// How well `wanted` fits `text`: its letters in order, best at the start of words and side by side. `None`: it does not.
///
/// Both are folded already.
#[must_use]
pub fn fit(wanted: &str, text: &str) -> Option<i32> {
    let mut score = 0;
    let mut letters = text.chars().enumerate();
    let mut before: Option<usize> = None;
    let mut last = ' ';
    for wanted in wanted.chars().filter(|letter| !letter.is_whitespace()) {
        let (place, is_start) = loop {
            let (place, letter) = letters.next()?;
            let is_start = !last.is_alphanumeric();
            last = letter;
            if letter == wanted {
                break (place, is_start);
            }
        };
        score += match before {
            Some(before) if before + 1 == place => 6,
            _ if is_start => 4,
            _ => 0,
        };
        if place == 0 {
            score += 2;
        }
        before = Some(place);
    }
    // Among equals the shorter one is meant.
    Some(score * 64 - i32::try_from(text.len()).unwrap_or(i32::MAX).min(63))
}

/// The lines that fit, best first; those chosen lately come first while nothing is written.
#[must_use]
pub fn ranked<'a, T>(lines: &'a [T], wanted: &str, lately: &[String], text: impl Fn(&T) -> (&str, &str)) -> Vec<&'a T> {
    let mut found: Vec<(i32, usize, &T)> = lines
        .iter()
        .enumerate()
        .filter_map(|(place, line)| {
            let (key, words) = text(line);
            let recency = lately.iter().position(|known| known == key);
            if wanted.is_empty() {
                let rank = recency.map_or(i32::MAX, |recency| i32::try_from(recency).unwrap_or(i32::MAX));
                return Some((rank, place, line));
            }
            let bonus = if recency.is_some() { 96 } else { 0 };
            Some((-(fit(wanted, words)? + bonus), place, line))
        })
        .collect();
    found.sort_by_key(|(rank, place, _)| (*rank, *place));
    found.into_iter().map(|(_, _, line)| line).collect()
}

/// Lines that are remembered.
const LATELY_MAX: usize = 5;

/// What was chosen lately, newest first, as the browser's storage keeps it: one a line.
#[must_use]
pub fn remembered(kept: &str, chosen: &str) -> String {
    let others = kept.lines().filter(|known| *known != chosen && !known.is_empty()).take(LATELY_MAX - 1);
    std::iter::once(chosen).chain(others).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(wanted: &str, lines: &[&'a str], lately: &[String]) -> Vec<&'a str> {
        ranked(lines, wanted, lately, |line| (line, line)).into_iter().copied().collect()
    }

    #[test]
    fn letters_in_order_find_a_line_and_the_starts_of_words_find_it_first() {
        let lines = ["resolve or reopen", "assign to me", "assign to ana moreira", "snooze"];
        assert_eq!(best("am", &lines, &[])[0], "assign to me");
        assert_eq!(best("ana", &lines, &[])[0], "assign to ana moreira");
        assert_eq!(best("snoo", &lines, &[])[0], "snooze");
        assert!(best("xyz", &lines, &[]).is_empty());
    }

    #[test]
    fn what_was_chosen_lately_comes_first_but_does_not_hide_what_is_written() {
        let lately = ["snooze".to_owned()];
        let lines = ["assign", "snooze", "status"];
        assert_eq!(best("", &lines, &lately), ["snooze", "assign", "status"]);
        assert_eq!(best("assign", &lines, &lately), ["assign"]);
    }

    #[test]
    fn few_lines_are_remembered_each_once() {
        let mut kept = String::new();
        for chosen in ["a", "b", "c", "d", "e", "f", "c"] {
            kept = remembered(&kept, chosen);
        }
        assert_eq!(kept, "c\nf\ne\nd\nb");
    }
}
