//! Finds web addresses in a message.

/// A piece of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    /// Starts with `http://` or `https://`, so no other scheme ever becomes a link.
    Link(&'a str),
}

/// Splits a message into text and links; together the pieces are the message.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = find(rest) {
        let (link, after) = from.split_at_checked(end(from)).unwrap_or((from, ""));
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Link(link));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// What stands before the first address, and the rest from it on. An address has a scheme and a host, and does not start in the
/// middle of a word.
fn find(text: &str) -> Option<(&str, &str)> {
    text.char_indices().filter(|(_, c)| *c == ':').find_map(|(colon, _)| {
        let (start, rest) = text.split_at_checked(colon)?;
        let scheme = ["https", "http"].into_iter().find(|scheme| start.ends_with(scheme))?;
        let hosted = rest.strip_prefix("://")?.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
        let (before, from) = text.split_at_checked(colon - scheme.len())?;
        (hosted && !before.ends_with(|c: char| c.is_ascii_alphanumeric())).then_some((before, from))
    })
}

/// Where the address ends: before white space, and before what closes the sentence rather than the address.
fn end(text: &str) -> usize {
    let mut link = text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).next().unwrap_or_default();
    loop {
        let shorter =
            link.strip_suffix(['.', ',', ';', ':', '!', '?', '\'', '*', '»', '”', '’', '،', '؟', '。']).or_else(|| {
                // A bracket belongs to the address if it was opened there.
                let unopened = |open: char, close: char| link.matches(close).count() > link.matches(open).count();
                let close =
                    [('(', ')'), ('[', ']'), ('{', '}')].into_iter().find(|&(open, close)| unopened(open, close))?.1;
                link.strip_suffix(close)
            });
        match shorter {
            Some(shorter) => link = shorter,
            None => return link.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    fn links(text: &str) -> Vec<&str> {
        let links = pieces(text).into_iter().filter_map(|piece| match piece {
            Piece::Link(link) => Some(link),
            Piece::Text(_) => None,
        });
        links.collect()
    }

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        assert_eq!(links("See https://a.example/b?c=d#e, please."), ["https://a.example/b?c=d#e"]);
        assert_eq!(links("(https://a.example)"), ["https://a.example"]);
        assert_eq!(links("https://a.example/Rust_(language)!"), ["https://a.example/Rust_(language)"]);
        assert_eq!(links("\"http://a.example\"\nhttps://b.example…"), ["http://a.example", "https://b.example…"]);
        assert_eq!(links("شاهد https://a.example/x، شكرا"), ["https://a.example/x"]);
    }

    #[test]
    fn nothing_but_the_web_becomes_a_link() {
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "xhttps://a.example",
            "https://",
            "https:// a",
            "httpss://a.example",
            "http",
        ] {
            assert_eq!(links(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn no_letter_is_lost() {
        for text in ["", "a https://b.example. c https://d.example)", "https://ä.example/ö …", "🙂https://a.example🙂"]
        {
            let whole: String = pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) | Piece::Link(text) => text,
                })
                .collect();
            assert_eq!(whole, text);
        }
    }
}
