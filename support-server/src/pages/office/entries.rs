//! What stands in a form, and what is wrong with it.

use std::{cell::RefCell, collections::BTreeSet};

use support_core::protocol::{FieldError, Problem};

/// The names and values of a form, as a browser posts them: a name may stand there several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entries(Vec<(String, String)>);

impl Entries {
    /// What was posted.
    #[must_use]
    pub const fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// With a further value.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "numbers, words and ids are given as they come")]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// With a checked box, or without.
    #[must_use]
    pub fn with_check(self, name: &str, is_checked: bool) -> Self {
        if is_checked { self.with(name, "on") } else { self }
    }

    /// The value, or nothing.
    #[must_use]
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The value without spaces around it; `None` when there is nothing.
    #[must_use]
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.one(name).trim()).filter(|value| !value.is_empty())
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a value stands there.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(key, known)| key == name && known == value)
    }

    /// Whether a box is checked.
    #[must_use]
    pub fn is_checked(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

/// Why a form was refused. A control takes what is wrong with it; the rest stands above the form.
#[derive(Debug, Clone, Default)]
pub struct Wrong {
    /// What concerns the form as a whole.
    sentence: Option<String>,
    errors: Vec<FieldError>,
    shown: RefCell<BTreeSet<usize>>,
}

impl Wrong {
    /// A sentence about the whole form.
    #[must_use]
    pub fn about_all(sentence: String) -> Self {
        Self { sentence: Some(sentence), ..Self::default() }
    }

    /// Adds what is wrong at a pointer.
    pub(in crate::pages) fn add(&mut self, pointer: String, detail: &str) {
        self.errors.push(FieldError { pointer, code: "form".to_owned(), detail: detail.to_owned() });
    }

    /// The value, unless something is wrong.
    pub(in crate::pages) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_nothing() { Ok(value) } else { Err(self) }
    }

    /// What the API said.
    #[must_use]
    pub fn of(problem: &Problem) -> Self {
        let sentence = problem.errors.is_empty().then(|| problem.detail.clone());
        Self { sentence, errors: problem.errors.clone(), shown: RefCell::default() }
    }

    /// What is wrong at a pointer or below it.
    pub(super) fn take(&self, pointer: &str) -> Option<String> {
        self.take_where(|found| {
            let rest = found.strip_prefix(pointer);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// What is wrong at a pointer.
    pub(super) fn take_own(&self, pointer: &str) -> Option<String> {
        self.take_where(|found| found == pointer)
    }

    fn take_where(&self, is_here: impl Fn(&str) -> bool) -> Option<String> {
        let mut sentences = Vec::new();
        for (index, error) in self.errors.iter().enumerate().filter(|(_, error)| is_here(&error.pointer)) {
            self.shown.borrow_mut().insert(index);
            sentences.push(as_sentence(&error.detail));
        }
        sentences.dedup();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    /// What no control has taken. Asked after the controls were made.
    pub(super) fn rest(&self) -> Vec<String> {
        let shown = self.shown.borrow();
        let rest = self.errors.iter().enumerate().filter(|(index, _)| !shown.contains(index));
        let told = rest.map(|(_, error)| match error.pointer.trim_start_matches('/') {
            "" => as_sentence(&error.detail),
            field => format!("{}: {}", field.replace(['_', '/'], " "), as_sentence(&error.detail)),
        });
        self.sentence.iter().cloned().chain(told).collect()
    }

    /// Whether the form is fine.
    pub(super) fn is_nothing(&self) -> bool {
        self.sentence.is_none() && self.errors.is_empty()
    }
}

/// `must not be empty` as it stands alone under a field.
fn as_sentence(detail: &str) -> String {
    let mut letters = detail.trim().chars();
    let start = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let sentence = format!("{start}{}", letters.as_str());
    if sentence.ends_with(['.', '!', '?']) { sentence } else { format!("{sentence}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(errors: &[(&str, &str)]) -> Wrong {
        let error = |(pointer, detail): &(&str, &str)| FieldError {
            pointer: (*pointer).to_owned(),
            code: "x".to_owned(),
            detail: (*detail).to_owned(),
        };
        Wrong { errors: errors.iter().map(error).collect(), ..Wrong::default() }
    }

    #[test]
    fn a_control_takes_its_own_errors_and_the_rest_stays() {
        let wrong =
            wrong(&[("/name", "must not be empty"), ("/hours/monday/0", "ends before it starts"), ("/x", "no")]);
        assert_eq!(wrong.take("/name").as_deref(), Some("Must not be empty."));
        assert_eq!(wrong.take("/na"), None, "a pointer is more than a prefix");
        assert_eq!(wrong.take("/hours/monday").as_deref(), Some("Ends before it starts."));
        assert_eq!(wrong.rest(), ["x: No."]);
    }

    #[test]
    fn a_name_may_stand_there_several_times() {
        let entries =
            Entries::default().with("members", "a").with("members", "b").with("name", " ").with_check("on", false);
        assert_eq!(entries.all("members").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((entries.one("members"), entries.some("name"), entries.is_checked("on")), ("a", None, false));
        assert!(entries.has("members", "b") && !entries.has("members", "c"));
    }
}
