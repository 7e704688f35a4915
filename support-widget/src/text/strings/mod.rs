//! Everything that the panel says, by language. `{}` stands for a name or an address.

mod ar;
mod de;
mod en;

/// One language.
#[derive(Debug)]
pub(crate) struct Strings {
    /// The language tag, for `lang` and for times.
    pub(crate) tag: &'static str,
    pub(crate) rtl: bool,
    pub(crate) close: &'static str,
    pub(crate) new_conversation: &'static str,
    pub(crate) messages: &'static str,
    pub(crate) you: &'static str,
    pub(crate) intro: &'static str,
    pub(crate) write: &'static str,
    pub(crate) send: &'static str,
    pub(crate) attach: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) too_large: &'static str,
    pub(crate) earlier: &'static str,
    pub(crate) loading: &'static str,
    pub(crate) load_failed: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) today: &'static str,
    pub(crate) yesterday: &'static str,
    pub(crate) queued: &'static str,
    pub(crate) sending: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) delivered: &'static str,
    pub(crate) read: &'static str,
    pub(crate) deleted: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) discard: &'static str,
    pub(crate) typing: &'static str,
    pub(crate) newer: &'static str,
    pub(crate) resolved: &'static str,
    pub(crate) offline: &'static str,
    pub(crate) reconnecting: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) ask_email: &'static str,
    pub(crate) email: &'static str,
    pub(crate) save: &'static str,
    pub(crate) not_now: &'static str,
    pub(crate) no_address: &'static str,
    pub(crate) unreachable: &'static str,
    pub(crate) email_saved: &'static str,
}

/// The strings for a language tag such as `de-AT`; English where we do not speak it.
pub(crate) fn strings_for(locale: &str) -> &'static Strings {
    let language = locale.split(['-', '_']).next().unwrap_or_default();
    let known = [&en::STRINGS, &de::STRINGS, &ar::STRINGS];
    known.into_iter().find(|strings| strings.tag.eq_ignore_ascii_case(language)).unwrap_or(&en::STRINGS)
}

/// Puts a value where the string has its place for it.
pub(crate) fn fill(string: &str, value: &str) -> String {
    let (before, after) = string.split_once(['{', '}']).unwrap_or((string, ""));
    [before, value, after.trim_start_matches('}')].concat()
}

#[cfg(test)]
mod tests {
    use super::{fill, strings_for};

    #[test]
    fn the_region_does_not_matter_and_english_is_the_fallback() {
        assert_eq!(strings_for("de-AT").tag, "de");
        assert_eq!(strings_for("AR").tag, "ar");
        assert_eq!(strings_for("tlh").tag, "en");
        assert_eq!(strings_for("").tag, "en");
    }

    #[test]
    fn every_language_keeps_the_place_of_the_value() {
        for tag in ["en", "de", "ar"] {
            let strings = strings_for(tag);
            assert_eq!(strings.tag, tag);
            assert!(fill(strings.typing, "Ana").contains("Ana"), "{tag}");
            assert!(fill(strings.email_saved, "a@b.example").contains("a@b.example"), "{tag}");
        }
    }
}
