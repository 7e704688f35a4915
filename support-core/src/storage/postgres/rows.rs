//! A row as PostgreSQL sends it. Columns are read nearly in the order in which the query names them, and a value is a few bytes in network
//! order: the driver's look-up by name and its check of the type, for each value, take longer than the values.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

use sqlx::{
    Column as _, Encode, Postgres, Row as _, Type, ValueRef as _,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgRow, PgTypeInfo, PgValueFormat},
};
use uuid::Uuid;

use crate::{
    model::Timestamp,
    storage::{Result, StorageError},
};

/// Microseconds from 1970 to 2000, where PostgreSQL's times begin.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
/// What stands before the text of a `jsonb`.
const JSONB_VERSION: u8 = 1;

/// One row of a query with arguments, which come as the binary form of each type.
pub(in crate::storage) struct SentRow {
    row: PgRow,
    /// Those of its query.
    columns: Range<usize>,
    /// The column after the one that was read last.
    next: AtomicUsize,
}

impl From<PgRow> for SentRow {
    fn from(row: PgRow) -> Self {
        let columns = 0..row.columns().len();
        Self::part(row, columns)
    }
}

impl SentRow {
    pub(super) fn part(row: PgRow, columns: Range<usize>) -> Self {
        Self { row, next: AtomicUsize::new(columns.start), columns }
    }

    /// The bytes of a value, none for null.
    fn bytes(&self, column: &str) -> Result<Option<&[u8]>> {
        let columns = self.row.columns();
        let next = self.next.load(Ordering::Relaxed);
        let is_it = |at: &usize| columns[*at].name() == column;
        let at = (next..self.columns.end).chain(self.columns.start..next.min(self.columns.end)).find(is_it);
        let at = at.ok_or_else(|| StorageError::other(format!("there is no column {column}")))?;
        self.next.store(at + 1, Ordering::Relaxed);
        let value = self.row.try_get_raw(at)?;
        match value.format() {
            _ if value.is_null() => Ok(None),
            PgValueFormat::Binary => value.as_bytes().map(Some).map_err(StorageError::Other),
            PgValueFormat::Text => Err(wrong(column)),
        }
    }

    fn fixed<const N: usize>(&self, column: &str) -> Result<Option<[u8; N]>> {
        let bytes = self.bytes(column)?;
        bytes.map(|bytes| bytes.try_into().map_err(|_| wrong(column))).transpose()
    }

    pub(in crate::storage) fn maybe_id(&self, column: &str) -> Result<Option<Uuid>> {
        Ok(self.fixed(column)?.map(Uuid::from_bytes))
    }

    pub(in crate::storage) fn maybe_int(&self, column: &str) -> Result<Option<i64>> {
        Ok(self.fixed(column)?.map(i64::from_be_bytes))
    }

    pub(in crate::storage) fn maybe_bool(&self, column: &str) -> Result<Option<bool>> {
        Ok(self.fixed(column)?.map(|[byte]| byte != 0))
    }

    pub(in crate::storage) fn maybe_text(&self, column: &str) -> Result<Option<&str>> {
        let bytes = self.bytes(column)?;
        bytes.map(|bytes| std::str::from_utf8(bytes).map_err(|_| wrong(column))).transpose()
    }

    pub(in crate::storage) fn maybe_json<'r>(&'r self, column: &str) -> Result<Option<&'r [u8]>> {
        let text = |bytes: &'r [u8]| bytes.strip_prefix(&[JSONB_VERSION]).ok_or_else(|| wrong(column));
        self.bytes(column)?.map(text).transpose()
    }

    pub(in crate::storage) fn maybe_time(&self, column: &str) -> Result<Option<Timestamp>> {
        let time = |micros: i64| {
            let since_1970 = micros.checked_add(EPOCH_MICROS);
            since_1970.and_then(Timestamp::from_timestamp_micros).ok_or_else(|| wrong(column))
        };
        self.maybe_int(column)?.map(time).transpose()
    }
}

/// JSON that is text already, which the driver would take apart and write again.
pub(in crate::storage) struct Jsonb(pub(in crate::storage) String);

impl Type<Postgres> for Jsonb {
    fn type_info() -> PgTypeInfo {
        <serde_json::Value as Type<Postgres>>::type_info()
    }
}

impl PgHasArrayType for Jsonb {
    fn array_type_info() -> PgTypeInfo {
        <serde_json::Value as PgHasArrayType>::array_type_info()
    }
}

impl Encode<'_, Postgres> for Jsonb {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> std::result::Result<IsNull, BoxDynError> {
        buffer.push(JSONB_VERSION);
        buffer.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
}

fn wrong(column: &str) -> StorageError {
    StorageError::other(format!("column {column} holds a value of another type"))
}
