//! `cargo xtask contract`: a running server held to its OpenAPI document, and a client generated from it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::cargo;
use crate::debian::{self, Need};
use crate::project::Project;
use crate::{npm, process, step};

const FOLDER: &str = "tests/contract";

pub(crate) fn contract(project: &Project) -> Result<()> {
    npm::install(&project.root.join(FOLDER))?;
    let python = python(project)?;
    let mut build = cargo(project);
    build.args(["build", "--package", "support-server", "--bin", "support-server"]);
    step::shown("build support-server", || process::run(&mut build))?;
    let output = project.target.join("contract");
    if output.exists() {
        fs::remove_dir_all(&output).with_context(|| format!("cannot empty {}", output.display()))?;
    }
    let mut check = Command::new(python);
    check.arg(project.root.join(FOLDER).join("check.py"));
    check.arg(project.target.join("debug/support-server")).arg(output);
    step::shown("schemathesis and the generated client", || process::run(&mut check))
}

/// A Python of our own with the packages that `requirements.txt` pins; made once a machine.
fn python(project: &Project) -> Result<PathBuf> {
    let has_venv = process::output(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_ok();
    debian::ensure(&[Need::found(has_venv, "python3-venv")])?;
    let list = project.root.join(FOLDER).join("requirements.txt");
    let wanted = fs::read(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let folder = project.cache()?.join("contract-python");
    let (python, stamp) = (folder.join("bin/python"), folder.join("requirements.txt"));
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) && python.is_file() {
        return Ok(python);
    }
    step::silent("pip install schemathesis", || {
        process::output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check", "--requirement"]);
        process::output(pip.arg(&list))?;
        fs::write(&stamp, &wanted).with_context(|| format!("cannot write {}", stamp.display()))
    })?;
    Ok(python)
}
