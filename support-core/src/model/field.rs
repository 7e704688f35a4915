//! What a custom field holds.

use super::choice::choice;

choice!(
    /// The type of a custom field.
    #[derive(Default)]
    FieldKind {
        /// One line.
        #[default]
        Text = "text",
        /// Any number.
        Number = "number",
        /// Yes or no.
        Checkbox = "checkbox",
        /// A day, `YYYY-MM-DD`.
        Date = "date",
        /// One of its options.
        Select = "select",
    }
);
