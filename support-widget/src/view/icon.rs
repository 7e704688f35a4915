//! The panel's few drawings: paths in a box of 16, stroked.

pub(super) const CLOSE: &str = "M4 4l8 8M12 4l-8 8";
pub(super) const NEW: &str =
    "M8.5 2.5H4.5a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h7a2 2 0 0 0 2-2V7.5M12.5 1.9l1.6 1.6L8.5 9.1 6.5 9.5l.4-2z";
pub(super) const CLIP: &str =
    "M13 7.2 7.7 12.5A3 3 0 0 1 3.4 8.3L9 2.8a2 2 0 0 1 2.8 2.8L6.5 11a1 1 0 0 1-1.4-1.4L9.7 4.9";
pub(super) const SEND: &str = "M8 13V3M3.5 7.5 8 3l4.5 4.5";
pub(super) const DOWN: &str = "M8 3v10M3.5 8.5 8 13l4.5-4.5";
pub(super) const CHECK: &str = "M3 8.5l3.5 3.5L13 5";
pub(super) const CHECK_TWICE: &str = "M1 8.5 4.5 12l6-7M7.5 11.5l.5.5 7-7.5";
pub(super) const CLOCK: &str = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 4.5V8l2.3 1.5";
pub(super) const ALERT: &str = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M8 4.8v3.7M8 11v.2";
