//! A hash over all that goes into a bundle, so that an unchanged one is not built again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::bundle::Bundle;
use crate::project::Project;

/// What every bundle depends on besides its own sources.
const SHARED: &[&str] =
    &["Cargo.toml", "Cargo.lock", "xtask/Cargo.toml", "xtask/src/wasm", "xtask/npm/package-lock.json"];

#[derive(Debug)]
pub(crate) struct Stamp {
    sources: String,
    toolchain: String,
}

impl Stamp {
    pub(crate) fn of(project: &Project, bundle: &Bundle) -> Result<Self> {
        let mut hash = Sha256::new();
        for input in SHARED.iter().chain(bundle.inputs) {
            for entry in WalkDir::new(project.root.join(input)).sort_by_file_name() {
                // An input that does not exist is one that the bundle does without.
                let Ok(entry) = entry else { continue };
                if entry.file_type().is_file() {
                    add(&mut hash, &project.root, entry.path())?;
                }
            }
        }
        Ok(Self { sources: hex::encode(hash.finalize()), toolchain: String::new() })
    }

    pub(crate) fn set_toolchain(&mut self, id: &str) {
        id.clone_into(&mut self.toolchain);
    }

    pub(crate) fn is_saved(&self, project: &Project, bundle: &Bundle) -> bool {
        fs::read_to_string(file(project, bundle)).is_ok_and(|saved| saved == self.text())
    }

    pub(crate) fn save(&self, project: &Project, bundle: &Bundle) -> Result<()> {
        let file = file(project, bundle);
        fs::write(&file, self.text()).with_context(|| format!("cannot write {}", file.display()))
    }

    fn text(&self) -> String {
        format!("{}\n{}\n", self.sources, self.toolchain)
    }
}

fn add(hash: &mut Sha256, root: &Path, file: &Path) -> Result<()> {
    let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file.strip_prefix(root).unwrap_or(file).to_string_lossy();
    hash.update(name.as_bytes());
    hash.update([0]);
    hash.update((content.len() as u64).to_le_bytes());
    hash.update(content);
    Ok(())
}

fn file(project: &Project, bundle: &Bundle) -> PathBuf {
    project.target.join("wasm").join(format!("{}.inputs", bundle.package))
}
