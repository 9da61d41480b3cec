//! Lists that make no sense without an item.

use serde::de::{Deserialize, Deserializer, Error};

/// Reads a list with at least one item.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let items = Vec::deserialize(deserializer)?;
    if items.is_empty() {
        return Err(D::Error::custom("this list needs at least one item"));
    }
    Ok(items)
}

/// Reads a list that may be left out, and has at least one item when it is there.
pub(super) fn optional<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    list(deserializer).map(Some)
}
