//! Access tokens: short-lived JWTs, HS256, each bound to a session that can be ended.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::model::{PersonId, SessionId, TenantId, Timestamp};

const ISSUER: &str = "support";
/// Sets access tokens apart from everything else that might be signed with a key of ours.
const AUDIENCE: &str = "support-api";

/// Signs and verifies access tokens.
pub(crate) struct AccessKey {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    /// What tokens say whose signature was found right. The key never changes, so neither does that.
    signed: Mutex<HashMap<String, Claims>>,
}

/// Tokens remembered at most.
const SIGNED_MAX: usize = 4_096;

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessKey")
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    /// The person.
    sub: PersonId,
    /// The session.
    sid: SessionId,
    /// The tenant.
    tid: TenantId,
    iat: i64,
    exp: i64,
}

/// Whom a valid token names. Whether the session still lives is another question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) person: PersonId,
    pub(crate) session: SessionId,
    pub(crate) tenant: TenantId,
}

impl AccessKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The clock is injected, so the expiry is checked here and not by the crate.
        validation.validate_exp = false;
        validation.validate_nbf = true;
        validation.leeway = 0;
        let (encoding, decoding) = (EncodingKey::from_secret(key), DecodingKey::from_secret(key));
        Self { encoding, decoding, validation, signed: Mutex::default() }
    }

    pub(super) fn sign(&self, access: Access, now: Timestamp, minutes: u32) -> Option<String> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: access.person,
            sid: access.session,
            tid: access.tenant,
            iat: now.timestamp(),
            exp: now.timestamp() + i64::from(minutes) * 60,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).ok()
    }

    /// None for anything that we did not sign in this form, and for what expired.
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Option<Access> {
        let known = self.signed().get(token).cloned();
        let claims = match known {
            Some(claims) => claims,
            None => self.read(token)?,
        };
        (claims.exp > now.timestamp() && claims.iat <= now.timestamp() + 60).then_some(Access {
            person: claims.sub,
            session: claims.sid,
            tenant: claims.tid,
        })
    }

    fn read(&self, token: &str) -> Option<Claims> {
        // Refuse headers that point elsewhere for the key before looking at the signature.
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.kid.is_some() {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        let mut signed = self.signed();
        if signed.len() >= SIGNED_MAX {
            signed.clear();
        }
        signed.insert(token.to_owned(), claims.clone());
        Some(claims)
    }

    fn signed(&self) -> MutexGuard<'_, HashMap<String, Claims>> {
        self.signed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
