//! Several queries in one round trip: their results side by side in one, where each row belongs to one of them and is null elsewhere.

use std::{borrow::Cow, fmt::Write as _};

use sqlx::{Column as _, Row as _, postgres::PgRow};

use super::rows::SentRow;
use crate::storage::{
    Result, StorageError,
    sql::{Query, Row},
};

/// One query for all. The order of the rows within a result is lost.
pub(super) fn combined(queries: Vec<Query>) -> Query {
    let (mut all, mut args) = (String::from("SELECT * FROM "), Vec::new());
    for (number, (sql, its_args)) in queries.into_iter().enumerate() {
        let (before, after) = if number == 0 { ("", "") } else { (" FULL JOIN ", " ON false") };
        let sql = shifted(&sql, args.len());
        let _ = write!(all, "{before}(SELECT true AS {}, q.* FROM ({sql}) q) q{number}{after}", mark(number));
        args.extend(its_args);
    }
    (Cow::Owned(all), args)
}

/// The column that is true in the rows of a query.
fn mark(number: usize) -> String {
    format!("of_query_{number}")
}

/// The same query with its placeholders counted from `by` on.
fn shifted(sql: &str, by: usize) -> String {
    let mut pieces = sql.split('$');
    let mut shifted = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
        let (number, rest) = piece.split_at(digits);
        let _ = match number.parse::<usize>() {
            Ok(number) => write!(shifted, "${}{rest}", number + by),
            Err(_) => write!(shifted, "${piece}"),
        };
    }
    shifted
}

/// The rows of each query.
pub(super) fn divided(rows: Vec<PgRow>, queries: usize) -> Result<Vec<Vec<Row>>> {
    let mut results: Vec<Vec<Row>> = (0..queries).map(|_| Vec::new()).collect();
    let Some(first) = rows.first() else { return Ok(results) };
    let place = |number| first.columns().iter().position(|column| column.name() == mark(number));
    let starts: Option<Vec<usize>> = (0..queries).map(place).collect();
    let starts = starts.ok_or_else(|| StorageError::other("a combined query without its marks"))?;
    let end = first.columns().len();
    for row in rows {
        for (number, result) in results.iter_mut().enumerate() {
            if row.try_get::<Option<bool>, _>(starts[number])?.is_some() {
                let columns = starts[number] + 1..starts.get(number + 1).copied().unwrap_or(end);
                result.push(Row::Postgres(SentRow::part(row, columns)));
                break;
            }
        }
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::sql::args;

    #[test]
    fn placeholders_keep_their_arguments() {
        let queries =
            vec![("SELECT $1, $2".into(), args![1_i64, 2_i64]), ("SELECT $2::text, $1".into(), args![3_i64, 4_i64])];
        let (sql, args) = combined(queries);
        assert_eq!(
            sql,
            "SELECT * FROM (SELECT true AS of_query_0, q.* FROM (SELECT $1, $2) q) q0 \
             FULL JOIN (SELECT true AS of_query_1, q.* FROM (SELECT $4::text, $3) q) q1 ON false"
        );
        assert_eq!(args, args![1_i64, 2_i64, 3_i64, 4_i64]);
        assert_eq!(shifted("SELECT $10, $1", 3), "SELECT $13, $4");
    }
}
