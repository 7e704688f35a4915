//! Every test of the product but those in the browser, in one binary.

mod storage;
