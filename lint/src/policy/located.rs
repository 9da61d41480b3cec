//! A value and where in the file it stands.

use std::borrow::Cow;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

/// Line and column, counted from one; columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) width: usize,
}

impl Position {
    /// Takes the reader's position, which it may not know.
    pub(super) fn of(location: serde_saphyr::Location) -> Option<Self> {
        let number = |number: u64| usize::try_from(number).ok().filter(|number| *number > 0);
        Some(Self {
            line: number(location.line())?,
            column: number(location.column())?,
            width: usize::try_from(location.span().len()).unwrap_or(1).max(1),
        })
    }
}

/// A value that a later check may have to point at.
#[derive(Clone, Debug)]
pub struct Located<T> {
    value: T,
    position: Option<Position>,
}

impl<T> Located<T> {
    pub(super) fn position(&self) -> Option<Position> {
        self.position
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        Ok(Self {
            value: spanned.value,
            position: Position::of(spanned.referenced),
        })
    }
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
