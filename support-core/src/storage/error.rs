//! What storage can fail with.

/// The result of a storage call.
pub type Result<T, E = StorageError> = std::result::Result<T, E>;

/// Why a storage call failed. The causes are for the log; only the variant decides what a caller is told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// Somebody else changed the row first, or a unique value is taken.
    #[error("the row was changed or taken by somebody else")]
    Conflict,
    /// The database cannot be reached or does not answer in time. Nothing was written, or nobody knows: try again with the same key.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The schema is older or newer than this version of the crate.
    #[error("{0}")]
    Schema(String),
    /// Anything else: a bug, or a damaged database.
    #[error("the database refused: {0}")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StorageError {
    /// An error of the adapter itself.
    pub fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into().into())
    }
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(database) => match database.code().as_deref() {
                // SQLite: busy, locked. PostgreSQL: serialization failure, deadlock, lock not available.
                Some("5" | "6" | "261" | "517" | "40001" | "40P01" | "55P03") => Self::Unavailable(error.into()),
                // SQLite: full, I/O. PostgreSQL: out of disk, shutting down, starting up, too many connections.
                Some("10" | "13" | "53100" | "53300" | "57P01" | "57P02" | "57P03") => Self::Unavailable(error.into()),
                Some(_) | None => Self::Other(error.into()),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}
