//! The inbox's accent, and the text on it: always at least 4.5:1.

use web_sys::HtmlElement;

/// Sets the accent as CSS variables, by CSSOM: the frame's policy takes no style attributes.
pub(super) fn paint(page: &HtmlElement, accent: &str) {
    if let Some(on_accent) = text_on(accent) {
        let style = page.style();
        style.set_property("--support-accent", accent).ok();
        style.set_property("--support-on-accent", on_accent).ok();
    }
}

/// White where it can be read, black otherwise; `None` for what is no `#rrggbb`.
fn text_on(accent: &str) -> Option<&'static str> {
    let digits = accent.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| {
        let value = f32::from(u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?) / 255.0;
        // The sRGB curve as a polynomial, within 0.002 of it, for a power function weighs more than this whole file.
        Some(value * (value * (value * 0.305_306 + 0.682_171_1) + 0.012_522_9))
    };
    let luminance = 0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?;
    // White has 4.5:1 below 0.183, black above 0.175.
    Some(if luminance < 0.179 { "#fff" } else { "#000" })
}

#[cfg(test)]
mod tests {
    use super::text_on;

    fn linear(value: u8) -> f64 {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    }

    #[test]
    fn text_on_any_accent_can_be_read() {
        let steps = (0..=255_u8).step_by(15);
        for red in steps.clone() {
            for green in steps.clone() {
                for blue in steps.clone() {
                    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
                    let text = text_on(&format!("#{red:02x}{green:02x}{blue:02x}")).unwrap();
                    let contrast = if text == "#fff" { 1.05 / (luminance + 0.05) } else { (luminance + 0.05) / 0.05 };
                    assert!(contrast >= 4.5, "{text} on {red} {green} {blue}: {contrast:.2}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_colour_changes_nothing() {
        for accent in ["", "#fff", "red", "#12345g", "#1234567", "url(x)", "#ä1234"] {
            assert_eq!(text_on(accent), None, "{accent}");
        }
    }
}
