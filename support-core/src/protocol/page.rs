//! One page of a list.

/// `{"data": […], "next": cursor or null, "previous": cursor or null}`.
///
/// A cursor is opaque, bound to the list's filters and order, and refused with 400 when altered.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows, in the order that was asked for.
    pub data: Vec<T>,
    /// Where the following rows start; null on the last page.
    pub next: Option<String>,
    /// Where the preceding rows end; null on the first page.
    pub previous: Option<String>,
}
