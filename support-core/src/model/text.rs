//! What a text field accepts. Normalising to NFC happens at the server's edge; these rules are shared with browsers.

use super::limits;

/// Why a text is refused. `Display` is a sentence for people; `code` is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More characters than the field takes.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The limit in characters.
        max: usize,
    },
    /// A control character other than tab and line feed.
    #[error("must not contain control characters")]
    Control,
    /// No address that mail could be sent to.
    #[error("must be an email address")]
    Email,
}

impl TextError {
    /// The stable code of a field error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::Control => "control_character",
            Self::Email => "invalid_email",
        }
    }
}

/// One line: trimmed, not empty, at most `max` characters, no control characters at all.
///
/// # Errors
/// The first rule that the text breaks.
pub fn line(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(TextError::Control);
    }
    sized(text, max)
}

/// Whether this is one emoji with its modifiers, in at most `max_bytes` bytes. Letters and ASCII other than keycaps are none.
#[must_use]
pub fn is_emoji(text: &str, max_bytes: usize) -> bool {
    let is_part = |letter: char| {
        matches!(u32::from(letter),
            // Joiner, keycap, variation selector, tags of flags.
            0x200D | 0x20E3 | 0xFE0F | 0xE0020..=0xE007F
            // Arrows, technical signs, shapes, symbols, dingbats.
            | 0x2190..=0x2BFF | 0x3030 | 0x303D | 0x3297 | 0x3299 | 0x00A9 | 0x00AE | 0x203C | 0x2049 | 0x2122 | 0x2139
            // Pictographs, with skin tones and the letters of flags.
            | 0x1F000..=0x1FAFF)
    };
    let is_keycap = |letter: char| matches!(letter, '0'..='9' | '#' | '*');
    let base = text.chars().filter(|letter| is_part(*letter) && u32::from(*letter) > 0xAF).count();
    !text.is_empty()
        && text.len() <= max_bytes
        && text.chars().all(|letter| is_part(letter) || is_keycap(letter) && text.contains('\u{20E3}'))
        && (base > 0 || matches!(text, "©" | "®"))
        && text.chars().filter(|letter| matches!(u32::from(*letter), 0x2190..=0x2BFF | 0x1F000..=0x1FAFF)).count() <= 10
}

/// Several lines: line ends become `\n`, trailing white space goes, tabs and line feeds stay.
///
/// # Errors
/// The first rule that the text breaks.
pub fn block(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(TextError::Control);
    }
    sized(text.trim_end().trim_start_matches('\n'), max)
}

fn sized(text: &str, max: usize) -> Result<String, TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    Ok(text.to_owned())
}

/// An address as it is stored and shown: trimmed, the domain in lower case, nothing that a mail header could break on.
///
/// Deliberately narrower than RFC 5322: no quoted local parts, no comments, no address literals.
///
/// # Errors
/// [`TextError::Email`] when it is no such address.
pub fn email(text: &str) -> Result<String, TextError> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@').ok_or(TextError::Email)?;
    let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(c);
    let legal_local = !local.is_empty()
        && local.len() <= 64
        && local.chars().all(atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    if !legal_local || text.len() > limits::EMAIL_MAX_BYTES || !domain.split('.').all(label) {
        return Err(TextError::Email);
    }
    Ok(format!("{local}@{}", domain.to_lowercase()))
}

/// The key that two spellings of one mailbox share: the whole address in lower case.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// What counts as one mailbox where tries are counted: without comments, quotes and what stands behind a `+`, in lower case.
///
/// Two people may share it by chance, which costs them nothing but a count. Never used to find anybody.
#[must_use]
pub fn mailbox_key(email: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::with_capacity(email.len());
    for letter in email.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '"' => {}
            letter if depth == 0 && !letter.is_whitespace() => plain.extend(letter.to_lowercase()),
            _ => {}
        }
    }
    match plain.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split('+').next().unwrap_or_default();
            format!("{local}@{}", domain.trim_end_matches('.'))
        }
        None => plain,
    }
}

/// A client's own id: 1 to 64 of `A-Z a-z 0-9 _ . -`.
#[must_use]
pub fn is_client_id(text: &str) -> bool {
    (1..=limits::CLIENT_ID_MAX_BYTES).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

/// The first words of a body on one line, for lists.
#[must_use]
pub fn preview(body: &str) -> String {
    let mut line = String::new();
    for word in body.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.chars().count() >= limits::PREVIEW_MAX {
            break;
        }
    }
    if line.chars().count() <= limits::PREVIEW_MAX {
        return line;
    }
    let mut cut: String = line.chars().take(limits::PREVIEW_MAX - 1).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_no_line_breaks() {
        assert_eq!(line("  Hello  ", 10), Ok("Hello".to_owned()));
        assert_eq!(line("a\nb", 10), Err(TextError::Control));
        assert_eq!(line("a\u{2028}b", 10), Err(TextError::Control));
        assert_eq!(line("   ", 10), Err(TextError::Empty));
        assert_eq!(line("abcdef", 5), Err(TextError::TooLong { max: 5 }));
    }

    #[test]
    fn a_block_keeps_its_lines_and_indentation() {
        assert_eq!(block("\r\n  a\r\n\tb  \r\n", 10), Ok("  a\n\tb".to_owned()));
        assert_eq!(block("a\u{0}b", 10), Err(TextError::Control));
    }

    #[test]
    fn an_address_is_narrow() {
        assert_eq!(email(" Mia@Example.COM "), Ok("Mia@example.com".to_owned()));
        for bad in ["", "a", "@b.c", "a@", "a b@c.d", "a@b..c", "a\r\n@b.c", "\"a b\"@c.d", "a@[1.2.3.4]", "a(x)@b.c"] {
            assert_eq!(email(bad), Err(TextError::Email), "{bad:?}");
        }
    }

    #[test]
    fn a_preview_is_one_short_line() {
        assert_eq!(preview("a\n\n b\tc"), "a b c");
        let long = preview(&"x".repeat(500));
        assert_eq!(long.chars().count(), limits::PREVIEW_MAX);
        assert!(long.ends_with('…'));
    }
}
