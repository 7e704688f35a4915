//! JSON as ours.

use serde::de::DeserializeOwned;

/// Reads JSON; none where it is not of this shape.
///
/// In a browser the browser's own parser does it. What is read from its objects needs no code for arrays that stand for objects, which
/// is a third of what reads the protocol.
#[cfg(target_arch = "wasm32")]
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(json).ok()?).ok()
}

/// Reads JSON; none where it is not of this shape.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}
