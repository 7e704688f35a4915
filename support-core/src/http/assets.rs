//! Built files: embedded, or from a folder. The widget's are this crate's; a crate that builds on this one serves its own alike.

use std::{
    borrow::Cow,
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

#[derive(rust_embed::RustEmbed)]
#[folder = "assets/"]
#[allow_missing = true]
struct Embedded;

/// The environment variable that names a folder of built files.
const VARIABLE: &str = "SUPPORT_ASSETS";

/// A file that was built into the program.
type Lookup = fn(&str) -> Option<Cow<'static, [u8]>>;

/// Built files under addresses with their content's hash. Missing ones answer 503 and name the command that builds them.
#[derive(Debug)]
pub struct Assets {
    folder: Option<PathBuf>,
    embedded: Lookup,
    versions: Mutex<HashMap<String, String>>,
}

impl Assets {
    pub(crate) fn widget(folder: Option<PathBuf>) -> Self {
        Self::new(folder, |file| Embedded::get(file).map(|file| file.data))
    }

    /// Files from `folder`, else from the folder that `SUPPORT_ASSETS` names, else from the program itself.
    #[must_use]
    pub fn new(folder: Option<PathBuf>, embedded: Lookup) -> Self {
        let folder = folder.or_else(|| std::env::var_os(VARIABLE).map(PathBuf::from));
        Self { folder, embedded, versions: Mutex::new(HashMap::new()) }
    }

    fn bytes(&self, file: &str) -> Option<Cow<'static, [u8]>> {
        if file.contains(['/', '\\']) || file.starts_with('.') {
            return None;
        }
        match &self.folder {
            Some(folder) => std::fs::read(Path::new(folder).join(file)).ok().map(Cow::Owned),
            None => (self.embedded)(file),
        }
    }

    pub(crate) fn text(&self, file: &str) -> Result<String> {
        let bytes = self.bytes(file).ok_or_else(|| missing(file))?;
        String::from_utf8(bytes.into_owned()).map_err(Error::internal)
    }

    /// Stands in the file's address; another content has another one. Computed once.
    pub fn version(&self, file: &str) -> String {
        let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(version) = versions.get(file) {
            return version.clone();
        }
        let Some(bytes) = self.bytes(file) else { return "missing".to_owned() };
        let version = digest(&bytes);
        versions.insert(file.to_owned(), version.clone());
        version
    }

    /// The file under its versioned address. Another version's address is 404: a page never mixes two builds.
    ///
    /// # Errors
    /// When there is no such file, or it was not built.
    pub fn serve(&self, file: &str, version: &str, request: &HeaderMap) -> Result<Response> {
        let mime = match file.rsplit_once('.').map(|(_, extension)| extension) {
            Some("js") => "text/javascript; charset=utf-8",
            Some("wasm") => "application/wasm",
            Some("css") => "text/css; charset=utf-8",
            _ => return Err(Error::NotFound),
        };
        let bytes = self.bytes(file).ok_or_else(|| missing(file))?;
        if self.version(file) != version {
            return Err(Error::NotFound);
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let compressed = accepted.split(',').any(|coding| coding.trim().split(';').next() == Some("br"));
        if let Some(smaller) = compressed.then(|| self.bytes(&format!("{file}.br"))).flatten() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            return Ok((headers, smaller).into_response());
        }
        Ok((headers, bytes).into_response())
    }
}

fn missing(file: &str) -> Error {
    Error::Unavailable(format!("{file} is not built: run `cargo xtask wasm`").into())
}

/// A strong entity tag of some bytes.
pub(super) fn tag(bytes: &[u8]) -> String {
    format!("\"{}\"", digest(bytes))
}

/// Tells contents apart: half of a SHA-256 is plenty.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}
