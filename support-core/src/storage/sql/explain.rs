//! An executor that asks the database for its plan before it runs anything.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;

use super::{Arg, Dialect, Executor, Query, Row};
use crate::storage::{Native, Result};

/// How a database ran a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryPlan {
    /// The statement.
    pub sql: String,
    /// The database's own lines.
    pub lines: Vec<String>,
}

/// The plans of everything that was run.
#[derive(Debug, Clone, Default)]
pub struct QueryPlans(Arc<Mutex<Vec<QueryPlan>>>);

impl QueryPlans {
    /// Those that came since the last call.
    #[must_use]
    pub fn take(&self) -> Vec<QueryPlan> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn push(&self, plan: QueryPlan) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
    }
}

pub(in crate::storage) struct Explaining<E> {
    pub(in crate::storage) inner: E,
    pub(in crate::storage) plans: QueryPlans,
}

impl<E: Executor> Explaining<E> {
    async fn explain(&mut self, sql: &str, args: &[Arg]) -> Result<()> {
        // What only adds rows has nothing to look for; a batch of SQLite's would be run behind its first statement.
        let looks = ["SELECT", "WITH", "UPDATE", "DELETE"].iter().any(|word| sql.starts_with(word));
        if !looks || sql.contains("; ") {
            return Ok(());
        }
        let (explain, column) = match self.inner.dialect() {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => ("EXPLAIN", "QUERY PLAN"),
        };
        let rows = self.inner.fetch(format!("{explain} {sql}").into(), args.to_vec()).await?;
        let lines = rows.iter().map(|row| row.text(column)).collect::<Result<_>>()?;
        self.plans.push(QueryPlan { sql: sql.to_owned(), lines });
        Ok(())
    }
}

#[async_trait]
impl<E: Executor> Executor for Explaining<E> {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    fn can_lock(&self) -> bool {
        self.inner.can_lock()
    }

    async fn fetch(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<Vec<Row>> {
        self.explain(&sql, &args).await?;
        self.inner.fetch(sql, args).await
    }

    async fn fetch_each(&mut self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        for (sql, args) in &queries {
            self.explain(sql, args).await?;
        }
        self.inner.fetch_each(queries).await
    }

    async fn execute(&mut self, sql: Cow<'static, str>, args: Vec<Arg>) -> Result<u64> {
        self.explain(&sql, &args).await?;
        self.inner.execute(sql, args).await
    }

    fn native(&mut self) -> Native<'_> {
        self.inner.native()
    }

    async fn commit(self) -> Result<()> {
        self.inner.commit().await
    }
}
