//! The two bundles: the chat widget inside `support-core`, the dashboard inside `support-server`.

use anyhow::{Result, bail};

use crate::project::Project;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Name {
    Widget,
    Dashboard,
}

/// Files that together must stay below a number of bytes after Brotli.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    pub(crate) what: &'static str,
    pub(crate) files: &'static [&'static str],
    pub(crate) brotli_bytes: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Bundle {
    pub(crate) name: Name,
    /// The crate that is compiled for the browser.
    pub(crate) package: &'static str,
    pub(crate) features: &'static [&'static str],
    /// The folder that is embedded into a server.
    pub(crate) assets: &'static str,
    /// `panel` stands for the script `panel.js`, which imports `./panel_glue.js` and starts `panel_bg.wasm`.
    pub(crate) stem: &'static str,
    /// Every file directly in this folder becomes one script; what they share lies in folders below.
    pub(crate) scripts: &'static str,
    /// The one script that is no module and that the server fills in.
    pub(crate) loader: Option<&'static str>,
    /// Entry file and built file of each style sheet.
    pub(crate) styles: &'static [(&'static str, &'static str)],
    pub(crate) budgets: &'static [Budget],
    /// Files and folders whose change may change the result.
    pub(crate) inputs: &'static [&'static str],
}

pub(crate) const BUNDLES: &[Bundle] = &[
    Bundle {
        name: Name::Widget,
        package: "support-widget",
        features: &[],
        assets: "support-core/assets",
        stem: "panel",
        scripts: "support-widget/loader",
        loader: Some("loader.js"),
        styles: &[("style/widget.css", "panel.css")],
        budgets: &[
            Budget { what: "loader", files: &["loader.js"], brotli_bytes: 4 * 1024 },
            Budget { what: "panel", files: &["panel_bg.wasm", "panel.js", "panel.css"], brotli_bytes: 64 * 1024 },
        ],
        inputs: &["support-widget", "support-core/Cargo.toml", "support-core/build.rs", "support-core/src", "style"],
    },
    Bundle {
        name: Name::Dashboard,
        package: "support-server",
        features: &["--no-default-features", "--features", "hydrate"],
        assets: "support-server/assets",
        stem: "dashboard",
        scripts: "support-server/browser",
        loader: None,
        styles: &[
            ("style/dashboard.css", "dashboard.css"),
            ("style/portal.css", "portal.css"),
            ("style/settings.css", "settings.css"),
        ],
        budgets: &[Budget { what: "dashboard", files: &["dashboard_bg.wasm"], brotli_bytes: 300 * 1024 }],
        inputs: &[
            "support-server/Cargo.toml",
            "support-server/build.rs",
            "support-server/browser",
            "support-server/src",
            "support-core/Cargo.toml",
            "support-core/build.rs",
            "support-core/src",
            "style",
        ],
    },
];

impl Bundle {
    /// The file name of the compiled module before wasm-bindgen.
    pub(crate) fn compiled(&self) -> String {
        format!("{}.wasm", self.package.replace('-', "_"))
    }

    pub(crate) fn glue(&self) -> String {
        format!("{}_glue", self.stem)
    }

    pub(crate) fn module(&self) -> String {
        format!("{}_bg.wasm", self.stem)
    }

    /// One sentence for a missing entry file, instead of a compiler's error later.
    pub(crate) fn require_sources(&self, project: &Project) -> Result<()> {
        let scripts = self.loader.iter().map(|name| (*name).to_owned());
        let scripts = scripts.chain([format!("{}.js", self.stem)]);
        let scripts = scripts.map(|name| format!("{}/{name}", self.scripts));
        let styles = self.styles.iter().map(|(entry, _)| (*entry).to_owned());
        let missing: Vec<_> = scripts.chain(styles).filter(|entry| !project.root.join(entry).is_file()).collect();
        if !missing.is_empty() {
            bail!("{} cannot be built: the sources have no {}", self.assets, missing.join(", "));
        }
        Ok(())
    }
}
