//! Signatures by Standard Webhooks: <https://www.standardwebhooks.com>, symmetric, version 1.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    clock::{Entropy, random},
    secret::mac,
};

/// What every secret starts with.
pub(crate) const PREFIX: &str = "whsec_";

/// A fresh secret of 32 bytes, as receivers keep it.
pub(crate) fn fresh_secret(entropy: &dyn Entropy) -> String {
    format!("{PREFIX}{}", STANDARD.encode(random::<32>(entropy)))
}

/// The value of `webhook-signature`: one signature for every secret that is no other text than [`fresh_secret`] gives.
pub(crate) fn sign<'s>(
    secrets: impl IntoIterator<Item = &'s str>,
    id: &str,
    timestamp: i64,
    body: &[u8],
) -> Option<String> {
    let timestamp = timestamp.to_string();
    let one = |secret: &str| {
        let key = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
        let tag = mac(&key, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body]);
        Some(format!("v1,{}", STANDARD.encode(tag)))
    };
    secrets.into_iter().map(one).collect::<Option<Vec<_>>>().map(|signatures| signatures.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;

    // SEC: S-08
    #[test]
    fn the_vector_of_the_specification_comes_out() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signature = sign([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    // SEC: S-08
    #[test]
    fn two_secrets_give_two_signatures_and_no_secret_none() {
        let [first, second] = [fresh_secret(&SystemEntropy), fresh_secret(&SystemEntropy)];
        assert!(first != second && first.len() == PREFIX.len() + 44);
        let both = sign([first.as_str(), second.as_str()], "m", 1, b"{}").unwrap();
        let each = [first.as_str(), second.as_str()].map(|secret| sign([secret], "m", 1, b"{}").unwrap());
        assert_eq!(both, each.join(" "));
        assert_eq!(sign(["not a secret"], "m", 1, b"{}"), None);
        for (id, timestamp, body) in [("n", 1, "{}"), ("m", 2, "{}"), ("m", 1, "{ }")] {
            assert_ne!(sign([first.as_str()], id, timestamp, body.as_bytes()).as_ref(), Some(&each[0]));
        }
    }
}
