//! Built files beside their manifest, each replaced whole, so that a server never embeds half of one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::bundle::Bundle;
use crate::project::Project;
use crate::step;

const MANIFEST: &str = "manifest.json";
const BROTLI_QUALITY: i32 = 11;

/// What the servers read: names, hashes for the URLs, sizes.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Manifest {
    pub(crate) files: BTreeMap<String, Built>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Built {
    pub(crate) file: String,
    pub(crate) sha256: String,
    pub(crate) bytes: usize,
    pub(crate) gzip: usize,
    pub(crate) brotli: usize,
}

impl Manifest {
    /// The manifest of a folder whose files are still the ones that it names.
    pub(crate) fn load_intact(project: &Project, bundle: &Bundle) -> Option<Self> {
        let folder = project.root.join(bundle.assets);
        let manifest: Self = serde_json::from_slice(&fs::read(folder.join(MANIFEST)).ok()?).ok()?;
        manifest.files.values().all(|built| built.is_intact(&folder)).then_some(manifest)
    }
}

impl Built {
    fn is_intact(&self, folder: &Path) -> bool {
        fs::read(folder.join(&self.file)).is_ok_and(|content| digest(&content) == self.sha256)
            && fs::metadata(folder.join(compressed(&self.file))).is_ok_and(|file| file.len() == self.brotli as u64)
    }
}

/// Writes the files, their Brotli form and the manifest, the manifest last; removes what an earlier build left.
pub(crate) fn write(project: &Project, bundle: &Bundle, files: &[(String, Vec<u8>)]) -> Result<Manifest> {
    let folder = project.root.join(bundle.assets);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let earlier = Manifest::load_intact(project, bundle).unwrap_or_default();
    let mut manifest = Manifest::default();
    step::silent(&format!("compress {}", bundle.assets), || {
        for (name, content) in files {
            let built = match earlier.files.get(name) {
                Some(built) if built.sha256 == digest(content) => built.clone(),
                _ => compress(&folder, name, content)?,
            };
            manifest.files.insert(name.clone(), built);
        }
        Ok(())
    })?;
    replace(&folder, MANIFEST, &json(&manifest)?)?;
    for gone in earlier.files.keys().filter(|name| !manifest.files.contains_key(*name)) {
        fs::remove_file(folder.join(gone))?;
        fs::remove_file(folder.join(compressed(gone)))?;
    }
    Ok(manifest)
}

/// Copies every bundle into one folder with one manifest: no two bundles share a file name.
pub(crate) fn copy(project: &Project, manifests: &[(Bundle, Manifest)], out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let mut all = Manifest::default();
    for (bundle, manifest) in manifests {
        let folder = project.root.join(bundle.assets);
        for (name, built) in &manifest.files {
            for file in [name.clone(), compressed(name)] {
                let content = fs::read(folder.join(&file)).with_context(|| format!("cannot read {file}"))?;
                replace(out, &file, &content)?;
            }
            all.files.insert(name.clone(), built.clone());
        }
    }
    replace(out, MANIFEST, &json(&all)?)
}

fn compress(folder: &Path, name: &str, content: &[u8]) -> Result<Built> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content)?;
    let gzip = gzip.finish()?.len();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        size_hint: content.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut brotli = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut brotli, &parameters)?;
    replace(folder, name, content)?;
    replace(folder, &compressed(name), &brotli)?;
    Ok(Built { file: name.to_owned(), sha256: digest(content), bytes: content.len(), gzip, brotli: brotli.len() })
}

fn replace(folder: &Path, name: &str, content: &[u8]) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut file = tempfile::Builder::new()
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(folder)
        .with_context(|| format!("cannot write in {}", folder.display()))?;
    file.write_all(content)?;
    file.persist(folder.join(name)).with_context(|| format!("cannot write {name}"))?;
    Ok(())
}

fn json(manifest: &Manifest) -> Result<Vec<u8>> {
    let mut json = serde_json::to_vec_pretty(manifest)?;
    json.push(b'\n');
    Ok(json)
}

fn compressed(name: &str) -> String {
    format!("{name}.br")
}

fn digest(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}
