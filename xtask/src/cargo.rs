//! Cargo called from inside cargo.

use std::env;
use std::process::Command;

use crate::project::Project;

/// A cargo command in the root of the clone, without what `cargo run` told xtask about itself:
/// build scripts that watch those variables would rebuild their crates at every other call.
pub(crate) fn cargo(project: &Project) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&project.root);
    for (name, _) in env::vars_os() {
        let told =
            name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if told {
            command.env_remove(name);
        }
    }
    command
}
