//! The mail with fresh portal links.

use std::fmt::Write as _;

use lettre::{Message, message::MultiPart};

use super::letter::{envelope, escape, page};
use crate::desk::{FreshLink, FreshLinks};

const LEAD: &str = "Here is a fresh link to your requests. It works for 7 days.";
const MORE: &str = "There are also requests that you wrote elsewhere:";
const FOOT: &str = "If you did not ask for this, ignore it. Nobody else got the link.";

/// The finished mail. `id` is the delivery's: the same in every try.
pub(super) fn build(id: &str, from: &str, fresh: &FreshLinks, public_url: &str) -> Result<Message, String> {
    let Some((newest, others)) = fresh.links.split_first() else { return Err("there is no link".to_owned()) };
    let mut text = format!("{LEAD}\n\n{}: {}\n", label(newest), newest.url);
    let mut quote = String::new();
    if !others.is_empty() {
        let _ = write!(text, "\n{MORE}\n\n");
        let _ = write!(quote, "<p style=\"margin:16px 0 4px\">{MORE}</p>");
    }
    for link in others {
        let _ = writeln!(text, "{}: {}", label(link), link.url);
        let (url, label) = (escape(&link.url), escape(&label(link)));
        let _ = write!(quote, "<p style=\"margin:4px 0\"><a href=\"{url}\">{label}</a></p>");
    }
    let _ = write!(text, "\n{FOOT}\n");
    let html = page(LEAD, &quote, &newest.url, &label(newest), FOOT);
    let builder = envelope(id, from, &fresh.email, public_url)?.subject("Your link");
    builder.multipart(MultiPart::alternative_plain_html(text, html)).map_err(|error| error.to_string())
}

fn label(link: &FreshLink) -> String {
    let more = if link.has_more { " and the others" } else { "" };
    format!("Request #{}{more}", link.number)
}
