//! How well a text answers a query, and where. The same for every database.

use std::ops::Range;

use super::{Term, Word};

/// A place in a ticket where words are looked for. The order is that of a hit's highlights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The one line.
    Subject,
    /// The customer's name and address.
    Requester,
    /// The longer text.
    Description,
    /// A message that customers see.
    Message,
    /// A note.
    Note,
}

impl Field {
    /// What one found term counts.
    const fn weight(self) -> f64 {
        match self {
            Self::Subject => 8.0,
            Self::Requester => 6.0,
            Self::Description => 3.0,
            Self::Message => 2.0,
            Self::Note => 1.5,
        }
    }
}

/// A term that is only the beginning of the found word counts for so much less.
const BEGINNING: f64 = 0.6;
/// Characters shown before the first match, and in all.
const BEFORE: usize = 40;
const EXCERPT_MAX: usize = 180;

/// What was found in one text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// What each term of the query counts here; 0 where it is not.
    pub scores: Vec<f64>,
    /// Byte ranges of the matches, ascending, apart from each other.
    pub matches: Vec<Range<usize>>,
}

/// Looks for the terms in a text that was cut into words.
#[must_use]
pub fn find(terms: &[Term], field: Field, words: &[Word]) -> Found {
    let mut found = Found { scores: vec![0.0; terms.len()], matches: Vec::new() };
    let mut matches: Vec<Range<usize>> = Vec::new();
    for (term, score) in terms.iter().zip(&mut found.scores) {
        if term.excluded || (term.requester_only && field != Field::Requester) {
            continue;
        }
        for at in 0..words.len() {
            let Some(length) = term.matches_at(words, at) else { continue };
            let last = &words[at + length - 1];
            let whole = term.words.last().is_some_and(|word| last.folded == *word);
            *score = score.max(field.weight() * if whole { 1.0 } else { BEGINNING });
            matches.push(words[at].start..last.end);
        }
    }
    matches.sort_unstable_by_key(|range| (range.start, range.end));
    for range in matches {
        match found.matches.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => found.matches.push(range),
        }
    }
    found
}

/// The part of a text around its first match, cut where words end: pieces with whether they match.
#[must_use]
pub fn excerpt(text: &str, matches: &[Range<usize>]) -> Vec<(String, bool)> {
    let Some(first) = matches.first() else { return Vec::new() };
    let start = start_of_excerpt(text, first.start);
    let limit = text[start..].char_indices().nth(EXCERPT_MAX).map_or(text.len(), |(at, _)| start + at);
    let end = if limit == text.len() {
        limit
    } else {
        let space = text[start..limit].rfind(char::is_whitespace).map(|at| start + at);
        space.filter(|space| *space >= first.end).unwrap_or(limit)
    };
    let mut pieces = Vec::new();
    let mut push = |range: Range<usize>, is_match: bool| {
        if !range.is_empty() {
            pieces.push((text[range].to_owned(), is_match));
        }
    };
    let mut at = start;
    for range in matches.iter().take_while(|range| range.start < end) {
        push(at..range.start, false);
        push(range.start..range.end.min(end), true);
        at = range.end.min(end);
    }
    push(at..end, false);
    if start > 0 {
        pieces.insert(0, ("…".to_owned(), false));
    }
    if end < text.len() {
        pieces.push(("…".to_owned(), false));
    }
    pieces
}

fn start_of_excerpt(text: &str, first: usize) -> usize {
    let earliest = text[..first].char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
    if earliest == 0 {
        return 0;
    }
    let space = text[earliest..first].find(char::is_whitespace).map(|at| earliest + at);
    space.map_or(earliest, |space| {
        text[space..first].char_indices().find(|(_, c)| !c.is_whitespace()).map_or(first, |(at, _)| space + at)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::search::{SearchQuery, terms, words};

    fn marked(query: &str, text: &str) -> String {
        let found = find(&terms(&SearchQuery::parse(query)), Field::Message, &words(text));
        let pieces = excerpt(text, &found.matches);
        pieces.iter().map(|(piece, is_match)| if *is_match { format!("[{piece}]") } else { piece.clone() }).collect()
    }

    #[test]
    fn matches_are_marked_in_the_text_as_it_was_written() {
        assert_eq!(marked("strasse CAF", "An der Straße ist ein Café."), "An der [Straße] ist ein [Café].");
        assert_eq!(marked("\"late order\" order", "My late order, an order"), "My [late order], an [order]");
        assert_eq!(marked("東京", "私は東京タワーへ"), "私は[東京]タワーへ");
        assert_eq!(marked("<b>", "a <b>bold</b> word"), "a <[b]>bold</[b]> word");
        assert_eq!(marked("nothing", "else"), "");
    }

    #[test]
    fn a_long_text_is_cut_around_its_first_match() {
        let text = format!("{} needle {}", "hay ".repeat(100), "straw ".repeat(100));
        let marked = marked("needle", &text);
        assert!(
            marked.starts_with("…hay hay") && marked.contains(" [needle] straw") && marked.ends_with("straw…"),
            "{marked}"
        );
        assert!(marked.chars().count() <= EXCERPT_MAX + 4);
    }

    #[test]
    fn whole_words_in_the_subject_count_most() {
        let terms = terms(&SearchQuery::parse("ref"));
        let score = |field, text: &str| find(&terms, field, &words(text)).scores[0];
        assert!(score(Field::Subject, "ref") > score(Field::Subject, "refund"));
        assert!(score(Field::Subject, "refund") > score(Field::Message, "ref"));
        assert!(score(Field::Message, "ref") > score(Field::Note, "ref"));
    }

    proptest! {
        /// Whatever the text: the pieces are parts of it in their order, and each match is among them as far as it is shown.
        #[test]
        fn an_excerpt_is_made_of_the_text(text in "\\PC{0,400}", query in "\\PC{1,10}") {
            let found = find(&terms(&SearchQuery::parse(&query)), Field::Message, &words(&text));
            let pieces = excerpt(&text, &found.matches);
            let whole: String = pieces.iter().map(|(piece, _)| piece.as_str()).collect();
            prop_assert!(text.contains(whole.trim_start_matches('…').trim_end_matches('…')));
            prop_assert_eq!(pieces.iter().any(|(_, is_match)| *is_match), !found.matches.is_empty());
        }
    }
}
