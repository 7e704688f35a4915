//! CSV: RFC 4180, and no cell that a spreadsheet would take for a formula.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use futures_util::Stream;

use crate::error::{Error, Result};

/// One record, cell by cell.
#[derive(Debug, Default)]
pub struct Line(String);

impl Line {
    /// A whole record of texts.
    #[must_use]
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
        cells.into_iter().fold(Self::default(), Self::text).end()
    }

    /// A text, from whomever. What would start a formula is made a text by an apostrophe, as spreadsheets themselves do.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.separate();
        let apostrophe = if text.starts_with(starts_formula) { "'" } else { "" };
        if text.contains(['"', ',', '\r', '\n']) {
            self.0.push('"');
            self.0.push_str(apostrophe);
            self.0.push_str(&text.replace('"', "\"\""));
            self.0.push('"');
        } else {
            self.0.push_str(apostrophe);
            self.0.push_str(text);
        }
        self
    }

    /// The record with its line end.
    pub(super) fn end(self) -> String {
        let mut line = self.0;
        // The mark that stands before the first cell.
        line.drain(..usize::from(!line.is_empty()));
        line.push_str("\r\n");
        line
    }

    fn separate(&mut self) {
        self.0.push(',');
    }
}

/// What makes spreadsheets read a cell as a formula, in both widths.
const fn starts_formula(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

/// A file to keep, sent part by part as it is read. When the client leaves, reading stops.
pub(super) fn file(name: &str, parts: impl Stream<Item = Result<String>> + Send + 'static) -> Result<Response> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Error::internal)?);
    Ok((headers, Body::from_stream(parts)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_only_there() {
        assert_eq!(
            Line::of(["plain", "", "with, comma", "with \"quotes\"", "two\nlines"]),
            "plain,,\"with, comma\",\"with \"\"quotes\"\"\",\"two\nlines\"\r\n"
        );
        assert_eq!(Line::of([]), "\r\n");
        assert_eq!(Line::of([""]), "\r\n");
    }

    // SEC: X-01
    #[test]
    fn no_cell_is_a_formula() {
        for first in ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"] {
            let line = Line::of(["x", &format!("{first}HYPERLINK(\"http://evil.test\")")]);
            let cell = line.strip_prefix("x,\"'").expect("quoted, and a text");
            assert_eq!(cell, format!("{first}HYPERLINK(\"\"http://evil.test\"\")\"\r\n"));
            assert_eq!(Line::of([first]).trim_start_matches('"').chars().next(), Some('\''), "{first:?}");
        }
        // Inside a text they are harmless.
        assert_eq!(Line::of(["a=b", "1+1", "a@b.test"]), "a=b,1+1,a@b.test\r\n");
    }
}
