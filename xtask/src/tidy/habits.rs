//! Habits inside Rust and browser tests: exceptions with a reason, no sleeping tests, names that say something.

use super::Finding;
use super::code::{Source, is_name, lines_where, lines_with_word};

const EMPTY_SUFFIXES: [&str; 3] = ["Manager", "Service", "Impl"];
const DEFINITIONS: [&str; 4] = ["struct ", "enum ", "trait ", "type "];

pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut all = |rule, lines: Vec<usize>, message: &str| {
        findings.extend(lines.into_iter().map(|line| Finding::new(rule, source, line, message)));
    };
    all(
        "allow",
        lines_where(&source.code, |line| line.contains("#[allow(") || line.contains("#![allow(")),
        "use #[expect(…, reason = \"…\")], which ends with its cause",
    );
    all(
        "ignore",
        lines_where(&source.code, |line| line.contains("#[ignore")),
        "a test that nobody runs: repair or remove it",
    );
    all(
        "empty-name",
        lines_where(&source.production, defines_empty_name),
        "a name that says nothing: which verb, which noun?",
    );
    if source.is_in("tests/it/") {
        all("sleep", lines_with_word(&source.code, "sleep"), "wait for the event, not for the time");
    }
    if source.is_in("tests/browser/") && source.path.ends_with(".mjs") {
        let waits = lines_where(&source.text, |line| line.contains("waitForTimeout("));
        all("sleep", waits, "wait for what the page shows, not for the time");
    }
    findings
}

fn defines_empty_name(line: &str) -> bool {
    DEFINITIONS.iter().any(|definition| {
        let Some(start) = line.find(definition) else {
            return false;
        };
        let begins = !line[..start].chars().next_back().is_some_and(is_name);
        let name: String =
            line[start + definition.len()..].chars().take_while(|character| is_name(*character)).collect();
        begins && EMPTY_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
    })
}

#[cfg(test)]
mod tests {
    use super::super::code::Source;
    use super::check;

    fn rules(path: &str, text: &str) -> Vec<(&'static str, usize)> {
        let source = Source::new(path.to_owned(), text.to_owned());
        check(&source).into_iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    #[test]
    fn exceptions_need_a_reason_and_names_a_meaning() {
        assert_eq!(
            rules("a/src/b.rs", "#[allow(dead_code)]\npub(crate) struct TicketManager;"),
            [("allow", 1), ("empty-name", 2)]
        );
        assert_eq!(rules("a/src/b.rs", "impl tower::Service<X> for Door {}\nenum Identity { Service }"), []);
    }

    #[test]
    fn tests_do_not_sleep() {
        assert_eq!(
            rules("tests/it/tickets.rs", "#[ignore]\nfn a() { tokio::time::sleep(second) }"),
            [("ignore", 1), ("sleep", 2)]
        );
        assert_eq!(rules("tests/browser/journey.test.mjs", "await page.waitForTimeout(5);"), [("sleep", 1)]);
        assert_eq!(rules("support-core/src/outbox/worker.rs", "fn a() { sleep(backoff) }"), []);
    }
}
