//! Secrets that people send by mistake. A warning is all that follows.

use super::FileKind;
use crate::model::FileWarning;

/// Beginnings of tokens of well-known services, and how many letters, digits, `_` or `-` follow at least.
const TOKENS: [(&str, usize); 14] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghs_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("sk_live_", 16),
    ("rk_live_", 16),
    ("AIza", 35),
    ("npm_", 36),
    // A JSON web token: the letters are `{"` in Base64.
    ("eyJ", 40),
];
/// Parts of names whose values are secret.
const SECRET_NAMES: [&str; 5] = ["password", "passwd", "secret", "token", "api_key"];

/// What a text seems to hold. `head`: the file or its beginning.
pub(crate) fn warnings(name: &str, kind: FileKind, head: &[u8]) -> Vec<FileWarning> {
    if kind != FileKind::Text {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(head);
    let is_key = text.match_indices("-----BEGIN ").any(|(at, _)| {
        let line = text[at..].lines().next().unwrap_or_default();
        line.contains("PRIVATE KEY")
    });
    let is_recording = text.trim_start().starts_with('{')
        && text.contains("\"log\"")
        && text.contains("\"entries\"")
        && text.contains("\"request\"");
    let found = [
        (FileWarning::PrivateKey, is_key),
        (FileWarning::Recording, is_recording),
        (FileWarning::Settings, is_settings(name, &text)),
        (FileWarning::Token, has_token(&text)),
    ];
    found.into_iter().filter(|(_, is)| *is).map(|(warning, _)| warning).collect()
}

/// `.env` and its like: lines of `NAME=value`, one of them with a secret name.
fn is_settings(name: &str, text: &str) -> bool {
    let is_named_so = name.split('.').any(|part| part == "env");
    let secret = |line: &str| {
        let (name, value) = line.split_once('=').unwrap_or_default();
        let name = name.trim().trim_start_matches("export ").to_ascii_lowercase();
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && SECRET_NAMES.iter().any(|secret| name.contains(secret))
            && value.trim().len() >= 4
    };
    is_named_so || text.lines().any(secret)
}

fn has_token(text: &str) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    TOKENS.iter().any(|(start, length)| {
        text.match_indices(start).any(|(at, _)| {
            let before = at.checked_sub(1).and_then(|before| text.as_bytes().get(before));
            let rest = &text.as_bytes()[at + start.len()..];
            !before.is_some_and(is_part) && rest.iter().take_while(|byte| is_part(byte)).count() >= *length
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // SEC: F-11
    #[test]
    fn secrets_are_noticed_and_ordinary_texts_are_not() {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n";
        let recording = r#"{"log": {"entries": [{"request": {"headers": []}}]}}"#;
        for (name, text, warning) in [
            ("id.pem", key, Some(FileWarning::PrivateKey)),
            ("a.har", recording, Some(FileWarning::Recording)),
            ("env", "HOST=a\n", Some(FileWarning::Settings)),
            ("notes.txt", "DB_PASSWORD=hunter2hunter2\n", Some(FileWarning::Settings)),
            ("x.log", "sent AKIAIOSFODNN7EXAMPLE to it", Some(FileWarning::Token)),
            ("x.log", "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9abcdefgh", Some(FileWarning::Token)),
            ("x.log", "I forgot my password = help", None),
            ("x.log", "order A-42 is late, eyJ is what I see", None),
            ("cert.pem", "-----BEGIN CERTIFICATE-----\n", None),
            ("a.json", r#"{"log": 1}"#, None),
        ] {
            let expected: Vec<_> = warning.into_iter().collect();
            assert_eq!(warnings(name, FileKind::Text, text.as_bytes()), expected, "{name}: {text}");
        }
        assert_eq!(warnings("key.pem", FileKind::Unknown, key.as_bytes()), []);
    }
}
