//! A browser for the tests: Chromium with at least one font.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::debian::{self, Need};
use crate::process;

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The browser that `CHROMIUM` names, or one that is installed, or Debian's.
pub(crate) fn ensure() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("CHROMIUM") {
        return Ok(chosen.into());
    }
    // The fonts' family covers right-to-left scripts, which the widget's tests show.
    debian::ensure(&[Need::found(find().is_some(), "chromium"), Need::found(has_fonts(), "fonts-noto-core")])?;
    find().context("chromium was installed and is still not in PATH")
}

fn find() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| process::find(name))
}

fn has_fonts() -> bool {
    process::output(&mut Command::new("fc-list")).is_ok_and(|fonts| !fonts.trim().is_empty())
}
