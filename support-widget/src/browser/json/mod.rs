//! JSON by the browser's own parser, and wire types out of what it gives.
//!
//! `serde-wasm-bindgen` and `serde_json` both explain every error in words, with float printing and all. Nobody reads those words
//! in a chat panel, and they cost a third of its size.

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

use wasm_bindgen::JsValue;

/// The JSON does not fit the type. No words, so that no code is spent on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unfit;

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unfit")
    }
}

impl std::error::Error for Unfit {}

impl serde::ser::Error for Unfit {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Each of these would print what it found by default.
impl serde::de::Error for Unfit {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// Parses a text into a wire type.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    read(js_sys::JSON::parse(text).ok()?).ok()
}

/// A plain object, for `postMessage`.
pub(crate) fn object<T: serde::Serialize>(value: &T) -> Option<JsValue> {
    js_sys::JSON::parse(&write(value)?).ok()
}
