//! What a verb can fail with, and the stable code that callers see of it.

use crate::{
    model::text::TextError,
    protocol::{FieldError, Message, Problem},
    storage::StorageError,
};

/// The result of a verb.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A member of a body that the route does not know: the one broken rule with a code of its own on the problem itself.
pub(crate) const UNKNOWN_FIELD: &str = "unknown_field";

/// Why something was refused or failed. Internals stay in the log: only [`code`](Self::code), [`status`](Self::status) and the
/// `Display` sentence travel.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nobody knows who is asking.
    #[error("Sign in, or send a valid credential.")]
    Unauthenticated,
    /// Email and password do not go together. The same for an unknown address.
    #[error("Email or password is wrong.")]
    WrongCredentials,
    /// Known, and not allowed.
    #[error("You are not allowed to do this.")]
    Forbidden,
    /// The request comes from another site, with a cookie of ours.
    #[error("The request came from another site.")]
    CrossSite,
    /// It is not there, or one may not know of it.
    #[error("There is nothing here under this address.")]
    NotFound,
    /// A body that breaks rules.
    #[error("Some fields are not valid.")]
    Invalid(Vec<FieldError>),
    /// A request that cannot be understood.
    #[error("{detail}")]
    BadRequest {
        /// Stable.
        code: &'static str,
        /// One sentence.
        detail: String,
    },
    /// The state of things does not allow it.
    #[error("{detail}")]
    Conflict {
        /// Stable.
        code: &'static str,
        /// One sentence.
        detail: String,
    },
    /// The sender has not seen what others wrote meanwhile.
    #[error("Somebody wrote meanwhile. Look at it, then send again.")]
    NewerMessages(Vec<Message>),
    /// `If-Match` or `If-Unmodified-Since` does not hold.
    #[error("It was changed meanwhile. Load it again, then repeat your change.")]
    StaleVersion,
    /// An `Idempotency-Key` was used for another request before.
    #[error("This Idempotency-Key belongs to another request.")]
    IdempotencyMismatch,
    /// The body is larger than the route takes.
    #[error("The request is too large: at most {max_bytes} bytes.")]
    TooLarge {
        /// The limit.
        max_bytes: usize,
    },
    /// There is no room for what somebody brings: today, or at all.
    #[error("{0}")]
    NoRoom(&'static str),
    /// The desk does not take files of this type.
    #[error("Files of the type {0} are not taken here.")]
    UnsupportedFile(&'static str),
    /// The body is no form with a file.
    #[error("Send the file as multipart/form-data, in a part that is called `file`.")]
    NoForm,
    /// The body is no JSON.
    #[error("Send the body as application/json.")]
    UnsupportedMediaType,
    /// It is not so long that it would have the range that was asked for.
    #[error("There is nothing in this range.")]
    NoSuchRange,
    /// Too many tries.
    #[error("Too many tries. Wait a while, then try again.")]
    TooManyRequests {
        /// The limit's name.
        policy: &'static str,
        /// Tries in one window.
        quota: u32,
        /// How long a window lasts.
        window_s: u64,
        /// When the next try is worth making.
        retry_after_s: u64,
    },
    /// Another method would do.
    #[error("This address does not take that method.")]
    MethodNotAllowed,
    /// Something outside is down; nothing was done.
    #[error("The service is not available right now. Try again shortly.")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A bug.
    #[error("Something went wrong on our side.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// One field that breaks a rule; `pointer` as in RFC 6901.
    pub fn field(pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.to_owned(), code: code.to_owned(), detail: detail.into() }])
    }

    /// A bug, for the log.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// On the wire, for the request of that id.
    #[must_use]
    pub fn problem(&self, request_id: &str) -> Problem {
        let status = self.status();
        Problem {
            kind: "about:blank".to_owned(),
            title: axum::http::StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .unwrap_or_default()
                .to_owned(),
            status,
            detail: self.to_string(),
            code: self.code().to_owned(),
            request_id: request_id.to_owned(),
            errors: if let Self::Invalid(errors) = self { errors.clone() } else { Vec::new() },
        }
    }

    /// Stable, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::WrongCredentials => "wrong_credentials",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross_site",
            Self::NotFound => "not_found",
            Self::Invalid(errors) if errors.iter().all(|error| error.code == UNKNOWN_FIELD) => UNKNOWN_FIELD,
            Self::Invalid(_) => "invalid",
            Self::BadRequest { code, .. } | Self::Conflict { code, .. } => code,
            Self::NewerMessages(_) => "newer_messages",
            Self::StaleVersion => "stale_version",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::TooLarge { .. } => "too_large",
            Self::NoRoom(_) => "no_room",
            Self::NoSuchRange => "range_not_satisfiable",
            Self::UnsupportedFile(_) => "unsupported_file_type",
            Self::UnsupportedMediaType | Self::NoForm => "unsupported_media_type",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest { .. } => 400,
            Self::Unauthenticated | Self::WrongCredentials => 401,
            Self::Forbidden | Self::CrossSite => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict { .. } | Self::NewerMessages(_) => 409,
            Self::StaleVersion => 412,
            Self::TooLarge { .. } | Self::NoRoom(_) => 413,
            Self::UnsupportedMediaType | Self::NoForm | Self::UnsupportedFile(_) => 415,
            Self::NoSuchRange => 416,
            Self::Invalid(_) | Self::IdempotencyMismatch => 422,
            Self::TooManyRequests { .. } => 429,
            Self::Internal(_) => 500,
            Self::Unavailable(_) => 503,
        }
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict => Self::Conflict {
                code: "conflict",
                detail: "Somebody else was faster. Load it again, then repeat your change.".into(),
            },
            StorageError::Unavailable(_) => Self::Unavailable(error.into()),
            StorageError::Schema(_) | StorageError::Other(_) => Self::Internal(error.into()),
        }
    }
}

/// Collects what is wrong with a body, so that people see all of it at once.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    /// The value, or `None` with its error noted.
    pub(crate) fn check<T>(&mut self, pointer: &str, value: std::result::Result<T, TextError>) -> Option<T> {
        value.map_err(|error| self.refuse(pointer, error.code(), error.to_string())).ok()
    }

    pub(crate) fn refuse(&mut self, pointer: &str, code: &str, detail: impl Into<String>) {
        self.0.push(FieldError { pointer: pointer.to_owned(), code: code.to_owned(), detail: detail.into() });
    }

    /// # Errors
    /// [`Error::Invalid`] when anything was noted.
    pub(crate) fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
