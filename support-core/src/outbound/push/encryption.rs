//! What a push service carries and cannot read: RFC 8291, on the content coding `aes128gcm` of RFC 8188.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
};

use crate::secret::{from_base64url, mac};

/// An uncompressed point of P-256.
const PUBLIC_KEY_BYTES: usize = 65;
/// What a browser shares with us beside its key.
const AUTH_BYTES: usize = 16;
/// One record holds all of it.
const RECORD_BYTES: u32 = 4_096;
/// Every text is filled up to this, which is the longest, so that a push service does not learn by its length what is said.
const PADDED_BYTES: usize = 2_048;

/// What a browser hands out with its address.
#[derive(Clone, Copy)]
pub(crate) struct BrowserKeys {
    public: [u8; PUBLIC_KEY_BYTES],
    auth: [u8; AUTH_BYTES],
}

impl BrowserKeys {
    /// The two values that `PushSubscription` gives, in base64url. None when they are no keys.
    pub(crate) fn new(p256dh: &str, auth: &str) -> Option<Self> {
        let bytes = |text: &str| from_base64url(text.trim_end_matches('='));
        let keys = Self { public: bytes(p256dh)?.try_into().ok()?, auth: bytes(auth)?.try_into().ok()? };
        // A point that lies on no curve is found here and not when the first message is sent.
        let any = PrivateKey::from_private_key(&ECDH_P256, &[1; 32]).ok()?;
        keys.agree(&any).map(|_| keys)
    }

    fn agree(&self, ours: &PrivateKey) -> Option<[u8; 32]> {
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &self.public);
        agree(ours, theirs, (), |shared| <[u8; 32]>::try_from(shared).map_err(drop)).ok()
    }

    /// The body of a message to this browser. `key` and `salt` are random and used once. None for a text that is too long.
    pub(crate) fn encrypt(&self, text: &[u8], key: &[u8; 32], salt: &[u8; 16]) -> Option<Vec<u8>> {
        let padding = PADDED_BYTES.checked_sub(text.len())?;
        self.encrypt_padded(text, padding, key, salt)
    }

    fn encrypt_padded(&self, text: &[u8], padding: usize, key: &[u8; 32], salt: &[u8; 16]) -> Option<Vec<u8>> {
        let ours = PrivateKey::from_private_key(&ECDH_P256, key).ok()?;
        let our_public = ours.compute_public_key().ok()?;
        let our_public = our_public.as_ref();
        // HKDF for no more than one block is two HMACs.
        let extracted = mac(&self.auth, &[&self.agree(&ours)?]);
        let material = mac(&extracted, &[b"WebPush: info\0", &self.public, our_public, &[1]]);
        let secret = mac(salt, &[&material]);
        let content_key = mac(&secret, &[b"Content-Encoding: aes128gcm\0\x01"]);
        let nonce = mac(&secret, &[b"Content-Encoding: nonce\0\x01"]);

        let mut sealed = text.to_vec();
        sealed.push(2);
        sealed.resize(sealed.len() + padding, 0);
        let content_key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content_key[..16]).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(&nonce[..NONCE_LEN]).ok()?;
        content_key.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed).ok()?;

        let mut body = salt.to_vec();
        body.extend(RECORD_BYTES.to_be_bytes());
        body.push(u8::try_from(our_public.len()).ok()?);
        body.extend(our_public);
        body.extend(sealed);
        Some(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::base64url;

    const PUBLIC: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        from_base64url(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn the_example_of_rfc_8291_comes_out() {
        let keys = BrowserKeys::new(PUBLIC, AUTH).unwrap();
        let (key, salt) = (bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), bytes("DGv6ra1nlYgDCS1FRnbzlw"));
        let body = keys.encrypt_padded(b"When I grow up, I want to be a watermelon", 0, &key, &salt).unwrap();
        assert_eq!(
            base64url(&body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_\
             yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn every_text_has_the_same_length_and_one_that_is_too_long_is_none() {
        let keys = BrowserKeys::new(PUBLIC, AUTH).unwrap();
        let length = |text: &[u8]| keys.encrypt(text, &[7; 32], &[9; 16]).map(|body| body.len());
        assert_eq!(length(b""), length(&[b'x'; PADDED_BYTES]));
        assert_eq!(length(b"").unwrap(), 16 + 4 + 1 + PUBLIC_KEY_BYTES + PADDED_BYTES + 1 + 16);
        assert_eq!(length(&[b'x'; PADDED_BYTES + 1]), None);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let off_the_curve = base64url(&[[4].as_slice(), &[1; 64]].concat());
        for (public, auth) in
            [("", AUTH), (PUBLIC, ""), (AUTH, AUTH), (PUBLIC, PUBLIC), (off_the_curve.as_str(), AUTH), ("%", AUTH)]
        {
            assert!(BrowserKeys::new(public, auth).is_none(), "{public} {auth}");
        }
        assert!(BrowserKeys::new(&format!("{PUBLIC}="), &format!("{AUTH}==")).is_some(), "some libraries pad");
    }
}
