//! Connections that read where the caller is. For a few rows by their keys, a hop to another thread and back takes longer than the queries.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rusqlite::Connection;
use tokio::runtime::{Handle, RuntimeFlavor};

use super::thread::{fetch, open};
use crate::storage::{
    Result,
    sql::{Query, Row},
};

/// Connections that are not in use; none after the close.
#[derive(Debug)]
pub(super) struct Near(Mutex<Option<Vec<Connection>>>);

impl Near {
    pub(super) fn open(path: &Path, count: u32, pragmas: &str) -> Result<Self> {
        // Whoever would have to wait for another process goes to a thread instead.
        let connections = (0..count).map(|_| open(path, pragmas, Duration::ZERO)).collect::<Result<_>>()?;
        Ok(Self(Mutex::new(Some(connections))))
    }

    /// None where it has to be done elsewhere: all connections are in use, the caller's thread is the runtime's only one, or the file is
    /// not to be had at once.
    pub(super) fn fetch(&self, queries: &[Query]) -> Option<Vec<Vec<Row>>> {
        let has_others = |runtime: Handle| runtime.runtime_flavor() == RuntimeFlavor::MultiThread;
        if !Handle::try_current().is_ok_and(has_others) {
            return None;
        }
        let turn = Turn { near: self, connection: Some(self.take()?) };
        let connection = turn.connection.as_ref()?;
        // What fails here is told by the thread, which tries it with more patience.
        queries.iter().map(|(sql, args)| fetch(connection, sql, args).ok()).collect()
    }

    fn take(&self) -> Option<Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut()?.pop()
    }

    /// Closes what is not in use; what is goes when it comes back.
    pub(super) fn close(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// A connection in use.
struct Turn<'n> {
    near: &'n Near,
    connection: Option<Connection>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut connections = self.near.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(connections), Some(connection)) = (connections.as_mut(), self.connection.take()) {
            connections.push(connection);
        }
    }
}
