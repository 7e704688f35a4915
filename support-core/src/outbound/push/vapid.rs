//! Who sends: RFC 8292. Browsers subscribe with our public key, and a push service takes messages from whoever holds the private one.

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    model::Timestamp,
    secret::{SecretKey, base64url},
};

/// How long a signature is good; a service takes at most 24 hours.
const GOOD_FOR: TimeDelta = TimeDelta::hours(12);

/// The desk's key for push. Made from its secret, so that nothing has to be kept and all processes have the same.
pub(crate) struct PushKey(EcdsaKeyPair);

impl std::fmt::Debug for PushKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushKey(…)")
    }
}

impl PushKey {
    /// None of two to the 32 secrets gives no key at the first try.
    pub(crate) fn new(secret: &SecretKey) -> Option<Self> {
        (0..8).find_map(|attempt| {
            let private = secret.derive(&format!("push {attempt}"));
            let public = PrivateKey::from_private_key(&ECDH_P256, &private).ok()?.compute_public_key().ok()?;
            let alg = &ECDSA_P256_SHA256_FIXED_SIGNING;
            EcdsaKeyPair::from_private_key_and_public_key(alg, &private, public.as_ref()).ok().map(Self)
        })
    }

    /// What browsers subscribe with: an uncompressed point in base64url.
    pub(crate) fn public(&self) -> String {
        base64url(self.0.public_key().as_ref())
    }

    /// The value of `Authorization` for a message to a push service at `origin`. `contact` is where its operators can complain.
    pub(crate) fn authorization(&self, origin: &str, contact: &str, now: Timestamp) -> Option<String> {
        let part = |value: serde_json::Value| base64url(value.to_string().as_bytes());
        let head = part(json!({ "typ": "JWT", "alg": "ES256" }));
        let claims = part(json!({ "aud": origin, "exp": (now + GOOD_FOR).timestamp(), "sub": contact }));
        let token = format!("{head}.{claims}");
        let signature = self.0.sign(&SystemRandom::new(), token.as_bytes()).ok()?;
        Some(format!("vapid t={token}.{}, k={}", base64url(signature.as_ref()), self.public()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::from_base64url;

    #[test]
    fn the_same_secret_gives_the_same_key_and_another_one_another() {
        let key = |byte: u8| {
            let secret: Vec<u8> = (0..48).map(|place| place ^ byte).collect();
            PushKey::new(&SecretKey::new(secret).unwrap()).unwrap().public()
        };
        assert_eq!(key(1), key(1));
        assert_ne!(key(1), key(2));
        let point = from_base64url(&key(1)).unwrap();
        assert_eq!((point.len(), point[0]), (65, 4));
    }
}
