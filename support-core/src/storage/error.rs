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

    /// The answer to a commit after a call that failed, whether or not the caller took notice.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(super) fn failed_before() -> Self {
        Self::other("a call of this transaction failed: it can only be rolled back")
    }
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) if database.is_unique_violation() => Self::Conflict,
            sqlx::Error::Database(database) if database.code().is_some_and(|code| is_passing(&code)) => {
                Self::Unavailable(error.into())
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

#[cfg(feature = "sqlite")]
impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        // The extended codes of a primary key and of a unique index.
        const UNIQUE: [i32; 2] = [1_555, 2_067];
        match error.sqlite_error().map(|failure| failure.extended_code) {
            Some(code) if UNIQUE.contains(&code) => Self::Conflict,
            Some(code) if is_passing(&code.to_string()) => Self::Unavailable(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

/// Whether the same call may succeed later. PostgreSQL's codes have five characters; SQLite's are numbers with the kind in the low byte.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
fn is_passing(code: &str) -> bool {
    if code.len() == 5 {
        // Connection lost; out of disk, memory or connections; shutting down or starting up; a time-out of a statement or a lock;
        // serialization failure and deadlock.
        return code.starts_with("08")
            || code.starts_with("53")
            || code.starts_with("57")
            || matches!(code, "40001" | "40P01" | "55P03");
    }
    // Busy, locked, out of memory, I/O, full, cannot open.
    matches!(code.parse::<u32>().map(|code| code & 0xFF), Ok(5 | 6 | 7 | 10 | 13 | 14))
}

#[cfg(all(test, any(feature = "sqlite", feature = "postgres")))]
mod tests {
    use super::is_passing;

    #[test]
    fn what_passes_is_told_from_what_stays() {
        // SQLite's extended codes: busy snapshot, a failed fsync, a full disk. PostgreSQL: a lock time-out, a shutdown.
        for code in ["5", "517", "1034", "13", "55P03", "57P01", "57014", "08006", "53300"] {
            assert!(is_passing(code), "{code}");
        }
        // SQLite: no such table, corrupt, a constraint. PostgreSQL: syntax, no such table, a failed transaction.
        for code in ["1", "11", "787", "42601", "42P01", "25P02"] {
            assert!(!is_passing(code), "{code}");
        }
    }
}
