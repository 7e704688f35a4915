//! Which rows of a long list stand in the document.

/// A run of rows: `first..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first row.
    pub first: usize,
    /// One behind the last row.
    pub end: usize,
}

/// Rows kept above and below what is visible, so that a quick scroll shows no blank.
const SPARE: usize = 12;

/// The rows to draw when `height` pixels are visible from `top` on.
#[must_use]
pub fn visible(top: f64, height: f64, row_height: f64, count: usize) -> Window {
    if row_height <= 0.0 {
        return Window { first: 0, end: count.min(2 * SPARE) };
    }
    let (first, shown) = ((top.max(0.0) / row_height) as usize, (height / row_height).ceil() as usize + 1);
    let first = first.min(count.saturating_sub(shown));
    Window { first: first.saturating_sub(SPARE), end: (first + shown + SPARE).min(count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_draws_a_few_rows_wherever_it_is_scrolled() {
        assert_eq!(visible(0.0, 800.0, 80.0, 10_000), Window { first: 0, end: 23 });
        assert_eq!(visible(8_000.0, 800.0, 80.0, 10_000), Window { first: 88, end: 123 });
        assert_eq!(visible(799_200.0, 800.0, 80.0, 10_000), Window { first: 9_977, end: 10_000 });
    }

    #[test]
    fn odd_measures_do_no_harm() {
        assert_eq!(visible(-50.0, 800.0, 80.0, 3), Window { first: 0, end: 3 });
        assert_eq!(visible(1e9, 800.0, 80.0, 30), Window { first: 7, end: 30 });
        assert_eq!(visible(0.0, 0.0, 0.0, 500), Window { first: 0, end: 24 });
        assert_eq!(visible(0.0, 800.0, 80.0, 0), Window { first: 0, end: 0 });
    }
}
