//! What custom fields hold.

/// The value of a custom field. A date is a text `YYYY-MM-DD`; a choice is the option's text.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum FieldValue {
    /// Text, date or choice.
    Text(String),
    /// A number.
    Number(f64),
    /// A checkbox.
    Flag(bool),
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
        }
    }
}

// By hand: serde's own way for untagged enums buffers every value, which the dashboard's module would pay for.
impl<'de> serde::Deserialize<'de> for FieldValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = FieldValue;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, a number or a truth value")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FieldValue, E> {
                Ok(FieldValue::Text(text.to_owned()))
            }

            fn visit_bool<E: serde::de::Error>(self, flag: bool) -> Result<FieldValue, E> {
                Ok(FieldValue::Flag(flag))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<FieldValue, E> {
                Ok(FieldValue::Number(number))
            }

            #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are doubles to everybody who reads them")]
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<FieldValue, E> {
                Ok(FieldValue::Number(number as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are doubles to everybody who reads them")]
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<FieldValue, E> {
                Ok(FieldValue::Number(number as f64))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
