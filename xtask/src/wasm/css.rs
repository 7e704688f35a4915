//! Style sheets: one file out of an entry and its imports, minified, nothing rewritten for old browsers.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions};

pub(crate) fn bundle(entry: &Path) -> Result<Vec<u8>> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let explain = |problem: String| anyhow!("{}: {problem}", entry.display());
    let mut sheet = bundler.bundle(entry).map_err(|error| explain(error.to_string()))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| explain(error.to_string()))?;
    let printed = sheet
        .to_css(PrinterOptions { minify: true, ..PrinterOptions::default() })
        .map_err(|error| explain(error.to_string()))?;
    Ok(printed.code.into_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::bundle;

    #[test]
    fn imports_become_one_sheet_and_keep_their_layer() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("base.css"), ":root { color: oklch(50% 0.1 200); }").expect("written");
        let entry = folder.path().join("entry.css");
        fs::write(
            &entry,
            "@layer base, page;\n@import './base.css' layer(base);\n@layer page { a { b { gap: 1px; } } }",
        )
        .expect("written");
        let css = String::from_utf8(bundle(&entry).expect("bundled")).expect("UTF-8");
        assert_eq!(css, "@layer base{:root{color:oklch(50% .1 200)}}@layer page{a{& b{gap:1px}}}");
    }

    #[test]
    fn a_broken_sheet_is_an_error_that_names_the_imported_file() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("broken.css"), "a { color: red;; } }").expect("written");
        let entry = folder.path().join("entry.css");
        fs::write(&entry, "@import './broken.css';").expect("written");
        let error = bundle(&entry).expect_err("refused").to_string();
        assert!(error.contains("broken.css"), "{error}");
    }
}
