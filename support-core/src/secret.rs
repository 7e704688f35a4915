//! Secrets: the desk's own key, what is derived from it, and single secrets handed to people.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::clock::{Entropy, random};

/// Why a secret is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Empty, or fewer than 32 bytes.
    #[error("the secret must have at least 32 bytes; make one with `openssl rand -base64 48`")]
    TooShort,
    /// One byte over and over, or a word everybody knows.
    #[error("the secret is a well-known or constant value; make one with `openssl rand -base64 48`")]
    Weak,
    /// The variable is not set.
    #[error("the environment variable that should hold the secret is not set")]
    Missing,
}

/// The desk's signing secret, at least 32 bytes. Everything signed or MAC'd is derived from it, each purpose with a key of its own.
#[derive(Clone)]
pub struct SecretKey(Vec<u8>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// Takes a secret.
    ///
    /// # Errors
    /// When it is short or weak: an engine that starts with a guessable secret is open to everybody.
    pub fn new(secret: impl Into<Vec<u8>>) -> Result<Self, SecretError> {
        let secret = secret.into();
        if secret.len() < 32 {
            return Err(SecretError::TooShort);
        }
        let distinct = secret.iter().collect::<std::collections::HashSet<_>>().len();
        let lower = String::from_utf8_lossy(&secret).to_lowercase();
        if distinct < 8
            || ["change-me", "changeme", "change-this", "super-secret", "your-secret"]
                .iter()
                .any(|weak| lower.contains(weak))
        {
            return Err(SecretError::Weak);
        }
        Ok(Self(secret))
    }

    /// Reads it from an environment variable.
    ///
    /// # Errors
    /// When the variable is missing, or its value short or weak.
    pub fn from_env(name: &str) -> Result<Self, SecretError> {
        Self::new(std::env::var(name).map_err(|_| SecretError::Missing)?.trim_end_matches(['\r', '\n']))
    }

    /// A fresh random secret, for demos and tests.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random::<48>(entropy).to_vec())
    }

    /// The key for one purpose.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        mac(&self.0, &[b"support/v1/", purpose.as_bytes()])
    }
}

/// Closes secrets that the desk itself must read again, so that nobody can who has only its database: AES-256-GCM, bound to what the
/// secret is for.
#[derive(Clone)]
pub(crate) struct Sealing([u8; 32]);

impl std::fmt::Debug for Sealing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealing(…)")
    }
}

impl Sealing {
    pub(crate) const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    fn key(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.0).ok().map(LessSafeKey::new)
    }

    /// Closes a secret of `about`.
    pub(crate) fn seal(&self, about: &str, secret: &str, entropy: &dyn Entropy) -> crate::Result<String> {
        let failed = || crate::Error::internal("a secret could not be sealed");
        let nonce = random::<NONCE_LEN>(entropy);
        let mut sealed = secret.as_bytes().to_vec();
        let key = self.key().ok_or_else(failed)?;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut sealed)
            .map_err(|_| failed())?;
        Ok(base64url(&[&nonce[..], &sealed].concat()))
    }

    /// Opens what was closed with the same key for the same thing; nothing else.
    pub(crate) fn open(&self, about: &str, sealed: &str) -> Option<String> {
        let mut sealed = from_base64url(sealed)?;
        let (nonce, text) = sealed.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let open = self.key()?.open_in_place(nonce, Aad::from(about), text).ok()?;
        String::from_utf8(open.to_vec()).ok()
    }
}

/// HMAC-SHA256 over the parts in order.
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Equal in constant time.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(a, b).into()
}

/// SHA-256, which is what is stored of a secret.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A fresh 256-bit secret with a prefix that names its kind: 43 characters of base64url after it.
pub(crate) fn fresh(prefix: &str, entropy: &dyn Entropy) -> String {
    format!("{prefix}{}", base64url(&random::<32>(entropy)))
}

/// Whether a text could be such a secret at all. Everything else is refused before the database is asked.
pub(crate) fn is_well_formed(prefix: &str, secret: &str) -> bool {
    secret.strip_prefix(prefix).is_some_and(|tail| {
        tail.len() == 43 && tail.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    })
}

/// Base64url without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of base64url without padding.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The prefixes of secrets handed to people.
pub(crate) mod prefix {
    /// A portal link's secret.
    pub(crate) const PORTAL: &str = "spt_";
    /// A refresh token.
    pub(crate) const REFRESH: &str = "srt_";
    /// A session cookie.
    pub(crate) const SESSION: &str = "sse_";
    /// A stream ticket.
    pub(crate) const STREAM: &str = "stk_";
    /// A set-up code.
    pub(crate) const SETUP: &str = "ssu_";
    /// A program's key.
    pub(crate) const API_KEY: &str = "sk_";
    /// An invitation to choose the first password.
    pub(crate) const INVITE: &str = "siv_";
    /// A link to a new password.
    pub(crate) const RESET: &str = "spw_";
    /// All of them, for what must not show any.
    pub(crate) const PREFIXES: [&str; 8] = [PORTAL, REFRESH, SESSION, STREAM, SETUP, API_KEY, INVITE, RESET];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;

    /// Bytes that a test knows.
    struct Known(u8);

    impl Entropy for Known {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    // SEC: N-13
    #[test]
    fn a_secret_is_256_bits_of_entropy_and_nothing_else() {
        for prefix in prefix::PREFIXES {
            // What it is made of is what the source of randomness gave, all of it: no id, no time, no key of ours.
            let secret = fresh(prefix, &Known(0xA5));
            let tail = secret.strip_prefix(prefix).expect("the prefix");
            assert_eq!(from_base64url(tail).expect("base64url"), [0xA5; 32]);
            assert_ne!(fresh(prefix, &SystemEntropy), fresh(prefix, &SystemEntropy));
        }
    }

    // SEC: N-13
    #[test]
    fn secrets_are_compared_whole() {
        assert!(same(b"secret", b"secret"));
        for other in [&b""[..], b"secre", b"secret\0", b"Secret", b"secrets"] {
            assert!(!same(b"secret", other) && !same(other, b"secret"));
        }
    }

    // SEC: N-08
    #[test]
    fn a_short_or_well_known_secret_is_refused() {
        assert_eq!(SecretKey::new("").unwrap_err(), SecretError::TooShort);
        assert_eq!(SecretKey::new("a".repeat(64)).unwrap_err(), SecretError::Weak);
        assert_eq!(
            SecretKey::new("your-super-secret-jwt-key-change-this-in-production").unwrap_err(),
            SecretError::Weak
        );
        assert!(SecretKey::new(fresh("", &SystemEntropy)).is_ok());
    }

    #[test]
    fn a_sealed_secret_opens_with_its_key_for_its_thing_only() {
        let (ours, others) = (Sealing::new([7; 32]), Sealing::new([8; 32]));
        let sealed = ours.seal("webhook:1", "whsec_x", &SystemEntropy).unwrap();
        assert_eq!(ours.open("webhook:1", &sealed).as_deref(), Some("whsec_x"));
        assert_ne!(ours.seal("webhook:1", "whsec_x", &SystemEntropy).unwrap(), sealed, "no two look alike");
        assert_eq!(ours.open("webhook:2", &sealed), None);
        assert_eq!(others.open("webhook:1", &sealed), None);
        for broken in ["", "AAAA", &sealed[1..], &sealed[..sealed.len() - 2]] {
            assert_eq!(ours.open("webhook:1", broken), None, "{broken}");
        }
    }

    // SEC: N-12
    #[test]
    fn only_whole_secrets_are_well_formed() {
        let secret = fresh(prefix::PORTAL, &SystemEntropy);
        assert!(is_well_formed(prefix::PORTAL, &secret));
        for bad in ["", " ", "\0", &format!("{secret} "), &format!("{secret}\t"), &secret.to_uppercase(), &secret[1..]]
        {
            assert!(!is_well_formed(prefix::PORTAL, bad), "{bad:?}");
        }
    }
}
