//! Packages from npm, exactly as their lock file names them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{debian, process, step};

/// Installs the packages of a folder unless they are there already; gives its `node_modules`.
pub(crate) fn install(folder: &Path) -> Result<PathBuf> {
    debian::ensure(&[debian::Need::program("node", "nodejs"), debian::Need::program("npm", "npm")])?;
    let lock_file = folder.join("package-lock.json");
    let lock = fs::read(&lock_file).with_context(|| format!("cannot read {}", lock_file.display()))?;
    let modules = folder.join("node_modules");
    let stamp = modules.join(".installed-package-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(modules);
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    step::silent(&format!("npm ci ({name})"), || {
        // Scripts stay off: esbuild and binaryen work without theirs.
        process::output(
            Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder),
        )?;
        fs::write(&stamp, &lock).with_context(|| format!("cannot write {}", stamp.display()))
    })?;
    Ok(modules)
}
