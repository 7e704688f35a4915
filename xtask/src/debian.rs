//! System packages on Debian and its relatives: installed where we may, named where we may not.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{process, step};

/// Something that must be on the machine, and the package that brings it.
#[derive(Debug)]
pub(crate) struct Need {
    present: bool,
    package: &'static str,
}

impl Need {
    pub(crate) fn program(name: &str, package: &'static str) -> Self {
        Self { present: process::find(name).is_some(), package }
    }

    pub(crate) fn found(present: bool, package: &'static str) -> Self {
        Self { present, package }
    }
}

/// Installs what is missing; without apt or rights, one sentence says what to install.
pub(crate) fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<_> = needs.iter().filter(|need| !need.present).map(|need| need.package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    let Some(apt) = process::find("apt-get") else {
        bail!("install these first, under the names that your system gives them: {packages}");
    };
    let install = |arguments: &[&str]| -> Result<()> {
        let mut command = elevated(&apt)?;
        command.args(["-qq", "-o", "Dpkg::Use-Pty=0"]).args(arguments);
        process::output(&mut command).map(drop)
    };
    let help = format!("run this first: apt-get install {packages}");
    step::silent(&format!("apt-get install {packages}"), || {
        install(&["update"]).map_err(|error| error.context(help.clone()))?;
        let arguments: Vec<_> = ["install", "-y", "--no-install-recommends"].into_iter().chain(missing).collect();
        install(&arguments).map_err(|error| error.context(help.clone()))
    })
}

/// apt-get as root: we are, or sudo makes us so without asking for a password.
fn elevated(apt: &Path) -> Result<Command> {
    let mut command = if is_root()? {
        Command::new("env")
    } else if process::find("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.args(["--non-interactive", "env"]);
        sudo
    } else {
        bail!("neither root nor sudo");
    };
    command.arg("DEBIAN_FRONTEND=noninteractive").arg(apt);
    Ok(command)
}

pub(crate) fn is_root() -> Result<bool> {
    Ok(process::output(Command::new("id").arg("-u"))?.trim() == "0")
}
