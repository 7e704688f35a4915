//! What every refusal looks like: RFC 9457 problem details.

use super::wire;

wire! {
    /// A refusal or a failure, `application/problem+json`.
    pub struct Problem {
        /// Names the kind of problem; `about:blank` where the code says it all.
        #[serde(rename = "type")]
        pub kind: String,
        /// The HTTP status in words.
        pub title: String,
        /// The HTTP status.
        pub status: u16,
        /// One sentence for the person in front of it.
        pub detail: String,
        /// Stable, for programs: `not_found`, `stale_version`, `unknown_field`, …
        pub code: String,
        /// Stands in the server's log beside the cause.
        pub request_id: String,
        /// What is wrong with which field.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub errors: Vec<FieldError>,
    }

    /// One field that breaks a rule.
    pub struct FieldError {
        /// RFC 6901 pointer into the body, or the name of a query parameter.
        pub pointer: String,
        /// Stable, for programs.
        pub code: String,
        /// One sentence.
        pub detail: String,
    }
}
