//! Rules about whole files: their names, their size, their first line, what must not be in any of them.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use super::Finding;
use super::code::{Source, is_name, lines_where};
use crate::process;
use crate::project::Project;

/// Lines of production code, without blank lines and comments, above which a file needs a reason.
const MOST_LINES: usize = 400;
const VAGUE_NAMES: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "misc"];
/// Folders that only some machines have.
const MACHINE_FOLDERS: [&str; 3] = ["root", "work", "home"];
const REGISTRY_HOSTS: [&str; 6] = [
    concat!("registry.", "npmjs.org"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("files.", "pythonhosted.org"),
    concat!("deb.", "debian.org"),
    concat!("proxy.", "golang.org"),
];

/// Every file that is tracked or about to be.
pub(crate) fn load(project: &Project) -> Result<Vec<Source>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(&project.root);
    let listed = process::output(&mut git)?;
    let mut sources = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        let file = project.root.join(path);
        // A file that was deleted and not yet committed is still listed.
        if file.is_file() {
            let content = fs::read(&file).with_context(|| format!("cannot read {path}"))?;
            sources.push(Source::new(path.to_owned(), String::from_utf8_lossy(&content).into_owned()));
        }
    }
    Ok(sources)
}

pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut whole = |rule, message: String| findings.push(Finding::new(rule, source, 0, message));
    if source.text.contains('\0') {
        whole("binary", "a binary file: build it, do not track it".to_owned());
        return findings;
    }
    let vague = source
        .path
        .split('/')
        .map(|part| part.split('.').next().unwrap_or_default())
        .find(|name| VAGUE_NAMES.contains(name));
    if let Some(name) = vague {
        whole("vague-name", format!("{name} says nothing: name the thing that is in it"));
    }
    if source.is_rust() {
        if source.stem() != "tests" && !source.text.starts_with("//!") {
            whole("first-line", "does not begin with a //! sentence that says what the file is for".to_owned());
        }
        let lines = source.production.lines().filter(|line| !line.trim().is_empty()).count();
        if lines > MOST_LINES {
            whole("size", format!("{lines} lines of production code, and above {MOST_LINES} needs a reason: split it"));
        }
    }
    for line in lines_where(&source.text, names_machine_folder) {
        findings.push(Finding::new("machine-path", source, line, "an absolute path of one machine"));
    }
    for line in lines_where(&source.text, |line| REGISTRY_HOSTS.iter().any(|host| line.contains(host))) {
        findings.push(Finding::new(
            "registry-host",
            source,
            line,
            "a registry's host name: leave the choice to the client",
        ));
    }
    findings
}

/// An absolute path, not a part of a relative one or of an address.
fn names_machine_folder(line: &str) -> bool {
    MACHINE_FOLDERS.iter().any(|folder| {
        line.match_indices(&format!("/{folder}/")).any(|(start, _)| {
            let before = line[..start].chars().next_back();
            !before.is_some_and(|before| is_name(before) || "/.-}*)~".contains(before))
        })
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
    fn a_file_has_a_name_a_first_line_and_no_binary_content() {
        assert_eq!(rules("support-core/src/desk/utils.rs", "//! X.\n"), [("vague-name", 0)]);
        assert_eq!(rules("support-core/src/helpers/mod.rs", "//! X.\n"), [("vague-name", 0)]);
        assert_eq!(rules("support-core/src/desk/open.rs", "fn a() {}\n"), [("first-line", 0)]);
        assert_eq!(rules("logo.png", "PNG\0"), [("binary", 0)]);
    }

    #[test]
    fn four_hundred_lines_are_enough_and_tests_do_not_count() {
        let long = format!("//! X.\n{}", "fn a() {}\n".repeat(401));
        assert_eq!(rules("support-core/src/desk/open.rs", &long), [("size", 0)]);
        let tested = format!("//! X.\n#[cfg(test)]\nmod tests {{\n{}}}\n", "fn a() {}\n".repeat(401));
        assert_eq!(rules("support-core/src/desk/open.rs", &tested), []);
    }

    #[test]
    fn paths_of_one_machine_are_found_and_relative_ones_are_not() {
        let folder = concat!("/ho", "me/");
        assert_eq!(rules("README.md", &format!("in `{folder}ada/clone`")), [("machine-path", 1)]);
        assert_eq!(rules("README.md", &format!("https://example.com{folder}x and ..{folder}x")), []);
    }
}
