//! JavaScript: bundled and minified by esbuild.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// What the server replaces by a site's settings when it serves the loader.
const PLACEHOLDER: &str = "\"__SUPPORT_CONFIG__\"";

/// The loader: one classic script without imports, its placeholder untouched.
pub(crate) fn loader(tools: &Path, entry: &Path) -> Result<Vec<u8>> {
    let script = esbuild(tools, entry, "iife")?;
    let placeholders = script.matches(PLACEHOLDER).count();
    if placeholders != 1 {
        bail!(
            "{} holds {PLACEHOLDER} {placeholders} times after minification, and the server fills in one",
            entry.display()
        );
    }
    Ok(script.into_bytes())
}

/// The glue that wasm-bindgen wrote, with its snippets, as one module.
pub(crate) fn module(tools: &Path, entry: &Path) -> Result<Vec<u8>> {
    esbuild(tools, entry, "esm").map(String::into_bytes)
}

fn esbuild(tools: &Path, entry: &Path, format: &str) -> Result<String> {
    let mut command = Command::new(tools.join(".bin/esbuild"));
    command.arg(entry).args([
        "--bundle",
        "--minify",
        "--target=es2022",
        "--legal-comments=none",
        "--log-level=warning",
    ]);
    command.arg(format!("--format={format}"));
    process::output(&mut command).with_context(|| format!("cannot minify {}", entry.display()))
}
