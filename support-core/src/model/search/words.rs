//! The words that a text is found by. They are computed here for every database, so that all databases find the same.
//!
//! A word is a run of letters, digits and marks, without regard to case, width and diacritics: *Straße* is found by *STRASSE*,
//! *café* by *cafe*. Scripts that do not put spaces between words are cut into overlapping pairs of characters.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{Part, SearchFilter, SearchQuery};

/// Characters of a word that count; the rest of a longer one is ignored.
const WORD_MAX: usize = 64;
/// Words of a query that count.
const TERMS_MAX: usize = 12;
/// From this length on, the last word of a query also finds what begins with it.
const PREFIX_MIN: usize = 3;

/// A word of a text, with its place in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// In the form that is compared. Letters, digits and marks only: it means nothing to any database's query syntax.
    pub folded: String,
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// Words that must follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// In the form of [`Word::folded`]; never empty.
    pub words: Vec<String>,
    /// Whether the last word may go on.
    pub is_prefix: bool,
    /// Only in the requester's name and address.
    pub requester_only: bool,
    /// Whether the ticket must not have them.
    pub excluded: bool,
}

/// Whether a script is written without spaces, so that pairs of characters stand for words.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{11FF}' | '\u{1780}'..='\u{17FF}' | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30FF}' | '\u{3130}'..='\u{318F}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FFDC}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_of_word(c: char) -> bool {
    // Joiners and the soft hyphen stand inside words and do not part them.
    c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{200C}' | '\u{200D}' | '\u{AD}')
}

/// Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, the Arabic stretcher: people leave them out.
const fn is_left_out(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

/// Nothing that any database's query syntax knows.
fn is_kept(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.chars().take(WORD_MAX).map(|c| c.to_ascii_lowercase()).collect();
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.nfkd().filter(|c| !is_left_out(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'ς' => folded.push('σ'),
            'ı' => folded.push('i'),
            c => folded.push(c),
        }
    }
    folded.nfkc().filter(|c| is_kept(*c)).take(WORD_MAX).collect()
}

/// The words of a text, in its order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::with_capacity(text.len() / 6);
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if !is_of_word(first) {
            continue;
        }
        let unspaced = is_unspaced(first);
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = rest.next_if(|(_, c)| is_of_word(*c) && is_unspaced(*c) == unspaced) {
            end = at + c.len_utf8();
        }
        if unspaced {
            pairs(text, start, end, &mut found);
        } else {
            let folded = fold(&text[start..end]);
            if !folded.is_empty() {
                found.push(Word { folded, start, end });
            }
        }
    }
    found
}

/// Every pair of neighbours, and the last character alone, so that a single one is found wherever it stands.
fn pairs(text: &str, start: usize, end: usize, found: &mut Vec<Word>) {
    let run = &text[start..end];
    let folded: Vec<char> = run.nfkc().flat_map(char::to_lowercase).filter(|c| is_kept(*c)).collect();
    let places: Vec<usize> = run.char_indices().map(|(at, _)| start + at).chain([end]).collect();
    // Where folding joins characters (half-width kana and their marks), all pairs stand for the whole run.
    let aligned = places.len() == folded.len() + 1;
    for (index, first) in folded.iter().enumerate() {
        let mut pair = String::from(*first);
        pair.extend(folded.get(index + 1));
        let (start, end) = if aligned { (places[index], places[(index + 2).min(folded.len())]) } else { (start, end) };
        found.push(Word { folded: pair, start, end });
    }
}

/// What a query's words must be found as. Its other operators are none of these.
#[must_use]
pub fn terms(query: &SearchQuery) -> Vec<Term> {
    let last = query.parts.len().saturating_sub(1);
    let mut terms = Vec::new();
    for (index, part) in query.parts.iter().enumerate() {
        let (text, requester_only, excluded) = match part {
            Part::Word(text) | Part::Phrase(text) => (text, false, false),
            Part::Filter { filter: SearchFilter::From(text), excluded } => (text, true, *excluded),
            Part::Filter { .. } => continue,
        };
        let may_go_on = index == last && matches!(part, Part::Word(_));
        terms.extend(term(text, may_go_on).map(|term| Term { requester_only, excluded, ..term }));
    }
    terms.truncate(TERMS_MAX);
    terms
}

fn term(text: &str, may_go_on: bool) -> Option<Term> {
    let mut words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
    let is_pair = |word: &str| word.chars().all(is_unspaced);
    let mut is_prefix = may_go_on && words.last().is_some_and(|word| word.chars().count() >= PREFIX_MIN);
    if words.last().is_some_and(|last| is_pair(last) && last.chars().count() == 1) {
        // The last character alone: in the text it may be followed by another. A pair says enough, a single one stands for its pairs.
        if words.len() > 1 && is_pair(&words[words.len() - 2]) {
            words.pop();
        } else {
            is_prefix = true;
        }
    }
    (!words.is_empty()).then_some(Term { words, is_prefix, requester_only: false, excluded: false })
}

impl Term {
    /// How many words of `text` from `at` on this term covers; none when it does not stand there.
    #[must_use]
    pub fn matches_at(&self, text: &[Word], at: usize) -> Option<usize> {
        let found = text.get(at..at + self.words.len())?;
        let last = self.words.len() - 1;
        let same = found.iter().zip(&self.words).enumerate().all(|(index, (word, wanted))| {
            if index == last && self.is_prefix { word.folded.starts_with(wanted) } else { word.folded == *wanted }
        });
        same.then_some(self.words.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    fn finds(query: &str, text: &str) -> bool {
        let text = words(text);
        let terms = terms(&SearchQuery::parse(query));
        !terms.is_empty() && terms.iter().all(|term| (0..text.len()).any(|at| term.matches_at(&text, at).is_some()))
    }

    #[test]
    fn case_width_and_diacritics_do_not_matter() {
        assert_eq!(folded("Die Straße, GROẞ & schön!"), ["die", "strasse", "gross", "schon"]);
        assert_eq!(folded("L’été à Besançon, œuvre"), ["l", "ete", "a", "besancon", "œuvre"]);
        assert_eq!(folded("مُحَمَّدٌ مـــحمد"), ["محمد", "محمد"]);
        assert_eq!(folded("ＡＢＣ ﬁne ΟΔΟΣ İstanbul"), ["abc", "fine", "οδοσ", "istanbul"]);
        assert_eq!(folded("mia.o'brien+x@example.com #42"), ["mia", "o", "brien", "x", "example", "com", "42"]);
        assert_eq!(folded("नमस्ते soft\u{AD}hyphen 😀 \u{301}"), ["नमस्ते", "softhyphen"]);
        assert_eq!(folded("東京タワー tower"), ["東京", "京タ", "タワ", "ワー", "ー", "tower"]);
    }

    #[test]
    fn scripts_without_spaces_are_found_by_any_part() {
        for query in ["東京", "京タ", "東京タワー", "ワー", "京", "東", "東京タ", "東京タワー tow"]
        {
            assert!(finds(query, "東京タワー tower"), "{query}");
        }
        for query in ["東タ", "京東", "塔", "\"tower 東京\""] {
            assert!(!finds(query, "東京タワー tower"), "{query}");
        }
        assert!(finds("환불", "환불을 원합니다"));
        assert!(finds("ｶﾞﾗｽ", "ガラス"));
    }

    #[test]
    fn the_last_word_finds_what_begins_with_it_and_phrases_are_whole() {
        assert!(finds("my ord", "Where is my order?"));
        assert!(!finds("ord my", "Where is my order?"));
        assert!(!finds("\"my ord\"", "Where is my order?"));
        assert!(!finds("or", "Where is my order?"), "two letters would find half of everything");
        assert!(finds("mia@example.com", "Mia <mia@example.com>"));
        assert!(!finds("mia@example.com", "mia of example.com"));
    }

    #[test]
    fn only_words_and_requesters_are_terms() {
        let terms = terms(&SearchQuery::parse("-from:mia is:open \"a b\" ... refund"));
        let term = |words: &[&str], is_prefix, requester_only| Term {
            words: words.iter().map(ToString::to_string).collect(),
            is_prefix,
            requester_only,
            excluded: requester_only,
        };
        assert_eq!(
            terms,
            [term(&["mia"], false, true), term(&["a", "b"], false, false), term(&["refund"], true, false)]
        );
    }

    proptest! {
        /// No engine's syntax can be in a word, and what is folded once stays as it is.
        #[test]
        fn words_are_letters_digits_and_marks(text in "\\PC{0,40}") {
            for word in words(&text) {
                prop_assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end) && word.start < word.end);
                prop_assert!(!word.folded.is_empty() && word.folded.chars().count() <= WORD_MAX);
                prop_assert!(word.folded.chars().all(is_kept), "{:?}", word);
                prop_assert!(word.folded.chars().all(|c| !c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit()));
            }
        }

        #[test]
        fn a_text_finds_itself(text in "[\\p{L}\\p{N} .,]{1,40}") {
            prop_assume!(!folded(&text).is_empty());
            let found = words(&text);
            let term = term(&text, false).unwrap();
            prop_assert!((0..found.len()).any(|at| term.matches_at(&found, at).is_some()), "{:?} {:?}", term, found);
        }
    }
}
