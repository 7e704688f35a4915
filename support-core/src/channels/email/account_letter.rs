//! Mail about an account: an invitation, a link to a new password.

use lettre::{Message, message::MultiPart};

use super::{
    ACCOUNT_INVITE,
    letter::{mailbox, page, raw},
};
use crate::desk::AccountLink;

/// The finished mail. `id` is the delivery's: the same in every try.
pub(super) fn build(
    id: &str,
    from: &str,
    purpose: &str,
    link: &AccountLink,
    public_url: &str,
) -> Result<Message, String> {
    let domain = public_url.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next()).unwrap_or("localhost");
    let (subject, lead, action, foot) = if purpose == ACCOUNT_INVITE {
        (
            "You are invited",
            "You are invited to the support desk. Choose a password to get your account. The link works once, for 7 days.",
            "Choose a password",
            "If you did not expect this, ignore it.",
        )
    } else {
        (
            "Choose a new password",
            "Somebody asked for a new password for your account. The link works once, for an hour.",
            "Choose a new password",
            "If it was not you, ignore this: your password stays as it is.",
        )
    };
    let builder = Message::builder()
        .from(mailbox(from).map_err(|error| error.to_string())?)
        .to(mailbox(&link.email).map_err(|error| error.to_string())?)
        .subject(subject)
        .message_id(Some(format!("<{id}@{domain}>")))
        .raw_header(raw("Auto-Submitted", "auto-generated")?)
        .raw_header(raw("X-Auto-Response-Suppress", "All")?);
    let text = format!("{lead}\n\n{action}: {}\n\n{foot}\n", link.url);
    let body = MultiPart::alternative_plain_html(text, page(lead, "", &link.url, action, foot));
    builder.multipart(body).map_err(|error| error.to_string())
}
