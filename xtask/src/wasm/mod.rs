//! `cargo xtask wasm`: what a browser loads, from Rust, JavaScript and CSS sources to embedded files.

mod apt;
mod assets;
mod bindgen;
mod budget;
mod bundle;
mod css;
mod inputs;
mod rustc_web;
mod script;
mod toolchain;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use self::assets::Manifest;
use self::bundle::{BUNDLES, Bundle};
use self::inputs::Stamp;
use self::toolchain::Toolchain;
use crate::project::Project;
use crate::{npm, step};

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Also fill this folder, for hosts that set SUPPORT_ASSETS.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["check_only", "only"])]
    out: Option<PathBuf>,
    /// Build nothing; fail unless everything is up to date and within its budget.
    #[arg(long)]
    check_only: bool,
    /// Leave the other bundle as it is.
    #[arg(long, value_enum)]
    only: Option<bundle::Name>,
}

pub(crate) fn wasm(project: &Project, options: &Options) -> Result<()> {
    let bundles: Vec<_> = BUNDLES.iter().filter(|bundle| options.only.is_none_or(|name| name == bundle.name)).collect();
    let manifests = if options.check_only { check(project, &bundles)? } else { build(project, &bundles)? };
    budget::print(&manifests);
    if let Some(out) = &options.out {
        assets::copy(project, &manifests, out)?;
    }
    budget::check(&manifests)
}

/// Builds what changed since the last call, without a word about budgets.
pub(crate) fn build_all(project: &Project) -> Result<()> {
    let manifests = build(project, &BUNDLES.iter().collect::<Vec<_>>())?;
    if let Err(error) = budget::check(&manifests) {
        eprintln!("warning: {error}");
    }
    Ok(())
}

fn check(project: &Project, bundles: &[&Bundle]) -> Result<Vec<(Bundle, Manifest)>> {
    let toolchain = Toolchain::probe(project)?;
    bundles
        .iter()
        .map(|bundle| match up_to_date(project, bundle, toolchain.as_ref())? {
            (_, Some(manifest)) => Ok((**bundle, manifest)),
            (_, None) => bail!("{} is not up to date: run cargo xtask wasm", bundle.assets),
        })
        .collect()
}

fn build(project: &Project, bundles: &[&Bundle]) -> Result<Vec<(Bundle, Manifest)>> {
    let probed = Toolchain::probe(project)?;
    let mut manifests = Vec::new();
    for bundle in bundles {
        let (mut stamp, current) = up_to_date(project, bundle, probed.as_ref())?;
        let manifest = if let Some(manifest) = current {
            manifest
        } else {
            bundle.require_sources(project)?;
            let toolchain = Toolchain::provide(project)?;
            let manifest = build_one(project, bundle, &toolchain)?;
            stamp.set_toolchain(toolchain.id());
            stamp.save(project, bundle)?;
            manifest
        };
        manifests.push((**bundle, manifest));
    }
    Ok(manifests)
}

/// The stamp of the sources as they are, and the built files' manifest where it belongs to that stamp.
fn up_to_date(project: &Project, bundle: &Bundle, toolchain: Option<&Toolchain>) -> Result<(Stamp, Option<Manifest>)> {
    let mut stamp = Stamp::of(project, bundle)?;
    let Some(toolchain) = toolchain else {
        return Ok((stamp, None));
    };
    stamp.set_toolchain(toolchain.id());
    let manifest = if stamp.is_saved(project, bundle) { Manifest::load_intact(project, bundle) } else { None };
    Ok((stamp, manifest))
}

fn build_one(project: &Project, bundle: &Bundle, toolchain: &Toolchain) -> Result<Manifest> {
    let tools = npm::install(&project.root.join("xtask/npm"))?;
    let mut files = Vec::new();
    for (entry, name) in bundle.styles {
        files.push(((*name).to_owned(), css::bundle(&project.root.join(entry))?));
    }
    let module = step::shown(&format!("build {} for wasm32", bundle.package), || toolchain.build(project, bundle))?;
    let raw = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let generated = bindgen::generate(project, bundle, &tools, &raw)?;
    files.extend(script::build(project, bundle, &tools, &generated.glue)?);
    files.push((bundle.module(), generated.module));
    assets::write(project, bundle, &files)
}
