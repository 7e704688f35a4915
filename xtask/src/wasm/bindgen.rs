//! From the compiled module to what a browser loads: wasm-bindgen, wasm-opt, esbuild.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use super::bundle::Bundle;
use crate::project::Project;
use crate::{process, step};

/// What Rust's wasm32 target emits. Never all features: wasm-opt then writes imports that Chromium refuses.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

#[derive(Debug)]
pub(crate) struct Generated {
    pub(crate) module: Vec<u8>,
    /// The folder of the glue script and its snippets.
    pub(crate) glue: PathBuf,
}

/// Keeps its last result, so that a new style sheet or a comment costs no minute of wasm-opt.
pub(crate) fn generate(project: &Project, bundle: &Bundle, tools: &Path, raw: &[u8]) -> Result<Generated> {
    let folder = project.target.join("wasm/generated").join(bundle.package);
    let (module, glue) = (folder.join(bundle.module()), folder.join("glue"));
    let key = key(project, raw)?;
    let key_file = folder.join("key");
    if !fs::read_to_string(&key_file).is_ok_and(|saved| saved == key) {
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        step::silent(&format!("wasm-bindgen {}", bundle.module()), || bind(bundle, raw, &glue))?;
        let bound = glue.join(format!("{}_bg.wasm", bundle.glue()));
        step::silent(&format!("wasm-opt {}", bundle.module()), || optimise(tools, &bound, &module))?;
        fs::write(&key_file, key).with_context(|| format!("cannot write {}", key_file.display()))?;
    }
    let module = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    Ok(Generated { module, glue })
}

fn key(project: &Project, raw: &[u8]) -> Result<String> {
    let mut hash = Sha256::new();
    for tool in ["xtask/npm/package-lock.json", "xtask/Cargo.toml"] {
        hash.update(fs::read(project.root.join(tool)).with_context(|| format!("cannot read {tool}"))?);
    }
    hash.update(include_bytes!("bindgen.rs"));
    hash.update(raw);
    Ok(hex::encode(hash.finalize()))
}

fn bind(bundle: &Bundle, raw: &[u8], glue: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes(&bundle.glue(), raw.to_vec()).web(true)?.typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(glue)
}

fn optimise(tools: &Path, bound: &Path, module: &Path) -> Result<()> {
    let mut command = Command::new(tools.join(".bin/wasm-opt"));
    command.arg("-Oz").args(FEATURES).arg(bound).arg("-o").arg(module);
    process::output(&mut command).map(drop)
}
