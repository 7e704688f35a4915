//! Every key that the engine itself knows, with its rule.

use super::ConfigKey;
use crate::model::{limits, text};

/// Where the widget's visitors reach the desk by WhatsApp.
pub const WHATSAPP_NUMBER: &str = "WHATSAPP_NUMBER";
/// Whether the widget's launcher shows.
pub const SUPPORT_BUBBLE_ENABLED: &str = "SUPPORT_BUBBLE_ENABLED";
/// Where the team's mail goes.
pub const OPS_SUPPORT_EMAIL: &str = "OPS_SUPPORT_EMAIL";
/// What customers' links start with.
pub const SUPPORT_PORTAL_BASE_URL: &str = "SUPPORT_PORTAL_BASE_URL";
/// The desk's name.
pub const DESK_NAME: &str = "DESK_NAME";
/// When customers can expect an answer.
pub const REPLY_TIME: &str = "REPLY_TIME";
/// How long mail about a chat waits.
pub const CHAT_MAIL_DELAY: &str = "CHAT_MAIL_DELAY";
/// Whether customers may make accounts themselves.
pub const OPEN_REGISTRATION: &str = "OPEN_REGISTRATION";
/// The largest file that people may attach.
pub const FILE_MAX_MB: &str = "FILE_MAX_MB";
/// What one customer may bring in a day.
pub const FILES_DAY_MB: &str = "FILES_DAY_MB";
/// What all files together may take.
pub const FILES_TOTAL_MB: &str = "FILES_TOTAL_MB";
/// The types of files that people may attach.
pub const FILE_TYPES: &str = "FILE_TYPES";

/// The digits of a number in E.164: country code first, 15 at most.
const E164_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

pub(super) fn built_in() -> Vec<ConfigKey> {
    vec![
        ConfigKey::text(WHATSAPP_NUMBER, "WhatsApp number that the widget offers: country code and digits. Empty: none.")
            .checked(phone),
        ConfigKey::switch(SUPPORT_BUBBLE_ENABLED, "Whether the widget shows its launcher on the websites that embed it.", true),
        ConfigKey::text(OPS_SUPPORT_EMAIL, "Where mail for the team goes. Empty: the team gets none.").checked(address),
        ConfigKey::text(
            SUPPORT_PORTAL_BASE_URL,
            "What the links for customers start with, up to and without `/portal`. Empty: the public address of this desk.",
        )
        .checked(base_url),
        ConfigKey::text(DESK_NAME, "The desk's name on the pages that customers see. Empty: the program's own.")
            .checked(|value| line(value, limits::NAME_MAX)),
        ConfigKey::text(REPLY_TIME, "When customers can expect an answer, such as “We usually answer within an hour.”")
            .checked(|value| line(value, limits::SUBJECT_MAX)),
        ConfigKey::number(
            CHAT_MAIL_DELAY,
            "Seconds that an answer in the chat waits for being read there before it goes out as mail.",
            60,
            0..=86_400,
        ),
        ConfigKey::number(FILE_MAX_MB, "The largest file that people may attach, in megabytes. 0: none at all.", 25, 0..=2_000),
        ConfigKey::number(FILES_DAY_MB, "Megabytes of files that one customer may bring in a day.", 200, 1..=100_000),
        ConfigKey::number(
            FILES_TOTAL_MB,
            "Megabytes that the files of this desk may take together. 0: as many as there is room for.",
            20_000,
            0..=100_000_000,
        ),
        ConfigKey::text(
            FILE_TYPES,
            "Types of files that people may attach, between commas, such as “image/*, application/pdf”. Empty: everything but programs.",
        )
        .checked(media_types),
        ConfigKey::switch(OPEN_REGISTRATION, "Whether customers may make accounts themselves.", true),
    ]
}

fn line(value: &str, max: usize) -> Result<String, String> {
    text::line(value, max).map_err(|error| error.to_string())
}

fn address(value: &str) -> Result<String, String> {
    text::email(value).map_err(|error| error.to_string())
}

/// Digits; what people write between them goes.
fn phone(value: &str) -> Result<String, String> {
    let bare = value.strip_prefix('+').unwrap_or(value);
    let digits: String = bare.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    let is_number = E164_DIGITS.contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.starts_with('0');
    if is_number { Ok(digits) } else { Err("must be a number with its country code, 8 to 15 digits".to_owned()) }
}

/// `image/*, application/pdf`, in lower case.
fn media_types(value: &str) -> Result<String, String> {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.+".contains(&b));
    let is_rule = |rule: &str| match rule.split_once('/') {
        Some((family, kind)) => is_word(family) && (kind == "*" || is_word(kind)),
        None => false,
    };
    let rules: Vec<String> = value.split(',').map(|rule| rule.trim().to_ascii_lowercase()).collect();
    let refused = || "must be media types between commas, such as image/*, application/pdf".to_owned();
    if rules.iter().all(|rule| is_rule(rule)) { Ok(rules.join(", ")) } else { Err(refused()) }
}

fn base_url(value: &str) -> Result<String, String> {
    let refused = || "must be an address such as https://help.example.com, without query or fragment".to_owned();
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://")).ok_or_else(refused)?;
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let is_plain = value.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@\\\"<>^`{|}".contains(&byte));
    if !host.is_empty() && is_plain { Ok(value.trim_end_matches('/').to_owned()) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_as_digits_and_a_local_one_refused() {
        for written in ["917975357599", "+91 79753 57599", "+91 (797) 535-7599"] {
            assert_eq!(phone(written), Ok("917975357599".to_owned()), "{written}");
        }
        for bad in ["0797535759", "12", "1234567890123456", "call me", "९१७९७५३५७५", "+"] {
            assert!(phone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn links_start_with_an_address_of_the_web_and_nothing_hides_in_it() {
        assert_eq!(base_url("https://help.example.com/support/"), Ok("https://help.example.com/support".to_owned()));
        for bad in [
            "help.example.com",
            "/portal",
            "javascript:alert(1)",
            "https://",
            "https://a.test/?x",
            "https://a.test/#x",
            "https://help.example.com@evil.test",
            "ftp://a.test",
            "https://a.test\\@b.test",
        ] {
            assert!(base_url(bad).is_err(), "{bad}");
        }
    }
}
