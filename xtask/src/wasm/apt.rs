//! apt with state of its own: downloads packages without root and leaves the system's lists alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

const NEEDED: [&str; 5] = ["apt-get", "apt-cache", "dpkg", "dpkg-query", "tar"];
/// Of all that a package names, only what it cannot do without.
const ONLY_DEPENDENCIES: [&str; 6] =
    ["--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances"];

#[derive(Debug)]
pub(crate) struct Apt {
    folder: PathBuf,
}

impl Apt {
    pub(crate) fn is_here() -> bool {
        NEEDED.iter().all(|program| process::find(program).is_some())
    }

    pub(crate) fn new(folder: &Path) -> Result<Self> {
        let apt = Self { folder: folder.join("apt") };
        for part in ["state/lists/partial", "cache/archives/partial", "downloads"] {
            let part = apt.folder.join(part);
            fs::create_dir_all(&part).with_context(|| format!("cannot create {}", part.display()))?;
        }
        Ok(apt)
    }

    pub(crate) fn downloads(&self) -> PathBuf {
        self.folder.join("downloads")
    }

    pub(crate) fn update(&self) -> Result<()> {
        process::output(self.command("apt-get").args(["-qq", "update"])).map(drop)
    }

    pub(crate) fn version(&self, package: &str) -> Result<String> {
        let mut show = self.command("apt-cache");
        let shown = process::output(show.args(["show", "--no-all-versions", package]))?;
        let version = shown.lines().find_map(|line| line.strip_prefix("Version: "));
        Ok(version.with_context(|| format!("apt knows no version of {package}"))?.to_owned())
    }

    /// The libraries that a package needs: those of its own family, and those that are not installed.
    pub(crate) fn libraries(&self, package: &str, family: &str) -> Result<Vec<String>> {
        let mut depends = self.command("apt-cache");
        depends.args(["depends", "--recurse"]).args(ONLY_DEPENDENCIES).arg(package);
        let depends = process::output(&mut depends)?;
        let mut query = Command::new("dpkg-query");
        let installed = process::output(query.args(["-W", "-f", "${db:Status-Status} ${Package}\n"]))?;
        let is_installed = |name: &str| installed.lines().any(|line| line.strip_prefix("installed ") == Some(name));
        let is_needed = |name: &&str| {
            name.starts_with(family) || name.starts_with("lib") && !name.ends_with("-dev") && !is_installed(name)
        };
        Ok(depends.lines().filter(is_needed).map(str::to_owned).collect())
    }

    pub(crate) fn download(&self, packages: &[String]) -> Result<()> {
        process::output(self.command("apt-get").args(["-qq", "download"]).args(packages)).map(drop)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.downloads()).env("LC_ALL", "C");
        for (option, part) in [("Dir::State", "state"), ("Dir::Cache", "cache")] {
            command.arg("-o").arg(format!("{option}={}", self.folder.join(part).display()));
        }
        // The system's list of installed packages stays in force; apt's own user could not write into our folder.
        command.args(["-o", "Dir::State::status=/var/lib/dpkg/status", "-o", "APT::Sandbox::User="]);
        command
    }
}
