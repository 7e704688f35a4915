//! Debian's `rustc-web`, unpacked once a machine into the user's cache: needs apt and dpkg, but no root.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::apt::Apt;
use crate::project::Project;
use crate::{process, step};

const COMPILER: &str = "rustc-web";
const SOURCE: &str = "rust-web-src";
const LIBRARIES: &str = "libstd-rust-web";
/// Of the source package only what building the standard library takes.
const SOURCE_PARTS: &[&str] = &["./usr/lib/rustlib/*", "./usr/src/rustc-*/library/*", "./usr/src/rustc-*/Cargo.lock"];

#[derive(Debug)]
pub(crate) struct RustcWeb {
    folder: PathBuf,
    version: String,
}

impl RustcWeb {
    /// The newest unpacked compiler that is new enough for this workspace.
    pub(crate) fn cached(project: &Project) -> Result<Option<Self>> {
        let mut found = Vec::new();
        for entry in project.cache()?.read_dir().context("cannot list the cache")?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(&format!("{COMPILER}-")) {
                found.extend(Self::open(&entry.path()).ok());
            }
        }
        found.retain(Self::is_new_enough);
        Ok(found.into_iter().max_by_key(|compiler| release(&compiler.version)))
    }

    /// Downloads and unpacks what Debian has today.
    pub(crate) fn fetch(project: &Project) -> Result<Self> {
        let cache = project.cache()?;
        // Unpacked beside its final place, so that a rename publishes it whole or not at all.
        let work = tempfile::Builder::new().prefix(".unpack-").tempdir_in(cache)?;
        let apt = Apt::new(work.path())?;
        step::silent("apt-get update (private lists)", || apt.update())?;
        let folder = cache.join(format!("{COMPILER}-{}", apt.version(COMPILER)?.replace([':', '/'], "_")));
        let mut packages = vec![COMPILER.to_owned(), SOURCE.to_owned()];
        packages.extend(apt.libraries(COMPILER, LIBRARIES)?);
        step::silent(&format!("download {}", packages.join(" ")), || apt.download(&packages))?;
        let root = work.path().join("root");
        step::silent("unpack the compiler", || unpack(&apt.downloads(), &root))?;
        write_wrapper(&root, &folder)?;
        if let Err(error) = fs::rename(&root, &folder)
            && !folder.is_dir()
        {
            return Err(error).with_context(|| format!("cannot create {}", folder.display()));
        }
        let compiler = Self::open(&folder)?;
        if !compiler.is_new_enough() {
            bail!("Debian's {COMPILER} is {}, too old for this workspace", compiler.version);
        }
        Ok(compiler)
    }

    pub(crate) fn wrapper(&self) -> PathBuf {
        self.folder.join("rustc")
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    fn open(folder: &Path) -> Result<Self> {
        let version = process::output(Command::new(folder.join("rustc")).arg("--version"))?.trim().to_owned();
        Ok(Self { folder: folder.to_path_buf(), version })
    }

    fn is_new_enough(&self) -> bool {
        release(&self.version) >= release(concat!("rustc ", env!("CARGO_PKG_RUST_VERSION")))
    }
}

/// Major and minor number in `rustc 1.96.0 (…)`.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split(' ').nth(1)?.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

fn unpack(downloads: &Path, root: &Path) -> Result<()> {
    fs::create_dir_all(root).with_context(|| format!("cannot create {}", root.display()))?;
    for entry in downloads.read_dir().context("cannot list the downloads")?.flatten() {
        let archive = entry.path();
        if entry.file_name().to_string_lossy().starts_with(SOURCE) {
            unpack_parts(&archive, root)?;
        } else {
            process::output(Command::new("dpkg").arg("-x").args([&archive, root]))?;
        }
    }
    Ok(())
}

fn unpack_parts(archive: &Path, root: &Path) -> Result<()> {
    let mut stream = Command::new("dpkg")
        .arg("--fsys-tarfile")
        .arg(archive)
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start dpkg")?;
    let archive = stream.stdout.take().context("dpkg has no output")?;
    let mut tar = Command::new("tar");
    tar.arg("-x").arg("-C").arg(root).arg("--wildcards").args(SOURCE_PARTS).stdin(archive);
    process::run(&mut tar)?;
    if !stream.wait().context("cannot wait for dpkg")?.success() {
        bail!("dpkg could not read the source package");
    }
    Ok(())
}

/// A script in the place of rustc: its libraries are nobody else's business, cargo's least of all.
fn write_wrapper(root: &Path, folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let libraries = root.join("usr/lib").read_dir().context("the packages hold no libraries")?.flatten();
    let libraries = libraries
        .map(|entry| entry.path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-linux-gnu")))
        .context("the packages hold no libraries for this machine")?;
    let libraries = folder.join(libraries.strip_prefix(root)?);
    let script = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH='{}' exec '{}' \"$@\"\n",
        libraries.display(),
        folder.join("usr/bin/rustc").display()
    );
    let wrapper = root.join("rustc");
    fs::write(&wrapper, script).with_context(|| format!("cannot write {}", wrapper.display()))?;
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
    Ok(())
}
