//! SQLite files for tests: one folder each, gone with the test.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use support_core::storage::{
    SqliteStorage, Storage,
    conformance::{Database, Schema},
};
use tempfile::TempDir;

/// A SQLite file in a folder of its own.
#[derive(Debug)]
pub struct SqliteFile {
    folder: TempDir,
}

impl SqliteFile {
    /// A name for a file that is not there yet.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { folder: tempfile::Builder::new().prefix("support-test-").tempdir()? })
    }

    /// Where the file is.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("support.db")
    }
}

#[async_trait]
impl Database for SqliteFile {
    async fn open(&self) -> Arc<dyn Storage> {
        Arc::new(SqliteStorage::open(self.path()).await.expect("a new file in a folder of our own can be opened"))
    }

    async fn remove(self: Box<Self>) {}
}

/// A database for `storage_conformance!`. Migrating a file is as fast as copying one, so every schema starts from nothing.
pub async fn database(_: Schema) -> Option<Box<dyn Database>> {
    Some(Box::new(SqliteFile::new().expect("the temporary folder can be written")))
}
