//! A source file as rules see it: with its lines in place, without what no rule is about.

/// A file of the repository.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    /// The text of a Rust file with comments, literals and test modules blanked out.
    pub(crate) production: String,
    /// The same with its test modules.
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(path: String, text: String) -> Self {
        let (code, production) = if path.ends_with(".rs") {
            let code = without_comments_and_literals(&text);
            let production = if is_test_file(&path) { String::new() } else { without_test_modules(&code) };
            (code, production)
        } else {
            (String::new(), String::new())
        };
        Self { path, text, production, code }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default()
    }

    pub(crate) fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.starts_with("tests/")
}

/// Numbers, from one, of the lines that hold the word.
pub(crate) fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    lines_where(code, |line| has_word(line, word))
}

pub(crate) fn lines_where(code: &str, test: impl Fn(&str) -> bool) -> Vec<usize> {
    code.lines().zip(1..).filter(|(line, _)| test(line)).map(|(_, number)| number).collect()
}

/// Whether the text holds the word, or path of words, and not just as a part of a longer name.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

pub(crate) fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Blanks comments and the insides of string and character literals, byte for byte but for line ends.
fn without_comments_and_literals(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            'r' | 'b' | 'c' if !is_name(previous) => raw_string(rest).unwrap_or(0),
            '"' => string(rest),
            '\'' => character(rest).unwrap_or(0),
            _ => 0,
        };
        if length == 0 {
            out.push(first);
            previous = first;
            rest = &rest[first.len_utf8()..];
        } else {
            out.extend(rest[..length].chars().map(|blanked| if blanked == '\n' { '\n' } else { ' ' }));
            previous = ' ';
            rest = &rest[length..];
        }
    }
    out
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#` and their byte and C forms.
fn raw_string(text: &str) -> Option<usize> {
    let after_prefix = text.trim_start_matches(['b', 'c']).strip_prefix('r')?;
    let hashes = after_prefix.len() - after_prefix.trim_start_matches('#').len();
    let body = after_prefix[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = text.len() - body.len();
    Some(body.find(&end).map_or(text.len(), |found| start + found + end.len()))
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal; none for a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if first == '\\' {
        characters.next()?;
        return characters.find(|(_, character)| *character == '\'').map(|(at, _)| at + 1);
    }
    characters.next().filter(|(_, character)| *character == '\'').map(|(at, _)| at + 1)
}

/// Blanks what `#[cfg(test)]` stands before: a module, a function, an import.
fn without_test_modules(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        out.push_str(&rest[..start]);
        let length = item(&rest[start..]);
        out.extend(rest[start..start + length].chars().filter(|character| *character == '\n'));
        rest = &rest[start + length..];
    }
    out.push_str(rest);
    out
}

/// The length of the item at the start: to its semicolon, or to the brace that closes its body.
fn item(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, character) in code.char_indices() {
        match character {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::{Source, has_word, lines_with_word};

    fn source(text: &str) -> Source {
        Source::new("support-core/src/desk/open.rs".to_owned(), text.to_owned())
    }

    #[test]
    fn comments_and_literals_are_blanked_and_lines_stay() {
        let source = source(
            "//! axum\nlet a = \"axum \\\" axum\"; /* axum /* axum */\n axum */ b::<'a>('\"', r#\"axum \" axum\"#);\nsqlx::x();",
        );
        assert!(!has_word(&source.code, "axum"));
        assert_eq!(lines_with_word(&source.code, "sqlx"), [4]);
        assert!(source.code.contains("b::<'a>"));
    }

    #[test]
    fn test_modules_are_no_production_code() {
        let source = source(
            "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { sqlx(); }\n}\nfn c() { axum(); }\n#[cfg(test)]\nmod more;\nuse late;",
        );
        assert!(!has_word(&source.production, "sqlx"));
        assert_eq!(lines_with_word(&source.production, "axum"), [6]);
        assert_eq!(lines_with_word(&source.production, "late"), [9]);
        assert!(has_word(&source.code, "sqlx"));
    }

    #[test]
    fn a_word_is_no_part_of_a_longer_name() {
        assert!(has_word("use axum::Router;", "axum"));
        assert!(!has_word("use axum_extra::x; my_axum()", "axum"));
        assert!(has_word("let t = Utc::now();", "Utc::now"));
    }
}
