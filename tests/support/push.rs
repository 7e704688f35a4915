//! A browser that has agreed to push: it reads what a push service hands it, by RFC 8291 and nothing of ours.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hkdf::{HKDF_SHA256, KeyType, Salt},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

use crate::receiver::Heard;

/// A browser's keys.
#[derive(Debug)]
pub struct Browser {
    private: PrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive(salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize) -> Vec<u8> {
    let mut out = vec![0; length];
    let key = Salt::new(HKDF_SHA256, salt).extract(secret);
    key.expand(info, Bytes(length)).expect("a short key").fill(&mut out).expect("of that length");
    out
}

impl Browser {
    /// With keys made of `seed`.
    pub fn new(seed: u8) -> Self {
        let private = PrivateKey::from_private_key(&ECDH_P256, &[seed; 32]).expect("a key");
        let public = private.compute_public_key().expect("a point").as_ref().to_vec();
        Self { private, public, auth: [seed; 16] }
    }

    /// What the browser gives to the page, for a push service at `endpoint`.
    pub fn subscription(&self, endpoint: &str) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let keys = json!({ "p256dh": text(&self.public), "auth": text(&self.auth) });
        json!({ "endpoint": endpoint, "expirationTime": null, "keys": keys, "name": "A laptop" })
    }

    /// What a message says.
    ///
    /// # Panics
    /// When it is not for this browser, or not as RFC 8188 and RFC 8291 have it.
    pub fn open(&self, heard: &Heard) -> Value {
        assert_eq!(heard.header("content-encoding"), "aes128gcm");
        let (salt, rest) = heard.bytes.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert!(u32::from_be_bytes(size.try_into().expect("four bytes")) as usize > rest.len(), "one record");
        let (theirs, sealed) = rest[1..].split_at(usize::from(rest[0]));
        let info: [&[u8]; 3] = [b"WebPush: info\0", &self.public, theirs];
        let material = agree(&self.private, UnparsedPublicKey::new(&ECDH_P256, theirs), (), |shared| {
            Ok(derive(&self.auth, shared, &info, 32))
        });
        let material = material.expect("a point of the curve");
        let key = derive(salt, &material, &[b"Content-Encoding: aes128gcm\0"], 16);
        let nonce = derive(salt, &material, &[b"Content-Encoding: nonce\0"], 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).expect("a key"));
        let mut text = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(&nonce).expect("a nonce");
        let text = key.open_in_place(nonce, Aad::empty(), &mut text).expect("sealed for this browser");
        let end = text.iter().rposition(|byte| *byte != 0).expect("a delimiter");
        assert_eq!(text[end], 2, "the last record");
        serde_json::from_slice(&text[..end]).expect("JSON")
    }
}

/// What a push service learns of the sender: the claims, signed by the key that the browser subscribed with.
///
/// # Panics
/// When the signature is not by `key`, or not for `origin`.
pub fn sender(heard: &Heard, key: &str, origin: &str) -> Value {
    let header = heard.header("authorization");
    let (token, named) = header.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k=")).expect("RFC 8292");
    assert_eq!(named, key, "the key that browsers subscribe with");
    let point = URL_SAFE_NO_PAD.decode(key).expect("base64url");
    let [x, y] = [&point[1..33], &point[33..]].map(|half| URL_SAFE_NO_PAD.encode(half));
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_audience(&[origin]);
    // The test's clock is not the machine's.
    rules.validate_exp = false;
    let key = DecodingKey::from_ec_components(&x, &y).expect("a point");
    decode::<Value>(token, &key, &rules).expect("a genuine token").claims
}
