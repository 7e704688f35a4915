//! The built files of dashboard and portal.

use std::sync::Arc;

use axum::{Extension, extract::RawPathParams, http::HeaderMap, response::Response};
use support_core::{Error, Result, http::Assets};

#[derive(rust_embed::RustEmbed)]
#[folder = "assets/"]
#[allow_missing = true]
struct Embedded;

/// The files, shared by all requests.
#[derive(Debug, Clone)]
pub(crate) struct DeskAssets(Arc<Assets>);

impl Default for DeskAssets {
    fn default() -> Self {
        Self(Arc::new(Assets::new(None, |file| Embedded::get(file).map(|file| file.data))))
    }
}

impl DeskAssets {
    /// The address of a file, with its version.
    pub(crate) fn address(&self, base: &str, file: &str) -> String {
        format!("{base}/admin/a/{}/{file}", self.0.version(file))
    }
}

pub(super) async fn serve(
    Extension(assets): Extension<DeskAssets>,
    params: RawPathParams,
    headers: HeaderMap,
) -> Result<Response> {
    let named = |name| params.iter().filter(|(key, _)| *key == name).last().map(|(_, value)| value);
    let (Some(version), Some(file)) = (named("version"), named("file")) else { return Err(Error::NotFound) };
    assets.0.serve(file, version, &headers)
}
