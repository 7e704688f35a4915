//! Times in the visitor's own zone and language.

use js_sys::{Date, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::text::Strings;

const MINUTE_MS: f64 = 60_000.0;
const DAY_MS: f64 = 86_400_000.0;

/// Writes times for one language.
#[derive(Debug)]
pub(crate) struct Clock {
    time: Function,
    date: Function,
    strings: &'static Strings,
}

impl Clock {
    /// Takes the host's region (`en-GB`), if it speaks the panel's language.
    pub(crate) fn new(locale: &str, strings: &'static Strings) -> Self {
        let speaks = locale.get(..strings.tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(strings.tag));
        let locale = if speaks && is_locale(locale) { locale } else { strings.tag };
        let format = |options: &[(&str, &str)]| {
            let object = Object::new();
            for (name, value) in options {
                Reflect::set(&object, &(*name).into(), &(*value).into()).ok();
            }
            Intl::DateTimeFormat::new(&js_sys::Array::of1(&locale.into()), &object).format()
        };
        Self {
            time: format(&[("hour", "numeric"), ("minute", "2-digit")]),
            date: format(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]),
            strings,
        }
    }

    pub(crate) fn now_ms() -> f64 {
        Date::now()
    }

    pub(crate) fn time(&self, at_ms: f64) -> String {
        written(&self.time, at_ms)
    }

    pub(crate) fn day(&self, at_ms: f64) -> String {
        match day_number(Self::now_ms()) - day_number(at_ms) {
            0 => self.strings.today.to_owned(),
            1 => self.strings.yesterday.to_owned(),
            _ => written(&self.date, at_ms),
        }
    }
}

/// Numbers the days where the visitor is: two times of one day have one number.
pub(crate) fn day_number(at_ms: f64) -> i64 {
    let offset_ms = Date::new(&at_ms.into()).get_timezone_offset() * MINUTE_MS;
    ((at_ms - offset_ms) / DAY_MS).floor() as i64
}

fn written(format: &Function, at_ms: f64) -> String {
    format.call1(&JsValue::UNDEFINED, &at_ms.into()).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// A tag that `Intl` would throw at must not reach it.
fn is_locale(tag: &str) -> bool {
    let check = || {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let check: Function = Reflect::get(&intl, &"getCanonicalLocales".into()).ok()?.dyn_into().ok()?;
        check.call1(&intl, &tag.into()).ok()
    };
    check().is_some()
}
