//! PostgreSQL: the suite, and the proof that the feed skips nothing.

use support_tests::postgres::database;

support_core::storage_conformance!(database);
