//! Passwords: Argon2id on a bounded number of blocking threads.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::{
    clock::{Entropy, random},
    error::{Error, Fields, Result},
    model::limits,
};

/// Hashes computed at once. More would only slow each other down and take the chat's CPU.
const PARALLEL: usize = 2;

/// The most used passwords of at least 8 characters, in lower case; matching is by the whole word.
const COMMON: &[&str] = &[
    "password",
    "password1",
    "password12",
    "password123",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "12345678",
    "123456789",
    "1234567890",
    "123123123",
    "11111111",
    "00000000",
    "87654321",
    "88888888",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "qwerty12",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "zaq12wsx",
    "asdfghjk",
    "asdfghjkl",
    "zxcvbnm1",
    "abcd1234",
    "abc12345",
    "a1b2c3d4",
    "admin123",
    "admin1234",
    "administrator",
    "welcome1",
    "welcome123",
    "letmein1",
    "letmein123",
    "iloveyou",
    "iloveyou1",
    "sunshine",
    "princess",
    "football",
    "football1",
    "baseball",
    "baseball1",
    "superman",
    "starwars",
    "trustno1",
    "whatever",
    "computer",
    "internet",
    "michelle",
    "jennifer",
    "danielle",
    "jonathan",
    "liverpool",
    "charlie1",
    "changeme",
    "changeme1",
    "changeit",
    "customer123",
    "agent123",
    "support1",
    "support123",
    "secret123",
    "default1",
    "test1234",
    "testtest",
    "password!",
    "monkey123",
    "dragon123",
    "master123",
    "shadow123",
    "michael1",
    "samsung1",
    "pokemon1",
    "asdf1234",
    "qazwsxedc",
    "q1w2e3r4",
    "1234qwer",
    "12341234",
    "12344321",
    "66666666",
    "77777777",
    "99999999",
    "98765432",
    "987654321",
    "0987654321",
    "helloworld",
    "hello123",
];

/// Why a password is not accepted as a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than 8 characters.
    #[error("must have at least 8 characters")]
    TooShort,
    /// More than 256 characters.
    #[error("must have at most 256 characters")]
    TooLong,
    /// On every attacker's list.
    #[error("is one of the most used passwords")]
    Common,
}

impl PasswordError {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Common => "common_password",
        }
    }
}

/// Whether it may become somebody's password.
fn check(password: &str) -> std::result::Result<(), PasswordError> {
    let length = password.chars().count();
    if length < limits::PASSWORD_MIN {
        return Err(PasswordError::TooShort);
    }
    if length > limits::PASSWORD_MAX {
        return Err(PasswordError::TooLong);
    }
    if COMMON.contains(&password.to_lowercase().as_str()) {
        return Err(PasswordError::Common);
    }
    Ok(())
}

/// Notes what is wrong with a new password.
pub(super) fn accept(fields: &mut Fields, pointer: &str, password: &str) {
    if let Err(error) = check(password) {
        fields.refuse(pointer, error.code(), error.to_string());
    }
}

/// The hash of nothing in particular, made as all others are: an unknown address costs the same work as a wrong password.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[derive(Debug)]
pub(super) struct Hasher {
    permits: Semaphore,
}

impl Hasher {
    pub(super) fn new() -> Self {
        Self { permits: Semaphore::new(PARALLEL) }
    }

    /// The PHC string of a password.
    pub(super) async fn hash(&self, password: &str, entropy: &dyn Entropy) -> Result<String> {
        let (password, salt) = (password.to_owned(), random::<16>(entropy));
        self.blocking(move || {
            let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
        })
        .await?
    }

    /// Whether the password belongs to the hash. Without a hash the answer is no, after the same work.
    pub(super) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        // A longer text is nobody's password; hashing it would only serve to burn CPU.
        let password = if password.chars().count() > limits::PASSWORD_MAX { "" } else { password }.to_owned();
        let known = hash.is_some();
        let hash = hash.unwrap_or(DUMMY).to_owned();
        let matches = self.blocking(move || {
            let parsed = PasswordHash::new(&hash).map_err(|error| Error::internal(error.to_string()))?;
            Ok::<_, Error>(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
        });
        Ok(matches.await?? && known)
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        // What makes a sign-in slow, for whoever looks where the time goes; a test counts them.
        tracing::trace!(target: "support_core::argon2", "a run");
        let _permit = self.permits.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // SEC: N-01
    #[tokio::test]
    async fn the_hash_that_stands_in_costs_what_a_real_one_costs() {
        let hasher = Hasher::new();
        let real = hasher.hash("a fine password", &crate::clock::SystemEntropy).await.expect("a hash");
        let (real, dummy) = (PasswordHash::new(&real).expect("our own"), PasswordHash::new(DUMMY).expect("our own"));
        assert_eq!((real.algorithm, real.version), (dummy.algorithm, dummy.version));
        assert_eq!(real.params, dummy.params);
        let length = |hash: &PasswordHash| hash.hash.as_ref().map(|hash| hash.as_bytes().len());
        assert_eq!(length(&real), length(&dummy));
        assert!(!hasher.verify("", None).await.expect("an answer"), "and it is nobody's");
    }
}
