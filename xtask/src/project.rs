//! Where things are: the clone, cargo's target folder, and the cache that outlives a clone.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    cache: PathBuf,
}

impl Project {
    pub(crate) fn find() -> Result<Self> {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the folder of xtask has no parent")?.to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
        Ok(Self { root, target, cache: user_cache()?.join("support-xtask") })
    }

    /// A folder for what a machine needs once, created on first use.
    pub(crate) fn cache(&self) -> Result<&Path> {
        std::fs::create_dir_all(&self.cache).with_context(|| format!("cannot create {}", self.cache.display()))?;
        Ok(&self.cache)
    }
}

fn user_cache() -> Result<PathBuf> {
    if let Some(cache) = env::var_os("XDG_CACHE_HOME").filter(|cache| !cache.is_empty()) {
        return Ok(cache.into());
    }
    let home = env::home_dir().context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(home.join(".cache"))
}
