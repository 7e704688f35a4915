//! Every line of the security checklist that is due names the test that proves it: `// SEC: A-03, P-02`.

use std::collections::BTreeSet;

use super::Finding;
use super::code::Source;

const LIST: &str = "docs/security-lines.txt";
const MARK: &str = "SEC: ";

pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(list) = sources.iter().find(|source| source.path == LIST) else { return Vec::new() };
    let marked: BTreeSet<_> = sources.iter().filter(|source| source.path != LIST).flat_map(marks).collect();
    let due = list.text.lines().zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    let mut findings = Vec::new();
    for (line, number) in due {
        match line.split_once(' ') {
            None if !is_id(line) => {
                findings.push(Finding::new(
                    "security",
                    list,
                    number,
                    format!("`{line}` is no number of the checklist"),
                ));
            }
            None if !marked.contains(line) => {
                let message = format!("no test is marked `// {MARK}{line}`");
                findings.push(Finding::new("security", list, number, message));
            }
            Some((id, _)) if marked.contains(id) => {
                findings.push(Finding::new(
                    "security",
                    list,
                    number,
                    format!("{id} has a test by now: it waits no longer"),
                ));
            }
            None | Some(_) => {}
        }
    }
    findings
}

/// The numbers that a file's tests name: above a test or inside one, never in production code.
fn marks(source: &Source) -> Vec<&str> {
    let is_script = source.path.starts_with("tests/") && source.path.ends_with(".mjs");
    if !source.is_rust() && !is_script {
        return Vec::new();
    }
    let from = source.text.find("#[cfg(test)]");
    let tests = match from {
        _ if source.path.starts_with("tests/") || source.path.ends_with("/tests.rs") => source.text.as_str(),
        Some(from) => &source.text[from..],
        None => "",
    };
    let marks = tests
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("//")?.trim_start_matches('/').trim().strip_prefix(MARK));
    marks.flat_map(|marks| marks.split([',', ' ', ':', ';'])).filter(|word| is_id(word)).collect()
}

/// `A-01`: a letter, a hyphen, two digits.
fn is_id(word: &str) -> bool {
    matches!(word.as_bytes(), [b'A'..=b'Z', b'-', b'0'..=b'9', b'0'..=b'9'])
}

#[cfg(test)]
mod tests {
    use super::super::code::Source;
    use super::{LIST, check};

    fn found(list: &str, test: &str) -> Vec<String> {
        let sources = [(LIST, list), ("tests/it/a.rs", test), ("core/src/b.rs", "// SEC: A-09\nfn b() {}\n")];
        let sources = sources.map(|(path, text)| Source::new(path.to_owned(), text.to_owned()));
        check(&sources).into_iter().map(|finding| format!("{} {}", finding.line, finding.message)).collect()
    }

    #[test]
    fn a_line_without_a_test_is_found() {
        let test = "/// SEC: A-01, N-02: both\n#[test]\nfn a() {}\n    // SEC: P-03\n";
        assert_eq!(found("# due\n\nA-01\nN-02\nP-03\n", test), Vec::<String>::new());
        assert_eq!(found("A-01\nA-09\n", test), ["2 no test is marked `// SEC: A-09`"]);
    }

    #[test]
    fn a_line_that_waits_says_for_what_and_only_while_it_does() {
        assert_eq!(found("A-09 waits for files\n", ""), Vec::<String>::new());
        assert_eq!(found("A-01 waits for files\n", "// SEC: A-01\n"), ["1 A-01 has a test by now: it waits no longer"]);
        assert_eq!(found("A-1\n", ""), ["1 `A-1` is no number of the checklist"]);
    }
}
