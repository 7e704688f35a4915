//! SQLite: the suite, and the writer that shares its commits.

use support_tests::sqlite::database;

support_core::storage_conformance!(database);
