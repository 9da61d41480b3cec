//! Values that are written as one text and checked as they are read.

/// Reads a type from a text with its `parse`, and describes it in the JSON Schema.
macro_rules! text_value {
    ($type:ty, $name:literal, { $($schema:tt)* }) => {
        impl<'de> serde::Deserialize<'de> for $type {
            // The message alone: the reader adds where in the file it is.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", $($schema)* })
            }
        }
    };
}

pub(super) use text_value;
