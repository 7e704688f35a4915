//! Enums that travel as lower snake case words and are read in any case.

/// A word that is none of the enum's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of {expected}")]
pub struct UnknownChoice {
    /// The words that would have been accepted, separated by commas.
    pub expected: &'static str,
}

/// Declares an enum with its wire words: `as_str`, `Display`, `FromStr` in any case, serde, `ALL`.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$variant_meta])* #[cfg_attr(feature = "server", schema(rename = $word))] $variant,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownChoice;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                $(if word.eq_ignore_ascii_case($word) { return Ok(Self::$variant); })+
                Err($crate::model::UnknownChoice { expected: $crate::model::words!($($word),+) })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

macro_rules! words {
    ($first:literal $(, $rest:literal)*) => { concat!("`", $first, "`" $(, ", `", $rest, "`")*) };
}

pub(crate) use {choice, words};

#[cfg(test)]
mod tests {
    use crate::model::Status;

    #[test]
    fn words_are_read_in_any_case_and_written_in_lower_case() {
        assert_eq!("RESOLVED".parse::<Status>().unwrap(), Status::Resolved);
        assert_eq!(serde_json::to_string(&Status::Resolved).unwrap(), "\"resolved\"");
        assert_eq!(serde_json::from_str::<Status>("\"Open\"").unwrap(), Status::Open);
    }

    #[test]
    fn an_unknown_word_names_the_known_ones() {
        let error = "done".parse::<Status>().unwrap_err();
        assert_eq!(error.to_string(), "must be one of `open`, `pending`, `snoozed`, `resolved`, `closed`");
    }
}
