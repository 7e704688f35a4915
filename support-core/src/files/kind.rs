//! What a file is, by its first bytes. What people call it counts for nothing here.

use infer::MatcherType;

/// How many bytes from a file's beginning are enough to tell.
pub(crate) const SNIFFED_BYTES: usize = 8 * 1024;

/// Types that some machine runs, installs or plays as a program.
const PROGRAMS: [&str; 12] = [
    "application/wasm",
    "application/x-executable",
    "application/vnd.microsoft.portable-executable",
    "application/java",
    "application/x-llvm",
    "application/x-mach-binary",
    "application/vnd.android.dex",
    "application/vnd.android.dey",
    "application/x-shockwave-flash",
    "application/x-google-chrome-extension",
    "application/vnd.debian.binary-package",
    "application/x-rpm",
];
/// Extensions of types that are always told by their content: on anything else they would be a lie.
const TOLD: [&str; 9] = ["png", "jpg", "jpeg", "jpe", "jfif", "gif", "webp", "pdf", "svgz"];

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// One of the four kinds of images that every browser shows and that can hold no script.
    Png,
    Jpeg,
    Gif,
    Webp,
    /// Text in UTF-8, whatever language it is written in: HTML and SVG are nothing else to us.
    Text,
    /// Something that is known and only ever saved.
    Other {
        media: &'static str,
        extension: &'static str,
    },
    /// Nothing that we know.
    Unknown,
}

impl FileKind {
    /// Decides by the beginning of a file.
    pub(crate) fn of(head: &[u8]) -> Self {
        match infer::get(head) {
            Some(found) => match found.mime_type() {
                "image/png" => Self::Png,
                "image/jpeg" => Self::Jpeg,
                "image/gif" => Self::Gif,
                "image/webp" => Self::Webp,
                _ if is_text(head) => Self::Text,
                media if found.matcher_type() != MatcherType::Text => {
                    Self::Other { media, extension: found.extension() }
                }
                _ => Self::Unknown,
            },
            None if is_text(head) => Self::Text,
            None => Self::Unknown,
        }
    }

    /// The type of one that was stored.
    pub(crate) fn of_media(media: &str) -> Self {
        match media {
            "image/png" => Self::Png,
            "image/jpeg" => Self::Jpeg,
            "image/gif" => Self::Gif,
            "image/webp" => Self::Webp,
            "text/plain" => Self::Text,
            _ => Self::Unknown,
        }
    }

    pub(crate) const fn media(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Text => "text/plain",
            Self::Other { media, .. } => media,
            Self::Unknown => "application/octet-stream",
        }
    }

    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Text => "txt",
            Self::Other { extension, .. } => extension,
            Self::Unknown => "dat",
        }
    }

    /// Whether a file of this kind may be called so.
    pub(super) fn takes(self, extension: &str) -> bool {
        match self {
            Self::Jpeg => matches!(extension, "jpg" | "jpeg" | "jpe" | "jfif"),
            Self::Png | Self::Gif | Self::Webp => extension == self.extension(),
            Self::Other { extension: own, .. } if extension == own => true,
            Self::Other { .. } | Self::Text | Self::Unknown => !TOLD.contains(&extension),
        }
    }

    /// Whether a browser may show it in a page of ours.
    pub(crate) const fn is_image(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::Webp)
    }

    /// Whether the desk takes it. `allowed`: types with `*` for a whole family, between commas; empty for all but programs.
    pub(crate) fn is_allowed(self, allowed: &str) -> bool {
        let media = self.media();
        let matches = |rule: &str| match rule.strip_suffix('*') {
            Some(family) => media.starts_with(family),
            None => media == rule,
        };
        !PROGRAMS.contains(&media) && (allowed.is_empty() || allowed.split(',').map(str::trim).any(matches))
    }
}

/// UTF-8 without control characters. The beginning of a file may end in the middle of a letter.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && head.len() >= SNIFFED_BYTES => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty()
        && !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\x0c' | '\x1b'))
}

#[cfg(test)]
mod tests {
    use super::*;

    // SEC: F-04
    #[test]
    fn content_decides_and_names_do_not() {
        for (head, media) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0\0\0\0", "image/gif"),
            (b"RIFF\x1a\0\0\0WEBPVP8L", "image/webp"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"),
            (b"PK\x03\x04\x14\0\0\0\x08\0", "application/zip"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text/plain"),
            (b"<!DOCTYPE html><script>alert(1)</script>", "text/plain"),
            (b"BEGIN:VCALENDAR\r\n", "text/plain"),
            (b"#!/bin/sh\nrm -rf /\n", "text/plain"),
            ("Grüße\n".as_bytes(), "text/plain"),
            (b"\x00\x01\x02\x03", "application/octet-stream"),
            (b"\xff\xfeH\0i\0", "application/octet-stream"),
        ] {
            assert_eq!(FileKind::of(head).media(), media, "{head:?}");
        }
    }

    // SEC: F-04
    #[test]
    fn programs_are_refused_and_a_list_narrows_the_rest() {
        for program in [&b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"[..], b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", b"\0asm\x01\0\0\0"] {
            assert!(!FileKind::of(program).is_allowed(""), "{:?}", FileKind::of(program));
            assert!(!FileKind::of(program).is_allowed("application/*"));
        }
        assert!(FileKind::Unknown.is_allowed("") && FileKind::Png.is_allowed(""));
        assert!(
            FileKind::Png.is_allowed("text/plain, image/*") && !FileKind::Unknown.is_allowed("text/plain, image/*")
        );
        assert!(!FileKind::Png.is_allowed("image/pngx"));
    }
}
