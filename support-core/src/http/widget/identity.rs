//! A visitor's identity, signed by the host: JWT, HS256, bound to one inbox, at most a day long.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::{
    error::{Error, Result},
    model::{InboxRecord, Timestamp, limits, text},
};

/// How far ahead an identity may expire, in seconds.
const LIFETIME_MAX_SECONDS: i64 = 24 * 3_600;
/// Clocks of two machines differ by this at most, in seconds.
const LEEWAY_SECONDS: i64 = 60;

/// Who the host says it is.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) email: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

/// One answer for everything that is wrong with a token.
pub(super) fn verify(inbox: &InboxRecord, token: &str, now: Timestamp) -> Result<Claimed> {
    let secret = inbox.identity_secret.as_deref().filter(|secret| secret.len() >= 32).ok_or(Error::Unauthenticated)?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[&inbox.public_key]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    // Checked below against the injected clock.
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(secret.as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).map_err(|_| Error::Unauthenticated)?.claims;
    let now = now.timestamp();
    let in_time = claims.exp > now
        && claims.exp <= now + LIFETIME_MAX_SECONDS + LEEWAY_SECONDS
        && claims.nbf.is_none_or(|nbf| nbf <= now + LEEWAY_SECONDS);
    let subject = text::line(&claims.sub, limits::SUBJECT_MAX).map_err(|_| Error::Unauthenticated)?;
    if !in_time {
        return Err(Error::Unauthenticated);
    }
    // A name or address that we would not take from a person is left out, not a reason to lock the person out.
    let name = claims.name.and_then(|name| text::line(&name, limits::NAME_MAX).ok()).unwrap_or_default();
    let email = claims.email.and_then(|email| text::email(&email).ok());
    Ok(Claimed { subject, name, email })
}
