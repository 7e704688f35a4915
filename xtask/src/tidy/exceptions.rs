//! The exceptions that were argued, and nothing that no longer needs one.

use super::Finding;

/// A rule, a file, and why the rule does not hold there.
struct Exception {
    rule: &'static str,
    path: &'static str,
    reason: &'static str,
}

const EXCEPTIONS: &[Exception] = &[];

/// Takes out what is excepted; an exception that excepts nothing is a finding itself.
pub(crate) fn apply(findings: Vec<Finding>) -> Vec<Finding> {
    apply_these(EXCEPTIONS, findings)
}

fn apply_these(exceptions: &[Exception], findings: Vec<Finding>) -> Vec<Finding> {
    let excepts =
        |exception: &Exception, finding: &Finding| exception.rule == finding.rule && exception.path == finding.path;
    let unused = exceptions.iter().filter(|exception| !findings.iter().any(|finding| excepts(exception, finding)));
    let mut left: Vec<_> = unused
        .map(|exception| Finding {
            rule: "exception",
            path: exception.path.to_owned(),
            line: 0,
            message: format!(
                "no longer breaks the rule {}; remove the exception ({})",
                exception.rule, exception.reason
            ),
        })
        .collect();
    left.extend(findings.into_iter().filter(|finding| !exceptions.iter().any(|exception| excepts(exception, finding))));
    left
}

#[cfg(test)]
mod tests {
    use super::super::Finding;
    use super::{Exception, apply_these};

    #[test]
    fn an_exception_holds_for_its_rule_and_file_and_must_be_needed() {
        let exceptions = [
            Exception { rule: "size", path: "a.rs", reason: "a table" },
            Exception { rule: "size", path: "gone.rs", reason: "a table" },
        ];
        let finding = |rule, path: &str| Finding { rule, path: path.to_owned(), line: 0, message: String::new() };
        let left =
            apply_these(&exceptions, vec![finding("size", "a.rs"), finding("allow", "a.rs"), finding("size", "b.rs")]);
        let left: Vec<_> = left.iter().map(|finding| (finding.rule, finding.path.as_str())).collect();
        assert_eq!(left, [("exception", "gone.rs"), ("allow", "a.rs"), ("size", "b.rs")]);
    }
}
