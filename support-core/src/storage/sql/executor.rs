//! The seam between the shared queries and a driver: typed arguments in, rows with typed getters out.

use std::{borrow::Cow, str::FromStr};

use async_trait::async_trait;
#[cfg(feature = "sqlite")]
use sqlx::Row as _;
use uuid::Uuid;

use crate::{
    model::Timestamp,
    storage::{Native, Result, StorageError},
};

/// The database's own way of saying things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::storage) enum Dialect {
    #[cfg(feature = "sqlite")]
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}

impl Dialect {
    /// Conditions that let the planner use the partial indexes on `is_done`.
    pub(super) const fn is_done(self, done: bool) -> &'static str {
        match (self, done) {
            #[cfg(feature = "sqlite")]
            (Self::Sqlite, true) => "c.is_done = 1",
            #[cfg(feature = "sqlite")]
            (Self::Sqlite, false) => "c.is_done = 0",
            #[cfg(feature = "postgres")]
            (Self::Postgres, true) => "c.is_done",
            #[cfg(feature = "postgres")]
            (Self::Postgres, false) => "NOT c.is_done",
        }
    }

    /// A boolean column that must be true.
    pub(super) fn is_true(self, column: &str) -> String {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => format!("{column} = 1"),
            #[cfg(feature = "postgres")]
            Self::Postgres => column.to_owned(),
        }
    }

    /// A boolean column that must be false.
    pub(super) fn is_false(self, column: &str) -> String {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => format!("{column} = 0"),
            #[cfg(feature = "postgres")]
            Self::Postgres => format!("NOT {column}"),
        }
    }
}

impl Dialect {
    /// A text with A to Z in lower case and all else as it is, as SQLite does it.
    pub(super) fn lower_ascii(self, column: &str) -> String {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => format!("LOWER({column})"),
            #[cfg(feature = "postgres")]
            Self::Postgres => format!("LOWER({column} COLLATE \"C\")"),
        }
    }
}

/// An argument of a query. The type decides how a null is sent.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::storage) enum Arg {
    Id(Option<Uuid>),
    Int(Option<i64>),
    Text(Option<Cow<'static, str>>),
    Time(Option<Timestamp>),
    Bool(bool),
    Json(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! arg_from {
    ($($type:ty => |$value:ident| $arg:expr;)+) => {
        $(impl From<$type> for Arg {
            fn from($value: $type) -> Self {
                $arg
            }
        })+
    };
}

arg_from! {
    Uuid => |id| Self::Id(Some(id));
    i64 => |int| Self::Int(Some(int));
    u32 => |int| Self::Int(Some(int.into()));
    Option<i64> => |int| Self::Int(int);
    bool => |bool| Self::Bool(bool);
    Timestamp => |time| Self::Time(Some(time));
    Option<Timestamp> => |time| Self::Time(time);
    String => |text| Self::Text(Some(Cow::Owned(text)));
    &String => |text| Self::Text(Some(Cow::Owned(text.clone())));
    &str => |text| Self::Text(Some(Cow::Owned(text.to_owned())));
    Option<String> => |text| Self::Text(text.map(Cow::Owned));
    &Option<String> => |text| Self::Text(text.clone().map(Cow::Owned));
    Option<&str> => |text| Self::Text(text.map(|text| Cow::Owned(text.to_owned())));
    &[u8; 32] => |hash| Self::Bytes(Some(hash.to_vec()));
    Option<&[u8; 32]> => |hash| Self::Bytes(hash.map(|hash| hash.to_vec()));
}

macro_rules! arg_from_id {
    ($($id:ident),+) => {
        $(
            impl From<crate::model::$id> for Arg {
                fn from(id: crate::model::$id) -> Self {
                    Self::Id(Some(id.0))
                }
            }
            impl From<Option<crate::model::$id>> for Arg {
                fn from(id: Option<crate::model::$id>) -> Self {
                    Self::Id(id.map(|id| id.0))
                }
            }
        )+
    };
}
arg_from_id!(
    TenantId,
    PersonId,
    ConversationId,
    MessageId,
    EventId,
    DeliveryId,
    TokenId,
    InboxId,
    SessionId,
    SettingId,
    RevisionId,
    AttachmentId,
    WebhookId,
    NotificationId,
    PushSubscriptionId
);

macro_rules! arg_from_word {
    ($($word:ident),+) => {
        $(impl From<crate::model::$word> for Arg {
            fn from(word: crate::model::$word) -> Self {
                Self::Text(Some(Cow::Borrowed(word.as_str())))
            }
        })+
    };
}
arg_from_word!(
    Status,
    Priority,
    Direction,
    AuthorKind,
    ActorKind,
    EventType,
    PersonKind,
    Role,
    DeliveryState,
    IndexKind,
    MessageFormat,
    ConversationKind,
    ParticipantRole,
    NotificationKind
);

impl From<crate::storage::SessionKind> for Arg {
    fn from(kind: crate::storage::SessionKind) -> Self {
        Self::Text(Some(Cow::Borrowed(kind.as_str())))
    }
}

/// Arguments of different types as one vector.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::storage::sql::Arg::from($value)),*] };
}
pub(in crate::storage) use args;

/// One row of either driver.
pub(in crate::storage) enum Row {
    /// Of a thread of ours that reads.
    #[cfg(feature = "sqlite")]
    Page(crate::storage::sqlite::PageRow),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::sqlite::SqliteRow),
    #[cfg(feature = "postgres")]
    Postgres(crate::storage::postgres::SentRow),
}

/// A value by `$get` of a row of ours, or by the driver's own conversion.
macro_rules! get {
    ($row:expr, $column:expr, $get:ident) => {
        match $row {
            #[cfg(feature = "sqlite")]
            Row::Page(row) => row.$get($column)?,
            #[cfg(feature = "sqlite")]
            Row::Sqlite(row) => row.try_get($column)?,
            #[cfg(feature = "postgres")]
            Row::Postgres(row) => row.$get($column)?,
        }
    };
}

impl Row {
    pub(in crate::storage) fn id<T: From<Uuid>>(&self, column: &str) -> Result<T> {
        self.maybe_id(column)?.ok_or_else(|| null(column))
    }

    pub(in crate::storage) fn maybe_id<T: From<Uuid>>(&self, column: &str) -> Result<Option<T>> {
        let id: Option<Uuid> = get!(self, column, maybe_id);
        Ok(id.map(T::from))
    }

    pub(in crate::storage) fn int(&self, column: &str) -> Result<i64> {
        self.maybe_int(column)?.ok_or_else(|| null(column))
    }

    pub(in crate::storage) fn maybe_int(&self, column: &str) -> Result<Option<i64>> {
        Ok(get!(self, column, maybe_int))
    }

    pub(in crate::storage) fn bool(&self, column: &str) -> Result<bool> {
        let value: Option<bool> = get!(self, column, maybe_bool);
        value.ok_or_else(|| null(column))
    }

    pub(in crate::storage) fn text(&self, column: &str) -> Result<String> {
        Ok(self.str(column)?.to_owned())
    }

    pub(in crate::storage) fn maybe_text(&self, column: &str) -> Result<Option<String>> {
        Ok(self.maybe_str(column)?.map(str::to_owned))
    }

    fn str(&self, column: &str) -> Result<&str> {
        self.maybe_str(column)?.ok_or_else(|| null(column))
    }

    fn maybe_str(&self, column: &str) -> Result<Option<&str>> {
        Ok(get!(self, column, maybe_text))
    }

    /// One of an enum's words.
    pub(in crate::storage) fn word<T: FromStr>(&self, column: &str) -> Result<T> {
        let word = self.str(column)?;
        word.parse().map_err(|_| StorageError::other(format!("column {column} holds the unknown word {word:?}")))
    }

    pub(in crate::storage) fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T> {
        self.maybe_json(column)?.ok_or_else(|| null(column))
    }

    pub(in crate::storage) fn maybe_json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<Option<T>> {
        let parsed = match self {
            #[cfg(feature = "sqlite")]
            Self::Page(_) | Self::Sqlite(_) => self.maybe_str(column)?.map(serde_json::from_str).transpose(),
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => row.maybe_json(column)?.map(serde_json::from_slice).transpose(),
        };
        parsed.map_err(|error| StorageError::Other(error.into()))
    }

    pub(in crate::storage) fn time(&self, column: &str) -> Result<Timestamp> {
        self.maybe_time(column)?.ok_or_else(|| null(column))
    }

    pub(in crate::storage) fn maybe_time(&self, column: &str) -> Result<Option<Timestamp>> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Page(_) | Self::Sqlite(_) => {
                let time = |micros| {
                    Timestamp::from_timestamp_micros(micros)
                        .ok_or_else(|| StorageError::other(format!("column {column} holds no time")))
                };
                self.maybe_int(column)?.map(time).transpose()
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => row.maybe_time(column),
        }
    }
}

fn null(column: &str) -> StorageError {
    StorageError::other(format!("column {column} is null"))
}

/// A query with its arguments.
pub(in crate::storage) type Query = (Cow<'static, str>, Vec<Arg>);

/// A driver's connection.
#[async_trait]
pub(in crate::storage) trait Executor: Send + Sync + Sized + 'static {
    fn dialect(&self) -> Dialect;

    /// Whether a row can be locked until the end of a transaction. A reader has none.
    fn can_lock(&self) -> bool;

    /// Runs one query, or on SQLite several separated by semicolons, and returns all rows.
    async fn fetch(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Vec<Row>>;

    /// Runs several queries, where it can in one round trip. The rows of each come in no order.
    async fn fetch_each(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        let mut results = Vec::with_capacity(queries.len());
        for (sql, args) in queries {
            results.push(self.fetch(sql, args).await?);
        }
        Ok(results)
    }

    /// Runs one statement and returns how many rows it touched.
    async fn execute(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<u64>;

    fn native(&mut self) -> Native<'_>;

    async fn commit(self) -> Result<()>;

    /// Like `fetch_each`, for queries that find a few rows by their keys.
    async fn fetch_few(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        self.fetch_each(queries).await
    }

    /// The row that a key leads to, if there is one.
    async fn fetch_optional(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Option<Row>> {
        Ok(self.fetch(sql, args).await?.into_iter().next())
    }

    /// The first row, which is there by the nature of the query.
    async fn fetch_one(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Row> {
        let row = self.fetch(sql, args).await?.into_iter().next();
        row.ok_or_else(|| StorageError::other("a query that always has a row had none"))
    }
}

/// Binds the arguments in a driver's own form.
#[cfg(feature = "sqlite")]
pub(in crate::storage) fn bind_sqlite(args: Vec<Arg>) -> Result<sqlx::sqlite::SqliteArguments> {
    use sqlx::Arguments as _;
    let mut bound = sqlx::sqlite::SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Id(id) => bound.add(id),
            Arg::Int(int) => bound.add(int),
            Arg::Text(text) => bound.add(text.map(Cow::into_owned)),
            Arg::Time(time) => bound.add(time.map(|time| time.timestamp_micros())),
            Arg::Bool(bool) => bound.add(bool),
            Arg::Json(json) => bound.add(json),
            Arg::Bytes(bytes) => bound.add(bytes),
        }
        .map_err(StorageError::Other)?;
    }
    Ok(bound)
}

/// Binds the arguments in a driver's own form.
#[cfg(feature = "postgres")]
pub(in crate::storage) fn bind_postgres(args: Vec<Arg>) -> Result<sqlx::postgres::PgArguments> {
    use sqlx::Arguments as _;
    let mut bound = sqlx::postgres::PgArguments::default();
    for arg in args {
        match arg {
            Arg::Id(id) => bound.add(id),
            Arg::Int(int) => bound.add(int),
            // Postgres has no NUL in a text, and so nothing that one could be looked for with one: it must not be found, not fail.
            Arg::Text(Some(text)) if text.contains('\0') => bound.add(text.replace('\0', "\u{fffd}")),
            Arg::Text(text) => bound.add(text),
            Arg::Time(time) => bound.add(time),
            Arg::Bool(bool) => bound.add(bool),
            Arg::Json(json) => bound.add(json.map(crate::storage::postgres::Jsonb)),
            Arg::Bytes(bytes) => bound.add(bytes),
        }
        .map_err(StorageError::Other)?;
    }
    Ok(bound)
}

/// Binds each column of rows as an array. The values of a column are of one type.
#[cfg(feature = "postgres")]
pub(in crate::storage) fn bind_columns(columns: Vec<Vec<Arg>>) -> Result<sqlx::postgres::PgArguments> {
    use sqlx::Arguments as _;
    let mut bound = sqlx::postgres::PgArguments::default();
    for column in columns {
        /// The values of one kind.
        macro_rules! all {
            ($($kind:ident => |$value:ident| $convert:expr),+ $(,)?) => {
                match column.first() {
                    None => continue,
                    $(Some(Arg::$kind(_)) => {
                        let values = column.into_iter().map(|arg| match arg {
                            Arg::$kind($value) => Ok($convert),
                            other => Err(StorageError::other(format!("{other:?} in a column of another type"))),
                        });
                        bound.add(values.collect::<Result<Vec<_>>>()?)
                    })+
                }
            };
        }
        let added = all! {
            Id => |id| id,
            Int => |int| int,
            Text => |text| text,
            Time => |time| time,
            Bool => |bool| bool,
            Json => |json| json.map(crate::storage::postgres::Jsonb),
            Bytes => |bytes| bytes,
        };
        added.map_err(StorageError::Other)?;
    }
    Ok(bound)
}
