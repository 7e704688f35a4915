//! Several writes in one round trip: a multi-statement string on SQLite, data-modifying CTEs on Postgres.

use std::{borrow::Cow, fmt::Write as _};

use super::{Arg, Dialect, Executor, Row};
use crate::storage::Result;

/// What stands between the statements of a batch on SQLite, and nowhere else in them.
#[cfg(feature = "sqlite")]
pub(in crate::storage) const SEPARATOR: &str = "; ";

/// Collects statements. The first one must have a `RETURNING` clause; its rows are the batch's result.
#[derive(Debug)]
pub(super) struct Batch {
    dialect: Dialect,
    sql: String,
    args: Vec<Arg>,
    statements: usize,
}

impl Batch {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, sql: String::with_capacity(2_048), args: Vec::with_capacity(64), statements: 0 }
    }

    /// Adds `INSERT INTO table (columns) VALUES ($n, …), … tail`; nothing when there are no rows.
    ///
    /// Rows that must keep their order belong into one call: Postgres runs the statements of a batch in an order of its own.
    pub(super) fn insert(&mut self, table: &str, columns: &str, rows: impl IntoIterator<Item = Vec<Arg>>, tail: &str) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        self.open();
        let _ = write!(self.sql, "INSERT INTO {table} ({columns}) VALUES ");
        self.values(rows, "");
        let _ = write!(self.sql, "){tail}");
        self.close();
    }

    /// Adds `UPDATE table SET column = $n, … WHERE key = $n AND … tail`.
    pub(super) fn update(&mut self, table: &str, values: Vec<(&str, Arg)>, keys: &[(&str, Arg)], tail: &str) {
        self.open();
        let _ = write!(self.sql, "UPDATE {table} SET ");
        let mut n = self.args.len();
        for (index, (column, arg)) in values.into_iter().enumerate() {
            n += 1;
            self.sql.push_str(if index == 0 { "" } else { ", " });
            self.sql.push_str(column);
            self.sql.push_str(" = ");
            place(&mut self.sql, n);
            self.args.push(arg);
        }
        for (index, (column, arg)) in keys.iter().enumerate() {
            n += 1;
            let word = if index == 0 { " WHERE " } else { " AND " };
            let _ = write!(self.sql, "{word}{column} = ${n}");
            self.args.push(arg.clone());
        }
        self.sql.push_str(tail);
        self.close();
    }

    /// Adds `DELETE FROM table WHERE (columns) IN ((…), …)`; nothing when there are no rows.
    pub(super) fn delete(&mut self, table: &str, columns: &str, rows: impl IntoIterator<Item = Vec<Arg>>) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        self.open();
        let _ = write!(self.sql, "DELETE FROM {table} WHERE ({columns}) IN (VALUES ");
        self.values(rows, "");
        self.sql.push_str("))");
        self.close();
    }

    /// `($n, …), …`, without the first and the last bracket of the whole.
    fn values(&mut self, rows: impl Iterator<Item = Vec<Arg>>, cast: &str) {
        let mut between = "(";
        for row in rows {
            for arg in row {
                self.args.push(arg);
                self.sql.push_str(between);
                place(&mut self.sql, self.args.len());
                between = ", ";
            }
            self.sql.push_str(cast);
            between = "), (";
        }
    }

    fn open(&mut self) {
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                if self.statements > 0 {
                    self.sql.push_str(SEPARATOR);
                }
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let word = if self.statements == 0 { "WITH" } else { "," };
                let _ = write!(self.sql, "{word} s{} AS (", self.statements);
            }
        }
        self.statements += 1;
    }

    fn close(&mut self) {
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {}
            #[cfg(feature = "postgres")]
            Dialect::Postgres => self.sql.push(')'),
        }
    }

    pub(super) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Adds any statement; `write` is told the number of its first argument.
    pub(super) fn add(&mut self, args: Vec<Arg>, write: impl FnOnce(&mut String, usize)) {
        self.open();
        write(&mut self.sql, self.args.len() + 1);
        self.args.extend(args);
        self.close();
    }

    /// Adds `head ($n, …), … tail`, each row's last argument with a cast; nothing when there are no rows.
    pub(super) fn insert_from(&mut self, head: &str, rows: impl IntoIterator<Item = Vec<Arg>>, cast: &str, tail: &str) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        self.open();
        self.sql.push_str(head);
        self.values(rows, cast);
        let _ = write!(self.sql, "){tail}");
        self.close();
    }

    /// Runs everything for its effect.
    pub(super) async fn execute(mut self, executor: &mut impl Executor) -> Result<()> {
        match self.dialect {
            _ if self.statements == 0 => return Ok(()),
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {}
            #[cfg(feature = "postgres")]
            Dialect::Postgres => self.sql.push_str(" SELECT 1"),
        }
        executor.execute(Cow::Owned(self.sql), self.args).await?;
        Ok(())
    }

    /// Runs everything and returns the rows of the first statement.
    pub(super) async fn run(self, executor: &mut impl Executor) -> Result<Vec<Row>> {
        let (sql, args) = self.statement(" SELECT * FROM s0");
        executor.fetch(Cow::Owned(sql), args).await
    }

    /// Everything as one string, to be run where there is no transaction: one row, or no effect at all. SQLite's writer sees to that by
    /// itself; Postgres is made to fail where the first statement returned no row.
    pub(super) fn alone(self) -> (String, Vec<Arg>) {
        self.statement(" SELECT 1 / COUNT(*) FROM s0")
    }

    /// `result` is what Postgres selects from the parts.
    fn statement(mut self, result: &str) -> (String, Vec<Arg>) {
        match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {}
            #[cfg(feature = "postgres")]
            Dialect::Postgres => self.sql.push_str(result),
        }
        (self.sql, self.args)
    }
}

/// `$n`, without a formatter: a message has forty of them.
fn place(sql: &mut String, n: usize) {
    sql.push('$');
    for unit in [10_000, 1_000, 100, 10, 1] {
        if n >= unit {
            sql.extend(u32::try_from(n / unit % 10).ok().and_then(|digit| char::from_digit(digit, 10)));
        }
    }
}
