//! JavaScript: bundled and minified by esbuild.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use super::bundle::Bundle;
use crate::process;
use crate::project::Project;

/// What the server replaces by a site's settings when it serves the loader.
const PLACEHOLDER: &str = "\"__SUPPORT_CONFIG__\"";

/// A built script's name and content.
type Script = (String, Vec<u8>);

/// Builds every script of a bundle beside the glue, so that one of them imports it as a file of its own folder.
pub(crate) fn build(project: &Project, bundle: &Bundle, tools: &Path, glue: &Path) -> Result<Vec<Script>> {
    let sources = project.root.join(bundle.scripts);
    let mut scripts = Vec::new();
    for entry in WalkDir::new(&sources).min_depth(1).sort_by_file_name() {
        let entry = entry?;
        let copy = glue.join(entry.path().strip_prefix(&sources)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&copy).with_context(|| format!("cannot create {}", copy.display()))?;
            continue;
        }
        fs::copy(entry.path(), &copy).with_context(|| format!("cannot copy {}", entry.path().display()))?;
        if entry.depth() == 1 && copy.extension().is_some_and(|extension| extension == "js") {
            scripts.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    scripts
        .into_iter()
        .map(|name| {
            let is_loader = bundle.loader == Some(name.as_str());
            let script = esbuild(tools, &glue.join(&name), if is_loader { "iife" } else { "esm" })?;
            if is_loader {
                require_placeholder(&script)?;
            }
            Ok((name, script.into_bytes()))
        })
        .collect()
}

fn esbuild(tools: &Path, entry: &Path, format: &str) -> Result<String> {
    let mut command = Command::new(tools.join(".bin/esbuild"));
    command.arg(entry).args(["--bundle", "--minify", "--target=es2022", "--legal-comments=none"]);
    command.arg("--log-level=warning").arg(format!("--format={format}"));
    process::output(&mut command).with_context(|| format!("cannot minify {}", entry.display()))
}

fn require_placeholder(loader: &str) -> Result<()> {
    match loader.matches(PLACEHOLDER).count() {
        1 => Ok(()),
        count => bail!("the minified loader holds {PLACEHOLDER} {count} times, and the server fills in one"),
    }
}

#[cfg(test)]
mod tests {
    use super::require_placeholder;

    #[test]
    fn the_server_needs_one_place_to_fill_in() {
        assert!(require_placeholder("(c=>c.key)(\"__SUPPORT_CONFIG__\")").is_ok());
        assert!(require_placeholder("(c=>c.key)('__SUPPORT_CONFIG__')").is_err());
        assert!(require_placeholder("a(\"__SUPPORT_CONFIG__\",\"__SUPPORT_CONFIG__\")").is_err());
    }
}
