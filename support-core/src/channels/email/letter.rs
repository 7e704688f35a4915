//! One mail: subject, text and HTML, headers.

use lettre::{
    Message,
    message::{Mailbox, MessageBuilder, MultiPart, header},
};

use super::{CUSTOMER_REPLY, CUSTOMER_STATUS, TEAM_MESSAGE, TEAM_TICKET};
use crate::model::{MessageRecord, Status, TicketRecord};

/// What a mail says.
pub(super) struct Letter<'a> {
    /// The delivery: the same in every try, and with it the `Message-ID`.
    pub(super) id: &'a str,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) purpose: &'a str,
    pub(super) ticket: &'a TicketRecord,
    pub(super) message: Option<&'a MessageRecord>,
    pub(super) link: &'a str,
    pub(super) public_url: &'a str,
}

/// A sender's or recipient's address, with or without a name.
pub(super) fn mailbox(text: &str) -> Result<Mailbox, lettre::address::AddressError> {
    text.parse()
}

/// The parts of a mail that depend on its purpose.
struct Words {
    subject: String,
    /// What happened, in a sentence.
    lead: String,
    /// The words of the link.
    action: &'static str,
    /// The quoted message.
    quote: Option<String>,
}

/// What a message says, and what is attached to it. The files themselves stay behind the link, where it is asked who may have them.
fn said(message: &MessageRecord) -> String {
    let files = message.details.files.iter().map(|file| format!("[{}]", file.name));
    let parts = [message.body.clone()].into_iter().filter(|body| !body.is_empty()).chain(files);
    parts.collect::<Vec<_>>().join("\n")
}

impl Letter<'_> {
    fn words(&self) -> Words {
        let ticket = self.ticket;
        let number = format!("[#{}]", ticket.number);
        let customer = match ticket.requester.name.as_str() {
            "" => ticket.requester.email.as_deref().unwrap_or("A visitor"),
            name => name,
        };
        let quote = self.message.map(said);
        match self.purpose {
            TEAM_TICKET => Words {
                subject: format!("{number} New: {}", ticket.subject),
                lead: format!("{customer} opened a ticket."),
                action: "Open the ticket",
                quote: quote
                    .or_else(|| ticket.description.clone())
                    .or_else(|| Some(ticket.preview.clone()).filter(|preview| !preview.is_empty())),
            },
            TEAM_MESSAGE => Words {
                subject: format!("{number} {}", ticket.subject),
                lead: format!("{customer} wrote."),
                action: "Open the ticket",
                quote,
            },
            CUSTOMER_REPLY => Words {
                subject: format!("Re: {number} {}", ticket.subject),
                lead: match self.message.map(|message| message.author_name.as_str()).filter(|name| !name.is_empty()) {
                    Some(name) => format!("{name} answered you."),
                    None => "We answered you.".to_owned(),
                },
                action: "View and reply",
                quote,
            },
            _ => Words {
                subject: format!("Re: {number} {}", ticket.subject),
                lead: match ticket.status {
                    Status::Resolved => {
                        "Your request is resolved. If something is still open, reply through the link below."
                    }
                    Status::Closed => "Your request is closed.",
                    Status::Open => "Your request is open again.",
                    Status::Pending => "Your request waits for your answer.",
                    Status::Snoozed => "Your request will be looked at again later.",
                }
                .to_owned(),
                action: "View your request",
                quote: None,
            },
        }
    }

    /// The finished mail.
    pub(super) fn build(&self) -> Result<Message, String> {
        let words = self.words();
        let to_customer = matches!(self.purpose, CUSTOMER_REPLY | CUSTOMER_STATUS);
        let thread = format!("<ticket-{}@{}>", self.ticket.id, domain(self.public_url));
        let builder = envelope(self.id, self.from, self.to, self.public_url)?;
        let mut builder = builder.subject(words.subject.clone()).references(thread.clone());
        if to_customer {
            builder = builder.in_reply_to(thread);
        }
        let body = MultiPart::alternative_plain_html(self.text(&words), self.html(&words));
        builder.multipart(body).map_err(|error| error.to_string())
    }

    fn text(&self, words: &Words) -> String {
        let mut text = format!("{}\n\n", words.lead);
        if let Some(quote) = &words.quote {
            for line in quote.lines() {
                text.push_str("> ");
                text.push_str(line);
                text.push('\n');
            }
            text.push('\n');
        }
        text.push_str(&format!("{}: {}\n\n#{} {}\n", words.action, self.link, self.ticket.number, self.ticket.subject));
        text
    }

    fn html(&self, words: &Words) -> String {
        let quote = words.quote.as_deref().map_or_else(String::new, quote);
        let foot = format!("#{} {}", self.ticket.number, self.ticket.subject);
        page(&words.lead, &quote, self.link, words.action, &foot)
    }
}

/// Somebody's words, set apart.
pub(super) fn quote(text: &str) -> String {
    format!(
        "<div style=\"margin:16px 0;padding:4px 0 4px 14px;border-left:3px solid #d0d5dd;white-space:pre-wrap\" dir=\"auto\">{}</div>",
        escape(text)
    )
}

/// The HTML of a mail. `quote` is HTML already.
pub(super) fn page(lead: &str, quote: &str, link: &str, action: &str, foot: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><body style=\"margin:0;padding:24px;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif;\
             color:#1f2937;background:#ffffff\"><div style=\"max-width:560px;margin:0 auto\"><p style=\"margin:0\">{lead}</p>{quote}\
             <p style=\"margin:24px 0\"><a href=\"{link}\" style=\"display:inline-block;padding:10px 18px;border-radius:8px;\
             background:#3b5bdb;color:#ffffff;text-decoration:none\">{action}</a></p>\
             <p style=\"margin:24px 0 0;font-size:13px;color:#667085\">{foot}</p></div></body></html>",
        lead = escape(lead),
        link = escape(link),
        action = escape(action),
        foot = escape(foot),
    )
}

/// What all our mail has in common. `id` is the delivery's: the same in every try.
pub(super) fn envelope(id: &str, from: &str, to: &str, public_url: &str) -> Result<MessageBuilder, String> {
    let builder = Message::builder()
        .from(mailbox(from).map_err(|error| error.to_string())?)
        .to(mailbox(to).map_err(|error| error.to_string())?)
        .message_id(Some(format!("<{id}@{}>", domain(public_url))));
    let builder = builder.raw_header(raw("Auto-Submitted", "auto-generated")?);
    Ok(builder.raw_header(raw("X-Auto-Response-Suppress", "All")?))
}

pub(super) fn domain(public_url: &str) -> &str {
    public_url.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next()).unwrap_or("localhost")
}

fn raw(name: &'static str, value: &str) -> Result<header::HeaderValue, String> {
    let name = header::HeaderName::new_from_ascii(name.to_owned()).map_err(|error| error.to_string())?;
    Ok(header::HeaderValue::new(name, value.to_owned()))
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
