//! Mail about an account: an invitation, a link to a new password.

use lettre::{Message, message::MultiPart};

use super::{
    ACCOUNT_INVITE,
    letter::{envelope, page},
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
    let builder = envelope(id, from, &link.email, public_url)?.subject(subject);
    let text = format!("{lead}\n\n{action}: {}\n\n{foot}\n", link.url);
    let body = MultiPart::alternative_plain_html(text, page(lead, "", &link.url, action, foot));
    builder.multipart(body).map_err(|error| error.to_string())
}
