//! A compiler for wasm32: the installed one where it has that target, else Debian's.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use super::bundle::Bundle;
use super::rustc_web::RustcWeb;
use crate::cargo::cargo;
use crate::process;
use crate::project::Project;

const TARGET: &str = "wasm32-unknown-unknown";
/// What only a standard library of one's own can have: a panic is a trap without a message, since nobody reads one in a
/// browser, and formatting, allocation and collections are compiled for size.
const LEAN: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";
const HOW: &str = "there is no Rust standard library for wasm32 here: run `rustup target add wasm32-unknown-unknown`";

#[derive(Debug)]
pub(crate) enum Toolchain {
    /// The installed compiler has the target's standard library.
    Installed { id: String },
    /// Debian's compiler builds the standard library from its source package.
    Debian(RustcWeb),
}

impl Toolchain {
    /// What is on the machine already, without any download.
    pub(crate) fn probe(project: &Project) -> Result<Option<Self>> {
        let libraries = PathBuf::from(rustc(&["--print", "target-libdir", "--target", TARGET])?.trim());
        if holds_standard_library(&libraries) {
            return Ok(Some(Self::Installed { id: rustc(&["-vV"])? }));
        }
        Ok(RustcWeb::cached(project)?.map(Self::Debian))
    }

    /// What is on the machine, or else what apt can bring without root.
    pub(crate) fn provide(project: &Project) -> Result<Self> {
        if let Some(toolchain) = Self::probe(project)? {
            return Ok(toolchain);
        }
        if !Apt::is_here() {
            bail!(HOW);
        }
        RustcWeb::fetch(project).map(Self::Debian).context(HOW)
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Installed { id } => id,
            Self::Debian(compiler) => compiler.version(),
        }
    }

    /// Compiles a bundle's crate and gives the module's path.
    pub(crate) fn build(&self, project: &Project, bundle: &Bundle) -> Result<PathBuf> {
        let target = project.target.join("wasm");
        let mut command = cargo(project);
        // `rustc --crate-type` and not `build`: beside an rlib cargo leaves link-time optimisation out.
        command.args(["rustc", "--lib", "--crate-type", "cdylib", "--profile", "wasm", "--target", TARGET]);
        command.args(["--package", bundle.package]).args(bundle.features).arg("--target-dir").arg(&target);
        if let Self::Debian(compiler) = self {
            command.env("RUSTC", compiler.wrapper()).env("RUSTC_BOOTSTRAP", "1");
            command.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", LEAN);
            if let Some(linker) = installed_linker()? {
                command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            }
        }
        process::run(&mut command)?;
        Ok(target.join(TARGET).join("wasm").join(bundle.compiled()))
    }
}

fn rustc(arguments: &[&str]) -> Result<String> {
    process::output(Command::new("rustc").args(arguments))
}

fn holds_standard_library(folder: &Path) -> bool {
    let Ok(entries) = folder.read_dir() else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

/// The linker that comes with the installed compiler; Debian's has none for wasm.
fn installed_linker() -> Result<Option<PathBuf>> {
    let libraries = PathBuf::from(rustc(&["--print", "target-libdir"])?.trim());
    let linker = libraries.with_file_name("bin").join("rust-lld");
    Ok(linker.is_file().then_some(linker).or_else(|| process::find("wasm-ld")))
}
