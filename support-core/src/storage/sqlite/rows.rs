//! The rows of one query, in a few allocations for all of them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use rusqlite::{Statement, types::ValueRef};
use uuid::Uuid;

use crate::storage::{Result, StorageError, sql::Row};

/// Everything that one query returned.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The columns' names, as places in `bytes`.
    names: Vec<Place>,
    cells: Vec<Cell>,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    start: usize,
    end: usize,
}

#[derive(Debug, Clone, Copy)]
enum Cell {
    Null,
    Int(i64),
    Real,
    Text(Place),
    Blob(Place),
}

/// One row of a page.
#[derive(Debug)]
pub(in crate::storage) struct PageRow {
    page: Arc<Page>,
    /// Its first cell.
    first: usize,
    /// The column after the one that was read last: they are read nearly in the order in which the query names them.
    next: AtomicUsize,
}

impl Page {
    pub(super) fn read(statement: &mut Statement<'_>) -> Result<Self> {
        let mut page = Self::default();
        for column in 0..statement.column_count() {
            let name = statement.column_name(column)?;
            let place = page.keep(name.as_bytes());
            page.names.push(place);
        }
        let columns = page.names.len();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                let cell = match row.get_ref(column)? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(int) => Cell::Int(int),
                    ValueRef::Real(_) => Cell::Real,
                    ValueRef::Text(text) => Cell::Text(page.keep(text)),
                    ValueRef::Blob(blob) => Cell::Blob(page.keep(blob)),
                };
                page.cells.push(cell);
            }
        }
        Ok(page)
    }

    fn keep(&mut self, bytes: &[u8]) -> Place {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        Place { start, end: self.bytes.len() }
    }

    fn at(&self, place: Place) -> &[u8] {
        self.bytes.get(place.start..place.end).unwrap_or_default()
    }

    pub(super) fn rows(self) -> Vec<Row> {
        let page = Arc::new(self);
        let columns = page.names.len().max(1);
        let row = |first| PageRow { page: Arc::clone(&page), first, next: AtomicUsize::new(0) };
        (0..page.cells.len()).step_by(columns).map(|first| Row::Page(row(first))).collect()
    }
}

impl PageRow {
    fn cell(&self, column: &str) -> Result<Cell> {
        let names = &self.page.names;
        let next = self.next.load(Ordering::Relaxed);
        let is_it = |at: &usize| self.page.at(names[*at]) == column.as_bytes();
        let at = (next..names.len()).chain(0..next.min(names.len())).find(is_it);
        let at = at.ok_or_else(|| StorageError::other(format!("there is no column {column}")))?;
        self.next.store(at + 1, Ordering::Relaxed);
        self.page.cells.get(self.first + at).copied().ok_or_else(|| wrong(column))
    }

    pub(in crate::storage) fn maybe_int(&self, column: &str) -> Result<Option<i64>> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Int(int) => Ok(Some(int)),
            Cell::Real | Cell::Text(_) | Cell::Blob(_) => Err(wrong(column)),
        }
    }

    pub(in crate::storage) fn maybe_bool(&self, column: &str) -> Result<Option<bool>> {
        Ok(self.maybe_int(column)?.map(|int| int != 0))
    }

    pub(in crate::storage) fn maybe_text(&self, column: &str) -> Result<Option<&str>> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(place) => Ok(Some(std::str::from_utf8(self.page.at(place)).map_err(|_| wrong(column))?)),
            Cell::Int(_) | Cell::Real | Cell::Blob(_) => Err(wrong(column)),
        }
    }

    pub(in crate::storage) fn maybe_id(&self, column: &str) -> Result<Option<Uuid>> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Blob(place) => Ok(Some(Uuid::from_slice(self.page.at(place)).map_err(|_| wrong(column))?)),
            Cell::Int(_) | Cell::Real | Cell::Text(_) => Err(wrong(column)),
        }
    }
}

fn wrong(column: &str) -> StorageError {
    StorageError::other(format!("column {column} holds a value of another type"))
}
