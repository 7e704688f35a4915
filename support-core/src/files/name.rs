//! File names: what of them is kept, and how they go into a header.

use std::fmt::Write as _;

use super::FileKind;
use crate::model::limits;

/// Extensions that some system runs or obeys when somebody opens the file. Whatever the content: none of them is kept at the end.
const RUN_BY_SOMEBODY: [&str; 64] = [
    "action", "apk", "app", "appx", "bat", "bin", "cgi", "chm", "cmd", "com", "command", "cpl", "csh", "deb",
    "desktop", "dll", "dmg", "exe", "gadget", "hta", "htaccess", "htpasswd", "inf", "ini", "iso", "jar", "js", "jse",
    "jsp", "ksh", "lnk", "mjs", "msc", "msi", "msp", "osx", "phar", "php", "php3", "php5", "pht", "phtml", "pif", "pl",
    "ps1", "psm1", "py", "rb", "reg", "rpm", "run", "scf", "scr", "sct", "sh", "shb", "so", "url", "vb", "vbe", "vbs",
    "workflow", "ws", "wsf",
];

/// The name without anything that means something to a file system, a terminal or a reader's eye. Never empty.
///
/// Only the part after the last separator counts; control characters, zero-width ones and those that turn the writing direction go;
/// dots and spaces at either end go, so `.htaccess` is `htaccess`.
pub(crate) fn sanitised(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|letter| !is_hidden(*letter))
        .map(|letter| if "<>:\"|?*".contains(letter) { '_' } else { letter })
        .collect();
    let kept = crate::desk::normal(&kept);
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = words.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let named = if trimmed.is_empty() { "file" } else { trimmed };
    let named = if is_device(named) { format!("_{named}") } else { named.to_owned() };
    shortened(&named)
}

/// Control characters, zero-width ones, marks of direction, and what is no character at all.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(u32::from(letter),
            0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFF
            | 0xE0000..=0xE0FFF)
}

/// Names that Windows takes for devices, with whatever extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|last: char| last.is_ascii_digit()))
}

/// At most as many bytes as file systems take. The extension stays.
fn shortened(name: &str) -> String {
    if name.len() <= limits::FILE_NAME_MAX_BYTES {
        return name.to_owned();
    }
    let (stem, extension) = split(name).unwrap_or((name, ""));
    let extension = if extension.len() <= 16 { extension } else { "" };
    let room = limits::FILE_NAME_MAX_BYTES - extension.len() - 1;
    let end = (0..=room.min(stem.len())).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or(0);
    let stem = stem[..end].trim_end_matches(['.', ' ']);
    if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
}

fn split(name: &str) -> Option<(&str, &str)> {
    name.rsplit_once('.').filter(|(stem, extension)| !stem.is_empty() && !extension.is_empty())
}

/// The name with an extension that agrees with the content: where it does not, the right one is put behind it. So `cat.png` that is
/// text becomes `cat.png.txt`, which no program opens as anything else.
pub(crate) fn agreeing(name: &str, kind: FileKind) -> String {
    let extension = split(name).map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let runs = RUN_BY_SOMEBODY.contains(&extension.as_str());
    if !runs && kind.takes(&extension) { name.to_owned() } else { shortened(&format!("{name}.{}", kind.extension())) }
}

/// `Content-Disposition` as RFC 6266 has it: an ASCII name for old programs and the real one beside it.
pub(crate) fn disposition(name: &str, inline: bool) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || " ._-()".contains(letter) { letter } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    let how = if inline { "inline" } else { "attachment" };
    format!("{how}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // SEC: F-05, C-12
    #[test]
    fn a_name_is_a_name_and_no_path() {
        for (given, kept) in [
            ("photo.png", "photo.png"),
            ("../../etc/passwd", "passwd"),
            ("/etc/shadow", "shadow"),
            ("C:\\Windows\\System32\\cmd.exe", "cmd.exe"),
            ("\\\\server\\share\\x.txt", "x.txt"),
            ("a\0b.txt", "ab.txt"),
            (".htaccess", "htaccess"),
            ("..", "file"),
            ("  ", "file"),
            ("", "file"),
            ("evil.php. . ", "evil.php"),
            ("\u{200b}.htaccess", "htaccess"),
            ("photo\u{202e}gnp.exe", "photognp.exe"),
            ("line\r\nbreak.txt", "linebreak.txt"),
            ("what?.txt", "what_.txt"),
            ("file:stream.txt", "file_stream.txt"),
            ("NUL.txt", "_NUL.txt"),
            ("com1", "_com1"),
            ("Übersicht – März.pdf", "Übersicht – März.pdf"),
        ] {
            assert_eq!(sanitised(given), kept, "{given:?}");
        }
        let long = sanitised(&format!("{}.png", "ä".repeat(1_000)));
        assert!(long.len() <= limits::FILE_NAME_MAX_BYTES && long.ends_with("ä.png"), "{long}");
    }

    // SEC: F-04
    #[test]
    fn an_extension_says_what_the_content_is() {
        for (name, kind, agreed) in [
            ("cat.png", FileKind::Png, "cat.png"),
            ("CAT.PNG", FileKind::Png, "CAT.PNG"),
            ("cat.jpeg", FileKind::Jpeg, "cat.jpeg"),
            ("cat.png", FileKind::Text, "cat.png.txt"),
            ("cat.png", FileKind::Jpeg, "cat.png.jpg"),
            ("run.sh", FileKind::Text, "run.sh.txt"),
            ("shell.php", FileKind::Png, "shell.php.png"),
            ("htaccess", FileKind::Text, "htaccess"),
            ("server.log", FileKind::Text, "server.log"),
            ("page.html", FileKind::Text, "page.html"),
            ("setup.exe", FileKind::Unknown, "setup.exe.dat"),
            ("data.xyz", FileKind::Unknown, "data.xyz"),
        ] {
            assert_eq!(agreeing(name, kind), agreed);
        }
    }

    // SEC: C-09
    #[test]
    fn a_header_names_it_in_ascii_and_in_full() {
        assert_eq!(
            disposition("Maß \"1\".png", true),
            "inline; filename=\"Ma_ _1_.png\"; filename*=UTF-8''Ma%C3%9F%20%221%22.png"
        );
    }

    proptest! {
        // SEC: F-05, C-09
        #[test]
        fn whatever_it_is_called_name_and_header_are_sound(given in "\\PC{0,300}|[\\x00-\\x1f./\\\\ a]{0,40}") {
            let name = sanitised(&given);
            prop_assert!(!name.is_empty() && name.len() <= limits::FILE_NAME_MAX_BYTES);
            prop_assert!(!name.contains(['/', '\\', '\0', '\n', '\r', '"', ':']) && !name.starts_with('.') && !name.ends_with(['.', ' ']));
            prop_assert_eq!(sanitised(&name), name.clone(), "once is enough");
            let header = disposition(&name, false);
            prop_assert!(header.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{header}");
            prop_assert_eq!(header.matches('"').count(), 2);
        }
    }
}
