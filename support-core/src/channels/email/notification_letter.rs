//! Mail to somebody of the desk about what concerns them: one thing, or all that came together.

use std::fmt::Write as _;

use lettre::{Message, message::MultiPart};

use super::letter::{domain, envelope, escape, page, quote};
use crate::{
    desk::{LetterItem, NotificationLetter},
    model::text,
};

/// Where the ways are switched on and off.
const FOOT: &str = "You choose what you get mail about under “My notifications”.";

/// The finished mail. `id` is the delivery's: the same in every try.
pub(super) fn build(id: &str, from: &str, letter: &NotificationLetter, public_url: &str) -> Result<Message, String> {
    let builder = envelope(id, from, &letter.email, public_url)?;
    let admin = format!("{public_url}/admin");
    let (builder, text, html) = match letter.items.as_slice() {
        [item] => {
            let link = link(item, &admin);
            let mut builder = builder.subject(line(item));
            if let Some((ticket, _, _)) = &item.ticket {
                builder = builder.references(format!("<ticket-{ticket}@{}>", domain(public_url)));
            }
            let lead = format!("{}.", item.sentence);
            let body = item.body.as_deref();
            let quoted: String = body.unwrap_or_default().lines().map(|line| format!("> {line}\n")).collect();
            let title = item.ticket.as_ref().map(|(_, number, subject)| format!("#{number} {subject}\n"));
            let text = format!("{lead}\n\n{quoted}\nOpen: {link}\n\n{}\n{FOOT}\n", title.unwrap_or_default());
            (builder, text, page(&lead, &body.map_or_else(String::new, quote), &link, "Open", FOOT))
        }
        items => {
            let lead = format!("{} notifications", items.len());
            let (mut text, mut html) = (format!("{lead}\n\n"), String::from("<ul style=\"padding-left:20px\">"));
            for item in items {
                let (line, link) = (line(item), link(item, &admin));
                let preview = item.body.as_deref().map(text::preview).unwrap_or_default();
                let below = if preview.is_empty() { String::new() } else { format!("\n  {preview}") };
                let _ = write!(text, "- {line}{below}\n  {link}\n");
                let _ = write!(
                    html,
                    "<li style=\"margin:12px 0\" dir=\"auto\"><a href=\"{}\">{}</a><br>{}</li>",
                    escape(&link),
                    escape(&line),
                    escape(&preview),
                );
            }
            html.push_str("</ul>");
            let _ = write!(text, "\nOpen: {admin}\n\n{FOOT}\n");
            (builder.subject(lead.clone()), text, page(&lead, &html, &admin, "Open", FOOT))
        }
    };
    builder.multipart(MultiPart::alternative_plain_html(text, html)).map_err(|error| error.to_string())
}

/// `[#12] Ada mentioned you: A late order`.
fn line(item: &LetterItem) -> String {
    match &item.ticket {
        Some((_, number, subject)) => format!("[#{number}] {}: {subject}", item.sentence),
        None => item.sentence.clone(),
    }
}

fn link(item: &LetterItem, admin: &str) -> String {
    match &item.ticket {
        Some((ticket, _, _)) => format!("{admin}/v/open/t/{ticket}"),
        None => format!("{admin}/settings/webhooks"),
    }
}
